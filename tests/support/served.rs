//! A backend at work for one test: a new workspace, its people, a clock that the test turns, and a
//! client for whoever is to act.

pub use crate::rest::{Client, Write};

use crate::database::Database;
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        http::{HttpBackend, Patience},
        wire::{Applied, GroupRow, Import, ImportRow, InvitationRow, MemberRow, PageQuery, RoleRow},
        write::Precondition,
    },
    domain::{
        change::{CreateGroup, Grant, GroupDraft, Invite, InviteDraft, Request, SetRoles},
        edge::Terms,
        id::{AccountId, FolderId, GroupId, MemberId, RoleId, WorkspaceId},
        model::{Effect, Subject},
        pack::Pack,
        time::Timestamp,
        untrusted::Text,
    },
    server::{Options, Rates, Running, Server, sample::Sample, store::Store},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

/// A fixed moment to begin at.
pub const START: Timestamp = Timestamp(1_760_000_000);

/// The owner of every world.
pub const OWNER: &str = "olga@northwind.test";

/// Who is there besides: e-mail and role.
pub const PEOPLE: [(&str, &str); 6] = [
    ("adele@northwind.test", "Administrator"),
    ("arthur@northwind.test", "Administrator"),
    ("marta@northwind.test", "Marketer"),
    ("tom@northwind.test", "Technician"),
    ("vera@northwind.test", "Viewer"),
    ("victor@northwind.test", "Viewer"),
];

/// A server, its store, and what it was given.
pub struct World {
    /// The server.
    pub running: Running,
    /// Its store.
    pub store: Store,
    /// The workspace.
    pub ws: WorkspaceId,
    /// The e-mail of its owner, or of its first administrator where the pack has no owner.
    pub first: String,
    clock: Arc<AtomicI64>,
    keys: AtomicU64,
    database: Database,
}

impl World {
    /// A workspace of the `signage` pack with its owner and [`PEOPLE`].
    pub async fn new() -> Self {
        let world = Self::with(|_| ()).await;
        world.bring_in(&PEOPLE).await;
        world
    }

    /// The owner alone, and other options.
    pub async fn with(change: impl FnOnce(&mut Options)) -> Self {
        Self::of_pack("signage", change).await
    }

    /// A workspace of another pack, its first member alone.
    pub async fn of_pack(pack: &str, change: impl FnOnce(&mut Options)) -> Self {
        let database = Database::new().await;
        let store = Store::open(&database.url).await.unwrap();
        let pack = Pack::builtin(pack).unwrap().unwrap();
        let made = store.create_workspace(&pack, "Northwind Signage", OWNER, "Olga Owner", START).await;
        Self::serve(database, store, made.unwrap(), change).await
    }

    /// The sample workspace, with its folders and grants.
    pub async fn sample(members: usize) -> Self {
        let database = Database::new().await;
        let store = Store::open(&database.url).await.unwrap();
        let pack = Pack::builtin("signage").unwrap().unwrap();
        let made = store.seed(&pack, &Sample::northwind(members, START)).await;
        Self::serve(database, store, made.unwrap(), |_| ()).await
    }

    async fn serve(
        database: Database,
        store: Store,
        (ws, first): (WorkspaceId, AccountId),
        change: impl FnOnce(&mut Options),
    ) -> Self {
        // What the server would do at once by itself, so that nothing changes behind a test's back.
        store.expire_due(START).await.unwrap();
        let first = store.account(first).await.unwrap().expect("an account").email.raw().to_owned();
        let clock = Arc::new(AtomicI64::new(START.0));
        let mut options = options(store.clone(), &clock);
        change(&mut options);
        let running = Server::start(options).await.unwrap();
        Self { running, store, ws, first, clock, keys: AtomicU64::new(0), database }
    }

    /// Another server on the same database, as another process has it, and a client that acts as the owner there.
    pub async fn beside(&self) -> (Running, Client) {
        let store = Store::open(&self.database.url).await.unwrap();
        let first = store.account_by_email(&self.first).await.unwrap().expect("an account");
        let (running, secret) = Server::embedded(options(store, &self.clock), first.id).await.unwrap();
        let client = client(&running.url, secret.reveal());
        (running, client)
    }

