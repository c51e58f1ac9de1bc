//! The dialogs that are open: one stack, whose order is the order of input and of drawing.

use super::{
    action::{Action, Context},
    dialog::{Cx, Dialog, Outcome, ViewCx, words},
    effect::{Effect, Reply, ReqId},
    key::Key,
    msg::Input,
    requests::Want,
    state::App,
    view::{DialogView, Tone},
};
use crate::{
    api::{error::ApiError, wire::Change},
    i18n::t,
};

struct Layer {
    /// Its place in the order of opening, for the questions it asks.
    serial: u64,
    dialog: Box<dyn Dialog>,
}

/// Open dialogs, the one with the keys last.
#[derive(Default)]
pub struct Stack {
    layers: Vec<Layer>,
    opened: u64,
}

impl Stack {
    /// Whether no dialog is open.
    pub fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }

    /// How many are open.
    pub fn len(&self) -> usize {
        self.layers.len()
    }

    /// The contexts whose keys the top dialog answers to, nearest first.
    pub fn contexts(&self) -> Vec<Context> {
        let Some(top) = self.layers.last() else { return Vec::new() };
        vec![top.dialog.context(), Context::Dialog, Context::List, Context::Global]
    }
}

impl App {
    /// Opens a dialog above what is there.
    pub fn push(&mut self, dialog: Box<dyn Dialog>) -> Vec<Effect> {
        self.stack.opened += 1;
        let serial = self.stack.opened;
        self.stack.layers.push(Layer { serial, dialog });
        let effects = self.in_layer(serial, |dialog, cx| dialog.open(cx)).unwrap_or_default();
        self.asked_by(serial, effects)
    }

    /// A key for the top dialog.
    pub(super) fn dialog_key(&mut self, key: Key) -> Vec<Effect> {
        let Some(top) = self.stack.layers.last() else { return Vec::new() };
        let (serial, typing) = (top.serial, top.dialog.typing());
        let action = match key.typed() {
            Some(_) if typing => None,
            _ => self.keymap.resolve(&self.stack.contexts(), key),
        };
        if action == Some(Action::Help) {
            return self.open_help();
        }
        let outcome = self.in_layer(serial, |dialog, cx| dialog.input(Input { key, action }, cx));
        self.outcome(serial, outcome)
    }

    /// Pasted text for the top dialog.
    pub(super) fn dialog_paste(&mut self, text: &str) -> Vec<Effect> {
        let Some(serial) = self.stack.layers.last().map(|top| top.serial) else { return Vec::new() };
        let outcome = self.in_layer(serial, |dialog, cx| dialog.paste(text, cx));
        self.outcome(serial, outcome)
    }

    /// An answer for the dialog that asked.
    pub(super) fn dialog_reply(
        &mut self,
        serial: u64,
        write: bool,
        id: ReqId,
        reply: &Result<Reply, ApiError>,
    ) -> Vec<Effect> {
        match self.in_layer(serial, |dialog, cx| dialog.reply(id, reply, cx)) {
            Some(outcome) => self.outcome(serial, Some(outcome)),
            // The dialog is gone, the change is not: say what became of it.
            None if write => match reply {
                Ok(Reply::Change(change)) => self.change_started(Change::clone(change)),
                Ok(_) => self.refresh(),
                Err(e) => {
                    self.say(words::failure(e, &self.workspace), Tone::Bad);
                    Vec::new()
                }
            },
            None => Vec::new(),
        }
    }

