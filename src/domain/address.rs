//! E-mail addresses: whether one can be mailed to, whose it is, and what it could be taken for.

use super::{
    pack::Policies,
    untrusted::{Text, hidden},
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, sync::Arc};
use unicode_security::{MixedScript, confusable_detection::skeleton};
use utoipa::ToSchema;

/// Most characters of an address.
pub const MAX: usize = 254;

/// Most bytes before the `@`.
const MAX_LOCAL: usize = 64;

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AddressFault {
    Empty,
    /// More than [`MAX`] characters.
    Long,
    /// A blank or an invisible character.
    Blank,
    /// No `@`, or several.
    Shape,
    /// More than 64 bytes before the `@`.
    LocalLong,
    /// What mail servers refuse before the `@`.
    Local,
    /// No domain after the `@`.
    Domain,
}

impl AddressFault {
    /// Its code, as the wire has it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Long => "long",
            Self::Blank => "blank",
            Self::Shape => "shape",
            Self::LocalLong => "local_long",
            Self::Local => "local",
            Self::Domain => "domain",
        }
    }
}

/// What is wrong with an address; none when it can be mailed to.
pub fn fault(address: &str) -> Option<AddressFault> {
    if address.is_empty() {
        return Some(AddressFault::Empty);
    }
    if address.chars().count() > MAX {
        return Some(AddressFault::Long);
    }
    if address.chars().any(|c| c.is_whitespace() || hidden(c)) {
        return Some(AddressFault::Blank);
    }
    let Some((local, domain)) = address.split_once('@').filter(|(_, domain)| !domain.contains('@')) else {
        return Some(AddressFault::Shape);
    };
    if local.len() > MAX_LOCAL {
        return Some(AddressFault::LocalLong);
    }
    if local.split('.').any(str::is_empty) || !local.chars().all(in_local) {
        return Some(AddressFault::Local);
    }
    if !domain.contains('.') || !domain.split('.').all(label) {
        return Some(AddressFault::Domain);
    }
    None
}

fn in_local(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c)
}

fn label(label: &str) -> bool {
    let inside = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || c == '-';
    (1..=63).contains(&label.len()) && label.chars().all(inside) && !label.starts_with('-') && !label.ends_with('-')
}

/// As it is compared: lower case, without spaces around it.
pub fn folded(address: &str) -> String {
    address.trim().to_lowercase()
}

/// The part after the `@`, lower case; empty when there is none.
pub fn domain(address: &str) -> String {
    folded(address).rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default()
}

/// Whether `domain` is `of` or a subdomain of it; both in any case.
pub fn in_domain(domain: &str, of: &str) -> bool {
    let (domain, of) = (domain.to_lowercase(), of.to_lowercase());
    domain == of || domain.strip_suffix(&of).is_some_and(|front| front.ends_with('.'))
}

/// The domain, when the workspace names its company's domains and this is none of them or below one.
pub fn foreign(address: &str, policies: &Policies) -> Option<String> {
    let domain = domain(address);
    let ours = policies.company_domains.iter().any(|company| in_domain(&domain, company));
    (!policies.company_domains.is_empty() && !ours).then_some(domain)
}

/// What an address could be taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookAlike {
    /// One of these, letter for letter to the eye.
    Of(Text),
    /// It mixes scripts: something, surely.
    Mixed,
}

/// What an address looks like to the eye: two with the same look can be taken for each other. A capital
/// letter is read as such (`oIim` looks like `olim`), but where there are no others.
pub fn look(address: &str) -> String {
    let seen = |part: &str| {
        let capitals = !part.chars().any(char::is_lowercase);
        if capitals { skeleton_in_any_case(&part.to_lowercase()) } else { skeleton_in_any_case(part) }
    };
    address.trim().split('@').map(seen).collect::<Vec<_>>().join("@")
}

/// The looks of an address as it may be written: as it is, in small letters, as a name begins.
pub fn looks(address: &str) -> [String; 3] {
    let small = folded(address);
    let mut rest = small.chars();
    let named: String = rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect();
    [look(address), look(&small), look(&named)]
}

/// The skeleton of UTS 39, in any case: a zero is confused with a capital `O`, and so with a small one.
fn skeleton_in_any_case(text: &str) -> String {
    skeleton(&skeleton(text).collect::<String>().to_lowercase()).collect()
}

