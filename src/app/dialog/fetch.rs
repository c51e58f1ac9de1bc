//! Something read for a dialog: asked, waited for, known, or failed.

use super::{Cx, words};
use crate::{
    api::error::ApiError,
    app::effect::{Call, Effect, Reply, ReqId},
    i18n::t,
    words::Labels,
};

/// What is known so far. While it is read again, what was known stays.
#[derive(Debug)]
pub(super) struct Fetch<T> {
    asked: Option<ReqId>,
    known: Option<T>,
    failed: Option<String>,
}

impl<T> Default for Fetch<T> {
    fn default() -> Self {
        Self { asked: None, known: None, failed: None }
    }
}

impl<T> Fetch<T> {
    /// Asks; what was asked before is cancelled.
    pub(super) fn ask(&mut self, call: Call, cx: &mut Cx<'_>) -> Vec<Effect> {
        let mut effects: Vec<Effect> = self.asked.take().map(Effect::Cancel).into_iter().collect();
        let (id, effect) = cx.call(call);
        self.asked = Some(id);
        self.failed = None;
        effects.push(effect);
        effects
    }

    /// Its own answer; says whether this was one. `read` takes what it wants of a reply.
    pub(super) fn reply(
        &mut self,
        id: ReqId,
        reply: &Result<Reply, ApiError>,
        labels: &dyn Labels,
        read: impl FnOnce(&Reply) -> Option<T>,
    ) -> bool {
        if self.asked.take_if(|asked| *asked == id).is_none() {
            return false;
        }
        match reply.as_ref().map(read) {
            Ok(Some(known)) => self.known = Some(known),
            Ok(None) => self.failed = Some(t("dialog.error.answer").to_owned()),
            Err(error) => self.failed = Some(words::failure(error, labels)),
        }
        true
    }

    /// What is known.
    pub(super) fn known(&self) -> Option<&T> {
        self.known.as_ref()
    }

    /// Forgets what is known, as when something else is asked about.
    pub(super) fn clear(&mut self) {
        self.known = None;
    }

    /// What is said while it is read again; at first, the empty list says so.
    pub(super) fn pending(&self) -> Option<String> {
        self.asked.filter(|_| self.known.is_some()).map(|_| t("dialog.reading").to_owned())
    }

    /// Why it could not be read.
    pub(super) fn error(&self) -> Option<String> {
        self.failed.clone()
    }

    /// What an empty list says: that it is being read, that it could not be, or `empty`.
    pub(super) fn empty(&self, empty: &'static str) -> &'static str {
        match (&self.known, &self.failed) {
            (None, None) => t("dialog.loading"),
            (None, Some(_)) => t("dialog.unread"),
            _ => t(empty),
        }
    }
}
