//! The console on a backend that is 200 ms away (there and back): no key waits for it.

#[path = "support/far.rs"]
mod far;
#[path = "support/stage.rs"]
#[expect(dead_code, reason = "shared: each program uses some of it")]
mod stage;

use far::{Far, ONE_WAY};
use rolecall::{api::backend::Backend as _, domain::id::WorkspaceId};

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_change_from_filter_to_undo_without_a_key_that_waits() {
    let backend = stage::backend_of(990).await;
    let filter = "role:technician status:active";
    let rows = backend.client.count_members(WorkspaceId(1), filter).await.unwrap().matching;
    assert!(rows > 100, "so many are done while the console watches: {rows}");
    let (these, all, change) = (format!("Users {rows} of 990"), rows.to_string(), format!("{rows} change"));
    let mut console = Far::open(&backend, (80, 24)).await;
    console.shows("adele.").await;
    console.press("/");
    console.write(filter);
    console.press("Enter");
    console.shows(&these).await;
    console.press("* r");
    console.shows(&change).await;
    console.press("Tab");
    console.write("moved, OPS-12");
    console.press("Enter");
    console.shows(&format!("Type {all} to confirm")).await;
    console.write(&all);
    console.press("Enter");
    // While it runs every key goes on: the cursor moves, a screen opens, the change is seen from there.
    console.shows(&format!("0/{all}")).await;
    console.press("j j k 7");
    console.shows(&format!("{all} done")).await;
    console.shows("Viewer").await;
    console.press("1");
    console.shows("Users 0 of 990").await;
    console.press("u");
    console.shows(&change).await;
    console.press("Enter");
    console.write(&all);
    console.press("Enter");
    console.shows(&these).await;
    assert!(console.slowest < 2 * ONE_WAY, "a key took {:?} to its frame", console.slowest);
}
