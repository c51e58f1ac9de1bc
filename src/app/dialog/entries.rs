//! Roles, groups, folders and capabilities as things to choose from.

use super::{
    Cx,
    form::{Choice, Fault, Form},
    pick::{Entry, Pick},
    words,
};
use crate::{
    api::wire::{FolderRow, GroupRow, RoleRow, Workspace},
    domain::{
        id::{FolderId, GroupId, RoleId},
        pack::MaxRoles,
        untrusted::{Text, visible},
    },
    i18n::{t, tf},
};

/// What the caller lacks of these, as a reason; none when nothing.
pub(super) fn lacks(keys: &[String], workspace: &Workspace) -> Option<String> {
    let missing: Vec<&String> = keys.iter().filter(|key| !workspace.my_capabilities.contains(key)).collect();
    (!missing.is_empty()).then(|| {
        let named = words::capabilities(missing, workspace);
        tf("dialog.you_lack", &[("capabilities", &named)])
    })
}

fn unassignable(role: &RoleRow, workspace: &Workspace) -> Option<String> {
    let why = || lacks(&role.capabilities, workspace).unwrap_or_else(|| t("dialog.not_assignable").to_owned());
    (!role.assignable).then(why)
}

/// The form with a field `roles`: a choice, or a checklist where a member may hold many.
pub(super) fn roles(form: Form, cx: &Cx<'_>, held: &[RoleId]) -> Form {
    if cx.workspace.policies.max_roles == MaxRoles::Many {
        let entry = |role: &RoleRow| Entry {
            id: role.id.0,
            label: role.name.to_string(),
            why_not: unassignable(role, cx.workspace).filter(|_| !held.contains(&role.id)),
            ..Entry::default()
        };
        let held = held.iter().map(|id| id.0).collect();
        return form.pick("roles", "dialog.roles", Pick::many(cx.roles.iter().map(entry).collect(), held));
    }
    let choice = |role: &RoleRow| Choice {
        id: role.id.0,
        label: role.name.to_string(),
        note: unassignable(role, cx.workspace).unwrap_or_default(),
    };
    let first = cx.roles.iter().rev().find(|role| role.assignable).map(|role| role.id);
    let chosen = held.first().copied().or(first).map(|id| id.0);
    form.choice("roles", "dialog.role_label", cx.roles.iter().map(choice).collect(), chosen)
}

/// The roles chosen in such a field, or what is wrong with them.
pub(super) fn chosen_roles(form: &Form, cx: &Cx<'_>, held: &[RoleId]) -> Result<Vec<RoleId>, Fault> {
    let chosen: Vec<RoleId> = form.all_chosen("roles").into_iter().map(RoleId).collect();
    if chosen.is_empty() {
        return Err(("roles", t("dialog.choose_role").to_owned()));
    }
    let refused = cx.roles.iter().filter(|role| chosen.contains(&role.id) && !held.contains(&role.id));
    match refused.filter_map(|role| unassignable(role, cx.workspace)).next() {
        Some(why) => Err(("roles", why)),
        None => Ok(chosen),
    }
}

/// All groups, those that give what the caller lacks with the reason.
pub(super) fn groups(groups: &[GroupRow], workspace: &Workspace, held: &[GroupId]) -> Pick {
    let entry = |group: &GroupRow| Entry {
        id: group.id.0,
        label: group.name.to_string(),
        note: words::capabilities(&group.capabilities, workspace),
        why_not: lacks(&group.capabilities, workspace).filter(|_| !held.contains(&group.id)),
        ..Entry::default()
    };
    Pick::many(groups.iter().map(entry).collect(), held.iter().map(|id| id.0).collect())
}

/// The form with a field `groups`, where there are any.
pub(super) fn groups_field(form: Form, cx: &Cx<'_>, held: &[i64]) -> Form {
    let held: Vec<GroupId> = held.iter().copied().map(GroupId).collect();
    match cx.features.groups && !cx.groups.is_empty() {
        true => form.pick("groups", "dialog.groups", groups(cx.groups, cx.workspace, &held)),
        false => form,
    }
}

/// The days in a field `ttl_days`; none where nothing is typed.
pub(super) fn ttl_days(form: &Form) -> Result<Option<i64>, Fault> {
    let days = form.value("ttl_days").trim();
    match days.parse() {
        Ok(days) => Ok(Some(days)),
        Err(_) if days.is_empty() => Ok(None),
        Err(_) => Err(("ttl_days", t("dialog.invite.days_wrong").to_owned())),
    }
}

