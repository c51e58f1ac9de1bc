use super::{
    stage::{Stage, invalid, refused},
    world,
};
use rolecall::{
    api::wire::Plan,
    app::{
        dialog::{password::SetPassword, transfer::Transfer},
        effect::{Call, Reply, Secrets},
    },
    domain::{
        change::{self, Kind, Refusal, Thing, Warning},
        plan::Confirm,
    },
};

fn to_aziza() -> Plan {
    let shape = world::moved(Vec::new(), vec![Thing::Owner], &["roles.manage"], &[]);
    Plan {
        warnings: vec![Warning::Final],
        confirm: Confirm::Name { name: "aziza@northwind.test".into() },
        ..world::plan(vec![(shape, vec!["aziza@northwind.test"])])
    }
}

#[test]
fn ownership_goes_by_an_address_typed_twice_and_the_password() {
    let mut stage = Stage::new(Transfer::dialog());
    stage.says("You become Administrator.").keys("aziza@northwind.test<Tab>").planned(to_aziza());
    stage.says("+ owner").says("! this cannot be undone").keys("<Enter>").says("  ^ Enter your password.");
    stage.keys("sesame<Enter>").silent_on("sesame").says("••••••");
    assert!(stage.quiet());
    stage.keys("aziza@northwind.test<Enter>");
    let (start, _) = stage.begun();
    assert_eq!(start.password.as_deref(), Some("sesame"));
    assert!(!format!("{start:?}").contains("sesame"));
    let Kind::Transfer(change::Transfer { email, .. }) = start.request.kind else { panic!() };
    assert_eq!(email.raw(), "aziza@northwind.test");
    stage.answer(refused(Refusal::PasswordAgain));
    stage.says("  ^ enter your password to confirm").says("New owner: aziza@northwind.test");
    stage.keys("<C-u>sesame2<Enter>").done();
}

#[test]
fn without_a_password_none_is_asked() {
    let mut stage = Stage::with(Transfer::dialog(), |stage| stage.me.has_password = false);
    stage.silent_on("Your password").keys("bo@x.test<Enter>").planned(world::nothing()).keys("<Enter>");
    assert_eq!(stage.begun().0.password, None);
}

#[test]
fn a_new_password_is_typed_twice() {
    let mut stage = Stage::new(SetPassword::new());
    stage.keys("old<Tab>new one<Tab>new two<Enter>").says("  ^ This is not the same as above");
    stage.keys("<C-u>new one<Enter>");
    let secrets = Secrets { current: Some("old".to_owned()), new: "new one".to_owned() };
    assert!(matches!(&stage.open_calls()[..], [(_, Call::SetPassword(sent))] if *sent == secrets));
    stage.answer(invalid("current", "This is not your password.")).says("  ^ This is not your password.");
    stage.keys("<C-u>older<Enter>").answer(Ok(Reply::Done));
    assert_eq!(stage.said(), "Your password is set.");
}
