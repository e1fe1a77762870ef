-- What is written for a call: who writes which part by when, who submits, and what was built.

CREATE TABLE workplans (
    deadline TEXT PRIMARY KEY,      -- id of the call
    sealed   BLOB NOT NULL          -- server key: a section for each benchmark
) WITHOUT ROWID;

CREATE TABLE submissions (
    deadline TEXT PRIMARY KEY,      -- id of the call
    sealed   BLOB NOT NULL          -- server key: who submits, what was built, which incidents are in it
) WITHOUT ROWID;
