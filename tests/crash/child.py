"""The program that the crash tests start: the real ``bot run``, which kills itself at a named instant.

``child.py [--kill POINT:HIT] [--variant NAME ...]``. A variant spoils one thing on purpose: controls use it to
show that a test would notice, other tests to make the bot meet what it should survive.
"""

from __future__ import annotations

import argparse
import asyncio
import contextvars
import datetime as dt
import itertools
import json
import logging
import os
import signal
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

from telegram import Update

from bot import __main__, logs, points, profile, run
from bot.courier import Courier
from bot.wire import HttpWire
from handlers.allowance import Allowance
from handlers.asking import Asking
from handlers.flood import Flood
from handlers.turn import Context
from storage.database import Database
from storage.drafts import Desk, Drafts
from storage.evidence import Blobs, Evidence
from storage.incidents import Incidents
from storage.outbox import Letter
from storage.proposals import Proposal, Proposals
from storage.replies import Replies
from storage.sealing import Sealer, ServerKey

LIBRARIES = ("httpx", "httpcore", "telegram", "telegram.ext", "aiosqlite", "apscheduler", "asyncio", "aiohttp.client")
"""Loggers of libraries that are known to say too much."""


def main(arguments: list[str]) -> int:
    """Run the bot; the code it ends with, unless it does not live to its end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kill", metavar="POINT:HIT")
    parser.add_argument("--variant", action="append", default=[], choices=VARIANTS)
    wanted = parser.parse_args(arguments)
    for name in wanted.variant:
        VARIANTS[name]()
    if wanted.kill:
        point, _, hit = wanted.kill.partition(":")
        points.watch(_killer(point, int(hit)))
    return __main__.main(["run"])


def _killer(fatal: str, hit: int) -> Callable[[str], None]:
    """A hook that ends this process at the ``hit``-th time that the point is reached, as a power switch would."""
    count = itertools.count(1)

    def reached(point: str) -> None:
        if point == fatal and next(count) == hit:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


class _ConfirmsFirst(HttpWire):
    """Tells Telegram that the updates arrived before anybody could store them."""

    async def post(self, url: str, params: dict[str, Any], seconds: float) -> tuple[int, bytes]:
        status, body = await super().post(url, params, seconds)
        if status == 200 and url.endswith("/getUpdates") and (updates := json.loads(body)["result"]):
            await super().post(url, {"offset": updates[-1]["update_id"] + 1, "timeout": 0}, seconds)
        return status, body


class _SaysSentFirst(HttpWire):
    """Has letters written down as sent, and sends them a moment later."""

    _later: set[asyncio.Task[None]]

    def __init__(self) -> None:
        super().__init__()
        self._later = set()

    async def post(self, url: str, params: dict[str, Any], seconds: float) -> tuple[int, bytes]:
        if not url.endswith("/sendMessage"):
            return await super().post(url, params, seconds)
        task = asyncio.get_running_loop().create_task(self._late(url, params, seconds))
        self._later.add(task)
        task.add_done_callback(self._later.discard)
        return 200, b'{"ok": true, "result": true}'

    async def _late(self, url: str, params: dict[str, Any], seconds: float) -> None:
        await asyncio.sleep(0.05)
        await super().post(url, params, seconds)


def _confirms_first() -> None:
    patch.object(run, "HttpWire", _ConfirmsFirst).start()


def _says_sent_first() -> None:
    patch.object(run, "HttpWire", _SaysSentFirst).start()


def _normal_synchronous() -> None:
    """WAL with NORMAL: commits reach the disk when the log is folded in, not when they are made."""
    opened = Database.open
    patch.object(Database, "open", lambda path: opened(path, synchronous="NORMAL")).start()


def _plain_columns() -> None:
    """Nothing is sealed."""
    patch.object(Sealer, "seal", lambda self, data, context: b"\x01" + self.newest.id + data).start()
    patch.object(Sealer, "open", lambda self, sealed, context: sealed[5:]).start()


def _numbered_chats() -> None:
    """Chats are kept by their number, which SQLite writes in binary."""
    patch.object(ServerKey, "pseudonym", lambda self, chat_id: chat_id).start()


def _stock_logs() -> None:
    """Logging as libraries would have it, at DEBUG."""

    def set_up(level: str) -> None:
        logging.basicConfig(level=logging.DEBUG, force=True)

    patch.object(logs, "set_up", set_up).start()
    patch.object(logs, "watch_loop", lambda: None).start()


def _loud_libraries() -> None:
    """Every logger at DEBUG, also those that were told to keep quiet."""
    set_up = logs.set_up

    def louder(level: str) -> None:
        set_up(level)
        logging.getLogger().setLevel(logging.DEBUG)
        for name in [*logging.root.manager.loggerDict, *LIBRARIES]:
            logging.getLogger(name).setLevel(logging.DEBUG)

    patch.object(logs, "set_up", louder).start()


def _failing_words() -> None:
    """Looking up words that contain RAISE fails, with everything in the error that an error should not tell."""
    words = Asking.words

    async def fail(self: Asking, update: Update, context: Context) -> None:
        message = update.effective_message
        if message is not None and "RAISE" in (message.text or ""):
            raise ValueError(f"{message.text} from {message.chat} for {context.bot.token}: {update!r}")
        await words(self, update, context)

    patch.object(Asking, "words", fail).start()


def _deadly_words() -> None:
    """Looking up words that contain DIE kills the process."""
    words = Asking.words

    async def die(self: Asking, update: Update, context: Context) -> None:
        message = update.effective_message
        if message is not None and "DIE" in (message.text or ""):
            os.kill(os.getpid(), signal.SIGKILL)
        await words(self, update, context)

    patch.object(Asking, "words", die).start()


def _shouting_words() -> None:
    """Looking up words that contain SHOUT makes every library log what was said, in every way there is."""
    words = Asking.words

    async def shout(self: Asking, update: Update, context: Context) -> None:
        message = update.effective_message
        if message is not None and "SHOUT" in (message.text or ""):
            _shout(f"{message.text} {message.chat.id} {context.bot.token}")
        await words(self, update, context)

    patch.object(Asking, "words", shout).start()


def _shout(secret: str) -> None:
    for name in (*LIBRARIES, "somebody.else", f"named.{secret}", logs.OURS, f"{logs.OURS}.worker"):
        logger = logging.getLogger(name)
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
            logger.log(level, "told %s", secret, extra=logs.fields(said=secret, number=int(secret.split()[-2])))
            logger.log(level, secret)
        try:
            raise ValueError(secret)
        except ValueError:
            logger.exception(secret, stack_info=True)
    logging.getLogger("httpx").warning("%s %s", secret)  # too few arguments: logging's own complaint quotes them
    warnings.warn(secret, ResourceWarning, stacklevel=1)

    async def fail() -> None:
        raise ValueError(secret)

    loop = asyncio.get_running_loop()
    loop.create_task(fail())  # noqa: RUF006 - a task that nobody keeps or awaits
    loop.call_soon(_fail, secret)


def _fail(secret: str) -> None:
    raise ValueError(secret)


def _dies_at_the_top() -> None:
    """An error that nobody catches ends the program, with the token in it."""

    async def die(settings: Any, **given: Any) -> None:
        raise RuntimeError(f"cannot go on with {settings.telegram_token.get_secret_value()}")

    patch.object(run, "run", die).start()


def _dies_in_a_loop() -> None:
    """One of the bot's loops dies of an error that tells what it should not."""

    async def die(api: Any) -> int:
        raise RuntimeError(f"the menu was refused: {vars(api)}")

    patch.object(profile, "update", die).start()


