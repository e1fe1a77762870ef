-- What has to be done by when, who wants to be told of it, and what was sent to whom. A place is a chat or a topic of
-- one; it stands here as a keyed pseudonym, with its address sealed by the server key.

CREATE TABLE deadlines (
    id     TEXT PRIMARY KEY,
    sealed BLOB NOT NULL            -- server key: what is due, when, and every term of the call
) WITHOUT ROWID;

CREATE TABLE listeners (
    place        BLOB PRIMARY KEY,  -- keyed pseudonym of chat and topic
    chat         BLOB NOT NULL,     -- keyed pseudonym of the chat
    address      BLOB NOT NULL,     -- server key: the chat and its topic
    profile      TEXT NOT NULL,     -- zone, first waking hour, first quiet hour, which leads: as many chats share
    digest       INTEGER NOT NULL DEFAULT 0,
    asleep_until INTEGER NOT NULL DEFAULT 0,    -- unix seconds
    blocked_on   TEXT               -- the day on which it turned out that it cannot be written to
) WITHOUT ROWID;
CREATE INDEX listeners_of_chat ON listeners (chat);
CREATE INDEX listeners_by_profile ON listeners (profile);

CREATE TABLE subscriptions (
    topic TEXT NOT NULL,            -- all, news, d:<deadline>, b:<benchmark>, case:<case>
    place BLOB NOT NULL,
    PRIMARY KEY (topic, place)
) WITHOUT ROWID;
CREATE INDEX subscriptions_of_place ON subscriptions (place);

CREATE TABLE answered (
    occurrence TEXT NOT NULL,       -- <deadline>:<day>
    place      BLOB NOT NULL,
    PRIMARY KEY (occurrence, place)
) WITHOUT ROWID;

CREATE TABLE rounds (
    id       TEXT PRIMARY KEY,
    kind     TEXT NOT NULL CHECK (kind IN ('reminder', 'notice', 'broadcast')),
    key      TEXT NOT NULL UNIQUE,  -- what it is, so that it is opened once
    sealed   BLOB NOT NULL,         -- server key: what is said, to whom
    state    TEXT NOT NULL CHECK (state IN ('running', 'paused', 'done', 'void')),
    priority INTEGER NOT NULL,
    reached  BLOB,                  -- how far its rows in deliveries are made; NULL: all are. In one that is void, NULL
                                    -- says that all of them are void
    ends     INTEGER NOT NULL,      -- unix seconds: from then on nothing of it is sent; 0 for never
    made_on  TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX rounds_open ON rounds (priority, id) WHERE state IN ('running', 'paused');
CREATE INDEX rounds_unswept ON rounds (id) WHERE state = 'void' AND reached IS NOT NULL;

CREATE TABLE deliveries (
    subject    TEXT NOT NULL,       -- <deadline>:<version>:<day>:<step>, or a round: what a place gets once
    place      BLOB NOT NULL,
    round      TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'queued', 'sent', 'gone', 'refused', 'unknown', 'void')),
    not_before INTEGER NOT NULL,    -- unix seconds
    queued_at  INTEGER NOT NULL DEFAULT 0,
    again      INTEGER NOT NULL DEFAULT 0,      -- an answer was lost: it may have come more than once
    letter     TEXT,                -- key of the letter in the outbox that carries it
    PRIMARY KEY (subject, place)
) WITHOUT ROWID;
CREATE INDEX deliveries_of_round ON deliveries (round, state, not_before);
CREATE INDEX deliveries_by_letter ON deliveries (letter) WHERE letter IS NOT NULL;
CREATE INDEX deliveries_doubtful ON deliveries (round) WHERE again > 0;
CREATE INDEX deliveries_open ON deliveries (place) WHERE state IN ('waiting', 'queued');

CREATE TABLE timekeeping (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seen INTEGER NOT NULL,          -- unix seconds: the latest that the clock has shown
    held INTEGER NOT NULL           -- it leapt, and nobody has said yet that it is right
);

CREATE TABLE planned (
    what  TEXT PRIMARY KEY,         -- d:<deadline>:<version>, h:<entry of a case>, p:<profile>
    since INTEGER NOT NULL          -- unix seconds: what was due before is left out
) WITHOUT ROWID;
