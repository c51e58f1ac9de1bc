//! What a file of the program uses of the others.

use crate::source::{Source, Token};

/// A file's place in the crate: `domain`, `access`.
pub fn module(file: &Source) -> Vec<String> {
    let inner = file.path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut module: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

/// Reads the paths in one file.
struct Reader<'a> {
    tokens: &'a [Token],
    module: Vec<String>,
}

/// Every path that begins at the crate, or leaves the module upwards, written out from the crate.
pub fn uses(file: &Source) -> Vec<Vec<String>> {
    Reader { tokens: &file.tokens, module: module(file) }.uses()
}

impl Reader<'_> {
    fn uses(&self) -> Vec<Vec<String>> {
        let mut out = Vec::new();
        let mut i = 0;
        while i < self.tokens.len() {
            let outermost = i == 0 || !matches!(self.tokens[i - 1], Token::Mark(':' | '$'));
            let fresh = outermost && self.colons(i + 1);
            let base = match &self.tokens[i] {
                Token::Word(word) if fresh && word == "crate" => Vec::new(),
                Token::Word(word) if fresh && word == "super" => parent(&self.module),
                _ => {
                    i += 1;
                    continue;
                }
            };
            i = self.tree(i + 1, base, &mut out);
        }
        out
    }

    fn colons(&self, i: usize) -> bool {
        self.tokens.get(i..i + 2) == Some(&[Token::Mark(':'), Token::Mark(':')])
    }

    /// Reads what follows a path's beginning; answers where it ends.
    fn tree(&self, mut i: usize, mut path: Vec<String>, out: &mut Vec<Vec<String>>) -> usize {
        while self.colons(i) {
            i += 2;
            match &self.tokens[i] {
                Token::Word(word) => {
                    path = joined(&path, word);
                    i += 1;
                }
                Token::Mark('{') => {
                    i += 1;
                    while self.tokens[i] != Token::Mark('}') {
                        match &self.tokens[i] {
                            Token::Word(word) => {
                                i = self.tree(i + 1, joined(&path, word), out);
                            }
                            _ => i += 1,
                        }
                    }
                    return i + 1;
                }
                _ => break,
            }
        }
        out.push(path);
        i
    }
}

/// The path with one more step, which may lead upwards.
fn joined(path: &[String], step: &str) -> Vec<String> {
    match step {
        "self" => path.to_vec(),
        "super" => parent(path),
        word => [path, &[word.to_owned()]].concat(),
    }
}

fn parent(path: &[String]) -> Vec<String> {
    path[..path.len().saturating_sub(1)].to_vec()
}
