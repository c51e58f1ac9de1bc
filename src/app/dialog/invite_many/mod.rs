//! Ask many people in: addresses pasted, typed or read from a file, each looked at before anything is
//! sent. What is wrong with a row is told beside it and put right in place; the good ones are sent, the others
//! stay to be put right.

mod fix;
mod gather;

mod rows;
mod view;

use super::{
    Cx, Dialog, Outcome, ViewCx, changed,
    cursor::Cursor,
    entries,
    focus::{Focus, Phrase, Sections, Typed},
    form::{Fault, Form, KeyOutcome},
    form_error::FormError,
    plan_view::possible,
    planning::{Planning, Starting, Wanted},
};
use crate::{
    api::{
        error::ApiError,
        wire::{Change, ImportFault, Plan, StartChange},
    },
    app::{
        action::{Action, Context},
        effect::{Effect, Reply, ReqId},
        format,
        key::Code,
        msg::Input,
        view::DialogView,
    },
    domain::change::{self, InviteDraft, Request},
    i18n::{t, tf},
    words,
};
use fix::Fix;
use gather::Source;
use rows::{ForAll, Rows, Said};
use std::fmt::Display;

/// Invitations being gathered.
#[derive(Default)]
pub struct InviteMany {
    sections: Sections,
    rows: Rows,
    cursor: Cursor,
    fix: Option<Fix>,
    planning: Planning,
    starting: Starting,
    /// A table is being read.
    reading: Option<(ReqId, Source)>,
    /// What is wrong with the table that was read last.
    faults: Vec<ImportFault>,
    /// The plan that was looked at when the change was refused since the workspace moved on: the next one is
    /// compared with it.
    overtaken: Option<Plan>,
    /// What has to be typed before they are invited.
    phrase: Option<Phrase>,
    /// `Esc` was pressed once.
    leaving: bool,
    /// What came of the last thing done here.
    notice: Option<String>,
    error: Option<String>,
}

