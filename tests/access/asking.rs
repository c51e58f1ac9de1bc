//! Changes in few words, and how they are answered.

use crate::sample::*;
use rolecall::domain::{
    change::{
        AccountFacts, Deactivate, DeleteGroup, Delta, EditGrant, EditGroup, Facts, Field, Grant, GroupDraft,
        GroupMembers, InvitationRecord, Invite, InviteDraft, Kind, Refusal, Remove, Rename, Request, Restore, Revoke,
        Row, Rows, SetGroups, SetRoles, Transfer, Warning,
    },
    edge::Terms,
    id::{FolderId, GrantId, GroupId, InvitationId, MemberId, RoleId},
    invitation::InvitationStatus,
    model::{Effect, Snapshot, Subject},
    plan::{Confirm, MemberEffect, Plan, PlannedRow, RowOutcome, plan},
    time::{DAY, Timestamp},
    untrusted::Text,
};
use std::sync::Arc;

/// The rows of what somebody asks for.
pub fn rows(request: &Request) -> Vec<Row> {
    match request.kind.rules().rows() {
        Rows::Given(rows) => rows,
        Rows::Each if request.on.ids.is_empty() => vec![row(None, request.kind.clone())],
        Rows::Each => request.on.ids.iter().map(|id| row(Some(*id), request.kind.clone())).collect(),
        Rows::Of(change) => panic!("the rows of {change} are in no log"),
    }
}

pub fn row(target: Option<i64>, kind: impl Into<Kind>) -> Row {
    Row { target, name: None, kind: Arc::new(kind.into()) }
}

/// What a store would read of a workspace besides the snapshot.
pub fn facts(world: &Snapshot) -> Facts {
    let account = |member: &rolecall::domain::model::Member| AccountFacts {
        active: member.account_active,
        can_sign_in: member.can_sign_in,
        org_roles: member.org_roles.clone(),
    };
    Facts {
        reauthenticated: true,
        administrators: ["ada@northwind.test".into()].into_iter().collect(),
        names: world.members.iter().map(|member| (member.account, Text::new(format!("Name {}", member.id)))).collect(),
        returning: world.members.iter().map(|member| (member.account, account(member))).collect(),
        ..Facts::default()
    }
}

/// An invitation behind which a pending member waits.
pub fn waiting(member: MemberId, email: &str, status: InvitationStatus, now: Timestamp) -> InvitationRecord {
    InvitationRecord {
        email: email.into(),
        name: "".into(),
        message: None,
        inviter: None,
        status,
        member: Some(member),
        created_at: Timestamp(0),
        sent_at: Timestamp(0),
        expires_at: now.plus(DAY),
        settled_at: None,
        sends: 1,
        link: 1,
        delivery: "link shown".into(),
    }
}

/// A change that is made, or is so already.
#[derive(Debug, Clone)]
pub struct Made {
    pub after: Snapshot,
    pub rows: Vec<PlannedRow>,
    pub warnings: Vec<Warning>,
    pub confirm: Confirm,
}

impl Made {
    pub fn effects(&self) -> Vec<MemberEffect> {
        self.rows.iter().flat_map(|row| row.effects.clone()).collect()
    }

    /// What one row does.
    pub fn delta(&self) -> Delta {
        let [row] = self.rows.as_slice() else { panic!("one row: {:?}", self.rows) };
        row.delta.clone()
    }

    pub fn is_unchanged(&self) -> bool {
        self.rows.iter().all(|row| row.outcome == RowOutcome::Unchanged && row.delta.is_empty())
    }
}

/// Made, where none of it is refused.
pub fn made(plan: Plan) -> Result<Made, Refusal> {
    let Plan { rows, after, warnings, refused, confirm, .. } = plan;
    let skipped = rows.iter().find_map(|row| row.outcome.why().cloned());
    if let Some(why) = skipped.or(refused) {
        return Err(why);
    }
    let of_rows = rows.iter().flat_map(|row| row.warnings.clone());
    let warnings = warnings.into_iter().chain(of_rows).collect();
    Ok(Made { after, rows, warnings, confirm })
}

pub fn ask_with(sample: &Sample, actor: MemberId, request: &Request, facts: &Facts) -> Result<Made, Refusal> {
    made(plan(&sample.0, actor, &rows(request), facts, false, NOW))
}

