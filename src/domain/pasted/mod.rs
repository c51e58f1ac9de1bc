//! People as they are pasted: the recipients of a mail, a column, lines of a table that lost its header.
//!
//! An address is known by its shape, wherever on its line it stands; what else stands there by what it
//! names: a role or a group of the workspace, or else the person. What is none of it is kept, to be told.
//!
//! Crates that read the address lists of mails (`mailparse`, `mail-parser`, `email-address-list`) are made for
//! headers: they know no lines and no columns, and refuse or pass over what is wrong, which is to be told here,
//! each with its line, before anything is sent.

mod token;

use super::{address::folded, sheet::unguarded, untrusted::Text};
use token::{Line, Token};

/// What a word on a line may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A role.
    Role,
    /// A group.
    Group,
}

/// Somebody named in pasted text. Whether the address is one is for others to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The line they stand on.
    pub line: u64,
    /// The address, or what stands in its place.
    pub email: Text,
    /// Their name.
    pub name: Option<Text>,
    /// Names of roles.
    pub roles: Vec<Text>,
    /// Names of groups.
    pub groups: Vec<Text>,
    /// What is neither, though they have a name already.
    pub stray: Vec<Text>,
}

/// Everybody in a text, line by line; `known` says what a word names.
pub fn read(text: &str, known: impl Fn(&str) -> Option<Word>) -> Vec<Person> {
    let mut people = Vec::new();
    for line in token::lines(text) {
        match of_line(&line.tokens) {
            Part::People(entries) => people.extend(entries.into_iter().map(|one| one.person(&line, &known))),
            // One fault a line, however many words are on it.
            Part::Words(words) if !words.is_empty() => {
                people.push(Person { line: line.number, email: line.text.into(), ..Person::default() });
            }
            Part::Words(_) => {}
        }
    }
    people
}

/// What a part of a line comes to.
enum Part {
    /// Values without an address.
    Words(Vec<String>),
    /// People, with what belongs to each.
    People(Vec<Entry>),
}

/// An address, and the values that belong to it.
struct Entry {
    email: String,
    /// It stood in brackets: what is before it is its name.
    angled: bool,
    before: Vec<String>,
    after: Vec<String>,
}

/// A line. Its parts are apart by tabs, else by semicolons; those with an address have cells of their own, as in
/// `Li, Bo <bo@a.test>; Viewer`; one without is a value, commas and all.
fn of_line(line: &[Token]) -> Part {
    let outer = if line.contains(&Token::Cut('\t')) { '\t' } else { ';' };
    let is_address = |token: &Token| matches!(token, Token::Address { .. });
    let of_part = |part: &[Token]| match part.iter().any(is_address) {
        true => together(part.split(|token| matches!(token, Token::Cut(_))).map(of_cell)),
        false => Part::Words(value(part)),
    };
    together(line.split(|token| *token == Token::Cut(outer)).map(of_part))
}

/// A cell: words, addresses, or addresses with words between them.
fn of_cell(cell: &[Token]) -> Part {
    let mut parts = Vec::new();
    let mut begin = 0;
    for (at, token) in cell.iter().enumerate() {
        let Token::Address { email, angled } = token else { continue };
        let before = value(&unlabelled(&cell[begin..at]));
        let mut entry = Entry { email: email.clone(), angled: *angled, before: Vec::new(), after: Vec::new() };
        begin = at + 1;
        match parts.last() {
            // In the place of a name mail programs say the address again.
            Some(Part::People(last)) if last.iter().all(|last| folded(&last.email) == folded(email)) => {
                parts.push(Part::Words(before));
                continue;
            }
            _ if *angled => entry.before = before,
            _ => parts.push(Part::Words(before)),
        }
        parts.push(Part::People(vec![entry]));
    }
    parts.push(Part::Words(value(&cell[begin..])));
    together(parts)
}

/// Parts as one. Where they begin with words, words are about whoever comes next; else about whoever came last.
fn together(parts: impl IntoIterator<Item = Part>) -> Part {
    let (mut people, mut waiting, mut lead) = (Vec::<Entry>::new(), Vec::new(), false);
    for part in parts {
        match (part, people.last_mut()) {
            (Part::Words(mut words), Some(last)) if !lead => last.after.append(&mut words),
            (Part::Words(mut words), before) => {
                lead |= before.is_none() && !words.is_empty();
                waiting.append(&mut words);
            }
            (Part::People(mut entries), _) => {
                if let Some(first) = entries.first_mut() {
                    first.before.splice(..0, waiting.drain(..));
                }
                people.append(&mut entries);
            }
        }
    }
    match people.last_mut() {
        Some(last) => last.after.append(&mut waiting),
        None => return Part::Words(waiting),
    }
    Part::People(people)
}

/// Words before an address without what its group is called: `Team: Bo Li <bo@a.test>`.
fn unlabelled(said: &[Token]) -> Vec<Token> {
    let colon = said.iter().rposition(|token| matches!(token, Token::Word(word) if word.contains(':')));
    let mut rest = said[colon.unwrap_or(0)..].to_vec();
    if let (Some(_), Some(Token::Word(word))) = (colon, rest.first_mut()) {
        *word = word.rsplit(':').next().unwrap_or_default().to_owned();
    }
    rest
}

/// What stands in a cell without an address, if anything does. What a group is called, and no more than that, is
/// nothing.
fn value(cell: &[Token]) -> Vec<String> {
    let mut value = String::new();
    for token in cell {
        match token {
            Token::Cut(cut) => value.push(*cut),
            Token::Word(word) | Token::Quoted(word) => {
                value.push_str(if value.is_empty() || word.is_empty() { "" } else { " " });
                value.push_str(word);
            }
            Token::Address { .. } => {}
        }
    }
    if matches!(cell.last(), Some(Token::Word(word)) if word.ends_with(':')) {
        return Vec::new();
    }
    let value = unguarded(&value);
    let inner = |[open, close]: [char; 2]| value.strip_prefix(open)?.strip_suffix(close);
    let value = [['\'', '\''], ['(', ')']].into_iter().find_map(inner).unwrap_or(&value).trim();
    Some(value.to_owned()).filter(|value| !value.chars().all(|c| ",;".contains(c))).into_iter().collect()
}

impl Entry {
    fn person(self, line: &Line<'_>, known: &impl Fn(&str) -> Option<Word>) -> Person {
        let mut one = Person { line: line.number, email: self.email.into(), ..Person::default() };
        let mut names = one.take(self.before, known);
        if self.angled && !names.is_empty() {
            // A comma before an address in brackets is one within the name.
            names = vec![names.join(", ")];
        }
        names.extend(one.take(self.after, known));
        let mut names = names.into_iter().map(Text::from);
        one.name = names.next();
        one.stray = names.collect();
        one
    }
}

impl Person {
    /// Takes in values: roles, groups; those that are neither are left.
    fn take(&mut self, values: Vec<String>, known: &impl Fn(&str) -> Option<Word>) -> Vec<String> {
        let mut rest = Vec::new();
        for value in values {
            let parts = || value.split([';', ',']).map(str::trim).filter(|part| !part.is_empty());
            let words: Option<Vec<(Word, &str)>> = match known(&value) {
                Some(word) => Some(vec![(word, &value)]),
                None => parts().map(|part| Some((known(part)?, part))).collect(),
            };
            match words {
                None => rest.push(value),
                Some(words) => words.into_iter().for_each(|(word, name)| match word {
                    Word::Role => self.roles.push(name.into()),
                    Word::Group => self.groups.push(name.into()),
                }),
            }
        }
        rest
    }
}

#[cfg(test)]
mod tests;
