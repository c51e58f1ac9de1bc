//! The filter language for invitations.
//!
//! `flag:expiring !role:viewer inviter:aziza domain:partner.test`. A filter that asks for no state is
//! about open invitations alone (sent, expired, failed): `status:any` is about all there ever were.

use super::{
    Filter, Thing, Vocabulary, contains, field,
    parse::{Parsed, domain as read_domain},
    word,
};
use crate::domain::{
    address::{domain, in_domain},
    invitation::{InvitationFlag, InvitationStatus},
    untrusted::visible,
};
use std::fmt;

/// A filter of invitations.
pub type InvitationFilter = Filter<InvitationTest>;

/// What a term asks of an invitation. Words compare case-insensitively, as substrings unless said
/// otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvitationTest {
    /// In e-mail or name.
    Word(String),
    /// `flag:expiring`; a list `a,b` means any, `any` is every flag there is.
    Flag(Vec<InvitationFlag>),
    /// A role's name that waits behind it.
    Role(String),
    /// A group's name that waits behind it.
    Group(String),
    /// `status:failed`; a list means any, `open` is all that are not settled, `any` is all.
    Status(Vec<InvitationStatus>),
    /// In the inviter's e-mail.
    Inviter(String),
    /// The part after the `@`: exact, or a subdomain of it.
    Domain(String),
}

/// What a filter asks of an invitation: the model that the store's way of matching is held against.
pub trait InvitationFilterRow {
    /// To whom.
    fn email(&self) -> &str;
    /// Name; empty when not known.
    fn name(&self) -> &str;
    /// The inviter's e-mail; empty when they are gone.
    fn inviter(&self) -> &str;
    /// State, by the clock.
    fn status(&self) -> InvitationStatus;
    /// Flags, by the clock.
    fn flags(&self) -> &[InvitationFlag];
    /// Names of the roles that wait.
    fn roles(&self) -> Vec<&str>;
    /// Names of the groups that wait.
    fn groups(&self) -> Vec<&str>;
}

impl Vocabulary for InvitationTest {
    const FIELDS: &'static [&'static str] = &["flag", "role", "group", "status", "inviter", "domain"];

    fn word(word: String) -> Self {
        Self::Word(word)
    }

    fn field(name: &str, value: String) -> Parsed<Self> {
        match name {
            "flag" => any_of(&value, flag).map(Self::Flag),
            "role" => Ok(Self::Role(value)),
            "group" => Ok(Self::Group(value)),
            "status" => any_of(&value, status).map(Self::Status),
            "inviter" => Ok(Self::Inviter(value)),
            _ => read_domain(&value).map(Self::Domain),
        }
    }

    fn names(&self) -> Option<Thing<'_>> {
        match self {
            Self::Role(role) => Some(Thing::Role(role)),
            Self::Group(group) => Some(Thing::Group(group)),
            Self::Word(_) | Self::Flag(_) | Self::Status(_) | Self::Inviter(_) | Self::Domain(_) => None,
        }
    }
}

/// The values of a list, each once, in their own order.
fn any_of<T: PartialEq>(list: &str, one: impl Fn(&str) -> Parsed<Vec<T>>) -> Parsed<Vec<T>> {
    let mut all = Vec::new();
    for name in list.split(',') {
        for value in one(&name.to_ascii_lowercase())? {
            if !all.contains(&value) {
                all.push(value);
            }
        }
    }
    Ok(all)
}

fn flag(name: &str) -> Parsed<Vec<InvitationFlag>> {
    match InvitationFlag::named(name) {
        Some(flag) => Ok(vec![flag]),
        None if name == "any" => Ok(InvitationFlag::ALL.to_vec()),
        None => {
            let known: Vec<_> = InvitationFlag::ALL.iter().map(|flag| flag.name()).collect();
            Err(format!("there is no flag {}: the flags are {}, and any", visible(name), known.join(", ")))
        }
    }
}

fn status(name: &str) -> Parsed<Vec<InvitationStatus>> {
    match InvitationStatus::named(name) {
        Some(status) => Ok(vec![status]),
        None if name == "open" => Ok(InvitationStatus::OPEN.to_vec()),
        None if name == "any" => Ok(InvitationStatus::ALL.to_vec()),
        None => {
            let known: Vec<_> = InvitationStatus::ALL.iter().map(|status| status.name()).collect();
            Err(format!("there is no status {}: it is {}, open or any", visible(name), known.join(", ")))
        }
    }
}

impl InvitationFilter {
    /// Whether it is about open invitations alone, because it asks for no state.
    pub fn open_only(&self) -> bool {
        !self.terms.iter().any(|term| matches!(term.test, InvitationTest::Status(_)))
    }

