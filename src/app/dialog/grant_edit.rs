//! Allow and deny in a folder: a new grant, another time box, an end.

use super::{
    Cx, ViewCx,
    body::{After, Body},
    dates, entries,
    form::{Choice, Fault, Form},
    pick::{Entry, Pick},
    sheet::Sheet,
    words,
};
use crate::{
    api::{
        backend::Precondition,
        wire::{Applied, FolderRow, GrantRow},
    },
    app::{
        effect::{Call, Reply},
        format,
        view::Line,
    },
    domain::{
        change::Change,
        edge,
        id::{FolderId, GroupId, MemberId},
        model::{Effect, Subject},
        time::Timestamp,
        untrusted::Text,
    },
    i18n::{t, tf},
};

const MEMBER: i64 = 0;
const GROUP: i64 = 1;
const ALLOW: i64 = 0;
const DENY: i64 = 1;

/// A grant being made.
pub struct GrantEdit {
    folder: Option<FolderId>,
    subject: Option<(Subject, Text)>,
    effect: Effect,
    /// The tree, where it was read again here.
    folders: Option<Vec<FolderRow>>,
}

impl GrantEdit {
    /// In this folder, for somebody to be chosen.
    pub fn in_folder(folder: FolderId, effect: Effect) -> Sheet<Self> {
        Sheet::of(Self { folder: Some(folder), subject: None, effect, folders: None })
    }

    /// For this member or group, in a folder to be chosen.
    pub fn for_subject(subject: Subject, name: Text, effect: Effect) -> Sheet<Self> {
        Sheet::of(Self { folder: None, subject: Some((subject, name)), effect, folders: None })
    }

    fn chosen_effect(form: &Form) -> Effect {
        if form.chosen("effect") == Some(DENY) { Effect::Deny } else { Effect::Allow }
    }

    fn chosen_subject(&self, form: &Form) -> Result<Subject, Fault> {
        if let Some((subject, _)) = &self.subject {
            return Ok(*subject);
        }
        let missing = |field| (field, t("dialog.grant.subject_missing").to_owned());
        match form.chosen("kind") {
            Some(GROUP) => form.chosen("group").map(|id| Subject::Group(GroupId(id))).ok_or(missing("group")),
            _ => form.chosen("member").map(|id| Subject::Member(MemberId(id))).ok_or(missing("member")),
        }
    }
}

fn any_group(cx: &Cx<'_>) -> Pick {
    let entry = |g: &crate::api::wire::GroupRow| Entry { id: g.id.0, label: g.name.to_string(), ..Entry::default() };
    Pick::one(cx.groups.iter().map(entry).collect(), None)
}

