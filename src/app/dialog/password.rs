//! One's own password: set for the first time, or changed.

use super::{
    Cx, Dialog, Outcome, ViewCx,
    form::{Form, KeyOutcome},
    form_error::FormError,
};
use crate::{
    api::error::ApiError,
    app::{
        action::{Action, Context},
        effect::{Call, Effect, Reply, ReqId, Secrets},
        msg::Input,
        view::{DialogView, Line, Part, Tone, Width},
    },
    i18n::t,
};

/// A password being set. What is typed is shown as dots and kept nowhere else.
#[derive(Default)]
pub struct SetPassword {
    form: Form,
    asked: Option<ReqId>,
    leaving: bool,
    error: Option<String>,
}

impl SetPassword {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    fn send(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.error = None;
        self.form.clear_faults();
        let (current, new) = (self.form.value("current").to_owned(), self.form.value("new").to_owned());
        let wrong = if cx.me.has_password && current.is_empty() {
            Some(("current", "dialog.password.current_missing"))
        } else if new.is_empty() {
            Some(("new", "dialog.password.new_missing"))
        } else if new != self.form.value("again") {
            Some(("again", "dialog.password.again_wrong"))
        } else {
            None
        };
        if let Some((field, key)) = wrong {
            self.form.fault(field, t(key).to_owned());
            return Vec::new();
        }
        let current = cx.me.has_password.then_some(current);
        let (id, effect) = cx.call(Call::SetPassword(Secrets { current, new }));
        self.asked = Some(id);
        vec![effect]
    }
}

impl Dialog for SetPassword {
    fn context(&self) -> Context {
        Context::Form
    }

    fn typing(&self) -> bool {
        self.form.typing()
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let form = Form::default();
        let form = if cx.me.has_password { form.secret("current", "dialog.password.current") } else { form };
        self.form = form.secret("new", "dialog.password.new").secret("again", "dialog.password.again");
        Vec::new()
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        if input.closes() {
            if self.leaving || !self.form.touched() {
                return Outcome::Close;
            }
            self.leaving = true;
            return Outcome::Stay(Vec::new());
        }
        self.leaving = false;
        if self.asked.is_some() {
            return Outcome::Stay(Vec::new());
        }
        if input.confirms() {
            return Outcome::Stay(self.send(cx));
        }
        Outcome::Stay(match self.form.input(input, cx) {
            KeyOutcome::Taken(effects) | KeyOutcome::Settled(effects) => effects,
            KeyOutcome::Nothing => Vec::new(),
        })
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Outcome {
        Outcome::Stay(if self.asked.is_none() { self.form.paste(text, cx) } else { Vec::new() })
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        if self.asked.take_if(|asked| *asked == id).is_none() {
            return Outcome::Stay(Vec::new());
        }
        match reply.as_ref().map_err(|error| FormError::of(error, cx.workspace)) {
            Ok(_) => return Outcome::Done(t("dialog.password.done").to_owned(), Vec::new()),
            Err(error) => self.error = self.form.said(error),
        }
        Outcome::Stay(Vec::new())
    }

    fn view(&self, _: &ViewCx<'_>) -> DialogView {
        let mut parts = vec![Part::Text(vec![Line::plain(t("dialog.password.intro"))]), Part::Gap];
        parts.extend(self.form.parts(0, true));
        if self.leaving {
            let key = if self.asked.is_some() { "dialog.leave" } else { "dialog.discard" };
            parts.extend([Part::Gap, Part::Text(vec![Line::toned(t(key), Tone::Warn)])]);
        }
        DialogView {
            title: t("dialog.password.title").to_owned(),
            aside: None,
            width: Width::Narrow,
            parts,
            hints: vec![
                (Action::Confirm, Some(t("dialog.password.verb").to_owned())),
                (Action::NextField, None),
                (Action::Close, None),
            ],
            pending: self.asked.map(|_| t("dialog.pending").to_owned()),
            error: self.error.clone(),
        }
    }
}
