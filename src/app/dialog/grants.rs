//! The grants of one member or group, over all folders.

use super::{
    Cx, Dialog, Outcome, ViewCx,
    cursor::Cursor,
    fetch::Fetch,
    grant_edit::{GrantEdit, Revoke, Terms},
    words,
};
use crate::{
    api::{
        error::ApiError,
        wire::{GrantRow, GroupRow, MemberRow},
    },
    app::{
        action::{Action, Context},
        effect::{Call, Effect, Reply, ReqId},
        key::Code,
        msg::Input,
        view::{Column, DialogView, Line, ListRow, ListView, Part, Tone, Width},
    },
    domain::{
        model::{self, Subject},
        untrusted::Text,
    },
    i18n::{t, tf},
};

/// Allow and deny for one subject, folder by folder.
pub struct SubjectGrants {
    subject: Subject,
    name: Text,
    rows: Fetch<Vec<GrantRow>>,
    cursor: Cursor,
    said: Option<String>,
}

impl SubjectGrants {
    /// A member's own grants, and those of the member's groups.
    pub fn member(member: MemberRow) -> Self {
        Self::of(Subject::Member(member.id), member.email)
    }

    /// A group's grants.
    pub fn group(group: GroupRow) -> Self {
        Self::of(Subject::Group(group.id), group.name)
    }

    fn of(subject: Subject, name: Text) -> Self {
        Self { subject, name, rows: Fetch::default(), cursor: Cursor::default(), said: None }
    }

    fn ask(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let call = match self.subject {
            Subject::Member(member) => Call::MemberGrants(cx.workspace.id, member),
            Subject::Group(group) => Call::GroupGrants(cx.workspace.id, group),
        };
        self.rows.ask(call, cx)
    }

    fn all(&self) -> &[GrantRow] {
        self.rows.known().map_or(&[], Vec::as_slice)
    }

    fn under(&self) -> Option<&GrantRow> {
        self.all().get(self.cursor.0)
    }

    /// The grant under the cursor, if it is this subject's own; else why it is not changed here.
    fn own(&self) -> Result<GrantRow, String> {
        match self.under() {
            Some(row) if row.subject == self.subject => Ok(row.clone()),
            Some(row) => Err(tf("dialog.grants.of_group", &[("group", &row.subject_name)])),
            None => Err(t("dialog.grants.none_chosen").to_owned()),
        }
    }

    fn change(&self, action: Action, cx: &Cx<'_>) -> Result<Box<dyn Dialog>, String> {
        if matches!(action, Action::SubjectAllow | Action::SubjectDeny) && cx.folders.is_empty() {
            return Err(t("able.no-folders").to_owned());
        }
        let new = |effect| Box::new(GrantEdit::for_subject(self.subject, self.name.clone(), effect));
        Ok(match action {
            Action::SubjectAllow => new(model::Effect::Allow),
            Action::SubjectDeny => new(model::Effect::Deny),
            Action::SubjectTerms => Box::new(Terms::of(self.own()?)),
            _ => Box::new(Revoke::of(self.own()?)),
        })
    }

    fn row(&self, row: &GrantRow, cx: &ViewCx<'_>) -> ListRow {
        let (key, tone) = match row.effect {
            model::Effect::Allow => ("dialog.grants.allow", Tone::Good),
            model::Effect::Deny => ("dialog.grants.deny", Tone::Bad),
        };
        let via = match row.subject == self.subject {
            true => t("dialog.grants.own").to_owned(),
            false => tf("dialog.words.group", &[("name", &row.subject_name)]),
        };
        let mut terms: Vec<String> = Vec::new();
        if !row.shadowed_by.is_empty() {
            terms.push(t("dialog.grants.shadowed").to_owned());
        }
        terms.extend(words::dates(&row.edge, cx.now));
        let cells = vec![
            Line::toned(t(key), tone),
            Line::plain(words::capability(&row.capability, cx.workspace)),
            Line::plain(words::path(&row.path)),
            Line::plain(via),
            Line::toned(terms.join(", "), Tone::Warn),
        ];
        ListRow { mark: None, checked: None, cells, heading: false }
    }

    /// The grant under the cursor in full.
    fn detail(&self, cx: &ViewCx<'_>) -> Option<Vec<Line>> {
        let row = self.under()?;
        let mut lines = vec![Line::plain(words::grant(row, cx.now))];
        if !row.shadowed_by.is_empty() {
            let by = self.all().iter().filter(|other| row.shadowed_by.contains(&other.id));
            let by: Vec<String> = by.map(|other| words::grant(other, cx.now)).collect();
            let said = match by.is_empty() {
                true => tf("dialog.words.shadowed", &[("n", &row.shadowed_by.len())]),
                false => tf("dialog.grants.shadowed_by", &[("by", &by.join(" · "))]),
            };
            lines.push(Line::toned(said, Tone::Warn));
        }
        Some(lines)
    }
}

impl Dialog for SubjectGrants {
    fn context(&self) -> Context {
        Context::MemberGrants
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.ask(cx)
    }

    fn resumed(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.ask(cx)
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        self.said = None;
        match (input.action, input.key.code) {
            (Some(Action::Close), _) | (None, Code::Esc) => return Outcome::Close,
            (Some(action), _) if action.context() == Context::MemberGrants => {
                if cx.readonly {
                    self.said = Some(t("dialog.readonly").to_owned());
                    return Outcome::Stay(Vec::new());
                }
                match self.change(action, cx) {
                    Ok(dialog) => return Outcome::Push(dialog),
                    Err(why) => self.said = Some(why),
                }
            }
            _ => drop(self.cursor.step(input, self.all().len(), usize::from(cx.size.1 / 2), |_| false)),
        }
        Outcome::Stay(Vec::new())
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        let read = |reply: &Reply| if let Reply::Grants(rows) = reply { Some(rows.clone()) } else { None };
        self.rows.reply(id, reply, cx.workspace, read);
        self.cursor.settle(self.all().len(), |_| false);
        Outcome::Stay(Vec::new())
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        let room = usize::from(cx.size.1).saturating_sub(14).max(3);
        let (total, first) = (self.all().len(), self.cursor.first(self.all().len(), room));
        let column = |key, width| Column { title: t(key).to_owned(), width, tail: key == "dialog.folder" };
        let mut parts = vec![Part::List(ListView {
            columns: vec![
                column("dialog.grants.effect", 7),
                column("dialog.capability", 18),
                column("dialog.folder", 26),
                column("dialog.grants.via", 16),
                column("dialog.grants.terms", 16),
            ],
            rows: self.all().iter().skip(first).take(room).map(|row| self.row(row, cx)).collect(),
            first,
            total,
            cursor: (total > 0).then_some(self.cursor.0),
            empty: self.rows.empty("dialog.grants.empty").to_owned(),
            ..ListView::default()
        })];
        if let Some(detail) = self.detail(cx) {
            parts.extend([Part::Gap, Part::Text(detail)]);
        }
        let hints =
            [Action::SubjectAllow, Action::SubjectDeny, Action::SubjectTerms, Action::SubjectRevoke, Action::Close];
        DialogView {
            title: tf("dialog.grants.title", &[("name", &self.name)]),
            aside: self.rows.known().map(|rows| rows.len().to_string()),
            width: Width::Wide,
            parts,
            hints: hints.map(|action| (action, None)).into(),
            pending: self.rows.pending(),
            error: self.said.clone().or_else(|| self.rows.error()),
        }
    }
}
