//! E-mail addresses: practical checks, comparison, and addresses that could be taken for another.

use super::untrusted::hidden;
use unicode_security::{GeneralSecurityProfile as _, MixedScript as _, skeleton};

/// An address that mail could be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    key: String,
    at: usize,
}

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing there.
    #[error("enter an e-mail address")]
    Blank,
    /// Not `name@domain`.
    #[error("an e-mail address has one @ between a name and a domain: name@example.com")]
    Shape,
    /// Longer than mail servers take.
    #[error("this e-mail address is too long: 64 bytes before the @ and 254 in all are the most")]
    Long,
    /// The name before the @.
    #[error("the part before the @ has a character, or a dot in a place, that mail servers refuse")]
    Local,
    /// The domain after the @.
    #[error("the part after the @ is no domain: example.com")]
    Domain,
}

impl Email {
    /// Reads an address; spaces around it are not part of it.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailError::Blank);
        }
        let (local, domain) = text.split_once('@').ok_or(EmailError::Shape)?;
        if local.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(EmailError::Shape);
        }
        if local.len() > 64 || text.len() > 254 {
            return Err(EmailError::Long);
        }
        if local.split('.').any(str::is_empty) || !local.chars().all(local_char) {
            return Err(EmailError::Local);
        }
        if !domain.contains('.') || !domain.split('.').all(label) {
            return Err(EmailError::Domain);
        }
        let key = key(text);
        let at = key.find('@').ok_or(EmailError::Shape)?;
        Ok(Self { key, at })
    }

    /// What addresses are compared by: lower case.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The part after the `@`, in lower case.
    pub fn domain(&self) -> &str {
        &self.key[self.at + 1..]
    }

    /// Whether the domain is one of these or a subdomain of one.
    pub fn within(&self, domains: &[String]) -> bool {
        domains.iter().any(|domain| in_domain(self.domain(), domain))
    }

    /// Whether a different address could be taken for this one: both look the same.
    pub fn looks_like(&self, other: &str) -> bool {
        let other = key(other);
        self.key != other && skeleton(&self.key).eq(skeleton(&other))
    }

    /// Whether the name or a label of the domain mixes scripts that are never written together, or uses
    /// letters kept for scholars.
    pub fn mixed_script(&self) -> bool {
        let odd =
            |part: &str| !part.is_ascii() && !(part.is_single_script() && part.chars().all(|c| c.identifier_allowed()));
        odd(&self.key[..self.at].replace(|c: char| c.is_ascii_punctuation(), "")) || self.domain().split('.').any(odd)
    }
}

/// What an address is compared by, even one that is not well formed: without spaces around it, in lower case.
pub fn key(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether `domain` is `of` or a subdomain of it; both in any case.
pub fn in_domain(domain: &str, of: &str) -> bool {
    let (domain, of) = (domain.to_lowercase(), of.to_lowercase());
    domain == of || domain.strip_suffix(&of).is_some_and(|front| front.ends_with('.'))
}

fn local_char(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c)
    } else {
        !c.is_whitespace() && !hidden(c)
    }
}

fn label(label: &str) -> bool {
    let inside = |c: char| if c.is_ascii() { c.is_ascii_alphanumeric() || c == '-' } else { c.is_alphanumeric() };
    (1..=63).contains(&label.len()) && label.chars().all(inside) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_addresses_are_taken() {
        for good in [
            "a@b.test",
            " Adele.Vance+x@northwind.test ",
            "o'neil@mail.example",
            "алим@пример.test",
            "x_y@a-b.co.example",
        ] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        let email = Email::parse(" Bo@Mail.Partner.TEST").unwrap();
        assert_eq!((email.key(), email.domain()), ("bo@mail.partner.test", "mail.partner.test"));
        assert!(email.within(&["Partner.test".into()]));
        assert!(!email.within(&["artner.test".into()]));
    }

    #[test]
    fn bad_addresses_are_told_why() {
        let long = format!("{}@b.test", "a".repeat(65));
        let table = [
            ("  ", EmailError::Blank),
            ("bo", EmailError::Shape),
            ("bo@", EmailError::Shape),
            ("@b.test", EmailError::Shape),
            ("a@b@c.test", EmailError::Shape),
            ("a b@c.test", EmailError::Local),
            ("a..b@c.test", EmailError::Local),
            (".a@c.test", EmailError::Local),
            ("a\u{202e}b@c.test", EmailError::Local),
            ("a\u{200b}b@c.test", EmailError::Local),
            ("a\x1b[2J@c.test", EmailError::Local),
            ("a@test", EmailError::Domain),
            ("a@-b.test", EmailError::Domain),
            ("a@b..test", EmailError::Domain),
            ("a@b_c.test", EmailError::Domain),
            (long.as_str(), EmailError::Long),
        ];
        for (bad, why) in table {
            assert_eq!(Email::parse(bad), Err(why), "{bad:?}");
        }
    }

    #[test]
    fn look_alikes_and_mixed_scripts_are_seen() {
        let fake = Email::parse("аziza@northwind.test").unwrap();
        assert!(fake.looks_like("aziza@northwind.test") && fake.mixed_script());
        let whole = Email::parse("осе@northwind.test").unwrap();
        assert!(whole.looks_like("oce@northwind.test") && !whole.mixed_script());
        let same = Email::parse("Aziza@northwind.test").unwrap();
        assert!(!same.looks_like("aziza@northwind.test") && !same.mixed_script());
        assert!(!Email::parse("алим.каримов@northwind.test").unwrap().mixed_script());
    }
}
