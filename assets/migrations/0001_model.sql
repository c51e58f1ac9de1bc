-- The whole model (SPEC 1 to 5), for SQLite and PostgreSQL.
--
-- Tokens that the store fills in for each database:
--   @id@    a generated 64-bit primary key
--   @key@   text that is compared and sorted byte by byte, the same on both
--   @edge@  what every edge carries: reason, by whom, since when, until when, source
--   @wide@  a table whose primary key is its order on disk, where the database can do that
--
-- Moments are seconds since 1970 UTC, flags 0 or 1, JSON is text: types that both databases and the
-- driver agree on. *_key columns hold the lower-cased text, lower-cased by the program, never by SQL.
-- granted_by, inviter and actor name accounts without a reference: history outlives accounts.

CREATE TABLE organisation (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE accounts (
    id @id@,
    email TEXT NOT NULL,
    email_key @key@ NOT NULL UNIQUE,
    name TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'deactivated')),
    last_sign_in BIGINT,
    password_hash TEXT,
    provider TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    token_hash @key@ PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_of ON sessions (account_id);
CREATE INDEX sessions_ending ON sessions (expires_at);

-- revision grows with every write in the workspace, version when the workspace itself changes;
-- audit_seq and audit_hash are the head of its audit chain; swept_at is how far expiry was followed.
CREATE TABLE workspaces (
    id @id@,
    name TEXT NOT NULL,
    name_key @key@ NOT NULL,
    pack TEXT NOT NULL,
    catalogue TEXT NOT NULL,
    policies TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    revision BIGINT NOT NULL DEFAULT 1,
    audit_seq BIGINT NOT NULL DEFAULT 0,
    audit_hash TEXT NOT NULL DEFAULT '',
    swept_at BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);

-- email_key to group_count repeat what other tables say, so that each sort of the list is one walk
-- along an index. role_rank: 0 the owner, else 1 + the first role's position, else 1000000.
-- status_rank: 0 active, 1 pending, 2 deactivated (membership or account). last_key: -1 never.
CREATE TABLE members (
    id @id@,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    status TEXT NOT NULL CHECK (status IN ('active', 'pending', 'deactivated')),
    owner BIGINT NOT NULL DEFAULT 0 CHECK (owner IN (0, 1)),
    version BIGINT NOT NULL DEFAULT 1,
    joined_at BIGINT NOT NULL,
    email_key @key@ NOT NULL,
    name_key @key@ NOT NULL,
    role_rank BIGINT NOT NULL DEFAULT 1000000,
    status_rank BIGINT NOT NULL,
    last_key BIGINT NOT NULL DEFAULT -1,
    group_count BIGINT NOT NULL DEFAULT 0,
    UNIQUE (account_id, workspace_id)
);
CREATE UNIQUE INDEX one_owner ON members (workspace_id) WHERE owner = 1;
-- What a filter asks of those whom a walk along the list passes by stands in the list's own index.
CREATE UNIQUE INDEX members_by_email ON members (workspace_id, email_key, id, status_rank, name_key);
-- A workspace that is read whole is read in the order of its members, as their edges lie on disk.
CREATE INDEX members_here ON members (workspace_id, id);
CREATE INDEX members_by_name ON members (workspace_id, name_key, id);
CREATE INDEX members_by_role ON members (workspace_id, role_rank, id);
CREATE INDEX members_by_status ON members (workspace_id, status_rank, id);
CREATE INDEX members_by_last ON members (workspace_id, last_key, id);
CREATE INDEX members_by_groups ON members (workspace_id, group_count, id);

CREATE TABLE roles (
    id @id@,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    role_key @key@ NOT NULL,
    name TEXT NOT NULL,
    name_key @key@ NOT NULL,
    purpose TEXT NOT NULL DEFAULT '',
    owner TEXT NOT NULL DEFAULT '',
    builtin BIGINT NOT NULL DEFAULT 0,
    position BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    UNIQUE (workspace_id, role_key),
    UNIQUE (workspace_id, name_key)
);

CREATE TABLE role_capability (
    role_id BIGINT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    capability @key@ NOT NULL,
    PRIMARY KEY (role_id, capability)
) @wide@;

CREATE TABLE groups (
    id @id@,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_key @key@ NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    leader BIGINT REFERENCES members (id) ON DELETE SET NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    UNIQUE (workspace_id, name_key)
);
CREATE INDEX groups_led ON groups (leader);

