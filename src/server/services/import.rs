//! Bringing people in from a file: all or none, faults told by line and column.

use super::{
    super::{
        auth::Here,
        problem::Fault,
        state::AppState,
        store::{Remembered, Scope, WriteTx},
    },
    changes, digest, json,
};
use crate::{
    api::wire::{Import, ImportFault, ImportRow, Imported},
    domain::{
        access::Access,
        address,
        capability::{CapSet, key},
        change::{self, CreateGroup, GroupDraft, Person, Refusal, Request},
        id::{GroupId, RoleId},
        model::{Group, Role, Snapshot},
        pack::MaxRoles,
        untrusted::Text,
    },
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Brings people in.
pub async fn import(state: &AppState, here: &Here, mut import: Import, key: &str) -> Result<Imported, Fault> {
    let now = state.now();
    let account = here.caller.account.id;
    let body_hash = digest(&format!("{} import {}", here.workspace, json(&import)?));
    let mut tx = state.store.begin(here.workspace).await?;
    if let Some(known) = tx.recall(account, key).await? {
        if known.body_hash != body_hash {
            return Err(Fault::KeyReused);
        }
        return serde_json::from_str(&known.response)
            .map_err(|_| Fault::Internal("a remembered answer cannot be read".into()));
    }
    // Everyone: a file may name anybody, and who is a member already is a fault.
    let snapshot = tx.snapshot(&Scope::All, now).await?;
    here.active_in(&snapshot)?;
    let held = Access::new(&snapshot).held(here.member, None, now);
    for row in &mut import.rows {
        trim(row);
    }
    let checked = Checker::new(&snapshot, held, import.create_groups)?.check(&import.rows)?;
    if import.dry_run {
        // Made and taken back: what the rules have against it is told all the same.
        bring_in(state, &mut tx, here, &import, &checked, key).await?;
        let (members, groups) = (import.rows.len() as u64, checked.new_groups.len() as u64);
        return Ok(Imported { members, groups, revision: tx.revision() });
    }
    bring_in(state, &mut tx, here, &import, &checked, key).await?;
    let (members, groups) = (import.rows.len() as u64, checked.new_groups.len() as u64);
    let done = Imported { members, groups, revision: tx.revision() };
    let answer = Remembered { body_hash, status: 200, response: json(&done)? };
    tx.remember(account, key, &answer, now).await?;
    tx.commit().await?;
    Ok(done)
}

/// Makes the groups that are missing, then brings the people in: each a change of its own, undone as any other.
async fn bring_in(
    state: &AppState,
    tx: &mut WriteTx,
    here: &Here,
    import: &Import,
    checked: &Sound,
    key: &str,
) -> Result<(), Fault> {
    let mut made = HashMap::new();
    for (number, name) in checked.new_groups.iter().enumerate() {
        let draft = GroupDraft { name: name.clone(), ..GroupDraft::default() };
        let request = Request::given(CreateGroup { draft });
        let done = changes::make(state, tx, here, &request, &format!("{key} group {number}")).await?;
        if let Some(id) = done.created() {
            made.insert(name.raw().to_lowercase(), GroupId(id));
        }
    }
    let person = |(row, entry): (&ImportRow, &Entry)| Person {
        email: row.email.clone(),
        name: row.name.clone(),
        roles: entry.roles.iter().copied().collect(),
        groups: {
            let new = row.groups.iter().filter_map(|name| made.get(&name.raw().to_lowercase()).copied());
            let groups: BTreeSet<GroupId> = entry.groups.iter().copied().chain(new).collect();
            groups.into_iter().collect()
        },
    };
    let people = import.rows.iter().zip(&checked.entries).map(person).collect();
    changes::make(state, tx, here, &Request::given(change::Import { people }), &format!("{key} people")).await?;
    Ok(())
}

/// Space around a cell means nothing.
fn trim(row: &mut ImportRow) {
    let cells = [&mut row.email, &mut row.name].into_iter().chain(&mut row.roles).chain(&mut row.groups);
    for cell in cells {
        let trimmed = cell.raw().trim();
        if trimmed.len() != cell.raw().len() {
            *cell = Text::new(trimmed);
        }
    }
}

/// What a file without faults leads to.
#[derive(Debug)]
struct Sound {
    new_groups: Vec<Text>,
    /// One a row.
    entries: Vec<Entry>,
}

/// The roles and groups that somebody comes in with, those that are there already.
#[derive(Debug)]
struct Entry {
    roles: BTreeSet<RoleId>,
    groups: BTreeSet<GroupId>,
}

/// Looks at every row, and goes on after a fault: a person mends a file once, not once a fault.
struct Checker<'a> {
    snapshot: &'a Snapshot,
    create_groups: bool,
    roles: HashMap<String, &'a Role>,
    groups: HashMap<String, &'a Group>,
    members: HashSet<String>,
    faults: Vec<ImportFault>,
}

