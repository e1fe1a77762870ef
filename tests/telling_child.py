"""The program that the tests of telling start: that of the crash tests, with more ways to spoil one thing on purpose."""

from __future__ import annotations

import datetime as dt
import errno
import logging
import os
import sys
from pathlib import Path
from unittest.mock import patch

from crash import child
from telegram import Update

from bot import clock
from bot.courier import Courier
from handlers.filling import Fillings
from handlers.turn import Context
from storage.evidence import Blobs


def _a_day_later() -> None:
    """The clock is 25 hours ahead."""
    now = clock.now
    patch.object(clock, "now", lambda: now() + dt.timedelta(hours=25)).start()


def _failing_answers() -> None:
    """Answers that contain RAISE fail, with everything in the error that an error should not tell."""
    given = Fillings.given

    async def fail(self: Fillings, update: Update, context: Context) -> None:
        if (message := update.message) is not None and "RAISE" in (message.text or message.caption or ""):
            raise ValueError(f"{message.text} from {message.chat} for {context.bot.token}: {update!r}")
        await given(self, update, context)

    patch.object(Fillings, "given", fail).start()


def _shouted_answers() -> None:
    """Answers make every library log what was said, in every way there is."""
    given = Fillings.given

    async def shout(self: Fillings, update: Update, context: Context) -> None:
        if (message := update.message) is not None and "SHOUT" in (message.text or message.caption or ""):
            child._shout(f"{message.text or message.caption} {message.chat.id} {context.bot.token}")
        await given(self, update, context)

    patch.object(Fillings, "given", shout).start()


def _full_disk() -> None:
    """No file can be written; the error names everything that it knows."""

    def write(self: Blobs, file_id: str, sealed: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path(file_id)))

    patch.object(Blobs, "write", write).start()


def _plain_files() -> None:
    """Files are kept as they came."""

    def keep(self: Courier, file_id: str, data: bytes) -> None:
        self._blobs.write(file_id, data)

    patch.object(Courier, "_keep", keep).start()


def _files_on_the_way() -> None:
    """Files lie in a temporary folder in clear before they are sealed, and are deleted afterwards; then power fails."""
    keep = Courier._keep

    def lie_about(self: Courier, file_id: str, data: bytes) -> None:
        (Path(os.environ["TMPDIR"]) / f"{file_id}.part").write_bytes(data)
        keep(self, file_id, data)

    patch.object(Courier, "_keep", lie_about).start()


def _talkative_answers() -> None:
    """Answers are logged, by a logger that was forgotten."""
    given = Fillings.given

    async def tell(self: Fillings, update: Update, context: Context) -> None:
        message = update.message
        print(message and (message.text or message.caption), file=sys.stderr)
        logging.getLogger("sangket.filling").info("answered")
        await given(self, update, context)

    patch.object(Fillings, "given", tell).start()


child.VARIANTS.update(
    {
        "a-day-later": _a_day_later,
        "failing-answers": _failing_answers,
        "shouted-answers": _shouted_answers,
        "full-disk": _full_disk,
        "plain-files": _plain_files,
        "files-on-the-way": _files_on_the_way,
        "talkative-answers": _talkative_answers,
    }
)


if __name__ == "__main__":
    sys.exit(child.main(sys.argv[1:]))
