//! Bringing people in from a file: all or none, faults told by line and column.

use super::{
    super::{
        auth::Here,
        problem::Fault,
        state::AppState,
        store::{NewEvent, Remembered, Scope},
    },
    commit::{digest, json},
};
use crate::{
    api::wire::{Import, ImportFault, ImportRow, Imported},
    domain::{
        access::Access,
        address,
        capability::{CapSet, key},
        change::Refusal,
        model::{Group, Role, Snapshot},
        pack::MaxRoles,
        untrusted::Text,
    },
};
use serde_json::{Value, json as object};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Most characters of a person's or group's name.
const MAX_NAME: usize = 200;

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
        let (members, groups) = (import.rows.len() as u64, checked.new_groups.len() as u64);
        return Ok(Imported { members, groups, revision: tx.revision() });
    }
    let done = tx.import(&import.rows, import.create_groups, account, now).await?;
    let event = |action: &str, target: Text, after: Value| NewEvent {
        at: now,
        actor: Some(account),
        action: action.into(),
        target,
        before: Value::Null,
        after,
        reason: None,
    };
    tx.append_audit(event(
        "import",
        Text::new(format!("{} people", done.members)),
        object!({ "members": done.members, "groups": done.groups, "new_groups": checked.new_groups }),
    ))
    .await?;
    for row in &import.rows {
        let after = object!({ "name": row.name, "roles": row.roles, "groups": row.groups });
        tx.append_audit(event("import_member", row.email.clone(), after)).await?;
    }
    let done = Imported { revision: tx.revision(), ..done };
    let answer = Remembered { body_hash, status: 200, response: json(&done)? };
    tx.remember(account, key, &answer, now).await?;
    tx.commit().await?;
    Ok(done)
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
}

/// Looks at every row, and goes on after a fault: a person mends a file once, not once a fault.
struct Checker<'a> {
    snapshot: &'a Snapshot,
    held: CapSet,
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
            held,
            create_groups,
        })
    }

    fn check(mut self, rows: &[ImportRow]) -> Result<Sound, Fault> {
        if rows.is_empty() {
            return Err(Fault::invalid("rows", "there is nobody in the file"));
        }
        let mut first_at: HashMap<String, u64> = HashMap::new();
        let mut new_groups: Vec<Text> = Vec::new();
        let mut handed_out = CapSet::EMPTY;
        for row in rows {
            self.email(row, &mut first_at);
            self.name(row);
            handed_out = handed_out.union(self.roles(row)).union(self.groups(row, &mut new_groups));
        }
        if !self.faults.is_empty() {
            return Err(Fault::Faults(self.faults));
        }
        // Invariant 3: nobody hands out what they do not hold.
        let beyond = handed_out.minus(self.held);
        if !beyond.is_empty() {
            return Err(Refusal::Beyond { capabilities: self.snapshot.catalogue.keys(beyond) }.into());
        }
        Ok(Sound { new_groups })
    }

    fn fault(&mut self, row: &ImportRow, column: &str, message: impl Into<String>) {
        self.faults.push(ImportFault { line: row.line, column: column.into(), message: message.into() });
    }

    fn email(&mut self, row: &ImportRow, first_at: &mut HashMap<String, u64>) {
        if let Some(wrong) = address::fault(row.email.raw()) {
            return self.fault(row, "email", wrong);
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
        if let Some(wrong) = name_fault(&row.name) {
            self.fault(row, "name", wrong);
        }
    }

    fn roles(&mut self, row: &ImportRow) -> CapSet {
        let (mut roles, mut gives) = (BTreeSet::new(), CapSet::EMPTY);
        if row.roles.iter().all(Text::is_empty) {
            let there_are = self.snapshot.roles.iter().map(|role| role.name.to_string()).collect::<Vec<_>>().join(", ");
            self.fault(row, "role", format!("a role is needed: one of {there_are}"));
            return gives;
        }
        for name in &row.roles {
            match self.roles.get(&name.raw().to_lowercase()) {
                Some(role) => {
                    gives = gives.union(role.capabilities);
                    roles.insert(role.id);
                }
                None => self.fault(row, "role", format!("there is no role {name} here")),
            }
        }
        if roles.len() > 1 && self.snapshot.policies.max_roles == MaxRoles::One {
            self.fault(row, "role", "a member has one role here");
        }
        gives
    }

    fn groups(&mut self, row: &ImportRow, new_groups: &mut Vec<Text>) -> CapSet {
        let mut gives = CapSet::EMPTY;
        for name in &row.groups {
            let folded = name.raw().to_lowercase();
            if let Some(group) = self.groups.get(&folded) {
                gives = gives.union(group.capabilities);
            } else if !self.create_groups {
                self.fault(row, "groups", format!("there is no group {name} here"));
            } else if name.is_empty() {
                self.fault(row, "groups", "a group needs a name");
            } else if let Some(wrong) = name_fault(name) {
                self.fault(row, "groups", wrong);
            } else if !new_groups.iter().any(|known| known.raw().to_lowercase() == folded) {
                new_groups.push(name.clone());
            }
        }
        gives
    }
}

fn name_fault(name: &Text) -> Option<String> {
    (name.raw().chars().count() > MAX_NAME).then(|| format!("a name has at most {MAX_NAME} characters"))
}
