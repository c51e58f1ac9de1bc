//! The loop: drains what happened, then draws once; writes nothing while nothing changes.

use super::{executor::Executor, screen::Screen, settings::Settings, terminal::Terminal};
use crate::{
    api::backend::Backend,
    app::{
        effect::Effect,
        key::{Code, Key},
        msg::Msg,
        state::{App, Options, ThemeName},
        update::update,
    },
    domain::{
        id::{ChangeId, WorkspaceId},
        time::Timestamp,
    },
    ui::{self, theme::Theme},
};
use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures::{FutureExt, StreamExt};
use rustix::process;
use std::{
    fmt::Display,
    io::{self, Stdout, stdout},
    time::{Duration, SystemTime},
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
    time::{Interval, MissedTickBehavior},
};

/// How often it is asked whether something was changed elsewhere.
const PULSE: Duration = Duration::from_secs(4);

/// Why the console ended before it was told to.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The backend could not be started or found.
    #[error("{0}")]
    Backend(String),
    /// The terminal cannot be used.
    #[error("cannot use the terminal: {0}")]
    Terminal(#[from] io::Error),
}

/// Runs the console on a backend until it is left; the changes that were at work then and stop with it.
pub async fn run<B: Backend>(backend: B, settings: Settings) -> Result<Vec<(WorkspaceId, ChangeId)>, RunError> {
    run_when(std::future::ready(Ok::<_, String>(backend)), settings).await
}

/// Runs the console until it is left, on a backend that is still being started: the first frame does
/// not wait for it.
pub async fn run_when<B, E>(
    backend: impl Future<Output = Result<B, E>>,
    settings: Settings,
) -> Result<Vec<(WorkspaceId, ChangeId)>, RunError>
where
    B: Backend,
    E: Display,
{
    let (sender, mut messages) = mpsc::unbounded_channel();
    let mut console = Console::<B>::begin(settings, sender)?;
    let mut events = events();
    let mut signals = Signals::new()?;
    let mut clock = every(Duration::from_secs(1), MissedTickBehavior::Skip);
    let mut pulse = every(PULSE, MissedTickBehavior::Delay);
    let mut backend = std::pin::pin!(backend.fuse());
    let mut connecting = true;
    while !console.ended {
        let happened = tokio::select! {
            biased;
            happened = signals.next() => happened,
            event = events.recv() => event.map_or(END, heard),
            connected = &mut backend, if connecting => {
                connecting = false;
                console.executor.connected(connected.map_err(|e| RunError::Backend(e.to_string()))?);
                Happened::Nothing
            }
            Some(msg) = messages.recv() => Happened::Msg(msg),
            _ = clock.tick() => tick(&console.app),
            _ = pulse.tick() => Happened::Msg(Msg::Pulse),
        };
        let mut next = Some(happened);
        // Everything that has happened by now, before one frame.
        while let Some(happened) = next.filter(|_| !console.ended) {
            console.take(happened)?;
            next = events.try_recv().map(heard).or_else(|_| messages.try_recv().map(Happened::Msg)).ok();
        }
        if !console.ended {
            console.face.draw(&console.app)?;
        }
    }
    Ok(console.app.left_at_work())
}

fn every(period: Duration, missed: MissedTickBehavior) -> Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(missed);
    interval
}

/// The signals that end the console, or stop it until it is wanted again.
struct Signals {
    terminate: Signal,
    hang_up: Signal,
    stop: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            stop: signal(SignalKind::from_raw(process::Signal::TSTP.as_raw()))?,
        })
    }

    async fn next(&mut self) -> Happened {
        tokio::select! {
            biased;
            _ = self.terminate.recv() => END,
            _ = self.hang_up.recv() => END,
            _ = self.stop.recv() => Happened::Suspend,
        }
    }
}

/// What the terminal says, through a channel that can be asked without waiting. The stream itself
/// cannot: it wakes only whoever asked first, and would wake nobody after being asked in passing.
fn events() -> mpsc::UnboundedReceiver<io::Result<Event>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut stream = EventStream::new();
        while let Some(event) = stream.next().await {
            if sender.send(event).is_err() {
                return;
            }
        }
    });
    receiver
}

enum Happened {
    Nothing,
    Suspend,
    Msg(Msg),
}

/// The console is to end.
const END: Happened = Happened::Msg(Msg::Shutdown);

