"""A submission, put together right before it is posted: nothing opened is ever in the outbox or on the disk.

A call holds ``{"submission": call's id, "what": page | draft | sealed | kit, "day": …}`` where Telegram wants a file. What was
built is noted in the commit in which the letter ends.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.attachments import MOST_BYTES, Withheld
from bot.wire import Attached
from documents.submission.compiling import Compiled, compiled
from documents.submission.gathering import Kit, Parts, gather, material
from documents.submission.material import Submitters
from facts.report import Report
from handlers.showing import document
from storage.database import Database
from storage.outbox import Call
from storage.sealing import OfficeKey, OfficeLock
from storage.submissions import Submission
from storage.tables import Tables
from texts import submissions as texts
from texts.submissions import Size


@dataclass(frozen=True)
class Built:
    """What was built for a call: by reference where it stands, or why not; the SHA-256 of its main text."""

    deadline: str
    day: str
    digest: str
    used: Mapping[str, str]
    left_out: Mapping[str, str]


@dataclass(frozen=True)
class Made:
    """A file, the call that carries it, and what is to be noted."""

    file: Attached
    call: Call
    built: Built | None = None


def holds_submission(call: Call) -> bool:
    """Whether a submission has to be made for this call."""
    return "submission" in _wanted(call)


class Building:
    """Makes files of what lies in the tables. ``key`` is None where the office key is not on this server."""

    def __init__(
        self, database: Database, tables: Tables, report: Report, key: OfficeKey | None, office: OfficeLock | None
    ) -> None:
        self._database = database
        self._tables = tables
        self._report = report
        self._key = key
        self._office = office

    async def make(self, call: Call, language: str) -> Made:
        """What this call asks for, as things stand now. Raises Withheld, StorageError."""
        wanted = _wanted(call)
        kit, sealed = await self._database.write(lambda: self._gathered(wanted))
        if wanted["what"] == "kit":
            return Made(Attached(await asyncio.to_thread(self._seal, kit.as_json()), wanted["name"], _SEALED), call)
        if self._key is None:
            raise Withheld("gone")
        made = await asyncio.to_thread(self._made, wanted, kit, sealed, self._key, call, language)
        if len(made.file.data) > MOST_BYTES:
            raise Withheld("large")
        return made

    async def write_down(self, built: Built) -> None:
        """Where each incident stands in what was built; unless it was built again since."""
        one = await self._tables.submissions.of(built.deadline)
        if one.built_on == built.day:
            await self._tables.submissions.keep(
                replace(one, digest=built.digest, used=built.used, left_out=built.left_out)
            )

    async def _gathered(self, wanted: Mapping[str, Any]) -> tuple[Kit, dict[str, Parts]]:
        call = await self._tables.deadlines.get(wanted["submission"])
        if call is None:
            raise Withheld("gone")
        one = await self._tables.submissions.of(call.id)
        kit, sealed = await gather(self._tables, self._report, call, _submitters(one), wanted["day"], one.language)
        chosen = wanted.get("references")
        if chosen is None:
            return kit, sealed
        return replace(
            kit, reviews=tuple(each for each in kit.reviews if _stays(each.reference, each.finding, chosen))
        ), sealed

    def _made(
        self,
        wanted: Mapping[str, Any],
        kit: Kit,
        sealed: Mapping[str, Parts],
        key: OfficeKey,
        call: Call,
        language: str,
    ) -> Made:
        """In a thread of its own: opening and drawing take seconds."""
        from documents.print import first_page, pdf
        from documents.submission.files import MAIN, files, packed

        done = compiled(material(kit, sealed, key, self._report))
        match wanted["what"]:
            case "page":
                return Made(Attached(first_page(done.main), wanted["name"], "image/png"), call)
            case "draft":
                below = texts.below_preview(size(done, kit.call.limits), language, wanted["lasts"])
                told = document(call.params["chat_id"], wanted, below, texts.not_built(language))
                return Made(Attached(pdf(done.main), wanted["name"], "application/pdf"), told)
        made = files(done)
        digest = hashlib.sha256(made[f"{MAIN}.docx"]).hexdigest()
        left_out = {reference: why.value for reference, why in done.left_out}
        built = Built(kit.call.id, kit.day, digest, done.used, left_out)
        return Made(Attached(self._seal(packed(made)), wanted["name"], _SEALED), call, built)

    def _seal(self, data: bytes) -> bytes:
        if self._office is None or self._office.held:
            raise Withheld("gone")
        return self._office.seal(data)


def size(done: Compiled, limits: str) -> Size:
    """How long the main text is, against what the call says, and what to cut first."""
    from documents.counting import words
    from documents.print import pages
    from documents.submission.cutting import cuts
    from forms.limits import limits as read

    most = read(limits)
    known = Size(words(done.main), pages(done.main), most.words or 0, most.pages or 0)
    first = cuts(done.main, most) if not known.fits else ()
    return replace(
        known,
        left_out=len(done.left_out),
        confided=sum(item.number is not None for item in done.annex.items) if done.annex else 0,
        cuts=tuple((one.number, one.words) for one in first),
    )


_SEALED = "application/octet-stream"


def _wanted(call: Call) -> Mapping[str, Any]:
    found = call.params.get("document") or call.params.get("photo")
    return found if isinstance(found, dict) else {}


def _stays(reference: str, finding: str, chosen: list[str]) -> bool:
    """What was approved, and what has no finding: that is named among what is left out."""
    return reference in chosen or not finding


def _submitters(one: Submission) -> Submitters:
    return Submitters(one.names, one.contact, one.about)
