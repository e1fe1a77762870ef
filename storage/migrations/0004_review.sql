-- Who works here, and what they decide about what came in. Handles, such as Lotus-4, stand for people; references for
-- incidents. What is sealed with the server key can be read by whoever has disk and key: docs/safety.md lists it.

CREATE TABLE members (
    handle  TEXT PRIMARY KEY,
    person  BLOB UNIQUE,            -- keyed pseudonym; emptied when revoked, so that a handle leads to nobody
    address BLOB,                   -- server key: where to write to
    role    INTEGER NOT NULL,
    since   TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE invites (
    hash    BLOB PRIMARY KEY,       -- SHA-256 of 128 random bits
    sealed  BLOB NOT NULL,          -- server key: role, inviter, word, and who used it
    used    INTEGER NOT NULL DEFAULT 0,
    ends    INTEGER NOT NULL        -- unix seconds
) WITHOUT ROWID;

CREATE TABLE rooms (
    kind    TEXT PRIMARY KEY,       -- coordinators
    address BLOB NOT NULL           -- server key: the group and its topic
) WITHOUT ROWID;

CREATE TABLE reviews (
    reference TEXT PRIMARY KEY REFERENCES incidents (reference) ON DELETE CASCADE,
    sealed    BLOB NOT NULL         -- server key: kind, urgency, province; who reviews it, and what was found
) WITHOUT ROWID;

CREATE TABLE notes (
    reference TEXT NOT NULL REFERENCES incidents (reference) ON DELETE CASCADE,
    number    INTEGER NOT NULL,
    sealed    BLOB NOT NULL,        -- office key: what the team says among itself
    mac       BLOB NOT NULL,
    made_on   TEXT NOT NULL,
    PRIMARY KEY (reference, number)
) WITHOUT ROWID;

CREATE TABLE replies (
    reference TEXT NOT NULL REFERENCES incidents (reference) ON DELETE CASCADE,
    number    INTEGER NOT NULL,
    sealed    BLOB NOT NULL,        -- receipt
    PRIMARY KEY (reference, number)
) WITHOUT ROWID;

CREATE TABLE tellings (
    id     BLOB PRIMARY KEY,        -- random: not even of which incident somebody is told lies open
    sealed BLOB NOT NULL            -- draft key: who is told, and of what; a power cut takes it
) WITHOUT ROWID;

CREATE TABLE waiting (
    chat    BLOB PRIMARY KEY,       -- keyed pseudonym
    address BLOB NOT NULL           -- server key: who is to hear that a power cut took that
) WITHOUT ROWID;

-- Beside a mailbox, whose last day is in clear, an address said on which day that chat told something.
ALTER TABLE mailboxes DROP COLUMN address;
ALTER TABLE mailboxes DROP COLUMN told_until;

CREATE TABLE proposals (
    id      TEXT PRIMARY KEY,
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    sealed  BLOB NOT NULL,          -- server key: the exact content that a second person approves, and who proposed it
    ends    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE audit (
    n      INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL,           -- server key: day, who by handle, what, on what
    mac    BLOB NOT NULL            -- over the one before and this one
);

CREATE TABLE case_entries (
    id           TEXT PRIMARY KEY,
    case_ref     BLOB NOT NULL,     -- keyed pseudonym of the case: some of it is for members alone
    sealed       BLOB NOT NULL      -- server key: what happened, when, by which source
) WITHOUT ROWID;
CREATE INDEX case_entries_of_case ON case_entries (case_ref);

CREATE TABLE follows (
    chat    BLOB NOT NULL,          -- keyed pseudonym
    topic   TEXT NOT NULL,
    address BLOB NOT NULL,          -- server key
    PRIMARY KEY (chat, topic)
) WITHOUT ROWID;

CREATE TABLE assessments (
    id         TEXT PRIMARY KEY,
    benchmark  TEXT NOT NULL,
    sealed     BLOB NOT NULL,       -- server key: the grade and on what it rests
    decided_on TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE published (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    sealed BLOB NOT NULL            -- server key: the counts that were last shown
);

CREATE TABLE nudges (
    subject TEXT PRIMARY KEY,       -- what was said once already, as the server key makes it unreadable
    day     TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE passing (
    id     INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL            -- draft key: a message in a chat, and when it has to go
);
