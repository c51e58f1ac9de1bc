//! The users pane, drawn.

use super::{
    dialog::caret_into,
    panel::Panel,
    state,
    table::{self, Column, Stand},
    text::{put, put_line, put_right, width, wrap},
    theme::Theme,
};
use crate::{
    api::wire::MemberRow,
    app::{
        filter::FilterBox,
        format::{place, some_of, span},
        layout,
        pane::users::belongs,
        requests::Want,
        state::{App, Pane},
        view::{Line, Tone},
    },
    domain::model::MemberStatus,
    i18n::t,
};
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

/// Draws the pane.
pub fn draw(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let list = &app.users.list;
    let focused = app.pane() == Pane::Users && app.stack.is_empty();
    let title = if app.wide() { tab(theme, t("users.title"), &total(app), true) } else { tabs(app, theme) };
    let title = table::marked(title, &app.users.marks);
    let inside = Panel { title: &title, aside: &aside(app), focused }.draw(theme, area, buf);
    let misnamed = app.misnamed(Pane::Users);
    // What is no filter, or names what is not there, is no reason to say that nothing matches: that stands there already.
    let faulty = list.filter.error().is_some() || misnamed.is_some();
    let room = filter_line(&list.filter, misnamed, list.stale(), theme, inside, buf);
    if list.is_empty() {
        let empty = if list.filter.applied().is_empty() { t("users.empty") } else { t("app.no-match") };
        let lines = [Line::toned(empty, Tone::Dim)];
        let lines = if faulty { &lines[..0] } else { &lines };
        state::instead(app, theme, room, buf, Want::Members, list.seen(), lines);
    } else {
        rows(app, theme, room, buf);
        state::stale(app, theme, area, buf, Want::Members);
    }
}

fn total(app: &App) -> String {
    let list = &app.users.list;
    match (app.users.total, list.matching) {
        (Some(total), matching) => some_of(matching.unwrap_or(total), total),
        _ => String::new(),
    }
}

fn aside(app: &App) -> String {
    let list = &app.users.list;
    match (list.position(), list.matching) {
        (Some(at), Some(all)) if all > app.height(Pane::Users) as u64 && !list.is_empty() => place(at + 1, all),
        _ => String::new(),
    }
}

/// Both panes of the directory as tabs, where only one has room.
pub fn tabs(app: &App, theme: &Theme) -> Line {
    let users = tab(theme, t("users.title"), &total(app), app.directory == Pane::Users);
    let groups = tab(theme, t("groups.title"), &app.groups.total(), app.directory == Pane::Groups);
    let mut line = users.and(format!(" {} ", theme.glyphs.frame[5]), Tone::Dim);
    line.0.extend(groups.0);
    line
}

/// A title with a count.
pub fn tab(_theme: &Theme, title: &str, count: &str, open: bool) -> Line {
    let tone = if open { Tone::Strong } else { Tone::Dim };
    let line = Line::toned(title, tone);
    if count.is_empty() { line } else { line.and(format!(" {count}"), Tone::Dim) }
}

/// The filter's line below the frame, when there is one, with what is wrong with it or not there that it names; what
/// is left of the room.
pub fn filter_line(
    filter: &FilterBox,
    misnamed: Option<String>,
    stale: bool,
    theme: &Theme,
    area: Rect,
    buf: &mut Buffer,
) -> Rect {
    if !filter.shown() || area.height < 3 {
        return area;
    }
    let x = put(buf, area.x + 1, area.y, 2, theme.glyphs.search, theme.key) + 1;
    let mut room = area.right().saturating_sub(x + 1);
    let said = match (filter.error().map(str::to_owned).or(misnamed), stale) {
        (Some(error), _) => Some((error, Tone::Bad)),
        (None, true) => Some((t("app.searching").to_owned(), Tone::Dim)),
        (None, false) => None,
    };
    let text_width = width(&filter.text()) + 3;
    let mut below = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if let Some((said, tone)) = said.as_ref().filter(|(said, _)| text_width + width(said) > room) {
        // Too long to stand beside the filter: under it, whole, for its end says what to do.
        let lines = wrap(&Line::toned(said, *tone), area.width.saturating_sub(2));
        for line in lines.iter().take(usize::from(below.height)) {
            put_line(buf, area.x + 1, below.y, area.width - 2, line, theme, Style::default());
            below = Rect { y: below.y + 1, height: below.height - 1, ..below };
        }
    } else if let Some((said, tone)) = said {
        let most = room.saturating_sub(text_width).max(room / 2);
        let begins = put_right(buf, area.right() - 1, area.y, most, &said, theme.tone(tone));
        room = begins.saturating_sub(x + 1);
    }
    let text = filter.text();
    if filter.is_open() {
        let cursor = filter.before_cursor().chars().count();
        caret_into(&text, cursor, Rect { x, width: room, height: 1, ..area }, theme, buf);
    } else {
        put(buf, x, area.y, room, &text, Style::default());
    }
    below
}

