//! Bulk changes that an earlier run asked for and did not live to see answered, taken up again: asked
//! for once more with the key they had, so that every row is done exactly once.

use super::{Cx, Dialog, Outcome, ViewCx, plan::Kind, submit::Trouble};
use crate::{
    api::{error::ApiError, wire::JobState, wire::Resume},
    app::{
        action::{Action, Context},
        effect::{Call, Effect, Reply, ReqId},
        format,
        key::Code,
        msg::Input,
        pane::jobs::Unanswered,
        view::{DialogView, Line, Part, Tone, Width},
    },
    domain::bulk::{BulkAction, Selection},
    i18n::{t, tf},
};

/// Changes that are shown; the others are counted.
const SHOWN: usize = 8;

/// Changes to take up.
pub struct TakeUp {
    /// The oldest first.
    waiting: Vec<Unanswered>,
    asked: Option<ReqId>,
    taken: u64,
    /// What the backend would not have, with its reason.
    refused: Vec<String>,
    error: Option<String>,
}

impl TakeUp {
    /// These, the oldest first.
    pub fn new(waiting: Vec<Unanswered>) -> Self {
        Self { waiting, asked: None, taken: 0, refused: Vec::new(), error: None }
    }

    /// Asks for the next one.
    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Effect> {
        let call = Call::TakeUp(self.waiting.first()?.key.clone());
        let (id, effect) = cx.call(call);
        self.asked = Some(id);
        Some(effect)
    }
}

impl Dialog for TakeUp {
    fn context(&self) -> Context {
        Context::Dialog
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        match (input.action, input.key.code) {
            (Some(Action::Close), _) | (None, Code::Esc) => Outcome::Close,
            (Some(Action::Confirm), _) | (None, Code::Enter) if self.asked.is_none() => {
                self.error = None;
                Outcome::Stay(self.next(cx).into_iter().collect())
            }
            _ => Outcome::Stay(Vec::new()),
        }
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        if self.asked.take_if(|asked| *asked == id).is_none() {
            return Outcome::Stay(Vec::new());
        }
        let mut effects = Vec::new();
        match reply {
            Ok(Reply::TakenUp(key, ended)) => {
                let place = self.waiting.iter().position(|one| one.key == *key);
                let what = place.map(|place| what(&self.waiting.remove(place))).unwrap_or_default();
                match ended {
                    Ok(job) => {
                        self.taken += 1;
                        // It was begun by then, and stands still.
                        if job.state == JobState::Stopped {
                            effects.push(cx.call(Call::ResumeJob(cx.workspace.id, job.id, Resume::default())).1);
                        }
                    }
                    Err(why) => self.refused.push(tf("dialog.error.about", &[("about", &what), ("why", why)])),
                }
            }
            Ok(_) => self.error = Some(t("dialog.error.answer").to_owned()),
            Err(error) => {
                self.error = Some(match Trouble::of(error) {
                    Trouble::Field(_, why) | Trouble::Stale(why) | Trouble::Said(why) => why,
                });
            }
        }
        if self.error.is_none() {
            effects.extend(self.next(cx));
        }
        let done = self.waiting.is_empty() && self.refused.is_empty();
        if done {
            let said = tf("dialog.take_up.done", &[("n", &format::count(self.taken))]);
            return Outcome::Done(said, effects);
        }
        Outcome::Stay(effects)
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        let mut lines = vec![Line::plain(t("dialog.take_up.intro")), Line::default()];
        lines.extend(first(self.waiting.iter().map(|one| {
            let when = format::relative(one.at, cx.now);
            Line::toned(what(one), Tone::Strong).and(format!("  {when}"), Tone::Dim)
        })));
        lines.extend(first(self.refused.iter().map(|why| Line::toned(why, Tone::Bad))));
        let verb = (Action::Confirm, Some(t("dialog.take_up.verb").to_owned()));
        let mut hints = Vec::new();
        if !self.waiting.is_empty() {
            hints.push(verb);
        }
        hints.push((Action::Close, None));
        DialogView {
            title: t("dialog.take_up.title").to_owned(),
            aside: None,
            width: Width::Medium,
            parts: vec![Part::Text(lines)],
            hints,
            pending: self.asked.map(|_| t("dialog.pending").to_owned()),
            error: self.error.clone(),
        }
    }
}

/// As many lines as are shown, and how many more there are.
fn first(mut lines: impl ExactSizeIterator<Item = Line>) -> Vec<Line> {
    let mut shown: Vec<Line> = lines.by_ref().take(SHOWN).collect();
    if lines.len() > 0 {
        let more = format::count(lines.len() as u64);
        shown.push(Line::toned(tf("dialog.words.more", &[("n", &more)]), Tone::Dim));
    }
    shown
}

/// What a change would do, in words: `Change role · 14 members`.
fn what(one: &Unanswered) -> String {
    let rows = match (&one.start.bulk.on, &one.start.bulk.action) {
        (_, BulkAction::Invite { drafts }) => Some(drafts.len() as u64),
        (Selection::Ids { ids }, _) => Some(ids.len() as u64),
        (Selection::Matching { .. } | Selection::Given, _) => None,
    };
    match Kind::of(&one.start.bulk.action) {
        Some(kind) => kind.title(rows),
        None => tf("dialog.take_up.invite", &[("n", &format::count(rows.unwrap_or_default()))]),
    }
}