impl<'a> Checker<'a> {
    /// Refuses a caller who may not bring anybody in at all.
    fn new(snapshot: &'a Snapshot, held: CapSet, create_groups: bool) -> Result<Self, Fault> {
        let may = |key: &str| snapshot.catalogue.find(key).is_some_and(|cap| held.has(cap));
        if !may(key::MEMBERS_MANAGE) {
            return Err(Refusal::Lacks { capability: key::MEMBERS_MANAGE.into() }.into());
        }
        if create_groups && !may(key::GROUPS_MANAGE) {
            return Err(Refusal::Lacks { capability: key::GROUPS_MANAGE.into() }.into());
        }
        let keys = snapshot.roles.iter().map(|role| (role.key.to_lowercase(), role));
        let names = snapshot.roles.iter().map(|role| (role.name.raw().to_lowercase(), role));
        Ok(Self {
            roles: names.chain(keys).collect(),
            groups: snapshot.groups.iter().map(|group| (group.name.raw().to_lowercase(), group)).collect(),
            members: snapshot.members.iter().map(|member| address::folded(member.email.raw())).collect(),
            faults: Vec::new(),
            snapshot,
            create_groups,
        })
    }

    fn check(mut self, rows: &[ImportRow]) -> Result<Sound, Fault> {
        if rows.is_empty() {
            return Err(Fault::invalid("rows", "there is nobody in the file"));
        }
        let mut first_at: HashMap<String, u64> = HashMap::new();
        let mut new_groups: Vec<Text> = Vec::new();
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            self.email(row, &mut first_at);
            self.name(row);
            entries.push(Entry { roles: self.roles(row), groups: self.groups(row, &mut new_groups) });
        }
        if !self.faults.is_empty() {
            return Err(Fault::Faults(self.faults));
        }
        Ok(Sound { new_groups, entries })
    }

    fn fault(&mut self, row: &ImportRow, column: &str, message: impl Into<String>) {
        self.faults.push(ImportFault { line: row.line, column: column.into(), message: message.into() });
    }

    fn email(&mut self, row: &ImportRow, first_at: &mut HashMap<String, u64>) {
        if let Some(wrong) = address::fault(row.email.raw()) {
            return self.fault(row, "email", wrong.code());
        }
        let folded = address::folded(row.email.raw());
        if self.members.contains(&folded) {
            self.fault(row, "email", format!("{} is a member or invited already", row.email));
        }
        if let Some(line) = first_at.get(&folded) {
            self.fault(row, "email", format!("{} is in line {line} as well", row.email));
        } else {
            first_at.insert(folded, row.line);
        }
    }

    fn name(&mut self, row: &ImportRow) {
        if row.name.is_empty() && self.snapshot.policies.required_fields.iter().any(|field| field == "name") {
            self.fault(row, "name", "a name is needed: this workspace asks for one");
        }
        if let Some(wrong) = change::name_fault(&row.name).filter(|_| !row.name.is_empty()) {
            self.fault(row, "name", wrong.code());
        }
    }

    fn roles(&mut self, row: &ImportRow) -> BTreeSet<RoleId> {
        let mut roles = BTreeSet::new();
        if row.roles.iter().all(Text::is_empty) {
            let there_are = self.snapshot.roles.iter().map(|role| role.name.to_string()).collect::<Vec<_>>().join(", ");
            self.fault(row, "role", format!("a role is needed: one of {there_are}"));
            return roles;
        }
        for name in &row.roles {
            match self.roles.get(&name.raw().to_lowercase()) {
                Some(role) => drop(roles.insert(role.id)),
                None => self.fault(row, "role", format!("there is no role {name} here")),
            }
        }
        if roles.len() > 1 && self.snapshot.policies.max_roles == MaxRoles::One {
            self.fault(row, "role", "a member has one role here");
        }
        roles
    }

    fn groups(&mut self, row: &ImportRow, new_groups: &mut Vec<Text>) -> BTreeSet<GroupId> {
        let mut groups = BTreeSet::new();
        for name in &row.groups {
            let folded = name.raw().to_lowercase();
            if let Some(group) = self.groups.get(&folded) {
                groups.insert(group.id);
            } else if !self.create_groups {
                self.fault(row, "groups", format!("there is no group {name} here"));
            } else if name.is_empty() {
                self.fault(row, "groups", "a group needs a name");
            } else if let Some(wrong) = change::name_fault(name) {
                self.fault(row, "groups", wrong.code());
            } else if !new_groups.iter().any(|known| known.raw().to_lowercase() == folded) {
                new_groups.push(name.clone());
            }
        }
        groups
    }
}
