//! Owns the words for changes: why a row is refused, what to know before, what a row has before and after, and what a
//! change does in one line.
//!
//! Texts come from assets/i18n; codes and their parameters come from [`crate::domain`]. Nothing here reads a terminal, a
//! clock or the network.

pub mod change;
pub mod plan;
mod refusals;
mod things;

pub use change::verb;
pub use refusals::{Stage, address_fault, field, outcome, refusal, warning, what};
pub use things::{thing, things};

use crate::{
    api::wire::Workspace,
    domain::{capability::Catalogue, untrusted::visible},
    i18n,
};

/// Turns a capability key into its label: `content.write` into `Content · edit`.
pub trait Labels {
    /// The label; none for a key that is not known, which is then shown itself.
    fn label(&self, key: &str) -> Option<String>;
}

impl Labels for Catalogue {
    fn label(&self, key: &str) -> Option<String> {
        self.find(key).map(|cap| self.get(cap).label.clone())
    }
}

impl Labels for Workspace {
    fn label(&self, key: &str) -> Option<String> {
        self.capabilities.iter().find(|one| one.key == key).map(|one| one.label.clone())
    }
}

impl<F: Fn(&str) -> Option<String>> Labels for F {
    fn label(&self, key: &str) -> Option<String> {
        self(key)
    }
}

/// Shows every capability by its key.
#[derive(Debug, Clone, Copy)]
pub struct Keys;

impl Labels for Keys {
    fn label(&self, _: &str) -> Option<String> {
        None
    }
}

fn capability(labels: &dyn Labels, key: &str) -> String {
    visible(&labels.label(key).unwrap_or_else(|| key.to_owned()))
}

fn capabilities(labels: &dyn Labels, keys: &[String]) -> String {
    list(keys.iter().map(|key| capability(labels, key)))
}

fn list(all: impl Iterator<Item = String>) -> String {
    all.collect::<Vec<_>>().join(", ")
}

/// A parameter of a text and its value, ready to be shown.
type Value<'a> = (&'static str, &'a str);

/// The text for a key with its parameters; the key itself when there is none, which tests forbid.
fn say(key: &str, values: &[Value<'_>]) -> String {
    fill(i18n::t_or(key, key), values)
}

/// The key of the text for `n`, of the one for 1 and the one for any other number.
fn counted(one: &'static str, other: &'static str, n: u64) -> &'static str {
    if n == 1 { one } else { other }
}

/// Replaces each `{name}` once, so that a value with braces in it stays as it is.
fn fill(template: &str, values: &[Value<'_>]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let found = after.split_once('}').and_then(|(name, tail)| {
            let (_, value) = values.iter().find(|(one, _)| *one == name)?;
            Some((*value, tail))
        });
        rest = match found {
            Some((value, tail)) => {
                out.push_str(value);
                tail
            }
            None => {
                out.push('{');
                after
            }
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use utoipa::PartialSchema;

    /// The tags of all variants of an enum, read from its schema: `tag` is the field that holds them.
    pub(super) fn tags<T: PartialSchema>(tag: &str) -> BTreeSet<String> {
        let schema = serde_json::to_value(T::schema()).expect("a schema");
        let mut found = BTreeSet::new();
        collect(&schema, tag, &mut found);
        assert!(!found.is_empty());
        found
    }

    fn collect(node: &serde_json::Value, tag: &str, into: &mut BTreeSet<String>) {
        let names = node.pointer(&format!("/properties/{tag}/enum")).and_then(|names| names.as_array());
        into.extend(names.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)));
        match node {
            serde_json::Value::Array(all) => all.iter().for_each(|one| collect(one, tag, into)),
            serde_json::Value::Object(all) => all.values().for_each(|one| collect(one, tag, into)),
            _ => {}
        }
    }

    /// All variants of an enum without fields.
    pub(super) fn units<T: PartialSchema + serde::de::DeserializeOwned>() -> Vec<T> {
        let schema = serde_json::to_value(T::schema()).expect("a schema");
        let names = schema["enum"].as_array().expect("an enum").clone();
        names.into_iter().map(|name| serde_json::from_value(name).expect("a variant")).collect()
    }

    pub(super) fn labels(key: &str) -> Option<String> {
        (key == "content.write").then(|| "Content · edit".to_owned())
    }

    #[test]
    fn a_value_is_never_read_as_a_parameter() {
        assert_eq!(fill("{a} and {b}", &[("a", "{b}"), ("b", "{a}")]), "{b} and {a}");
        assert_eq!(fill("{a", &[("a", "x")]), "{a");
        assert_eq!(fill("{c} {a}", &[("a", "x")]), "{c} x");
    }

    #[test]
    fn a_capability_without_a_label_is_shown_by_its_key() {
        assert_eq!(capability(&labels, "content.write"), "Content · edit");
        assert_eq!(capability(&labels, "new.\u{1b}thing"), "new.‹U+001B›thing");
        assert_eq!(capability(&Keys, "content.write"), "content.write");
        assert_eq!(capability(&|_: &str| Some("a\u{202e}b".to_owned()), "x"), "a‹U+202E›b");
    }
}
