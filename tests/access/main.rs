//! Who may do what, held against a second model that shares no code with the first (SPEC 3 and 4).
//!
//! `naive` follows the steps of the specification with plain loops; `worlds` makes random workspaces;
//! `sample` a small one to work cases out by hand.

mod asking;
mod batches;
mod changes;
mod confirming;
mod decisions;
mod fields;
mod guards;
mod kinds;
mod naive;
mod replay;
mod sample;
mod shares;
mod worlds;
