//! The rules, pure: no I/O, no clock, no async. Uses no other room.

pub mod access;
pub mod address;
pub mod capability;
pub mod change;
pub mod edge;
pub mod filter;
pub mod id;
pub mod invitation;
pub mod model;
pub mod pack;
pub mod pasted;
pub mod plan;
pub mod sheet;
pub mod time;
pub mod untrusted;
