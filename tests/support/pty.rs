//! The program in a terminal of its own: keys go in, a screen comes out, nothing sleeps.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use std::{
    io::{Read, Write},
    num::NonZero,
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

/// How long a condition may take before it has failed; far more than it ever needs.
const DEADLINE: Duration = Duration::from_secs(30);

/// A program at work in a terminal.
pub struct Session {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    /// Everything that the program wrote.
    pub written: Vec<u8>,
}

/// How to start a program.
pub struct Start<'a> {
    /// The program.
    pub program: &'a str,
    /// Its arguments.
    pub args: &'a [&'a str],
    /// Its home: settings and data are found nowhere else.
    pub home: &'a Path,
    /// Columns and rows.
    pub size: (u16, u16),
}

impl Session {
    /// Starts `rolecall` at 120x34 with these arguments.
    pub fn rolecall(home: &Path, args: &[&str]) -> Self {
        Self::start(&Start { program: env!("CARGO_BIN_EXE_rolecall"), args, home, size: (120, 34) })
    }

    /// Starts a program.
    pub fn start(start: &Start<'_>) -> Self {
        let (columns, rows) = start.size;
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let mut command = CommandBuilder::new(start.program);
        command.args(start.args);
        command.env_clear();
        command.env("HOME", start.home);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.cwd(start.home);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 65536];
            // The end of the program is an error here on Linux; both end the reading.
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if send.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keyboard = pair.master.take_writer().unwrap();
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        Self { master: pair.master, child, keyboard, output, parser, written: Vec::new() }
    }

    /// Types text as it is; control characters are keys (`\r` Enter, `\t` Tab, `\u{1b}` Esc).
    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// The screen as text, one line a row.
    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// The screen.
    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Waits until the screen is as wanted.
    pub fn until(&mut self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !wanted(self.parser.screen()) {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(why) => panic!("{what}: {why}; the screen is\n{}", self.text()),
            }
        }
    }

    /// Waits until the screen shows this.
    pub fn shows(&mut self, text: &str) {
        self.until(text, |screen| screen.contents().contains(text));
    }

    /// Waits until the screen shows this no more.
    pub fn hides(&mut self, text: &str) {
        self.until(&format!("no {text}"), |screen| !screen.contents().contains(text));
    }

    /// Waits until nothing has been written for this long.
    pub fn settles(&mut self, calm: Duration) {
        let deadline = Instant::now() + DEADLINE;
        while let Ok(bytes) = self.output.recv_timeout(calm) {
            self.take(&bytes);
            assert!(Instant::now() < deadline, "it never stops writing; the screen is\n{}", self.text());
        }
    }

    /// How many bytes are written within this time.
    pub fn written_within(&mut self, window: Duration) -> usize {
        let before = self.written.len();
        let end = Instant::now() + window;
        while let Ok(bytes) = self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.take(&bytes);
        }
        self.written.len() - before
    }

    /// Gives the terminal another size, which the program is told of.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.parser.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// The program's process.
    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    fn process(&self) -> Pid {
        Pid::from_raw(self.pid().try_into().unwrap()).unwrap()
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.process(), signal).unwrap();
    }

    /// Waits until the program has stopped (change control).
    pub fn stopped(&self) {
        let (pid, (send, done)) = (self.process(), channel());
        thread::spawn(move || send.send(waitpid(Some(pid), WaitOptions::UNTRACED)));
        let (_, status) = done.recv_timeout(DEADLINE).expect("it does not stop").unwrap().unwrap();
        assert!(status.stopped(), "it ended instead of stopping");
    }

    /// Waits for the end; answers the exit code.
    pub fn ends(&mut self) -> u32 {
        let deadline = Instant::now() + DEADLINE;
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                // The other side of the terminal is closed: nobody holds it any more.
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end; the screen is\n{}", self.text()),
            }
        }
        self.child.wait().unwrap().exit_code()
    }

    /// Asserts that the terminal is as the program found it.
    pub fn restored(&self) {
        let screen = self.parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "bracketed paste is off");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is free");
        let opened = count(&self.written, b"\x1b[?2026h");
        assert_eq!(opened, count(&self.written, b"\x1b[?2026l"), "no synchronised update is left open");
    }

    fn take(&mut self, bytes: &[u8]) {
        let asked = count(&self.written, b"\x1b[6n");
        self.written.extend_from_slice(bytes);
        self.parser.process(bytes);
        for _ in asked..count(&self.written, b"\x1b[6n") {
            let (row, column) = self.parser.screen().cursor_position();
            self.press(&format!("\x1b[{};{}R", row + 1, column + 1));
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A test that failed in the middle leaves nothing running.
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// How often this is in there.
pub fn count(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).filter(|window| *window == wanted).count()
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a terminal has cells")
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}
