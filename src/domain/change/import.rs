//! Bring people in, one a row: active members, who can sign in when their account can.

use super::{
    Asks, Cx, Delta, Edit, Field, Kind, Membership, Needs, Refusal, Row, Rows, Rules, Target, Touch, edits, fields,
    rules,
};
use crate::domain::{
    address::folded,
    edge::Terms,
    id::{AccountId, GroupId, MemberId, RoleId},
    model::{Member, MemberStatus},
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Somebody to bring in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    pub email: Text,
    /// Kept where there is no account of the address yet.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub name: Text,
    pub roles: Vec<RoleId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupId>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Import {
    /// One a row.
    pub people: Vec<Person>,
}

impl Rules for Import {
    fn target(&self) -> Target {
        Target::New
    }

    fn rows(&self) -> Rows {
        let row = |person: &Person| Row {
            target: None,
            name: Some(person.email.clone()),
            kind: Arc::new(Kind::from(Self { people: vec![person.clone()] })),
        };
        Rows::Given(self.people.iter().map(row).collect())
    }

    fn asks(&self, _: Option<i64>) -> Asks {
        Asks { emails: self.people.iter().map(|person| person.email.clone()).collect(), ..Asks::default() }
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        rules::members()
    }

    fn touches(&self, _: &Cx<'_>) -> Touch {
        Touch::New
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        let person = self.people.first().ok_or(Refusal::Required { field: Field::Email })?;
        fields::email(&person.email)?;
        let email = Text::new(person.email.raw().trim());
        let name = Text::new(person.name.raw().trim());
        if !name.is_empty() {
            fields::name(&name)?;
        } else if cx.before().policies.required_fields.iter().any(|field| field == "name") {
            return Err(Refusal::Required { field: Field::Name });
        }
        fields::roles_exist(cx, &person.roles)?;
        fields::groups_exist(cx, Field::Groups, &person.groups)?;
        if cx.index.by_email(email.raw()).is_some() || cx.facts.is_member(&email) || cx.facts.is_invited(&email) {
            return Err(Refusal::MemberAlready);
        }
        let id = cx.new_id();
        let known = cx.facts.accounts.get(&folded(email.raw())).copied();
        let account = known.unwrap_or(AccountId(id));
        let member = Member {
            id: MemberId(id),
            account,
            email: email.clone(),
            status: MemberStatus::Active,
            joined_at: cx.now,
            account_active: true,
            can_sign_in: cx.facts.signs_in(&email),
            owner: false,
            roles: Vec::new(),
            groups: Vec::new(),
            direct: Vec::new(),
            org_roles: Vec::new(),
        };
        let membership: Membership = edits::membership(&member);
        let mut all = vec![Edit::Member { id: member.id, before: None, after: Some(membership) }];
        if known.is_none() && !name.is_empty() {
            all.push(Edit::Name { member: member.id, account, before: Text::default(), after: name });
        }
        let terms = Terms::default();
        all.extend(edits::set_roles(cx, &member, &person.roles, &terms));
        all.extend(edits::join_groups(cx, &member, &person.groups, &terms));
        Ok(Delta(all))
    }

    /// Only the membership goes: the account stays with its name.
    fn inverse(&self, done: Delta, _: Timestamp) -> Result<Delta, Refusal> {
        let mut back = done.inverse();
        back.0.retain(|edit| !matches!(edit, Edit::Name { .. }));
        Ok(back)
    }
}
