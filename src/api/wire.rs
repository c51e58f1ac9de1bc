//! What crosses the wire, shared by client and server. Changes are asked for as
//! [`crate::domain::change::Request`]s, looked at as a [`Plan`], recorded as a [`Change`].

mod access;
mod change;
mod directory;
mod import;
mod invitation;
mod list;
mod names;
mod problem;
mod workspace;

pub use crate::domain::access::Verdict;
pub use access::{AccessRow, EffectiveAccess, Explanation, Holder, Remedy, Source, WhoCan};
pub use change::{
    Applied, AuditEvent, Change, ChangeRow, ChangeState, EffectItem, Kept, Origin, Otherwise, Plan, PlanRow, Resume,
    Shape, StartChange,
};
pub use directory::{FolderRow, GrantRow, GroupRow, MemberRow, RoleRow};
pub use import::{Import, ImportFault, ImportRow, Imported};
pub use invitation::{InvitationCount, InvitationFlag, InvitationLink, InvitationRow, InvitationStatus};
pub use list::{Among, Count, Found, MAX_PAGE, Named, Page, PageQuery};
pub use names::{Called, Names};
pub use problem::Problem;
pub use workspace::{Features, Me, Workspace};
