//! What the sample workspace is made of besides its crowd: the people who are always there, groups,
//! folders, grants.

use crate::domain::{
    model::{Effect, MemberStatus},
    time::DAY,
};

/// Somebody who is always there, by the order of this list.
pub(in crate::server) struct Cast {
    pub local: &'static str,
    pub domain: &'static str,
    pub name: &'static str,
    pub role: &'static str,
    pub status: MemberStatus,
    /// Names of groups.
    pub groups: &'static [&'static str],
    /// Seconds since the last sign-in.
    pub last: Option<i64>,
    pub invitation: Option<CastInvitation>,
}

/// An invitation that is always there; times in seconds from now.
pub(in crate::server) struct CastInvitation {
    pub inviter: usize,
    pub created: i64,
    pub expires: i64,
    pub sends: i64,
    pub failed: bool,
    pub delivery: &'static str,
    pub message: Option<&'static str>,
}

const HOUR: i64 = 3_600;
const OURS: &str = "northwind.test";
const PARTNER: &str = "partner.test";

const fn active(
    local: &'static str,
    name: &'static str,
    role: &'static str,
    groups: &'static [&'static str],
    last: i64,
) -> Cast {
    let (domain, status, last) = (OURS, MemberStatus::Active, Some(last));
    Cast { local, domain, name, role, status, groups, last, invitation: None }
}

/// Their places in [`CAST`].
pub(in crate::server) const OWNER: usize = 0;
pub(in crate::server) const OLIM: usize = 1;
pub(in crate::server) const DMITRI: usize = 2;
pub(in crate::server) const MARKETER: usize = 3;
pub(in crate::server) const OLI: usize = 4;
pub(in crate::server) const ADA: usize = 5;

pub(in crate::server) const CAST: &[Cast] = &[
    active("aziza", "Aziza Rahimova", "administrator", &[], HOUR),
    active("olim", "Olim Yusupov", "administrator", &["Content Team"], 5 * HOUR),
    Cast { status: MemberStatus::Deactivated, ..active("dmitri", "Dmitri Savchuk", "administrator", &[], 200 * DAY) },
    active("aziza.nazarova", "Aziza Nazarova", "marketer", &["Content Team"], 2 * DAY),
    active("oli", "Oli Berg", "designer", &["Content Team", "Translators"], 3 * HOUR),
    active("ada", "Ada Kovač", "technician", &["Field Technicians"], 26 * HOUR),
    active("adele", "Adele Vance", "marketer", &["Content Team", "Campaign Desk"], 94 * DAY),
    active("alim", "Alim Karimov", "marketer", &["Campaign Desk"], 120 * DAY),
    active("maria", "María Álvarez", "administrator", &[], 9 * DAY),
    Cast {
        status: MemberStatus::Deactivated,
        ..active("carla", "Carla Ruiz", "marketer", &["Content Team"], 380 * DAY)
    },
    Cast {
        domain: PARTNER,
        status: MemberStatus::Pending,
        last: None,
        invitation: Some(CastInvitation {
            inviter: OWNER,
            created: -2 * DAY,
            expires: 5 * DAY,
            sends: 1,
            failed: false,
            delivery: "link shown",
            message: Some("Welcome aboard, Bo: the autumn screens are yours."),
        }),
        ..active("bo", "Bo Li", "marketer", &[], 0)
    },
    Cast {
        domain: PARTNER,
        status: MemberStatus::Pending,
        last: None,
        invitation: Some(CastInvitation {
            inviter: OWNER,
            created: -6 * DAY,
            expires: 19 * HOUR,
            sends: 1,
            failed: false,
            delivery: "delivered",
            message: None,
        }),
        ..active("noor", "Noor Haddad", "administrator", &[], 0)
    },
    Cast {
        status: MemberStatus::Pending,
        last: None,
        invitation: Some(CastInvitation {
            inviter: DMITRI,
            created: -9 * DAY,
            expires: -2 * DAY,
            sends: 2,
            failed: false,
            delivery: "delivered",
            message: None,
        }),
        ..active("kim", "김하은", "viewer", &[], 0)
    },
    Cast {
        domain: "parnter.test",
        status: MemberStatus::Pending,
        last: None,
        invitation: Some(CastInvitation {
            inviter: OWNER,
            created: -2 * DAY,
            expires: 5 * DAY,
            sends: 1,
            failed: true,
            delivery: "550 no such domain",
            message: None,
        }),
        ..active("bo", "Bo Li", "marketer", &[], 0)
    },
    // Olim, an administrator, to the eye: the third letter is Cyrillic.
    Cast {
        status: MemberStatus::Pending,
        last: None,
        invitation: Some(CastInvitation {
            inviter: OWNER,
            created: -DAY,
            expires: 6 * DAY,
            sends: 1,
            failed: false,
            delivery: "link shown",
            message: None,
        }),
        ..active("ol\u{456}m", "Olim Yusupov", "viewer", &[], 0)
    },
];

/// Name, purpose, what it adds, and whose place in the cast leads it.
pub(in crate::server) const GROUPS: &[(&str, &str, &[&str], Option<usize>)] = &[
    ("Content Team", "Everything that is shown", &["content.write", "templates.read"], Some(OLI)),
    ("Campaign Desk", "Approves what goes live", &["campaigns.approve"], None),
    ("Field Technicians", "Screens, players, cables", &["devices.write"], Some(ADA)),
    ("Translators", "Russian, Uzbek, Korean, Chinese", &["content.write"], None),
    ("Night Shift", "Watches the players after hours", &["devices.read", "journal.read"], None),
    ("Region North", "Stores north of the river", &["devices.read"], None),
    ("Region South", "Stores south of the river", &["devices.read"], None),
    ("Analytics Guild", "Reads the figures", &["journal.read", "campaigns.read"], None),
    ("Template Makers", "Keeps the templates in order", &["templates.write"], None),
    ("Partners", "People of other companies", &["content.read"], None),
    ("Onboarding", "The first month", &[], None),
    ("Archive Keepers", "Old campaigns, kept as they were", &["content.read", "campaigns.read"], None),
];

