//! A pending invitation: a new link for it, or an end to it.

use super::{
    Cx, ViewCx,
    body::{After, Body},
    form::{Fault, Form},
    link::Link,
    sheet::Sheet,
};
use crate::{
    api::{
        backend::Precondition,
        wire::{Applied, Preview},
    },
    app::view::Line,
    domain::{change::Change, id::InvitationId, untrusted::Text},
    i18n::{t, tf},
};

fn decided_on(version: Option<i64>) -> Precondition {
    version.map_or(Precondition::Any, Precondition::Version)
}

/// A new link; every earlier one dies.
pub struct Resend {
    id: InvitationId,
    version: Option<i64>,
    email: Text,
}

impl Resend {
    /// For this invitation.
    pub fn new(id: InvitationId, version: Option<i64>, email: Text) -> Sheet<Self> {
        Sheet::of(Self { id, version, email })
    }
}

impl Body for Resend {
    fn title(&self) -> String {
        tf("dialog.resend.title", &[("email", &self.email)])
    }

    fn form(&mut self, _: &Cx<'_>) -> Form {
        Form::default()
    }

    fn change(&self, _: &Form, _: &Cx<'_>) -> Result<Change, Fault> {
        Ok(Change::ResendInvitation { invitation: self.id })
    }

    fn previews(&self) -> bool {
        false
    }

    fn precondition(&self, _: &Change, _: &Cx<'_>) -> Precondition {
        decided_on(self.version)
    }

    fn intro(&self, _: &Form, _: &ViewCx<'_>) -> Vec<Line> {
        vec![Line::plain(tf("dialog.resend.intro", &[("email", &self.email)]))]
    }

    fn verb(&self) -> &'static str {
        t("dialog.resend.verb")
    }

    fn done(&self, _: &Form, applied: &Applied, _: &Cx<'_>) -> After {
        let said = tf("dialog.resend.done", &[("email", &self.email)]);
        match &applied.link {
            Some(link) => After::Link(Link { email: self.email.clone(), link: link.clone(), said }),
            None => After::Close(said),
        }
    }
}

/// The link dead, the pending member gone.
pub struct Cancel {
    id: InvitationId,
    version: Option<i64>,
    email: Text,
}

impl Cancel {
    /// Of this invitation.
    pub fn new(id: InvitationId, version: Option<i64>, email: Text) -> Sheet<Self> {
        Sheet::of(Self { id, version, email })
    }
}

impl Body for Cancel {
    fn title(&self) -> String {
        tf("dialog.cancel_invitation.title", &[("email", &self.email)])
    }

    fn form(&mut self, _: &Cx<'_>) -> Form {
        Form::default().reason()
    }

    fn change(&self, form: &Form, _: &Cx<'_>) -> Result<Change, Fault> {
        Ok(Change::CancelInvitation { invitation: self.id, reason: form.text("reason") })
    }

    fn previews(&self) -> bool {
        false
    }

    fn precondition(&self, _: &Change, _: &Cx<'_>) -> Precondition {
        decided_on(self.version)
    }

    fn question(&self, _: &Form, _: &[(Change, Preview)]) -> Option<String> {
        Some(tf("dialog.cancel_invitation.question", &[("email", &self.email)]))
    }

    fn intro(&self, _: &Form, _: &ViewCx<'_>) -> Vec<Line> {
        vec![Line::plain(tf("dialog.cancel_invitation.intro", &[("email", &self.email)]))]
    }

    fn verb(&self) -> &'static str {
        t("dialog.cancel_invitation.verb")
    }

    // "cancel" would say the opposite here.
    fn way_out(&self) -> &'static str {
        t("dialog.cancel_invitation.keep")
    }

    fn done(&self, _: &Form, _: &Applied, _: &Cx<'_>) -> After {
        After::Close(tf("dialog.cancel_invitation.done", &[("email", &self.email)]))
    }
}
