//! The console on a backend that is far away: bytes take their time on the way there and on the way back,
//! and answers come while keys are pressed, as they do on a terminal.

use crate::stage::{Backend, console, drawn, outcome, text};
use rolecall::{
    api::http::HttpBackend,
    app::{effect::Effect, key::Key, msg::Msg, state::App, update::update},
};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

/// How long bytes take in each direction: an answer takes at least twice as long.
pub const ONE_WAY: Duration = Duration::from_millis(100);

/// How long a condition may take before it has failed.
const DEADLINE: Duration = Duration::from_secs(20);

/// The console, and the way to its backend.
pub struct Far {
    /// The console's mind.
    pub app: App,
    client: HttpBackend,
    sender: UnboundedSender<Msg>,
    messages: UnboundedReceiver<Msg>,
    /// The longest that a key took until its frame was there.
    pub slowest: Duration,
}

impl Far {
    /// Opens the console at a size; nothing has been read yet.
    pub async fn open(backend: &Backend, size: (u16, u16)) -> Self {
        let near: SocketAddr = backend.url().trim_start_matches("http://").parse().unwrap();
        let client = backend.client_at(&format!("http://{}", distance(near).await));
        let app = console(size, "far");
        let (sender, messages) = unbounded_channel();
        let mut far = Self { app, client, sender, messages, slowest: Duration::ZERO };
        let effects = far.app.start();
        far.run(effects);
        far
    }

    /// Presses keys, given by name between spaces, without waiting for any answer.
    pub fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.happens(Msg::Key(key.parse::<Key>().unwrap()));
        }
    }

    /// Types text, a key a character; each is on the screen before the next.
    pub fn write(&mut self, typed: &str) {
        let mut so_far = String::new();
        for c in typed.chars() {
            self.press(&if c == ' ' { "Space".to_owned() } else { c.to_string() });
            so_far.push(c);
            assert!(self.screen().contains(&so_far), "«{so_far}» was typed and is not in\n{}", self.screen());
        }
    }

    fn happens(&mut self, msg: Msg) {
        let start = Instant::now();
        let effects = update(&mut self.app, msg);
        self.run(effects);
        std::hint::black_box(drawn(&self.app));
        self.slowest = self.slowest.max(start.elapsed());
    }

    /// Waits until the screen is as wanted.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) {
        let deadline = tokio::time::Instant::now() + DEADLINE;
        while !wanted(&self.screen()) {
            let Ok(msg) = tokio::time::timeout_at(deadline, self.messages.recv()).await else {
                panic!("{what}: not in time; the screen is\n{}", self.screen());
            };
            let effects = update(&mut self.app, msg.expect("somebody may always answer"));
            self.run(effects);
        }
    }

    /// Waits until the screen shows this.
    pub async fn shows(&mut self, wanted: &str) {
        self.until(wanted, |screen| screen.contains(wanted)).await;
    }

    fn run(&self, effects: Vec<Effect>) {
        for effect in effects {
            let (client, sender) = (self.client.clone(), self.sender.clone());
            tokio::spawn(async move {
                let tell = |change| drop(sender.send(Msg::Change(Box::new(change))));
                if let Some(msg) = outcome(&client, effect, tell).await {
                    drop(sender.send(msg));
                }
            });
        }
    }

    /// The screen as text, one line a row.
    pub fn screen(&self) -> String {
        text(&drawn(&self.app))
    }
}

/// A way to `near` on which everything arrives late, in order.
async fn distance(near: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((here, _)) = listener.accept().await {
            tokio::spawn(async move {
                let Ok(there) = TcpStream::connect(near).await else { return };
                let (from_here, to_here) = here.into_split();
                let (from_there, to_there) = there.into_split();
                tokio::spawn(carry(from_here, to_there));
                carry(from_there, to_here).await;
            });
        }
    });
    address
}

/// Carries bytes one way. Each piece leaves when it comes, so that many can be on the way at once.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    let (sender, mut on_the_way) = unbounded_channel();
    tokio::spawn(async move {
        let mut buffer = vec![0; 65536];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            let arrives = tokio::time::Instant::now() + ONE_WAY;
            if sender.send((arrives, buffer[..count].to_vec())).is_err() {
                return;
            }
        }
    });
    while let Some((arrives, bytes)) = on_the_way.recv().await {
        tokio::time::sleep_until(arrives).await;
        if to.write_all(&bytes).await.is_err() {
            return;
        }
    }
}
