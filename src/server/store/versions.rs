//! The version that `If-Match` names.

use super::{Reading, Result};
use crate::domain::change::Versioned;

impl Reading<'_> {
    /// The version of what a write was decided on; none when it is not there. A workspace's version grows when the
    /// workspace itself changes, not with everything that is made in it: two people who invite at the same time do not
    /// disturb each other.
    pub async fn version_of(&mut self, of: Versioned) -> Result<Option<i64>> {
        let (table, id) = match of {
            Versioned::Member(id) => ("members", id.0),
            Versioned::Group(id) => ("groups", id.0),
            Versioned::Folder(id) => ("folders", id.0),
            Versioned::Invitation(id) => ("invitations", id.0),
            Versioned::Grant(id) => {
                let text = "SELECT g.version FROM grants g JOIN folders f ON f.id = g.folder_id \
                            WHERE f.workspace_id = ? AND g.id = ?";
                return self.d.sql(text).bind(self.ws.0).bind(id.0).number(self.conn).await;
            }
            Versioned::Workspace => {
                let sql = self.d.sql("SELECT version FROM workspaces WHERE id = ?").bind(self.ws.0);
                return sql.number(self.conn).await;
            }
        };
        let sql = self.d.sql(&format!("SELECT version FROM {table} WHERE workspace_id = ? AND id = ?"));
        sql.bind(self.ws.0).bind(id).number(self.conn).await
    }
}
