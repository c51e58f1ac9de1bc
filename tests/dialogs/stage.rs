//! A dialog alone on a stage: keys go in as a string, what it asks for comes out as values.

use rolecall::{
    api::{
        backend::{Features, Write},
        error::ApiError,
        wire::{Applied, FolderRow, GroupRow, Job, Me, Preview, RoleRow, Workspace},
    },
    app::{
        action::Action,
        dialog::{Cx, Dialog, Ids, Outcome, ViewCx},
        effect::{Call, Effect, Reply, ReqId},
        key::{Code, Key},
        msg::Input,
        view::{DialogView, Part},
    },
    domain::{change::Change, id::EventId, time::Timestamp},
};

use super::world;

/// The time on the stage: 2026-01-01.
pub const NOW: Timestamp = Timestamp(1_767_225_600);

/// How a dialog ended, or that another opened above it.
pub enum End {
    Closed,
    Done(String),
    Started(Box<Job>),
    Run(Action),
    Pushed,
}

pub struct Stage {
    pub dialog: Box<dyn Dialog>,
    pub me: Me,
    pub workspace: Workspace,
    pub features: Features,
    pub roles: Vec<RoleRow>,
    pub groups: Vec<GroupRow>,
    pub folders: Vec<FolderRow>,
    pub readonly: bool,
    pub data_dir: Option<String>,
    pub size: (u16, u16),
    pub now: Timestamp,
    pub effects: Vec<Effect>,
    pub end: Option<End>,
    /// Jobs that were begun while the dialog stayed.
    pub begun: Vec<Job>,
    /// The dialog that opened above, on a stage of its own.
    above: Option<Box<Self>>,
    ids: Ids,
}

impl Stage {
    /// Puts a dialog on the stage and opens it.
    pub fn new(dialog: impl Dialog + 'static) -> Self {
        Self::with(dialog, |_| ())
    }

    /// The same in a world that is changed first.
    pub fn with(dialog: impl Dialog + 'static, change: impl FnOnce(&mut Self)) -> Self {
        let mut stage = Self::on(Box::new(dialog));
        change(&mut stage);
        let effects = stage.act(|dialog, cx| dialog.open(cx));
        stage.effects.extend(effects);
        stage
    }

    /// A stage for a dialog that is not opened yet.
    fn on(dialog: Box<dyn Dialog>) -> Self {
        Self {
            dialog,
            me: world::me(),
            workspace: world::workspace(),
            features: Features::ALL,
            roles: world::roles(),
            groups: world::groups(),
            folders: world::folders(),
            readonly: false,
            data_dir: None,
            size: (80, 24),
            now: NOW,
            effects: Vec::new(),
            end: None,
            begun: Vec::new(),
            above: None,
            ids: Ids::new("test"),
        }
    }

    /// The dialog that opened above this one.
    pub fn pushed(&mut self) -> &mut Self {
        self.above.as_mut().expect("a dialog that opened above")
    }

    fn act<T>(&mut self, work: impl FnOnce(&mut dyn Dialog, &mut Cx<'_>) -> T) -> T {
        let mut cx = Cx {
            now: self.now,
            size: self.size,
            me: &self.me,
            workspace: &self.workspace,
            features: &self.features,
            roles: &self.roles,
            groups: &self.groups,
            folders: &self.folders,
            readonly: self.readonly,
            data_dir: self.data_dir.as_deref(),
            ids: &mut self.ids,
        };
        work(self.dialog.as_mut(), &mut cx)
    }

    fn outcome(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Stay(effects) => self.effects.extend(effects),
            Outcome::Push(dialog) => {
                self.above = Some(Box::new(Self::on(dialog)));
                self.end = Some(End::Pushed);
            }
            Outcome::Close => self.end = Some(End::Closed),
            Outcome::Done(said, effects) => {
                self.effects.extend(effects);
                self.end = Some(End::Done(said));
            }
            Outcome::Started(job) => self.end = Some(End::Started(job)),
            Outcome::Begun(job, effects) => {
                self.effects.extend(effects);
                self.begun.push(*job);
            }
            Outcome::Run(action) => self.end = Some(End::Run(action)),
        }
    }

