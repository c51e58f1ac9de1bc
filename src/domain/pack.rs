//! Role packs: a catalogue, roles and policies as data (SPEC 2). A workspace is made from one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::capability::{CapSet, Capability, Catalogue, key};

/// Whether an invited person who has an account already joins at once or is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Attach {
    /// Joins at once.
    Immediate,
    /// Must agree.
    Consent,
}

/// How many roles a member may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaxRoles {
    /// Exactly one.
    One,
    /// Any number.
    Many,
}

/// The rules a pack sets for its workspaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// Whether a workspace has exactly one owner.
    pub owner: bool,
    /// How many roles a member may hold.
    pub max_roles: MaxRoles,
    /// How an existing account joins.
    pub attach: Attach,
    /// How long an invitation lives, in days.
    pub invitation_ttl_days: i64,
    /// Fields that an invitation must have besides the e-mail: `name`.
    #[serde(default)]
    pub required_fields: Vec<String>,
    /// Whether organisation roles count for content (SPEC 3.7).
    pub inherit_org_roles: bool,
    /// Below this many administrators rolecall warns; below one it refuses.
    pub min_admins: u32,
    /// Key of the role a former owner gets.
    #[serde(default)]
    pub owner_successor_role: Option<String>,
    /// Domains of the organisation's own addresses; others get a warning. Empty: no warning.
    #[serde(default)]
    pub company_domains: Vec<String>,
    /// Kinds of folder, the usual one first.
    #[serde(default)]
    pub folder_kinds: Vec<String>,
    /// Features of the plan: `custom_roles`, `several_users`, `single_sign_on`, `audit_log`.
    #[serde(default)]
    pub features: Vec<String>,
}

/// A role as a pack describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackRole {
    /// Its key.
    pub key: String,
    /// Its name on screen.
    pub name: String,
    /// Keys of what it holds; `["*"]` is everything.
    pub capabilities: Vec<String>,
}

/// A pack as its file says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Its name: `signage`.
    pub name: String,
    /// Its catalogue, in the order shown.
    pub capabilities: Vec<Capability>,
    /// Its built-in roles, in the order shown. The owner is no role.
    pub roles: Vec<PackRole>,
    /// Roles of the organisation, if it has any.
    #[serde(default)]
    pub org_roles: Vec<PackRole>,
    /// Its rules.
    pub policies: Policies,
}

/// The packs that rolecall comes with, by name.
const BUILTIN: [(&str, &str); 4] = [
    ("signage", include_str!("../../assets/packs/signage.toml")),
    ("marketing", include_str!("../../assets/packs/marketing.toml")),
    ("brands", include_str!("../../assets/packs/brands.toml")),
    ("agency", include_str!("../../assets/packs/agency.toml")),
];

/// Why a pack cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The text is no pack: TOML or a field is wrong.
    #[error("the pack cannot be read: {0}")]
    Syntax(String),
    /// The catalogue is wrong: too large, or a key named twice.
    #[error("the pack's capabilities are wrong: {0}")]
    Catalogue(String),
    /// A capability that the rules need is not there.
    #[error("the pack lacks the capability {0}, which rolecall needs")]
    Lacks(&'static str),
    /// A role names a capability that the pack does not have.
    #[error("role {role} names the capability {capability}, which the pack does not have")]
    Unknown {
        /// The role's key.
        role: String,
        /// What it names.
        capability: String,
    },
    /// A role's key is blank or named twice.
    #[error("role key \"{0}\" is blank, named twice, or \"owner\", which is no role")]
    RoleKey(String),
    /// A policy cannot be kept.
    #[error("policy {policy}: {message}")]
    Policy {
        /// Its name.
        policy: &'static str,
        /// What is wrong.
        message: String,
    },
}

impl Pack {
    /// Reads a pack and checks that a workspace can be made from it.
    pub fn parse(text: &str) -> Result<Self, PackError> {
        let pack: Self =
            toml::from_str(text).map_err(|error| PackError::Syntax(error.to_string().trim_end().to_owned()))?;
        let catalogue = pack.catalogue()?;
        for needed in key::ALL {
            catalogue.find(needed).ok_or(PackError::Lacks(needed))?;
        }
        pack.check_roles(&pack.roles, &catalogue)?;
        pack.check_roles(&pack.org_roles, &catalogue)?;
        pack.check_policies()?;
        Ok(pack)
    }

    /// One of the packs that rolecall comes with (`assets/packs`); none under another name.
    pub fn builtin(name: &str) -> Option<Result<Self, PackError>> {
        BUILTIN.iter().find(|(known, _)| *known == name).map(|(_, text)| Self::parse(text))
    }

