//! The whole thing, as a person meets it: how soon the first frame is there, how long a key of the filter
//! takes through server and database to the drawn frame, over members and over invitations, how much memory the program takes.
//!
//! `cargo bench --bench whole`; `-- --million` measures keys at 1 000 000 members too, `-- --board` keys of a
//! board of 100 000 invitations, and each takes minutes.

#[path = "../tests/support/pty.rs"]
#[expect(dead_code, reason = "made for the tests; a bench uses some of it")]
mod pty;
#[path = "../tests/support/stage.rs"]
#[expect(dead_code, reason = "made for the tests; a bench uses some of it")]
mod stage;

use pty::Session;
use rolecall::api::backend::Backend as _;
use stage::{Stage, backend_of};
use std::time::{Duration, Instant};

fn main() {
    first_frame();
    memory(100_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let asked = |flag: &str| std::env::args().any(|arg| arg == flag);
    for members in [125_000].into_iter().chain(asked("--board").then_some(2_560_000)) {
        runtime.block_on(board(members));
    }
    for members in [10_000].into_iter().chain(asked("--million").then_some(1_000_000)) {
        runtime.block_on(keys(members));
    }
}

/// From the start of the process to its first frame on the terminal, which shows no data yet.
fn first_frame() {
    let times = (0..21).map(|_| {
        let home = tempfile::tempdir().unwrap();
        let start = Instant::now();
        let mut session = Session::rolecall(home.path(), &["demo"]);
        session.until("the first frame", |screen| screen.contents().contains("Groups"));
        start.elapsed()
    });
    say("first frame", times.collect());
}

/// What the program holds once the list of this many members is on the screen, backend and all.
fn memory(members: u32) {
    let home = tempfile::tempdir().unwrap();
    let mut session = Session::rolecall(home.path(), &["demo", "--members", &members.to_string()]);
    session.press("\t");
    session.until("the members", |screen| screen.contents().contains("aziza@northwind.test"));
    session.settles(Duration::from_secs(2));
    let status = std::fs::read_to_string(format!("/proc/{}/status", session.pid())).unwrap();
    for line in status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM")) {
        println!("memory, {members} members: {}", line.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}

/// From a key of the filter to the frame that shows what matches and how many, through HTTP and SQLite.
async fn keys(members: usize) {
    let backend = backend_of(members).await;
    let mut stage = Stage::open(&backend, (120, 34)).await;
    stage.press("/").await;
    let times = typed(&mut stage, &["adele", "karimov", "role:viewer", "last:>90d", "zzzz"]).await;
    say(&format!("a filter's key to the frame with its matches, {members} members"), times);
}

/// The same over the board: one invitation in twenty-five members of the sample is open.
async fn board(members: usize) {
    let backend = backend_of(members).await;
    let mut stage = Stage::open(&backend, (120, 34)).await;
    stage.press("2").await;
    let workspace = backend.client.me().await.unwrap().workspaces.remove(0).id;
    let open = backend.client.count_invitations(workspace, "").await.unwrap().open();
    stage.press("/").await;
    let words = ["adele", "flag:expiring", "flag:any", "role:viewer", "inviter:olim", "!flag:foreign", "zzzz"];
    let times = typed(&mut stage, &words).await;
    say(&format!("a filter's key to the frame with its matches, {open} invitations"), times);
    stage.press("Esc").await;
    let mut times = Vec::new();
    for _ in 0..16 {
        let start = Instant::now();
        stage.press("s").await;
        std::hint::black_box(stage.frame());
        times.push(start.elapsed());
    }
    say(&format!("another order to its frame, {open} invitations"), times);
}

/// The time from each key of these words to its frame.
async fn typed(stage: &mut Stage<'_>, words: &[&str]) -> Vec<Duration> {
    let mut times = Vec::new();
    for word in words {
        for key in word.chars() {
            let start = Instant::now();
            stage.press(&key.to_string()).await;
            std::hint::black_box(stage.frame());
            times.push(start.elapsed());
        }
        for _ in word.chars() {
            stage.press("BSpace").await;
        }
    }
    times
}

fn say(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1e3;
    println!("{what}: median {:.1} ms, 95th percentile {:.1} ms, most {:.1} ms", at(50), at(95), at(100));
}
