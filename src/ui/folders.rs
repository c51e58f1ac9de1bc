//! The folder tree and the grants of the chosen folder, drawn.

use super::{
    panel::Panel,
    state,
    table::{self, Column, Stand},
    text::{put, put_line, put_right, width},
    theme::Theme,
    users::filter_line,
};
use crate::{
    api::wire::{FolderRow, GrantRow},
    app::{
        action::Action,
        availability::Able,
        format::{date, some_of},
        layout,
        requests::Want,
        state::{App, Pane},
        view::{Line, Tone},
    },
    domain::model::{Effect, Subject},
    i18n::{t, tf},
};
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

/// Columns of an effect with the gap after it.
const EFFECT: u16 = 8;

/// Draws the tree.
pub fn tree(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let folders = &app.folders;
    let mut title = Line::toned(t("folders.title"), Tone::Strong);
    if folders.seen {
        title = title.and(format!(" {}", some_of(folders.matching as u64, folders.rows.len() as u64)), Tone::Dim);
    }
    let focused = app.pane() == Pane::Folders;
    let shown_focus = focused && app.stack.is_empty();
    let inside = Panel { title: &title, aside: "", focused: shown_focus }.draw(theme, area, buf);
    let room = filter_line(&folders.filter, None, false, theme, inside, buf);
    if folders.tree.is_empty() {
        let empty = if folders.filter.applied().is_empty() { t("folders.empty") } else { t("app.no-match") };
        let mut lines = vec![Line::toned(empty, Tone::Dim)];
        let first = app.keymap.hint(Action::CreateFolder).filter(|_| folders.rows.is_empty());
        if let Some(key) = first.filter(|_| app.able(Action::CreateFolder) == Able::Yes) {
            lines.push(Line::toned(tf("folders.empty-hint", &[("key", &key)]), Tone::Dim));
        }
        return state::instead(app, theme, room, buf, Want::Folders, folders.seen, &lines);
    }
    for (y, (on, place)) in (room.y..room.bottom()).zip(folders.tree.visible(app.height(Pane::Folders))) {
        let Some(folder) = folders.rows.get(place) else { continue };
        let stand = match (on, focused) {
            (true, true) => Stand::Cursor,
            (true, false) => Stand::Away,
            _ => Stand::Plain,
        };
        let area = Rect { y, height: 1, ..room };
        let ground = table::ground(stand, area, theme, buf);
        let (depth, open) = folders.shape(place);
        let marks = marks(theme, folder);
        let end = area.right() - 1;
        let stop = end.saturating_sub(width(&marks.text()));
        put_line(buf, stop, y, end - stop, &marks, theme, ground);
        let indent = u16::try_from(depth * 2).unwrap_or(u16::MAX).min(area.width / 2);
        let glyph = match open {
            Some(true) => theme.glyphs.open,
            Some(false) => theme.glyphs.closed,
            None => " ",
        };
        let x = area.x + 1 + indent;
        put(buf, x + 1, y, 1, glyph, ground.patch(theme.border));
        put(buf, x + 3, y, stop.saturating_sub(x + 4), &folder.name.to_string(), ground);
    }
    state::stale(app, theme, area, buf, Want::Folders);
}

fn marks(theme: &Theme, folder: &FolderRow) -> Line {
    let g = theme.glyphs;
    let mut line = Line::default();
    let mut add = |text: String, tone| {
        let gap = if line.0.is_empty() { "" } else { " " };
        line = std::mem::take(&mut line).and(format!("{gap}{text}"), tone);
    };
    if !folder.fence.is_empty() {
        add(format!("{}{}", g.fence, folder.fence.len()), Tone::Warn);
    }
    if folder.denies > 0 {
        add(format!("{}{}", g.no, folder.denies), Tone::Bad);
    }
    if folder.allows > 0 {
        add(format!("{}{}", g.yes, folder.allows), Tone::Good);
    }
    line
}

/// Draws the grants of the chosen folder.
pub fn grants(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let folders = &app.folders;
    let folder = folders.current();
    let mut title = match folder {
        Some(folder) => {
            Line::toned(folder.name.to_string(), Tone::Strong).and(format!(" · {}", t("grants.title")), Tone::Dim)
        }
        None => Line::toned(t("grants.title"), Tone::Strong),
    };
    let waiting = app.reads.waits(Want::FolderGrants);
    if waiting && folders.grants_seen {
        title = title.and(format!(" · {}", t("app.loading")), Tone::Dim);
    }
    let focused = app.pane() == Pane::Grants;
    let shown_focus = focused && app.stack.is_empty();
    let aside = folder
        .map(|folder| folder.kind.clone())
        .map(|kind| crate::domain::untrusted::visible(&kind))
        .unwrap_or_default();
    let inside = Panel { title: &title, aside: &aside, focused: shown_focus }.draw(theme, area, buf);
    let mut room = inside;
    if let Some(folder) = folder.filter(|folder| !folder.fence.is_empty()) {
        let names: Vec<String> = folder.fence.iter().map(|group| group.name.to_string()).collect();
        let text = format!("{} {}", theme.glyphs.fence, tf("folders.fenced", &[("groups", &names.join(", "))]));
        put(buf, room.x + 1, room.y, room.width - 2, &text, theme.tone(Tone::Warn));
        room = Rect { y: room.y + 1, height: room.height.saturating_sub(1), ..room };
    }
    if folder.is_none() && folders.seen {
        return state::instead(app, theme, room, buf, Want::Folders, true, &[]);
    }
    if folders.grant_list.is_empty() || !folders.grants_seen {
        let lines = [Line::toned(t("grants.empty"), Tone::Dim), Line::toned(t("grants.empty-hint"), Tone::Dim)];
        return state::instead(app, theme, room, buf, Want::FolderGrants, folders.grants_seen, &lines);
    }
    let lines = layout::grant_lines(app.size);
    let tops = (room.y..room.bottom()).step_by(usize::from(lines));
    for (y, (on, place)) in tops.zip(folders.grant_list.visible(app.height(Pane::Grants))) {
        let Some(grant) = folders.grants.get(place) else { continue };
        let stand = if on && focused { Stand::Cursor } else { Stand::Plain };
        let row = Rect { y, height: lines.min(room.bottom() - y), ..room };
        let ground = table::ground(stand, row, theme, buf);
        let cells = cells(app, theme, grant);
        if lines > 1 { two_lines(&cells, row, ground, theme, buf) } else { one_line(&cells, row, ground, theme, buf) }
    }
    why(app, theme, area, buf);
    state::stale(app, theme, area, buf, Want::FolderGrants);
}