    /// Brings people in by a file, each with a role; administrators can sign in.
    pub async fn bring_in(&self, people: &[(&str, &str)]) {
        let row = |(at, (email, role)): (usize, &(&str, &str))| row(at as u64 + 2, email, "", role, &[]);
        let rows = people.iter().enumerate().map(row).collect();
        self.owner().await.import(self.ws, &import(rows), &self.key()).await.unwrap();
        // Administrators count, and can be made owners, only when they can sign in.
        for (email, _) in people.iter().filter(|(_, role)| *role == "Administrator") {
            let account = self.store.account_by_email(email).await.unwrap().expect("an account");
            self.store.set_password(account.id, "a hash that no password has", None).await.unwrap();
        }
    }

    /// As [`World::new`], with other rates.
    pub async fn with_rates(rates: Rates) -> Self {
        Self::with(|options| options.rates = rates).await
    }

    /// Lets time pass.
    pub fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::SeqCst))
    }

    /// A client that acts as the owner.
    pub async fn owner(&self) -> Client {
        self.client(&self.secret(&self.first).await)
    }

    /// A client that acts as the account of this e-mail.
    pub async fn acting(&self, email: &str) -> Client {
        self.client(&self.secret(email).await)
    }

    /// A secret of the run that acts as the account of this e-mail.
    pub async fn secret(&self, email: &str) -> String {
        let account = self.store.account_by_email(email).await.unwrap().expect("an account");
        self.running.secret_for(account.id).unwrap().reveal().to_owned()
    }

    /// A client with a secret, that gives up quickly.
    pub fn client(&self, secret: &str) -> Client {
        client(&self.running.url, secret)
    }

    /// A new idempotency key.
    pub fn key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::SeqCst))
    }

    /// A write on whatever is there now.
    pub fn write(&self, request: Request) -> Write {
        Write { request, precondition: Precondition::Any, key: self.key(), password: None }
    }

    /// Makes a single change as somebody.
    pub async fn apply(&self, actor: &Client, request: Request) -> Result<Applied, ApiError> {
        actor.apply(self.ws, &self.write(request)).await
    }

    /// The row of a member, as the owner sees it.
    pub async fn member(&self, email: &str) -> MemberRow {
        let query = PageQuery { filter: format!("\"{email}\""), ..PageQuery::default() };
        let page = self.owner().await.members(self.ws, &query).await.unwrap();
        let found = page.items.into_iter().find(|row| row.email.raw() == email);
        found.unwrap_or_else(|| panic!("no member {email}"))
    }

    /// The identifier of a member.
    pub async fn id(&self, email: &str) -> MemberId {
        self.member(email).await.id
    }

    /// A role by name.
    pub async fn role(&self, name: &str) -> RoleRow {
        let roles = self.owner().await.roles(self.ws).await.unwrap();
        roles.into_iter().find(|role| role.name.raw() == name).unwrap_or_else(|| panic!("no role {name}"))
    }

    /// A group by name.
    pub async fn group(&self, name: &str) -> GroupRow {
        let groups = self.owner().await.groups(self.ws).await.unwrap();
        groups.into_iter().find(|group| group.name.raw() == name).unwrap_or_else(|| panic!("no group {name}"))
    }

    /// Makes a group as the owner.
    pub async fn make_group(&self, name: &str, capabilities: &[&str]) -> GroupId {
        let create = Request::given(CreateGroup { draft: group(name, capabilities) });
        let made = self.apply(&self.owner().await, create).await.unwrap();
        GroupId(made.created.expect("a group made"))
    }

    /// Changes the one role of a member.
    pub async fn set_role(&self, actor: &Client, email: &str, role: &str) -> Result<Applied, ApiError> {
        let change = self.role_change(email, role).await;
        self.apply(actor, change).await
    }

    /// The change that gives a member one role.
    pub async fn role_change(&self, email: &str, role: &str) -> Request {
        let (member, role) = (self.id(email).await, self.role(role).await.id);
        Request::one(member.0, SetRoles { roles: vec![role], terms: Terms::default() })
    }

    /// Invites as somebody; answers what was done, with the link.
    pub async fn invite(&self, actor: &Client, email: &str, role: &str) -> Result<Applied, ApiError> {
        let role = self.role(role).await.id;
        self.apply(actor, Request::given(Invite::one(invite(email, role)))).await
    }

    /// The invitation of an address.
    pub async fn invitation(&self, email: &str) -> InvitationRow {
        let settled_too = PageQuery { filter: "status:any".into(), ..PageQuery::default() };
        let page = self.owner().await.invitations(self.ws, &settled_too).await.unwrap();
        page.items.into_iter().find(|row| row.email.raw() == email).unwrap_or_else(|| panic!("no invitation {email}"))
    }

    /// Brings somebody in by invitation, with a password.
    pub async fn join(&self, email: &str, role: &str, password: &str) {
        let made = self.invite(&self.owner().await, email, role).await.unwrap();
        let answer = accept(&made.link.expect("a link"), "", password).await;
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    }

    /// A folder by name.
    pub async fn folder(&self, name: &str) -> FolderId {
        let folders = self.owner().await.folders(self.ws).await.unwrap();
        folders.into_iter().find(|folder| folder.name.raw() == name).unwrap_or_else(|| panic!("no folder {name}")).id
    }

    /// Keys of what a member holds, in a folder or across the workspace.
    pub async fn held(&self, member: MemberId, folder: Option<FolderId>) -> Vec<String> {
        let access = self.owner().await.access(self.ws, member, folder).await.unwrap();
        access.rows.into_iter().filter(|row| row.allowed).map(|row| row.capability).collect()
    }

    /// A bare request, for what the client would never send.
    pub fn request(&self, method: &str, path: &str, secret: &str) -> reqwest::RequestBuilder {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let path = path.replace("{ws}", &self.ws.to_string());
        client.request(method.parse().unwrap(), format!("{}{path}", self.running.url)).bearer_auth(secret)
    }
}

