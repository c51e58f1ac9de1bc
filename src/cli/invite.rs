//! `rolecall invite`: people asked in, one or many.

use super::{
    args::Invite,
    change,
    exit::{Exit, Failure},
    file, names, people,
    session::{self, Session},
};
use crate::{
    api::{
        backend::Backend,
        wire::{Called, GroupRow, ImportFault, ImportRow, RoleRow},
    },
    config::Config,
    domain::{
        change::{self as changes, InviteDraft, Request},
        id::{GroupId, RoleId},
        pasted::{self, Person},
        sheet::headed,
        untrusted::Text,
    },
    i18n::{t, tf},
};
use std::path::{Path, PathBuf};

/// Runs the command.
pub async fn run(config: &Config, wanted: &Invite) -> Result<Exit, Failure> {
    let sources = sources(wanted)?;
    change::permitted(config, &wanted.consent)?;
    session::at(config, async |session| invite(session, &sources, wanted).await).await
}

/// Where people are named, and how.
struct Source {
    /// The file; `-` for standard input.
    file: PathBuf,
    text: Vec<u8>,
}

impl Source {
    fn read(file: &Path) -> Result<Self, Failure> {
        Ok(Self { file: file.to_owned(), text: file::given(file)? })
    }
}

fn sources(wanted: &Invite) -> Result<Vec<Source>, Failure> {
    if let Some(file) = &wanted.file {
        return Ok(vec![Source::read(file)?]);
    }
    let (stdin, typed): (Vec<&String>, Vec<&String>) = wanted.emails.iter().partition(|email| *email == "-");
    let lines = typed.into_iter().map(|typed| typed.replace(['\r', '\n'], " ")).collect::<Vec<_>>().join("\n");
    let mut sources = vec![Source { file: t("cli.invite.argument").into(), text: lines.into_bytes() }];
    if !stdin.is_empty() {
        sources.push(Source::read(Path::new("-"))?);
    }
    Ok(sources)
}

async fn invite<B: Backend>(session: &Session<B>, sources: &[Source], wanted: &Invite) -> Result<Exit, Failure> {
    let known = Known {
        roles: session.backend.roles(session.id()).await?,
        groups: session.backend.groups(session.id()).await?,
    };
    let roles = match &wanted.role {
        Some(typed) => {
            names::roles(&known.roles, typed, session.workspace.policies.max_roles).map_err(Failure::usage)?
        }
        None => Vec::new(),
    };
    let groups = wanted.groups.iter().map(|typed| names::group(&known.groups, typed)).collect::<Result<Vec<_>, _>>();
    let groups = groups.map_err(Failure::usage)?;
    let (mut drafts, mut all_faults) = (Vec::new(), Vec::new());
    for source in sources {
        let (people, mut faults) = match people::text(&source.text).and_then(|text| known.people(text)) {
            // A list on standard input may come to nothing; a file that is named has somebody in it.
            Ok(people) if people.is_empty() && wanted.file.is_some() => (people, vec![people::nobody()]),
            Ok(people) => (people, Vec::new()),
            Err(faults) => (Vec::new(), faults),
        };
        for person in people {
            let own = (known.roles(&person, &mut faults), known.groups(&person, &mut faults));
            drafts.push(InviteDraft {
                roles: if own.0.is_empty() { roles.clone() } else { own.0 },
                groups: if own.1.is_empty() { groups.clone() } else { own.1 },
                name: Some(person.name).filter(|name| !name.is_empty()),
                email: person.email,
                message: wanted.message.clone(),
                ttl_days: wanted.days,
            });
        }
        all_faults.extend(faults.into_iter().map(|fault| (source.file.as_path(), fault)));
    }
    if !all_faults.is_empty() {
        return Err(people::faulty(t("cli.invite.faulty"), &all_faults));
    }
    if drafts.iter().any(|draft| draft.roles.is_empty()) {
        return Err(Failure::usage(t("cli.invite.no-role")));
    }
    change::run(session, Request::given(changes::Invite { drafts }), &wanted.consent).await
}

/// Roles and groups that a file may name.
struct Known {
    roles: Vec<RoleRow>,
    groups: Vec<GroupRow>,
}

impl Known {
    /// The people in a table with a header, or on lines of any kind; or every fault of it.
    fn people(&self, text: &str) -> Result<Vec<ImportRow>, Vec<ImportFault>> {
        if headed(text) {
            return people::table(text);
        }
        let called = Called::new(&self.roles, &self.groups);
        let people = pasted::read(text, |word| called.word(word));
        let told = |one: &Person, word: &Text| ImportFault {
            line: one.line,
            column: one.email.to_string(),
            message: tf("cli.invite.stray", &[("word", word)]),
        };
        let faults = people.iter().flat_map(|one| one.stray.iter().map(move |word| told(one, word)));
        let faults: Vec<ImportFault> = faults.collect();
        let row = |one: Person| {
            let name = one.name.unwrap_or_default();
            ImportRow { line: one.line, email: one.email, name, roles: one.roles, groups: one.groups }
        };
        if faults.is_empty() { Ok(people.into_iter().map(row).collect()) } else { Err(faults) }
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