    /// Whether an invitation passes every term.
    pub fn passes(&self, row: &impl InvitationFilterRow) -> bool {
        (!self.open_only() || row.status().open()) && self.terms.iter().all(|term| term.test.holds(row) != term.negated)
    }
}

impl InvitationTest {
    fn holds(&self, row: &impl InvitationFilterRow) -> bool {
        let any = |names: Vec<&str>, part: &str| names.iter().any(|name| contains(name, part));
        match self {
            Self::Word(word) => contains(row.email(), word) || contains(row.name(), word),
            Self::Flag(any) => row.flags().iter().any(|flag| any.contains(flag)),
            Self::Role(role) => any(row.roles(), role),
            Self::Group(group) => any(row.groups(), group),
            Self::Status(any) => any.contains(&row.status()),
            Self::Inviter(inviter) => contains(row.inviter(), inviter),
            Self::Domain(of) => in_domain(&domain(row.email()), of),
        }
    }
}

impl fmt::Display for InvitationTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(text) => word(f, text),
            Self::Flag(flags) => {
                let names: Vec<_> = flags.iter().map(|flag| flag.name()).collect();
                let all = *flags == InvitationFlag::ALL;
                write!(f, "flag:{}", if all { "any".to_owned() } else { names.join(",") })
            }
            Self::Role(role) => field(f, "role", role),
            Self::Group(group) => field(f, "group", group),
            Self::Status(statuses) => {
                let names: Vec<_> = statuses.iter().map(|status| status.name()).collect();
                let of = match statuses.as_slice() {
                    all if all == InvitationStatus::ALL => "any".to_owned(),
                    open if open == InvitationStatus::OPEN => "open".to_owned(),
                    _ => names.join(","),
                };
                write!(f, "status:{of}")
            }
            Self::Inviter(inviter) => field(f, "inviter", inviter),
            Self::Domain(domain) => field(f, "domain", domain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> InvitationFilter {
        text.parse().unwrap()
    }

    fn error(text: &str) -> (usize, String) {
        let error = text.parse::<InvitationFilter>().unwrap_err();
        (error.at, error.message)
    }

    #[test]
    fn fields_of_invitations_are_read_as_those_of_members_are() {
        let filter = parse(r#"bo flag:expiring,FAILED !role:viewer group:"Content Team" inviter:aziza domain:@a.test"#);
        let expected = [
            InvitationTest::Word("bo".into()),
            InvitationTest::Flag(vec![InvitationFlag::Expiring, InvitationFlag::Failed]),
            InvitationTest::Role("viewer".into()),
            InvitationTest::Group("Content Team".into()),
            InvitationTest::Inviter("aziza".into()),
            InvitationTest::Domain("a.test".into()),
        ];
        assert!(filter.terms.iter().map(|term| &term.test).eq(&expected));
        assert!(filter.terms[2].negated);
    }

    #[test]
    fn without_a_state_it_is_about_open_ones() {
        assert!(parse("").open_only() && parse("bo flag:any").open_only());
        for asks in ["status:any", "!status:sent", "bo status:accepted"] {
            assert!(!parse(asks).open_only(), "{asks}");
        }
        assert_eq!(parse("status:open").terms[0].test, InvitationTest::Status(InvitationStatus::OPEN.to_vec()));
    }

    #[test]
    fn what_is_wrong_is_said_and_where() {
        let unknown = "there is no field last: the fields are flag, role, group, status, inviter, domain; \
                       a word with : goes into quotes";
        assert_eq!(error("bo last:>90d"), (3, unknown.to_owned()));
        assert_eq!(error("flag:"), (0, "flag: needs a value right after it".to_owned()));
        assert!(error("bo flag:gone").1.contains("inviter-gone, failed, expired, expiring, foreign, and any"));
        assert!(error("status:pending").1.contains("it is failed, expired, sent, accepted, declined, cancelled"));
        assert_eq!(error("a group:\"Content"), (2, "a quote is open: close it with \"".to_owned()));
    }

    #[test]
    fn a_flag_has_its_name_in_data_too() {
        let both = parse("flag:look_alike,foreign_domain,inviter_gone");
        assert_eq!(both.to_string(), "flag:look-alike,foreign,inviter-gone");
    }

    #[test]
    fn showing_and_parsing_again_gives_the_same() {
        for text in [
            "flag:any",
            "!flag:look-alike,foreign",
            "status:open",
            "status:any",
            "status:accepted,declined",
            r#"role:"Field Technician" "a:b" inviter:olim domain:a.test"#,
        ] {
            assert_eq!(parse(text).to_string(), text);
        }
    }
}
