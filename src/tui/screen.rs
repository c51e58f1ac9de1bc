//! Frames onto the terminal: only what changed, in one write, inside a synchronised update.

use crossterm::{
    clipboard::CopyToClipboard,
    queue,
    terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate},
};
use ratatui::{
    backend::{Backend, CrosstermBackend},
    buffer::Buffer,
    layout::Rect,
};
use std::io::{self, Write};

/// What the terminal shows.
pub struct Screen<W> {
    out: W,
    shown: Buffer,
    next: Buffer,
    /// Nothing is known of what the terminal shows.
    unknown: bool,
}

impl<W: Write> Screen<W> {
    /// A screen of which nothing is known.
    pub fn new(out: W, size: (u16, u16)) -> Self {
        let empty = Buffer::empty(Rect::new(0, 0, size.0, size.1));
        Self { out, shown: empty.clone(), next: empty, unknown: true }
    }

    /// Everything is drawn anew next time.
    pub fn forget(&mut self) {
        self.unknown = true;
    }

    /// Draws a frame. Nothing is written when it shows what is shown already.
    pub fn draw(&mut self, size: (u16, u16), render: impl FnOnce(&mut Buffer)) -> io::Result<()> {
        let area = Rect::new(0, 0, size.0, size.1);
        if self.next.area != area {
            self.next = Buffer::empty(area);
            self.shown = Buffer::empty(area);
            self.unknown = true;
        }
        self.next.reset();
        render(&mut self.next);
        if self.unknown {
            self.shown.reset();
        }
        let changed = self.shown.diff(&self.next);
        if changed.is_empty() && !self.unknown {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(changed.len() * 8 + 64);
        queue!(bytes, BeginSynchronizedUpdate)?;
        let mut backend = CrosstermBackend::new(&mut bytes);
        if self.unknown {
            backend.clear()?;
        }
        backend.draw(changed.into_iter())?;
        queue!(bytes, EndSynchronizedUpdate)?;
        self.out.write_all(&bytes)?;
        self.out.flush()?;
        self.unknown = false;
        std::mem::swap(&mut self.shown, &mut self.next);
        Ok(())
    }

    /// Puts text on the clipboard, by way of the terminal (OSC 52).
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        queue!(self.out, CopyToClipboard::to_clipboard_from(text))?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Style;

    fn say(text: &'static str) -> impl FnOnce(&mut Buffer) {
        move |buf| {
            buf.set_string(0, 0, text, Style::default());
        }
    }

    #[test]
    fn nothing_is_written_when_nothing_changes() {
        let mut screen = Screen::new(Vec::new(), (20, 3));
        screen.draw((20, 3), say("hello")).unwrap();
        let written = screen.out.len();
        assert!(written > 0);
        screen.draw((20, 3), say("hello")).unwrap();
        assert_eq!(screen.out.len(), written);
        screen.draw((20, 3), say("hullo")).unwrap();
        let second = String::from_utf8_lossy(&screen.out[written..]).into_owned();
        assert!(second.starts_with("\x1b[?2026h") && second.ends_with("\x1b[?2026l"), "{second:?}");
        assert!(second.contains('u') && !second.contains("hullo"), "only what changed: {second:?}");
    }

    #[test]
    fn after_forgetting_all_is_drawn_again() {
        let mut screen = Screen::new(Vec::new(), (20, 3));
        screen.draw((20, 3), say("hello")).unwrap();
        let written = screen.out.len();
        screen.forget();
        screen.draw((20, 3), say("hello")).unwrap();
        assert!(String::from_utf8_lossy(&screen.out[written..]).contains("hello"));
    }
}
