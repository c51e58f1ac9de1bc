//! `rolecall groups`: lists, creates, edits and deletes groups, and changes who is in them.

use super::{
    args::{GroupAdd, GroupCreate, GroupEdit, GroupList, GroupRemove, GroupsCommand},
    change, choose,
    exit::{Exit, Failure},
    names,
    output::{self, NONE, Row, say},
    session::{self, Session},
};
use crate::{
    api::{backend::Backend, wire::GroupRow},
    app::format,
    config::Config,
    domain::{
        change::{CreateGroup, DeleteGroup, EditGroup, GroupDraft, Request, SetGroups},
        edge::Terms,
        id::{GroupId, MemberId},
        time::Timestamp,
    },
    i18n::t,
    words::Labels,
};

/// Runs the command.
pub async fn run(config: &Config, command: GroupsCommand) -> Result<Exit, Failure> {
    let consent = command.consent().cloned();
    if let Some(consent) = &consent {
        change::permitted(config, consent)?;
    }
    session::at(config, async |session| {
        let request = match command {
            GroupsCommand::List(wanted) => return list(session, &wanted).await,
            GroupsCommand::Add(wanted) => add(session, wanted).await?,
            GroupsCommand::Remove(wanted) => remove(session, wanted).await?,
            GroupsCommand::Create(wanted) => create(session, wanted).await?,
            GroupsCommand::Edit(wanted) => edit(session, wanted).await?,
            GroupsCommand::Delete(wanted) => {
                let group = group(session, &wanted.group).await?;
                Request::one(group.id.0, DeleteGroup { reason: wanted.reason })
            }
        };
        change::run(session, request, &consent.unwrap_or_default()).await
    })
    .await
}

async fn list<B: Backend>(session: &Session<B>, wanted: &GroupList) -> Result<Exit, Failure> {
    let groups = groups(session).await?;
    let rows: Vec<Line<'_, B>> = groups.iter().map(|group| Line { group, session }).collect();
    output::print(&rows, &groups, wanted.output, session.now)?;
    if rows.is_empty() {
        say(t("cli.groups.none"));
    }
    Ok(Exit::Done)
}

async fn add<B: Backend>(session: &Session<B>, wanted: GroupAdd) -> Result<Request, Failure> {
    let terms = names::terms(&wanted.given, session.now)?;
    let group = group(session, &wanted.group).await?.id;
    let on = choose::members(session, &wanted.given.which).await?;
    Ok(Request { on, kind: SetGroups { add: vec![group], remove: Vec::new(), terms }.into() })
}

async fn remove<B: Backend>(session: &Session<B>, wanted: GroupRemove) -> Result<Request, Failure> {
    let group = group(session, &wanted.group).await?.id;
    let on = choose::members(session, &wanted.change.which).await?;
    let terms = Terms { reason: wanted.change.reason, ..Terms::default() };
    Ok(Request { on, kind: SetGroups { add: Vec::new(), remove: vec![group], terms }.into() })
}

async fn create<B: Backend>(session: &Session<B>, wanted: GroupCreate) -> Result<Request, Failure> {
    let draft = GroupDraft {
        name: wanted.name,
        description: wanted.description.unwrap_or_default(),
        capabilities: capabilities(session, &wanted.capabilities)?,
        leader: leader(session, wanted.leader.as_deref()).await?,
    };
    Ok(Request::given(CreateGroup { draft }))
}

async fn edit<B: Backend>(session: &Session<B>, wanted: GroupEdit) -> Result<Request, Failure> {
    let group = group(session, &wanted.group).await?;
    let removed = capabilities(session, &wanted.remove_capability)?;
    let mut kept: Vec<String> = group.capabilities.into_iter().filter(|key| !removed.contains(key)).collect();
    for key in capabilities(session, &wanted.add_capability)? {
        if !kept.contains(&key) {
            kept.push(key);
        }
    }
    let named = leader(session, wanted.leader.as_deref()).await?;
    let stays = group.leader.filter(|_| !wanted.no_leader).map(|leader| leader.id);
    let draft = GroupDraft {
        name: wanted.name.unwrap_or(group.name),
        description: wanted.description.unwrap_or(group.description),
        capabilities: kept,
        leader: named.or(stays),
    };
    Ok(Request::one(group.id.0, EditGroup { draft }))
}

async fn groups<B: Backend>(session: &Session<B>) -> Result<Vec<GroupRow>, Failure> {
    session.backend.groups(session.id()).await.map_err(|error| session.failure(error))
}

async fn group<B: Backend>(session: &Session<B>, typed: &str) -> Result<GroupRow, Failure> {
    let mut groups = groups(session).await?;
    let id: GroupId = names::group(&groups, typed).map_err(Failure::usage)?;
    groups.retain(|group| group.id == id);
    groups.pop().ok_or_else(|| Failure::failed(t("cli.groups.none")))
}

fn capabilities<B>(session: &Session<B>, typed: &[String]) -> Result<Vec<String>, Failure> {
    let all = &session.workspace.capabilities;
    typed.iter().map(|typed| names::capability(all, typed)).collect::<Result<_, _>>().map_err(Failure::usage)
}

async fn leader<B: Backend>(session: &Session<B>, email: Option<&str>) -> Result<Option<MemberId>, Failure> {
    match email {
        Some(email) => choose::member(session, email).await.map(Some),
        None => Ok(None),
    }
}

/// A group in a list.
struct Line<'a, B> {
    group: &'a GroupRow,
    session: &'a Session<B>,
}

impl<B> Row for Line<'_, B> {
    fn head(wide: bool) -> Vec<&'static str> {
        let mut head = vec![t("cli.head.name"), t("cli.head.members"), t("cli.head.leader"), t("cli.head.adds")];
        head.extend(wide.then(|| t("cli.head.description")));
        head
    }

    fn line(&self, wide: bool, _: Timestamp) -> Vec<String> {
        let label = |key: &String| self.session.workspace.label(key).unwrap_or_else(|| key.clone());
        let mut line = vec![
            self.group.name.to_string(),
            format::count(self.group.members),
            self.group.leader.as_ref().map_or_else(|| NONE.to_owned(), |leader| leader.name.to_string()),
            self.group.capabilities.iter().map(label).collect::<Vec<_>>().join(", "),
        ];
        line.extend(wide.then(|| self.group.description.to_string()));
        line
    }

    const FIELDS: &'static [&'static str] = &["name", "description", "members", "leader", "capabilities"];

    fn record(&self) -> Vec<String> {
        vec![
            self.group.name.raw().to_owned(),
            self.group.description.raw().to_owned(),
            self.group.members.to_string(),
            self.group.leader.as_ref().map(|leader| leader.name.raw().to_owned()).unwrap_or_default(),
            self.group.capabilities.join(";"),
        ]
    }

    fn name(&self) -> String {
        self.group.name.raw().to_owned()
    }
}
