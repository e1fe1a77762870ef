-- What people tell, from the first answer to the mailbox in which they are answered.
-- `chat` and `person` are keyed pseudonyms: of drafts under the server key, because their owners must be told should
-- a power cut take the draft key; of traces and quotas under a draft key, so that nobody can link them afterwards.

CREATE TABLE drafts (
    chat    BLOB PRIMARY KEY,
    sealed  BLOB NOT NULL,      -- draft key: everything answered so far
    address BLOB,               -- server key: whom to tell that a power cut took the answers
    due     INTEGER NOT NULL    -- the hour, counted from 1970, in which the first part of it ends
) WITHOUT ROWID;
CREATE INDEX drafts_due ON drafts (due);

CREATE TABLE incidents (
    reference   TEXT PRIMARY KEY,       -- random: it tells neither time nor order
    state       TEXT NOT NULL CHECK (state IN ('new', 'withdrawn')),
    sealed      BLOB,                   -- office key; emptied when withdrawn
    mac         BLOB,                   -- of the row: who knows the public half alone cannot plant an incident
    received_on TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE additions (
    reference   TEXT NOT NULL REFERENCES incidents (reference) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    sealed      BLOB NOT NULL,
    mac         BLOB NOT NULL,
    received_on TEXT NOT NULL,
    PRIMARY KEY (reference, number)
) WITHOUT ROWID;

CREATE TABLE evidence (
    id         TEXT PRIMARY KEY,        -- random; the file of that name is under the office key
    draft      BLOB REFERENCES drafts (chat) ON DELETE CASCADE,
    reference  TEXT REFERENCES incidents (reference) ON DELETE CASCADE,
    arrived_on TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX evidence_of_draft ON evidence (draft) WHERE draft IS NOT NULL;
CREATE INDEX evidence_of_incident ON evidence (reference) WHERE reference IS NOT NULL;

CREATE TABLE mailboxes (
    box          BLOB PRIMARY KEY,      -- keyed pseudonym of the receipt's public key: the table does not link to incidents
    address      BLOB,                  -- server key: whom to tell of an answer, for those who asked for it
    told_until   TEXT,
    kept_until   TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE mail (
    box     BLOB NOT NULL REFERENCES mailboxes (box) ON DELETE CASCADE,
    number  INTEGER NOT NULL,           -- within the mailbox: one count over all would tell their order
    sealed  BLOB NOT NULL,              -- receipt
    PRIMARY KEY (box, number)
) WITHOUT ROWID;

CREATE TABLE quotas (
    person BLOB PRIMARY KEY,
    day    TEXT NOT NULL,
    sent   INTEGER NOT NULL,            -- incidents
    added  INTEGER NOT NULL             -- additions to them
) WITHOUT ROWID;

CREATE TABLE traces (
    id      INTEGER PRIMARY KEY,
    chat    BLOB NOT NULL,
    sealed  BLOB NOT NULL,              -- draft key: the chat, the number of a message in it, and when it came
    made_on TEXT NOT NULL
);
CREATE INDEX traces_of_chat ON traces (chat);

CREATE TABLE tended (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    day        TEXT NOT NULL,           -- when old rows were last deleted
    held_until TEXT                     -- after a leap of the clock nothing is deleted before this day
);

ALTER TABLE identity ADD COLUMN office BLOB;    -- MAC of the office key's public half, so that a swapped one is noticed
