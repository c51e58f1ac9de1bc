//! What crosses the wire, shared by client and server. Reads return these; writes are
//! [`crate::domain::change::Change`]s, answered by [`Applied`] or, asked as a preview, by [`Preview`].

mod access;
mod change;
mod directory;
mod import;
mod invitation;
mod job;
mod list;
mod names;
mod problem;
mod workspace;

pub use crate::domain::access::Verdict;
pub use access::{AccessRow, EffectiveAccess, Explanation, Holder, Remedy, Source, WhoCan};
pub use change::{Applied, AuditEvent, EffectItem, EffectRow, Kept, Preview};
pub use directory::{FolderRow, GrantRow, GroupRow, MemberRow, RoleRow};
pub use import::{Import, ImportFault, ImportRow, Imported};
pub use invitation::{InvitationCount, InvitationFlag, InvitationLink, InvitationRow, InvitationStatus};
pub use job::{AllGroups, Job, JobRow, JobState, Origin, Plan, PlanKind, PlanRow, Resume, RowState, StartJob};
pub use list::{Among, Count, Found, MAX_PAGE, Named, Page, PageQuery};
pub use names::{Called, Names};
pub use problem::Problem;
pub use workspace::{Features, Me, Workspace};
