//! Text meant to deceive or to steer the terminal, in every field of every pane, read back by a real
//! terminal parser: it arrives visible, whole, and steers nothing.

use crate::{
    console::{Console, text},
    world::{grant, member, page, roles, workspace, world},
};
use ratatui::{Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, layout::Rect};
use rolecall::{
    api::{
        error::ApiError,
        wire::{Count, FolderRow, GroupRow, Named},
    },
    app::effect::{Call, Reply},
    domain::{
        id::{FolderId, GroupId, MemberId, RoleId},
        model::{Effect, Subject},
        untrusted::{Text, hidden, visible},
    },
    ui::{self, theme::Theme},
};

const SIZE: (u16, u16) = (340, 60);

/// Every character that is shown by its number; of the 4 096 tags and their like every sixteenth.
fn all_hidden() -> Vec<char> {
    let tag = |c: char| ('\u{e0000}'..='\u{e0fff}').contains(&c);
    let kept = |c: &char| hidden(*c) && (!tag(*c) || (*c as u32).is_multiple_of(16));
    (0..=0x10_ffff).filter_map(char::from_u32).filter(kept).collect()
}

/// A workspace whose every text holds one of these characters.
fn hostile<'a>(chars: &'a [char]) -> impl Fn(&Call) -> Result<Reply, ApiError> + 'a {
    let bad = |i: usize| Text::new(format!("a{}b", chars[i % chars.len()]));
    move |call| {
        Ok(match call {
            Call::Hello => match world(call)? {
                Reply::Hello(features, mut me) => {
                    me.email = bad(1);
                    Reply::Hello(features, me)
                }
                other => other,
            },
            Call::Workspace(_) => {
                let mut open = workspace();
                open.name = bad(0);
                for (i, capability) in open.capabilities.iter_mut().enumerate() {
                    capability.label = bad(i).raw().to_owned();
                }
                Reply::Workspace(Box::new(open))
            }
            Call::Members(..) => Reply::Members(page(
                (0..chars.len())
                    .map(|i| {
                        let mut row = member(i as i64, "", "", None);
                        row.email = bad(i);
                        row.name = bad(i + 1);
                        row.roles = vec![Named { id: RoleId(1), name: bad(i + 2) }];
                        row.groups = vec![Named { id: GroupId(i as i64), name: bad(i + 3) }];
                        row
                    })
                    .collect(),
            )),
            Call::CountMembers(..) => Reply::Count(Count { total: 40, matching: 40 }),
            Call::Groups(_) => Reply::Groups(
                (0..chars.len())
                    .map(|i| GroupRow {
                        id: GroupId(i as i64),
                        version: 1,
                        name: bad(i),
                        description: bad(i),
                        capabilities: vec!["content.read".into(), bad(i + 1).raw().to_owned()],
                        leader: Some(Named { id: MemberId(1), name: bad(i) }),
                        members: 1,
                    })
                    .collect(),
            ),
            Call::Roles(_) => {
                let mut all = roles();
                for (i, role) in all.iter_mut().enumerate() {
                    role.name = bad(i);
                }
                Reply::Roles(all)
            }
            Call::Folders(_) => Reply::Folders(
                (0..chars.len())
                    .map(|i| FolderRow {
                        id: FolderId(i as i64),
                        version: 1,
                        parent: None,
                        name: bad(i),
                        kind: bad(i).raw().to_owned(),
                        owner: None,
                        fence: vec![Named { id: GroupId(1), name: bad(i) }],
                        allows: 1,
                        denies: 1,
                    })
                    .collect(),
            ),
            Call::FolderGrants(..) => Reply::Grants(
                (0..chars.len())
                    .map(|i| {
                        let subject = Subject::Member(MemberId(1));
                        let mut row = grant(i as i64, (1, ""), subject, "", "content.read", Effect::Allow);
                        row.capability = bad(i).raw().to_owned();
                        row.subject_name = bad(i);
                        row.inherited = true;
                        row.folder.name = bad(i + 1);
                        row.granted_by = Some(bad(i));
                        row.edge.terms.reason = Some(bad(i));
                        row
                    })
                    .collect(),
            ),
            Call::Invitations(..) => {
                let Reply::Invitations(sample) = world(call)? else { panic!("invitations") };
                Reply::Invitations(page(
                    (0..chars.len())
                        .map(|i| {
                            let mut row = sample.items[0].clone();
                            row.id.0 = i as i64;
                            row.email = bad(i);
                            row.inviter = bad(i + 1);
                            row.delivery = bad(i + 2);
                            row.roles[0].name = bad(i + 3);
                            row
                        })
                        .collect(),
                ))
            }
            other => return world(other),
        })
    }
}

