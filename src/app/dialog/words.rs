//! Sentences for evidence, effects and warnings. Names in them went through `Text`'s `Display`.

use super::ViewCx;
use crate::{
    api::wire::{EffectItem, EffectRow, GrantRow, Kept, Named, PlanKind, PlanRow, Preview, Remedy, Source, Workspace},
    app::{
        format,
        view::{Line, Tone},
    },
    domain::{
        change::Warning,
        edge::{Edge, EdgeSource},
        id::GroupId,
        model::Effect,
        time::Timestamp,
        untrusted::{Text, visible},
    },
    i18n::{t, tf},
};

/// How many members a preview names before it counts the rest.
const NAMED: usize = 5;

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

/// Something to know before doing it.
pub fn warning(warning: &Warning) -> String {
    match warning {
        Warning::FewAdministrators { remaining } => tf("dialog.words.few_administrators", &[("n", remaining)]),
        Warning::ForeignDomain { domain } => tf("dialog.words.foreign_domain", &[("domain", domain)]),
        Warning::LookAlike { of: Some(of) } => tf("dialog.words.look_alike", &[("of", of)]),
        Warning::LookAlike { of: None } => t("dialog.words.mixed_scripts").to_owned(),
        Warning::ExistingAccount { consent: true } => t("dialog.words.account_asked").to_owned(),
        Warning::ExistingAccount { consent: false } => t("dialog.words.account_joins").to_owned(),
        Warning::InvitationsEnd { invitations: 1 } => t("dialog.words.invitation_ends").to_owned(),
        Warning::InvitationsEnd { invitations } => tf("dialog.words.invitations_end", &[("n", invitations)]),
        Warning::Shadowed { by } => tf("dialog.words.shadowed", &[("n", &by.len())]),
    }
}

/// What becomes of a row of a plan: `Marketer → Viewer`, `+ Content Team, − Campaign Desk`, or why nothing does.
pub fn becomes(kind: &PlanKind) -> String {
    match kind {
        PlanKind::Change { before, after, adds, removes, .. } => {
            let edges =
                adds.iter().map(|name| format!("+ {name}")).chain(removes.iter().map(|name| format!("− {name}")));
            let whole = !(before.is_empty() && after.is_empty());
            whole.then(|| from_to(before, after)).into_iter().chain(edges).collect::<Vec<_>>().join(", ")
        }
        PlanKind::Same => t("dialog.plan.same").to_owned(),
        PlanKind::LeftOut { reason, .. } => format!("{}{reason}", t("dialog.plan.left_out")),
    }
}

/// What a row of a plan comes to, on a line: what becomes of it, and what its member gains and loses.
pub fn comes_to(kind: &PlanKind, workspace: &Workspace) -> String {
    let mut said = vec![becomes(kind)];
    if let PlanKind::Change { gains, loses, .. } = kind {
        let both = [("dialog.plan.gains_what", gains), ("dialog.plan.loses_what", loses)];
        let some = both.into_iter().filter(|(_, items)| !items.is_empty());
        said.extend(some.map(|(key, items)| tf(key, &[("what", &self::items(items, workspace))])));
    }
    said.join(" · ")
}

/// From what to what.
pub(super) fn from_to(before: &[Text], after: &[Text]) -> String {
    let names = |all: &[Text]| match all {
        [] => "—".to_owned(),
        all => all.iter().map(Text::to_string).collect::<Vec<_>>().join(", "),
    };
    tf("dialog.plan.from_to", &[("before", &names(before)), ("after", &names(after))])
}

/// What is to be known of a row of a plan: rows of one kind of which the same is said are alike.
pub fn row_warnings(row: &PlanRow) -> Vec<String> {
    row.warnings.iter().map(warning).collect()
}

/// A capability gained or lost, and where.
pub(super) fn item(item: &EffectItem, workspace: &Workspace) -> String {
    let name = capability(&item.capability, workspace);
    match &item.folder {
        Some(folder) => tf("dialog.words.in_folder", &[("capability", &name), ("folder", &folder.name)]),
        None => name,
    }
}

/// Several, with commas.
pub fn items(items: &[EffectItem], workspace: &Workspace) -> String {
    items.iter().map(|one| item(one, workspace)).collect::<Vec<_>>().join(", ")
}