/// All groups, for what hands nothing out.
pub(super) fn any_groups(groups: &[GroupRow], workspace: &Workspace) -> Pick {
    let entry = |group: &GroupRow| Entry {
        id: group.id.0,
        label: group.name.to_string(),
        note: words::capabilities(&group.capabilities, workspace),
        ..Entry::default()
    };
    Pick::many(groups.iter().map(entry).collect(), Vec::new())
}

/// The tree, indented; `whole` is the entry for the workspace as a whole, if that may be chosen.
pub(super) fn folders(rows: &[FolderRow], chosen: Option<FolderId>, whole: Option<&str>) -> Pick {
    let mut entries: Vec<Entry> =
        whole.map(|label| Entry { id: WHOLE, label: label.to_owned(), ..Entry::default() }).into_iter().collect();
    let mut depths = std::collections::HashMap::new();
    for row in rows {
        let depth = row.parent.and_then(|parent| depths.get(&parent)).map_or(0, |above: &usize| above + 1);
        depths.insert(row.id, depth);
        let label = format!("{}{}", "  ".repeat(depth), row.name);
        entries.push(Entry { id: row.id.0, label, note: visible(&row.kind), ..Entry::default() });
    }
    let chosen = chosen.map(|id| id.0).or(whole.map(|_| WHOLE));
    Pick::one(entries, chosen)
}

/// Stands for the workspace as a whole among folders.
pub(super) const WHOLE: i64 = i64::MIN;

/// Capabilities under their categories, by their place in the catalogue.
fn catalogue(
    workspace: &Workspace,
    offered: impl Fn(usize) -> bool,
    why_not: impl Fn(usize) -> Option<String>,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut under = None;
    for (i, capability) in workspace.capabilities.iter().enumerate().filter(|(i, _)| offered(*i)) {
        if under != Some(&capability.category) {
            under = Some(&capability.category);
            entries.push(Entry { label: visible(&capability.category), heading: true, ..Entry::default() });
        }
        let id = i64::try_from(i).unwrap_or(i64::MAX);
        entries.push(Entry { id, label: visible(&capability.label), why_not: why_not(i), ..Entry::default() });
    }
    entries
}

fn place(workspace: &Workspace, key: &str) -> Option<i64> {
    workspace.capabilities.iter().position(|c| c.key == key).and_then(|i| i64::try_from(i).ok())
}

/// The key of a capability chosen by its place.
pub(super) fn capability_key(workspace: &Workspace, place: i64) -> Option<String> {
    usize::try_from(place).ok().and_then(|i| workspace.capabilities.get(i)).map(|c| c.key.clone())
}

/// A checklist of all capabilities; those the caller lacks cannot be checked.
pub(super) fn capabilities(workspace: &Workspace, held: &[String]) -> Pick {
    let key = |i: usize| &workspace.capabilities[i].key;
    let why_not = |i: usize| lacks(std::slice::from_ref(key(i)), workspace).filter(|_| !held.contains(key(i)));
    let chosen = held.iter().filter_map(|key| place(workspace, key)).collect();
    Pick::many(catalogue(workspace, |_| true, why_not), chosen)
}

/// One of the capabilities: those for folders, or all.
pub(super) fn capability(workspace: &Workspace, chosen: Option<&str>, per_folder: bool, granting: bool) -> Pick {
    let all = &workspace.capabilities;
    let why_not = |i: usize| lacks(std::slice::from_ref(&all[i].key), workspace).filter(|_| granting);
    let chosen = chosen.and_then(|key| place(workspace, key));
    Pick::one(catalogue(workspace, |i| all[i].per_folder || !per_folder, why_not), chosen)
}

/// The folder's path: `Northwind / Campaign assets`.
pub(super) fn folder_path(rows: &[FolderRow], folder: FolderId) -> String {
    let mut names: Vec<Text> = Vec::new();
    let mut at = Some(folder);
    while let Some(row) = at.and_then(|id| rows.iter().find(|row| row.id == id)).filter(|_| names.len() < rows.len()) {
        names.push(row.name.clone());
        at = row.parent;
    }
    names.reverse();
    words::path(&names)
}