    /// Its capabilities as a catalogue.
    pub fn catalogue(&self) -> Result<Catalogue, PackError> {
        Catalogue::new(self.capabilities.clone()).map_err(PackError::Catalogue)
    }

    fn check_roles(&self, roles: &[PackRole], catalogue: &Catalogue) -> Result<(), PackError> {
        for (at, role) in roles.iter().enumerate() {
            let twice = roles[..at].iter().any(|other| other.key == role.key);
            if twice || role.key.trim().is_empty() || role.key == "owner" {
                return Err(PackError::RoleKey(role.key.clone()));
            }
            role.set(catalogue)?;
        }
        Ok(())
    }

    fn check_policies(&self) -> Result<(), PackError> {
        let policies = &self.policies;
        let wrong = |policy, message: &str| Err(PackError::Policy { policy, message: message.to_owned() });
        if !(1..=365).contains(&policies.invitation_ttl_days) {
            return wrong("invitation_ttl_days", "an invitation lives 1 to 365 days");
        }
        if policies.min_admins == 0 {
            return wrong("min_admins", "at least one administrator always remains, so it is 1 or more");
        }
        if let Some(field) = policies.required_fields.iter().find(|field| *field != "name") {
            return wrong(
                "required_fields",
                &format!("\"name\" is the only field that can be required, not \"{field}\""),
            );
        }
        match &policies.owner_successor_role {
            None if policies.owner => wrong("owner_successor_role", "a workspace with an owner needs one"),
            Some(successor) if !self.roles.iter().any(|role| role.key == *successor) => {
                wrong("owner_successor_role", &format!("there is no role \"{successor}\""))
            }
            _ => Ok(()),
        }
    }
}

