//! From text to filter, with a sentence for whatever is wrong.

use super::{Filter, FilterError, MAX_BYTES, MAX_TERMS, Term, Test, Thing, Vocabulary, too_many};
use crate::domain::{model::MemberStatus, time::DAY, untrusted::visible};

impl<T: Vocabulary> std::str::FromStr for Filter<T> {
    type Err = FilterError;

    /// Parses; an empty text is a filter that everything passes.
    fn from_str(text: &str) -> Result<Self, FilterError> {
        if text.len() > MAX_BYTES {
            return Err(FilterError { at: 0, message: format!("a filter has at most {MAX_BYTES} bytes") });
        }
        let mut terms = Vec::new();
        let mut at = 0;
        while let Some(gap) = text[at..].find(|c: char| !c.is_whitespace()) {
            at += gap;
            if terms.len() == MAX_TERMS {
                return Err(FilterError { at, message: too_many() });
            }
            let (term, length) = term(&text[at..]).map_err(|message| FilterError { at, message })?;
            terms.push(term);
            at += length;
        }
        Ok(Self { terms })
    }
}

pub(super) type Parsed<T> = Result<T, String>;

/// The term that a text begins with, and its length in bytes.
fn term<T: Vocabulary>(text: &str) -> Parsed<(Term<T>, usize)> {
    let (negated, body) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
    let word = body.split(char::is_whitespace).next().unwrap_or_default();
    if word.is_empty() || word.starts_with('!') {
        return Err("! stands right before what must not hold: !role:viewer".to_owned());
    }
    let field = word.split_once(':').map(|(name, _)| name);
    let field = field.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic()));
    let skipped = field.map_or(0, |name| name.len() + 1);
    let (value, length) = value(&body[skipped..])?;
    let test = match field {
        Some(name) => of_field(name, value)?,
        None if value.is_empty() => return Err("there is nothing between the quotes".to_owned()),
        None => T::word(value),
    };
    Ok((Term { negated, test }, text.len() - body.len() + skipped + length))
}

/// A value up to the next space, or in quotes, and its length in bytes.
fn value(text: &str) -> Parsed<(String, usize)> {
    let Some(inside) = text.strip_prefix('"') else {
        let word = text.split(char::is_whitespace).next().unwrap_or_default();
        return Ok((word.to_owned(), word.len()));
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => {
                let end = 1 + at + 1;
                return match text[end..].chars().next() {
                    Some(next) if !next.is_whitespace() => Err("put a space after the closing quote".to_owned()),
                    _ => Ok((value, end)),
                };
            }
            _ => {
                value.push(c);
                escaped = false;
            }
        }
    }
    Err("a quote is open: close it with \"".to_owned())
}

fn of_field<T: Vocabulary>(name: &str, value: String) -> Parsed<T> {
    let name = name.to_ascii_lowercase();
    if !T::FIELDS.contains(&name.as_str()) {
        let known = T::FIELDS.join(", ");
        return Err(format!("there is no field {name}: the fields are {known}; a word with : goes into quotes"));
    }
    if value.is_empty() {
        return Err(format!("{name}: needs a value right after it"));
    }
    T::field(&name, value)
}

impl Vocabulary for Test {
    const FIELDS: &'static [&'static str] = &["role", "status", "group", "workspace", "folder", "domain", "last"];

    fn word(word: String) -> Self {
        Self::Word(word)
    }

    fn field(name: &str, value: String) -> Parsed<Self> {
        match name {
            "role" => Ok(Self::Role(value)),
            "group" => Ok(Self::Group(value)),
            "workspace" => Ok(Self::Workspace(value)),
            "folder" => Ok(Self::Folder(value)),
            "domain" => domain(&value).map(Self::Domain),
            "status" => value.split(',').map(status).collect::<Parsed<_>>().map(Self::Status),
            _ => last(&value),
        }
    }

    fn names(&self) -> Option<Thing<'_>> {
        match self {
            Self::Role(role) => Some(Thing::Role(role)),
            Self::Group(group) => Some(Thing::Group(group)),
            Self::Folder(folder) => Some(Thing::Folder(folder)),
            Self::Word(_)
            | Self::Status(_)
            | Self::Workspace(_)
            | Self::Domain(_)
            | Self::Last { .. }
            | Self::NeverSignedIn => None,
        }
    }
}

