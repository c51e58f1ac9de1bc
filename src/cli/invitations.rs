//! `rolecall invitations`: who is invited, and what wants attention about it.

use super::{
    args::{Consent, InvitationEdit, InvitationList, Invitations, InvitationsCommand},
    change, choose,
    exit::{Exit, Failure},
    filter, names,
    output::{self, NONE, Row, raw, say, shown},
    session::{self, Session},
};
use crate::{
    api::{
        backend::{Backend, every},
        wire::{InvitationRow, PageQuery},
    },
    app::format,
    config::Config,
    domain::{
        change::{Cancel, EditInvitation, Kind, Request, Resend},
        filter::InvitationTest,
        time::Timestamp,
    },
    i18n::t,
};

/// Runs the command.
pub async fn run(config: &Config, command: InvitationsCommand) -> Result<Exit, Failure> {
    match command {
        InvitationsCommand::List(wanted) => session::at(config, async |session| list(session, &wanted).await).await,
        InvitationsCommand::Edit(wanted) => {
            change::permitted(config, &wanted.consent)?;
            session::at(config, async |session| {
                let request = edit(session, &wanted).await?;
                change::run(session, request, &wanted.consent).await
            })
            .await
        }
        InvitationsCommand::Resend(wanted) => change(config, &wanted.which, Resend {}, &wanted.consent).await,
        InvitationsCommand::Cancel(wanted) => {
            change(config, &wanted.which, Cancel { reason: wanted.reason }, &wanted.consent).await
        }
    }
}

async fn change(
    config: &Config,
    which: &Invitations,
    kind: impl Into<Kind>,
    consent: &Consent,
) -> Result<Exit, Failure> {
    change::permitted(config, consent)?;
    session::at(config, async |session| {
        let on = choose::invitations(session, which).await?;
        change::run(session, Request { on, kind: kind.into() }, consent).await
    })
    .await
}

async fn edit<B: Backend>(session: &Session<B>, wanted: &InvitationEdit) -> Result<Request, Failure> {
    let id = choose::invitation(session, &wanted.email).await?;
    let now = session.backend.invitation(session.id(), id).await.map_err(|error| session.failure(error))?;
    let roles = match &wanted.role {
        Some(typed) => {
            let roles = session.backend.roles(session.id()).await.map_err(|error| session.failure(error))?;
            names::roles(&roles, typed, session.workspace.policies.max_roles).map_err(Failure::usage)?
        }
        None => now.roles.into_iter().map(|role| role.id).collect(),
    };
    let groups = if wanted.groups.is_empty() && !wanted.no_groups {
        now.groups.into_iter().map(|group| group.id).collect()
    } else {
        let groups = session.backend.groups(session.id()).await.map_err(|error| session.failure(error))?;
        let named = wanted.groups.iter().map(|typed| names::group(&groups, typed)).collect::<Result<_, _>>();
        named.map_err(Failure::usage)?
    };
    Ok(Request::one(id.0, EditInvitation { roles, groups, ttl_days: wanted.days }))
}

async fn list<B: Backend>(session: &Session<B>, wanted: &InvitationList) -> Result<Exit, Failure> {
    let filter = filter::of::<InvitationTest>(session, &wanted.filter, &wanted.flags).await?;
    let query = PageQuery { filter, sort: wanted.sort.clone(), ..PageQuery::default() };
    let rows = every(query, |query| async move { session.backend.invitations(session.id(), &query).await }).await?;
    output::print(&rows, &rows, wanted.output, session.now)?;
    if rows.is_empty() {
        let all = wanted.filter.trim().is_empty() && wanted.flags.is_empty();
        say(if all { t("cli.invitations.none-open") } else { t("cli.invitations.none") });
    }
    Ok(Exit::Done)
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
