//! The board, drawn.

use super::{
    panel::Panel,
    state,
    table::{self, Column, Stand},
    text::{clear, local_part, put, width, wrap},
    theme::Theme,
    users::filter_line,
};
use crate::{
    api::wire::{InvitationFlag, InvitationRow, InvitationStatus},
    app::{
        format::{count, relative, some_of, span},
        layout,
        pane::invitations::{flag, short_flag},
        requests::Want,
        state::{App, Pane},
        view::{Line, Tone},
    },
    domain::{filter::InvitationFilter, untrusted::Text},
    i18n::{t, tf},
};
use ratatui::{buffer::Buffer, layout::Rect};

/// The place of the column that tells what became of the mail.
const DELIVERY: usize = 6;

/// Draws the board.
pub fn draw(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let list = &app.invitations.list;
    let title = table::marked(title(app), &app.invitations.marks);
    let inside = Panel { title: &title, aside: "", focused: app.stack.is_empty() }.draw(theme, area, buf);
    let misnamed = app.misnamed(Pane::Invitations);
    let faulty = list.filter.error().is_some() || misnamed.is_some();
    let room = filter_line(&list.filter, misnamed, list.stale(), theme, inside, buf);
    if list.is_empty() {
        let settled = app.invitations.count.is_some_and(|count| count.settled > 0);
        let filtered = !list.filter.applied().is_empty();
        let lines: &[Line] = match (filtered, settled) {
            (true, _) => &[Line::toned(t("app.no-match"), Tone::Dim)],
            (false, true) => {
                &[Line::toned(t("invitations.empty"), Tone::Dim), Line::toned(t("invitations.settled-hint"), Tone::Dim)]
            }
            (false, false) => {
                &[Line::toned(t("invitations.empty"), Tone::Dim), Line::toned(t("invitations.empty-hint"), Tone::Dim)]
            }
        };
        let lines = if faulty { &[] } else { lines };
        return state::instead(app, theme, room, buf, Want::Invitations, list.seen(), lines);
    }
    let (columns, skipped) = (columns(app, theme), app.invitations.sideways.skipped);
    let places = table::fit(&columns, room.x + 3, room.width.saturating_sub(4), skipped);
    table::titles(&columns, &places, skipped, room, theme, buf);
    let room_of = |column: usize| places.iter().find(|(i, ..)| *i == column).map_or(0, |(_, _, w)| *w);
    let (delivery_room, flags_room) = (room_of(DELIVERY), room_of(columns.len() - 1));
    let height = usize::from(room.height.saturating_sub(1));
    for (y, (on, row)) in (room.y + 1..).zip(list.visible(height)) {
        let stand = if on { Stand::Cursor } else { Stand::Plain };
        let ground = table::ground(stand, Rect { y, height: 1, ..room }, theme, buf);
        table::mark(app.invitations.marked(row), room.x + 1, y, ground, theme, buf);
        table::cells(&columns, &places, y, &cells(app, row, flags_room), ground, theme, buf);
        if on {
            in_full(app, row, (delivery_room, flags_room), theme, area, buf);
        }
    }
    state::stale(app, theme, area, buf, Want::Invitations);
}

/// What there is, and what is left out of sight: only where everything is asked for is nothing left out.
fn title(app: &App) -> Line {
    let title = Line::toned(t("invitations.title"), Tone::Strong);
    let Some(all) = app.invitations.count else { return title };
    let applied = app.invitations.list.filter.applied();
    if !applied.is_empty() {
        let settled_too = applied.parse::<InvitationFilter>().is_ok_and(|filter| !filter.open_only());
        let total = if settled_too { all.open() + all.settled } else { all.open() };
        return title.and(format!(" · {}", some_of(all.matching, total)), Tone::Dim);
    }
    let parts = [
        (all.sent, "invitations.live", Tone::Dim),
        (all.expired, "invitations.expired", Tone::Warn),
        (all.failed, "invitations.failed", Tone::Warn),
        (all.settled, "invitations.settled", Tone::Dim),
    ];
    let shown = parts.into_iter().filter(|(n, key, _)| *n > 0 || *key == "invitations.live");
    shown.fold(title, |line, (n, key, tone)| line.and(format!(" · {}", tf(key, &[("n", &count(n))])), tone))
}