fn options(store: Store, clock: &Arc<AtomicI64>) -> Options {
    let clock = clock.clone();
    let mut options = Options::new(store);
    options.clock = Arc::new(move || Timestamp(clock.load(Ordering::SeqCst)));
    options.report = Arc::new(|text| eprintln!("{text}"));
    options
}

fn client(url: &str, secret: &str) -> Client {
    Client::new(HttpBackend::patient(url, secret, patience()).unwrap(), url, secret)
}

fn patience() -> Patience {
    Patience { tries: 1, total: Duration::from_secs(20), ..Patience::default() }
}

/// An import of rows.
pub fn import(rows: Vec<ImportRow>) -> Import {
    Import { rows, create_groups: false, dry_run: false }
}

/// A row of an import.
pub fn row(line: u64, email: &str, name: &str, role: &str, groups: &[&str]) -> ImportRow {
    let roles = if role.is_empty() { Vec::new() } else { vec![role.into()] };
    ImportRow {
        line,
        email: email.into(),
        name: name.into(),
        roles,
        groups: groups.iter().map(|&g| g.into()).collect(),
    }
}

/// A group to be made.
pub fn group(name: &str, capabilities: &[&str]) -> GroupDraft {
    GroupDraft {
        name: Text::new(name),
        capabilities: capabilities.iter().map(|&key| key.to_owned()).collect(),
        ..GroupDraft::default()
    }
}

/// A grant for one member or group.
pub fn granting(folder: FolderId, subject: Subject, capability: String, effect: Effect, terms: Terms) -> Request {
    let (id, grant) = Grant::to(folder, subject, capability, effect, terms);
    Request::one(id, grant)
}

/// An invitation to be sent.
pub fn invite(email: &str, role: RoleId) -> InviteDraft {
    InviteDraft { email: Text::new(email), roles: vec![role], ..InviteDraft::default() }
}

/// Accepts behind a link, as a program would.
pub async fn accept(link: &str, name: &str, password: &str) -> reqwest::Response {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = link.replace("/join/", "/v1/join/");
    client.post(url).json(&serde_json::json!({ "name": name, "password": password })).send().await.unwrap()
}
