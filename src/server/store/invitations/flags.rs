//! What wants attention, as SQL: one meaning for the rows of a page, for filters, orders and counts,
//! however many invitations there are. What only the rules can say (who may still invite, which roles
//! manage) is worked out first, for the few inviters, roles and groups that there are.

use super::OPEN;
use crate::{
    domain::{
        access::Access,
        address,
        capability::{Cap, CapSet, key},
        id::{FolderId, GroupId, MemberId, WorkspaceId},
        invitation::InvitationFlag,
        model::{Effect, Snapshot},
        time::{DAY, Timestamp},
    },
    server::store::{
        Result, Scope,
        accounts::key as folded,
        bulk::MOST_ARGS,
        filter::ends_with,
        snapshot,
        sql::{Columns, Dialect},
    },
};
use sqlx::AnyConnection;
use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write as _,
};

/// Roles and groups that hold any of these manage, and so make an invitation worth a second look.
const MANAGING: [&str; 4] = [key::MEMBERS_MANAGE, key::GROUPS_MANAGE, key::ROLES_MANAGE, key::GRANTS_MANAGE];

/// Roles and groups, by id.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Given {
    roles: Vec<i64>,
    groups: Vec<i64>,
}

/// What flags are judged by, at a moment.
pub(super) struct Flags {
    d: Dialect,
    now: Timestamp,
    grounds: Grounds,
}

/// What flags are judged by, beside the clock: as long as this and the invitations stay the same, a flag
/// comes and goes only where an expiry is passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grounds {
    managing: Given,
    /// Accounts that invited and may not any more.
    gone: Vec<i64>,
    /// Accounts that may still invite, by what they could not hand out.
    lacking: BTreeMap<Given, Vec<i64>>,
    company: Vec<String>,
    /// Invitations whose address looks like an administrator's.
    alike: Vec<i64>,
}

impl Flags {
    /// Works out what flags are judged by.
    pub async fn load(conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId, now: Timestamp) -> Result<Self> {
        let inviters = inviters(conn, d, ws).await?;
        let members = inviters.iter().filter_map(|(_, member)| *member).collect();
        let snapshot = snapshot::load(conn, d, ws, &Scope::Members(members), now).await?;
        let judge = Judge::new(&snapshot, now);
        let (mut gone, mut lacking) = (Vec::new(), BTreeMap::new());
        for (account, member) in inviters {
            match member.filter(|member| judge.invites(*member)) {
                None => gone.push(account),
                Some(member) => {
                    let beyond = judge.beyond(member);
                    if beyond != Given::default() {
                        lacking.entry(beyond).or_insert_with(Vec::new).push(account);
                    }
                }
            }
        }
        let alike = alike(conn, d, ws, judge.administrators()).await?;
        let company = snapshot.policies.company_domains.iter().map(|domain| domain.to_lowercase()).collect();
        Ok(Self { d, now, grounds: Grounds { managing: judge.managing(), gone, lacking, company, alike } })
    }

    /// What does not depend on the moment.
    pub fn grounds(&self) -> &Grounds {
        &self.grounds
    }

    /// A condition: the open invitation `i` has this flag.
    fn holds(&self, flag: InvitationFlag) -> String {
        let (now, soon) = (self.now.0, self.now.plus(DAY).0);
        match flag {
            InvitationFlag::Expiring => {
                format!("i.status = 'sent' AND i.expires_at > {now} AND i.expires_at <= {soon}")
            }
            InvitationFlag::Expired => format!("i.status = 'expired' OR (i.status = 'sent' AND i.expires_at <= {now})"),
            InvitationFlag::Failed => "i.status = 'failed'".to_owned(),
            InvitationFlag::Privileged => waits(&self.grounds.managing),
            InvitationFlag::InviterGone => self.inviter_gone(),
            InvitationFlag::ForeignDomain => self.foreign(),
            InvitationFlag::LookAlike => format!("i.mixed = 1 OR i.id IN {}", list(&self.grounds.alike)),
        }
    }

    fn inviter_gone(&self) -> String {
        let mut sql = format!("i.inviter IS NULL OR i.inviter IN {}", list(&self.grounds.gone));
        for (beyond, accounts) in &self.grounds.lacking {
            // A String takes whatever is written.
            let _ = write!(sql, " OR (i.inviter IN {} AND ({}))", list(accounts), waits(beyond));
        }
        sql
    }

    /// As `address::foreign`: of no company domain, where there are any.
    fn foreign(&self) -> String {
        let company = &self.grounds.company;
        if company.is_empty() {
            return "1 = 0".to_owned();
        }
        let ours = company.iter().flat_map(|domain| ['@', '.'].map(|before| format!("{before}{domain}")));
        let ours = ours.map(|end| ends_with("i.email_key", end.chars().count(), &self.d.literal(&end)));
        format!("NOT ({})", ours.collect::<Vec<_>>().join(" OR "))
    }

    /// A condition: the invitation `i` is open and has any of these flags.
    pub fn any(&self, flags: &[InvitationFlag]) -> String {
        let any: Vec<String> = flags.iter().map(|flag| format!("({})", self.holds(*flag))).collect();
        format!("({OPEN} AND ({}))", any.join(" OR "))
    }

    /// The weights of the flags of the invitation `i`, added up.
    pub fn weight(&self) -> String {
        let weights: Vec<String> = InvitationFlag::ALL
            .into_iter()
            .map(|flag| format!("CASE WHEN {} THEN {} ELSE 0 END", self.holds(flag), flag.weight()))
            .collect();
        format!("(CASE WHEN {OPEN} THEN {} ELSE 0 END)", weights.join(" + "))
    }
}

