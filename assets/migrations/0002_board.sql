-- The board of invitations: what it is sorted and flagged by, and whose the link is (see 0001 for tokens).
--
-- look_key is what the address looks like to the eye (its skeleton), mixed whether it mixes scripts:
-- both worked out by the program, as all *_key columns are; rows from before this step are empty and
-- filled when the store is opened.
-- link_by made the link, and link_seed is what its token was made from together with a key that is
-- never stored: with it the same run of the backend can make the link again, and nobody else can.

ALTER TABLE invitations ADD COLUMN look_key @key@ NOT NULL DEFAULT '';
ALTER TABLE invitations ADD COLUMN mixed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE invitations ADD COLUMN delivery_key @key@ NOT NULL DEFAULT '';
ALTER TABLE invitations ADD COLUMN link_by BIGINT;
ALTER TABLE invitations ADD COLUMN link_seed TEXT;

CREATE INDEX invitations_to_fill ON invitations (id) WHERE look_key = '';
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
