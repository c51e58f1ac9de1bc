//! The README's pictures, drawn from the program's own frames: a real console on a real backend with the
//! sample workspace. `ROLECALL_BLESS=1 cargo test --test pictures` writes them to `assets/pictures`.

#[path = "support/stage.rs"]
#[expect(dead_code, reason = "shared: each program uses some of it")]
mod stage;
#[path = "support/svg.rs"]
mod svg;

use stage::{Stage, backend, text};
use std::{fs, path::Path};

/// Wide enough for two panes, and the smallest terminal on which everything works.
const WIDE: (u16, u16) = (120, 34);
const SMALL: (u16, u16) = (80, 24);

/// Most bytes of a picture, so that the README stays light.
const MOST: usize = 150_000;

/// Looks at a frame, which must show this, and keeps it as a picture.
fn keep(stage: &Stage<'_>, name: &str, title: &str, shows: &[&str]) {
    let frame = stage.frame();
    for wanted in shows {
        assert!(text(&frame).contains(wanted), "{name} does not show {wanted}:\n{}", text(&frame));
    }
    let picture = svg::draw(&frame, title);
    assert!(picture.len() < MOST, "{name} has {} bytes", picture.len());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/pictures").join(format!("{name}.svg"));
    if std::env::var_os("ROLECALL_BLESS").is_some() {
        fs::write(&path, picture).unwrap();
    } else {
        assert!(path.exists(), "draw {name} with ROLECALL_BLESS=1 cargo test --test pictures");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory() {
    let backend = backend().await;
    let mut stage = Stage::open(&backend, WIDE).await;
    stage.press("j j j").await;
    keep(&stage, "directory", "Users and groups, side by side", &["Users", "Groups", "Content Team"]);
    let stage = Stage::open(&backend, SMALL).await;
    keep(&stage, "directory-80", "The users at 80 columns", &["Users", "E-mail"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_to_a_member() {
    let backend = backend().await;
    let mut stage = Stage::open(&backend, WIDE).await;
    find(&mut stage, "aziza.nazarova").await;
    stage.press("e").await;
    stage.press("Tab").await;
    // Down to the folder of the worked example.
    stage.press("Down Down Down Down Down Down Down Down Down Enter Down").await;
    keep(&stage, "access", "Effective access", &["Effective access", "Promo Archive", "denied", "role Marketer"]);
    let mut stage = Stage::open(&backend, WIDE).await;
    find(&mut stage, "aziza.nazarova").await;
    stage.press("r Right Right Right").await;
    keep(&stage, "change-role", "Changing a role, with what is lost", &["Role", "Loses"]);
    let mut stage = Stage::open(&backend, WIDE).await;
    find(&mut stage, "aziza.nazarova").await;
    stage.press("f").await;
    keep(&stage, "member-grants", "Folder grants of a member", &["Folder grants", "shadowed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations() {
    let backend = backend().await;
    let mut stage = Stage::open(&backend, WIDE).await;
    stage.press("i").await;
    stage.paste("mira@northwind.test").await;
    stage.press("Tab").await;
    stage.paste("Mira Sato").await;
    stage.press("Tab m").await;
    keep(&stage, "invite", "Inviting somebody", &["Invite", "mira@northwind.test"]);
    stage.press("Esc").await;
    let mut stage = Stage::open(&backend, WIDE).await;
    stage.press("2").await;
    keep(&stage, "invitations", "Invitations, with what wants attention", &["Inviter", "expired"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once() {
    let backend = backend().await;
    let mut stage = Stage::open(&backend, WIDE).await;
    find(&mut stage, "role:technician status:active").await;
    stage.press("* r Tab").await;
    stage.paste("Q4 clean-up, OPS-1182").await;
    keep(&stage, "plan", "A bulk change, planned", &["51 change", "more like", "stays: group", "Type 51"]);
    stage.press("Enter").await;
    stage.paste("51").await;
    stage.press("Enter 7 Enter").await;
    keep(&stage, "change", "A bulk change, done, row by row", &["51 done", "ada@northwind.test"]);
    let mut stage = Stage::open(&backend, WIDE).await;
    stage.press("2 I").await;
    stage
        .paste("Mira Sato <mira@northwind.test>, nils@northwind.test; MIRA@northwind.test\nada@northwind.test\nolga@")
        .await;
    keep(&stage, "invite-many", "Many invitations, checked before they are sent", &["mira@northwind.test"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_groups_and_roles() {
    let backend = backend().await;
    let mut stage = Stage::open(&backend, WIDE).await;
    stage.press("3").await;
    for _ in 0..60 {
        if text(&stage.frame()).contains("Promo Archive · grants") {
            break;
        }
        stage.press("Right Down").await;
    }
    keep(&stage, "folders", "Folders and their grants", &["Promo Archive · grants", "deny"]);
    stage.press("4").await;
    keep(&stage, "roles", "Roles and capabilities", &["Marketer", "Viewer"]);
    stage.press("1 Tab").await;
    stage.press("e").await;
    keep(&stage, "group", "Editing a group", &["Content"]);
    stage.press("Esc").await;
    let mut stage = Stage::open(&backend, WIDE).await;
    stage.press("?").await;
    keep(&stage, "help", "Keys that apply here", &["Help"]);
}

/// Filters the users to one and puts the cursor there.
async fn find(stage: &mut Stage<'_>, name: &str) {
    stage.press("/").await;
    stage.paste(name).await;
    stage.press("Enter").await;
}