impl PackRole {
    /// What it holds; `["*"]` is the whole catalogue.
    pub fn set(&self, catalogue: &Catalogue) -> Result<CapSet, PackError> {
        if self.capabilities == ["*"] {
            return Ok(catalogue.everything());
        }
        let unknown = |capability| PackError::Unknown { role: self.key.clone(), capability };
        catalogue.set(self.capabilities.iter().map(String::as_str)).map_err(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signage() -> String {
        include_str!("../../assets/packs/signage.toml").to_owned()
    }

    fn keys(pack: &Pack, role: &str) -> Vec<String> {
        let catalogue = pack.catalogue().unwrap();
        let role = pack.roles.iter().chain(&pack.org_roles).find(|one| one.key == role).unwrap();
        catalogue.keys(role.set(&catalogue).unwrap())
    }

    #[test]
    fn every_builtin_pack_can_be_used() {
        for (name, _) in BUILTIN {
            let pack = Pack::builtin(name).unwrap().unwrap();
            assert_eq!(pack.name, name);
            assert_eq!(pack.policies.invitation_ttl_days, 7);
            assert_eq!(pack.policies.min_admins, 2);
            assert!(!pack.policies.folder_kinds.is_empty());
        }
        assert_eq!(Pack::builtin("nonesuch"), None);
    }

    #[test]
    fn every_pack_marks_what_gives_power_over_people_or_rules() {
        let members = ["members.read", "members.invite", "members.manage"];
        let rules = ["groups.manage", "folders.manage", "roles.manage", "grants.manage", "audit.read", "audit.export"];
        let signage: &[&str] = &["settings.write", "billing.manage"];
        let marketing: &[&str] =
            &["settings.integrations", "settings.customise", "settings.advanced", "billing.manage"];
        let brands: &[&str] = &["brand.settings"];
        let agency: &[&str] = &["billing.manage"];
        for (name, own) in [("signage", signage), ("marketing", marketing), ("brands", brands), ("agency", agency)] {
            let catalogue = Pack::builtin(name).unwrap().unwrap().catalogue().unwrap();
            let expected = catalogue.set([&members[..], &rules[..], own].concat()).unwrap();
            assert_eq!(catalogue.keys(catalogue.managing()), catalogue.keys(expected), "{name}");
        }
    }

    #[test]
    fn every_pack_has_folders_manage_where_groups_are_managed() {
        for (name, _) in BUILTIN {
            let pack = Pack::builtin(name).unwrap().unwrap();
            let catalogue = pack.catalogue().unwrap();
            let [groups, folders] = ["groups.manage", "folders.manage"].map(|key| catalogue.find(key).unwrap());
            for role in pack.roles.iter().chain(&pack.org_roles) {
                let held = role.set(&catalogue).unwrap();
                assert_eq!(held.has(folders), held.has(groups), "{name}: {}", role.key);
            }
        }
    }

    #[test]
    fn a_capability_without_the_mark_is_not_managing() {
        let unmarked = Pack::parse(&signage().replace("managing = true\n", "")).unwrap();
        assert!(unmarked.catalogue().unwrap().managing().is_empty());
        let stored = r#"{"key":"members.manage","label":"Members","category":"Members","per_folder":false}"#;
        assert!(!serde_json::from_str::<Capability>(stored).unwrap().managing);
    }

    #[test]
    fn signage_is_as_the_specification_lists_it() {
        let pack = Pack::builtin("signage").unwrap().unwrap();
        let names: Vec<_> = pack.roles.iter().map(|role| role.name.as_str()).collect();
        let expected = ["Administrator", "Marketer", "Designer", "Approver", "Analyst", "Technician", "Viewer"];
        assert_eq!(names, expected);
        assert_eq!(keys(&pack, "administrator").len(), pack.capabilities.len());
        assert_eq!(
            keys(&pack, "marketer"),
            ["content.read", "content.write", "campaigns.read", "campaigns.write", "devices.read", "templates.read"]
        );
        assert_eq!(keys(&pack, "technician"), ["content.read", "devices.read", "devices.write", "settings.read"]);
        assert_eq!(pack.policies.max_roles, MaxRoles::One);
        assert_eq!(pack.policies.owner_successor_role.as_deref(), Some("administrator"));
        let label = |key| pack.capabilities.iter().find(|one| one.key == key).unwrap().label.as_str();
        assert_eq!(label("content.write"), "Content · edit");
        assert_eq!(label("members.invite"), "Members · invite");
    }

    #[test]
    fn marketing_keeps_billing_from_its_admin() {
        let pack = Pack::builtin("marketing").unwrap().unwrap();
        assert!(!keys(&pack, "admin").contains(&"billing.manage".to_owned()));
        assert_eq!(keys(&pack, "admin").len(), pack.capabilities.len() - 1);
        assert_eq!(keys(&pack, "viewer"), ["content.view", "campaigns.view", "analytics.basic"]);
    }

    #[test]
    fn brands_and_agency_have_no_owner_but_roles_of_the_organisation() {
        for name in ["brands", "agency"] {
            let pack = Pack::builtin(name).unwrap().unwrap();
            assert!(!pack.policies.owner && !pack.policies.inherit_org_roles && !pack.org_roles.is_empty());
        }
        let agency = Pack::builtin("agency").unwrap().unwrap();
        assert_eq!((agency.policies.max_roles, agency.policies.attach), (MaxRoles::Many, Attach::Consent));
        assert_eq!(agency.policies.required_fields, ["name"]);
        assert!(keys(&agency, "super-admin").contains(&"roles.manage".to_owned()));
    }

    #[test]
    fn what_is_wrong_with_a_pack_is_named() {
        let error = |text: &str| Pack::parse(text).unwrap_err();
        let lacks = signage().replace("\"grants.manage\"", "\"grants.tend\"");
        assert_eq!(error(&lacks), PackError::Lacks("grants.manage"));
        let unknown = signage().replacen("\"content.read\", \"content.write\"", "\"content.paint\"", 1);
        assert_eq!(
            error(&unknown).to_string(),
            "role marketer names the capability content.paint, which the pack does not have"
        );
        let never = signage().replace("invitation_ttl_days = 7", "invitation_ttl_days = 0");
        assert!(matches!(error(&never), PackError::Policy { policy: "invitation_ttl_days", .. }));
        let alone = signage().replace("min_admins = 2", "min_admins = 0");
        assert!(matches!(error(&alone), PackError::Policy { policy: "min_admins", .. }));
        let heir = signage().replace("owner_successor_role = \"administrator\"", "owner_successor_role = \"king\"");
        assert_eq!(error(&heir).to_string(), "policy owner_successor_role: there is no role \"king\"");
        let twice = signage().replace("key = \"viewer\"", "key = \"analyst\"");
        assert_eq!(error(&twice), PackError::RoleKey("analyst".into()));
        let key = signage().replace("min_admins", "least_admins");
        assert!(matches!(error(&key), PackError::Syntax(text) if text.contains("least_admins")));
        let doubled = signage().replace("key = \"content.write\"", "key = \"content.read\"");
        assert!(matches!(error(&doubled), PackError::Catalogue(text) if text.contains("content.read")));
    }
}