/// The reason of the grant under the cursor, in the lower edge.
fn why(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let Some(grant) = app.folders.current_grant().filter(|_| app.pane() == Pane::Grants) else { return };
    let by = grant.granted_by.as_ref().map(ToString::to_string).unwrap_or_else(|| t("grants.set-up").to_owned());
    let mut text = tf("grants.made", &[("by", &by), ("on", &date(grant.edge.granted_at))]);
    if let Some(reason) = &grant.edge.terms.reason {
        text = format!("{text} · «{reason}»");
    }
    put_right(buf, area.right() - 2, area.bottom() - 1, area.width - 4, &format!(" {text} "), theme.tone(Tone::Dim));
}

fn one_line(cells: &[Line], area: Rect, ground: Style, theme: &Theme, buf: &mut Buffer) {
    let one = |least, share, gone| Column { title: String::new(), least, wanted: None, share, right: false, gone };
    let columns = [one(7, 0, 0), one(12, 2, 0), one(12, 3, 0), one(6, 3, 0), one(17, 0, 3)];
    let places = table::fit(&columns, area.x + 2, area.width.saturating_sub(3), 0);
    table::cells(&columns, &places, area.y, cells, ground, theme, buf);
}

/// What is granted and to whom; below it, where that comes from and what limits it.
fn two_lines(cells: &[Line], area: Rect, ground: Style, theme: &Theme, buf: &mut Buffer) {
    let [effect, capability, subject, place, note] = cells else { return };
    let (x, end) = (area.x + 2, area.right());
    put_line(buf, x, area.y, end.saturating_sub(x), effect, theme, ground);
    let x = x + EFFECT;
    let room = end.saturating_sub(x);
    let left = room.saturating_sub(width(&capability.text()) + 1);
    // The word for what kind of subject it is goes before a letter of its name does.
    let name =
        if width(&subject.text()) > left { Line(subject.0.iter().take(1).cloned().collect()) } else { subject.clone() };
    let own = width(&capability.text()).min(room.saturating_sub(width(&name.text()) + 1).max(room / 3));
    put_line(buf, x, area.y, own, capability, theme, ground);
    let at = x + own + 1;
    put_line(buf, at, area.y, end.saturating_sub(at), &name, theme, ground);
    if area.height > 1 {
        // How long it lasts is whole; the folder's name gives way.
        let lasts = width(&note.text());
        let place = Line::toned(place.text(), Tone::Dim);
        let at = put_line(buf, x, area.y + 1, room.saturating_sub(lasts + 2), &place, theme, ground) + 2;
        put_line(buf, at, area.y + 1, end.saturating_sub(at), note, theme, ground);
    }
}

fn cells(app: &App, theme: &Theme, grant: &GrantRow) -> Vec<Line> {
    let g = theme.glyphs;
    let shadowed = !grant.shadowed_by.is_empty();
    let tone = if shadowed { Tone::Dim } else { Tone::Plain };
    let effect = match grant.effect {
        Effect::Allow => {
            Line::toned(format!("{} {}", g.yes, t("grants.allow")), if shadowed { Tone::Dim } else { Tone::Good })
        }
        Effect::Deny => Line::toned(format!("{} {}", g.no, t("grants.deny")), Tone::Bad),
    };
    let kind = match grant.subject {
        Subject::Member(_) => t("grants.member"),
        Subject::Group(_) => t("grants.group"),
    };
    let place =
        if grant.inherited { format!("{} {}", g.above, grant.folder.name) } else { t("grants.here").to_owned() };
    let terms = &grant.edge.terms;
    let note = match (shadowed, terms.expires_at, terms.review_at) {
        (true, ..) => Line::toned(t("grants.shadowed"), Tone::Warn),
        (_, Some(at), _) => Line::plain(tf("grants.until", &[("date", &date(at))])),
        (_, None, Some(at)) => Line::plain(tf("grants.review", &[("date", &date(at))])),
        _ => Line::default(),
    };
    vec![
        effect,
        Line::toned(app.capability(&grant.capability), tone),
        Line::toned(grant.subject_name.to_string(), tone).and(format!(" ({kind})"), Tone::Dim),
        Line::toned(place, if grant.inherited { Tone::Dim } else { tone }),
        note,
    ]
}
