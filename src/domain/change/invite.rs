//! Invite people, one a row. Behind an open invitation stands a pending member, who holds its roles and groups already
//! and, being pending, may do nothing with them.

use super::{
    Asks, Cx, Delta, Edit, Field, InvitationRecord, Kind, Needs, Refusal, Row, Rows, Rules, Target, Touch, Warning,
    edits, fields, rules,
};
use crate::domain::{
    edge::Terms,
    id::{AccountId, GroupId, InvitationId, MemberId, RoleId},
    invitation::InvitationStatus,
    model::{Member, MemberStatus},
    pack::Attach,
    time::{DAY, Timestamp},
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// What is said of a link that no mail was sent for.
pub(super) const LINK_SHOWN: &str = "link shown";

/// An invitation as a person fills it in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InviteDraft {
    /// To whom.
    pub email: Text,
    /// Their name, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// Roles they will hold.
    pub roles: Vec<RoleId>,
    /// Groups they will belong to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupId>,
    /// A word from the inviter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Text>,
    /// Days until the link is dead; the pack's default when none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_days: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invite {
    /// One a row.
    pub drafts: Vec<InviteDraft>,
}

impl Invite {
    /// One person.
    pub fn one(draft: InviteDraft) -> Self {
        Self { drafts: vec![draft] }
    }

    /// The draft of a row, which has one.
    fn draft(&self) -> Result<&InviteDraft, Refusal> {
        self.drafts.first().ok_or(Refusal::Required { field: Field::Email })
    }
}

impl Rules for Invite {
    fn target(&self) -> Target {
        Target::New
    }

    fn rows(&self) -> Rows {
        let row = |draft: &InviteDraft| Row {
            target: None,
            name: Some(draft.email.clone()),
            kind: Arc::new(Kind::from(Self::one(draft.clone()))),
        };
        Rows::Given(self.drafts.iter().map(row).collect())
    }

    fn asks(&self, _: Option<i64>) -> Asks {
        let emails = self.drafts.iter().map(|draft| draft.email.clone()).collect();
        Asks { emails, administrators: true, ..Asks::default() }
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::All(vec![rules::INVITATIONS])
    }

    fn touches(&self, _: &Cx<'_>) -> Touch {
        Touch::New
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        let draft = self.draft()?;
        sound(cx, draft)?;
        let (id, policies) = (cx.new_id(), &cx.before().policies);
        let email = Text::new(draft.email.raw().trim());
        let at_once = cx.facts.signs_in(&email) && policies.attach == Attach::Immediate;
        let account = cx.facts.accounts.get(&crate::domain::address::folded(email.raw()));
        let member = Member {
            id: MemberId(id),
            account: account.copied().unwrap_or(AccountId(id)),
            email: email.clone(),
            status: if at_once { MemberStatus::Active } else { MemberStatus::Pending },
            joined_at: cx.now,
            account_active: true,
            can_sign_in: at_once,
            owner: false,
            roles: Vec::new(),
            groups: Vec::new(),
            direct: Vec::new(),
            org_roles: Vec::new(),
        };
        let terms = Terms::default();
        let mut all = vec![Edit::Member { id: member.id, before: None, after: Some(edits::membership(&member)) }];
        all.extend(edits::set_roles(cx, &member, &draft.roles, &terms));
        all.extend(edits::join_groups(cx, &member, &draft.groups, &terms));
        let days = draft.ttl_days.unwrap_or(policies.invitation_ttl_days);
        let record = InvitationRecord {
            email,
            name: draft.name.as_ref().map(|name| Text::new(name.raw().trim())).unwrap_or_default(),
            message: draft.message.clone(),
            inviter: Some(cx.actor.account),
            status: if at_once { InvitationStatus::Accepted } else { InvitationStatus::Sent },
            member: Some(member.id),
            created_at: cx.now,
            sent_at: cx.now,
            expires_at: cx.now.plus(days.saturating_mul(DAY)),
            settled_at: at_once.then_some(cx.now),
            sends: i64::from(!at_once),
            link: 1,
            delivery: Text::new(if at_once { "" } else { LINK_SHOWN }),
        };
        all.push(Edit::Invitation { id: InvitationId(id), before: None, after: Some(record) });
        Ok(Delta(all))
    }

    /// The invitation stays, cancelled; of whoever joined at once only the membership goes.
    fn inverse(&self, done: Delta, now: Timestamp) -> Result<Delta, Refusal> {
        let mut back = done.inverse();
        for edit in &mut back.0 {
            if let Edit::Invitation { before: Some(before), after, .. } = edit {
                let open = before.status.open();
                let status = if open { InvitationStatus::Cancelled } else { before.status };
                let settled_at = if open { Some(now) } else { before.settled_at };
                *after = Some(InvitationRecord { status, settled_at, member: None, ..before.clone() });
            }
        }
        Ok(back)
    }

    fn warnings(&self, cx: &Cx<'_>) -> Vec<Warning> {
        self.drafts.first().map(|draft| cx.of_address(&draft.email)).unwrap_or_default()
    }
}

fn sound(cx: &Cx<'_>, draft: &InviteDraft) -> Result<(), Refusal> {
    fields::email(&draft.email)?;
    match &draft.name {
        Some(name) if !name.raw().trim().is_empty() => fields::name(name)?,
        _ if cx.before().policies.required_fields.iter().any(|field| field == "name") => {
            return Err(Refusal::Required { field: Field::Name });
        }
        _ => {}
    }
    fields::roles_exist(cx, &draft.roles)?;
    fields::groups_exist(cx, Field::Groups, &draft.groups)?;
    fields::ttl(draft.ttl_days)?;
    if let Some(message) = &draft.message {
        fields::no_longer(Field::Message, message, fields::MAX_MESSAGE)?;
    }
    let known = cx.index.by_email(draft.email.raw());
    let pending = known.is_some_and(Cx::pending);
    if cx.facts.is_member(&draft.email) || (known.is_some() && !pending) {
        Err(Refusal::MemberAlready)
    } else if cx.facts.is_invited(&draft.email) || pending {
        Err(Refusal::InvitedAlready)
    } else {
        Ok(())
    }
}

/// An invitation that opens again has another link than the one that was sent: that one stays dead.
pub(super) fn with_a_new_link(mut back: Delta) -> Delta {
    for edit in &mut back.0 {
        if let Edit::Invitation { before: Some(before), after: Some(after), .. } = edit
            && after.status.open()
        {
            after.link = before.link + 1;
            if after.status != InvitationStatus::Failed {
                after.delivery = Text::new(LINK_SHOWN);
            }
        }
    }
    back
}
