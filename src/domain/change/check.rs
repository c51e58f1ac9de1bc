//! Whether one change may be made. The rules themselves are in `rules`, `fields`, `handing` and `guards`;
//! a bulk change ([`crate::domain::plan::plan`]) asks the same ones.

use super::{
    Change, Checked, Facts, Refusal, Warning,
    ground::Ground,
    guards,
    handing::{Handing, Own},
    rules::{Row, Rules},
    sketch::Sketch,
};
use crate::domain::{access::Access, id::MemberId, model::Snapshot, plan::Comparison, time::Timestamp};

/// Whether `actor` may make this change now, and what it leads to. The snapshot must hold the actor,
/// every member whom the change names or touches, and every administrator. In the state after, what the
/// change makes has the identifier -1.
pub fn check(
    before: &Snapshot,
    actor: MemberId,
    change: &Change,
    facts: &Facts,
    now: Timestamp,
) -> Result<Checked, Refusal> {
    let ground = Ground::new(before);
    let actor = ground.member(actor)?;
    let (row, rules) = (Row { change, facts }, Rules { ground: &ground, actor, now, bulk: false });
    rules.check(row)?;
    let mut sketch = Sketch::new(&ground, actor, now);
    sketch.make(0, change, facts);
    let after = sketch.finish();
    let then = Access::new(&after);
    let comparison = Comparison::new(&ground.access, &then);
    guards::provider_edges_stay(before, &after, now)?;
    let own = Own::new(&ground, &comparison, actor, now);
    Handing { own: &own, row, concerned: comparison.touched() }.check()?;
    let warning = guards::Administrators::of(&ground.access, &then, now).remain()?;
    let mut warnings: Vec<_> = warning.into_iter().collect();
    if rules.ends_an_invitation(change) {
        warnings.push(Warning::InvitationsEnd { invitations: 1 });
    }
    rules.warn(row, &mut warnings);
    Ok(Checked { after, warnings })
}

/// Whether `actor` may make changes of this kind at all, whatever they are of.
pub fn may(before: &Snapshot, actor: MemberId, change: &Change, now: Timestamp) -> Result<(), Refusal> {
    let ground = Ground::new(before);
    Rules { ground: &ground, actor: ground.member(actor)?, now, bulk: false }.may(change)
}

/// The one member whom a change is of, where it is of one who is there.
pub fn member_of(change: &Change, facts: &Facts) -> Option<MemberId> {
    match change {
        Change::Invite(_) => None,
        _ => Row { change, facts }.member(0),
    }
}
