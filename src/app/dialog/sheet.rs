//! A sheet: a form that makes one change. It previews while it is filled in, asks once more where
//! something is lost, stays open until its answer, and keeps what was typed whatever the answer is.

use super::{
    Cx, Dialog, Outcome, ViewCx,
    body::{After, Body},
    form::{Fed, Form},
    link::Link,
    submit::{Previewing, Submit, Trouble},
};
use crate::{
    api::{error::ApiError, wire::Applied},
    app::{
        action::{Action, Context},
        effect::{Effect, Reply, ReqId},
        msg::Input,
        view::{DialogView, Line, Part, Tone},
    },
    domain::change::Change,
    i18n::{t, tf},
};
use std::collections::VecDeque;

/// A form about a [`Body`], on its way to a change.
pub struct Sheet<B> {
    body: B,
    form: Form,
    submit: Submit,
    preview: Previewing,
    rereading: Option<ReqId>,
    /// Changes to make, the first of them being made.
    queue: VecDeque<Change>,
    /// Something was changed already.
    changed: bool,
    /// `Enter` was pressed, and the preview is waited for.
    going: bool,
    /// What was asked before it is done.
    question: Option<String>,
    /// `Esc` was pressed once.
    leaving: bool,
    error: Option<String>,
    /// Somebody was faster: said until the next key, whatever comes meanwhile.
    stale: Option<String>,
    link: Option<Link>,
    /// It opened before what it is chosen from had come.
    early: bool,
}

impl<B> Sheet<B> {
    pub(super) fn of(body: B) -> Self {
        Self {
            body,
            form: Form::default(),
            submit: Submit::default(),
            preview: Previewing::default(),
            rereading: None,
            queue: VecDeque::new(),
            changed: false,
            going: false,
            question: None,
            leaving: false,
            error: None,
            stale: None,
            link: None,
            early: false,
        }
    }
}

#[expect(private_bounds, reason = "what a sheet is about stays inside the dialogs")]
impl<B: Body> Sheet<B> {
    fn leave(&mut self) -> Outcome {
        if self.question.take().is_some() {
            return Outcome::Stay(Vec::new());
        }
        if self.leaving || !(self.form.touched() || self.submit.pending()) {
            // An answer that comes after is told by whoever still waits for it.
            return match self.changed {
                true => Outcome::Done(t("dialog.left_partly").to_owned(), Vec::new()),
                false => Outcome::Close,
            };
        }
        self.leaving = true;
        Outcome::Stay(Vec::new())
    }

    /// Asks what the change would do, if the form says one.
    fn look(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        if !(self.body.previews() && cx.features.previews) {
            return Vec::new();
        }
        match self.body.changes(&self.form, cx) {
            Ok(changes) => self.preview.ask(&changes, cx),
            Err(_) => self.preview.forget(),
        }
    }

    fn settled(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.body.edited(&mut self.form, cx);
        self.look(cx)
    }

    /// `Enter`: from the form to the preview, from the preview to the question, from there to the change.
    fn go(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.error = None;
        let agreed = self.question.take().is_some();
        self.body.edited(&mut self.form, cx);
        self.form.clear_faults();
        let changes = match self.body.changes(&self.form, cx) {
            Ok(changes) => changes,
            Err((field, message)) => {
                self.said(Trouble::Field(field.to_owned(), message));
                return self.preview.forget();
            }
        };
        if self.body.previews() && cx.features.previews && !self.preview.covers(&changes) {
            self.going = true;
            return self.preview.ask(&changes, cx);
        }
        if let Some((field, message)) = self.body.unconfirmed(&self.form, cx) {
            self.said(Trouble::Field(field.to_owned(), message));
            return Vec::new();
        }
        let question = self.body.question(&self.form, self.preview.known());
        if let Some(question) = question.filter(|_| !agreed) {
            self.question = Some(question);
            return Vec::new();
        }
        self.queue = changes.into();
        self.send(cx).into_iter().collect()
    }

    fn send(&mut self, cx: &mut Cx<'_>) -> Option<Effect> {
        let change = self.queue.front()?.clone();
        let precondition = self.body.precondition(&change, cx);
        let password = self.body.password(&self.form);
        Some(self.submit.send(change, precondition, password, cx))
    }

    /// One change was made: on to the next, or to the end.
    fn sent(&mut self, applied: &Applied, cx: &mut Cx<'_>) -> Outcome {
        self.changed = true;
        if let Some(change) = self.queue.pop_front() {
            self.body.made(&change);
        }
        if let Some(effect) = self.send(cx) {
            return Outcome::Stay(vec![effect]);
        }
        match self.body.done(&self.form, applied, cx) {
            After::Close(said) => Outcome::Done(said, Vec::new()),
            After::Link(link) => {
                self.link = Some(link);
                Outcome::Stay(Vec::new())
            }
        }
    }

    fn said(&mut self, trouble: Trouble) {
        if let Some(message) = self.form.said(trouble) {
            self.error = Some(message);
        }
    }

    fn failed(&mut self, trouble: Trouble, cx: &mut Cx<'_>) -> Vec<Effect> {
        let about = self.queue.drain(..).next().and_then(|change| self.body.about(&change));
        let named = |why: &str| match &about {
            Some(about) => tf("dialog.error.about", &[("about", about), ("why", &why)]),
            None => why.to_owned(),
        };
        let Trouble::Stale(why) = &trouble else {
            self.said(match trouble {
                Trouble::Said(why) => Trouble::Said(named(&why)),
                other => other,
            });
            return Vec::new();
        };
        let why = &named(why);
        let Some(call) = self.body.reread(cx) else {
            self.error = Some(why.clone());
            return Vec::new();
        };
        self.stale = Some(tf("dialog.error.stale", &[("why", why)]));
        let mut effects = self.preview.forget();
        let (id, effect) = cx.call(call);
        self.rereading = Some(id);
        effects.push(effect);
        effects
    }

