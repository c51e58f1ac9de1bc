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
    domain::time::Timestamp,
    ui::{self, theme::Theme},
};
use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures::{FutureExt, StreamExt};
use rustix::process::Signal;
use std::{
    fmt::Display,
    io::{self, Stdout, stdout},
    time::{Duration, SystemTime},
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
    time::MissedTickBehavior,
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

/// Runs the console on a backend until it is left.
pub async fn run<B: Backend>(backend: B, settings: Settings) -> Result<(), RunError> {
    run_when(std::future::ready(Ok::<_, String>(backend)), settings).await
}

/// Runs the console until it is left, on a backend that is still being started: the first frame does
/// not wait for it.
pub async fn run_when<B, E>(backend: impl Future<Output = Result<B, E>>, settings: Settings) -> Result<(), RunError>
where
    B: Backend,
    E: Display,
{
    let terminal = Terminal::take()?;
    let size = crossterm::terminal::size()?;
    let (sender, mut messages) = mpsc::unbounded_channel();
    let mut face = Face {
        theme: Theme::named(settings.theme, settings.ascii),
        drawn_theme: settings.theme,
        ascii: settings.ascii,
        screen: Screen::new(stdout(), size),
    };
    let starting = settings.starting.clone();
    let intents = settings.intents.clone();
    let mut app = App::new(options(settings, size));
    app.starting = starting;
    // What was answered and then interrupted is in the list of jobs.
    if let Some(Ok(unanswered)) = intents.as_ref().map(|intents| intents.interrupted()) {
        app.jobs.unanswered = unanswered;
    }
    face.draw(&app)?;

    let mut executor = Executor::<B>::new(sender, intents);
    let mut ended = run_all(&mut executor, &mut face, app.start())?;
    let mut events = events();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut stop = signal(SignalKind::from_raw(Signal::TSTP.as_raw()))?;
    let mut clock = tokio::time::interval(Duration::from_secs(1));
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut pulse = tokio::time::interval(PULSE);
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut backend = std::pin::pin!(backend.fuse());
    let mut connecting = true;

    while !ended {
        let happened = tokio::select! {
            biased;
            _ = terminate.recv() => Happened::Msg(Msg::Shutdown),
            _ = hang_up.recv() => Happened::Msg(Msg::Shutdown),
            _ = stop.recv() => Happened::Suspend,
            event = events.recv() => match event {
                Some(Ok(event)) => read(event),
                // The terminal is gone: so are we.
                Some(Err(_)) | None => Happened::Msg(Msg::Shutdown),
            },
            connected = &mut backend, if connecting => {
                connecting = false;
                executor.connected(connected.map_err(|e| RunError::Backend(e.to_string()))?);
                Happened::Nothing
            }
            Some(msg) = messages.recv() => Happened::Msg(msg),
            _ = clock.tick() => tick(&app),
            _ = pulse.tick() => Happened::Msg(Msg::Pulse),
        };
        let mut next = Some(happened);
        // Everything that has happened by now, before one frame.
        while let Some(happened) = next {
            match happened {
                Happened::Nothing => {}
                Happened::Suspend => {
                    terminal.suspend()?;
                    face.screen.forget();
                    let (columns, rows) = crossterm::terminal::size()?;
                    ended |= step(&mut app, Msg::Resize(columns, rows), &mut executor, &mut face)?;
                }
                Happened::Msg(msg) => ended |= step(&mut app, msg, &mut executor, &mut face)?,
            }
            next = match events.try_recv() {
                Ok(Ok(event)) => Some(read(event)),
                Ok(Err(_)) => Some(Happened::Msg(Msg::Shutdown)),
                Err(_) => messages.try_recv().ok().map(Happened::Msg),
            };
            if ended {
                break;
            }
        }
        if !ended {
            face.draw(&app)?;
        }
    }
    Ok(())
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

fn step<B: Backend>(app: &mut App, msg: Msg, executor: &mut Executor<B>, face: &mut Face) -> io::Result<bool> {
    // What only asks whether something moved on changes nothing that is shown, the time neither.
    let calm = match &msg {
        Msg::Tick(_) | Msg::Pulse => true,
        Msg::Reply(id, _) => app.reads.is_pulse(*id),
        _ => false,
    };
    if !calm {
        app.now = now();
    }
    run_all(executor, face, update(app, msg))
}

fn run_all<B: Backend>(executor: &mut Executor<B>, face: &mut Face, effects: Vec<Effect>) -> io::Result<bool> {
    let mut ended = false;
    for effect in effects {
        match effect {
            Effect::Copy(text) => face.screen.copy(&text)?,
            Effect::Quit => ended = true,
            other => executor.run(other),
        }
    }
    Ok(ended)
}

/// The clock ticks every second; the mind hears of it only when it shows: each second of a count-down,
/// else each minute.
fn tick(app: &App) -> Happened {
    let now = now();
    if app.counts_down() || now.0.div_euclid(60) != app.now.0.div_euclid(60) {
        Happened::Msg(Msg::Tick(now))
    } else {
        Happened::Nothing
    }
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
        start: settings.start_pane,
        theme: settings.theme,
        key_prefix: format!("{:016x}", rand::random::<u64>()),
    }
}

fn read(event: Event) -> Happened {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => match read_key(key) {
            // Raw mode takes the key from job control; it is given back here.
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
