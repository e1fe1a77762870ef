"""Carries letters out: posts calls, fetches and sends files, empties chats, and remembers what was learned.

What it learns is *news* until the sender has written it down, in the same commit as the end of the letter.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bot import logs, points
from bot.api import BotApi, Refused, TooLarge
from bot.attachments import Attachments, Withheld, holds_document
from bot.building import Building, Built, holds_submission
from bot.clock import Clock
from bot.drawing import drawn, holds_coverage
from bot.pictures import Gallery
from bot.wire import Attached
from documents.calendar import Reader, calendar
from forms.files import MOST_BYTES, sniffed, too_much
from handlers.showing import notice
from storage.database import Database, StorageError
from storage.drafts import Draft
from storage.evidence import Blobs
from storage.members import Role
from storage.outbox import Call, Letter
from storage.pictures import Sent
from storage.sealing import OfficeLock, padded_file
from storage.tables import Tables
from storage.traces import DELETABLE, Trace
from texts.filling import Filling
from texts.incidents import not_deleted
from texts.reading import withheld

log = logging.getLogger("sangket.courier")

_BATCH = 100
"""Messages that Telegram deletes in one call (core.telegram.org/bots/api#deletemessages)."""


@dataclass(frozen=True)
class Fetched:
    """How fetching a file went: its facts, or why it was not taken."""

    letter: Letter
    facts: dict[str, Any]
    why_not: str = ""


@dataclass(frozen=True)
class Emptied:
    """How emptying a chat went: the messages that are gone, and how many stayed."""

    letter: Letter
    gone: tuple[int, ...]
    left: int


@dataclass(frozen=True)
class Kept:
    """A document was not sent, and why."""

    letter: Letter
    why: str


News = Trace | Fetched | Emptied | Kept | Sent | Built


class Courier:
    """Does what letters ask for. ``office`` is None where nothing is taken in."""

    def __init__(
        self,
        api: BotApi,
        gallery: Gallery,
        attachments: Attachments,
        building: Building,
        office: OfficeLock | None,
        blobs: Blobs,
        database: Database,
        tables: Tables,
        filling: Filling,
        clock: Clock,
    ) -> None:
        self._api = api
        self._gallery = gallery
        self._attachments = attachments
        self._building = building
        self._office = office
        self._blobs = blobs
        self._database = database
        self._tables = tables
        self._filling = filling
        self._clock = clock
        self._news: list[News] = []

    async def deliver(self, letter: Letter) -> None:
        """Do it. Raises what ``BotApi.call`` raises, NotDrawn, StorageError, and OSError when a file cannot be kept."""
        news = await self._done(letter)
        if news is not None:
            self._news.append(news)

    def take_news(self) -> list[News]:
        """What was learned since this was last asked."""
        news, self._news = self._news, []
        return [*news, *self._gallery.take_news()]

    async def write_down(self, news: Sequence[News]) -> list[Letter]:
        """Write it down, in the caller's transaction; letters that follow from it."""
        self._tables.traces.note([one for one in news if isinstance(one, Trace)])
        self._gallery.write_down([one for one in news if isinstance(one, Sent)])
        letters: list[Letter] = []
        for one in news:
            if isinstance(one, Fetched):
                letters += await self._safely_noted(one)
            elif isinstance(one, Emptied):
                letters += await self._noted_empty(one)
            elif isinstance(one, Built):
                await self._building.write_down(one)
            elif isinstance(one, Kept):
                letters.append(self._following(one.letter, withheld(one.why, one.letter.language)))
        return letters

    async def _done(self, letter: Letter) -> News | None:
        match letter.call.method:
            case "fetch":
                return await self._fetch(letter)
            case "unfetched":
                return Fetched(letter, {}, "gone")
            case "empty":
                return await self._empty(letter)
            case "vanish":
                return await self._vanish(letter)
        return await self._post(letter)

    async def _post(self, letter: Letter) -> News | None:
        """One call to Telegram. How long its message lasts is ours to know."""
        params = dict(letter.call.params)
        lasts = params.pop("lasts", 0)
        call = replace(letter.call, params=params)
        if holds_submission(call):
            return await self._post_submission(letter, call, lasts)
        if holds_coverage(call):
            return await self._post_coverage(letter)
        if _holds_calendar(call):
            return self._trace(letter, await self._post_calendar(letter), 0)
        if (lasts or holds_document(call)) and not await self._reviews_still(letter):
            return None
        if not holds_document(call):
            return self._trace(letter, await self._gallery.post(call), lasts)
        try:
            return self._trace(letter, await self._attachments.post(call), lasts)
        except Withheld as reason:
            return Kept(letter, reason.why)

    async def _post_submission(self, letter: Letter, call: Call, lasts: int) -> News | None:
        """A submission, or its draft, as things stand now. Raises Refused where there is none, so that it is said in the
        place of the file."""
        if not await self._reviews_still(letter):
            return None
        try:
            made = await self._building.make(call, letter.language)
        except Withheld as reason:
            raise Refused(400, f"no submission: {reason.why}", {}) from None
        params = {name: value for name, value in made.call.params.items() if name not in ("document", "photo", "lasts")}
        field = "photo" if call.method == "sendPhoto" else "document"
        sent = await self._api.upload(call.method, params, {field: made.file})
        return made.built or self._trace(letter, sent, made.call.params.get("lasts", 0) or lasts)

    async def _reviews_still(self, letter: Letter) -> bool:
        """Whether whoever this is for may still see what was told: a letter can wait for longer than a role lasts."""
        return await self._has(letter, Role.COORDINATOR)

    async def _has(self, letter: Letter, role: Role) -> bool:
        """Whether this is the private chat of somebody with this role: it has the number of the person."""
        member = await self._database.write(partial(self._tables.members.of, letter.chat_id or 0))
        return member is not None and member.role >= role

    async def _post_coverage(self, letter: Letter) -> News | None:
        """What is covered for a call, as a picture for whoever still reviews. Raises NotDrawn."""
        if not await self._reviews_still(letter):
            return None
        params = {name: value for name, value in letter.call.params.items() if name != "photo"}
        sent = await self._api.upload(letter.call.method, params, {"photo": await drawn(letter.call)})
        return self._trace(letter, sent, 0)

    async def _post_calendar(self, letter: Letter) -> Any:
        """What is due as it stands now, as a file. Everybody may have it; only a member in private gets the network's own
        days. Raises Refused when nothing is due any more, so that it is said in the place of the file."""
        wanted = letter.call.params["document"]
        member = await self._has(letter, Role.MONITOR)
        reader = Reader(letter.language, wanted["home"], wanted["zone"], wanted["hour"], member=member)
        deadlines = await self._database.write(self._tables.deadlines.all)
        asked_for = [one for one in deadlines if wanted["calendar"] in ("", one.id)]
        data = await asyncio.to_thread(calendar, asked_for, reader, self._clock())
        if data is None:
            raise Refused(400, "nothing is due any more", {})
        params = {name: value for name, value in letter.call.params.items() if name != "document"}
        file = Attached(data, wanted["name"], "text/calendar; charset=utf-8")
        return await self._api.upload(letter.call.method, params, {"document": file})

    def _trace(self, letter: Letter, sent: Any, lasts: int) -> Trace | None:
        """A message that was sent or edited in a private chat could be deleted later; one that ``lasts`` so many seconds
        will be."""
        chat_id, number = letter.chat_id, sent.get("message_id") if isinstance(sent, dict) else None
        if chat_id is None or chat_id < 0 or number is None:
            return None
        now = int(self._clock().timestamp())
        return Trace(chat_id, number, now, int(sent.get("date", now)), now + lasts if lasts else 0)

    async def _fetch(self, letter: Letter) -> Fetched:
        """Bring a file in: hashed as received, sealed, on the disk. It is never in clear there, and never decoded."""
        wanted = letter.call.params
        try:
            data = await self._api.download(wanted["file_id"], MOST_BYTES)
        except TooLarge:
            return Fetched(letter, {}, "large")
        facts = {
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
            "type": sniffed(data),
            "received_at": self._clock().replace(second=0, microsecond=0).isoformat(),
        }
        if not data or not facts["type"]:
            return Fetched(letter, {}, "kind" if data else "empty")
        if self._office is not None and self._office.held:
            return Fetched(letter, {}, "gone")
        await asyncio.to_thread(self._keep, wanted["id"], data)
        points.reached("courier.kept")
        return Fetched(letter, facts)

    def _keep(self, file_id: str, data: bytes) -> None:
        if self._office is None:
            raise RuntimeError("without an office key nothing is taken in")
        self._blobs.write(file_id, self._office.seal(padded_file(data)))

    async def _empty(self, letter: Letter) -> Emptied:
        """Delete what can be deleted, whether Telegram takes the messages together or one by one."""
        chat_id, since = letter.call.params["chat_id"], letter.call.params["since"]
        traces = await self._database.write(partial(self._tables.traces.since, chat_id, since))
        before = letter.call.params.get("before")
        traces = [trace for trace in traces if before is None or trace.date < before]
        oldest = (self._clock() - DELETABLE).timestamp()
        gone = await self._delete_all(chat_id, [trace.message_id for trace in traces if trace.date >= oldest])
        return Emptied(letter, gone, len(traces) - len(gone))

    async def _vanish(self, letter: Letter) -> Emptied:
        """Delete these messages."""
        numbers = letter.call.params["message_ids"]
        gone = await self._delete_all(letter.call.params["chat_id"], numbers)
        return Emptied(letter, gone, len(numbers) - len(gone))

    async def _delete_all(self, chat_id: int, numbers: list[int]) -> tuple[int, ...]:
        """Those of these messages that are gone."""
        gone: list[int] = []
        for n in range(0, len(numbers), _BATCH):
            gone += await self._delete(chat_id, numbers[n : n + _BATCH])
        return tuple(gone)

    async def _delete(self, chat_id: int, numbers: list[int]) -> list[int]:
        """The same for as many as fit one call."""
        try:
            await self._api.call("deleteMessages", {"chat_id": chat_id, "message_ids": numbers})
        except Refused as refusal:
            if refusal.code != 400 or refusal.retry_after is not None:
                raise
            if len(numbers) == 1:
                return []
            half = len(numbers) // 2
            return await self._delete(chat_id, numbers[:half]) + await self._delete(chat_id, numbers[half:])
        return numbers

    async def _noted_empty(self, emptied: Emptied) -> list[Letter]:
        """Forget what is gone; say it if something stayed."""
        letter = emptied.letter
        await self._tables.traces.forget(letter.call.params["chat_id"], emptied.gone)
        screen = replace(not_deleted(letter.language), silent=bool(letter.call.params.get("silent")))
        return [self._following(letter, screen)] if emptied.left else []

    async def _safely_noted(self, fetched: Fetched) -> list[Letter]:
        """A fault here must not stop the bot: the letter has ended, and the person can send the file again."""
        try:
            async with self._database.savepoint():
                return await self._noted(fetched)
        except StorageError:
            raise
        except Exception as error:
            log.error("file.lost", extra=logs.fields(error=logs.error_id(), place=logs.place(error)))
            return []

    async def _noted(self, fetched: Fetched) -> list[Letter]:
        """Put what is known of the file into its draft; once all are here, the question again."""
        letter, wanted = fetched.letter, fetched.letter.call.params
        now = int(self._clock().timestamp())
        desk = dict(await self._tables.drafts.of(wanted["chat_id"], now))
        draft = desk.get(wanted["form"])
        if draft is None or wanted["id"] not in draft.files:
            return []  # cancelled or handed in meanwhile; the file is swept
        why_not = fetched.why_not or _too_much(draft, wanted["id"], fetched.facts["size"])
        said_before = bool(wanted["album"]) and wanted["album"] == draft.refused_album
        draft = without(draft, wanted["id"]) if why_not else _with(draft, wanted["id"], fetched.facts)
        desk[draft.form] = replace(draft, refused_album=wanted["album"]) if why_not else draft
        await self._tables.drafts.keep(wanted["chat_id"], desk, now)
        if why_not:
            await self._tables.evidence.drop([wanted["id"]])
            screen = self._filling.not_taken_in(draft, why_not, letter.language)
            if said_before:
                return []
        else:
            screen = self._filling.taken_in(draft, letter.language)
        others_come = not why_not and any(facts.get("coming") for facts in draft.files.values())
        return [] if draft.left or others_come else [self._following(letter, screen)]

    def _following(self, letter: Letter, screen: Any) -> Letter:
        chat_id = letter.call.params["chat_id"]
        return Letter(f"{letter.key}+", chat_id, notice(chat_id, screen), letter.language)


def _holds_calendar(call: Call) -> bool:
    """Whether a calendar has to be made for this call."""
    return holds_document(call) and "calendar" in call.params["document"]


def _too_much(draft: Draft, file_id: str, size: int) -> str:
    """Why this file is not taken beside those that are here already; its size was unknown until now."""
    others = [facts["size"] for one, facts in draft.files.items() if one != file_id and not facts.get("coming")]
    return too_much(others, size)


def _with(draft: Draft, file_id: str, facts: dict[str, Any]) -> Draft:
    known = {name: value for name, value in draft.files[file_id].items() if name != "coming"}
    return replace(draft, files={**draft.files, file_id: known | facts})


def without(draft: Draft, file_id: str) -> Draft:
    """The draft without this file; a question to which it was the only answer is open again."""
    files = {one: facts for one, facts in draft.files.items() if one != file_id}
    progress, answers = dict(draft.progress), {}
    progress["partial"] = _left(progress["partial"], file_id)
    for name, value in progress["answers"].items():
        left = _left(value, file_id)
        if left or left == value:
            answers[name] = left
    return replace(draft, files=files, progress=progress | {"answers": answers})


def _left(value: Any, file_id: str) -> Any:
    if not isinstance(value, list):
        return value
    return [part for part in value if part != file_id and not (isinstance(part, dict) and part.get("file") == file_id)]