/// Name, the place of the folder it is in, kind, and the groups its fence lets through.
pub(in crate::server) const FOLDERS: &[(&str, Option<usize>, &str, &[&str])] = &[
    ("Northwind", None, "content folder", &[]),
    ("Campaign assets", Some(0), "content folder", &["Content Team", "Campaign Desk"]),
    ("Autumn", Some(1), "campaign", &[]),
    ("Promo Archive", Some(1), "content folder", &[]),
    ("Spring", Some(1), "campaign", &[]),
    ("Summer", Some(1), "campaign", &[]),
    ("Winter", Some(1), "campaign", &[]),
    ("Back to school", Some(2), "campaign", &[]),
    ("Harvest week", Some(2), "campaign", &[]),
    ("2023", Some(3), "content folder", &[]),
    ("2024", Some(3), "content folder", &[]),
    ("2025", Some(3), "content folder", &[]),
    ("Navruz", Some(4), "campaign", &[]),
    ("New Year", Some(6), "campaign", &[]),
    ("Brand book", Some(0), "content folder", &[]),
    ("Logos", Some(14), "content folder", &[]),
    ("Photographs", Some(14), "content folder", &[]),
    ("Templates", Some(0), "content folder", &[]),
    ("Menus", Some(17), "content folder", &[]),
    ("Price tags", Some(17), "content folder", &[]),
    ("Queue boards", Some(17), "content folder", &[]),
    ("Stores", Some(0), "device group", &[]),
    ("North", Some(21), "device group", &["Region North", "Field Technicians"]),
    ("South", Some(21), "device group", &["Region South", "Field Technicians"]),
    ("Airport", Some(21), "device group", &[]),
    ("Riverside", Some(22), "device group", &[]),
    ("Old Town", Some(22), "device group", &[]),
    ("Harbour", Some(23), "device group", &[]),
    ("Station", Some(23), "device group", &[]),
    ("Arrivals", Some(24), "device group", &[]),
    ("Departures", Some(24), "device group", &[]),
    ("Head office", Some(0), "device group", &[]),
    ("Lobby screens", Some(31), "device group", &[]),
    ("Meeting rooms", Some(31), "device group", &[]),
    ("Canteen", Some(31), "device group", &[]),
    ("Partner space", None, "content folder", &[]),
    ("Shared with partners", Some(35), "content folder", &[]),
    ("In review", Some(35), "content folder", &[]),
    ("Новости", None, "content folder", &[]),
    ("東京ショールーム", None, "device group", &[]),
];

/// Whom a sample grant is for.
pub(in crate::server) enum For {
    Cast(usize),
    Group(&'static str),
}

/// A grant that is always there.
pub(in crate::server) struct SampleGrant {
    pub folder: &'static str,
    pub subject: For,
    pub capability: &'static str,
    pub effect: Effect,
    pub reason: Option<&'static str>,
    /// Seconds from now.
    pub made: i64,
    pub expires: Option<i64>,
    pub review: Option<i64>,
}

const fn grant(folder: &'static str, subject: For, capability: &'static str, effect: Effect) -> SampleGrant {
    SampleGrant { folder, subject, capability, effect, reason: None, made: -40 * DAY, expires: None, review: None }
}

/// Made by Olim.
pub(in crate::server) const GRANTS: &[SampleGrant] = &[
    SampleGrant {
        reason: Some("frozen"),
        review: Some(180 * DAY),
        ..grant("Promo Archive", For::Cast(MARKETER), "content.write", Effect::Deny)
    },
    SampleGrant { made: -10 * DAY, ..grant("Promo Archive", For::Cast(MARKETER), "content.write", Effect::Allow) },
    grant("Campaign assets", For::Group("Content Team"), "content.read", Effect::Allow),
    grant("Campaign assets", For::Group("Campaign Desk"), "campaigns.write", Effect::Allow),
    SampleGrant {
        reason: Some("cover for the launch, ticket OPS-1182"),
        expires: Some(14 * DAY),
        review: Some(7 * DAY),
        ..grant("Autumn", For::Cast(OLI), "campaigns.approve", Effect::Allow)
    },
    SampleGrant {
        reason: Some("stock take"),
        expires: Some(-3 * DAY),
        ..grant("Stores", For::Group("Night Shift"), "devices.write", Effect::Allow)
    },
    grant("Stores", For::Group("Field Technicians"), "devices.write", Effect::Allow),
    SampleGrant {
        reason: Some("partners see, never change"),
        ..grant("Northwind", For::Group("Partners"), "content.write", Effect::Deny)
    },
    grant("Shared with partners", For::Group("Partners"), "content.write", Effect::Allow),
    SampleGrant {
        reason: Some("screens are being replaced"),
        review: Some(-5 * DAY),
        ..grant("Airport", For::Group("Region South"), "devices.write", Effect::Deny)
    },
    grant("Новости", For::Group("Translators"), "content.write", Effect::Allow),
    grant("東京ショールーム", For::Cast(ADA), "content.write", Effect::Allow),
];
