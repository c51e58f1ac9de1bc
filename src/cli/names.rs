//! Roles, groups and days as people type them, and what they may have meant.

use super::{args::Given, exit::Failure};
use crate::{
    api::wire::{FolderRow, GroupRow, Names, RoleRow},
    app::dialog::dates,
    config::nearest,
    domain::{
        capability::Capability,
        edge::Terms,
        id::{FolderId, GroupId, RoleId},
        pack::MaxRoles,
        time::Timestamp,
        untrusted::{Text, visible},
    },
    i18n::{t, tf},
};
use std::collections::HashMap;

/// Names that are listed where another one was typed.
const LISTED: usize = 20;

/// The roles that a name or key means, or several between semicolons where that is allowed; or one sentence.
pub fn roles(roles: &[RoleRow], typed: &str, most: MaxRoles) -> Result<Vec<RoleId>, String> {
    let whole = role(roles, typed);
    match whole {
        Err(_) if several(typed).nth(1).is_none() => whole.map(|role| vec![role]),
        Err(_) if most == MaxRoles::One => Err(t("cli.change.one-role").to_owned()),
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
    found.ok_or_else(|| unknown("cli.change.no-role", typed, roles.iter().map(|role| &role.name)))
}

/// The group that a name means, in any case; or one sentence.
pub fn group(groups: &[GroupRow], typed: &str) -> Result<GroupId, String> {
    let found = Names::groups(groups).find(typed).map(GroupId);
    found.ok_or_else(|| unknown("cli.change.no-group", typed, groups.iter().map(|group| &group.name)))
}

/// The key of the capability that a key or label means, in any case; or one sentence.
pub fn capability(all: &[Capability], typed: &str) -> Result<String, String> {
    let wanted = typed.trim().to_lowercase();
    let found =
        all.iter().find(|one| one.key == wanted).or_else(|| all.iter().find(|one| one.label.to_lowercase() == wanted));
    let keys: Vec<Text> = all.iter().map(|one| Text::from(one.key.as_str())).collect();
    found.map(|one| one.key.clone()).ok_or_else(|| unknown("cli.change.no-capability", typed, keys.iter()))
}

/// The folder that a name means, or a path between slashes where several have the name; or one sentence.
pub fn folder(folders: &[FolderRow], typed: &str) -> Result<FolderId, String> {
    let parents: HashMap<FolderId, &FolderRow> = folders.iter().map(|folder| (folder.id, folder)).collect();
    let path = |folder: &FolderRow| {
        let above = std::iter::successors(folder.parent, |id| parents.get(id)?.parent);
        let mut names: Vec<&str> = above.filter_map(|id| parents.get(&id)).map(|one| one.name.raw()).collect();
        names.reverse();
        names.push(folder.name.raw());
        names.join("/")
    };
    let wanted = typed.trim().to_lowercase();
    let parts: Vec<&str> = wanted.split('/').map(str::trim).collect();
    let named: Vec<&FolderRow> = folders.iter().filter(|one| one.name.raw().to_lowercase() == wanted).collect();
    match named.as_slice() {
        [one] => Ok(one.id),
        [] => {
            let found = folders.iter().find(|one| path(one).to_lowercase() == parts.join("/"));
            found
                .map(|one| one.id)
                .ok_or_else(|| unknown("cli.change.no-folder", typed, folders.iter().map(|folder| &folder.name)))
        }
        several => {
            let paths: Vec<String> = several.iter().take(LISTED).map(|one| visible(&path(one))).collect();
            let said = tf("cli.change.several-folders", &[("name", &visible(typed))]);
            Err(tf("cli.change.there-are", &[("said", &said), ("names", &paths.join(", "))]))
        }
    }
}

/// The moment that the day of an option means.
pub fn day(option: &str, typed: Option<&str>, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    dates::parse(typed.unwrap_or_default(), now).map_err(|why| Failure::usage(format!("{option}: {why}")))
}

/// Why, and until when.
pub fn terms(given: &Given, now: Timestamp) -> Result<Terms, Failure> {
    let expires_at = day("--expires", given.expires.as_deref(), now)?;
    Ok(Terms { reason: given.reason.clone(), expires_at, review_at: None })
}

/// That nothing has this name, and what may have been meant.
pub fn unknown<'a>(key: &'static str, typed: &str, known: impl Iterator<Item = &'a Text>) -> String {
    let said = tf(key, &[("name", &visible(typed))]);
    let lower: Vec<(String, &Text)> = known.map(|name| (name.raw().to_lowercase(), name)).collect();
    let near = nearest(&typed.to_lowercase(), lower.iter().map(|(name, _)| name.as_str()));
    match lower.iter().find(|(name, _)| Some(name.as_str()) == near) {
        _ if lower.is_empty() => tf("cli.change.there-are-none", &[("said", &said)]),
        Some((_, name)) => tf("cli.change.meant", &[("said", &said), ("name", name)]),
        None => {
            let mut all: Vec<String> = lower.iter().take(LISTED).map(|(_, name)| name.to_string()).collect();
            all.extend((lower.len() > LISTED).then(|| "…".to_owned()));
            tf("cli.change.there-are", &[("said", &said), ("names", &all.join(", "))])
        }
    }
}