    /// Types keys: characters, and others by name: `bo@x.test<Tab><Enter>`.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        let mut rest = keys;
        while let Some(first) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|r| r.split_once('>'));
            let key: Key = match named {
                Some((name, after)) => {
                    rest = after;
                    name.parse().unwrap()
                }
                None => {
                    rest = &rest[first.len_utf8()..];
                    Key::plain(Code::Char(first))
                }
            };
            let action = self.action(key);
            let outcome = self.act(|dialog, cx| dialog.input(Input { key, action }, cx));
            self.outcome(outcome);
        }
        self
    }

    fn action(&self, key: Key) -> Option<Action> {
        if self.dialog.typing() && key.typed().is_some() {
            return None;
        }
        world::action(self.dialog.context(), key)
    }

    pub fn paste(&mut self, text: &str) -> &mut Self {
        let outcome = self.act(|dialog, cx| dialog.paste(text, cx));
        self.outcome(outcome);
        self
    }

    /// Calls that were asked for and neither answered nor cancelled, the oldest first.
    pub fn open_calls(&self) -> Vec<(ReqId, Call)> {
        let mut open: Vec<(ReqId, Call)> = Vec::new();
        for effect in &self.effects {
            match effect {
                Effect::Call(id, call) => open.push((*id, call.clone())),
                Effect::Cancel(id) => open.retain(|(asked, _)| asked != id),
                _ => {}
            }
        }
        open
    }

    /// Answers the last open call.
    pub fn answer(&mut self, reply: Result<Reply, ApiError>) -> &mut Self {
        let (id, _) = self.open_calls().pop().expect("a call to answer");
        self.effects.retain(|effect| !matches!(effect, Effect::Call(asked, _) if *asked == id));
        let outcome = self.act(|dialog, cx| dialog.reply(id, &reply, cx));
        self.outcome(outcome);
        self
    }

    /// The change of the last open preview.
    pub fn previewed(&self) -> Change {
        match self.open_calls().pop() {
            Some((_, Call::Preview(_, change))) => change,
            other => panic!("no preview was asked for: {other:?}"),
        }
    }

    /// The last open write.
    pub fn written(&self) -> Write {
        match self.open_calls().pop() {
            Some((_, Call::Apply(_, write))) => *write,
            other => panic!("nothing was written: {other:?}"),
        }
    }

    pub fn preview(&mut self, preview: Preview) -> &mut Self {
        self.previewed();
        self.answer(Ok(Reply::Preview(Box::new(preview))))
    }

    pub fn applied(&mut self) -> &mut Self {
        self.applied_with(None)
    }

    pub fn applied_with(&mut self, link: Option<&str>) -> &mut Self {
        self.written();
        let link = link.map(str::to_owned);
        let applied =
            Applied { event: EventId(1), revision: 2, version: None, created: None, link, warnings: Vec::new() };
        self.answer(Ok(Reply::Applied(Box::new(applied))))
    }

    pub fn quiet(&self) -> bool {
        self.open_calls().is_empty()
    }

    pub fn said(&self) -> &str {
        match &self.end {
            Some(End::Done(said)) => said,
            _ => panic!("the dialog is not done"),
        }
    }

    pub fn view(&self) -> DialogView {
        self.dialog.view(&ViewCx {
            now: self.now,
            size: self.size,
            workspace: &self.workspace,
            roles: &self.roles,
            groups: &self.groups,
            folders: &self.folders,
        })
    }

    /// Everything it says, a line a part.
    pub fn text(&self) -> String {
        let view = self.view();
        let mut lines = vec![view.title.clone()];
        lines.extend(view.aside.clone());
        for part in &view.parts {
            match part {
                Part::Field { label, value, error, .. } | Part::Choice { label, value, error, .. } => {
                    lines.push(format!("{label}: {value}"));
                    lines.extend(error.iter().map(|error| format!("  ^ {error}")));
                }
                Part::Text(text) => lines.extend(text.iter().map(|line| line.text())),
                Part::List(list) => {
                    for row in &list.rows {
                        let mark = row.checked.map_or("", |on| if on { "[x] " } else { "[ ] " });
                        let cells: Vec<String> = row.cells.iter().map(|cell| cell.text()).collect();
                        lines.push(format!("{mark}{}", cells.join(" | ")));
                    }
                    if list.rows.is_empty() {
                        lines.push(list.empty.clone());
                    }
                }
                Part::Gap => {}
            }
        }
        lines.extend(view.pending.clone());
        lines.extend(view.error.map(|error| format!("! {error}")));
        lines.join("\n")
    }

    #[track_caller]
    pub fn says(&mut self, what: &str) -> &mut Self {
        assert!(self.text().contains(what), "{what:?} is not said in:\n{}", self.text());
        self
    }

    #[track_caller]
    pub fn silent_on(&mut self, what: &str) -> &mut Self {
        assert!(!self.text().contains(what), "{what:?} is said in:\n{}", self.text());
        self
    }
}

/// A field's error, as the backend tells it.
pub fn invalid(field: &str, message: &str) -> Result<Reply, ApiError> {
    Err(ApiError::Invalid { field: Some(field.to_owned()), message: message.into(), faults: Vec::new() })
}

pub fn offline() -> Result<Reply, ApiError> {
    Err(ApiError::Offline("connection refused".to_owned()))
}

/// Somebody else was faster.
pub fn stale() -> Result<Reply, ApiError> {
    Err(ApiError::Stale("It was changed by someone else.".into()))
}

/// What is there stands against this field.
pub fn conflict(field: &str, message: &str) -> Result<Reply, ApiError> {
    Err(ApiError::Conflict { field: Some(field.to_owned()), message: message.into() })
}
