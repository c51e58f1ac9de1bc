//! Words for evidence, effects and plans. Names in them went through `Text`'s `Display`.

use crate::{
    api::{
        error::ApiError,
        wire::{GrantRow, Kept, Named, Plan, PlanRow, Remedy, Shape, Source, Workspace},
    },
    app::{
        format,
        view::{Line, Tone},
    },
    domain::{
        change::{Refusal, Warning},
        edge::{Edge, EdgeSource},
        id::GroupId,
        model::Effect,
        time::Timestamp,
        untrusted::{Text, visible},
    },
    i18n::{t, tf},
    words::{self, Labels, plan},
};

/// Why a call failed.
pub fn failure(error: &ApiError, labels: &dyn Labels) -> String {
    match error {
        ApiError::Refused(why) => refused(why, labels),
        ApiError::Offline(_) => tf("dialog.error.offline", &[("why", error)]),
        ApiError::Unauthorised => t("dialog.error.unauthorised").to_owned(),
        _ => visible(&error.to_string()),
    }
}

/// Why the whole of it is refused.
pub fn refused(why: &Refusal, labels: &dyn Labels) -> String {
    tf("dialog.plan.refused", &[("why", &words::refusal(why, labels))])
}

/// A capability's name on screen; its key where the catalogue does not have it.
pub fn capability(key: &str, workspace: &Workspace) -> String {
    let known = workspace.capabilities.iter().find(|c| c.key == key);
    visible(known.map_or(key, |c| c.label.as_str()))
}

/// Several, with commas.
pub(super) fn capabilities<'a>(keys: impl IntoIterator<Item = &'a String>, workspace: &Workspace) -> String {
    keys.into_iter().map(|key| capability(key, workspace)).collect::<Vec<_>>().join(", ")
}

/// A path of folders: `Northwind / Campaign assets`.
pub(super) fn path(names: &[Text]) -> String {
    names.iter().map(Text::to_string).collect::<Vec<_>>().join(" / ")
}

/// Names with commas, the last after an `or`.
fn any_of(names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<String> = names.collect();
    match names.pop() {
        Some(last) if names.is_empty() => last,
        Some(last) => tf("dialog.words.or", &[("first", &names.join(", ")), ("last", &last)]),
        None => String::new(),
    }
}

fn groups(groups: &[Named<GroupId>]) -> String {
    any_of(groups.iter().map(|g| g.name.to_string()))
}

/// One source of a capability or a refusal.
pub fn source(source: &Source, now: Timestamp) -> String {
    match source {
        Source::Grant(grant) => self::grant(grant, now),
        Source::Fence { folder, groups: through } => {
            tf("dialog.words.fence", &[("folder", &folder.name), ("groups", &groups(through))])
        }
        Source::Role(role) => tf("dialog.words.role", &[("name", &role.name)]),
        Source::Group(group) => tf("dialog.words.group", &[("name", &group.name)]),
        Source::Direct(edge) => format!("{}{}", t("dialog.words.direct"), terms(edge, None, now)),
        Source::Organisation { name } => tf("dialog.words.organisation", &[("name", name)]),
        Source::Owner => t("dialog.words.owner").to_owned(),
        Source::Inactive => t("dialog.words.inactive").to_owned(),
    }
}

/// Several sources, apart by ` · `.
pub fn sources(all: &[Source], now: Timestamp) -> String {
    all.iter().map(|one| source(one, now)).collect::<Vec<_>>().join(" · ")
}

/// A grant: what it does, for whom, where, why, by whom, until when.
pub(super) fn grant(grant: &GrantRow, now: Timestamp) -> String {
    let key = match grant.effect {
        Effect::Allow => "dialog.words.allow",
        Effect::Deny => "dialog.words.deny",
    };
    let said = tf(key, &[("subject", &grant.subject_name), ("folder", &grant.folder.name)]);
    format!("{said}{}", terms(&grant.edge, grant.granted_by.as_ref(), now))
}