fn columns(app: &App, theme: &Theme) -> Vec<Column> {
    let sort = app.invitations.list.sort;
    let arrow = if sort.reverse { theme.glyphs.down } else { theme.glyphs.up };
    let one = |i: usize, key: &'static str, share, right| {
        let (least, gone) = layout::Table::Invitations.needs()[i];
        let title = if sort.column == i { format!("{} {arrow}", t(key)) } else { t(key).to_owned() };
        // Room for the arrow: which column it is sorted by is always told.
        let least = least.max(width(&title));
        Column { title, least, wanted: None, share, right, gone }
    };
    vec![
        one(0, "invitations.email", 3, false),
        one(1, "invitations.role", 2, false),
        one(2, "invitations.inviter", 0, false),
        one(3, "invitations.age", 0, true),
        one(4, "invitations.expires", 0, false),
        one(5, "invitations.sends", 0, true),
        one(6, "invitations.delivery", 2, false),
        one(7, "invitations.flags", 5, false),
    ]
}

fn cells(app: &App, row: &InvitationRow, flags_room: u16) -> Vec<Line> {
    let settled = match row.status {
        InvitationStatus::Sent | InvitationStatus::Expired | InvitationStatus::Failed => None,
        InvitationStatus::Accepted => Some("invitations.accepted"),
        InvitationStatus::Declined => Some("invitations.declined"),
        InvitationStatus::Cancelled => Some("invitations.cancelled"),
    };
    let tone = if settled.is_some() { Tone::Dim } else { Tone::Plain };
    let roles: Vec<String> = row.roles.iter().map(|role| role.name.to_string()).collect();
    let expires = match settled {
        Some(key) => Line::toned(t(key), Tone::Dim),
        None if row.expires_at > app.now => Line::plain(relative(row.expires_at, app.now)),
        None => {
            let ago = span(app.now.since(row.expires_at));
            Line::toned(tf("invitations.expired-ago", &[("span", &ago)]), Tone::Warn)
        }
    };
    vec![
        Line::toned(row.email.to_string(), tone),
        Line::toned(roles.join(", "), tone),
        Line::toned(local_part(&row.inviter), tone),
        Line::toned(span(app.now.since(row.created_at)), tone),
        expires,
        Line::toned(row.sends.to_string(), tone),
        Line::toned(row.delivery.to_string(), tone),
        Line::toned(flags(&row.flags_at(app.now), flags_room), Tone::Warn),
    ]
}

/// Flags in so many columns: in full where they all fit, cut to what filters take where they do not, the
/// most serious first. No word is ever cut: those that have no room are counted.
fn flags(flags: &[InvitationFlag], room: u16) -> String {
    let full = all_flags(flags);
    if width(&full) <= room {
        return full;
    }
    let mut said = "!".to_owned();
    for (i, one) in flags.iter().enumerate() {
        let left = flags.len() - i - 1;
        let more = if left == 0 { 0 } else { width(&format!(" +{left}")) };
        let longer = format!("{said} {}", t(short_flag(*one)));
        if width(&longer) + more > room {
            return format!("{said} +{}", left + 1);
        }
        said = longer;
    }
    said
}

fn all_flags(flags: &[InvitationFlag]) -> String {
    let words: Vec<&str> = flags.iter().map(|one| t(flag(*one))).collect();
    if words.is_empty() { String::new() } else { format!("! {}", words.join(" ")) }
}

/// Says the flags of the cursor's row in full over the pane's lower edge, and why its mail failed, where
/// their cells cannot: on more edges than one where one is too short.
fn in_full(app: &App, row: &InvitationRow, rooms: (u16, u16), theme: &Theme, area: Rect, buf: &mut Buffer) {
    let flags = all_flags(&row.flags_at(app.now));
    let why = row.failure().map(Text::to_string).filter(|why| width(why) > rooms.0);
    let said = match (why, width(&flags) > rooms.1) {
        (Some(why), _) => tf("invitations.failed-why", &[("flags", &flags), ("why", &why)]),
        (None, true) => flags,
        (None, false) => return,
    };
    if area.width <= 20 {
        return;
    }
    let lines = wrap(&Line::toned(said, Tone::Warn), area.width - 6);
    let above = u16::try_from(lines.len()).unwrap_or(1).min(area.height.saturating_sub(4).max(1));
    for (y, line) in (area.bottom() - above..area.bottom()).zip(&lines) {
        // What stands on a line of the pane stands there alone.
        if y + 1 < area.bottom() {
            clear(buf, Rect { x: area.x + 1, y, width: area.width - 2, height: 1 });
        }
        put(buf, area.x + 2, y, area.width - 4, &format!(" {} ", line.text().trim()), theme.tone(Tone::Warn));
    }
}
