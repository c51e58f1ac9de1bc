//! The folder tree, and the grants in it.

use super::{
    Result, Store, StoreError, edges,
    sql::{Columns, Dialect, Sql},
};
use crate::{
    api::wire::{FolderRow, GrantRow, Named},
    domain::{
        id::{FolderId, GrantId, GroupId, MemberId, WorkspaceId},
        model::{Effect, Subject},
        time::Timestamp,
        untrusted::Text,
    },
};
use sqlx::{AnyConnection, any::AnyRow};
use std::collections::HashMap;

/// Folders of a workspace by id: parent and name.
struct Tree(HashMap<i64, (Option<i64>, Text)>);

impl Tree {
    async fn load(conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId) -> Result<Self> {
        let rows = d.sql("SELECT id, parent, name FROM folders WHERE workspace_id = ?").bind(ws.0).all(conn).await?;
        let all = rows.iter().map(|row| Ok((row.int(0)?, (row.opt_int(1)?, row.text(2)?.into()))));
        Ok(Self(all.collect::<Result<_>>()?))
    }

    /// A folder and those above it, itself first; a loop ends where it begins.
    fn upwards(&self, folder: i64) -> Vec<i64> {
        let mut path = Vec::new();
        let mut next = Some(folder);
        while let Some(id) = next.filter(|id| !path.contains(id)) {
            let Some((parent, _)) = self.0.get(&id) else { break };
            path.push(id);
            next = *parent;
        }
        path
    }

    fn name(&self, folder: i64) -> Text {
        self.0.get(&folder).map(|(_, name)| name.clone()).unwrap_or_default()
    }
}

pub(super) fn effect(text: &str) -> Result<Effect> {
    match text {
        "allow" => Ok(Effect::Allow),
        "deny" => Ok(Effect::Deny),
        other => Err(StoreError::Corrupt(format!("a grant that does {other}"))),
    }
}

pub(super) fn subject(member: Option<i64>, group: Option<i64>) -> Result<Subject> {
    match (member, group) {
        (Some(id), None) => Ok(Subject::Member(MemberId(id))),
        (None, Some(id)) => Ok(Subject::Group(GroupId(id))),
        _ => Err(StoreError::Corrupt("a grant for nobody".to_owned())),
    }
}

fn grant(row: &AnyRow, tree: &Tree, asked: Option<i64>) -> Result<GrantRow> {
    let folder = row.int(2)?;
    let mut path: Vec<Text> = tree.upwards(folder).into_iter().map(|id| tree.name(id)).collect();
    path.reverse();
    Ok(GrantRow {
        id: GrantId(row.int(0)?),
        version: row.int(1)?,
        folder: Named { id: FolderId(folder), name: tree.name(folder) },
        path,
        inherited: asked.is_some_and(|asked| asked != folder),
        subject: subject(row.opt_int(3)?, row.opt_int(4)?)?,
        subject_name: row.opt_text(7)?.unwrap_or_default().into(),
        capability: row.text(5)?,
        effect: effect(&row.text(6)?)?,
        granted_by: row.opt_text(8)?.map(Text::from),
        edge: edges::read(row, 9)?,
        shadowed_by: Vec::new(),
    })
}

fn select(d: Dialect, ws: WorkspaceId, now: Timestamp) -> Sql {
    let text = format!(
        "SELECT e.id, e.version, e.folder_id, e.member_id, e.group_id, e.capability, e.effect, \
         COALESCE(a.email, g.name), b.email, {} FROM grants e JOIN folders f ON f.id = e.folder_id \
         LEFT JOIN members m ON m.id = e.member_id LEFT JOIN accounts a ON a.id = m.account_id \
         LEFT JOIN groups g ON g.id = e.group_id LEFT JOIN accounts b ON b.id = e.granted_by \
         WHERE f.workspace_id = ? AND {}",
        edges::columns("e"),
        edges::live("e", now)
    );
    d.sql(&text).bind(ws.0)
}

