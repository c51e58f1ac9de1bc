//! Allow and deny in a folder: a new grant, another time box, an end.

use super::{
    Cx, ViewCx,
    body::{Body, members},
    dates, entries,
    form::{Choice, Fault, Form},
    pick::{Entry, Pick},
    plan::PlanDialog,
    words,
};
use crate::{
    api::wire::GrantRow,
    app::{
        format,
        selection::Targets,
        view::{Line, Width},
    },
    domain::{
        change::{self, EditGrant, Request, To},
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

/// For whom a grant is made.
enum Whom {
    /// Somebody to be chosen.
    Chosen,
    One(Subject, Text),
    Members(Targets),
}

/// A grant being made.
pub struct GrantEdit {
    folder: Option<FolderId>,
    whom: Whom,
    effect: Effect,
}

impl GrantEdit {
    /// In this folder, for somebody to be chosen.
    pub fn in_folder(folder: FolderId, effect: Effect) -> PlanDialog {
        PlanDialog::new(Self { folder: Some(folder), whom: Whom::Chosen, effect })
    }

    /// For this member or group, in a folder to be chosen.
    pub fn for_subject(subject: Subject, name: Text, effect: Effect) -> PlanDialog {
        PlanDialog::new(Self { folder: None, whom: Whom::One(subject, name), effect })
    }

    /// For all these members, in a folder to be chosen.
    pub fn for_members(targets: Targets, effect: Effect) -> PlanDialog {
        PlanDialog::new(Self { folder: None, whom: Whom::Members(targets), effect })
    }

    fn chosen_effect(&self, form: &Form) -> Effect {
        match form.chosen("effect") {
            Some(DENY) => Effect::Deny,
            Some(_) => Effect::Allow,
            None => self.effect,
        }
    }

    fn chosen_subject(form: &Form) -> Result<Subject, Fault> {
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
    fn title(&self, rows: Option<u64>, _: &ViewCx<'_>) -> String {
        let what = match self.effect {
            Effect::Allow => t("dialog.grant.allow"),
            Effect::Deny => t("dialog.grant.deny"),
        };
        let name = match &self.whom {
            Whom::Chosen => return what.to_owned(),
            Whom::One(_, name) => name.to_string(),
            Whom::Members(_) => members(rows),
        };
        tf("dialog.grant.for", &[("what", &what), ("name", &name)])
    }

    fn targets(&self) -> Option<&Targets> {
        if let Whom::Members(targets) = &self.whom { Some(targets) } else { None }
    }

    fn width(&self) -> Width {
        match &self.whom {
            Whom::One(Subject::Member(_), _) => Width::Medium,
            _ => Width::Wide,
        }
    }

    fn form(&mut self, cx: &Cx<'_>) -> Form {
        let mut form = Form::default();
        if matches!(self.whom, Whom::Chosen) {
            let kinds = choices([(MEMBER, "dialog.grant.member"), (GROUP, "dialog.grant.group")]);
            form = form
                .choice("kind", "dialog.grant.kind", kinds, Some(MEMBER))
                .pick("member", "dialog.grant.member_label", Pick::member(None))
                .pick("group", "dialog.grant.group_label", any_group(cx));
        }
        if self.folder.is_none() {
            form = form.pick("folder", "dialog.folder", entries::folders(cx.folders, None, None));
        }
        let allows = self.effect == Effect::Allow;
        form = form.pick("capability", "dialog.capability", entries::capability(cx.workspace, None, true, allows));
        if !matches!(self.whom, Whom::Members(_)) {
            let effects = choices([(ALLOW, "dialog.grant.allows"), (DENY, "dialog.grant.denies")]);
            form = form.choice("effect", "dialog.grant.effect", effects, Some(if allows { ALLOW } else { DENY }));
        }
        terms_fields(form, &edge::Terms::default())
    }

    fn edited(&mut self, form: &mut Form, cx: &Cx<'_>) {
        if matches!(self.whom, Whom::Chosen) {
            let group = form.chosen("kind") == Some(GROUP);
            form.show("member", !group);
            form.show("group", group);
        }
        // What the caller lacks may be denied, but not allowed.
        let effect = self.chosen_effect(form);
        if effect != self.effect {
            self.effect = effect;
            let key = form.chosen("capability").and_then(|at| entries::capability_key(cx.workspace, at));
            form.replace(
                "capability",
                entries::capability(cx.workspace, key.as_deref(), true, effect == Effect::Allow),
            );
        }
    }

    fn request(&self, form: &Form, cx: &Cx<'_>) -> Result<Request, Fault> {
        let subject = match &self.whom {
            Whom::Chosen => Some(Self::chosen_subject(form)?),
            Whom::One(subject, _) => Some(*subject),
            Whom::Members(_) => None,
        };
        let folder = self.folder.or_else(|| form.chosen("folder").map(FolderId));
        let folder = folder.ok_or_else(|| ("folder", t("dialog.choose_folder").to_owned()))?;
        let capability = form
            .chosen("capability")
            .and_then(|at| entries::capability_key(cx.workspace, at))
            .ok_or_else(|| ("capability", t("dialog.choose_capability").to_owned()))?;
        let terms = terms_of(form, &edge::Terms::default(), cx.now)?;
        let effect = self.chosen_effect(form);
        Ok(match (subject, &self.whom) {
            (None, Whom::Members(targets)) => {
                let kind = change::Grant { folder, capability, effect, to: To::Members, terms }.into();
                Request { on: targets.on.clone(), kind }
            }
            (subject, _) => {
                let subject = subject.ok_or_else(|| ("member", t("dialog.grant.subject_missing").to_owned()))?;
                let (id, kind) = change::Grant::to(folder, subject, capability, effect, terms);
                Request::one(id, kind)
            }
        })
    }

    fn shows_reason(&self) -> bool {
        true
    }

    fn intro(&self, _: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        let Some(folder) = self.folder else { return Vec::new() };
        let path = entries::folder_path(cx.folders, folder);
        vec![Line::plain(tf("dialog.grant.in_folder", &[("folder", &path)]))]
    }

    fn typed_verb(&self, request: &Request) -> &'static str {
        crate::words::verb(request.kind.name(), Some(self.effect))
    }
}

/// A grant's reason, expiry and review date being edited.
pub struct Terms {
    grant: GrantRow,
}

impl Terms {
    /// Of this grant.
    pub fn of(grant: GrantRow) -> PlanDialog {
        PlanDialog::new(Self { grant })
    }
}

impl Body for Terms {
    fn title(&self, _: Option<u64>, _: &ViewCx<'_>) -> String {
        t("dialog.terms.title").to_owned()
    }

    fn width(&self) -> Width {
        Width::Wide
    }

    fn form(&mut self, _: &Cx<'_>) -> Form {
        terms_fields(Form::default(), &self.grant.edge.terms).focused("expires_at")
    }

    fn request(&self, form: &Form, cx: &Cx<'_>) -> Result<Request, Fault> {
        let terms = terms_of(form, &self.grant.edge.terms, cx.now)?;
        if terms == self.grant.edge.terms {
            return Err(("expires_at", t("dialog.same").to_owned()));
        }
        Ok(Request::one(self.grant.id.0, EditGrant { terms }))
    }

    fn shows_reason(&self) -> bool {
        true
    }

    fn intro(&self, _: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        described(&self.grant, cx)
    }
}

/// A grant being taken away.
pub struct Revoke {
    grant: GrantRow,
}

impl Revoke {
    /// This grant.
    pub fn of(grant: GrantRow) -> PlanDialog {
        PlanDialog::new(Self { grant })
    }
}

impl Body for Revoke {
    fn title(&self, _: Option<u64>, _: &ViewCx<'_>) -> String {
        t("dialog.revoke.title").to_owned()
    }

    fn width(&self) -> Width {
        Width::Wide
    }

    fn request(&self, form: &Form, _: &Cx<'_>) -> Result<Request, Fault> {
        Ok(Request::one(self.grant.id.0, change::Revoke { reason: form.text("reason") }))
    }

    fn intro(&self, _: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        described(&self.grant, cx)
    }

    fn verb(&self) -> &'static str {
        t("dialog.revoke.verb")
    }
}

/// A grant in two lines: what it is about and where, then what it does and since when.
fn described(grant: &GrantRow, cx: &ViewCx<'_>) -> Vec<Line> {
    let capability = words::capability(&grant.capability, cx.workspace);
    let at = tf("dialog.grant.at", &[("capability", &capability), ("folder", &words::path(&grant.path))]);
    vec![Line::plain(at), Line::plain(words::grant(grant, cx.now))]
}