TALLY = "tally"
"""Where the letters to chats are listed by their keys, each time that one is posted."""
ERRANDS = ("fetch", "unfetched", "empty")
"""Letters of which nothing appears in the chat."""
APART = "incident.taken"
"""An instant that only the variants have which commit something apart from the rest."""


def _keeps_a_tally() -> None:
    """Every letter to a chat is listed when it is posted: nothing is spoiled by this."""
    deliver = Courier.deliver
    tally = os.open(TALLY, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def listed(self: Courier, letter: Letter) -> None:
        if letter.chat_id is not None and letter.call.method not in ERRANDS:
            os.write(tally, f"{letter.key}\n".encode())
        await deliver(self, letter)

    patch.object(Courier, "deliver", listed).start()


def _drafts_in_memory() -> None:
    """A form in progress is on the disk as it was begun; what is answered is kept in memory."""
    _remember_drafts(lambda drafts, chat_id, desk: None)


def _drafts_written_late() -> None:
    """Answers are written down in a commit of their own, a moment after the next question was sent."""
    keep = Drafts.keep
    tasks = set()

    def later(drafts: Drafts, chat_id: int, desk: Desk) -> None:
        async def write() -> None:
            await asyncio.sleep(0.3)
            await drafts._database.write(lambda: keep(drafts, chat_id, desk))

        outside = contextvars.Context()  # of the transaction in which this is decided
        task = asyncio.get_running_loop().create_task(write(), context=outside)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    _remember_drafts(later)


def _remember_drafts(write: Callable[[Drafts, int, Desk], None]) -> None:
    """The first state of a form is written as it should be, the others as ``write`` does."""
    keep, of = Drafts.keep, Drafts.of
    known: dict[int, Desk] = {}

    async def kept(self: Drafts, chat_id: int, desk: Desk, now: int | None = None) -> None:
        if desk and chat_id in known:
            write(self, chat_id, dict(desk))
        else:
            await keep(self, chat_id, desk, now)
        if desk:
            known[chat_id] = dict(desk)
        else:
            known.pop(chat_id, None)

    async def found(self: Drafts, chat_id: int, now: int) -> Desk:
        return known[chat_id] if chat_id in known else await of(self, chat_id, now)

    patch.object(Drafts, "keep", kept).start()
    patch.object(Drafts, "of", found).start()


def _hands_in_apart() -> None:
    """What is handed in is committed before the rest of its update: the end of the draft, and that it was handled."""
    take = Incidents.take

    async def apart(self: Incidents, reference: str, incident: Mapping[str, Any], today: dt.date) -> None:
        await take(self, reference, incident, today)
        database = self._database
        await database._run([("COMMIT", (), False)])
        database._begun, database._savepoint_wanted = False, True
        points.reached(APART)

    patch.object(Incidents, "take", apart).start()


def _files_without_rows() -> None:
    """Files are put on the disk, and no row says whose they are."""

    async def nothing(self: Evidence, file_id: str, chat_id: int, today: dt.date) -> None:
        pass

    patch.object(Evidence, "expect", nothing).start()


def _files_unsynced() -> None:
    """Files are written, and whether they reach the disk is left to chance."""

    def write(self: Blobs, file_id: str, sealed: bytes) -> None:
        self.path(file_id).parent.mkdir(exist_ok=True)
        Path(self.path(file_id)).write_bytes(sealed)

    patch.object(Blobs, "write", write).start()


def _takes_any_pace() -> None:
    """Nobody is asked for patience, or to show that they are a person: nothing is spoiled by this."""
    patch.object(Allowance, "take", lambda self, person, now: (True, False)).start()
    patch.object(Flood, "is_on", lambda self, now: False).start()


def _approves_apart() -> None:
    """What was approved is committed before the rest of its update: the end of the proposal, and what is noted."""
    take = Proposals.take

    async def apart(self: Proposals, proposal: Proposal) -> bool:
        taken = await take(self, proposal)
        database = self._database
        await database._run([("COMMIT", (), False)])
        database._begun, database._savepoint_wanted = False, True
        points.reached(APART)
        return taken

    patch.object(Proposals, "take", apart).start()


def _answers_apart() -> None:
    """A letter to a reporter is committed before the rest of its update."""
    put = Replies.put

    async def apart(self: Replies, reference: str, reply_to: str, letter: Mapping[str, Any]) -> None:
        await put(self, reference, reply_to, letter)
        database = self._database
        await database._run([("COMMIT", (), False)])
        database._begun, database._savepoint_wanted = False, True
        points.reached(APART)

    patch.object(Replies, "put", apart).start()


VARIANTS: dict[str, Callable[[], None]] = {
    "confirms-first": _confirms_first,
    "says-sent-first": _says_sent_first,
    "normal-synchronous": _normal_synchronous,
    "plain-columns": _plain_columns,
    "numbered-chats": _numbered_chats,
    "stock-logs": _stock_logs,
    "loud-libraries": _loud_libraries,
    "failing-words": _failing_words,
    "deadly-words": _deadly_words,
    "shouting-words": _shouting_words,
    "dies-at-the-top": _dies_at_the_top,
    "dies-in-a-loop": _dies_in_a_loop,
    "keeps-a-tally": _keeps_a_tally,
    "drafts-in-memory": _drafts_in_memory,
    "drafts-written-late": _drafts_written_late,
    "hands-in-apart": _hands_in_apart,
    "files-without-rows": _files_without_rows,
    "files-unsynced": _files_unsynced,
    "takes-any-pace": _takes_any_pace,
    "approves-apart": _approves_apart,
    "answers-apart": _answers_apart,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