impl InviteMany {
    /// Nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn form(cx: &Cx<'_>) -> Form {
        let days = cx.workspace.policies.invitation_ttl_days.to_string();
        let form = Form::default()
            .line("people", "dialog.invite_many.people", "dialog.invite_many.people_hint", "")
            .line("file", "dialog.invite_many.file", "dialog.invite_many.file_hint", "");
        entries::groups_field(entries::roles(form, cx, &[]), cx, &[])
            .line("message", "dialog.invite.message", "dialog.invite.message_hint", "")
            .line("ttl_days", "dialog.invite.days", "", &days)
    }

    fn for_all(&self, cx: &Cx<'_>) -> Result<ForAll, Fault> {
        let form = &self.sections.form;
        Ok(ForAll {
            roles: entries::chosen_roles(form, cx, &[])?.into_iter().map(|role| role.0).collect(),
            groups: form.all_chosen("groups"),
            message: form.text("message"),
            ttl_days: entries::ttl_days(form)?,
        })
    }

    /// The invitations as they are now, none where no row is right; what is wrong with the others is noted beside them.
    fn wanted(&mut self, cx: &Cx<'_>) -> Result<Option<Wanted>, Fault> {
        let for_all = self.for_all(cx)?;
        let drafts = self.rows.drafts(&for_all, cx);
        if drafts.is_empty() {
            return Ok(None);
        }
        let silent = |draft: &InviteDraft| InviteDraft { message: None, ..draft.clone() };
        let about = Request::given(change::Invite { drafts: drafts.iter().map(silent).collect() });
        Ok(Some(Wanted { request: Request::given(change::Invite { drafts }), about }))
    }

    /// Has the good rows looked at, as far as there are any.
    fn plan(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        match self.wanted(cx) {
            Ok(None) => {
                self.phrase = None;
                self.planning.forget()
            }
            Ok(Some(wanted)) => {
                let effects = self.planning.ask(wanted, cx);
                if !effects.is_empty() {
                    // Other rows are looked at: there is nothing to compare them with.
                    self.overtaken = None;
                }
                // Known already, as when what was put right is put back.
                if let Some(plan) = self.planning.shown().filter(|_| !self.planning.pending()) {
                    self.rows.told(plan);
                }
                effects
            }
            Err(_) => Vec::new(),
        }
    }

    /// A plan came: every row is told what it comes to.
    fn planned(&mut self) {
        let Some(plan) = self.planning.shown() else { return };
        let changed = self.overtaken.take().map(|before| changed::between(&before, plan));
        self.rows.told(plan);
        self.phrase = Phrase::of(&plan.confirm, words::verb("invite", None)).filter(|_| possible(plan));
        self.error = None;
        let Some(changed) = changed else { return };
        self.rows.mark(&changed);
        self.sections.typed = Typed::default();
        let key = if changed.count() == 0 { "dialog.plan.moved_same" } else { "dialog.invite_many.moved" };
        self.error = Some(tf(key, &[("n", &format::count(changed.count() as u64))]));
        if let Some(at) = self.rows.all().iter().position(|row| row.changed) {
            self.cursor = Cursor(at);
        }
        self.sections.go_to(Focus::Rows);
    }

    /// `Enter`: takes in what is typed, else sends the good rows.
    fn go(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        (self.error, self.notice) = (None, None);
        if let Some(effects) = self.gather(cx) {
            return effects;
        }
        self.sections.form.clear_faults();
        let wanted = match self.wanted(cx) {
            Ok(Some(wanted)) => wanted,
            Ok(None) => {
                let nobody = self.rows.all().is_empty();
                let key = if nobody { "dialog.invite_many.nobody" } else { "dialog.invite_many.all_wrong" };
                self.error = Some(t(key).to_owned());
                return self.planning.forget();
            }
            Err((field, message)) => {
                self.said(FormError::Field(field.to_owned(), message));
                return Vec::new();
            }
        };
        let Some(plan) = self.planning.of(&wanted) else {
            // It has to be looked at first: the next Enter sends.
            return self.plan(cx);
        };
        if plan.refused.is_some() || plan.change == 0 {
            self.error = plan.refused.is_none().then(|| t("dialog.invite_many.all_wrong").to_owned());
            return Vec::new();
        }
        if let Some(phrase) = &self.phrase
            && !self.sections.typed.is(phrase)
        {
            self.sections.go_to(Focus::Confirm);
            return Vec::new();
        }
        let digest = Some(plan.digest.clone());
        vec![self.starting.send(StartChange { request: wanted.request, digest, password: None }, cx)]
    }

    /// The change was begun: what was left out of it stays here.
    fn sent(&mut self, change: Box<Change>) -> Outcome {
        self.rows.sent();
        if self.rows.all().is_empty() {
            return Outcome::Started(change);
        }
        let sent = [("change", &change.id as &dyn Display), ("n", &format::count(change.total))];
        self.notice = Some(tf("dialog.invite_many.sent", &sent));
        (self.leaving, self.error) = (false, None);
        (self.sections.typed, self.phrase) = (Typed::default(), None);
        self.cursor = Cursor::default();
        self.sections.go_to(Focus::Rows);
        Outcome::Begun(change, self.planning.forget())
    }

    fn said(&mut self, error: FormError) {
        if let Some(message) = self.sections.said(error) {
            self.error = Some(message);
        }
    }

    fn leave(&mut self) -> Outcome {
        if let Some(fix) = &mut self.fix {
            if fix.leaving || !fix.form.touched() {
                self.fix = None;
            } else {
                fix.leaving = true;
            }
            return Outcome::Stay(Vec::new());
        }
        let typed = self.sections.touched() || !self.rows.all().is_empty();
        if self.leaving || !(typed || self.starting.pending()) {
            return Outcome::Close;
        }
        self.leaving = true;
        Outcome::Stay(Vec::new())
    }

    /// A key while a row is put right.
    fn fixing(&mut self, input: Input, cx: &mut Cx<'_>) -> Vec<Effect> {
        let Some(fix) = &mut self.fix else { return Vec::new() };
        fix.leaving = false;
        if !input.confirms() {
            return match fix.form.input(input, cx) {
                KeyOutcome::Nothing => Vec::new(),
                KeyOutcome::Taken(effects) | KeyOutcome::Settled(effects) => effects,
            };
        }
        if fix.form.enter() {
            return Vec::new();
        }
        fix.form.clear_faults();
        let Some(mut row) = self.rows.all().get(fix.at).cloned() else { return Vec::new() };
        match fix.keep(&mut row, cx) {
            Ok(()) => {
                self.rows.put(fix.at, row);
                self.fix = None;
                self.plan(cx)
            }
            Err((field, message)) => {
                fix.form.fault(field, message);
                Vec::new()
            }
        }
    }

    /// A key for the rows; none when it was not one.
    fn in_rows(&mut self, input: Input, cx: &mut Cx<'_>) -> Option<Vec<Effect>> {
        let at = self.cursor.0;
        match input.action {
            Some(Action::DraftFix | Action::Confirm) => {
                let for_all = self.for_all(cx).unwrap_or_default();
                if let Some(row) = self.rows.all().get(at) {
                    self.fix = Some(Fix::new(at, row, &for_all, cx));
                }
            }
            Some(Action::DraftOut) => {
                let row = self.rows.take_out(at)?;
                self.notice = Some(tf("dialog.invite_many.taken_out", &[("email", &row.email)]));
                self.cursor.settle(self.rows.all().len(), |_| false);
                return Some(self.plan(cx));
            }
            Some(Action::DraftNext) => match self.rows.next_wrong(at) {
                Some(next) => self.cursor = Cursor(next),
                None => self.notice = Some(t("dialog.invite_many.none_wrong").to_owned()),
            },
            _ => {
                let page = usize::from(cx.size.1 / 2);
                return self.cursor.step(input, self.rows.all().len(), page, |_| false).then(Vec::new);
            }
        }
        Some(Vec::new())
    }

    fn press(&mut self, input: Input, cx: &mut Cx<'_>) -> Vec<Effect> {
        if self.fix.is_some() {
            return self.fixing(input, cx);
        }
        let paging = matches!(input.key.code, Code::PageUp | Code::PageDown) && !self.sections.listing();
        // Into the rows one goes for what is left out of them, where something is.
        if paging && input.key.code == Code::PageDown && self.sections.focus != Focus::Rows {
            let last = self.rows.all().len().saturating_sub(1);
            if let Some(wrong) = self.rows.next_wrong(last) {
                self.cursor = Cursor(wrong);
                self.sections.go_to(Focus::Rows);
                return Vec::new();
            }
        }
        if (self.sections.focus == Focus::Rows || paging)
            && let Some(effects) = self.in_rows(input, cx)
        {
            self.sections.go_to(Focus::Rows);
            return effects;
        }
        if input.confirms() {
            let picks = self.sections.focus == Focus::Form && self.sections.form.enter();
            return if picks { self.plan(cx) } else { self.go(cx) };
        }
        match self.sections.press(input, self.phrase.as_ref(), cx) {
            KeyOutcome::Nothing => Vec::new(),
            KeyOutcome::Taken(effects) => effects,
            KeyOutcome::Settled(effects) => effects.into_iter().chain(self.plan(cx)).collect(),
        }
    }
}

