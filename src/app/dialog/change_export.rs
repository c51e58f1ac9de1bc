//! The rows of a change into a file: where, and in which form.

use super::{
    Cx, Dialog, Outcome, ViewCx,
    form::{Choice, Form, KeyOutcome},
    form_error::FormError,
};
use crate::{
    api::{
        error::ApiError,
        wire::{Change, Workspace},
    },
    app::{
        action::{Action, Context},
        changes::numbered_title,
        effect::{Call, Effect, Export, Format, Reply, ReqId},
        format::count,
        msg::Input,
        view::{DialogView, Line, Part, Tone, Width},
    },
    domain::{id::ChangeId, time::Timestamp, untrusted::visible},
    i18n::{t, tf},
};

/// A file being chosen.
pub struct ChangeExport {
    change: ChangeId,
    title: String,
    form: Form,
    writing: Option<ReqId>,
    /// The file that is there already, once that was said: asked for again, it is replaced.
    exists: Option<String>,
    error: Option<String>,
}

impl ChangeExport {
    /// Of this change's rows.
    pub fn new(change: &Change, workspace: &Workspace, now: Timestamp) -> Self {
        let title = tf("changes.export.title", &[("what", &numbered_title(change, workspace, now))]);
        let change = change.id;
        Self { change, title, form: Form::default(), writing: None, exists: None, error: None }
    }

    fn path(&self) -> &str {
        self.form.value("path").trim()
    }

    fn format(&self) -> Format {
        if self.form.chosen("format") == Some(1) { Format::Json } else { Format::Csv }
    }

    /// The ending of the name and the form say the same: whichever of them was changed, the other follows.
    fn agree(&mut self, before: Format) {
        let now = self.format();
        let path = self.form.value("path").to_owned();
        let Some((stem, of_name)) = ending(&path) else { return };
        if now != before {
            let ending = if now == Format::Json { ".json" } else { ".csv" };
            self.form.set("path", &format!("{stem}{ending}"));
        } else if of_name != now {
            self.form.choose("format", if of_name == Format::Json { 1 } else { 0 });
        }
    }

    fn send(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.error = None;
        self.form.clear_faults();
        let path = self.path().to_owned();
        if path.is_empty() {
            self.form.fault("path", t("changes.export.no-path").to_owned());
            return Vec::new();
        }
        let format = self.format();
        let overwrite = self.exists.take().is_some_and(|there| there == path);
        let export = Export { workspace: cx.workspace.id, change: self.change, path, format, overwrite };
        let (id, effect) = cx.call(Call::Export(Box::new(export)));
        self.writing = Some(id);
        vec![effect]
    }
}

/// A name without the ending that says its form, and that form.
fn ending(path: &str) -> Option<(&str, Format)> {
    let (stem, end) = path.trim_end().rsplit_once('.')?;
    match end.to_ascii_lowercase().as_str() {
        "csv" => Some((stem, Format::Csv)),
        "json" => Some((stem, Format::Json)),
        _ => None,
    }
}

impl Dialog for ChangeExport {
    fn context(&self) -> Context {
        Context::Form
    }

    fn typing(&self) -> bool {
        self.form.typing()
    }

    fn open(&mut self, _: &mut Cx<'_>) -> Vec<Effect> {
        let formats = ["CSV", "JSON"].iter().enumerate();
        let formats = formats.map(|(i, name)| Choice { id: i as i64, label: (*name).to_owned(), ..Choice::default() });
        self.form = Form::default()
            .line("path", "changes.export.path", "", &format!("change-{}.csv", self.change))
            .choice("format", "changes.export.format", formats.collect(), None);
        Vec::new()
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        if input.closes() {
            return Outcome::Close;
        }
        if self.writing.is_some() {
            return Outcome::Stay(Vec::new());
        }
        if input.confirms() {
            return Outcome::Stay(self.send(cx));
        }
        self.exists = None;
        let before = self.format();
        let effects = match self.form.input(input, cx) {
            KeyOutcome::Taken(effects) | KeyOutcome::Settled(effects) => effects,
            KeyOutcome::Nothing => Vec::new(),
        };
        self.agree(before);
        Outcome::Stay(effects)
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Outcome {
        if self.writing.is_some() {
            return Outcome::Stay(Vec::new());
        }
        let effects = self.form.paste(text, cx);
        self.agree(self.format());
        Outcome::Stay(effects)
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        if self.writing.take_if(|writing| *writing == id).is_none() {
            return Outcome::Stay(Vec::new());
        }
        match reply {
            Ok(Reply::Exported(rows, path)) => {
                let names = [("n", &count(*rows) as &dyn std::fmt::Display), ("path", &visible(path))];
                return Outcome::Done(tf("changes.export.done", &names), Vec::new());
            }
            Ok(_) => self.error = Some(t("dialog.error.answer").to_owned()),
            Err(e) => {
                if matches!(e, ApiError::Conflict { .. }) {
                    self.exists = Some(self.path().to_owned());
                }
                self.error = self.form.said(FormError::of(e, cx.workspace));
            }
        }
        Outcome::Stay(Vec::new())
    }

    fn view(&self, _: &ViewCx<'_>) -> DialogView {
        let mut parts = self.form.parts(0, true);
        parts.extend([Part::Gap, Part::Text(vec![Line::toned(t("changes.export.intro"), Tone::Dim)])]);
        let verb = if self.exists.is_some() { t("changes.export.replace") } else { t("changes.export.verb") };
        DialogView {
            title: self.title.clone(),
            aside: None,
            width: Width::Medium,
            parts,
            hints: vec![(Action::Confirm, Some(verb.to_owned())), (Action::NextField, None), (Action::Close, None)],
            pending: self.writing.map(|_| t("changes.export.writing").to_owned()),
            error: self.error.clone(),
        }
    }
}
