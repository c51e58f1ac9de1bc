//! A new folder: its name, its kind, and the folder that it is made in.

use super::{
    Cx, ViewCx,
    body::Body,
    entries::{self, WHOLE},
    form::{Choice, Fault, Form},
    plan::PlanDialog,
};
use crate::{
    domain::{
        change::{CreateFolder, Request},
        id::FolderId,
        untrusted::{Text, visible},
    },
    i18n::t,
};

/// A folder being made.
pub struct NewFolder {
    inside: Option<FolderId>,
}

impl NewFolder {
    /// In this folder at first, or at the top level.
    pub fn inside(inside: Option<FolderId>) -> PlanDialog {
        PlanDialog::new(Self { inside })
    }
}

fn parent(form: &Form) -> Option<FolderId> {
    form.chosen("parent").filter(|id| *id != WHOLE).map(FolderId)
}

fn kind<'a>(form: &Form, kinds: &'a [String]) -> Option<&'a String> {
    form.chosen("kind").and_then(|at| kinds.get(usize::try_from(at).ok()?))
}

impl Body for NewFolder {
    fn title(&self, _: Option<u64>, _: &ViewCx<'_>) -> String {
        t("dialog.folder_new.title").to_owned()
    }

    fn form(&mut self, cx: &Cx<'_>) -> Form {
        let kinds = (0..).zip(&cx.workspace.policies.folder_kinds);
        let kinds: Vec<Choice> =
            kinds.map(|(id, kind)| Choice { id, label: visible(kind), note: String::new() }).collect();
        let places = entries::folders(cx.folders, self.inside, Some(t("dialog.folder_new.top")));
        let form = Form::default().line("name", "dialog.folder_new.name", "", "");
        // A pack may know no kinds: then there is nothing to choose.
        let form = if kinds.is_empty() { form } else { form.choice("kind", "dialog.folder_new.kind", kinds, None) };
        form.pick("parent", "dialog.folder_new.parent", places).reason()
    }

    fn request(&self, form: &Form, cx: &Cx<'_>) -> Result<Request, Fault> {
        let Some(name) = form.text("name") else {
            return Err(("name", t("dialog.folder_new.name_missing").to_owned()));
        };
        let kind = kind(form, &cx.workspace.policies.folder_kinds).map(|kind| Text::new(kind.as_str()));
        Ok(Request::given(CreateFolder { name, kind, parent: parent(form), reason: form.text("reason") }))
    }

    fn command(&self, form: &Form, cx: &ViewCx<'_>) -> Option<Vec<String>> {
        let mut words = vec!["folders".to_owned(), "create".to_owned(), form.text("name")?.raw().to_owned()];
        if let Some(kind) = kind(form, &cx.workspace.policies.folder_kinds) {
            words.extend(["--kind".to_owned(), kind.clone()]);
        }
        if let Some(parent) = parent(form) {
            words.extend(["--parent".to_owned(), entries::folder_path(cx.folders, parent)]);
        }
        Some(words)
    }
}
