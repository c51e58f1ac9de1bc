//! Effective access: every capability of a member, allowed or not, with every source of it.

use super::{
    Cx, Dialog, Outcome, ViewCx,
    cursor::Cursor,
    entries::{self, WHOLE},
    explain::Explain,
    fetch::Fetch,
    pick::Pick,
    who_can::WhoCan,
    words,
};
use crate::{
    api::{
        error::ApiError,
        wire::{AccessRow, EffectiveAccess, MemberRow, Verdict},
    },
    app::{
        action::{Action, Context},
        effect::{Call, Effect, Reply, ReqId},
        key::Code,
        msg::Input,
        view::{Column, DialogView, Line, ListRow, ListView, Part, Tone, Width},
    },
    domain::{id::FolderId, time::Timestamp},
    i18n::{t, tf},
};

/// What a member holds, in a folder or across the workspace.
pub struct Access {
    member: MemberRow,
    folder: Option<FolderId>,
    access: Fetch<EffectiveAccess>,
    cursor: Cursor,
    picking: Option<Pick>,
}

impl Access {
    /// Of this member, first in this folder.
    pub fn new(member: MemberRow, folder: Option<FolderId>) -> Self {
        Self { member, folder, access: Fetch::default(), cursor: Cursor::default(), picking: None }
    }

    fn ask(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.access.ask(Call::Access(cx.workspace.id, self.member.id, self.folder), cx)
    }

    fn rows(&self) -> &[AccessRow] {
        self.access.known().map_or(&[], |access| access.rows.as_slice())
    }

    fn under(&self) -> Option<&AccessRow> {
        self.rows().get(self.cursor.0)
    }

    fn pick(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        let Some(pick) = &mut self.picking else { return Outcome::Stay(Vec::new()) };
        match (input.action, input.key.code) {
            (Some(Action::Close), _) | (None, Code::Esc) => self.picking = None,
            (Some(Action::Confirm | Action::AccessFolder), _) | (None, Code::Enter | Code::Tab) => {
                pick.take_under();
                self.folder = pick.chosen().first().copied().filter(|id| *id != WHOLE).map(FolderId);
                self.picking = None;
                return Outcome::Stay(self.ask(cx));
            }
            _ => return Outcome::Stay(pick.key(input, cx).map(|(effects, _)| effects).unwrap_or_default()),
        }
        Outcome::Stay(Vec::new())
    }

    fn place(&self, cx: &ViewCx<'_>) -> String {
        match self.folder {
            Some(folder) => entries::folder_path(cx.folders, folder),
            None => t("dialog.whole_workspace").to_owned(),
        }
    }