impl Dialog for InviteMany {
    fn context(&self) -> Context {
        if self.fix.is_some() { Context::Form } else { self.sections.context(Context::Drafts) }
    }

    fn typing(&self) -> bool {
        match &self.fix {
            Some(fix) => fix.form.typing(),
            None => self.sections.typing(),
        }
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.sections.form = Self::form(cx);
        self.sections.form.open(cx)
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        if input.closes() {
            return self.leave();
        }
        self.leaving = false;
        if self.starting.pending() {
            return Outcome::Stay(Vec::new());
        }
        Outcome::Stay(self.press(input, cx))
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Outcome {
        if self.starting.pending() {
            return Outcome::Stay(Vec::new());
        }
        self.leaving = false;
        if let Some(fix) = &mut self.fix {
            fix.leaving = false;
            return Outcome::Stay(fix.form.paste(text, cx));
        }
        let people = self.sections.form.focus_name() == Some("people") || self.sections.focus == Focus::Rows;
        // Addresses go to the rows at once: a line is no place for thousands of them.
        let rows = people && text.contains('@');
        Outcome::Stay(if rows { self.take_in(text, cx) } else { self.sections.paste(text, cx) })
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        if let Some(answer) = self.starting.reply(id, reply, cx.workspace) {
            match answer {
                Ok(change) => return self.sent(change),
                Err(FormError::Stale(_)) => {
                    self.overtaken = self.planning.shown().cloned();
                    let wanted = self.wanted(cx).ok().flatten();
                    return Outcome::Stay(wanted.map(|wanted| self.planning.ask_anew(wanted, cx)).unwrap_or_default());
                }
                Err(error) => self.said(error),
            }
            return Outcome::Stay(Vec::new());
        }
        if let Some(answer) = self.planning.reply(id, reply, cx.workspace) {
            match answer {
                Ok(()) => self.planned(),
                // While the form is still filled in, the focus stays where somebody types.
                Err(FormError::Field(field, why)) if self.sections.form.mark(&field, &why) => {}
                Err(error) => self.said(error),
            }
            return Outcome::Stay(Vec::new());
        }
        if let Some((_, source)) = self.reading.take_if(|(asked, _)| *asked == id) {
            return Outcome::Stay(self.people_read(source, reply, cx));
        }
        Outcome::Stay(Vec::new())
    }

    fn lists_came(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        if !self.sections.form.awaits() {
            return Vec::new();
        }
        let fresh = Self::form(cx);
        self.sections.form.adopt(fresh);
        self.plan(cx)
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        self.looks(cx)
    }
}
