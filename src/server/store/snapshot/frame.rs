//! What a workspace is made of beside its members and grants. Every question begins with it and it is a few
//! rows of many kinds, so it is read in one statement: each costs the driver more than it costs the database.

use crate::{
    domain::{
        capability::{CapSet, Catalogue},
        id::{FolderId, GroupId, MemberId, RoleId, WorkspaceId},
        model::{Fence, Folder, Group, Role},
        pack::Policies,
        time::Timestamp,
        untrusted::Text,
    },
    server::store::{
        Result, StoreError, edges,
        sql::{Columns, Dialect},
        workspaces::rules_of,
    },
};
use sqlx::{AnyConnection, any::AnyRow};
use std::collections::HashMap;

/// The rules, and what is defined by them. Fences that have expired are left out.
pub(super) struct Frame {
    pub catalogue: Catalogue,
    pub policies: Policies,
    pub roles: Vec<Role>,
    pub groups: Vec<Group>,
    pub folders: Vec<Folder>,
    pub fences: Vec<Fence>,
}

pub(super) async fn load(conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId, now: Timestamp) -> Result<Frame> {
    let here = |columns: &str, from: &str, workspace: &str| {
        format!("(SELECT {} FROM {from} WHERE {workspace}.workspace_id = w.id)", d.gather(columns))
    };
    let text = format!(
        "SELECT w.catalogue, w.policies, {}, {}, {}, {}, {}, {} FROM workspaces w WHERE w.id = ?",
        here("r.position, r.id, r.role_key, r.name, r.builtin", "roles r", "r"),
        here("c.role_id, c.capability", "role_capability c JOIN roles r ON r.id = c.role_id", "r"),
        here("g.name_key, g.id, g.name, g.leader", "groups g", "g"),
        here("c.group_id, c.capability", "group_capability c JOIN groups g ON g.id = c.group_id", "g"),
        here("f.id, f.parent, f.name", "folders f", "f"),
        here(
            &format!("e.folder_id, e.group_id, {}", edges::columns("e")),
            "fences e JOIN folders f ON f.id = e.folder_id",
            "f"
        ),
    );
    let row = d.sql(&text).bind(ws.0).first(conn).await?.ok_or(StoreError::Missing("workspace"))?;
    let (catalogue, policies) = rules_of(&row)?;
    Ok(Frame {
        roles: roles(&row, &catalogue)?,
        groups: groups(&row, &catalogue)?,
        folders: folders(&row)?,
        fences: fences(&row, now)?,
        catalogue,
        policies,
    })
}

/// What roles or groups hold. A stored key that this catalogue lacks gives nothing: it is left out, never an
/// error that would close the workspace.
fn held(row: &AnyRow, at: usize, catalogue: &Catalogue) -> Result<HashMap<i64, CapSet>> {
    let mut sets: HashMap<i64, CapSet> = HashMap::new();
    for (holder, key) in row.gathered::<(i64, String)>(at)? {
        if let Some(cap) = catalogue.find(&key) {
            let set = sets.entry(holder).or_default();
            *set = set.with(cap);
        }
    }
    Ok(sets)
}

/// In the order of the pack.
fn roles(row: &AnyRow, catalogue: &Catalogue) -> Result<Vec<Role>> {
    let held = held(row, 3, catalogue)?;
    let mut rows: Vec<(i64, RoleId, String, Text, i64)> = row.gathered(2)?;
    rows.sort_unstable_by_key(|(position, id, ..)| (*position, *id));
    let role = |(_, id, key, name, builtin): (i64, RoleId, String, Text, i64)| {
        let capabilities = held.get(&id.0).copied().unwrap_or_default();
        Role { id, key, name, capabilities, builtin: builtin != 0 }
    };
    Ok(rows.into_iter().map(role).collect())
}

/// By name.
fn groups(row: &AnyRow, catalogue: &Catalogue) -> Result<Vec<Group>> {
    let held = held(row, 5, catalogue)?;
    let mut rows: Vec<(String, GroupId, Text, Option<MemberId>)> = row.gathered(4)?;
    rows.sort_unstable_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let group = |(_, id, name, leader): (String, GroupId, Text, Option<MemberId>)| {
        let capabilities = held.get(&id.0).copied().unwrap_or_default();
        Group { id, name, capabilities, leader }
    };
    Ok(rows.into_iter().map(group).collect())
}

fn folders(row: &AnyRow) -> Result<Vec<Folder>> {
    let mut rows: Vec<(FolderId, Option<FolderId>, Text)> = row.gathered(6)?;
    rows.sort_unstable_by_key(|(id, ..)| *id);
    Ok(rows.into_iter().map(|(id, parent, name)| Folder { id, parent, name }).collect())
}

fn fences(row: &AnyRow, now: Timestamp) -> Result<Vec<Fence>> {
    let mut rows: Vec<edges::Held> = row.gathered(7)?;
    rows.sort_unstable_by_key(|row| (row.0, row.1));
    let fence = |row: edges::Held| Fence { folder: FolderId(row.0), group: GroupId(row.1), edge: edges::of(row) };
    Ok(rows.into_iter().map(fence).filter(|fence| fence.edge.live(now)).collect())
}
