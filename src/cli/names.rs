//! Roles, groups and days as people type them, and what they may have meant.

use super::exit::Failure;
use crate::{
    api::wire::{GroupRow, Names, RoleRow},
    app::dialog::dates,
    config::nearest,
    domain::{
        id::{GroupId, RoleId},
        pack::MaxRoles,
        time::Timestamp,
        untrusted::{Text, visible},
    },
    i18n::{t, tf},
};

/// Names that are listed where another one was typed.
const LISTED: usize = 20;

/// The roles that a name or key means, or several between semicolons where that is allowed; or one sentence.
pub fn roles(roles: &[RoleRow], typed: &str, most: MaxRoles) -> Result<Vec<RoleId>, String> {
    let whole = role(roles, typed);
    match whole {
        Err(_) if several(typed).nth(1).is_none() => whole.map(|role| vec![role]),
        Err(_) if most == MaxRoles::One => Err(t("cli.bulk.one-role").to_owned()),
        Err(_) => several(typed).map(|name| role(roles, name)).collect(),
        Ok(role) => Ok(vec![role]),
    }
}

fn several(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|name| !name.is_empty())
}

/// The role that a name or key means, in any case; or one sentence.
pub fn role(roles: &[RoleRow], typed: &str) -> Result<RoleId, String> {
    let found = Names::roles(roles).find(typed).map(RoleId);
    found.ok_or_else(|| unknown("cli.bulk.no-role", typed, roles.iter().map(|role| &role.name)))
}

/// The group that a name means, in any case; or one sentence.
pub fn group(groups: &[GroupRow], typed: &str) -> Result<GroupId, String> {
    let found = Names::groups(groups).find(typed).map(GroupId);
    found.ok_or_else(|| unknown("cli.bulk.no-group", typed, groups.iter().map(|group| &group.name)))
}

/// The moment that the day of `--expires` means.
pub fn day(typed: Option<&str>, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    dates::parse(typed.unwrap_or_default(), now).map_err(|why| Failure::usage(format!("--expires: {why}")))
}

/// That nothing has this name, and what may have been meant.
pub fn unknown<'a>(key: &'static str, typed: &str, known: impl Iterator<Item = &'a Text>) -> String {
    let said = tf(key, &[("name", &visible(typed))]);
    let lower: Vec<(String, &Text)> = known.map(|name| (name.raw().to_lowercase(), name)).collect();
    let near = nearest(&typed.to_lowercase(), lower.iter().map(|(name, _)| name.as_str()));
    match lower.iter().find(|(name, _)| Some(name.as_str()) == near) {
        _ if lower.is_empty() => format!("{said}: {}", t("cli.bulk.there-are-none")),
        Some((_, name)) => format!("{said}: {}", tf("cli.bulk.meant", &[("name", name)])),
        None => {
            let mut all: Vec<String> = lower.iter().take(LISTED).map(|(_, name)| name.to_string()).collect();
            all.extend((lower.len() > LISTED).then(|| "…".to_owned()));
            format!("{said}: {}", tf("cli.bulk.there-are", &[("names", &all.join(", "))]))
        }
    }
}
