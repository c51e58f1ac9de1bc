//! Everyone who holds a capability, in a folder or across the workspace, and via what.

use super::{
    Cx, Dialog, Outcome, ViewCx,
    cursor::Cursor,
    entries::{self, WHOLE},
    explain::Explain,
    fetch::Fetch,
    form::{Form, KeyOutcome},
    words,
};
use crate::{
    api::{
        error::ApiError,
        wire::{Holder, WhoCan as Answer},
    },
    app::{
        action::{Action, Context},
        effect::{Call, Effect, Reply, ReqId},
        format,
        key::Code,
        msg::Input,
        view::{Column, DialogView, Line, ListRow, ListView, Part, Tone, Width},
    },
    domain::id::FolderId,
    i18n::{t, tf},
};

/// A question about everyone.
pub struct WhoCan {
    capability: Option<String>,
    folder: Option<FolderId>,
    form: Form,
    /// The keys go to the form; otherwise to the list of holders.
    asking: bool,
    answer: Fetch<Answer>,
    cursor: Cursor,
}

impl WhoCan {
    /// About this capability, or one to be chosen; in this folder, or across the workspace.
    pub fn new(capability: Option<String>, folder: Option<FolderId>) -> Self {
        let asking = capability.is_none();
        let (form, answer, cursor) = (Form::default(), Fetch::default(), Cursor::default());
        Self { capability, folder, form, asking, answer, cursor }
    }

    /// Asks what the form says, once it says a capability.
    fn ask(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let place = self.form.chosen("capability");
        self.capability = place.and_then(|at| entries::capability_key(cx.workspace, at));
        self.folder = self.form.chosen("folder").filter(|id| *id != WHOLE).map(FolderId);
        let Some(capability) = self.capability.clone() else {
            self.form.fault("capability", t("dialog.choose_capability").to_owned());
            self.asking = true;
            return Vec::new();
        };
        self.asking = false;
        self.cursor = Cursor::default();
        self.answer.clear();
        self.answer.ask(Call::WhoCan(cx.workspace.id, capability, self.folder), cx)
    }

    fn holders(&self) -> &[Holder] {
        self.answer.known().map_or(&[], |answer| answer.holders.as_slice())
    }

    fn under(&self) -> Option<&Holder> {
        self.holders().get(self.cursor.0)
    }

    fn fill_in(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        Outcome::Stay(match (input.action, input.key.code) {
            (Some(Action::Close), _) | (None, Code::Esc) if self.answer.known().is_some() => {
                self.asking = false;
                Vec::new()
            }
            (Some(Action::Close), _) | (None, Code::Esc) => return Outcome::Close,
            (Some(Action::Confirm), _) | (None, Code::Enter) => {
                if self.form.enter() {
                    Vec::new()
                } else {
                    self.ask(cx)
                }
            }
            _ => match self.form.input(input, cx) {
                KeyOutcome::Taken(effects) | KeyOutcome::Settled(effects) => effects,
                KeyOutcome::Nothing => Vec::new(),
            },
        })
    }
}

impl Dialog for WhoCan {
    fn context(&self) -> Context {
        if self.asking { Context::Form } else { Context::Access }
    }

    fn typing(&self) -> bool {
        self.asking && self.form.typing()
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let whole = t("dialog.whole_workspace");
        let capability = entries::capability(cx.workspace, self.capability.as_deref(), false, false);
        self.form = Form::default().pick("capability", "dialog.capability", capability).pick(
            "folder",
            "dialog.folder",
            entries::folders(cx.folders, self.folder, Some(whole)),
        );
        if self.asking { Vec::new() } else { self.ask(cx) }
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        if self.asking {
            return self.fill_in(input, cx);
        }
        match (input.action, input.key.code) {
            (Some(Action::Close), _) | (None, Code::Esc) => return Outcome::Close,
            (Some(Action::AccessFolder), _) => self.asking = true,
            (Some(Action::AccessWhyNot | Action::Confirm | Action::Open), _) | (None, Code::Enter) => {
                if let (Some(holder), Some(capability)) = (self.under(), &self.capability) {
                    let explain = Explain::about(holder.member.clone(), capability.clone(), self.folder);
                    return Outcome::Push(Box::new(explain));
                }
            }
            _ => drop(self.cursor.step(input, self.holders().len(), usize::from(cx.size.1 / 2), |_| false)),
        }
        Outcome::Stay(Vec::new())
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Outcome {
        Outcome::Stay(if self.asking { self.form.paste(text, cx) } else { Vec::new() })
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        let read = |reply: &Reply| if let Reply::WhoCan(answer) = reply { Some((**answer).clone()) } else { None };
        self.answer.reply(id, reply, cx.workspace, read);
        Outcome::Stay(Vec::new())
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        let room = usize::from(cx.size.1).saturating_sub(13).max(3);
        let mut parts = Vec::new();
        if self.asking {
            parts.extend(self.form.parts(room, true));
        } else {
            let capability = self.capability.as_deref().unwrap_or_default();
            let place = match self.folder {
                Some(folder) => entries::folder_path(cx.folders, folder),
                None => t("dialog.whole_workspace").to_owned(),
            };
            let names = [
                ("capability", &words::capability(capability, cx.workspace) as &dyn std::fmt::Display),
                ("place", &place),
            ];
            parts.push(Part::Text(vec![Line::plain(tf("dialog.who_can.question", &names))]));
            parts.extend(self.count());
            parts.push(Part::List(self.list(room, cx)));
        }
        let hints = match self.asking {
            true => vec![
                (Action::Confirm, Some(self.form.entering().unwrap_or(t("dialog.who_can.ask")).to_owned())),
                (Action::NextField, None),
                (Action::Close, None),
            ],
            false => vec![
                (Action::AccessFolder, Some(t("dialog.who_can.other").to_owned())),
                (Action::AccessWhyNot, Some(t("dialog.who_can.why").to_owned())),
                (Action::Close, None),
            ],
        };
        DialogView {
            title: t("dialog.who_can.title").to_owned(),
            aside: None,
            width: Width::Wide,
            parts,
            hints,
            pending: self.answer.pending(),
            error: self.answer.error(),
        }
    }
}

impl WhoCan {
    /// How many, exactly, and how many of them are listed where that is fewer.
    fn count(&self) -> Option<Part> {
        let answer = self.answer.known()?;
        let (total, listed) = (format::count(answer.total), format::count(answer.holders.len() as u64));
        let key =
            if answer.total > answer.holders.len() as u64 { "dialog.who_can.first" } else { "dialog.who_can.count" };
        Some(Part::Text(vec![Line::toned(tf(key, &[("n", &total), ("listed", &listed)]), Tone::Strong)]))
    }

    fn list(&self, room: usize, cx: &ViewCx<'_>) -> ListView {
        let row = |holder: &Holder| ListRow {
            mark: None,
            checked: None,
            cells: vec![
                Line::plain(holder.member.name.to_string()),
                Line::toned(words::sources(&holder.because, cx.now), Tone::Dim),
            ],
            heading: false,
        };
        let first = self.cursor.first(self.holders().len(), room);
        ListView {
            columns: vec![
                Column { title: t("dialog.who_can.member").to_owned(), width: 30, tail: false },
                Column { title: t("dialog.access.source").to_owned(), width: 40, tail: false },
            ],
            rows: self.holders().iter().skip(first).take(room).map(row).collect(),
            first,
            total: self.holders().len(),
            cursor: self.under().map(|_| self.cursor.0),
            empty: self.answer.empty("dialog.who_can.nobody").to_owned(),
            ..ListView::default()
        }
    }
}
