//! `rolecall invitations`: who is invited, and what wants attention about it.

use super::{
    args::{InvitationList, InvitationsCommand},
    change, choose,
    desk::{self, Desk},
    exit::{Exit, Failure},
    filter,
    output::{self, NONE, Row, say},
};
use crate::{
    api::{
        backend::{Backend, every},
        wire::{InvitationRow, Named, PageQuery},
    },
    app::format,
    config::Config,
    domain::{bulk::BulkAction, filter::InvitationTest, time::Timestamp},
    i18n::t,
};

/// Runs the command.
pub async fn run(config: &Config, command: InvitationsCommand) -> Result<Exit, Failure> {
    match command {
        InvitationsCommand::List(wanted) => desk::at(config, async |desk| list(desk, &wanted).await).await,
        InvitationsCommand::Resend(wanted) => {
            change::permitted(config, &wanted.consent)?;
            desk::at(config, async |desk| {
                let on = choose::invitations(desk, &wanted.which).await?;
                change::run(desk, on, BulkAction::Resend, &wanted.consent).await
            })
            .await
        }
        InvitationsCommand::Cancel(wanted) => {
            change::permitted(config, &wanted.consent)?;
            desk::at(config, async |desk| {
                let on = choose::invitations(desk, &wanted.which).await?;
                let action = BulkAction::Cancel { reason: wanted.reason.clone() };
                change::run(desk, on, action, &wanted.consent).await
            })
            .await
        }
    }
}

async fn list<B: Backend>(desk: &Desk<B>, wanted: &InvitationList) -> Result<Exit, Failure> {
    let filter = filter::of::<InvitationTest>(desk, &wanted.filter, &wanted.flags).await?;
    let query = PageQuery { filter, sort: wanted.sort.clone(), ..PageQuery::default() };
    let rows = every(query, |query| async move { desk.backend.invitations(desk.id(), &query).await }).await?;
    output::print(&rows, &rows, wanted.output, desk.now)?;
    if rows.is_empty() {
        let all = wanted.filter.trim().is_empty() && wanted.flags.is_empty();
        say(if all { t("cli.invitations.none-open") } else { t("cli.invitations.none") });
    }
    Ok(Exit::Done)
}

fn shown<I>(names: &[Named<I>]) -> String {
    names.iter().map(|one| one.name.to_string()).collect::<Vec<_>>().join(", ")
}

/// Names as `rolecall invite --file` reads them.
fn raw<I>(names: &[Named<I>]) -> String {
    names.iter().map(|one| one.name.raw()).collect::<Vec<_>>().join(";")
}

/// When the link dies; what is settled has none that could.
fn expiry(row: &InvitationRow, now: Timestamp) -> String {
    if row.status.open() { format::relative(row.expires_at, now) } else { NONE.to_owned() }
}

fn flags(row: &InvitationRow) -> impl Iterator<Item = &'static str> {
    row.flags.iter().map(|flag| flag.name())
}

impl Row for InvitationRow {
    fn head(wide: bool) -> Vec<&'static str> {
        let mut head = vec![
            t("cli.head.email"),
            t("cli.head.role"),
            t("cli.head.status"),
            t("cli.head.expires"),
            t("cli.head.inviter"),
            t("cli.head.flags"),
        ];
        if wide {
            head.extend([
                t("cli.head.name"),
                t("cli.head.groups"),
                t("cli.head.age"),
                t("cli.head.sends"),
                t("cli.head.delivery"),
            ]);
        }
        head
    }

    fn line(&self, wide: bool, now: Timestamp) -> Vec<String> {
        let mut line = vec![
            self.email.to_string(),
            shown(&self.roles),
            self.status.name().to_owned(),
            expiry(self, now),
            self.inviter.to_string(),
            flags(self).collect::<Vec<_>>().join(", "),
        ];
        if wide {
            line.extend([
                self.name.to_string(),
                shown(&self.groups),
                format::span(now.since(self.created_at)),
                self.sends.to_string(),
                self.delivery.to_string(),
            ]);
        }
        line
    }

    const FIELDS: &'static [&'static str] =
        &["email", "name", "role", "groups", "status", "inviter", "created", "expires", "sends", "delivery", "flags"];

    fn record(&self) -> Vec<String> {
        vec![
            self.email.raw().to_owned(),
            self.name.raw().to_owned(),
            raw(&self.roles),
            raw(&self.groups),
            self.status.name().to_owned(),
            self.inviter.raw().to_owned(),
            output::time(self.created_at),
            output::time(self.expires_at),
            self.sends.to_string(),
            self.delivery.raw().to_owned(),
            flags(self).collect::<Vec<_>>().join(";"),
        ]
    }

    fn name(&self) -> String {
        self.email.raw().to_owned()
    }
}
