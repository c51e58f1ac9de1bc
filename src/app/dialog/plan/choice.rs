//! What each bulk change has chosen before it can be planned: its fields, and the action they say.

use super::Kind;
use crate::{
    app::dialog::{
        Cx, entries,
        form::{Fault, Form},
        grant_edit::{terms_fields, terms_of},
    },
    domain::{
        bulk::BulkAction,
        edge::Terms,
        id::{FolderId, GroupId},
        model::Effect,
    },
    i18n::t,
};

/// The empty form.
pub(super) fn form(kind: Kind, cx: &Cx<'_>) -> Form {
    let boxed = |form: Form| form.reason().line("expires_at", "dialog.expires", "dialog.dates.hint", "");
    match kind {
        Kind::Role => boxed(entries::roles(Form::default(), cx, &[])),
        Kind::AddToGroups => {
            boxed(Form::default().pick("groups", "dialog.groups", entries::groups(cx.groups, cx.workspace, &[])))
        }
        Kind::RemoveFromGroups => {
            Form::default().pick("groups", "dialog.groups", entries::any_groups(cx.groups, cx.workspace)).reason()
        }
        Kind::Allow | Kind::Deny => {
            let form = Form::default().pick("folder", "dialog.folder", entries::folders(cx.folders, None, None)).pick(
                "capability",
                "dialog.capability",
                entries::capability(cx.workspace, None, true, kind == Kind::Allow),
            );
            terms_fields(form, &Terms::default())
        }
        Kind::Deactivate | Kind::Remove | Kind::Cancel | Kind::Undo(_) => Form::default().reason(),
        Kind::Resend => Form::default(),
    }
}

/// The action as the form says it, or what is wrong with the form.
pub(super) fn action(kind: Kind, form: &Form, cx: &Cx<'_>) -> Result<BulkAction, Fault> {
    let terms = || terms_of(form, &Terms::default(), cx.now);
    let reason = form.text("reason");
    Ok(match kind {
        Kind::Role => BulkAction::SetRoles { roles: entries::chosen_roles(form, cx, &[])?, terms: terms()? },
        Kind::AddToGroups => BulkAction::AddToGroups { groups: groups(form)?, terms: terms()? },
        Kind::RemoveFromGroups => BulkAction::RemoveFromGroups { groups: groups(form)?, reason },
        Kind::Allow | Kind::Deny => BulkAction::Grant {
            folder: form.chosen("folder").map(FolderId).ok_or(("folder", t("dialog.choose_folder").to_owned()))?,
            capability: form
                .chosen("capability")
                .and_then(|at| entries::capability_key(cx.workspace, at))
                .ok_or(("capability", t("dialog.choose_capability").to_owned()))?,
            effect: if kind == Kind::Allow { Effect::Allow } else { Effect::Deny },
            terms: terms()?,
        },
        Kind::Deactivate => BulkAction::Deactivate { reason },
        Kind::Remove => BulkAction::Remove { reason },
        Kind::Resend => BulkAction::Resend,
        Kind::Cancel => BulkAction::Cancel { reason },
        Kind::Undo(job) => BulkAction::Undo { job, reason },
    })
}

fn groups(form: &Form) -> Result<Vec<GroupId>, Fault> {
    let chosen: Vec<GroupId> = form.all_chosen("groups").into_iter().map(GroupId).collect();
    if chosen.is_empty() { Err(("groups", t("dialog.choose_group").to_owned())) } else { Ok(chosen) }
}
