//! What every kind of change says of itself, and what it is asked with.

use super::{Delta, Facts, Refusal, Row, RuleIndex, Sides, Thing, Warning, What};
use crate::domain::{
    address,
    capability::key,
    edge::{Edge, Terms},
    id::{AccountId, ChangeId, FolderId, GrantId, GroupId, InvitationId, MemberId},
    model::{self, Member, MemberStatus, Snapshot, Subject},
    time::Timestamp,
    untrusted::Text,
};

/// What the identifiers of a [`super::Selection`] name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Members,
    Groups,
    Grants,
    Invitations,
    /// Nothing: the kind makes something new, or is of the workspace.
    New,
}

/// Where the rows of a change come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// The kind is done to each row of the selection; where nothing can be selected, once.
    Each,
    /// These.
    Given(Vec<Row>),
    /// The rows that this change has done, the last first, each taken back.
    Of(ChangeId),
}

/// Any of these capabilities.
pub type AnyOf = &'static [&'static str];

/// What a kind of change needs, across the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Needs {
    /// One of each of these.
    All(Vec<AnyOf>),
    /// To be the owner.
    Owner,
    /// To lead these groups; else one of these capabilities.
    Leads(Vec<GroupId>, AnyOf),
}

/// Whose access a row changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// One member's, who is there.
    Member(MemberId),
    /// That of somebody new.
    New,
    /// Nobody's: of an invitation without a member, or of what is not there.
    Nobody,
    /// Anybody's: of a group, a folder, the workspace. Such a row is planned by itself.
    Anybody,
}

/// What must be read for a row besides roles, groups, folders, fences and grants: whom it names, and everyone whose
/// access may differ after it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asks {
    pub members: Vec<MemberId>,
    /// Addresses: the accounts, members and invitations that have them.
    pub emails: Vec<Text>,
    pub invitations: Vec<InvitationId>,
    /// Accounts as they would be members again.
    pub accounts: Vec<AccountId>,
    /// The members of these groups.
    pub groups: Vec<GroupId>,
    /// The members whom these grants are for.
    pub grants: Vec<GrantId>,
    /// The members whom any grant in these folders is for.
    pub folders: Vec<FolderId>,
    /// The names of these members' accounts.
    pub names: Vec<MemberId>,
    /// The names of these accounts.
    pub named: Vec<AccountId>,
    /// The open invitations of these members.
    pub invitations_of: Vec<MemberId>,
    /// The addresses of all administrators.
    pub administrators: bool,
}

/// What a write was decided on: the thing whose version `If-Match` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versioned {
    Member(MemberId),
    Group(GroupId),
    Folder(FolderId),
    Grant(GrantId),
    Invitation(InvitationId),
    Workspace,
}

impl Target {
    pub(super) fn asks(self, id: Option<i64>) -> Asks {
        fn some<I>(id: Option<i64>, of: fn(i64) -> I) -> Vec<I> {
            id.map(of).into_iter().collect()
        }
        match self {
            Self::Members => Asks { members: some(id, MemberId), ..Asks::default() },
            Self::Groups => Asks { groups: some(id, GroupId), ..Asks::default() },
            Self::Grants => Asks { grants: some(id, GrantId), ..Asks::default() },
            Self::Invitations => Asks { invitations: some(id, InvitationId), ..Asks::default() },
            Self::New => Asks::default(),
        }
    }

    fn versioned(self, id: Option<i64>) -> Versioned {
        match (self, id) {
            (Self::Members, Some(id)) => Versioned::Member(MemberId(id)),
            (Self::Groups, Some(id)) => Versioned::Group(GroupId(id)),
            (Self::Grants, Some(id)) => Versioned::Grant(GrantId(id)),
            (Self::Invitations, Some(id)) => Versioned::Invitation(InvitationId(id)),
            (Self::New, _) | (_, None) => Versioned::Workspace,
        }
    }

    fn touches(self, cx: &Cx<'_>) -> Touch {
        match self {
            Self::Members => cx.target.map_or(Touch::Anybody, |id| Touch::Member(MemberId(id))),
            Self::Grants => match cx.grant().map(|grant| grant.subject) {
                Ok(Subject::Member(id)) => Touch::Member(id),
                Ok(Subject::Group(_)) => Touch::Anybody,
                Err(_) => Touch::Nobody,
            },
            Self::Invitations => {
                let member = cx.invitation().ok().and_then(|(_, record)| record.member);
                member.filter(|id| cx.index.access.member(*id).is_some()).map_or(Touch::Nobody, Touch::Member)
            }
            Self::Groups | Self::New => Touch::Anybody,
        }
    }
}

/// A kind of change. What must be read, what a write is decided on and whose access changes follow from what it is done
/// to, unless it says otherwise.
pub trait Rules: Send + Sync {
    /// What it is done to.
    fn target(&self) -> Target;

    /// Where its rows come from.
    fn rows(&self) -> Rows {
        Rows::Each
    }

    /// What must be read for a row.
    fn asks(&self, target: Option<i64>) -> Asks {
        self.target().asks(target)
    }

