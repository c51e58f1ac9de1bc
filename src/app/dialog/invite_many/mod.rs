//! Ask many people in: addresses pasted, typed or read from a file, each looked at before anything is
//! sent. What is wrong with a row is told beside it and put right in place; the good ones are sent, the others
//! stay to be put right.

mod fix;
mod gather;
mod looks;
mod rows;

use super::{
    Cx, Dialog, Outcome, ViewCx, changed,
    cursor::Cursor,
    entries,
    form::{Fault, Fed, Form},
    planning::{Planning, Starting},
    sight::possible,
    submit::Trouble,
    zones::{Focus, Typed, Zones},
};
use crate::{
    api::{
        error::ApiError,
        wire::{ImportFault, Job, Plan},
    },
    app::{
        action::{Action, Context},
        effect::{Effect, Reply, ReqId},
        format,
        key::Code,
        msg::Input,
        view::DialogView,
    },
    domain::bulk::{Bulk, BulkAction, Selection},
    i18n::{t, tf},
};
use fix::Fix;
use gather::Source;
use rows::{ForAll, Rows, Said};
use std::fmt::Display;

/// Invitations being gathered.
#[derive(Default)]
pub struct InviteMany {
    zones: Zones,
    rows: Rows,
    cursor: Cursor,
    fix: Option<Fix>,
    planning: Planning,
    starting: Starting,
    /// A table is being read.
    reading: Option<(ReqId, Source)>,
    /// What is wrong with the table that was read last.
    faults: Vec<ImportFault>,
    /// The plan that was looked at when the job was refused since the workspace moved on: the next one is
    /// compared with it.
    overtaken: Option<Plan>,
    question: Option<String>,
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
        let form = &self.zones.form;
        Ok(ForAll {
            roles: entries::chosen_roles(form, cx, &[])?.into_iter().map(|role| role.0).collect(),
            groups: form.all_chosen("groups"),
            message: form.text("message"),
            ttl_days: entries::ttl_days(form)?,
        })
    }

    /// The invitations as they are now; what is wrong with the others is noted beside them.
    fn bulk(&mut self, cx: &Cx<'_>) -> Result<Bulk, Fault> {
        let for_all = self.for_all(cx)?;
        let drafts = self.rows.drafts(&for_all, cx);
        Ok(Bulk { on: Selection::default(), action: BulkAction::Invite { drafts } })
    }

    /// Has the good rows looked at, as far as there are any.
    fn plan(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        match self.bulk(cx) {
            Ok(bulk) if empty(&bulk) => self.planning.forget(),
            Ok(bulk) => {
                let effects = self.planning.ask(bulk, cx);
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
        (self.question, self.error) = (None, None);
        let Some(changed) = changed else { return };
        self.rows.mark(&changed);
        self.zones.typed = Typed::default();
        let key = if changed.count() == 0 { "dialog.plan.moved_same" } else { "dialog.invite_many.moved" };
        self.error = Some(tf(key, &[("n", &format::count(changed.count() as u64))]));
        if let Some(at) = self.rows.all().iter().position(|row| row.changed) {
            self.cursor = Cursor(at);
        }
        self.zones.go_to(Focus::Rows);
    }

    fn asks_count(&self) -> bool {
        self.planning.shown().is_some_and(|plan| plan.confirm && possible(plan))
    }

    /// `Enter`: takes in what is typed, else sends the good rows.
    fn go(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let agreed = self.question.take().is_some();
        (self.error, self.notice) = (None, None);
        if let Some(effects) = self.gather(cx) {
            return effects;
        }
        self.zones.form.clear_faults();
        let bulk = match self.bulk(cx) {
            Ok(bulk) => bulk,
            Err((field, message)) => {
                self.said(Trouble::Field(field.to_owned(), message));
                return Vec::new();
            }
        };
        if empty(&bulk) {
            let key =
                if self.rows.all().is_empty() { "dialog.invite_many.nobody" } else { "dialog.invite_many.all_wrong" };
            self.error = Some(t(key).to_owned());
            return self.planning.forget();
        }
        let Some(plan) = self.planning.of(&bulk.action) else {
            self.error = Some(t("dialog.plan.not_yet").to_owned());
            return self.planning.ask(bulk, cx);
        };
        if plan.refused.is_some() || plan.change == 0 {
            self.error = plan.refused.is_none().then(|| t("dialog.invite_many.all_wrong").to_owned());
            return Vec::new();
        }
        if plan.confirm && !self.zones.typed.is(plan.change, "dialog.invite_many.type_wrong") {
            self.zones.go_to(Focus::Count);
            return Vec::new();
        }
        let warned = plan.rows.iter().any(|row| !row.warnings.is_empty());
        if !agreed && !plan.confirm && (warned || self.rows.tally().wrong > 0) {
            let (n, left) = (format::count(plan.change), format::count(self.rows.tally().wrong as u64));
            self.question = Some(tf("dialog.invite_many.question", &[("n", &n), ("left", &left)]));
            return Vec::new();
        }
        let digest = plan.digest.clone();
        vec![self.starting.send(bulk, digest, cx)]
    }

    /// The job was begun: what was left out of it stays here.
    fn sent(&mut self, job: Box<Job>) -> Outcome {
        self.rows.sent();
        if self.rows.all().is_empty() {
            return Outcome::Started(job);
        }
        let sent = [("job", &job.id as &dyn Display), ("n", &format::count(job.total))];
        self.notice = Some(tf("dialog.invite_many.sent", &sent));
        (self.leaving, self.error) = (false, None);
        self.zones.typed = Typed::default();
        self.cursor = Cursor::default();
        self.zones.go_to(Focus::Rows);
        Outcome::Begun(job, self.planning.forget())
    }

    fn said(&mut self, trouble: Trouble) {
        if let Some(message) = self.zones.said(trouble) {
            self.error = Some(message);
        }
    }

    fn leave(&mut self) -> Outcome {
        if self.question.take().is_some() {
            return Outcome::Stay(Vec::new());
        }
        if let Some(fix) = &mut self.fix {
            if fix.leaving || !fix.form.touched() {
                self.fix = None;
            } else {
                fix.leaving = true;
            }
            return Outcome::Stay(Vec::new());
        }
        let typed = self.zones.touched() || !self.rows.all().is_empty();
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
                Fed::Nothing => Vec::new(),
                Fed::Taken(effects) | Fed::Settled(effects) => effects,
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
        let paging = matches!(input.key.code, Code::PageUp | Code::PageDown) && !self.zones.listing();
        // Into the rows one goes for what is left out of them, where something is.
        if paging && input.key.code == Code::PageDown && self.zones.focus != Focus::Rows {
            let last = self.rows.all().len().saturating_sub(1);
            if let Some(wrong) = self.rows.next_wrong(last) {
                self.cursor = Cursor(wrong);
                self.zones.go_to(Focus::Rows);
                self.question = None;
                return Vec::new();
            }
        }
        if (self.zones.focus == Focus::Rows && self.question.is_none() || paging)
            && let Some(effects) = self.in_rows(input, cx)
        {
            self.zones.go_to(Focus::Rows);
            self.question = None;
            return effects;
        }
        if input.confirms() {
            let picks = self.question.is_none() && self.zones.focus == Focus::Form && self.zones.form.enter();
            return if picks { self.plan(cx) } else { self.go(cx) };
        }
        self.question = None;
        let counts = self.asks_count();
        match self.zones.press(input, counts, cx) {
            Fed::Nothing => Vec::new(),
            Fed::Taken(effects) => effects,
            Fed::Settled(effects) => effects.into_iter().chain(self.plan(cx)).collect(),
        }
    }
}

fn empty(bulk: &Bulk) -> bool {
    matches!(&bulk.action, BulkAction::Invite { drafts } if drafts.is_empty())
}

impl Dialog for InviteMany {
    fn context(&self) -> Context {
        if self.fix.is_some() || self.question.is_some() { Context::Form } else { self.zones.context(Context::Drafts) }
    }

    fn typing(&self) -> bool {
        match &self.fix {
            Some(fix) => fix.form.typing(),
            None => self.question.is_none() && self.zones.typing(),
        }
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.zones.form = Self::form(cx);
        self.zones.form.open(cx)
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
        (self.question, self.leaving) = (None, false);
        if let Some(fix) = &mut self.fix {
            fix.leaving = false;
            return Outcome::Stay(fix.form.paste(text, cx));
        }
        let people = self.zones.form.focus_name() == Some("people") || self.zones.focus == Focus::Rows;
        // Addresses go to the rows at once: a line is no place for thousands of them.
        let rows = people && text.contains('@');
        Outcome::Stay(if rows { self.take_in(text, cx) } else { self.zones.paste(text, cx) })
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        if let Some(answer) = self.starting.reply(id, reply) {
            match answer {
                Ok(job) => return self.sent(job),
                Err(Trouble::Stale(_)) => {
                    self.overtaken = self.planning.shown().cloned();
                    let again = self.bulk(cx).map(|bulk| self.planning.ask_anew(bulk, cx));
                    return Outcome::Stay(again.unwrap_or_default());
                }
                Err(trouble) => self.said(trouble),
            }
            return Outcome::Stay(Vec::new());
        }
        if let Some(answer) = self.planning.reply(id, reply) {
            match answer {
                Ok(()) => self.planned(),
                // While the form is still filled in, the focus stays where somebody types.
                Err(Trouble::Field(field, why)) if self.zones.form.mark(&field, &why) => {}
                Err(trouble) => self.said(trouble),
            }
            return Outcome::Stay(Vec::new());
        }
        if let Some((_, source)) = self.reading.take_if(|(asked, _)| *asked == id) {
            return Outcome::Stay(self.people_read(source, reply, cx));
        }
        Outcome::Stay(Vec::new())
    }

    fn lists_came(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        if !self.zones.form.awaits() {
            return Vec::new();
        }
        let fresh = Self::form(cx);
        self.zones.form.adopt(fresh);
        self.plan(cx)
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        self.looks(cx)
    }
}