    fn in_layer<T>(&mut self, serial: u64, work: impl FnOnce(&mut dyn Dialog, &mut Cx<'_>) -> T) -> Option<T> {
        let layer = self.stack.layers.iter_mut().find(|layer| layer.serial == serial)?;
        let mut cx = Cx {
            now: self.now,
            size: self.size,
            me: &self.me,
            workspace: &self.workspace,
            features: &self.features,
            roles: &self.roles.rows,
            groups: &self.groups.rows,
            folders: &self.folders.rows,
            readonly: self.readonly,
            data_dir: self.data_dir.as_deref(),
            ids: &mut self.ids,
        };
        Some(work(layer.dialog.as_mut(), &mut cx))
    }

    fn outcome(&mut self, serial: u64, outcome: Option<Outcome>) -> Vec<Effect> {
        match outcome {
            None => Vec::new(),
            Some(Outcome::Stay(effects)) => self.asked_by(serial, effects),
            Some(Outcome::Push(dialog)) => self.push(dialog),
            Some(Outcome::Close) => self.leave(serial),
            Some(Outcome::Done(text, after)) => {
                self.say(text, Tone::Good);
                let mut effects = self.leave(serial);
                effects.extend(self.asked_by(serial, after));
                effects.extend(self.refresh());
                effects.extend(self.resume());
                effects
            }
            Some(Outcome::Started(change)) => {
                let mut effects = self.leave(serial);
                effects.extend(self.change_started(*change));
                effects.extend(self.resume());
                effects
            }
            Some(Outcome::Begun(change, effects)) => {
                let mut effects = self.asked_by(serial, effects);
                effects.extend(self.change_started(*change));
                effects
            }
            Some(Outcome::Run(action)) => {
                let mut effects = self.leave(serial);
                effects.extend(self.perform(action));
                effects
            }
        }
    }

    /// Lets the dialog that is on top now read again what may have changed.
    fn resume(&mut self) -> Vec<Effect> {
        let Some(serial) = self.stack.layers.last().map(|top| top.serial) else { return Vec::new() };
        let effects = self.in_layer(serial, |dialog, cx| dialog.resumed(cx)).unwrap_or_default();
        self.asked_by(serial, effects)
    }

    /// Tells every open dialog how a change stands.
    pub(super) fn tell_dialogs(&mut self, change: &Change) -> Vec<Effect> {
        self.tell_all(|dialog, cx| dialog.change_told(change, cx))
    }

    /// Tells every open dialog that roles, groups or folders have come.
    pub(super) fn lists_came(&mut self) -> Vec<Effect> {
        self.tell_all(|dialog, cx| dialog.lists_came(cx))
    }

    fn tell_all(&mut self, tell: impl Fn(&mut dyn Dialog, &mut Cx<'_>) -> Vec<Effect>) -> Vec<Effect> {
        let open: Vec<u64> = self.stack.layers.iter().map(|layer| layer.serial).collect();
        let mut effects = Vec::new();
        for serial in open {
            let asked = self.in_layer(serial, &tell).unwrap_or_default();
            effects.extend(self.asked_by(serial, asked));
        }
        effects
    }

    /// Takes a dialog away, with all that is above it.
    fn leave(&mut self, serial: u64) -> Vec<Effect> {
        let mut effects = Vec::new();
        while let Some(top) = self.stack.layers.pop_if(|top| top.serial >= serial) {
            effects.extend(self.reads.leave(top.serial));
        }
        effects
    }

    /// Notes which dialog waits for the answers to these effects.
    fn asked_by(&mut self, serial: u64, effects: Vec<Effect>) -> Vec<Effect> {
        for effect in &effects {
            match effect {
                Effect::Call(id, call) => {
                    // Never superseded: two questions of one dialog are two questions.
                    drop(self.reads.wait(*id, Want::Dialog { serial, write: call.writes() }));
                }
                Effect::Cancel(id) => drop(self.reads.settle(*id, None)),
                Effect::Copy(_) => self.say(t("app.copied"), Tone::Good),
                Effect::After(..) | Effect::Watch(..) | Effect::Quit => {}
            }
        }
        effects
    }

    /// How the open dialogs look, from below to above.
    pub fn dialogs(&self) -> Vec<DialogView> {
        let cx = ViewCx {
            now: self.now,
            size: self.size,
            workspace: &self.workspace,
            roles: &self.roles.rows,
            groups: &self.groups.rows,
            folders: &self.folders.rows,
        };
        self.stack.layers.iter().map(|layer| layer.dialog.view(&cx)).collect()
    }
}
