//! The console on a backend that is 200 ms away (there and back): no key waits for it.

#[path = "support/far.rs"]
mod far;
#[path = "support/stage.rs"]
#[expect(dead_code, reason = "shared: each program uses some of it")]
mod stage;

use far::{Far, ONE_WAY};

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_change_from_filter_to_undo_without_a_key_that_waits() {
    let backend = stage::backend().await;
    let mut console = Far::open(&backend, (80, 24)).await;
    console.shows("adele.").await;
    console.press("/");
    console.write("role:technician status:active");
    console.press("Enter");
    console.shows("Users 51 of 500").await;
    console.press("* r");
    console.shows("51 change").await;
    console.press("Tab");
    console.write("moved, OPS-12");
    console.press("Enter");
    console.shows("Type 51, the number of rows that change.").await;
    console.write("51");
    console.press("Enter");
    // While it runs every key goes on: the cursor moves, a screen opens, the job is seen from there.
    console.shows("0/51").await;
    console.press("j j k 7");
    console.shows("51 done").await;
    console.shows("Viewer").await;
    console.press("1");
    console.shows("Users 0 of 500").await;
    console.press("u");
    console.shows("51 change").await;
    console.press("Enter");
    console.write("51");
    console.press("Enter");
    console.shows("Users 51 of 500").await;
    assert!(console.slowest < 2 * ONE_WAY, "a key took {:?} to its frame", console.slowest);
}
