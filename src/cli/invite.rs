//! `rolecall invite`: people asked in, one or many.

use super::{
    args::Invite,
    change,
    choose::{Chosen, addresses},
    desk::{self, Desk},
    exit::{Exit, Failure},
    import, names,
};
use crate::{
    api::{
        backend::Backend,
        wire::{GroupRow, ImportFault, ImportRow, RoleRow},
    },
    config::Config,
    domain::{
        bulk::{BulkAction, Selection},
        change::InviteDraft,
        id::{GroupId, RoleId},
        pasted::{self, Person, Word},
        untrusted::Text,
    },
    i18n::{t, tf},
};
use std::path::Path;

/// Runs the command.
pub async fn run(config: &Config, wanted: &Invite) -> Result<Exit, Failure> {
    change::permitted(config, &wanted.consent)?;
    let people = match &wanted.file {
        Some(file) => People::Table(import::people(file, t("cli.invite.faulty"))?),
        None => People::Typed(addresses(&wanted.emails)?.join("\n")),
    };
    desk::at(config, async |desk| invite(desk, people, wanted).await).await
}

/// Whom to ask in.
enum People {
    /// The rows of a file.
    Table(Vec<ImportRow>),
    /// Lines of addresses, each with what belongs to it.
    Typed(String),
}

async fn invite<B: Backend>(desk: &Desk<B>, people: People, wanted: &Invite) -> Result<Exit, Failure> {
    let known = Known { roles: desk.backend.roles(desk.id()).await?, groups: desk.backend.groups(desk.id()).await? };
    let mut faults = Vec::new();
    let people = match people {
        People::Table(rows) => rows,
        People::Typed(text) => known.people(&text, &mut faults),
    };
    let roles = match &wanted.role {
        Some(typed) => names::roles(&known.roles, typed, desk.workspace.policies.max_roles).map_err(Failure::usage)?,
        None => Vec::new(),
    };
    let groups = wanted.groups.iter().map(|typed| names::group(&known.groups, typed)).collect::<Result<Vec<_>, _>>();
    let groups = groups.map_err(Failure::usage)?;
    let mut drafts = Vec::with_capacity(people.len());
    for person in people {
        let mut draft = InviteDraft {
            roles: known.roles(&person, &mut faults),
            groups: known.groups(&person, &mut faults),
            name: Some(person.name).filter(|name| !name.is_empty()),
            email: person.email,
            message: wanted.message.clone(),
            ttl_days: wanted.days,
        };
        if draft.roles.is_empty() {
            draft.roles.clone_from(&roles);
        }
        if draft.groups.is_empty() {
            draft.groups.clone_from(&groups);
        }
        drafts.push(draft);
    }
    if !faults.is_empty() {
        let file = wanted.file.as_deref().unwrap_or(Path::new("-"));
        return Err(import::faulty(file, t("cli.invite.faulty"), &faults));
    }
    if drafts.iter().any(|draft| draft.roles.is_empty()) {
        return Err(Failure::usage(t("cli.invite.no-role")));
    }
    let chosen = Chosen { on: Selection::default(), named: true };
    change::run(desk, chosen, BulkAction::Invite { drafts }, &wanted.consent).await
}

/// Roles and groups that a file may name.
struct Known {
    roles: Vec<RoleRow>,
    groups: Vec<GroupRow>,
}

impl Known {
    /// The people on these lines; a fault for what is not understood.
    fn people(&self, text: &str, faults: &mut Vec<ImportFault>) -> Vec<ImportRow> {
        let row = |one: Person| {
            faults.extend(one.stray.iter().map(|word| ImportFault {
                line: one.line,
                column: one.email.to_string(),
                message: tf("cli.invite.stray", &[("word", word)]),
            }));
            let name = one.name.unwrap_or_default();
            ImportRow { line: one.line, email: one.email, name, roles: one.roles, groups: one.groups }
        };
        pasted::read(text, |word| self.word(word)).into_iter().map(row).collect()
    }

    fn word(&self, word: &str) -> Option<Word> {
        let role = |role: &RoleRow| names::same(role.name.raw(), word) || names::same(&role.key, word);
        let group = |group: &GroupRow| names::same(group.name.raw(), word);
        if self.roles.iter().any(role) {
            return Some(Word::Role);
        }
        self.groups.iter().any(group).then_some(Word::Group)
    }

    fn roles(&self, person: &ImportRow, faults: &mut Vec<ImportFault>) -> Vec<RoleId> {
        found(&person.roles, faults, (person.line, "role"), |name| names::role(&self.roles, name))
    }

    fn groups(&self, person: &ImportRow, faults: &mut Vec<ImportFault>) -> Vec<GroupId> {
        found(&person.groups, faults, (person.line, "groups"), |name| names::group(&self.groups, name))
    }
}

/// What the names of a cell mean; a fault for each that means nothing.
fn found<I>(
    typed: &[Text],
    faults: &mut Vec<ImportFault>,
    (line, column): (u64, &str),
    find: impl Fn(&str) -> Result<I, String>,
) -> Vec<I> {
    let mut all = Vec::with_capacity(typed.len());
    for name in typed {
        match find(name.raw()) {
            Ok(one) => all.push(one),
            Err(message) => faults.push(ImportFault { line, column: column.to_owned(), message }),
        }
    }
    all
}