/// The console on its terminal.
struct Console<B: Backend> {
    app: App,
    face: Face,
    executor: Executor<B>,
    ended: bool,
    /// The last to go: it puts the terminal right again.
    terminal: Terminal,
}

impl<B: Backend> Console<B> {
    /// The first frame drawn, the first question asked.
    fn begin(settings: Settings, sender: mpsc::UnboundedSender<Msg>) -> io::Result<Self> {
        let terminal = Terminal::take()?;
        let size = crossterm::terminal::size()?;
        let face = Face {
            theme: Theme::named(settings.theme, settings.ascii),
            drawn_theme: settings.theme,
            ascii: settings.ascii,
            screen: Screen::new(stdout(), size),
        };
        let starting = settings.starting.clone();
        let mut app = App::new(options(settings, size));
        app.starting = starting;
        let mut console = Self { app, face, executor: Executor::new(sender), ended: false, terminal };
        console.face.draw(&console.app)?;
        let effects = console.app.start();
        console.run_all(effects)?;
        Ok(console)
    }

    fn take(&mut self, happened: Happened) -> io::Result<()> {
        match happened {
            Happened::Nothing => Ok(()),
            Happened::Suspend => {
                self.terminal.suspend()?;
                self.face.screen.forget();
                let (columns, rows) = crossterm::terminal::size()?;
                self.step(Msg::Resize(columns, rows))
            }
            Happened::Msg(msg) => self.step(msg),
        }
    }

    fn step(&mut self, msg: Msg) -> io::Result<()> {
        // What only asks whether something moved on changes nothing that is shown, the time neither.
        let calm = match &msg {
            Msg::Tick(_) | Msg::Pulse => true,
            Msg::Reply(id, _) => self.app.reads.is_pulse(*id),
            _ => false,
        };
        if !calm {
            self.app.now = now();
        }
        let effects = update(&mut self.app, msg);
        self.run_all(effects)
    }

    fn run_all(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Copy(text) => self.face.screen.copy(&text)?,
                Effect::Quit => self.ended = true,
                other => self.executor.run(other),
            }
        }
        Ok(())
    }
}

/// What is drawn on, and how.
struct Face {
    theme: Theme,
    drawn_theme: ThemeName,
    ascii: bool,
    screen: Screen<Stdout>,
}

impl Face {
    fn draw(&mut self, app: &App) -> io::Result<()> {
        if self.drawn_theme != app.theme {
            self.drawn_theme = app.theme;
            self.theme = Theme::named(app.theme, self.ascii);
        }
        let theme = &self.theme;
        self.screen.draw(app.size, |buf| ui::render(app, theme, buf))
    }
}

/// The clock ticks every second; the mind hears of it only when it shows.
fn tick(app: &App) -> Happened {
    let now = now();
    if app.clock_shows(now) { Happened::Msg(Msg::Tick(now)) } else { Happened::Nothing }
}

/// The time.
pub(super) fn now() -> Timestamp {
    let seconds = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
}

fn options(settings: Settings, size: (u16, u16)) -> Options {
    Options {
        now: now(),
        size,
        keymap: settings.keymap,
        workspace: settings.workspace,
        readonly: settings.readonly,
        data_dir: settings.data_dir,
        stops_changes: settings.stops_changes,
        start: settings.start_pane,
        theme: settings.theme,
        key_prefix: format!("{:016x}", rand::random::<u64>()),
    }
}

/// What the terminal said. When it is gone, so are we.
fn heard(event: io::Result<Event>) -> Happened {
    event.map_or(END, read)
}

fn read(event: Event) -> Happened {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => match read_key(key) {
            // Raw mode takes the key from change control; it is given back here.
            Some(Key { code: Code::Char('z'), ctrl: true, alt: false }) => Happened::Suspend,
            Some(key) => Happened::Msg(Msg::Key(key)),
            None => Happened::Nothing,
        },
        Event::Paste(text) => Happened::Msg(Msg::Paste(text)),
        Event::Resize(columns, rows) => Happened::Msg(Msg::Resize(columns, rows)),
        _ => Happened::Nothing,
    }
}

fn read_key(event: KeyEvent) -> Option<Key> {
    let code = match event.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    let has = |modifier| event.modifiers.contains(modifier);
    Some(Key { code, ctrl: has(KeyModifiers::CONTROL), alt: has(KeyModifiers::ALT) })
}