/// A capability that stays and what still gives it, in the words of a text.
pub fn stays(key: &'static str, kept: &Kept, workspace: &Workspace, now: Timestamp) -> String {
    let name = capability(&kept.capability, workspace);
    tf(key, &[("capability", &name), ("via", &sources(&kept.via, now))])
}

/// Things to know before, a line each.
pub(super) fn warnings(warnings: &[Warning]) -> Vec<Line> {
    warnings.iter().map(|w| Line::toned(format!("! {}", warning(w)), Tone::Warn)).collect()
}

/// What a change would do: warnings, then whoever gains, loses, or keeps by another source.
pub(super) fn preview(preview: &Preview, cx: &ViewCx<'_>) -> Vec<Line> {
    let mut lines = warnings(&preview.warnings);
    match preview.rows.as_slice() {
        [] => lines.push(Line::toned(t("dialog.words.no_effect"), Tone::Dim)),
        [only] if preview.gain.max(preview.lose) <= 1 => lines.extend(row(only, cx)),
        rows => {
            let tone = if preview.lose > 0 { Tone::Bad } else { Tone::Good };
            let (gain, lose) = (format::count(preview.gain), format::count(preview.lose));
            lines.push(Line::toned(tf("dialog.words.counts", &[("gain", &gain), ("lose", &lose)]), tone));
            // Whoever loses comes first; who keeps everything by another source is not named among many.
            let (losing, others): (Vec<_>, Vec<_>) = rows.iter().partition(|row| !row.loses.is_empty());
            let touched: Vec<_> =
                losing.into_iter().chain(others.into_iter().filter(|row| !row.gains.is_empty())).collect();
            lines.extend(touched.iter().take(NAMED).map(|one| brief(one, cx)));
            let all = usize::try_from(preview.gain.max(preview.lose)).unwrap_or(usize::MAX).max(touched.len());
            if all > NAMED {
                lines.push(Line::toned(tf("dialog.words.more", &[("n", &(all - NAMED))]), Tone::Dim));
            }
        }
    }
    lines
}

fn row(row: &EffectRow, cx: &ViewCx<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    if !row.gains.is_empty() {
        lines.push(Line::toned(t("dialog.words.gains"), Tone::Good).and(items(&row.gains, cx.workspace), Tone::Plain));
    }
    if !row.loses.is_empty() {
        lines.push(Line::toned(t("dialog.words.loses"), Tone::Bad).and(items(&row.loses, cx.workspace), Tone::Plain));
    }
    for kept in &row.stays {
        lines.push(Line::toned(stays("dialog.words.stays", kept, cx.workspace, cx.now), Tone::Dim));
    }
    if lines.is_empty() {
        lines.push(Line::toned(t("dialog.words.no_effect"), Tone::Dim));
    }
    lines
}

/// One of several, on a line.
fn brief(row: &EffectRow, cx: &ViewCx<'_>) -> Line {
    let mut line = Line::plain(format!("{}  ", row.member.name));
    if !row.loses.is_empty() {
        line = line.and(format!("− {}  ", items(&row.loses, cx.workspace)), Tone::Bad);
    }
    if !row.gains.is_empty() {
        line = line.and(format!("+ {}", items(&row.gains, cx.workspace)), Tone::Good);
    }
    line
}

/// What is asked before something is taken away; nothing when nobody loses anything.
pub(super) fn question<'a>(previews: impl Iterator<Item = &'a Preview>) -> Option<String> {
    let losing: Vec<&Preview> = previews.filter(|preview| preview.lose > 0).collect();
    let members: u64 = losing.iter().map(|preview| preview.lose).max()?;
    let rows: Vec<&EffectRow> = losing.iter().flat_map(|p| &p.rows).filter(|row| !row.loses.is_empty()).collect();
    Some(match rows.first() {
        Some(row) if members == 1 && rows.iter().all(|other| other.member == row.member) => {
            let lost: usize = rows.iter().map(|row| row.loses.len()).sum();
            tf("dialog.words.lose_one", &[("who", &row.member.name), ("n", &lost)])
        }
        _ => tf("dialog.words.lose_many", &[("n", &format::count(members))]),
    })
}
