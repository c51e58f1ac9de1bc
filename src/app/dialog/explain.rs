//! Why a member may do something, or why not, and what would change it.

use super::{Cx, Dialog, Outcome, ViewCx, access::mark, cursor::Cursor, fetch::Fetch, words, wrap};
use crate::{
    api::{
        error::ApiError,
        wire::{Explanation, MemberRow, Named, Source, Verdict},
    },
    app::{
        action::{Action, Context},
        effect::{Call, Effect, Reply, ReqId},
        key::Code,
        msg::Input,
        view::{DialogView, ListRow, ListView, Part, Tone, Width},
    },
    domain::id::{FolderId, MemberId},
    i18n::{t, tf},
};

/// One question, and its answer.
pub struct Explain {
    member: Named<MemberId>,
    capability: String,
    folder: Option<FolderId>,
    answer: Fetch<Explanation>,
    cursor: Cursor,
}

impl Explain {
    /// May this member do this, here?
    pub fn new(member: MemberRow, capability: String, folder: Option<FolderId>) -> Self {
        Self::about(Named { id: member.id, name: member.email }, capability, folder)
    }

    /// The same for a member known by name alone.
    pub fn about(member: Named<MemberId>, capability: String, folder: Option<FolderId>) -> Self {
        Self { member, capability, folder, answer: Fetch::default(), cursor: Cursor::default() }
    }

    fn rows(&self, cx: &ViewCx<'_>) -> Vec<ListRow> {
        let Some(answer) = self.answer.known() else { return Vec::new() };
        // The cursor's place is before the text.
        let width = wrap::columns(cx.size, wrap::MEDIUM) - 2;
        let mut rows = Vec::new();
        let mut say = |text: &str, tone, indent| rows.extend(wrap::rows(text, tone, indent, width));
        let (glyph, tone) = mark(answer.row.allowed);
        say(&format!("{glyph} {}", verdict(answer, cx)), tone, 2);
        let each = |sources: &[Source]| -> Vec<String> {
            sources.iter().map(|source| format!("  · {}", words::source(source, cx.now))).collect()
        };
        if !answer.row.because.is_empty() {
            say("", Tone::Plain, 0);
            say(t("dialog.explain.because"), Tone::Strong, 0);
            each(&answer.row.because).iter().for_each(|text| say(text, Tone::Plain, 4));
        }
        if !answer.row.shadowed.is_empty() {
            say("", Tone::Plain, 0);
            say(t("dialog.explain.shadowed"), Tone::Strong, 0);
            each(&answer.row.shadowed).iter().for_each(|text| say(text, Tone::Warn, 4));
        }
        if !answer.row.allowed {
            say("", Tone::Plain, 0);
            let key = match answer.remedies.len() {
                0 => "dialog.explain.no_remedy",
                1 => "dialog.explain.remedy",
                _ => "dialog.explain.remedies",
            };
            say(t(key), Tone::Strong, 0);
            for (i, set) in answer.remedies.iter().enumerate() {
                let all: Vec<String> = set.iter().map(words::remedy).collect();
                let all = all.join(t("dialog.explain.and"));
                say(&format!("  {}. {all}", i + 1), Tone::Plain, 5);
            }
        }
        rows
    }
}

/// The answer in a sentence.
fn verdict(answer: &Explanation, cx: &ViewCx<'_>) -> String {
    let place = match &answer.folder {
        Some(folder) => folder.name.to_string(),
        None => t("dialog.whole_workspace").to_owned(),
    };
    let key = match answer.row.verdict {
        Verdict::Inactive => "dialog.explain.inactive",
        Verdict::Owner => "dialog.explain.owner",
        Verdict::Denied => "dialog.explain.denied",
        Verdict::Fenced => "dialog.explain.fenced",
        Verdict::Granted => "dialog.explain.granted",
        Verdict::Held if answer.folder.is_none() => "dialog.explain.held_everywhere",
        Verdict::Held => "dialog.explain.held",
        Verdict::Organisation => "dialog.explain.organisation",
        Verdict::Nothing => "dialog.explain.nothing",
    };
    let capability = words::capability(&answer.row.capability, cx.workspace);
    tf(key, &[("member", &answer.member.name), ("capability", &capability), ("place", &place)])
}

impl Dialog for Explain {
    fn context(&self) -> Context {
        Context::Access
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let call = Call::Explain(cx.workspace.id, self.member.id, self.capability.clone(), self.folder);
        self.answer.ask(call, cx)
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        if matches!(input.action, Some(Action::Close | Action::Confirm)) || input.key.code == Code::Esc {
            return Outcome::Close;
        }
        let total = self.rows(&cx.view()).len();
        self.cursor.step(input, total, usize::from(cx.size.1 / 2), |_| false);
        Outcome::Stay(Vec::new())
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        let read = |reply: &Reply| if let Reply::Explanation(it) = reply { Some((**it).clone()) } else { None };
        self.answer.reply(id, reply, cx.workspace, read);
        Outcome::Stay(Vec::new())
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        let rows = self.rows(cx);
        let room = usize::from(cx.size.1).saturating_sub(8).max(3);
        let (total, first) = (rows.len(), self.cursor.first(rows.len(), room));
        let list = ListView {
            columns: Vec::new(),
            rows: rows.into_iter().skip(first).take(room).collect(),
            first,
            total,
            cursor: (total > room).then_some(self.cursor.0),
            empty: self.answer.empty("dialog.access.empty").to_owned(),
            ..ListView::default()
        };
        let name = words::capability(&self.capability, cx.workspace);
        DialogView {
            title: tf("dialog.explain.title", &[("email", &self.member.name), ("capability", &name)]),
            aside: None,
            width: Width::Medium,
            parts: vec![Part::List(list)],
            hints: vec![(Action::Close, None)],
            pending: self.answer.pending(),
            error: self.answer.error(),
        }
    }
}
