//! A change that was asked for, in words: what, with what, for which rows, why.

use crate::{
    app::{
        dialog::{ViewCx, words},
        format,
        pane::jobs::Unanswered,
        view::{Line, Tone},
    },
    domain::{
        bulk::{Bulk, BulkAction, Matching, Selection},
        edge::Terms,
        untrusted::{Text, visible},
    },
    i18n::{t, tf},
};
use unicode_width::UnicodeWidthStr;

/// Since when it waits, and what asking again means.
pub(super) fn intro(one: &Unanswered, cx: &ViewCx<'_>) -> Line {
    Line::plain(tf("dialog.take_up.intro", &[("when", &format::relative(one.at, cx.now))]))
}

/// What was chosen: a line each, the values one below the other.
pub(super) fn facts(bulk: &Bulk, cx: &ViewCx<'_>) -> Vec<Line> {
    let mut facts = with(&bulk.action, cx);
    facts.extend(rows(&bulk.on).map(|rows| ("dialog.take_up.for", rows)));
    facts.extend(bulk.action.reason().map(|reason| ("dialog.reason", reason.to_string())));
    facts.extend(terms(&bulk.action).map(dates).unwrap_or_default());
    let widest = facts.iter().map(|(label, _)| t(label).width()).max().unwrap_or(0);
    let line = |(label, value): (&'static str, String)| {
        let label = t(label);
        let gap = " ".repeat(widest + 2 - label.width());
        Line::toned(format!("{label}{gap}"), Tone::Dim).and(value, Tone::Plain)
    };
    facts.into_iter().map(line).collect()
}

/// What it is done with, each under the label that its field has.
fn with(action: &BulkAction, cx: &ViewCx<'_>) -> Vec<(&'static str, String)> {
    let groups = |ids: &[_]| named(ids, cx.groups.iter().map(|group| (group.id, &group.name)));
    match action {
        BulkAction::SetRoles { roles, .. } => {
            vec![("dialog.role_label", named(roles, cx.roles.iter().map(|role| (role.id, &role.name))))]
        }
        BulkAction::AddToGroups { groups: ids, .. } | BulkAction::RemoveFromGroups { groups: ids, .. } => {
            vec![("dialog.groups", groups(ids))]
        }
        BulkAction::Grant { folder, capability, .. } => vec![
            ("dialog.folder", named(&[*folder], cx.folders.iter().map(|folder| (folder.id, &folder.name)))),
            ("dialog.capability", words::capability(capability, cx.workspace)),
        ],
        BulkAction::Invite { drafts } => {
            let message = drafts.iter().find_map(|draft| draft.message.as_ref());
            message.map(|message| ("dialog.invite.message", message.to_string())).into_iter().collect()
        }
        BulkAction::Deactivate { .. }
        | BulkAction::Remove { .. }
        | BulkAction::Resend
        | BulkAction::Cancel { .. }
        | BulkAction::Undo { .. } => Vec::new(),
    }
}

/// Names with commas; what is gone meanwhile by its number.
fn named<'a, I: Copy + PartialEq + std::fmt::Display>(ids: &[I], known: impl Iterator<Item = (I, &'a Text)>) -> String {
    let known: Vec<(I, &Text)> = known.collect();
    let name = |id: &I| match known.iter().find(|(other, _)| other == id) {
        Some((_, name)) => name.to_string(),
        None => tf("dialog.take_up.gone_thing", &[("id", id)]),
    };
    ids.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Which rows it is for, where the action does not name them itself.
fn rows(on: &Selection) -> Option<String> {
    let mut said: Vec<String> = on.matching.iter().map(matching).collect();
    if !on.ids.is_empty() {
        said.push(tf("dialog.take_up.ids", &[("n", &format::count(on.ids.len() as u64))]));
    }
    (!said.is_empty()).then(|| said.join("; "))
}

fn matching(one: &Matching) -> String {
    let all = match one.filter.trim() {
        "" => t("dialog.take_up.everything").to_owned(),
        filter => tf("dialog.take_up.matching", &[("filter", &visible(filter))]),
    };
    match one.except.len() as u64 {
        0 => all,
        n => tf("dialog.take_up.except", &[("all", &all), ("n", &format::count(n))]),
    }
}

fn terms(action: &BulkAction) -> Option<&Terms> {
    match action {
        BulkAction::SetRoles { terms, .. }
        | BulkAction::AddToGroups { terms, .. }
        | BulkAction::Grant { terms, .. } => Some(terms),
        _ => None,
    }
}

fn dates(terms: &Terms) -> Vec<(&'static str, String)> {
    let both = [("dialog.expires", terms.expires_at), ("dialog.review", terms.review_at)];
    both.into_iter().filter_map(|(label, at)| Some((label, format::date(at?)))).collect()
}