fn columns(app: &App, theme: &Theme) -> Vec<Column> {
    let sort = app.users.list.sort;
    let arrow = if sort.reverse { theme.glyphs.down } else { theme.glyphs.up };
    let one = |i: usize, key: &'static str, share, right| {
        let (least, gone) = layout::Table::Users.needs()[i];
        let title = if sort.column == i { format!("{} {arrow}", t(key)) } else { t(key).to_owned() };
        Column { title, least, wanted: None, share, right, gone }
    };
    vec![
        one(0, "users.email", 5, false),
        one(1, "users.name", 2, false),
        one(2, "users.role", 1, false),
        one(3, "users.status", 0, false),
        one(4, "users.last", 0, true),
        one(5, "users.groups", 3, false),
        one(6, "users.workspaces", 0, true),
    ]
}

fn rows(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let (columns, skipped) = (columns(app, theme), app.users.sideways.skipped);
    let places = table::fit(&columns, area.x + 3, area.width.saturating_sub(4), skipped);
    table::titles(&columns, &places, skipped, area, theme, buf);
    let focused = app.pane() == Pane::Users;
    let lit = app.groups.current().filter(|_| !focused && app.wide());
    let height = usize::from(area.height.saturating_sub(1));
    for (y, (on, member)) in (area.y + 1..).zip(app.users.list.visible(height)) {
        let stand = match (on, focused) {
            (true, true) => Stand::Cursor,
            _ if lit.is_some_and(|group| belongs(member, group)) => Stand::Lit,
            (true, false) if app.wide() => Stand::Away,
            _ => Stand::Plain,
        };
        let ground = table::ground(stand, Rect { y, height: 1, ..area }, theme, buf);
        table::mark(app.member_marked(member), area.x + 1, y, ground, theme, buf);
        table::cells(&columns, &places, y, &cells(app, theme, member), ground, theme, buf);
    }
}

fn cells(app: &App, theme: &Theme, member: &MemberRow) -> Vec<Line> {
    // Closed-out members are dimmed whole; their state is a word as well.
    let tone = if member.status == MemberStatus::Deactivated { Tone::Dim } else { Tone::Plain };
    let dash = || Line::toned("—", Tone::Dim);
    let text = |text: String| if text.is_empty() { dash() } else { Line::toned(text, tone) };
    // The owner may do everything; what roles they have beside it says nothing.
    let roles = match member.owner {
        true => t("app.owner").to_owned(),
        false => member.roles.iter().map(|role| role.name.to_string()).collect::<Vec<_>>().join(", "),
    };
    let groups: Vec<String> = member.groups.iter().map(|group| group.name.to_string()).collect();
    // One's own row stands out; the header says who one is.
    let own = if app.is_me(member) { Tone::Strong } else { tone };
    let email = Line::toned(member.email.to_string(), own);
    let status = match member.status {
        MemberStatus::Active => Line::toned(t("users.active"), Tone::Plain),
        MemberStatus::Pending => Line::toned(t("users.pending"), Tone::Warn),
        MemberStatus::Deactivated => Line::toned(format!("{} {}", theme.glyphs.hollow, t("users.inactive")), Tone::Dim),
    };
    vec![
        email,
        text(member.name.to_string()),
        text(roles),
        status,
        member.last_sign_in.map_or_else(dash, |at| Line::toned(span(app.now.since(at)), tone)),
        text(groups.join(", ")),
        Line::toned(member.workspaces.to_string(), tone),
    ]
}