/// A domain, with or without the `@`.
pub(super) fn domain(value: &str) -> Parsed<String> {
    match value.strip_prefix('@').unwrap_or(value) {
        "" => Err("domain: needs a domain: domain:example.com".to_owned()),
        domain => Ok(domain.to_owned()),
    }
}

fn status(name: &str) -> Parsed<MemberStatus> {
    match name.to_ascii_lowercase().as_str() {
        "active" => Ok(MemberStatus::Active),
        "pending" => Ok(MemberStatus::Pending),
        "inactive" | "deactivated" => Ok(MemberStatus::Deactivated),
        _ => Err(format!("there is no status {}: it is active, pending or inactive", visible(name))),
    }
}

fn last(value: &str) -> Parsed<Test> {
    let wrong = || "last: takes >90d, <2w or never; units are h, d, w, m (30 days) and y".to_owned();
    if value.eq_ignore_ascii_case("never") {
        return Ok(Test::NeverSignedIn);
    }
    let (older, span) = match (value.strip_prefix('>'), value.strip_prefix('<')) {
        (Some(span), _) => (true, span),
        (_, Some(span)) => (false, span),
        _ => return Err(wrong()),
    };
    let digits = span.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match span[digits.len()..].to_ascii_lowercase().as_str() {
        "s" => 1,
        "h" => 3600,
        "d" => DAY,
        "w" => 7 * DAY,
        "m" => 30 * DAY,
        "y" => 365 * DAY,
        _ => return Err(wrong()),
    };
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(wrong());
    }
    let seconds = digits.parse::<i64>().ok().and_then(|count| count.checked_mul(unit)).ok_or_else(wrong)?;
    Ok(Test::Last { older, seconds })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{filter::FilterRow, time::Timestamp};
    use proptest::prelude::*;

    fn parse(text: &str) -> Filter {
        text.parse().unwrap()
    }

    fn tests(text: &str) -> Vec<Test> {
        parse(text).terms.into_iter().map(|term| term.test).collect()
    }

    fn error(text: &str) -> (usize, String) {
        let error = text.parse::<Filter>().unwrap_err();
        (error.at, error.message)
    }

    #[test]
    fn words_and_fields_go_together() {
        let filter = parse(
            r#"john role:marketer status:active group:"Content Team" folder:"Promo Archive" last:>90d !domain:example.com"#,
        );
        let expected = [
            Test::Word("john".into()),
            Test::Role("marketer".into()),
            Test::Status(vec![MemberStatus::Active]),
            Test::Group("Content Team".into()),
            Test::Folder("Promo Archive".into()),
            Test::Last { older: true, seconds: 90 * DAY },
            Test::Domain("example.com".into()),
        ];
        assert!(filter.terms.iter().map(|term| &term.test).eq(&expected));
        assert!(filter.terms.iter().map(|term| term.negated).eq([false, false, false, false, false, false, true]));
    }

    #[test]
    fn case_quotes_and_odd_words_are_read_as_meant() {
        assert_eq!(tests("  "), []);
        assert_eq!(tests("ROLE:Viewer"), [Test::Role("Viewer".into())]);
        assert_eq!(tests("12:30"), [Test::Word("12:30".into())]);
        assert_eq!(tests(r#""a:b \"c\" \\d""#), [Test::Word(r#"a:b "c" \d"#.into())]);
        assert_eq!(tests("o\"neil"), [Test::Word("o\"neil".into())]);
        assert_eq!(
            tests("status:active,INACTIVE"),
            [Test::Status(vec![MemberStatus::Active, MemberStatus::Deactivated])]
        );
        assert_eq!(tests("domain:@a.test last:NEVER"), [Test::Domain("a.test".into()), Test::NeverSignedIn]);
        assert_eq!(tests("last:<2w"), [Test::Last { older: false, seconds: 14 * DAY }]);
        assert_eq!(tests("имя"), [Test::Word("имя".into())]);
    }

    #[test]
    fn what_is_wrong_is_said_and_where() {
        let unknown = "there is no field team: the fields are role, status, group, workspace, folder, domain, last; \
                       a word with : goes into quotes";
        assert_eq!(error("john team:x"), (5, unknown.to_owned()));
        assert_eq!(error("имя group:\"Content"), (7, "a quote is open: close it with \"".to_owned()));
        assert_eq!(error("role:"), (0, "role: needs a value right after it".to_owned()));
        assert_eq!(error("group:\"\""), (0, "group: needs a value right after it".to_owned()));
        assert_eq!(error("\"\"").1, "there is nothing between the quotes");
        assert_eq!(error("a !").0, 2);
        assert_eq!(error("a !!role:viewer").0, 2);
        assert_eq!(error(&"x ".repeat(101)).0, 200);
        assert_eq!(error("\"a\"b").1, "put a space after the closing quote");
        assert!(error("status:gone").1.contains("active, pending or inactive"));
        for bad in [
            "last:90d",
            "last:>d",
            "last:>9",
            "last:>9q",
            "last:>-9d",
            "last:>99999999999999999999d",
            "last:>9999999999999999y",
        ] {
            assert!(error(bad).1.contains(">90d"), "{bad}");
        }
    }

    struct Row {
        owner: bool,
        last: Option<Timestamp>,
    }

    impl FilterRow for Row {
        fn email(&self) -> &str {
            "John.Smith@mail.Northwind.test"
        }
        fn name(&self) -> &str {
            "Джон Смит"
        }
        fn owner(&self) -> bool {
            self.owner
        }
        fn status(&self) -> MemberStatus {
            MemberStatus::Active
        }
        fn roles(&self) -> Vec<&str> {
            vec!["marketer", "Marketer"]
        }
        fn groups(&self) -> Vec<&str> {
            vec!["Content Team"]
        }
        fn workspaces(&self) -> Vec<&str> {
            vec!["Northwind Signage"]
        }
        fn folders(&self) -> Vec<&str> {
            vec!["Promo Archive"]
        }
        fn last_sign_in(&self) -> Option<Timestamp> {
            self.last
        }
    }

    #[test]
    fn every_term_must_hold() {
        let now = Timestamp(1_000 * DAY);
        let row = Row { owner: false, last: Some(now.plus(-90 * DAY)) };
        let matches = |text: &str| parse(text).matches(&row, now);
        for holds in [
            "",
            "smith",
            "JOHN",
            "смит",
            "role:market",
            "status:pending,active",
            "group:\"content team\"",
            "folder:promo",
            "domain:northwind.test",
            "domain:mail.northwind.test",
            "last:>89d",
            "last:<91d",
            "!last:never",
            "workspace:north",
            "!role:viewer smith",
        ] {
            assert!(matches(holds), "{holds}");
        }
        for fails in [
            "smithy",
            "!smith",
            "role:owner",
            "smith role:viewer",
            "domain:wind.test",
            "last:>90d",
            "last:<90d",
            "last:never",
        ] {
            assert!(!matches(fails), "{fails}");
        }
        let owner = Row { owner: true, last: None };
        for holds in ["role:Owner", "last:never", "last:>1d", "!last:<1d"] {
            assert!(parse(holds).matches(&owner, now), "{holds}");
        }
    }

    fn any_test() -> impl Strategy<Value = Test> {
        let text = || "[a-zA-Zё:!\"\\\\ ,@.>]{1,8}".prop_filter("blank", |text| !text.is_empty());
        let status =
            prop_oneof![Just(MemberStatus::Active), Just(MemberStatus::Pending), Just(MemberStatus::Deactivated)];
        prop_oneof![
            text().prop_map(Test::Word),
            text().prop_map(Test::Role),
            text().prop_map(Test::Group),
            text().prop_map(Test::Workspace),
            text().prop_map(Test::Folder),
            "[a-z.]{1,9}".prop_map(Test::Domain),
            proptest::collection::vec(status, 1..4).prop_map(Test::Status),
            (any::<bool>(), 0..i64::MAX / 2).prop_map(|(older, seconds)| Test::Last { older, seconds }),
            (any::<bool>(), 0_i64..500).prop_map(|(older, days)| Test::Last { older, seconds: days * DAY }),
            Just(Test::NeverSignedIn),
        ]
    }

    proptest! {
        #[test]
        fn showing_and_parsing_again_gives_the_same(
            terms in proptest::collection::vec((any::<bool>(), any_test()), 0..5)
        ) {
            let terms = terms.into_iter().map(|(negated, test)| Term { negated, test }).collect();
            let filter = Filter { terms };
            prop_assert_eq!(filter.to_string().parse::<Filter>(), Ok(filter));
        }

        #[test]
        fn no_text_upsets_the_parser(text in "\\PC*") {
            if let Ok(filter) = text.parse::<Filter>() {
                prop_assert_eq!(filter.to_string().parse::<Filter>(), Ok(filter));
            }
        }
    }
}