/// What an edge carries, as it goes on after a name: `, «frozen», by olim@…, 3 d ago, review in 5 d`.
pub(super) fn terms(edge: &Edge, by: Option<&Text>, now: Timestamp) -> String {
    let mut said = Vec::new();
    said.extend(edge.terms.reason.as_ref().map(|reason| format!("«{reason}»")));
    said.extend(by.map(|by| tf("dialog.words.by", &[("who", by)])));
    said.push(format::relative(edge.granted_at, now));
    said.extend(dates(edge, now));
    if edge.source != EdgeSource::Manual {
        said.push(t("dialog.words.provider").to_owned());
    }
    said.iter().map(|word| format!(", {word}")).collect()
}

/// Expiry and review of an edge, if it has any.
pub(super) fn dates(edge: &Edge, now: Timestamp) -> Vec<String> {
    let say = |key, at: Option<Timestamp>| at.map(|at| tf(key, &[("when", &format::relative(at, now))]));
    [("dialog.words.expires", edge.terms.expires_at), ("dialog.words.review", edge.terms.review_at)]
        .into_iter()
        .filter_map(|(key, at)| say(key, at))
        .collect()
}

/// What would allow what is not allowed.
pub(super) fn remedy(remedy: &Remedy) -> String {
    match remedy {
        Remedy::Activate => t("dialog.words.activate").to_owned(),
        Remedy::RemoveDeny(grant) => {
            let path = path(&grant.path);
            tf("dialog.words.remove_deny", &[("subject", &grant.subject_name), ("folder", &path)])
        }
        Remedy::JoinFenceGroup { folder, groups: through } => {
            tf("dialog.words.join_fence", &[("folder", &folder.name), ("groups", &groups(through))])
        }
        Remedy::Allow(folder) => tf("dialog.words.add_allow", &[("folder", &folder.name)]),
        Remedy::GiveRole(roles) => {
            tf("dialog.words.give_role", &[("roles", &any_of(roles.iter().map(|r| r.name.to_string())))])
        }
        Remedy::JoinGroup(joined) => tf("dialog.words.join_group", &[("groups", &groups(joined))]),
        Remedy::GiveDirect => t("dialog.words.give_direct").to_owned(),
    }
}

/// What a row of a plan comes to, on a line: what becomes of it, and what its member gains and loses.
pub fn comes_to(shape: &Shape, workspace: &Workspace, now: Timestamp) -> String {
    let both = [
        ("dialog.plan.gains_what", plan::gains(shape, workspace)),
        ("dialog.plan.loses_what", plan::loses(shape, workspace)),
    ];
    let some = both.into_iter().filter(|(_, items)| !items.is_empty());
    let access = some.map(|(key, items)| tf(key, &[("what", &items)]));
    std::iter::once(plan::becomes(shape, workspace, now)).chain(access).collect::<Vec<_>>().join(" · ")
}

/// What to know about a row of a plan: rows of one shape with the same warnings are alike.
pub fn row_warnings(row: &PlanRow) -> Vec<String> {
    row.warnings.iter().map(words::warning).collect()
}

/// Below a plan: what to know about the whole, and why none of it may be done.
pub(super) fn notes(plan: &Plan, workspace: &Workspace) -> Vec<Line> {
    let mut lines = warnings(&plan.warnings);
    lines.extend(plan.refused.as_ref().map(|why| Line::toned(refused(why, workspace), Tone::Bad)));
    lines
}

/// A capability that stays and what still gives it, in the words of a text.
pub fn stays(key: &'static str, kept: &Kept, workspace: &Workspace, now: Timestamp) -> String {
    let name = capability(&kept.capability, workspace);
    tf(key, &[("capability", &name), ("via", &sources(&kept.via, now))])
}

/// Things to know before, a line each.
pub(super) fn warnings(all: &[Warning]) -> Vec<Line> {
    all.iter().map(warning_line).collect()
}

pub(super) fn warning_line(warning: &Warning) -> Line {
    Line::toned(format!("! {}", words::warning(warning)), Tone::Warn)
}
