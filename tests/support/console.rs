//! A console without a terminal and without a backend: keys in, effects and drawn text out.
//!
//! Keys are written as in keymap.toml, with blanks between: `"2 j j Enter"`. Calls wait in `calls`
//! until the test answers them.

use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};
use rolecall::{
    api::error::ApiError,
    app::{
        dialog::Dialog,
        effect::{Call, Effect, Reply, ReqId},
        keymap::Keymap,
        msg::Msg,
        state::{App, Options, Pane, ThemeName},
        update::update,
    },
    domain::time::Timestamp,
    ui::{self, theme::Theme},
};

/// The time in all tests: 2026-11-21 12:00 UTC.
pub const NOW: Timestamp = Timestamp(1_795_262_400);

/// The console under test.
pub struct Console {
    /// Its state.
    pub app: App,
    /// Calls that nobody answered yet, oldest first.
    pub calls: Vec<(ReqId, Call)>,
    /// Every other effect, oldest first.
    pub effects: Vec<Effect>,
    /// Whether frames are drawn in ASCII.
    pub ascii: bool,
}

impl Console {
    /// A console of this size that has just started.
    pub fn new(columns: u16, rows: u16) -> Self {
        Self::with(columns, rows, |_| {})
    }

    /// A console with other options.
    pub fn with(columns: u16, rows: u16, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options {
            now: NOW,
            size: (columns, rows),
            keymap: Keymap::standard(),
            workspace: None,
            readonly: false,
            data_dir: None,
            stops_changes: false,
            start: Pane::Groups,
            theme: ThemeName::Dark,
            key_prefix: "test".into(),
        };
        change(&mut options);
        let mut console = Self { app: App::new(options), calls: Vec::new(), effects: Vec::new(), ascii: false };
        let first = console.app.start();
        console.sort_out(first);
        console
    }

    /// A console whose calls were all answered by `world`.
    pub fn live(columns: u16, rows: u16, world: impl Fn(&Call) -> Result<Reply, ApiError>) -> Self {
        let mut console = Self::new(columns, rows);
        console.serve(world);
        console
    }

    fn sort_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Call(id, call) => self.calls.push((id, call)),
                Effect::Cancel(id) => self.calls.retain(|(other, _)| *other != id),
                other => self.effects.push(other),
            }
        }
    }

    /// Something happens.
    pub fn msg(&mut self, msg: Msg) -> &mut Self {
        let effects = update(&mut self.app, msg);
        self.sort_out(effects);
        self
    }

    /// Keys as in keymap.toml, with blanks between.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            self.msg(Msg::Key(key.parse().unwrap()));
        }
        self
    }

    /// Text, typed character by character.
    pub fn typed(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            let key = if c == ' ' { "Space".parse() } else { c.to_string().parse() };
            self.msg(Msg::Key(key.unwrap()));
        }
        self
    }

    /// Opens a dialog above what is there.
    pub fn open(&mut self, dialog: Box<dyn Dialog>) -> &mut Self {
        let effects = self.app.push(dialog);
        self.sort_out(effects);
        self
    }

    /// Answers the oldest open call.
    pub fn answer(&mut self, reply: Result<Reply, ApiError>) -> &mut Self {
        assert!(!self.calls.is_empty(), "nothing was asked");
        let (id, _) = self.calls.remove(0);
        self.msg(Msg::Reply(id, Box::new(reply)))
    }

    /// Answers the oldest open call that `which` picks.
    pub fn answer_to(&mut self, which: impl Fn(&Call) -> bool, reply: Result<Reply, ApiError>) -> &mut Self {
        let place = self.calls.iter().position(|(_, call)| which(call)).expect("nothing of that kind was asked");
        let (id, _) = self.calls.remove(place);
        self.msg(Msg::Reply(id, Box::new(reply)))
    }

    /// Answers open calls, and those that follow from the answers, until none is left.
    pub fn serve(&mut self, world: impl Fn(&Call) -> Result<Reply, ApiError>) -> &mut Self {
        for _ in 0..200 {
            let Some((_, call)) = self.calls.first() else { return self };
            let reply = world(call);
            self.answer(reply);
        }
        panic!("the console keeps asking: {:?}", self.calls);
    }

    /// The last call, which must be there.
    pub fn last_call(&self) -> &Call {
        &self.calls.last().expect("nothing was asked").1
    }

    /// Whether the console wants to end.
    pub fn quit(&self) -> bool {
        self.effects.contains(&Effect::Quit)
    }

    /// The cells as drawn.
    pub fn buffer(&self) -> Buffer {
        let (columns, rows) = self.app.size;
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        let theme = Theme::named(self.app.theme, self.ascii);
        terminal.draw(|frame| ui::render(&self.app, &theme, frame.buffer_mut())).unwrap();
        terminal.backend().buffer().clone()
    }

    /// The screen as text, blanks at the ends of lines cut.
    pub fn screen(&self) -> String {
        text(&self.buffer())
    }

    /// The line of the screen that holds `needle`.
    pub fn line(&self, needle: &str) -> String {
        let screen = self.screen();
        screen.lines().find(|line| line.contains(needle)).unwrap_or_else(|| panic!("no {needle:?} in\n{screen}")).into()
    }
}

/// A buffer as text; a wide character's second cell is not a blank of its own.
pub fn text(buf: &Buffer) -> String {
    use unicode_width::UnicodeWidthStr;
    let mut out = String::new();
    for y in buf.area.top()..buf.area.bottom() {
        let mut line = String::new();
        let mut x = buf.area.left();
        while x < buf.area.right() {
            let symbol = buf[(x, y)].symbol();
            line.push_str(symbol);
            x += symbol.width().max(1) as u16;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
