//! What a snapshot is made of, asked for: each question gathers its rows into one text.

use super::super::{
    edges,
    sql::{Dialect, Sql},
};
use crate::domain::{id::WorkspaceId, time::Timestamp};

/// Whom is asked about.
pub enum Who {
    /// One member.
    One(i64),
    /// These members.
    These(Vec<i64>),
    /// Every member.
    All,
}

/// Asks of a workspace, at a moment.
pub struct Questions<'a> {
    pub d: Dialect,
    pub ws: WorkspaceId,
    pub now: Timestamp,
    pub who: &'a Who,
}

impl Questions<'_> {
    /// What a decision across the workspace depends on, in the order in which `Answers` reads it.
    pub fn across(&self) -> Vec<Sql> {
        vec![
            self.rules(),
            self.org_gives(),
            self.org_holders(&self.is_of_members()),
            self.roles(),
            self.groups(),
            self.members(),
            self.edges("member_role", "role_id"),
            self.edges("member_group", "group_id"),
            self.edges("direct_permission", "capability"),
        ]
    }

    /// The same, and what a decision in a folder depends on.
    pub fn everywhere(&self) -> Vec<Sql> {
        let mut all = self.across();
        all.extend([self.folders(), self.fences(), self.grants()]);
        all
    }

    /// A question whose rows are those of the workspace.
    fn here(&self, columns: &str, rest: &str) -> Sql {
        self.d.sql(&format!("SELECT {} FROM {rest} = ?", self.d.gather(columns))).bind(self.ws.0)
    }

    pub fn rules(&self) -> Sql {
        self.here("w.catalogue, w.policies", "workspaces w WHERE w.id")
    }

    fn roles(&self) -> Sql {
        let rest = "roles r LEFT JOIN role_capability c ON c.role_id = r.id WHERE r.workspace_id";
        self.here("r.position, r.id, r.role_key, r.name, r.builtin, c.capability", rest)
    }

    fn groups(&self) -> Sql {
        let rest = "groups g LEFT JOIN group_capability c ON c.group_id = g.id WHERE g.workspace_id";
        self.here("g.name_key, g.id, g.name, g.description, g.leader, c.capability", rest)
    }

    fn folders(&self) -> Sql {
        self.here("f.id, f.parent, f.name, f.kind, f.owner", "folders f WHERE f.workspace_id")
    }

    fn fences(&self) -> Sql {
        let columns = format!("e.folder_id, e.group_id, {}", edges::columns("e"));
        let live = edges::live("e", self.now);
        self.here(&columns, &format!("fences e JOIN folders f ON f.id = e.folder_id WHERE {live} AND f.workspace_id"))
    }

    fn grants(&self) -> Sql {
        let columns =
            format!("e.id, e.folder_id, e.member_id, e.group_id, e.capability, e.effect, {}", edges::columns("e"));
        let live = edges::live("e", self.now);
        let rest = format!("grants e JOIN folders f ON f.id = e.folder_id WHERE {live} AND f.workspace_id");
        let sql = self.here(&columns, &rest);
        match self.who {
            Who::These(ids) => {
                sql.and(" AND (e.member_id IS NULL OR e.member_id IN ").and_ids(ids.iter().copied()).and(")")
            }
            Who::One(_) | Who::All => sql,
        }
    }

    /// A statement over members `m`, which ends where its conditions go on: those of the workspace, cut to
    /// those wanted. Where some are wanted no plan begins at the workspace: it would read them all.
    fn of_members(&self, text: &str) -> Sql {
        let sql = self.d.sql(text);
        match self.who {
            Who::All => sql.and(" m.workspace_id = ?"),
            Who::One(id) => sql.and(" m.id = ? AND +m.workspace_id = ?").bind(*id),
            Who::These(ids) => sql.and(" m.id IN ").and_ids(ids.iter().copied()).and(" AND +m.workspace_id = ?"),
        }
        .bind(self.ws.0)
    }

    fn members(&self) -> Sql {
        let columns = "m.email_key, m.id, m.account_id, a.email, m.status, a.status, \
                       CASE WHEN COALESCE(a.password_hash, a.provider) IS NULL THEN 0 ELSE 1 END, m.owner, m.joined_at";
        let columns = self.d.gather(columns);
        self.of_members(&format!("SELECT {columns} FROM members m JOIN accounts a ON a.id = m.account_id WHERE"))
    }

    /// What members hold by a kind of edge: whose, which, and the edge.
    fn edges(&self, table: &str, column: &str) -> Sql {
        let columns = self.d.gather(&format!("e.member_id, e.{column}, {}", edges::columns("e")));
        let live = edges::live("e", self.now);
        let from = format!("SELECT {columns} FROM {table} e JOIN members m ON m.id = e.member_id WHERE {live} AND");
        self.of_members(&from)
    }

    /// What roles of the organisation give.
    pub fn org_gives(&self) -> Sql {
        self.d.sql(&format!("SELECT {} FROM org_role_capability c", self.d.gather("c.org_role_id, c.capability")))
    }

    /// Who of the accounts that pass a test of `e.account_id` holds roles of the organisation: the account, which,
    /// and the edge.
    pub fn org_holders(&self, test: &Sql) -> Sql {
        let columns = self.d.gather(&format!("e.account_id, r.id, r.name, {}", edges::columns("e")));
        let live = edges::live("e", self.now);
        let from = "FROM org_role_holder e JOIN org_roles r ON r.id = e.org_role_id";
        test.before(&format!("SELECT {columns} {from} WHERE {live} AND "))
    }

    /// A test of `e.account_id`. Of all members each holder is looked up among them, of some each among the holders.
    fn is_of_members(&self) -> Sql {
        let accounts = "SELECT m.account_id FROM members m WHERE";
        match self.who {
            Who::All => self.of_members(&format!("EXISTS ({accounts} m.account_id = e.account_id AND")),
            Who::One(_) | Who::These(_) => self.of_members(&format!("e.account_id IN ({accounts}")),
        }
        .and(")")
    }
}
