//! How long a plan of a bulk change takes: every member of a workspace of 10 000 gets another role, joins
//! a group, is closed out. The planner alone, and end to end: the request, the state read from SQLite,
//! the plan, its names, the answer read again.
//!
//! `cargo bench --bench plan`

use rolecall::{
    api::{backend::Backend, http::HttpBackend},
    domain::{
        bulk::{Bulk, BulkAction, Selection},
        change::{Change, Facts},
        edge::Terms,
        id::MemberId,
        pack::Pack,
        plan::plan,
        time::Timestamp,
    },
    server::{Options, Server, sample::Sample, store::Scope, store::Store},
};
use std::{
    error::Error,
    hint::black_box,
    time::{Duration, Instant},
};

const MEMBERS: usize = 10_000;
const ROUNDS: usize = 21;
const NOW: Timestamp = Timestamp(1_760_000_000);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let store = Store::open(&format!("sqlite:{}", home.path().join("bench.db").display())).await?;
    let pack = Pack::builtin("signage").ok_or("no pack")??;
    let (ws, owner) = store.seed(&pack, &Sample::northwind(MEMBERS, NOW)).await?;
    let mut options = Options::new(store.clone());
    options.clock = std::sync::Arc::new(|| NOW);
    let (running, secret) = Server::embedded(options, owner).await?;
    let backend = HttpBackend::new(&running.url, secret.reveal())?;

    let start = Instant::now();
    let before = store.snapshot(ws, &Scope::All, NOW).await?;
    println!("{MEMBERS} members; their state read in {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let role = before.roles.last().ok_or("no role")?.id;
    let group = before.groups.first().ok_or("no group")?.id;
    let terms = Terms::default;
    let actions = [
        ("another role", BulkAction::SetRoles { roles: vec![role], terms: terms() }),
        ("a group joined", BulkAction::AddToGroups { groups: vec![group], terms: terms() }),
        ("closed out", BulkAction::Deactivate { reason: None }),
    ];
    for (name, action) in actions {
        let change = |member: MemberId| match &action {
            BulkAction::SetRoles { roles, terms } => {
                Change::SetRoles { member, roles: roles.clone(), terms: terms.clone() }
            }
            BulkAction::AddToGroups { groups, terms } => {
                Change::SetGroups { member, add: groups.clone(), remove: Vec::new(), terms: terms.clone() }
            }
            _ => Change::Deactivate { member, reason: None },
        };
        let rows: Vec<_> = before.members.iter().map(|member| (change(member.id), Facts::default())).collect();
        for who in ["Owner", "Administrator"] {
            let actor = before.members.iter().find(|member| {
                let administers = member
                    .roles
                    .iter()
                    .any(|(id, _)| before.roles.iter().any(|r| r.id == *id && r.key == "administrator"));
                if who == "Owner" { member.owner } else { !member.owner && member.active() && administers }
            });
            let actor = actor.ok_or("nobody to act")?.id;
            let mut alone = Vec::new();
            for _ in 0..ROUNDS {
                let start = Instant::now();
                black_box(plan(&before, actor, &rows, NOW));
                alone.push(start.elapsed());
            }
            say(&format!("{name}, by the {who}, the planner alone"), alone);
        }
        let all = Selection::matching("");
        let bulk = Bulk { on: all, action };
        let mut whole = Vec::new();
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let plan = backend.plan(ws, &bulk).await?;
            whole.push(start.elapsed());
            assert_eq!(plan.rows.len(), before.members.len());
        }
        say(&format!("{name}, end to end"), whole);
    }
    running.shutdown().await;
    Ok(())
}

fn say(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1e3;
    println!("{what}: median {:.1} ms, most {:.1} ms", at(50), at(100));
}
