//! Changes in few words, and how they are answered.

use crate::sample::*;
use rolecall::domain::{
    change::{Change, Checked, Facts, GroupDraft, InviteDraft, Refusal, check},
    edge::Terms,
    id::{FolderId, GroupId, MemberId, RoleId},
    model::{Effect, Subject},
};

pub fn ask(sample: &Sample, actor: MemberId, change: Change) -> Result<Checked, Refusal> {
    let facts = Facts {
        reauthenticated: true,
        administrators: ["ada@northwind.test".into()].into_iter().collect(),
        ..Facts::default()
    };
    check(&sample.0, actor, &change, &facts, NOW)
}

pub fn refused(sample: &Sample, actor: MemberId, change: Change) -> Refusal {
    ask(sample, actor, change).expect_err("refused")
}

/// The field that is wrong.
pub fn field(result: Result<Checked, Refusal>) -> &'static str {
    match result {
        Err(Refusal::Invalid { field, .. } | Refusal::Conflict { field: Some(field), .. }) => field,
        other => panic!("no field: {other:?}"),
    }
}

pub fn set_roles(member: MemberId, role: RoleId) -> Change {
    Change::SetRoles { member, roles: vec![role], terms: Terms::default() }
}

pub fn members(group: GroupId, add: &[MemberId], remove: &[MemberId]) -> Change {
    Change::SetGroupMembers { group, add: add.to_vec(), remove: remove.to_vec(), terms: Terms::default() }
}

pub fn grant(effect: Effect, subject: Subject, folder: FolderId, capability: &str) -> Change {
    Change::Grant { folder, subject, capability: capability.into(), effect, terms: Terms::default() }
}

pub fn draft(name: &str, caps: &[&str]) -> GroupDraft {
    let capabilities = caps.iter().map(|&cap| cap.to_owned()).collect();
    GroupDraft { name: name.into(), capabilities, ..GroupDraft::default() }
}

pub fn invite(email: &str, role: RoleId) -> InviteDraft {
    InviteDraft { email: email.into(), roles: vec![role], ..InviteDraft::default() }
}

pub fn beyond(keys: &[&str]) -> Refusal {
    Refusal::Beyond { capabilities: keys.iter().map(|&key| key.to_owned()).collect() }
}

pub fn above(keys: &[&str]) -> Refusal {
    Refusal::Above { capabilities: keys.iter().map(|&key| key.to_owned()).collect() }
}

/// A helper of the administrators: manages people, holds little else.
pub fn with_helper(keys: &[&str]) -> Sample {
    let mut sample = Sample::new();
    sample.custom("helper", keys);
    sample.member(HELPER, "helper@northwind.test", Some("helper"));
    sample
}
pub const HELPER: MemberId = MemberId(9);
