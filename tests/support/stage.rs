//! The console without a terminal, on a real backend with the sample workspace: keys go in, frames come
//! out, the same every time.

use ratatui::{buffer::Buffer, layout::Rect};
use rolecall::{
    api::{backend::Backend as _, http::HttpBackend, wire::Change},
    app::{
        effect::Effect,
        key::Key,
        keymap::Keymap,
        msg::Msg,
        state::{App, Options, Pane, ThemeName},
        update::update,
    },
    domain::{pack::Pack, time::Timestamp},
    server::{self, Running, Server, sample::Sample, store::Store},
    tui,
    ui::{self, theme::Theme},
};
use std::sync::Arc;

/// When it is, on this stage: a Tuesday morning in March 2026.
pub const NOW: Timestamp = Timestamp(1_774_340_000);

/// A backend with the sample workspace.
pub struct Backend {
    /// How to ask it.
    pub client: HttpBackend,
    secret: String,
    // At work, and on a folder, for as long as this lives.
    running: Running,
    _folder: tempfile::TempDir,
}

/// Starts a backend with some 500 people.
pub async fn backend() -> Backend {
    backend_of(500).await
}

/// Starts a backend with this many people.
pub async fn backend_of(members: usize) -> Backend {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("stage.db").display())).await.unwrap();
    let pack = Pack::builtin("signage").unwrap().unwrap();
    let (_, owner) = store.seed(&pack, &Sample::northwind(members, NOW)).await.unwrap();
    let mut options = server::Options::new(store);
    options.clock = Arc::new(|| NOW);
    options.public_url = Some("https://rolecall.northwind.test".to_owned());
    let (running, secret) = Server::embedded(options, owner).await.unwrap();
    let client = HttpBackend::new(&running.url, secret.reveal()).unwrap();
    Backend { client, secret: secret.reveal().to_owned(), running, _folder: folder }
}

impl Backend {
    /// Where it is.
    pub fn url(&self) -> &str {
        &self.running.url
    }

    /// A client that reaches it by another address.
    pub fn client_at(&self, url: &str) -> HttpBackend {
        HttpBackend::new(url, &self.secret).unwrap()
    }
}

/// A console of a size, which has asked for nothing yet. Keys of its writes begin with a name.
pub fn console(size: (u16, u16), name: &str) -> App {
    App::new(Options {
        now: NOW,
        size,
        keymap: Keymap::standard(),
        workspace: None,
        readonly: false,
        data_dir: None,
        stops_changes: false,
        start: Pane::Users,
        theme: ThemeName::Dark,
        key_prefix: name.to_owned(),
    })
}

/// What a console asks for, done; how a change goes on is told meanwhile. Nothing comes of some effects.
pub async fn outcome(client: &HttpBackend, effect: Effect, tell: impl FnMut(Change) + Send) -> Option<Msg> {
    Some(match effect {
        Effect::Call(id, call) => Msg::Reply(id, Box::new(tui::ask(client, call).await)),
        Effect::After(id, _) => Msg::Timer(id),
        Effect::Watch(workspace, change) => match client.watch_change(workspace, change, tell).await {
            Ok(change) => Msg::Change(Box::new(change)),
            Err(error) => Msg::Unwatched(change, error),
        },
        Effect::Cancel(_) | Effect::Copy(_) | Effect::Quit => return None,
    })
}

/// The frame of a console as it is now.
pub fn drawn(app: &App) -> Buffer {
    let (columns, rows) = app.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    ui::render(app, &Theme::named(ThemeName::Dark, false), &mut buffer);
    buffer
}

/// The console.
pub struct Stage<'a> {
    backend: &'a Backend,
    app: App,
}

impl<'a> Stage<'a> {
    /// Opens the console at a size and lets everything it asks for arrive.
    pub async fn open(backend: &'a Backend, size: (u16, u16)) -> Self {
        let app = console(size, "stage");
        let mut stage = Self { backend, app };
        let effects = stage.app.start();
        stage.settle(effects).await;
        stage
    }

    /// Presses keys, given by name between spaces: `/ Space Enter C-r`.
    pub async fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            let key: Key = key.parse().unwrap();
            let effects = update(&mut self.app, Msg::Key(key));
            self.settle(effects).await;
        }
    }

    /// Pastes text where the cursor is.
    pub async fn paste(&mut self, text: &str) {
        let effects = update(&mut self.app, Msg::Paste(text.to_owned()));
        self.settle(effects).await;
    }

    /// Does what is asked for, and what that leads to, until nothing is.
    async fn settle(&mut self, effects: Vec<Effect>) {
        let mut waiting = effects;
        while !waiting.is_empty() {
            for effect in std::mem::take(&mut waiting) {
                let Some(happened) = outcome(&self.backend.client, effect, |_| {}).await else { continue };
                waiting.extend(update(&mut self.app, happened));
            }
        }
    }

    /// The frame as it is now.
    pub fn frame(&self) -> Buffer {
        drawn(&self.app)
    }
}

/// A frame as text, one line a row.
pub fn text(frame: &Buffer) -> String {
    let row = |y| (0..frame.area.width).map(|x| frame[(x, y)].symbol()).collect::<String>();
    (0..frame.area.height).map(row).collect::<Vec<_>>().join("\n")
}
