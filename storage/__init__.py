"""Everything that reaches the disk: one SQLite database, sealed before it is written.

The only room that knows SQL, aiosqlite and (in ``storage.sealing``) cryptography.
"""
