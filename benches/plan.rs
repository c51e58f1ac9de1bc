//! How long a plan of a bulk change takes: every member of a workspace of 10 000 gets another role, joins
//! a group, is deactivated. The planner alone, and end to end: the request, the state read from SQLite,
//! the plan, its names, the answer read again.
//!
//! `cargo bench --bench plan`

use rolecall::{
    api::{backend::Backend, http::HttpBackend},
    domain::{
        change::{Deactivate, Facts, Kind, Request, Row, Selection, SetGroups, SetRoles},
        pack::Pack,
        plan::plan,
        time::Timestamp,
    },
    server::{Options, Server, sample::Sample, store::Scope, store::Store},
};
use std::{
    error::Error,
    hint::black_box,
    sync::Arc,
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
    options.clock = Arc::new(|| NOW);
    let (running, secret) = Server::embedded(options, owner).await?;
    let backend = HttpBackend::new(&running.url, secret.reveal())?;

    let start = Instant::now();
    let before = store.snapshot(ws, &Scope::All, NOW).await?;
    println!("{MEMBERS} members; their state read in {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let role = before.roles.last().ok_or("no role")?.id;
    let group = before.groups.first().ok_or("no group")?.id;
    let kinds: [(&str, Kind); 3] = [
        ("another role", SetRoles { roles: vec![role], ..SetRoles::default() }.into()),
        ("a group joined", SetGroups { add: vec![group], ..SetGroups::default() }.into()),
        ("deactivated", Deactivate { reason: None }.into()),
    ];
    for (name, kind) in kinds {
        let of = Arc::new(kind.clone());
        let row = |id: i64| Row { target: Some(id), name: None, kind: of.clone() };
        let rows: Vec<Row> = before.members.iter().map(|member| row(member.id.0)).collect();
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
                black_box(plan(&before, actor, &rows, &Facts::default(), true, NOW));
                alone.push(start.elapsed());
            }
            say(&format!("{name}, by the {who}, the planner alone"), alone);
        }
        let request = Request { on: Selection::matching(""), kind };
        let mut whole = Vec::new();
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let plan = backend.plan(ws, &request).await?;
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