impl Store {
    /// The folder tree, parents before children, siblings by name.
    pub async fn folders(&self, ws: WorkspaceId, now: Timestamp) -> Result<Vec<FolderRow>> {
        let mut tx = self.read().await?;
        let fences = format!(
            "SELECT e.folder_id, g.id, g.name FROM fences e JOIN groups g ON g.id = e.group_id \
             WHERE g.workspace_id = ? AND {} ORDER BY g.name_key, g.id",
            edges::live("e", now)
        );
        let mut fenced: HashMap<i64, Vec<Named<GroupId>>> = HashMap::new();
        for row in self.sql(&fences).bind(ws.0).all(&mut tx).await? {
            let group = Named { id: GroupId(row.int(1)?), name: row.text(2)?.into() };
            fenced.entry(row.int(0)?).or_default().push(group);
        }
        let made = format!(
            "SELECT e.folder_id, SUM(CASE e.effect WHEN 'allow' THEN 1 ELSE 0 END), COUNT(*) FROM grants e \
             JOIN folders f ON f.id = e.folder_id WHERE f.workspace_id = ? AND {} GROUP BY e.folder_id",
            edges::live("e", now)
        );
        let mut counts = HashMap::new();
        for row in self.sql(&made).bind(ws.0).all(&mut tx).await? {
            counts.insert(row.int(0)?, (row.int(1)?, row.int(2)?));
        }
        let text = "SELECT f.id, f.version, f.parent, f.name, f.kind, m.id, COALESCE(NULLIF(a.name, ''), a.email) \
                    FROM folders f LEFT JOIN members m ON m.id = f.owner LEFT JOIN accounts a ON a.id = m.account_id \
                    WHERE f.workspace_id = ? ORDER BY f.name_key, f.id";
        let mut children: HashMap<Option<i64>, Vec<FolderRow>> = HashMap::new();
        for row in self.sql(text).bind(ws.0).all(&mut tx).await? {
            let id = row.int(0)?;
            let parent = row.opt_int(2)?;
            let (allows, all) = counts.get(&id).copied().unwrap_or((0, 0));
            let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
            children.entry(parent).or_default().push(FolderRow {
                id: FolderId(id),
                version: row.int(1)?,
                parent: parent.map(FolderId),
                name: row.text(3)?.into(),
                kind: row.text(4)?,
                owner: match (row.opt_int(5)?, row.opt_text(6)?) {
                    (Some(id), Some(name)) => Some(Named { id: MemberId(id), name: name.into() }),
                    _ => None,
                },
                fence: fenced.remove(&id).unwrap_or_default(),
                allows: count(allows),
                denies: count(all - allows),
            });
        }
        // Each folder comes right before what is in it.
        let mut tree = Vec::new();
        let mut waiting: Vec<FolderRow> = children.remove(&None).unwrap_or_default();
        waiting.reverse();
        while let Some(folder) = waiting.pop() {
            let mut inside = children.remove(&Some(folder.id.0)).unwrap_or_default();
            inside.reverse();
            waiting.append(&mut inside);
            tree.push(folder);
        }
        Ok(tree)
    }

    /// Live grants on a folder and its ancestors, nearest first; `shadowed_by` is left empty.
    pub async fn folder_grants(&self, ws: WorkspaceId, folder: FolderId, now: Timestamp) -> Result<Vec<GrantRow>> {
        let mut tx = self.read().await?;
        let tree = Tree::load(&mut tx, self.dialect, ws).await?;
        let path = tree.upwards(folder.0);
        if path.is_empty() {
            return Err(StoreError::Missing("folder"));
        }
        let sql = select(self.dialect, ws, now).and(" AND e.folder_id IN ").and_ids(path.iter().copied());
        let rows = sql.and(" ORDER BY e.id").all(&mut tx).await?;
        let mut grants: Vec<GrantRow> =
            rows.iter().map(|row| grant(row, &tree, Some(folder.0))).collect::<Result<_>>()?;
        grants.sort_by_key(|grant| path.iter().position(|id| *id == grant.folder.id.0));
        Ok(grants)
    }

    /// Live grants of a member, own and by groups, by folder path; `shadowed_by` is left empty.
    pub async fn member_grants(&self, ws: WorkspaceId, member: MemberId, now: Timestamp) -> Result<Vec<GrantRow>> {
        let mut tx = self.read().await?;
        let there = self.sql("SELECT 1 FROM members WHERE workspace_id = ? AND id = ?").bind(ws.0).bind(member.0);
        there.number(&mut tx).await?.ok_or(StoreError::Missing("member"))?;
        let tree = Tree::load(&mut tx, self.dialect, ws).await?;
        let own = format!(
            " AND (e.member_id = ? OR e.group_id IN (SELECT b.group_id FROM member_group b WHERE b.member_id = ? \
             AND {})) ORDER BY e.id",
            edges::live("b", now)
        );
        let rows = select(self.dialect, ws, now).and(&own).bind(member.0).bind(member.0).all(&mut tx).await?;
        let mut grants: Vec<GrantRow> = rows.iter().map(|row| grant(row, &tree, None)).collect::<Result<_>>()?;
        grants.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(grants)
    }

    /// Live grants of a group, by folder path; `shadowed_by` is left empty.
    pub async fn group_grants(&self, ws: WorkspaceId, group: GroupId, now: Timestamp) -> Result<Vec<GrantRow>> {
        let mut tx = self.read().await?;
        let there = self.sql("SELECT 1 FROM groups WHERE workspace_id = ? AND id = ?").bind(ws.0).bind(group.0);
        there.number(&mut tx).await?.ok_or(StoreError::Missing("group"))?;
        let tree = Tree::load(&mut tx, self.dialect, ws).await?;
        let sql = select(self.dialect, ws, now).and(" AND e.group_id = ? ORDER BY e.id").bind(group.0);
        let rows = sql.all(&mut tx).await?;
        let mut grants: Vec<GrantRow> = rows.iter().map(|row| grant(row, &tree, None)).collect::<Result<_>>()?;
        grants.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(grants)
    }

    /// The live grants among these, by id; `shadowed_by` is left empty.
    pub async fn grants(&self, ws: WorkspaceId, ids: &[GrantId], now: Timestamp) -> Result<Vec<GrantRow>> {
        let mut tx = self.read().await?;
        let tree = Tree::load(&mut tx, self.dialect, ws).await?;
        let sql = select(self.dialect, ws, now).and(" AND e.id IN ").and_ids(ids.iter().map(|id| id.0));
        let rows = sql.and(" ORDER BY e.id").all(&mut tx).await?;
        rows.iter().map(|row| grant(row, &tree, None)).collect()
    }
}
