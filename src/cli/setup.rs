//! The first start: what the new workspace is called and who owns it.

use super::{args::FirstStart, exit::Failure};
use crate::{
    domain::{address, untrusted::hidden},
    i18n::{t, tf},
    words::address_fault,
};
use std::io::{BufRead, Write};

/// The answers, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// Of the workspace.
    pub name: String,
    /// Of the owner.
    pub email: String,
    /// Of the owner; may be empty.
    pub owner_name: String,
}

/// The longest name, in characters.
const LONGEST: usize = 100;

/// Takes the answers from the arguments, and asks for those that are missing. `terminal` is where to
/// ask, if there is anybody to be asked.
pub fn answers<R: BufRead, W: Write>(given: &FirstStart, terminal: Option<(R, W)>) -> Result<Setup, Failure> {
    let taken = |flag: &str, given: &Option<String>, check: fn(&str) -> Result<String, String>| match given {
        Some(text) => check(text).map(Some).map_err(|why| Failure::usage(format!("--{flag}: {why}"))),
        None => Ok(None),
    };
    let name = taken("name", &given.name, workspace_name)?;
    let email = taken("email", &given.email, email_address)?;
    let owner_name = taken("owner-name", &given.owner_name, person_name)?;
    if let (Some(name), Some(email)) = (&name, &email) {
        return Ok(Setup { name: name.clone(), email: email.clone(), owner_name: owner_name.unwrap_or_default() });
    }
    let Some((mut input, mut output)) = terminal else {
        return Err(Failure::usage(t("cli.setup.missing")));
    };
    let mut ask = |given: Option<String>, question: &str, check: fn(&str) -> Result<String, String>| match given {
        Some(answer) => Ok(answer),
        None => prompt(&mut input, &mut output, question, check),
    };
    Ok(Setup {
        name: ask(name, t("cli.setup.name"), workspace_name)?,
        email: ask(email, t("cli.setup.email"), email_address)?,
        owner_name: ask(owner_name, t("cli.setup.owner-name"), person_name)?,
    })
}

/// Asks until the answer passes; the end of the input ends the asking.
fn prompt(
    input: &mut impl BufRead,
    output: &mut impl Write,
    question: &str,
    check: fn(&str) -> Result<String, String>,
) -> Result<String, Failure> {
    let broken = |error: std::io::Error| Failure::failed(tf("cli.setup.broken", &[("why", &error)]));
    loop {
        write!(output, "{question} ").and_then(|()| output.flush()).map_err(broken)?;
        let mut line = String::new();
        if input.read_line(&mut line).map_err(broken)? == 0 {
            return Err(Failure::failed(t("cli.setup.ended")));
        }
        match check(&line) {
            Ok(answer) => return Ok(answer),
            Err(why) => writeln!(output, "  {why}").map_err(broken)?,
        }
    }
}

fn workspace_name(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err(t("cli.setup.name-blank").to_owned()) } else { person_name(text) }
}

fn person_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.chars().count() > LONGEST {
        Err(tf("cli.too-long", &[("n", &LONGEST)]))
    } else if name.chars().any(hidden) {
        Err(t("cli.setup.hidden").to_owned())
    } else {
        Ok(name.to_owned())
    }
}

fn email_address(text: &str) -> Result<String, String> {
    let address = text.trim();
    address::fault(address).map_or_else(|| Ok(address.to_owned()), |fault| Err(address_fault(fault).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(given: &FirstStart, typed: &str) -> (Result<Setup, Failure>, String) {
        let mut shown = Vec::new();
        let answer = answers(given, Some((typed.as_bytes(), &mut shown)));
        (answer, String::from_utf8(shown).unwrap())
    }

    fn setup(name: &str, email: &str, owner_name: &str) -> Setup {
        Setup { name: name.into(), email: email.into(), owner_name: owner_name.into() }
    }

    #[test]
    fn each_answer_is_asked_for_in_turn() {
        let (answer, _) = asked(&FirstStart::default(), "Acme\nann@acme.test\nAnn Lee\n");
        assert_eq!(answer, Ok(setup("Acme", "ann@acme.test", "Ann Lee")));
    }

    #[test]
    fn a_wrong_answer_is_told_and_asked_again() {
        let (answer, shown) = asked(&FirstStart::default(), "  \nAcme\nann\nann@acme.test\n\n");
        assert_eq!(answer, Ok(setup("Acme", "ann@acme.test", "")), "one's own name may stay empty");
        assert_eq!(shown.matches(t("cli.setup.email")).count(), 2);
        assert!(shown.contains("name@example.com"), "{shown}");
    }

    #[test]
    fn what_the_flags_say_is_not_asked() {
        let given = FirstStart { name: Some("Acme".into()), email: Some("ann@acme.test".into()), ..Default::default() };
        let (answer, shown) = asked(&given, "");
        assert_eq!(answer, Ok(setup("Acme", "ann@acme.test", "")));
        assert_eq!(shown, "");
    }

    #[test]
    fn a_wrong_flag_is_wrong_usage() {
        let given = FirstStart { email: Some("ann".into()), ..Default::default() };
        let failure = asked(&given, "").0.unwrap_err();
        assert_eq!(failure.exit, super::super::exit::Exit::Usage);
        assert!(failure.message.starts_with("--email: "), "{}", failure.message);
    }

    #[test]
    fn nobody_to_ask_is_said_and_so_is_the_way_out() {
        let nobody: Option<(&[u8], Vec<u8>)> = None;
        let failure = answers(&FirstStart::default(), nobody).unwrap_err();
        assert!(failure.message.contains("--name") && failure.message.contains("--email"), "{}", failure.message);
    }

    #[test]
    fn the_end_of_the_input_ends_the_asking() {
        assert!(asked(&FirstStart::default(), "Acme\n").0.is_err());
    }

    #[test]
    fn a_name_with_hidden_characters_is_refused() {
        let (answer, _) = asked(&FirstStart::default(), "Ac\u{202e}me\nAcme\nann@acme.test\n\n");
        assert_eq!(answer.unwrap().name, "Acme");
    }
}