    /// All rows as text, for the clipboard.
    fn copied(&self, cx: &Cx<'_>) -> String {
        let line = |row: &AccessRow| {
            let name = words::capability(&row.capability, cx.workspace);
            format!("{} {name}  {}", mark(row.allowed).0, because(row, cx.now))
        };
        self.rows().iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// `✓` or `✗`, with its tone.
pub(super) fn mark(allowed: bool) -> (&'static str, Tone) {
    if allowed { ("✓", Tone::Good) } else { ("✗", Tone::Bad) }
}

/// What settled it, in words.
fn because(row: &AccessRow, now: Timestamp) -> String {
    match row.verdict {
        Verdict::Nothing => t("dialog.access.nothing").to_owned(),
        Verdict::Denied => tf("dialog.access.denied", &[("why", &words::sources(&row.because, now))]),
        _ => words::sources(&row.because, now),
    }
}

impl Dialog for Access {
    fn context(&self) -> Context {
        Context::Access
    }

    fn typing(&self) -> bool {
        self.picking.is_some()
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.ask(cx)
    }

    fn resumed(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.ask(cx)
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        if self.picking.is_some() {
            return self.pick(input, cx);
        }
        let total = self.rows().len();
        let explains = matches!(input.action, Some(Action::AccessWhyNot | Action::Confirm | Action::Open));
        match (input.action, input.key.code) {
            (Some(Action::Close), _) | (None, Code::Esc) => return Outcome::Close,
            (Some(Action::AccessFolder), _) => {
                let whole = t("dialog.whole_workspace");
                self.picking = Some(entries::folders(cx.folders, self.folder, Some(whole)));
            }
            (Some(Action::Copy), _) => return Outcome::Stay(vec![Effect::Copy(self.copied(cx))]),
            _ if explains => {
                if let Some(row) = self.under() {
                    let explain = Explain::new(self.member.clone(), row.capability.clone(), self.folder);
                    return Outcome::Push(Box::new(explain));
                }
            }
            (Some(Action::AccessWhoCan), _) => {
                if let Some(row) = self.under() {
                    return Outcome::Push(Box::new(WhoCan::new(Some(row.capability.clone()), self.folder)));
                }
            }
            _ => drop(self.cursor.step(input, total, usize::from(cx.size.1 / 2), |_| false)),
        }
        Outcome::Stay(Vec::new())
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Outcome {
        let effects = self.picking.as_mut().map(|pick| pick.paste(text, cx)).unwrap_or_default();
        Outcome::Stay(effects)
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        let read = |reply: &Reply| if let Reply::Access(access) = reply { Some((**access).clone()) } else { None };
        self.access.reply(id, reply, cx.workspace, read);
        self.cursor.settle(self.rows().len(), |_| false);
        Outcome::Stay(Vec::new())
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        let room = usize::from(cx.size.1).saturating_sub(14).max(3);
        let mut parts = Vec::new();
        if let Some(pick) = &self.picking {
            parts.extend(pick.parts(t("dialog.folder").to_owned(), true, None, room + 4));
        } else {
            let place = tf("dialog.access.in", &[("place", &self.place(cx))]);
            let said = self.access.known().map_or(place.clone(), |access| {
                let counts = [("allowed", &access.allowed as &dyn std::fmt::Display), ("total", &access.rows.len())];
                format!("{} {place}", tf("dialog.access.count", &counts))
            });
            parts.push(Part::Text(vec![Line::toned(said, Tone::Dim)]));
            let first = self.cursor.first(self.rows().len(), room);
            let row = |row: &AccessRow| list_row(row, cx);
            parts.push(Part::List(ListView {
                columns: vec![
                    Column { title: t("dialog.capability").to_owned(), width: 26, tail: false },
                    Column { title: t("dialog.access.source").to_owned(), width: 40, tail: false },
                ],
                rows: self.rows().iter().skip(first).take(room).map(row).collect(),
                first,
                total: self.rows().len(),
                cursor: self.under().map(|_| self.cursor.0),
                empty: self.access.empty("dialog.access.empty").to_owned(),
                ..ListView::default()
            }));
            if let Some(row) = self.under() {
                parts.extend([Part::Gap, Part::Text(detail(row, cx))]);
            }
        }
        let hints = match self.picking {
            Some(_) => vec![(Action::Confirm, Some(t("dialog.choose").to_owned())), (Action::Close, None)],
            None => vec![
                (Action::AccessFolder, None),
                (Action::AccessWhyNot, None),
                (Action::AccessWhoCan, None),
                (Action::Copy, Some(t("dialog.copy").to_owned())),
                (Action::Close, None),
            ],
        };
        DialogView {
            title: tf("dialog.access.title", &[("email", &self.member.email)]),
            aside: None,
            width: Width::Wide,
            parts,
            hints,
            pending: self.access.pending(),
            error: self.access.error(),
        }
    }
}

fn list_row(row: &AccessRow, cx: &ViewCx<'_>) -> ListRow {
    let (glyph, tone) = mark(row.allowed);
    let name = words::capability(&row.capability, cx.workspace);
    let mut source = Line::plain(because(row, cx.now));
    if !row.shadowed.is_empty() {
        source = source.and(tf("dialog.access.shadows_n", &[("n", &row.shadowed.len())]), Tone::Warn);
    }
    ListRow {
        mark: None,
        checked: None,
        cells: vec![Line::toned(format!("{glyph} "), tone).and(name, Tone::Plain), source],
        heading: false,
    }
}

/// The row under the cursor in full: a list's line may be cut.
fn detail(row: &AccessRow, cx: &ViewCx<'_>) -> Vec<Line> {
    let (glyph, tone) = mark(row.allowed);
    let name = words::capability(&row.capability, cx.workspace);
    let mut lines = vec![Line::toned(format!("{glyph} {name}: "), tone).and(because(row, cx.now), Tone::Plain)];
    if !row.shadowed.is_empty() {
        let shadowed = words::sources(&row.shadowed, cx.now);
        lines.push(Line::toned(tf("dialog.access.shadows", &[("sources", &shadowed)]), Tone::Warn));
    }
    lines
}
