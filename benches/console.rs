//! How long a key takes from the mind to the frame, at 10 000 and at 1 000 000 rows.

#[path = "../tests/support/console.rs"]
#[expect(dead_code, reason = "shared: each program uses some of it")]
mod console;
#[path = "../tests/support/world.rs"]
mod world;

use console::Console;
use criterion::Criterion;
use rolecall::{
    api::{
        error::ApiError,
        wire::{Count, Page, PageQuery},
    },
    app::effect::{Call, Reply},
};
use world::{member, world};

/// A workspace of so many members, pages cut by number.
fn large(all: u64) -> impl Fn(&Call) -> Result<Reply, ApiError> + Copy {
    move |call| match call {
        Call::Members(_, query) => Ok(Reply::Members(cut(all, query))),
        Call::CountMembers(..) => Ok(Reply::Count(Count { total: all, matching: all })),
        other => world(other),
    }
}

fn cut(all: u64, query: &PageQuery) -> Page<rolecall::api::wire::MemberRow> {
    let limit = u64::from(query.limit.unwrap_or(100));
    let key = |text: &String| text.parse::<u64>().unwrap();
    let (first, end) = match (&query.after, &query.before, query.last) {
        (Some(after), ..) => (key(after) + 1, (key(after) + 1 + limit).min(all)),
        (_, Some(before), _) => (key(before).saturating_sub(limit), key(before)),
        (_, _, true) => (all.saturating_sub(limit), all),
        _ => (0, limit.min(all)),
    };
    let row = |i: u64| member(i as i64, &format!("person-{i:07}@northwind.test"), "A Person", Some((2, "Marketer")));
    Page {
        items: (first..end).map(row).collect(),
        before: (first > 0).then(|| first.to_string()),
        after: (end < all).then(|| (end - 1).to_string()),
        revision: 1,
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for all in [10_000, 1_000_000] {
        let mut console = Console::live(120, 34, large(all));
        console.keys("Tab");
        criterion.bench_function(&format!("a key to a drawn frame, {all} members"), |bench| {
            bench.iter(|| {
                console.keys("j").serve(large(all));
                console.buffer()
            });
        });
        criterion.bench_function(&format!("to the end and back, {all} members"), |bench| {
            bench.iter(|| {
                console.keys("G Home").serve(large(all));
                console.buffer()
            });
        });
        criterion.bench_function(&format!("a filter's key to a drawn frame, {all} members"), |bench| {
            bench.iter(|| {
                console.keys("/ x BSpace Enter").serve(large(all));
                console.buffer()
            });
        });
    }
    criterion.bench_function("the first frame", |bench| bench.iter(|| Console::new(120, 34).buffer()));
    criterion.final_summary();
}
