//! Edges that end, begin or get another time box: a statement for each edge that is taken or given, whatever the number of
//! its holders.

use super::Work;
use crate::{
    domain::{change::Edit, edge::Edge, model::Subject},
    server::store::{
        Result, edges,
        sql::{Arg, numbers},
    },
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The table of an edge, its column for the holder, and that for what is held.
type Place = (&'static str, &'static str, &'static str);

/// Where an edge is kept, its holder, what is held; none for a grant and what is no edge.
fn place(edit: &Edit) -> Option<(Place, i64, Held<'_>)> {
    Some(match edit {
        Edit::Role { member, role, .. } => (("member_role", "member_id", "role_id"), member.0, Held::Id(role.0)),
        Edit::InGroup { member, group, .. } => (("member_group", "member_id", "group_id"), member.0, Held::Id(group.0)),
        Edit::Direct { member, capability, .. } => {
            (("direct_permission", "member_id", "capability"), member.0, Held::Key(capability))
        }
        Edit::Fence { folder, group, .. } => (("fences", "folder_id", "group_id"), folder.0, Held::Id(group.0)),
        _ => return None,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Held<'e> {
    Id(i64),
    Key(&'e str),
}

impl From<Held<'_>> for Arg {
    fn from(held: Held<'_>) -> Self {
        match held {
            Held::Id(id) => id.into(),
            Held::Key(key) => key.into(),
        }
    }
}

impl Work<'_> {
    /// Takes edges away, and those that are put anew. A membership that goes takes its own along.
    pub(super) async fn end_edges<'d>(&mut self, edits: impl Iterator<Item = &'d Edit> + Clone) -> Result<()> {
        let leaving: BTreeSet<i64> = edits
            .clone()
            .filter_map(|edit| match edit {
                Edit::Member { id, after: None, .. } => Some(id.0),
                _ => None,
            })
            .collect();
        let mut gone: BTreeMap<(Place, Held<'_>), Vec<i64>> = BTreeMap::new();
        let mut grants = Vec::new();
        for edit in edits {
            if let Edit::Grant { id, subject, before: Some(_), after: None, .. } = edit {
                if !matches!(subject, Subject::Member(member) if leaving.contains(&member.0)) {
                    grants.push(id.0);
                }
            } else if let Some(((table, holder, held), of, what)) = place(edit)
                && edit.edge().is_some_and(|(before, after)| before.is_some() && after.is_none())
                && !(holder == "member_id" && leaving.contains(&of))
            {
                gone.entry(((table, holder, held), what)).or_default().push(of);
            }
        }
        for (((table, holder, held), what), of) in gone {
            let sql = self.sql(&format!("DELETE FROM {table} WHERE {held} = ? AND {holder} IN ")).bind(what);
            sql.and_ids(of).run(self.conn).await?;
        }
        if !grants.is_empty() {
            self.sql("DELETE FROM grants WHERE id IN ").and_ids(grants).run(self.conn).await?;
        }
        Ok(())
    }

    /// Makes edges, and gives those that are there another time box. The same edge, expired, makes room.
    pub(super) async fn put_edges<'d>(&mut self, edits: impl Iterator<Item = &'d Edit>) -> Result<()> {
        // Rows of one change mostly get the same edge, each of another holder.
        let mut put: HashMap<(Place, Held<'_>, &Edge), Vec<i64>> = HashMap::new();
        for edit in edits {
            let Some((_, Some(edge))) = edit.edge() else { continue };
            match (edit, place(edit)) {
                (_, Some((place, of, what))) => put.entry((place, what, edge)).or_default().push(of),
                (Edit::Grant { id, before: Some(_), .. }, None) => {
                    let text = "UPDATE grants SET reason = ?, granted_by = ?, granted_at = ?, expires_at = ?, \
                                review_at = ?, source = ? WHERE id = ?";
                    let mut sql = self.sql(text);
                    edges::bind(&mut sql, edge);
                    sql.bind(id.0).run(self.conn).await?;
                }
                _ => {}
            }
        }
        let each = self.d.each();
        for (((table, holder, held), what, edge), of) in put {
            let mut sql = self.sql(&format!(
                "INSERT INTO {table} ({holder}, {held}, {}) SELECT value, ?, ?, ?, ?, ?, ?, ? FROM {each} WHERE true \
                 ON CONFLICT ({holder}, {held}) DO UPDATE SET {}",
                edges::NAMES,
                edges::anew()
            ));
            sql.arg(what);
            edges::bind(&mut sql, edge);
            sql.bind(numbers(of)).run(self.conn).await?;
        }
        Ok(())
    }
}
