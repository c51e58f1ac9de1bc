//! Questions to whoever sits there. Where standard input is a list or a file, they are asked at the terminal itself.

use super::{
    exit::Failure,
    output::{say, write_err},
    progress::Stops,
};
use crate::{config::Config, i18n::tf};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, IsTerminal},
};

/// Whether somebody can be asked.
pub fn possible(config: &Config) -> bool {
    !config.no_input && io::stderr().is_terminal() && answers().is_ok()
}

/// Where answers are typed. Of a terminal a line is read at a time, so that nothing of the next answer is lost.
pub fn answers() -> io::Result<Box<dyn BufRead>> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Ok(Box::new(stdin.lock()));
    }
    Ok(Box::new(BufReader::new(File::open("/dev/tty")?)))
}

/// What somebody said to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// That it is to be done.
    Yes,
    /// Anything else.
    No,
    /// Nothing: Ctrl-C, or a request to end.
    Interrupted,
}

/// What agrees to a question.
pub const YES: [&str; 2] = ["y", "yes"];

/// Asks, and reads one line: whether it is one of these, whatever its case and blanks.
pub async fn ask(question: &str, agrees: &[&str]) -> Result<Answer, Failure> {
    // Where a change ran before, Ctrl-C ends nothing by itself any more.
    let mut stops = Stops::new();
    write_err(&format!("{question} "))?;
    let reading = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        answers()?.read_line(&mut line).map(|_| line)
    });
    let read = tokio::select! {
        () = stops.next() => {
            say("");
            return Ok(Answer::Interrupted);
        }
        read = reading => read.map_err(io::Error::other).and_then(|line| line),
    };
    let line = read.map_err(|why| Failure::failed(tf("cli.setup.broken", &[("why", &why)])))?;
    let plain = |text: &str| text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect::<String>();
    Ok(if agrees.iter().any(|agrees| plain(agrees) == plain(&line)) { Answer::Yes } else { Answer::No })
}
