//! Rust source as tokens: enough to see what a file uses, without comments, tests and macros in the way.

use std::path::{Path, PathBuf};

/// A token of Rust, as far as these tests care.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// An identifier or keyword.
    Word(String),
    /// The text between the quotes of a string.
    Text(String),
    /// Any other character that is no space.
    Mark(char),
}

/// One file of the program.
pub struct Source {
    /// Beside Cargo.toml: `src/domain/access.rs`.
    pub path: String,
    /// What is in it outside `#[cfg(test)]`.
    pub tokens: Vec<Token>,
}

/// The folder of Cargo.toml.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `src` outside folders of tests, in order.
pub fn all() -> Vec<Source> {
    files(&root().join("src"), "rs")
        .into_iter()
        .filter(|file| !file.ancestors().any(|folder| folder.ends_with("tests")))
        .map(|file| {
            let text = std::fs::read_to_string(&file).unwrap();
            let path = file.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            Source { path, tokens: without_tests(&tokens(&text)) }
        })
        .collect()
}

/// Every file with this extension below a folder, in order.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Takes source apart.
pub fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let (mut out, mut i) = (Vec::new(), 0);
    while i < chars.len() {
        let c = chars[i];
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            while i < chars.len() && !(chars[i] == '*' && at(i + 1) == '/') {
                i += 1;
            }
            i += 2;
        } else if c == 'r' && (at(i + 1) == '"' || (at(i + 1) == '#' && matches!(at(i + 2), '"' | '#'))) {
            let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
            let begin = i + 2 + hashes;
            let closes = |i: usize| at(i) == '"' && (1..=hashes).all(|n| at(i + n) == '#');
            let end = (begin..chars.len()).find(|i| closes(*i)).unwrap();
            out.push(Token::Text(chars[begin..end].iter().collect()));
            i = end + 1 + hashes;
        } else if c == '"' {
            let mut text = String::new();
            i += 1;
            while chars[i] != '"' {
                if chars[i] == '\\' {
                    text.push(chars[i]);
                    i += 1;
                }
                text.push(chars[i]);
                i += 1;
            }
            out.push(Token::Text(text));
            i += 1;
        } else if c == '\'' && at(i + 1) == '\\' {
            i += 3;
            while chars[i] != '\'' {
                i += 1;
            }
            i += 1;
        } else if c == '\'' && at(i + 2) == '\'' {
            i += 3;
        } else if c.is_alphabetic() || c == '_' {
            let begin = i;
            while at(i).is_alphanumeric() || at(i) == '_' {
                i += 1;
            }
            out.push(Token::Word(chars[begin..i].iter().collect()));
        } else {
            if !c.is_whitespace() {
                out.push(Token::Mark(c));
            }
            i += 1;
        }
    }
    out
}

/// The tokens less every item marked `#[cfg(test)]`; none of a file that is.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    if tokens.starts_with(&self::tokens("#![cfg(test)]")) {
        return Vec::new();
    }
    let attribute = self::tokens("#[cfg(test)]");
    let (mut out, mut i) = (Vec::new(), 0);
    while i < tokens.len() {
        if !tokens[i..].starts_with(&attribute) {
            out.push(tokens[i].clone());
            i += 1;
            continue;
        }
        i += attribute.len();
        let mut depth = 0;
        loop {
            match tokens[i] {
                Token::Mark('{') => depth += 1,
                Token::Mark('}') => depth -= 1,
                _ => {}
            }
            let ends = depth == 0 && matches!(tokens[i], Token::Mark('}' | ';'));
            i += 1;
            if ends {
                break;
            }
        }
    }
    out
}
