"""What a bot kept of what it was told, opened with the office key and compared with it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from bench.incidents.house import Bot
from bench.incidents.tellers import Teller
from storage.sealing import Unreadable


@dataclass(frozen=True)
class Kept:
    """What was found in the data of a bot that has stopped, opened with the office key."""

    incidents: list[dict[str, Any]]
    documents: dict[str, str]
    """SHA-256 of each evidence file, without the padding, by its id."""
    row_bytes: int
    """Of all sealed incidents, in their rows."""
    letter_bytes: int
    """Of all first letters in the mailboxes."""
    blob_bytes: int
    """Of all sealed files."""

    @classmethod
    def by(cls, bot: Bot) -> Kept:
        """What does not open is left out: it is missed when this is compared with what was told."""
        with closing(sqlite3.connect(bot.database)) as connection:
            rows = [bytes(sealed) for (sealed,) in connection.execute("SELECT sealed FROM incidents")]
            [(letters,)] = connection.execute("SELECT coalesce(sum(length(sealed)), 0) FROM mail")
        incidents = [json.loads(data) for sealed in rows if (data := _opened(bot, sealed)) is not None]
        sizes = {one["id"]: one.get("size", 0) for incident in incidents for one in incident["evidence"]}
        blobs = {blob.stem: blob.read_bytes() for blob in bot.evidence.glob("*.age")}
        hashes = {
            file_id: hashlib.sha256(data[: sizes.get(file_id)]).hexdigest()
            for file_id, sealed in blobs.items()
            if (data := _opened(bot, sealed)) is not None
        }
        return cls(incidents, hashes, sum(map(len, rows)), letters, sum(map(len, blobs.values())))


def _opened(bot: Bot, sealed: bytes) -> bytes | None:
    try:
        return bot.office.open(sealed)
    except Unreadable:
        return None


def faults(tellers: Sequence[Teller], kept: Kept) -> list[str]:
    """In words: who was not answered, whose incident is not there, is there twice or is not what they told."""
    found = [f"teller {one.number}: {one.strange or 'no answer came'}" for one in tellers if not one.receipt]
    counted = Counter(_account_of(incident) for incident in kept.incidents)
    told = {one.account for one in tellers}
    found += [f"not there: {one}" for one in told - counted.keys()]
    found += [f"there {times} times: {one}" for one, times in counted.items() if times > 1]
    found += [f"told by nobody: {one}" for one in counted.keys() - told]
    by_account = {_account_of(incident): incident for incident in kept.incidents}
    return found + [fault for one in tellers if (fault := _fault_of_files(one, by_account.get(one.account), kept))]


def _account_of(incident: Mapping[str, Any]) -> str:
    return str(incident["answers"]["account"][0]["text"])


def _fault_of_files(teller: Teller, incident: Mapping[str, Any] | None, kept: Kept) -> str:
    """What is wrong with the document of a person whose incident is there; empty when nothing is."""
    wanted = [hashlib.sha256(teller.document).hexdigest()] if teller.document else []
    if incident is None or [kept.documents.get(one["id"]) for one in incident["evidence"]] == wanted:
        return ""
    return f"teller {teller.number}: their document is not what they sent"