fn choices(keys: [(i64, &'static str); 2]) -> Vec<Choice> {
    keys.map(|(id, key)| Choice { id, label: t(key).to_owned(), note: String::new() }).into()
}

/// The fields of an edge's terms.
pub(super) fn terms_fields(form: Form, terms: &edge::Terms) -> Form {
    let day = |at: Option<Timestamp>| at.map(format::date).unwrap_or_default();
    let reason = terms.reason.as_ref().map_or("", Text::raw);
    form.line("reason", "dialog.reason", "dialog.optional", reason)
        .line("expires_at", "dialog.expires", "dialog.dates.hint", &day(terms.expires_at))
        .line("review_at", "dialog.review", "dialog.dates.hint", &day(terms.review_at))
}

/// The terms as filled in. A day left as it was keeps its moment, past ones too.
pub(super) fn terms_of(form: &Form, before: &edge::Terms, now: Timestamp) -> Result<edge::Terms, Fault> {
    let read = |field: &'static str, before: Option<Timestamp>| match before {
        Some(at) if form.value(field).trim() == format::date(at) => Ok(before),
        _ => dates::parse(form.value(field), now).map_err(|why| (field, why)),
    };
    Ok(edge::Terms {
        reason: form.text("reason"),
        expires_at: read("expires_at", before.expires_at)?,
        review_at: read("review_at", before.review_at)?,
    })
}

impl Body for GrantEdit {
    fn title(&self) -> String {
        let key = match self.effect {
            Effect::Allow => "dialog.grant.allow",
            Effect::Deny => "dialog.grant.deny",
        };
        match &self.subject {
            Some((_, name)) => tf("dialog.grant.for", &[("what", &t(key)), ("name", name)]),
            None => t(key).to_owned(),
        }
    }

    fn form(&mut self, cx: &Cx<'_>) -> Form {
        let mut form = Form::default();
        if self.subject.is_none() {
            let kinds = choices([(MEMBER, "dialog.grant.member"), (GROUP, "dialog.grant.group")]);
            form = form
                .choice("kind", "dialog.grant.kind", kinds, Some(MEMBER))
                .pick("member", "dialog.grant.member_label", Pick::member(None))
                .pick("group", "dialog.grant.group_label", any_group(cx));
        }
        if self.folder.is_none() {
            form = form.pick("folder", "dialog.folder", entries::folders(cx.folders, None, None));
        }
        let effects = choices([(ALLOW, "dialog.grant.allows"), (DENY, "dialog.grant.denies")]);
        let chosen = if self.effect == Effect::Deny { DENY } else { ALLOW };
        form = form
            .pick(
                "capability",
                "dialog.capability",
                entries::capability(cx.workspace, None, true, self.effect == Effect::Allow),
            )
            .choice("effect", "dialog.grant.effect", effects, Some(chosen));
        terms_fields(form, &edge::Terms::default())
    }

    fn edited(&mut self, form: &mut Form, cx: &Cx<'_>) {
        if self.subject.is_none() {
            let group = form.chosen("kind") == Some(GROUP);
            form.show("member", !group);
            form.show("group", group);
        }
        // What the caller lacks may be denied, but not allowed.
        let effect = Self::chosen_effect(form);
        if effect != self.effect {
            self.effect = effect;
            let key = form.chosen("capability").and_then(|at| entries::capability_key(cx.workspace, at));
            form.replace(
                "capability",
                entries::capability(cx.workspace, key.as_deref(), true, effect == Effect::Allow),
            );
        }
    }

    fn change(&self, form: &Form, cx: &Cx<'_>) -> Result<Change, Fault> {
        let subject = self.chosen_subject(form)?;
        let folder = self.folder.or_else(|| form.chosen("folder").map(FolderId));
        let folder = folder.ok_or_else(|| ("folder", t("dialog.choose_folder").to_owned()))?;
        let capability = form
            .chosen("capability")
            .and_then(|at| entries::capability_key(cx.workspace, at))
            .ok_or_else(|| ("capability", t("dialog.choose_capability").to_owned()))?;
        let terms = terms_of(form, &edge::Terms::default(), cx.now)?;
        Ok(Change::Grant { folder, subject, capability, effect: Self::chosen_effect(form), terms })
    }

    fn precondition(&self, change: &Change, cx: &Cx<'_>) -> Precondition {
        let Change::Grant { folder, .. } = change else { return Precondition::Any };
        let rows = self.folders.as_deref().unwrap_or(cx.folders);
        let row = rows.iter().find(|row| row.id == *folder);
        row.map_or(Precondition::Any, |row| Precondition::Version(row.version))
    }

    fn intro(&self, _: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        let Some(folder) = self.folder else { return Vec::new() };
        let path = entries::folder_path(cx.folders, folder);
        vec![Line::plain(tf("dialog.grant.in_folder", &[("folder", &path)]))]
    }

    fn done(&self, form: &Form, _: &Applied, cx: &Cx<'_>) -> After {
        let folder = self.folder.or_else(|| form.chosen("folder").map(FolderId));
        let path = folder.map(|id| entries::folder_path(cx.folders, id)).unwrap_or_default();
        After::Close(tf("dialog.grant.done", &[("folder", &path)]))
    }

    fn reread(&self, cx: &Cx<'_>) -> Option<Call> {
        Some(Call::Folders(cx.workspace.id))
    }

    fn learned(&mut self, reply: &Reply, _: &mut Form, _: &Cx<'_>) {
        if let Reply::Folders(folders) = reply {
            self.folders = Some(folders.clone());
        }
    }
}

/// The version of a grant among those read again.
fn reread_version(reply: &Reply, grant: &mut GrantRow) {
    if let Reply::Grants(rows) = reply
        && let Some(row) = rows.iter().find(|row| row.id == grant.id)
    {
        *grant = row.clone();
    }
}

/// A grant's reason, expiry and review date being edited.
pub struct Terms {
    grant: GrantRow,
}

impl Terms {
    /// Of this grant.
    pub fn new(grant: GrantRow) -> Sheet<Self> {
        Sheet::of(Self { grant })
    }
}

impl Body for Terms {
    fn title(&self) -> String {
        t("dialog.terms.title").to_owned()
    }

    fn form(&mut self, _: &Cx<'_>) -> Form {
        terms_fields(Form::default(), &self.grant.edge.terms).focused("expires_at")
    }

    fn change(&self, form: &Form, cx: &Cx<'_>) -> Result<Change, Fault> {
        let terms = terms_of(form, &self.grant.edge.terms, cx.now)?;
        if terms == self.grant.edge.terms {
            return Err(("expires_at", t("dialog.same").to_owned()));
        }
        Ok(Change::EditGrant { grant: self.grant.id, terms })
    }

    fn previews(&self) -> bool {
        false
    }

    fn precondition(&self, _: &Change, _: &Cx<'_>) -> Precondition {
        Precondition::Version(self.grant.version)
    }

    fn intro(&self, _: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        described(&self.grant, cx)
    }

    fn done(&self, _: &Form, _: &Applied, _: &Cx<'_>) -> After {
        After::Close(t("dialog.terms.done").to_owned())
    }

    fn reread(&self, cx: &Cx<'_>) -> Option<Call> {
        Some(Call::FolderGrants(cx.workspace.id, self.grant.folder.id))
    }

    fn learned(&mut self, reply: &Reply, _: &mut Form, _: &Cx<'_>) {
        reread_version(reply, &mut self.grant);
    }
}

/// A grant being taken away.
pub struct Revoke {
    grant: GrantRow,
}

impl Revoke {
    /// This grant.
    pub fn new(grant: GrantRow) -> Sheet<Self> {
        Sheet::of(Self { grant })
    }
}

impl Body for Revoke {
    fn title(&self) -> String {
        t("dialog.revoke.title").to_owned()
    }

    fn form(&mut self, _: &Cx<'_>) -> Form {
        Form::default().reason()
    }

    fn change(&self, form: &Form, _: &Cx<'_>) -> Result<Change, Fault> {
        Ok(Change::Revoke { grant: self.grant.id, reason: form.text("reason") })
    }

    fn precondition(&self, _: &Change, _: &Cx<'_>) -> Precondition {
        Precondition::Version(self.grant.version)
    }

    fn intro(&self, _: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        described(&self.grant, cx)
    }

    fn verb(&self) -> &'static str {
        t("dialog.revoke.verb")
    }

    fn done(&self, _: &Form, _: &Applied, _: &Cx<'_>) -> After {
        After::Close(tf("dialog.revoke.done", &[("subject", &self.grant.subject_name)]))
    }

    fn reread(&self, cx: &Cx<'_>) -> Option<Call> {
        Some(Call::FolderGrants(cx.workspace.id, self.grant.folder.id))
    }

    fn learned(&mut self, reply: &Reply, _: &mut Form, _: &Cx<'_>) {
        reread_version(reply, &mut self.grant);
    }
}

/// A grant in two lines: what it is about and where, then what it does and since when.
fn described(grant: &GrantRow, cx: &ViewCx<'_>) -> Vec<Line> {
    let capability = words::capability(&grant.capability, cx.workspace);
    let at = tf("dialog.grant.at", &[("capability", &capability), ("folder", &words::path(&grant.path))]);
    vec![Line::plain(at), Line::plain(words::grant(grant, cx.now))]
}
