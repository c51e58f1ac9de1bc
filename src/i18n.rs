//! Every string that a person reads comes from assets/i18n, by key.
//!
//! `t("users.title")` gives the text, `tf("users.count", &[("n", &312)])` one with values put in for
//! `{n}`. Tables are nested in the file, joined by dots here.

use std::{collections::HashMap, fmt::Display, sync::OnceLock};

const ENGLISH: &str = include_str!("../assets/i18n/en.toml");

fn table() -> &'static HashMap<String, String> {
    static TABLE: OnceLock<HashMap<String, String>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut all = HashMap::new();
        if let Ok(root) = ENGLISH.parse::<toml::Table>() {
            flatten("", &root, &mut all);
        }
        all
    })
}

fn flatten(prefix: &str, from: &toml::Table, into: &mut HashMap<String, String>) {
    for (name, value) in from {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::String(text) => drop(into.insert(key, text.clone())),
            toml::Value::Table(inner) => flatten(&key, inner, into),
            _ => {}
        }
    }
}

/// Whether there is a text for this key.
pub fn has(key: &str) -> bool {
    table().contains_key(key)
}

/// The text for a key; the key itself when there is none, which a test forbids.
pub fn t(key: &'static str) -> &'static str {
    table().get(key).map_or(key, String::as_str)
}

/// The text for a key that is made at run time, or what to say without one.
pub fn t_or<'a>(key: &str, otherwise: &'a str) -> &'a str {
    table().get(key).map_or(otherwise, String::as_str)
}

/// The text for a key, with values put in for `{name}`.
pub fn tf(key: &'static str, values: &[(&str, &dyn Display)]) -> String {
    let mut text = t(key).to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), &value.to_string());
    }
    text
}
