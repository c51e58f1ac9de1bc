//! A dialog alone on a stage: keys go in as a string, what it asks for comes out as values.

use rolecall::{
    api::{
        backend::Features,
        error::ApiError,
        wire::{Change, ChangeRow, FolderRow, GroupRow, Me, Plan, RoleRow, StartChange, Workspace},
    },
    app::{
        action::Action,
        dialog::{Cx, Dialog, Ids, Outcome, ViewCx},
        effect::{Call, Effect, Reply, ReqId},
        key::{Code, Key},
        msg::Input,
        view::{DialogView, Part},
    },
    domain::{
        change::{Kind, Refusal, Request},
        plan::RowOutcome,
        time::Timestamp,
    },
};

use super::world;

/// The time on the stage: 2026-01-01.
pub const NOW: Timestamp = Timestamp(1_767_225_600);

/// How a dialog ended, or that another opened above it.
pub enum End {
    Closed,
    Done(String),
    Started(Box<Change>),
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
    /// Changes that were begun while the dialog stayed.
    pub running: Vec<Change>,
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
            running: Vec::new(),
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
            Outcome::Started(change) => self.end = Some(End::Started(change)),
            Outcome::Begun(change, effects) => {
                self.effects.extend(effects);
                self.running.push(*change);
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

    /// What the last open plan is asked for.
    #[track_caller]
    pub fn asked(&self) -> Request {
        match self.open_calls().pop() {
            Some((_, Call::Plan(_, request))) => *request,
            other => panic!("no plan was asked for: {other:?}"),
        }
    }

    /// The kind of it.
    #[track_caller]
    pub fn asked_kind(&self) -> Kind {
        self.asked().kind
    }

    #[track_caller]
    pub fn planned(&mut self, plan: Plan) -> &mut Self {
        self.asked();
        self.answer(Ok(Reply::Plan(Box::new(plan))))
    }

    /// The change begun last, and its key.
    #[track_caller]
    pub fn begun(&self) -> (StartChange, String) {
        match self.open_calls().pop() {
            Some((_, Call::StartChange(_, start, key))) => (*start, key),
            other => panic!("no change was begun: {other:?}"),
        }
    }

    /// The kind of it.
    #[track_caller]
    pub fn begun_kind(&self) -> Kind {
        self.begun().0.request.kind
    }

    /// Answers the start with this change.
    #[track_caller]
    pub fn started(&mut self, change: Change) -> &mut Self {
        self.begun();
        self.answer(Ok(Reply::Change(Box::new(change))))
    }

    /// The one row of the change that was begun is done.
    #[track_caller]
    pub fn done(&mut self) -> &mut Self {
        self.started(world::done());
        assert!(matches!(&self.end, Some(End::Started(_))), "{}", self.text());
        self
    }

    /// Answers a question for the one row of a change: how it ended, and its link.
    #[track_caller]
    pub fn row(&mut self, name: &str, outcome: RowOutcome, link: Option<&str>) -> &mut Self {
        assert!(matches!(self.open_calls().pop(), Some((_, Call::ChangeRows(..)))), "{:?}", self.open_calls());
        let row = ChangeRow {
            row: 1,
            target: Some(7),
            name: name.into(),
            outcome: Some(outcome),
            before: Vec::new(),
            after: Vec::new(),
            link: link.map(str::to_owned),
        };
        self.answer(Ok(Reply::ChangeRows(world::page(vec![row], None))))
    }

    /// How a change stands is told.
    pub fn told(&mut self, change: &Change) -> &mut Self {
        let effects = self.act(|dialog, cx| dialog.change_told(change, cx));
        self.effects.extend(effects);
        self
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

/// Refused by code.
pub fn refused(why: Refusal) -> Result<Reply, ApiError> {
    Err(ApiError::Refused(Box::new(why)))
}
