//! Pasted text, line by line, as the words, addresses and separators that it is made of.
//!
//! Quoted strings and angle brackets are those of RFC 5322 §3.2.4 and §3.4. Nothing that was left open takes in
//! what stands beyond it, and no address is hidden: what is quoted and holds one is read as if it were not.

/// The longest quoted string, in bytes. What is longer was left open.
const LONGEST: usize = 500;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A word.
    Word(String),
    /// The words of a quoted string.
    Quoted(String),
    /// What is an address by its shape, or stands in the brackets of one.
    Address {
        /// Without brackets, or what else stood around it.
        email: String,
        /// It stood in angle brackets: what is before it is its name.
        angled: bool,
    },
    /// What stands between cells: a comma, a semicolon or a tab.
    Cut(char),
}

/// A line, and what it is made of.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub(super) number: u64,
    /// As it stands there; a name in quotes may have a line break in it.
    pub(super) text: &'a str,
    /// Its parts.
    pub(super) tokens: Vec<Token>,
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let (mut rest, mut number) = (text, 1);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut reader = Reader { rest, tokens: Vec::new() };
        reader.read();
        let line = &rest[..rest.len() - reader.rest.len()];
        let end = if reader.rest.starts_with("\r\n") { 2 } else { reader.rest.len().min(1) };
        let here = number;
        rest = &reader.rest[end..];
        number += 1 + breaks(line);
        Some(Line { number: here, text: line.trim(), tokens: reader.tokens })
    })
}

/// Line breaks in what is one line here.
fn breaks(text: &str) -> u64 {
    text.replace("\r\n", "\n").matches(['\r', '\n']).count() as u64
}

/// Cuts the beginning of a text into tokens.
struct Reader<'a> {
    rest: &'a str,
    tokens: Vec<Token>,
}

impl<'a> Reader<'a> {
    /// Reads to the end of the line.
    fn read(&mut self) {
        while let Some(c) = self.rest.chars().next().filter(|c| !matches!(c, '\n' | '\r')) {
            match c {
                '"' => self.quoted(),
                '<' => {
                    self.skip(c);
                    let inside = self.until(|c| c == '>');
                    self.rest = self.rest.strip_prefix('>').unwrap_or(self.rest);
                    let (_, email) = labelled(bare(inside));
                    if !email.is_empty() {
                        self.tokens.push(Token::Address { email: email.to_owned(), angled: true });
                    }
                }
                _ => match cut(c) {
                    Some(cut) => {
                        self.skip(c);
                        self.tokens.push(Token::Cut(cut));
                    }
                    None if c.is_whitespace() => self.skip(c),
                    None => self.word(),
                },
            }
        }
    }

    fn skip(&mut self, c: char) {
        self.rest = &self.rest[c.len_utf8()..];
    }

    /// Takes what stands before a separator, a bracket, the end of the line, or what else ends it; the quoted
    /// beginning of an address is passed over.
    fn until(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let begin = match quoted(self.rest) {
            Some((_, length)) if self.rest[length..].starts_with('@') => length,
            _ => 0,
        };
        let stops = |c: char| matches!(c, '\n' | '\r' | '<') || cut(c).is_some() || ends(c);
        let end = self.rest[begin..].find(stops).map_or(self.rest.len(), |at| begin + at);
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn word(&mut self) {
        let word = self.until(char::is_whitespace);
        let (label, email) = labelled(bare(word));
        // An `@` alone is a word like any other.
        if email.contains('@') && email.len() > 1 {
            if !label.is_empty() && label != "mailto:" {
                self.tokens.push(Token::Word(label.to_owned()));
            }
            self.tokens.push(Token::Address { email: email.to_owned(), angled: false });
        } else {
            self.tokens.push(Token::Word(word.trim_end_matches('"').to_owned()));
        }
    }

    fn quoted(&mut self) {
        match quoted(self.rest) {
            // The part before the @ of an address that mail servers hardly take.
            Some((_, length)) if self.rest[length..].starts_with('@') => self.word(),
            Some((value, length)) => {
                self.rest = &self.rest[length..];
                let mut inside = Reader { rest: &value, tokens: Vec::new() };
                if value.contains('@') {
                    inside.read();
                }
                if inside.tokens.iter().any(|token| matches!(token, Token::Address { .. })) {
                    self.tokens.append(&mut inside.tokens);
                    return;
                }
                let words: Vec<&str> = value.split_whitespace().collect();
                if !words.is_empty() {
                    self.tokens.push(Token::Quoted(words.join(" ")));
                }
            }
            None => self.skip('"'),
        }
    }
}

/// What separates, also as it stands between names in Chinese and Japanese.
fn cut(c: char) -> Option<char> {
    match c {
        ',' | '，' | '、' => Some(','),
        ';' | '；' => Some(';'),
        '\t' => Some('\t'),
        _ => None,
    }
}

/// A word without what stands around an address.
fn bare(word: &str) -> &str {
    let begin = word.trim_start_matches(|c: char| c.is_whitespace() || "<('".contains(c));
    begin.trim_end_matches(|c: char| c.is_whitespace() || ">)'\".".contains(c))
}

/// What stands before an address, with its colon: `mailto:`, the name of a group; and the address.
fn labelled(word: &str) -> (&str, &str) {
    let local = word.find('@').filter(|_| !word.starts_with('"')).unwrap_or(0);
    word.split_at(word[..local].rfind(':').map_or(0, |colon| colon + 1))
}

/// The quoted string that a text begins with, as its value and its length: with `\"` or `""` for a quote within.
/// None where it was left open: no line but the first of it holds its end, or an address stands before that.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = text.strip_prefix('"')?.char_indices().take(LONGEST).peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        match c {
            '"' if next == Some('"') => value.extend(chars.next().map(|(_, c)| c)),
            '"' => {
                let inside = &text[1..=at];
                let torn = inside.contains(['\n', '\r']) && inside.contains('@');
                return (!torn).then_some((value, at + 2));
            }
            '\\' if matches!(next, Some('"' | '\\')) => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    None
}
