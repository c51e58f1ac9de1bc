//! `rolecall folders`: lists and creates folders.

use super::{
    args::{FolderCreate, FolderList, FoldersCommand},
    change,
    exit::{Exit, Failure},
    names,
    output::{self, NONE, Row, say},
    session::{self, Session},
};
use crate::{
    api::{backend::Backend, wire::FolderRow},
    app::format,
    config::Config,
    domain::{
        change::{CreateFolder, Request},
        id::FolderId,
        time::Timestamp,
        untrusted::{Text, visible},
    },
    i18n::t,
};
use std::collections::HashMap;

/// Runs the command.
pub async fn run(config: &Config, command: FoldersCommand) -> Result<Exit, Failure> {
    match command {
        FoldersCommand::List(wanted) => session::at(config, async |session| list(session, &wanted).await).await,
        FoldersCommand::Create(wanted) => {
            change::permitted(config, &wanted.consent)?;
            session::at(config, async |session| create(session, wanted).await).await
        }
    }
}

async fn list<B: Backend>(session: &Session<B>, wanted: &FolderList) -> Result<Exit, Failure> {
    let folders = folders(session).await?;
    let mut paths: HashMap<FolderId, String> = HashMap::new();
    let mut rows = Vec::with_capacity(folders.len());
    // Each folder comes after the one that it is in.
    for folder in &folders {
        let above = folder.parent.and_then(|parent| paths.get(&parent));
        let path = above.map_or_else(|| folder.name.raw().to_owned(), |above| format!("{above}/{}", folder.name.raw()));
        rows.push(Line { folder, path: path.clone() });
        paths.insert(folder.id, path);
    }
    output::print(&rows, &folders, wanted.output, session.now)?;
    if rows.is_empty() {
        say(t("cli.folders.none"));
    }
    Ok(Exit::Done)
}

async fn create<B: Backend>(session: &Session<B>, wanted: FolderCreate) -> Result<Exit, Failure> {
    let parent = match &wanted.parent {
        Some(typed) => Some(names::folder(&folders(session).await?, typed).map_err(Failure::usage)?),
        None => None,
    };
    let kind = wanted.kind.as_deref().map(|typed| kind(session, typed)).transpose()?;
    let request = Request::given(CreateFolder { name: wanted.name, kind, parent, reason: wanted.reason });
    change::run(session, request, &wanted.consent).await
}

async fn folders<B: Backend>(session: &Session<B>) -> Result<Vec<FolderRow>, Failure> {
    session.backend.folders(session.id()).await.map_err(|error| session.failure(error))
}

/// The kind of folder that is meant, in any case.
fn kind<B>(session: &Session<B>, typed: &str) -> Result<Text, Failure> {
    let known: Vec<Text> =
        session.workspace.policies.folder_kinds.iter().map(|kind| Text::new(kind.as_str())).collect();
    let found = known.iter().find(|kind| kind.raw().to_lowercase() == typed.trim().to_lowercase());
    found.cloned().ok_or_else(|| Failure::usage(names::unknown("cli.folders.no-kind", typed, known.iter())))
}

/// A folder in a list.
struct Line<'a> {
    folder: &'a FolderRow,
    path: String,
}

impl Line<'_> {
    fn fence(&self, between: &str) -> String {
        self.folder.fence.iter().map(|group| group.name.raw()).collect::<Vec<_>>().join(between)
    }
}

impl Row for Line<'_> {
    fn head(wide: bool) -> Vec<&'static str> {
        let mut head = vec![t("cli.head.folder"), t("cli.head.kind"), t("cli.head.allows"), t("cli.head.denies")];
        head.extend(wide.then(|| t("cli.head.owner")));
        head.push(t("cli.head.fence"));
        head
    }

    fn line(&self, wide: bool, _: Timestamp) -> Vec<String> {
        let count = |n: u32| if n == 0 { NONE.to_owned() } else { format::count(u64::from(n)) };
        let owner = || self.folder.owner.as_ref().map_or_else(|| NONE.to_owned(), |owner| owner.name.to_string());
        let fence = if self.folder.fence.is_empty() { NONE.to_owned() } else { visible(&self.fence(", ")) };
        let mut line =
            vec![visible(&self.path), visible(&self.folder.kind), count(self.folder.allows), count(self.folder.denies)];
        line.extend(wide.then(owner));
        line.push(fence);
        line
    }

    const FIELDS: &'static [&'static str] = &["path", "kind", "owner", "allows", "denies", "fence"];

    fn record(&self) -> Vec<String> {
        vec![
            self.path.clone(),
            self.folder.kind.clone(),
            self.folder.owner.as_ref().map(|owner| owner.name.raw().to_owned()).unwrap_or_default(),
            self.folder.allows.to_string(),
            self.folder.denies.to_string(),
            self.fence(";"),
        ]
    }

    fn name(&self) -> String {
        self.path.clone()
    }
}
