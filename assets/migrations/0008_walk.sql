-- What a filter asks of those whom a walk along the list passes by stands in the list's own index: their rows,
-- which lie anywhere on disk, need not be read for it.
DROP INDEX members_by_email;
CREATE UNIQUE INDEX members_by_email ON members (workspace_id, email_key, id, status_rank, name_key);
