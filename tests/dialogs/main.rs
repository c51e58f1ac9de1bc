//! Every dialog as it is used: keys in, effects and words out.

mod folders;
mod grants;
mod groups;
mod hostile;
mod invite;
mod invite_many;
mod lists;
mod members;
mod plan;
mod stage;
mod transfer;
mod world;