/// What a terminal shows of a frame, and the bytes it was sent.
fn through_a_terminal(console: &Console) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    let area = Rect::new(0, 0, SIZE.0, SIZE.1);
    let options = TerminalOptions { viewport: Viewport::Fixed(area) };
    let mut terminal = Terminal::with_options(CrosstermBackend::new(&mut bytes), options).unwrap();
    let theme = Theme::named(console.app.theme, false);
    terminal.draw(|frame| ui::render(&console.app, &theme, frame.buffer_mut())).unwrap();
    drop(terminal);
    let mut parser = vt100::Parser::new(SIZE.1.try_into().unwrap(), SIZE.0.try_into().unwrap(), 0);
    parser.process(&bytes);
    let shown = parser.screen().rows(0, SIZE.0).map(|row| format!("{}\n", row.trim_end())).collect();
    (shown, bytes)
}

/// Whether the bytes are text and the sequences of drawing: colour, place, cursor.
fn only_draws(bytes: &[u8]) -> bool {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(|c: char| c.is_control() || hidden(c)) {
        let Some(sequence) = rest[at..].strip_prefix("\x1b[") else { return false };
        let end = sequence.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(0);
        if !matches!(&sequence[end..=end], "m" | "H" | "l" | "h" | "J") {
            return false;
        }
        rest = &sequence[end + 1..];
    }
    true
}

#[test]
fn every_hidden_character_arrives_visible_in_every_pane() {
    let all = all_hidden();
    assert!(all.len() > 350, "{}", all.len());
    for chars in all.chunks(24) {
        let mut console = Console::live(SIZE.0, SIZE.1, hostile(chars));
        for keys in ["", "Tab", "2", "3", "Tab", "4"] {
            console.keys(keys).serve(hostile(chars));
            let (shown, bytes) = through_a_terminal(&console);
            assert!(only_draws(&bytes), "something foreign was sent for {:?} after {keys:?}", chars[0]);
            assert_eq!(shown, text(&console.buffer()), "the terminal shows something else than was drawn");
            for c in chars.iter().take(if keys == "4" { 5 } else { chars.len() }) {
                let wanted = visible(&format!("a{c}b"));
                assert!(shown.contains(&wanted), "{wanted} is missing after {keys:?} in\n{shown}");
            }
        }
    }
}

#[test]
fn marks_without_a_base_wide_and_right_to_left_text_stay_in_their_cells() {
    let names = ["\u{301}\u{301}x", "漢字仮名交じり文", "e\u{301}\u{302}\u{303}", "مرحبا", "한국어", "👩🏽", "🇺🇿", "ﷺ"];
    let mut console = Console::live(120, 34, |call| {
        Ok(match call {
            Call::Members(..) => Reply::Members(page(
                names.iter().enumerate().map(|(i, name)| member(i as i64, "x@y.test", name, None)).collect(),
            )),
            other => return world(other),
        })
    });
    console.keys("Tab");
    let buffer = console.buffer();
    for y in 5..5 + names.len() as u16 {
        assert_eq!(buffer[(83, y)].symbol(), "│", "the frame stands where it stood\n{}", console.screen());
    }
    assert!(console.screen().contains("\u{25cc}\u{301}\u{301}x"), "{}", console.screen());
}