/// Addresses that others could be taken for, by their looks: worked out once, however many ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known(Arc<HashMap<String, Vec<Text>>>);

impl FromIterator<Text> for Known {
    fn from_iter<I: IntoIterator<Item = Text>>(addresses: I) -> Self {
        let mut by_look: HashMap<String, Vec<Text>> = HashMap::new();
        for address in addresses {
            for look in looks(address.raw()) {
                by_look.entry(look).or_default().push(address.clone());
            }
        }
        Self(Arc::new(by_look))
    }
}

/// Whether an address could be taken for another that is known (an administrator's), or mixes scripts.
pub fn look_alike(address: &str, known: &Known) -> Option<LookAlike> {
    let own = folded(address);
    let alike = known.0.get(&look(address)).into_iter().flatten().find(|other| folded(other.raw()) != own);
    alike.map(|other| LookAlike::Of(other.clone())).or_else(|| mixed(address).then_some(LookAlike::Mixed))
}

/// Whether it mixes scripts, label by label: a Latin top-level domain after a name in another script is
/// nothing strange.
pub fn mixed(address: &str) -> bool {
    folded(address).split(['@', '.', '-', '_', '+']).any(|label| !label.is_single_script())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_name_at_a_domain_with_a_dot() {
        for good in ["a@b.test", "Åsa.Öberg+x@mail.example", "азиза@почта.test"] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in [
            "",
            "a",
            "a@b",
            "@b.test",
            "a@.test",
            "a@b..test",
            "a b@c.test",
            "a@b@c.test",
            "a\u{200b}@b.test",
            "<a@b.test>",
            "a..b@c.test",
            ".a@c.test",
            "a@-b.test",
            "a@b_c.test",
            "a\u{202e}b@c.test",
            "a\x1b[2J@c.test",
        ] {
            assert!(fault(bad).is_some(), "{bad}");
        }
        assert!(fault(&format!("{}@b.test", "a".repeat(300))).is_some());
    }

    #[test]
    fn addresses_compare_in_any_case_and_domains_with_those_below_them() {
        assert_eq!(folded(" Bo@Partner.TEST "), "bo@partner.test");
        assert_eq!(domain("Bo@Mail.Partner.TEST"), "mail.partner.test");
        assert!(in_domain("mail.partner.test", "Partner.test"));
        assert!(!in_domain("artner.test", "partner.test") && !in_domain("xpartner.test", "partner.test"));
    }

    #[test]
    fn a_cyrillic_letter_in_a_latin_name_looks_like_somebody() {
        let admin = Text::new("paul@northwind.test");
        let known = [admin.clone()].into_iter().collect();
        let look = |address| look_alike(address, &known);
        assert_eq!(look("pаul@northwind.test"), Some(LookAlike::Of(admin.clone())));
        assert_eq!(look("vаdim@northwind.test"), Some(LookAlike::Mixed));
        assert_eq!(look("PAUL@northwind.test"), None);
        assert_eq!(look("азиза@northwind.test"), None);
        assert_eq!(look("carol@northwind.test"), None);
    }

    #[test]
    fn letters_and_digits_alike_in_any_case_look_like_somebody() {
        let alike = |address: &str, admin: &str| {
            let admin = Text::new(admin);
            look_alike(address, &[admin.clone()].into_iter().collect()) == Some(LookAlike::Of(admin))
        };
        for address in ["0lim", "oIim", "0Iim", "0lirn", "o1im", "olirn", "0LIM"] {
            for admin in ["olim@northwind.test", "Olim@northwind.test", "OLIM@Northwind.test"] {
                assert!(alike(&format!("{address}@northwind.test"), admin), "{address}, {admin}");
            }
        }
        assert!(alike("b0ss@northwind.test", "boss@northwind.test"));
        assert!(alike("Iv0@northwind.test", "Ivo@northwind.test"));
        assert!(alike("lvan@northwind.test", "ivan@northwind.test"), "as Ivan writes it");
        for (address, admin) in [("OLIM", "olim"), ("Olim", "olim"), ("all", "ali"), ("oiim", "olim"), ("bos", "boss")]
        {
            assert!(!alike(&format!("{address}@northwind.test"), &format!("{admin}@northwind.test")), "{address}");
        }
    }
}