CREATE TABLE group_capability (
    group_id BIGINT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    capability @key@ NOT NULL,
    PRIMARY KEY (group_id, capability)
) @wide@;

CREATE TABLE member_role (
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    role_id BIGINT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    @edge@,
    PRIMARY KEY (member_id, role_id)
) @wide@;
CREATE INDEX member_role_holders ON member_role (role_id, member_id, expires_at);
CREATE INDEX member_role_ending ON member_role (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE member_group (
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    @edge@,
    PRIMARY KEY (member_id, group_id)
) @wide@;
CREATE INDEX member_group_members ON member_group (group_id, member_id, expires_at);
CREATE INDEX member_group_ending ON member_group (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE direct_permission (
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    capability @key@ NOT NULL,
    @edge@,
    PRIMARY KEY (member_id, capability)
) @wide@;
CREATE INDEX direct_permission_holders ON direct_permission (capability, member_id);

CREATE TABLE org_roles (
    id @id@,
    role_key @key@ NOT NULL UNIQUE,
    name TEXT NOT NULL
);

CREATE TABLE org_role_capability (
    org_role_id BIGINT NOT NULL REFERENCES org_roles (id) ON DELETE CASCADE,
    capability @key@ NOT NULL,
    PRIMARY KEY (org_role_id, capability)
) @wide@;

CREATE TABLE org_role_holder (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    org_role_id BIGINT NOT NULL REFERENCES org_roles (id) ON DELETE CASCADE,
    @edge@,
    PRIMARY KEY (account_id, org_role_id)
) @wide@;
CREATE INDEX org_role_holders ON org_role_holder (org_role_id);

CREATE TABLE folders (
    id @id@,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    parent BIGINT REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_key @key@ NOT NULL,
    kind TEXT NOT NULL,
    owner BIGINT REFERENCES members (id) ON DELETE SET NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX folder_names ON folders (workspace_id, COALESCE(parent, 0), name_key);
CREATE INDEX folder_children ON folders (parent);
CREATE INDEX folders_owned ON folders (owner);

CREATE TABLE fences (
    folder_id BIGINT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    @edge@,
    PRIMARY KEY (folder_id, group_id)
) @wide@;
CREATE INDEX fences_of_group ON fences (group_id);

CREATE TABLE grants (
    id @id@,
    folder_id BIGINT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    member_id BIGINT REFERENCES members (id) ON DELETE CASCADE,
    group_id BIGINT REFERENCES groups (id) ON DELETE CASCADE,
    capability @key@ NOT NULL,
    effect TEXT NOT NULL CHECK (effect IN ('allow', 'deny')),
    version BIGINT NOT NULL DEFAULT 1,
    @edge@,
    CHECK ((member_id IS NULL) <> (group_id IS NULL))
);
CREATE UNIQUE INDEX grants_once
    ON grants (folder_id, COALESCE(member_id, 0), COALESCE(group_id, 0), capability, effect);
CREATE INDEX grants_of_member ON grants (member_id);
CREATE INDEX grants_of_group ON grants (group_id);

-- look_key is what the address looks like to the eye (its skeleton), mixed whether it mixes scripts.
-- link_by made the link, and link_seed is what its token was made from together with a key that is never stored:
-- whoever has that key can make the link again, and nobody else can.
CREATE TABLE invitations (
    id @id@,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    member_id BIGINT REFERENCES members (id) ON DELETE SET NULL,
    email TEXT NOT NULL,
    email_key @key@ NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    name_key @key@ NOT NULL DEFAULT '',
    message TEXT,
    inviter BIGINT,
    status TEXT NOT NULL CHECK (status IN ('sent', 'accepted', 'declined', 'cancelled', 'expired', 'failed')),
    token_hash @key@ UNIQUE,
    token_version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    settled_at BIGINT,
    sends BIGINT NOT NULL DEFAULT 1,
    delivery TEXT NOT NULL DEFAULT '',
    delivery_key @key@ NOT NULL DEFAULT '',
    look_key @key@ NOT NULL DEFAULT '',
    mixed BIGINT NOT NULL DEFAULT 0,
    link_by BIGINT,
    link_seed TEXT,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX one_open_invitation ON invitations (workspace_id, email_key)
    WHERE status IN ('sent', 'expired', 'failed');
CREATE INDEX invitations_by_email ON invitations (workspace_id, email_key, id);
CREATE INDEX invitations_by_expiry ON invitations (workspace_id, expires_at, id);
CREATE INDEX invitations_by_age ON invitations (workspace_id, created_at, id);
CREATE INDEX invitations_of_member ON invitations (member_id);
CREATE INDEX invitations_ending ON invitations (expires_at) WHERE status = 'sent';
CREATE INDEX open_invitations_by_expiry ON invitations (workspace_id, expires_at, id)
    WHERE status IN ('sent', 'expired', 'failed');
CREATE INDEX open_invitations_by_age ON invitations (workspace_id, created_at, id)
    WHERE status IN ('sent', 'expired', 'failed');
CREATE INDEX open_invitations_by_email ON invitations (workspace_id, email_key, id)
    WHERE status IN ('sent', 'expired', 'failed');
CREATE INDEX open_invitations_by_inviter ON invitations (workspace_id, inviter)
    WHERE status IN ('sent', 'expired', 'failed');
CREATE INDEX open_invitations_by_look ON invitations (workspace_id, look_key)
    WHERE status IN ('sent', 'expired', 'failed');

CREATE TABLE invitation_role (
    invitation_id BIGINT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    role_id BIGINT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (invitation_id, role_id)
) @wide@;
CREATE INDEX invitation_role_waiting ON invitation_role (role_id);

CREATE TABLE invitation_group (
    invitation_id BIGINT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    PRIMARY KEY (invitation_id, group_id)
) @wide@;
CREATE INDEX invitation_group_waiting ON invitation_group (group_id);

-- delta is everything that the event touched, before and after, as JSON: the state can be rebuilt from it alone.
-- hash covers the hash of the event before it. Here and in change_rows and change_results no foreign key is checked for
-- each of 100 000 rows: they are written only while what they belong to is held.
CREATE TABLE audit_events (
    workspace_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor BIGINT,
    actor_email TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    delta TEXT NOT NULL,
    reason TEXT,
    change_id BIGINT,
    search_key @key@ NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (workspace_id, seq)
) @wide@;

CREATE TABLE idempotency (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    idem_key @key@ NOT NULL,
    body_hash TEXT NOT NULL,
    status BIGINT NOT NULL,
    response TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, idem_key)
) @wide@;
CREATE INDEX idempotency_age ON idempotency (created_at);

-- What somebody changed at once (SPEC 6), one row or 100 000. request is what was asked for, from which each row is
-- made again; what is told of it in names of that time stands in what. total to left_out count change_rows and
-- change_results: a list of changes need not. ended_at is set while no row is pending. stop_asked_at tells whoever works
-- on it, in whichever process, to stop; worked_at is when somebody took it up or last did rows of it, and none where it
-- is known that nobody works on it. trouble says why the backend itself gave up.
CREATE TABLE changes (
    id @id@,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    actor BIGINT NOT NULL,
    actor_email TEXT NOT NULL,
    idem_key @key@ NOT NULL,
    body_hash TEXT NOT NULL,
    action TEXT NOT NULL,
    request TEXT NOT NULL,
    what TEXT NOT NULL,
    name TEXT,
    reason TEXT,
    undoes BIGINT REFERENCES changes (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    stop_asked_at BIGINT,
    worked_at BIGINT,
    trouble TEXT,
    total BIGINT NOT NULL,
    done BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    skipped BIGINT NOT NULL DEFAULT 0,
    left_out BIGINT NOT NULL DEFAULT 0,
    UNIQUE (actor, idem_key)
);
CREATE INDEX changes_by_age ON changes (workspace_id, id);
CREATE INDEX changes_undoing ON changes (undoes) WHERE undoes IS NOT NULL;

-- item is the row's place in the request, from which its change is made again. fingerprint is that of what the plan said
-- it does; none for a row that the plan left out.
CREATE TABLE change_rows (
    change_id BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    item BIGINT NOT NULL,
    target BIGINT,
    name TEXT NOT NULL,
    fingerprint BIGINT,
    PRIMARY KEY (change_id, row_number)
) @wide@;

-- A row is pending as long as it has no result, and the primary key is why it can never have two: whoever else applied
-- it meanwhile, in this process or another, the second transaction fails as a whole. event is its place in the audit log,
-- which has what it did.
CREATE TABLE change_results (
    change_id BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('done', 'unchanged', 'failed', 'skipped')),
    why TEXT,
    event BIGINT,
    PRIMARY KEY (change_id, row_number)
) @wide@;
CREATE INDEX change_results_to_look_at ON change_results (change_id, state, row_number) WHERE state <> 'done';
