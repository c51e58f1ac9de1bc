//! Addresses as people paste them: out of a mail's header, a column, a chat.

use super::untrusted::Text;

/// Somebody named in pasted text. Whether the address is one is for others to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The address, or what stands in its place.
    pub email: Text,
    /// The name before it.
    pub name: Option<Text>,
}

/// Everybody in a text: any mix of commas, semicolons, blanks and line breaks between them, as
/// `bo@a.test` or `Bo Li <bo@a.test>`. What is no address is kept in its place, so that it is told.
pub fn read(text: &str) -> Vec<Recipient> {
    let mut all = Reader::default();
    let (mut quoted, mut angled, mut quote) = (false, false, 0);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // A line ends whatever was left open on it.
            '\n' | '\r' => {
                (quoted, angled) = (false, false);
                all.end();
            }
            '"' if !angled => {
                quoted = !quoted;
                if quoted {
                    quote = all.word.len();
                } else if chars.peek() == Some(&'@') {
                    // Not a name: the part before the @ of an address that mail servers hardly take.
                    all.word.insert(quote, '"');
                    all.word.push('"');
                }
            }
            '<' if !quoted => {
                angled = true;
                all.open();
            }
            '>' if angled => {
                angled = false;
                all.close();
            }
            ';' | '\t' if !quoted && !angled => all.end(),
            ',' if !quoted && !angled => all.comma(),
            c => all.word.push(c),
        }
    }
    all.end();
    all.found
}

#[derive(Default)]
struct Reader {
    found: Vec<Recipient>,
    /// What was read since the last separator.
    word: String,
    /// The name before an address in angle brackets.
    name: Option<String>,
    /// Words without an address before a comma: `Li` of `Li, Bo <bo@a.test>`, or something wrong.
    before: Option<String>,
}

impl Reader {
    fn push(&mut self, email: &str, name: &str) {
        let email = email.trim().trim_start_matches("mailto:");
        if !email.is_empty() {
            let name = name.trim().trim_matches('\'').trim();
            let name = (!name.is_empty()).then(|| Text::from(name));
            self.found.push(Recipient { email: Text::from(email), name });
        }
    }

    /// `<`: what stands before it is a name, but for addresses among it.
    fn open(&mut self) {
        let word = std::mem::take(&mut self.word);
        let name = match word.rfind('@') {
            None => word,
            Some(at) => {
                let end = word[at..].find(char::is_whitespace).map_or(word.len(), |blank| at + blank);
                self.plain(&word[..end]);
                word[end..].to_owned()
            }
        };
        self.name = Some(match self.before.take() {
            Some(before) => format!("{}, {}", before.trim(), name.trim()),
            None => name,
        });
    }

    /// `>`: the address is whole.
    fn close(&mut self) {
        let (email, name) = (std::mem::take(&mut self.word), self.name.take().unwrap_or_default());
        self.push(&email, &name);
    }

    fn comma(&mut self) {
        let nameless = self.name.is_none() && !self.word.contains('@') && !self.word.trim().is_empty();
        if nameless && self.before.is_none() {
            self.before = Some(std::mem::take(&mut self.word));
        } else {
            self.end();
        }
    }

    fn end(&mut self) {
        if let Some(before) = self.before.take() {
            self.push(&before, "");
        }
        let (word, name) = (std::mem::take(&mut self.word), self.name.take());
        match name {
            // A bracket that was never closed.
            Some(name) => self.push(&word, &name),
            None => self.plain(&word),
        }
    }

    /// Words without brackets: addresses between blanks, each with the words before it as its name.
    fn plain(&mut self, words: &str) {
        let mut name = String::new();
        let mut quoted = false;
        let blank = |c: char| {
            quoted ^= c == '"';
            !quoted && c.is_whitespace()
        };
        for word in words.split(blank).filter(|word| !word.is_empty()) {
            if word.contains('@') {
                let name = std::mem::take(&mut name);
                self.push(word, &name);
            } else {
                name.push_str(word);
                name.push(' ');
            }
        }
        self.push(&name, "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(String, String)> {
        let name = |name: Option<Text>| name.map(|name| name.raw().to_owned()).unwrap_or_default();
        read(text).into_iter().map(|one| (one.email.raw().to_owned(), name(one.name))).collect()
    }

    fn emails(text: &str) -> Vec<String> {
        all(text).into_iter().map(|(email, _)| email).collect()
    }

    #[test]
    fn any_mix_of_separators_is_read() {
        let expected = ["a@x.test", "b@x.test", "c@x.test", "d@x.test", "e@x.test"];
        assert_eq!(emails("a@x.test, b@x.test;c@x.test d@x.test\r\n\n e@x.test,\n"), expected);
        assert_eq!(emails(" ,; \n\t"), Vec::<String>::new());
    }

    #[test]
    fn names_stand_before_their_addresses() {
        let one = |email: &str, name: &str| (email.to_owned(), name.to_owned());
        assert_eq!(
            all("Bo Li <bo@x.test>; \"Ruiz, Carla; CFO\" <carla@x.test>, <d@x.test>"),
            [one("bo@x.test", "Bo Li"), one("carla@x.test", "Ruiz, Carla; CFO"), one("d@x.test", "")]
        );
        assert_eq!(all("Li, Bo <bo@x.test>"), [one("bo@x.test", "Li, Bo")]);
        assert_eq!(all("Bo Li bo@x.test Al al@x.test"), [one("bo@x.test", "Bo Li"), one("al@x.test", "Al")]);
        assert_eq!(all("a@x.test Bo <bo@x.test>"), [one("a@x.test", ""), one("bo@x.test", "Bo")]);
        assert_eq!(all("mailto:a@x.test"), [one("a@x.test", "")]);
    }

    #[test]
    fn what_is_no_address_is_kept_to_be_told() {
        assert_eq!(emails("nobody, a@x.test"), ["nobody", "a@x.test"]);
        assert_eq!(emails("a@x.test\nBo <bo@\nc@x.test"), ["a@x.test", "bo@", "c@x.test"]);
        assert_eq!(emails("a@@x, b@x.test"), ["a@@x", "b@x.test"]);
        assert_eq!(
            all("c@x.test \"a b\"@x.test, \"a, b\"@x.test Bo <\"a; b\"@x.test>"),
            [
                ("c@x.test".to_owned(), String::new()),
                ("\"a b\"@x.test".to_owned(), String::new()),
                ("\"a, b\"@x.test".to_owned(), String::new()),
                ("\"a; b\"@x.test".to_owned(), "Bo".to_owned()),
            ]
        );
        assert!(crate::domain::address::fault("\"a b\"@x.test").is_some());
    }

    #[test]
    fn a_hundred_thousand_are_read_in_one_pass() {
        let text: String = (0..100_000).map(|i| format!("m{i}@x.test, ")).collect();
        assert_eq!(read(&text).len(), 100_000);
    }
}
