//! The terminal set up and put right again: after quit, panic, signals and suspension.

use crate::i18n::t;
use crossterm::{
    cursor, event, execute,
    style::ResetColor,
    terminal::{self, EnterAlternateScreen, LeaveAlternateScreen, SetTitle},
};
use rustix::process::{Signal, getpid, kill_process};
use std::{
    io::{self, Write, stdout},
    sync::atomic::{AtomicBool, Ordering},
};

/// Whether the terminal is set up. A panic puts it right and is told below; the unwinding that follows
/// must not do so again, since leaving the alternate screen twice would move the cursor over the message.
static HELD: AtomicBool = AtomicBool::new(false);

/// The terminal in our hands; put right again when dropped.
pub struct Terminal(());

impl Terminal {
    /// Takes the terminal. From here on a panic puts it right before it is told.
    pub fn take() -> io::Result<Self> {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            release();
            before(panic);
        }));
        let taken = Self(());
        set_up()?;
        Ok(taken)
    }

    /// Stops the program as the shell's change control does, and takes the terminal again when it goes on.
    pub fn suspend(&self) -> io::Result<()> {
        release();
        kill_process(getpid(), Signal::STOP)?;
        set_up()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        release();
    }
}

fn set_up() -> io::Result<()> {
    HELD.store(true, Ordering::SeqCst);
    terminal::enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, event::EnableBracketedPaste, cursor::Hide, SetTitle(t("app.name")),)
}

/// Puts the terminal right; there is nobody left to tell when that fails.
fn release() {
    if !HELD.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = stdout();
    drop(execute!(out, ResetColor, event::DisableBracketedPaste, cursor::Show, SetTitle(""), LeaveAlternateScreen,));
    drop(terminal::disable_raw_mode());
    drop(out.flush());
}