pub fn ask(sample: &Sample, actor: MemberId, request: Request) -> Result<Made, Refusal> {
    ask_with(sample, actor, &request, &facts(&sample.0))
}

pub fn refused(sample: &Sample, actor: MemberId, request: Request) -> Refusal {
    ask(sample, actor, request).expect_err("refused")
}

/// Several rows of a selection.
pub fn in_bulk(sample: &Sample, actor: MemberId, rows: &[Row]) -> Plan {
    plan(&sample.0, actor, rows, &facts(&sample.0), true, NOW)
}

/// The same change for several members.
pub fn each(members: &[MemberId], kind: impl Into<Kind>) -> Vec<Row> {
    let kind = kind.into();
    members.iter().map(|member| row(Some(member.0), kind.clone())).collect()
}

/// The field that is wrong.
pub fn field(result: Result<Made, Refusal>) -> Field {
    let refusal = result.expect_err("refused");
    refusal.field().unwrap_or_else(|| panic!("no field: {refusal:?}"))
}

pub fn of(member: MemberId, kind: impl Into<Kind>) -> Request {
    Request::one(member.0, kind)
}

pub fn set_roles(member: MemberId, role: RoleId) -> Request {
    of(member, SetRoles { roles: vec![role], terms: Terms::default() })
}

pub fn set_groups(member: MemberId, add: &[GroupId], remove: &[GroupId]) -> Request {
    of(member, SetGroups { add: add.to_vec(), remove: remove.to_vec(), terms: Terms::default() })
}

pub fn members(group: GroupId, add: &[MemberId], remove: &[MemberId]) -> Request {
    let (add, remove) = (add.to_vec(), remove.to_vec());
    Request::given(GroupMembers { group, add, remove, terms: Terms::default() })
}

pub fn deactivate(member: MemberId) -> Request {
    of(member, Deactivate::default())
}

pub fn remove(member: MemberId) -> Request {
    of(member, Remove::default())
}

pub fn rename(member: MemberId, name: &str) -> Request {
    of(member, Rename { name: name.into() })
}

pub fn grant(effect: Effect, subject: Subject, folder: FolderId, capability: &str) -> Request {
    grant_until(None, effect, subject, folder, capability)
}

pub fn grant_until(
    end: Option<Timestamp>,
    effect: Effect,
    subject: Subject,
    folder: FolderId,
    capability: &str,
) -> Request {
    let terms = Terms { expires_at: end, ..Terms::default() };
    let (id, grant) = Grant::to(folder, subject, capability.into(), effect, terms);
    Request::one(id, grant)
}

pub fn revoke(grant: GrantId) -> Request {
    Request::one(grant.0, Revoke::default())
}

pub fn edit_grant(grant: GrantId, terms: Terms) -> Request {
    Request::one(grant.0, EditGrant { terms })
}

pub fn delete_group(group: GroupId) -> Request {
    Request::one(group.0, DeleteGroup::default())
}

pub fn edit_group(group: GroupId, draft: GroupDraft) -> Request {
    Request::one(group.0, EditGroup { draft })
}

pub fn transfer(to: &str) -> Request {
    Request::given(Transfer { email: to.into(), reason: None })
}

pub fn draft(name: &str, caps: &[&str]) -> GroupDraft {
    let capabilities = caps.iter().map(|&cap| cap.to_owned()).collect();
    GroupDraft { name: name.into(), capabilities, ..GroupDraft::default() }
}

pub fn invitation(email: &str, role: RoleId) -> InviteDraft {
    InviteDraft { email: email.into(), roles: vec![role], ..InviteDraft::default() }
}

pub fn invite(draft: InviteDraft) -> Request {
    Request::given(Invite::one(draft))
}

pub fn on_invitation(id: InvitationId, kind: impl Into<Kind>) -> Request {
    Request::one(id.0, kind)
}

/// A row that takes back what a row of this kind has done.
pub fn restore(kind: &Kind, delta: Delta, own: bool, since: Timestamp) -> Row {
    let delta = kind.rules().inverse(delta, since).expect("can be taken back");
    row(None, Restore { delta, refused: None, own, undisturbed: true, changed: false, since, reason: None })
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
