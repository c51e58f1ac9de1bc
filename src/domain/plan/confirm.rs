//! How a plan is confirmed: by its effect, not by the number of marks (SPEC 6).

use crate::domain::untrusted::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// So many people may gain or lose something by one Enter.
pub const ENTER_MOST: u64 = 5;

/// What a person does before a plan is applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "confirm", rename_all = "snake_case")]
pub enum Confirm {
    /// One Enter.
    #[default]
    Enter,
    /// Types this number: of rows that change, or of the people whom one row concerns.
    Count { count: u64 },
    /// Types the row's name: somebody gets a managing capability, is closed out, or becomes owner.
    Name { name: Text },
    /// The same of several rows: types the verb and the number of rows, `deactivate 41`.
    Verb { count: u64 },
}

/// What a plan comes to, as far as its confirmation goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Weight {
    /// Rows that change.
    pub rows: u64,
    /// The name of the first of them.
    pub name: Text,
    /// People who gain or lose something, or whose link dies.
    pub people: u64,
    /// Whether somebody gets a managing capability, is closed out, or becomes owner.
    pub grave: bool,
    pub lowers_administrator: bool,
}

impl Weight {
    pub fn confirm(self) -> Confirm {
        let Self { rows, name, people, grave, lowers_administrator } = self;
        match rows {
            0 => Confirm::Enter,
            1 if grave => Confirm::Name { name },
            _ if grave => Confirm::Verb { count: rows },
            _ if people > ENTER_MOST || lowers_administrator => {
                Confirm::Count { count: if rows > 1 { rows } else { people.max(1) } }
            }
            _ => Confirm::Enter,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(rows: u64, people: u64) -> Weight {
        Weight { rows, people, name: "bo@w.test".into(), ..Weight::default() }
    }

    #[test]
    fn what_is_typed_follows_the_effect() {
        assert_eq!(weight(40, 5).confirm(), Confirm::Enter);
        assert_eq!(weight(18, 13).confirm(), Confirm::Count { count: 18 });
        assert_eq!(weight(1, 55).confirm(), Confirm::Count { count: 55 });
        assert_eq!(Weight { lowers_administrator: true, ..weight(1, 1) }.confirm(), Confirm::Count { count: 1 });
        assert_eq!(Weight { grave: true, ..weight(1, 1) }.confirm(), Confirm::Name { name: "bo@w.test".into() });
        assert_eq!(Weight { grave: true, ..weight(41, 3) }.confirm(), Confirm::Verb { count: 41 });
        assert_eq!(Weight { grave: true, ..weight(0, 0) }.confirm(), Confirm::Enter);
    }
}
