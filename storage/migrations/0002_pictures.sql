-- What Telegram calls a picture that it has already, so that it is uploaded once and not for each reader.
-- Nobody's data: the pictures are drawn from the facts.

CREATE TABLE pictures (
    name    TEXT PRIMARY KEY,   -- such as 'scorecard:en:light'
    digest  TEXT NOT NULL,      -- of everything the picture was drawn from; another digest is another picture
    file_id TEXT NOT NULL
) WITHOUT ROWID;
