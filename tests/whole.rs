//! The console on a real backend: what is marked is planned, done, told and taken back.

#[path = "support/stage.rs"]
#[expect(dead_code, reason = "shared: each program uses some of it")]
mod stage;

use stage::{Stage, backend_of, text};

fn line(stage: &Stage<'_>, needle: &str) -> String {
    let shown = text(&stage.frame());
    shown.lines().find(|line| line.contains(needle)).unwrap_or_else(|| panic!("no {needle:?} in\n{shown}")).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_matches_gets_a_role_and_undo_gives_the_old_ones_back() {
    let backend = backend_of(60).await;
    let mut stage = Stage::open(&backend, (120, 34)).await;
    stage.press("/ r o l e : v i e w e r Enter").await;
    stage.press("* r a").await;
    assert!(line(&stage, "Change role").contains("19 members"), "{}", line(&stage, "Change role"));
    // They manage from now on: what is done is typed.
    stage.press("Enter r o l e Space 1 9 Enter").await;
    assert!(line(&stage, "19 done").contains("Role → Administrator, role:viewer: 19 done. u undoes it"));
    assert!(line(&stage, "Users").contains("Users 0 of 60"), "the lists were read again");

    stage.press("7 Enter").await;
    assert!(line(&stage, "19 done").contains("aziza@northwind.test, now"));
    // Administrators are lowered: the number is typed.
    stage.press("Esc 1 u Enter 1 9 Enter").await;
    assert!(line(&stage, "Users").contains("Users 19 of 60"), "{}", text(&stage.frame()));
}