    /// What a write of one row is decided on.
    fn versioned(&self, target: Option<i64>) -> Versioned {
        self.target().versioned(target)
    }

    /// What the caller needs.
    fn needs(&self, cx: &Cx<'_>) -> Needs;

    /// Whose access it changes.
    fn touches(&self, cx: &Cx<'_>) -> Touch {
        self.target().touches(cx)
    }

    /// What it does, or why that may not be: what is named is not there, a field is wrong, what is there stands
    /// against it, it touches what is never touched. Empty where all is so already.
    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal>;

    /// What takes a row of it back, by what it did.
    ///
    /// # Errors
    /// What cannot be taken back.
    fn inverse(&self, done: Delta, now: Timestamp) -> Result<Delta, Refusal> {
        let _ = now;
        Ok(done.inverse())
    }

    /// Whether what it does can be taken back at all; said before it is done.
    fn reversible(&self) -> bool {
        true
    }

    /// Whether it closes somebody out or hands the workspace on: then the address is typed (SPEC 6).
    fn grave(&self) -> bool {
        false
    }

    /// Whether the row gives back what its own actor took: it may give exactly that (SPEC 4.4).
    fn gives_back(&self) -> bool {
        false
    }

    /// Things to know about a row that is done.
    fn warnings(&self, cx: &Cx<'_>) -> Vec<Warning> {
        let _ = cx;
        Vec::new()
    }

    /// What it gives to its rows and takes from them, in names, as it is told in one line; nothing where its rows say
    /// it.
    fn told(&self, cx: &Cx<'_>) -> Sides {
        let _ = cx;
        Sides::default()
    }

    /// Why, as the person said.
    fn reason(&self) -> Option<&Text> {
        None
    }
}

/// What a row is judged by.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    pub(in crate::domain) index: &'a RuleIndex<'a>,
    /// Who wants it.
    pub(in crate::domain) actor: &'a Member,
    pub(in crate::domain) now: Timestamp,
    pub(in crate::domain) facts: &'a Facts,
    /// What the row is of.
    pub(in crate::domain) target: Option<i64>,
    /// Its place among the rows, from 0.
    pub(in crate::domain) row: usize,
    /// One of many rows: the owner and oneself are left alone whatever it is (SPEC 4.11).
    pub(in crate::domain) bulk: bool,
}

impl<'a> Cx<'a> {
    /// The number of what the row makes, until the store gives it one: -1 for the first row, and downwards.
    pub(super) fn new_id(&self) -> i64 {
        -1 - i64::try_from(self.row).unwrap_or(i64::MAX - 1)
    }

