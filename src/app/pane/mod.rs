//! What each pane keeps: its rows, its cursor, its filter. A file each.

pub mod changes;
pub mod folders;
pub mod groups;
pub mod invitations;
pub mod roles;
pub mod users;
