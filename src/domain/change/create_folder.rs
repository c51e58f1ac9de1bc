//! A new folder. It is empty and has no grant or fence of its own, so nobody gains or loses anything that is there: what
//! is granted or fenced above counts in it from the start.

use super::{
    Asks, Cx, Delta, Edit, Field, FolderRecord, Needs, Refusal, Row, Rows, Rules, Sides, Target, Thing, Touch,
    Versioned, fields, rules,
};
use crate::domain::{id::FolderId, untrusted::Text};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CreateFolder {
    pub name: Text,
    /// One of the workspace's kinds of folder; the first of them where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Text>,
    /// The folder that it is made in; none for the top level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<FolderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl CreateFolder {
    fn kind(&self, cx: &Cx<'_>) -> Result<Text, Refusal> {
        let known = &cx.before().policies.folder_kinds;
        match &self.kind {
            None => Ok(known.first().map(|kind| Text::new(kind.as_str())).unwrap_or_default()),
            Some(kind) if known.iter().any(|one| one == kind.raw()) => Ok(kind.clone()),
            Some(_) => Err(Refusal::Gone { field: Field::Kind }),
        }
    }
}

/// Whether a folder of this name has a place there: what it is in exists, and nothing else in it has the name.
pub(super) fn has_place(
    cx: &Cx<'_>,
    folder: Option<FolderId>,
    parent: Option<FolderId>,
    name: &Text,
) -> Result<(), Refusal> {
    if parent.is_some_and(|parent| cx.index.folder(parent).is_err()) {
        return Err(Refusal::Gone { field: Field::Parent });
    }
    let wanted = name.raw().trim().to_lowercase();
    let mut siblings = cx.before().folders.iter().filter(|one| one.parent == parent && Some(one.id) != folder);
    if siblings.any(|one| one.name.raw().trim().to_lowercase() == wanted) {
        return Err(Refusal::NameTaken { name: name.clone() });
    }
    Ok(())
}

impl Rules for CreateFolder {
    fn target(&self) -> Target {
        Target::New
    }

    /// One, which has its name even where it is refused.
    fn rows(&self) -> Rows {
        let name = Some(Text::new(self.name.raw().trim()));
        Rows::Given(vec![Row { target: None, name, kind: Arc::new(self.clone().into()) }])
    }

    fn asks(&self, _: Option<i64>) -> Asks {
        Asks::default()
    }

    fn versioned(&self, _: Option<i64>) -> Versioned {
        Versioned::Workspace
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::All(vec![rules::FOLDERS])
    }

    fn touches(&self, _: &Cx<'_>) -> Touch {
        Touch::Nobody
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        fields::name(&self.name)?;
        fields::reason(self.reason.as_ref())?;
        let kind = self.kind(cx)?;
        has_place(cx, None, self.parent, &self.name)?;
        let name = Text::new(self.name.raw().trim());
        let after = FolderRecord { parent: self.parent, name, kind, owner: None };
        Ok(Delta(vec![Edit::Folder { id: FolderId(cx.new_id()), before: None, after: Some(after) }]))
    }

    /// The folder that it is made in; its own name is the row's.
    fn told(&self, cx: &Cx<'_>) -> Sides {
        let place = self.parent.map(|parent| Thing::Folder { name: cx.folder_name(parent) });
        Sides { before: Vec::new(), after: place.into_iter().collect() }
    }

    fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }
}