    pub(super) fn before(&self) -> &'a Snapshot {
        self.index.snapshot
    }

    fn id(&self, what: What) -> Result<i64, Refusal> {
        self.target.ok_or(Refusal::NotFound { what })
    }

    /// The member that the row is of.
    pub(super) fn member(&self) -> Result<&'a Member, Refusal> {
        self.index.member(MemberId(self.id(What::Member)?))
    }

    /// The same, where it is neither the owner nor oneself.
    pub(super) fn another(&self) -> Result<&'a Member, Refusal> {
        self.neither(self.member()?)
    }

    fn neither(&self, member: &'a Member) -> Result<&'a Member, Refusal> {
        if member.owner {
            Err(Refusal::Owner)
        } else if member.id == self.actor.id {
            Err(Refusal::Yourself)
        } else {
            Ok(member)
        }
    }

    /// Among many rows the owner's and one's own are left out, whatever is done (SPEC 4.11).
    pub(super) fn spare(&self, subject: Subject) -> Result<(), Refusal> {
        match subject {
            Subject::Member(id) if self.bulk => self.neither(self.index.member(id)?).map(drop),
            _ => Ok(()),
        }
    }

    /// The group that the row is of.
    pub(super) fn group(&self) -> Result<&'a model::Group, Refusal> {
        self.index.group(GroupId(self.id(What::Group)?))
    }

    /// The grant that the row is of; one that has expired does not exist.
    pub(super) fn grant(&self) -> Result<&'a model::Grant, Refusal> {
        let grant = self.index.grant(GrantId(self.id(What::Grant)?))?;
        if grant.edge.live(self.now) { Ok(grant) } else { Err(Refusal::NotFound { what: What::Grant }) }
    }

    /// The invitation that the row is of.
    pub(super) fn invitation(&self) -> Result<(InvitationId, &'a super::InvitationRecord), Refusal> {
        let missing = Refusal::NotFound { what: What::Invitation };
        let id = InvitationId(self.id(What::Invitation)?);
        self.facts.invitations.get(&id).map(|record| (id, record)).ok_or(missing)
    }

    /// The same, where it is not settled.
    pub(super) fn open_invitation(&self) -> Result<(InvitationId, &'a super::InvitationRecord), Refusal> {
        let (id, record) = self.invitation()?;
        if record.status.open() { Ok((id, record)) } else { Err(Refusal::InvitationSettled) }
    }

    /// A new edge by the actor.
    pub(super) fn edge(&self, terms: &Terms) -> Edge {
        Edge::new(terms.clone(), Some(self.actor.account), self.now)
    }

    pub(super) fn catalogue(&self) -> &'a crate::domain::capability::Catalogue {
        &self.index.snapshot.catalogue
    }

    /// The e-mail of a member.
    pub(super) fn email(&self, id: MemberId) -> Option<Text> {
        self.index.access.member(id).map(|member| member.email.clone())
    }

    /// What the row's target is called, where it is there.
    pub(in crate::domain) fn target_name(&self, target: Target) -> Option<Text> {
        let id = self.target?;
        match target {
            Target::Members => self.email(MemberId(id)),
            Target::Groups => self.index.group(GroupId(id)).ok().map(|group| group.name.clone()),
            Target::Grants => self.grant().ok().map(|grant| self.subject_name(grant.subject)),
            Target::Invitations => self.facts.invitations.get(&InvitationId(id)).map(|record| record.email.clone()),
            Target::New => None,
        }
    }

    /// What a subject is called.
    pub(super) fn subject_name(&self, subject: Subject) -> Text {
        match subject {
            Subject::Member(id) => self.email(id).unwrap_or_default(),
            Subject::Group(id) => self.index.group(id).map(|group| group.name.clone()).unwrap_or_default(),
        }
    }

    /// Roles, as they are told.
    pub(super) fn roles_told(&self, roles: &[crate::domain::id::RoleId], terms: &Terms) -> Vec<Thing> {
        let named = roles.iter().filter_map(|id| self.before().roles.iter().find(|role| role.id == *id));
        named.map(|role| Thing::Role { name: role.name.clone(), until: terms.expires_at }).collect()
    }

    /// Groups, as they are told.
    pub(super) fn groups_told(&self, groups: &[GroupId], until: Option<Timestamp>) -> Vec<Thing> {
        let named = groups.iter().filter_map(|id| self.index.group(*id).ok());
        named.map(|group| Thing::Group { name: group.name.clone(), until }).collect()
    }

    pub(super) fn folder_name(&self, id: FolderId) -> Text {
        let folder = self.before().folders.iter().find(|folder| folder.id == id);
        folder.map(|folder| folder.name.clone()).unwrap_or_default()
    }

    /// Whether somebody is invited and not in yet.
    pub(super) fn pending(member: &Member) -> bool {
        member.status == MemberStatus::Pending
    }

    /// Whether the caller is active and has what is needed.
    pub(in crate::domain) fn may(&self, needs: &Needs) -> Result<(), Refusal> {
        match needs {
            Needs::Owner if self.actor.owner && self.actor.active() => Ok(()),
            Needs::Owner => Err(Refusal::OwnerOnly),
            Needs::All(all) => all.iter().try_for_each(|any| self.holds(any)),
            Needs::Leads(groups, any) => {
                let leads = |id: &GroupId| self.index.group(*id).is_ok_and(|one| one.leader == Some(self.actor.id));
                if self.actor.active() && groups.iter().all(leads) { Ok(()) } else { self.holds(any) }
            }
        }
    }

    fn holds(&self, any: AnyOf) -> Result<(), Refusal> {
        let held = self.index.access.held(self.actor.id, None, self.now);
        let holds = |key: &&str| self.catalogue().find(key).is_some_and(|cap| held.has(cap));
        match any {
            [first, ..] if !any.iter().any(holds) => Err(Refusal::Lacks { capability: (*first).to_owned() }),
            _ => Ok(()),
        }
    }

    /// Things to know about an address that somebody is invited by.
    pub(super) fn of_address(&self, email: &Text) -> Vec<Warning> {
        let policies = &self.before().policies;
        let mut warnings = Vec::new();
        if self.facts.signs_in(email) {
            let consent = policies.attach == crate::domain::pack::Attach::Consent;
            warnings.push(Warning::ExistingAccount { consent });
        }
        if let Some(domain) = address::foreign(email.raw(), policies) {
            warnings.push(Warning::ForeignDomain { domain: Text::new(domain) });
        }
        match address::look_alike(email.raw(), &self.facts.administrators) {
            Some(address::LookAlike::Of(admin)) => warnings.push(Warning::LookAlike { of: Some(admin) }),
            Some(address::LookAlike::Mixed) => warnings.push(Warning::LookAlike { of: None }),
            None => {}
        }
        warnings
    }
}

pub(super) const MEMBERS: AnyOf = &[key::MEMBERS_MANAGE];
pub(super) const INVITATIONS: AnyOf = &[key::MEMBERS_INVITE, key::MEMBERS_MANAGE];
pub(super) const GROUPS: AnyOf = &[key::GROUPS_MANAGE];
pub(super) const GRANTS: AnyOf = &[key::GRANTS_MANAGE];
pub(super) const FOLDERS: AnyOf = &[key::FOLDERS_MANAGE];

pub(super) fn members() -> Needs {
    Needs::All(vec![MEMBERS])
}
