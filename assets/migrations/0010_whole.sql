-- A workspace that is read whole is read in the order of its members, as their edges lie on disk.
CREATE INDEX members_here ON members (workspace_id, id);
