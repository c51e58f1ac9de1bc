use super::stage::{Stage, invalid};
use rolecall::{
    api::backend::Precondition,
    app::{
        dialog::{password::SetPassword, transfer::Transfer},
        effect::{Call, Reply, Secrets},
    },
    domain::change::Change,
};

#[test]
fn ownership_goes_by_an_address_typed_twice_and_the_password() {
    let mut stage = Stage::new(Transfer::new());
    stage.says("You become Administrator.");
    stage.keys("aziza@northwind.test<Tab>sesame<Enter>").says("  ^ Type the new owner's e-mail once more");
    stage.silent_on("sesame").says("••••••");
    stage.keys("aziza@northwind.test<Enter>").says("Make aziza@northwind.test the owner?").keys("<Enter>");
    let write = stage.written();
    assert_eq!(write.password.as_deref(), Some("sesame"));
    assert_eq!(write.precondition, Precondition::Version(3));
    assert!(!format!("{write:?}").contains("sesame"));
    assert!(matches!(write.change, Change::Transfer { email, .. } if email.raw() == "aziza@northwind.test"));
    stage.answer(invalid("password", "This is not your password."));
    stage.says("  ^ This is not your password.").says("New owner: aziza@northwind.test");
    stage.keys("<C-u>sesame2<Enter><Enter>").applied();
    assert_eq!(stage.said(), "aziza@northwind.test owns the workspace now.");
}

#[test]
fn without_a_password_none_is_asked() {
    let mut stage = Stage::with(Transfer::new(), |stage| stage.me.has_password = false);
    stage.silent_on("Your password").keys("bo@x.test<Tab><Tab>bo@x.test<Enter><Enter>");
    assert_eq!(stage.written().password, None);
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
