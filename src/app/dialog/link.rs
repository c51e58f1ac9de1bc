//! An invitation's link, shown as soon as it is made.

use crate::{
    app::{
        action::Action,
        effect::Effect,
        key::Code,
        msg::Input,
        view::{DialogView, Line, Part, Tone, Width},
    },
    domain::untrusted::{Text, visible},
    i18n::{t, tf},
};

/// The link, and whom it is for.
pub(super) struct Link {
    /// To whom.
    pub(super) email: Text,
    /// The link, whole.
    pub(super) link: String,
}

impl Link {
    /// `y` copies it.
    pub(super) fn input(&self, input: Input) -> Vec<Effect> {
        let copies = input.action == Some(Action::Copy) || input.key.typed() == Some('y');
        if copies { vec![Effect::Copy(visible(&self.link))] } else { Vec::new() }
    }

    /// `Esc` leaves. `Enter` does not: pressed once too often, it would take away what was only just shown.
    pub(super) fn leaves(input: Input) -> bool {
        input.action == Some(Action::Close) || input.key.code == Code::Esc
    }

    /// The link in full, on as many lines as it needs.
    pub(super) fn view(&self) -> DialogView {
        let intro = tf("dialog.link.intro", &[("email", &self.email)]);
        let mut notes = vec![Line::toned(t("dialog.link.again"), Tone::Warn)];
        if self.loopback() {
            notes.push(Line::toned(t("dialog.link.loopback"), Tone::Warn));
        }
        DialogView {
            title: t("dialog.link.title").to_owned(),
            aside: None,
            width: Width::Medium,
            parts: vec![
                Part::Text(vec![Line::plain(intro)]),
                Part::Gap,
                Part::Text(vec![Line::toned(visible(&self.link), Tone::Accent)]),
                Part::Gap,
                Part::Text(notes),
            ],
            hints: vec![(Action::Copy, Some(t("dialog.link.copy").to_owned())), (Action::Close, None)],
            pending: None,
            error: None,
        }
    }
    /// Whether the backend is reached on this machine alone, as the embedded one is.
    fn loopback(&self) -> bool {
        let host = self.link.split_once("://").map_or(self.link.as_str(), |(_, rest)| rest);
        ["127.", "localhost", "[::1]"].iter().any(|local| host.starts_with(local))
    }
}