fn list(ids: &[i64]) -> String {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    if ids.is_empty() { "(NULL)".to_owned() } else { format!("({})", ids.join(",")) }
}

/// A condition: any of these roles and groups waits behind the invitation `i`.
fn waits(given: &Given) -> String {
    let [roles, groups] = [("role", &given.roles), ("group", &given.groups)].map(|(kind, ids)| {
        let ids = (!ids.is_empty()).then(|| list(ids))?;
        Some(format!(
            "EXISTS (SELECT 1 FROM invitation_{kind} e WHERE e.invitation_id = i.id AND e.{kind}_id IN {ids})"
        ))
    });
    let some: Vec<String> = [roles, groups].into_iter().flatten().collect();
    if some.is_empty() { "1 = 0".to_owned() } else { some.join(" OR ") }
}

/// Accounts with open invitations, and their memberships: from inviter to inviter along the index, not
/// from invitation to invitation.
async fn inviters(conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId) -> Result<Vec<(i64, Option<MemberId>)>> {
    let next = "SELECT MIN(i.inviter) FROM invitations i WHERE i.workspace_id = ?";
    let text = format!(
        "WITH RECURSIVE asked (account) AS ({next} AND {OPEN} UNION ALL \
         SELECT ({next} AND {OPEN} AND i.inviter > asked.account) FROM asked WHERE asked.account IS NOT NULL) \
         SELECT asked.account, n.id FROM asked LEFT JOIN members n ON n.account_id = asked.account \
         AND n.workspace_id = ? WHERE asked.account IS NOT NULL"
    );
    let rows = d.sql(&text).bind(ws.0).bind(ws.0).bind(ws.0).all(conn).await?;
    rows.iter().map(|row| Ok((row.int(0)?, row.opt_int(1)?.map(MemberId)))).collect()
}

/// Open invitations to addresses that look like one of these, and are none of them.
async fn alike(conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId, known: HashSet<&str>) -> Result<Vec<i64>> {
    let looks: HashSet<String> = known.iter().flat_map(|known| address::looks(known)).collect();
    let looks: Vec<String> = looks.into_iter().collect();
    let known: HashSet<String> = known.into_iter().map(folded).collect();
    let mut found = Vec::new();
    for some in looks.chunks(MOST_ARGS) {
        let marks = vec!["?"; some.len()].join(",");
        let text = format!(
            "SELECT i.id, i.email_key FROM invitations i WHERE i.workspace_id = ? AND {OPEN} AND i.look_key IN ({marks})"
        );
        let sql = some.iter().fold(d.sql(&text).bind(ws.0), |sql, look| sql.bind(look.as_str()));
        for row in sql.all(conn).await? {
            if !known.contains(&row.text(1)?) {
                found.push(row.int(0)?);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// What an address looks like to the eye, and whether it mixes scripts: the columns that look-alikes
/// are found by.
pub(in crate::server::store) fn look(address: &str) -> (String, bool) {
    (address::look(address), address::mixed(address))
}

/// Asks the rules.
struct Judge<'a> {
    snapshot: &'a Snapshot,
    access: Access<'a>,
    now: Timestamp,
}

impl<'a> Judge<'a> {
    fn new(snapshot: &'a Snapshot, now: Timestamp) -> Self {
        Self { snapshot, access: Access::new(snapshot), now }
    }

    fn caps(&self, keys: &[&str]) -> Vec<Cap> {
        keys.iter().filter_map(|key| self.snapshot.catalogue.find(key)).collect()
    }

    fn managing(&self) -> Given {
        let managing = self.caps(&MANAGING);
        let manages = |held: CapSet| managing.iter().any(|cap| held.has(*cap));
        Given {
            roles: self.snapshot.roles.iter().filter(|role| manages(role.capabilities)).map(|role| role.id.0).collect(),
            groups: self.snapshot.groups.iter().filter(|one| manages(one.capabilities)).map(|one| one.id.0).collect(),
        }
    }

    fn administrators(&self) -> HashSet<&'a str> {
        let administers = self.caps(&[key::MEMBERS_MANAGE, key::ROLES_MANAGE]);
        let administrators = self.snapshot.members.iter().filter(|member| {
            let held = self.access.held(member.id, None, self.now);
            administers.iter().all(|cap| held.has(*cap))
        });
        administrators.map(|member| member.email.raw()).collect()
    }

    fn invites(&self, inviter: MemberId) -> bool {
        let held = self.access.held(inviter, None, self.now);
        self.caps(&[key::MEMBERS_INVITE, key::MEMBERS_MANAGE]).into_iter().any(|cap| held.has(cap))
    }

    /// Roles and groups that this member does not hold enough to hand out (SPEC 4.3).
    fn beyond(&self, inviter: MemberId) -> Given {
        let held = |place: Option<FolderId>| self.access.held(inviter, place, self.now);
        let across = held(None);
        let roles = self.snapshot.roles.iter().filter(|role| !role.capabilities.within(across));
        let groups = self.snapshot.groups.iter().filter(|group| {
            let covered = |(folder, cap): (FolderId, Cap)| held(Some(folder)).has(cap);
            !group.capabilities.within(across) || !self.allowed(group.id).all(covered)
        });
        Given { roles: roles.map(|role| role.id.0).collect(), groups: groups.map(|group| group.id.0).collect() }
    }

    /// What a group is allowed folder by folder.
    fn allowed(&self, group: GroupId) -> impl Iterator<Item = (FolderId, Cap)> {
        let grants = self.snapshot.grants.iter().filter(move |grant| {
            grant.effect == Effect::Allow
                && grant.subject == crate::domain::model::Subject::Group(group)
                && grant.edge.live(self.now)
        });
        grants.map(|grant| (grant.folder, grant.capability))
    }
}
