"""Pictures on their way out: drawn and uploaded once, and from then on sent by Telegram's own name for them.

A call holds ``{"picture": name}`` where Telegram wants a photo. What goes there is decided just before it is posted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from bot import logs
from bot.api import BotApi, Refused
from bot.wire import Attached
from documents.pictures import Pictures
from storage.database import Database, StorageError
from storage.outbox import Call
from storage.pictures import Sent, SentPictures

log = logging.getLogger("sangket.pictures")


class NotDrawn(Refused):
    """The picture could not be drawn. The sender goes on as if Telegram had refused it: with the words alone."""

    def __init__(self) -> None:
        super().__init__(400, "the picture could not be drawn", {})


class Gallery:
    """Posts calls, with the pictures that are in them.

    When many ask for a picture that Telegram has not got, one of them uploads it and the others wait for its
    name. Names that were learned are news until the sender has written them down.
    """

    def __init__(self, api: BotApi, pictures: Pictures, sent: SentPictures, database: Database) -> None:
        self._api = api
        self._pictures = pictures
        self._sent = sent
        self._database = database
        self._file_ids: dict[str, str | None] = {}
        self._uploads: dict[str, asyncio.Future[str | None]] = {}
        self._drawing: dict[str, asyncio.Task[bytes]] = {}
        self._news: list[Sent] = []

    async def post(self, call: Call) -> Any:
        """Make this call; what Telegram answered. Raises what ``BotApi.call`` raises, and NotDrawn."""
        name = _picture_in(call)
        if name is None:
            return await self._api.call(call.method, call.params)
        return await self._post(call, name)

    def take_news(self) -> list[Sent]:
        """What was learned since this was last asked."""
        news, self._news = self._news, []
        return news

    def write_down(self, news: Sequence[Sent]) -> None:
        """Write down what was learned, in the caller's transaction."""
        self._sent.write_down(news)

    async def _post(self, call: Call, name: str) -> Any:
        file_id = await self._known(name)
        if file_id is not None and (sent := await self._was_taken(call, name, file_id)):
            return sent
        first = self._uploads.get(name)
        if first is None:
            return await self._upload_for_all(call, name)
        if (file_id := await asyncio.shield(first)) is not None:
            return await self._api.call(call.method, _filled(call, file_id))
        return await self._upload(call, name)

    async def _known(self, name: str) -> str | None:
        """Telegram's name for the picture; None when there is none yet, or the disk does not tell."""
        if name not in self._file_ids:
            digest = self._digest(name)
            try:
                known = await self._database.write(partial(self._sent.known, name, digest))
            except StorageError:
                return None
            self._file_ids.setdefault(name, known)  # an upload that ended meanwhile knows better
        return self._file_ids[name]

    async def _was_taken(self, call: Call, name: str, file_id: str) -> Any:
        """Send what Telegram has; None when it no longer knows the file, which is then forgotten."""
        try:
            return await self._api.call(call.method, _filled(call, file_id))
        except Refused as refusal:
            if not _is_about_the_file(refusal):
                raise
            if self._file_ids.get(name) == file_id:
                self._learn(name, None)
            return None

    async def _upload_for_all(self, call: Call, name: str) -> Any:
        """The first upload, which others wait for; should it fail, they no longer do."""
        first: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._uploads[name] = first
        sent = None
        try:
            sent = await self._upload(call, name)
        finally:
            del self._uploads[name]
            first.set_result(_largest(sent))
        return sent

    async def _upload(self, call: Call, name: str) -> Any:
        """Bring the picture along, and learn what Telegram calls it."""
        picture = await self._drawn(name)
        params, files = _attached(call, picture)
        sent = await self._api.upload(call.method, params, files)
        if (file_id := _largest(sent)) is not None:
            self._learn(name, file_id)
        return sent

    async def _drawn(self, name: str) -> bytes:
        """The picture; drawn in a thread, and once for all who ask at the same time."""
        task = self._drawing.get(name)
        if task is None:
            task = asyncio.get_running_loop().create_task(asyncio.to_thread(self._pictures.render, name))
            task.add_done_callback(lambda _: self._drawing.pop(name))
            self._drawing[name] = task
        try:
            return await asyncio.shield(task)
        except Exception as error:
            raise _not_drawn(error) from None

    def _digest(self, name: str) -> str:
        try:
            return self._pictures.digest(name)
        except Exception as error:
            raise _not_drawn(error) from None

    def _learn(self, name: str, file_id: str | None) -> None:
        self._file_ids[name] = file_id
        self._news.append(Sent(name, self._digest(name), file_id))


def _not_drawn(error: Exception) -> NotDrawn:
    """Leave a trace in the log, and the reason why there is no picture."""
    log.error("picture.failed", extra=logs.fields(error=logs.error_id(), place=logs.place(error)))
    return NotDrawn()


def _picture_in(call: Call) -> str | None:
    """The name of the picture that this call shows."""
    if call.method == "sendPhoto":
        photo = call.params["photo"]
    elif call.method == "editMessageMedia":
        photo = call.params["media"]["media"]
    else:
        return None
    return photo["picture"] if isinstance(photo, dict) else None


def _filled(call: Call, photo: str) -> dict[str, Any]:
    """The parameters with this in the place of the picture."""
    if call.method == "sendPhoto":
        return call.params | {"photo": photo}
    return call.params | {"media": call.params["media"] | {"media": photo}}


def _attached(call: Call, picture: bytes) -> tuple[dict[str, Any], dict[str, Attached]]:
    """The parameters and the files of an upload: a photo is a field by itself, a medium points to one."""
    params = _filled(call, "attach://photo")
    if call.method == "sendPhoto":
        del params["photo"]
    return params, {"photo": Attached(picture)}


def _is_about_the_file(refusal: Refused) -> bool:
    """Whether another file may help: not when it was the chat or the message that Telegram did not like.

    The words of such refusals are undocumented and change; to upload once too often costs little.
    """
    words = refusal.description.lower()
    return refusal.code == 400 and not any(other in words for other in ("message", "chat", "group", "rights"))


def _largest(answer: Any) -> str | None:
    """The name of the largest size of the photo in a sent message."""
    sizes = answer.get("photo") if isinstance(answer, dict) else None
    if not sizes:
        return None
    file_id: str = max(sizes, key=lambda size: size["width"] * size["height"])["file_id"]
    return file_id
