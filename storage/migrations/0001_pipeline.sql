-- The way an update travels: what came in, what goes out, and the language each chat chose.
-- No column holds a chat id, a name or a text in clear: `sealed` is under a draft key, `address` under the
-- server key, `chat` and `lane` are keyed pseudonyms. Days, not times: a row need not tell the minute.

CREATE TABLE identity (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    server_key BLOB NOT NULL            -- id of the server key that this database belongs to
);

CREATE TABLE inbox (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of arrival; update_id may restart at random
    update_id  INTEGER NOT NULL UNIQUE,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'aside', 'lost')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    sealed     BLOB,                                -- the raw update; emptied when done
    address    BLOB,                                -- whom to tell should the draft key be gone; emptied when done
    error      TEXT,                                -- the id that the person and the log have too
    arrived_on TEXT NOT NULL
);
CREATE INDEX inbox_waiting ON inbox (seq) WHERE state = 'waiting';
CREATE INDEX inbox_ended ON inbox (arrived_on) WHERE state <> 'waiting';

CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    key        TEXT NOT NULL UNIQUE,                -- '<update_id>:<n>': an update can queue each answer once
    lane       BLOB NOT NULL,                       -- pseudonym of the chat: order is kept within a lane
    priority   INTEGER NOT NULL,                    -- 0 conversation, 1 reminder, 2 broadcast
    state      TEXT NOT NULL CHECK (state IN ('ready', 'sent', 'refused', 'gone', 'expired', 'lost')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    due_at     REAL NOT NULL DEFAULT 0,             -- unix seconds; not before
    sealed     BLOB,                                -- the Bot API call; emptied when it ended
    address    BLOB,
    error      TEXT,
    made_on    TEXT NOT NULL
);
CREATE INDEX outbox_ready ON outbox (priority, id) WHERE state = 'ready';
CREATE INDEX outbox_ended ON outbox (made_on) WHERE state <> 'ready';

CREATE TABLE chats (
    chat     BLOB PRIMARY KEY,
    language TEXT NOT NULL CHECK (language IN ('en', 'km')),
    seen_on  TEXT NOT NULL
) WITHOUT ROWID;