    fn waits_for(&self) -> Option<String> {
        let key = match (self.submit.pending(), self.preview.pending()) {
            (true, _) => "dialog.pending",
            (false, true) => "dialog.previewing",
            _ => return None,
        };
        Some(t(key).to_owned())
    }

    fn effect(&self, cx: &ViewCx<'_>) -> Vec<Line> {
        let mut lines = Vec::new();
        for (change, known) in self.preview.known() {
            lines.extend(self.body.about(change).map(|about| Line::toned(about, Tone::Strong)));
            lines.extend(self.body.effect(known, cx));
        }
        lines
    }

    fn hints(&self) -> Vec<(Action, Option<String>)> {
        let verb = match (&self.question, self.form.entering()) {
            (Some(_), _) => t("dialog.yes"),
            (None, Some(verb)) => verb,
            (None, None) => self.body.verb(),
        };
        let close = if self.question.is_some() { t("dialog.no") } else { self.body.way_out() };
        let mut hints = vec![(Action::Confirm, Some(verb.to_owned()))];
        if self.question.is_none() {
            hints.extend(self.form.choosing_hints());
            hints.extend(self.form.fields_hint());
            hints.extend(self.form.toggling().map(|word| (Action::Toggle, Some(word.to_owned()))));
        }
        hints.push((Action::Close, Some(close.to_owned())));
        hints
    }
}

impl<B: Body> Dialog for Sheet<B> {
    fn context(&self) -> Context {
        Context::Form
    }

    fn typing(&self) -> bool {
        self.link.is_none() && self.question.is_none() && self.form.typing()
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.form = self.body.form(cx);
        self.early = self.form.awaits();
        let mut effects = self.form.open(cx);
        effects.extend(self.settled(cx));
        effects
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        if let Some(link) = &self.link {
            return link.input(input);
        }
        if input.closes() {
            return self.leave();
        }
        self.leaving = false;
        if self.submit.pending() {
            return Outcome::Stay(Vec::new());
        }
        self.stale = None;
        if input.confirms() {
            let effects = if self.form.enter() { self.settled(cx) } else { self.go(cx) };
            return Outcome::Stay(effects);
        }
        match self.form.input(input, cx) {
            Fed::Nothing => Outcome::Stay(Vec::new()),
            Fed::Taken(effects) => {
                (self.question, self.going) = (None, false);
                Outcome::Stay(effects)
            }
            Fed::Settled(mut effects) => {
                (self.question, self.going) = (None, false);
                effects.extend(self.settled(cx));
                Outcome::Stay(effects)
            }
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Outcome {
        if self.link.is_some() || self.submit.pending() {
            return Outcome::Stay(Vec::new());
        }
        (self.question, self.going, self.leaving) = (None, false, false);
        Outcome::Stay(self.form.paste(text, cx))
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        if let Some(answer) = self.submit.reply(id, reply) {
            return match answer {
                Ok(applied) => self.sent(&applied, cx),
                Err(trouble) => Outcome::Stay(self.failed(trouble, cx)),
            };
        }
        if let Some(answer) = self.preview.reply(id, reply) {
            let going = std::mem::take(&mut self.going);
            return Outcome::Stay(match answer {
                Ok(()) if going && !self.preview.pending() => self.go(cx),
                Ok(()) => {
                    (self.error, self.going) = (None, going);
                    Vec::new()
                }
                // While the form is still filled in, the focus stays where somebody types.
                Err(Trouble::Field(field, why)) if !going && self.form.mark(&field, &why) => Vec::new(),
                Err(trouble) => {
                    self.said(trouble);
                    Vec::new()
                }
            });
        }
        if self.rereading.take_if(|asked| *asked == id).is_some() {
            if let Ok(reply) = reply {
                self.body.learned(reply, &mut self.form, cx);
                return Outcome::Stay(self.settled(cx));
            }
            return Outcome::Stay(Vec::new());
        }
        self.form.reply(id, reply);
        Outcome::Stay(Vec::new())
    }

    fn lists_came(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        if !self.early {
            return Vec::new();
        }
        let fresh = self.body.form(cx);
        self.form.adopt(fresh);
        self.settled(cx)
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        if let Some(link) = &self.link {
            return link.view();
        }
        let intro = self.body.intro(&self.form, cx);
        // What is asked about has to be in sight: the open list makes room for it.
        let open = self.question.is_none();
        let effect = if self.form.listing() && open { Vec::new() } else { self.effect(cx) };
        let mut parts = Vec::new();
        let around = intro.len() + self.form.lines() + 7;
        if !intro.is_empty() {
            parts.extend([Part::Text(intro), Part::Gap]);
        }
        parts.extend(self.form.parts(usize::from(cx.size.1).saturating_sub(around).max(3), open));
        if !effect.is_empty() {
            parts.extend([Part::Gap, Part::Text(effect)]);
        }
        if let Some(question) = &self.question {
            parts.extend([Part::Gap, Part::Text(vec![Line::toned(question, Tone::Warn)])]);
        }
        if self.leaving {
            let key = if self.submit.pending() { "dialog.leave" } else { "dialog.discard" };
            parts.extend([Part::Gap, Part::Text(vec![Line::toned(t(key), Tone::Warn)])]);
        }
        DialogView {
            title: self.body.title(),
            aside: None,
            width: self.body.width(),
            parts,
            hints: self.hints(),
            pending: self.waits_for(),
            error: self.error.as_ref().or(self.stale.as_ref()).cloned(),
        }
    }
}
