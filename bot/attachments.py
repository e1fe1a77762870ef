"""Documents on their way out: evidence opened with the office key, bundles packed; each just before it is posted.

A call holds ``{"evidence": id, "reference": reference, …}`` or ``{"bundle": reference}`` where Telegram wants a document, so that no opened
byte is ever in the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.api import BotApi
from bot.packing import Packing
from bot.wire import Attached
from storage.database import Database
from storage.evidence import Blobs
from storage.opened import Listed
from storage.outbox import Call
from storage.sealing import OfficeKey, Unreadable
from storage.tables import Tables

MOST_BYTES = 50_000_000
"""Of a file that a bot sends (core.telegram.org/bots/api#sending-files: 50 MB)."""

_UPLOAD_SECONDS = 300
"""A slow line takes its time; it has a lane of its own (storage.outbox)."""


class Withheld(Exception):
    """Nothing is sent. ``why``: ``gone``, ``large``, ``damaged`` or ``planted``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def holds_document(call: Call) -> bool:
    """Whether a document of ours has to be put into this call."""
    return call.method == "sendDocument" and isinstance(call.params["document"], dict)


class Attachments:
    """Posts calls with documents. ``key`` is None where the office key is not on this server."""

    def __init__(self, api: BotApi, key: OfficeKey | None, blobs: Blobs, database: Database, tables: Tables) -> None:
        self._api = api
        self._key = key
        self._blobs = blobs
        self._database = database
        self._tables = tables

    async def post(self, call: Call) -> Any:
        """Make this call; what Telegram answered. Raises Withheld, StorageError, OSError, and what ``BotApi.call``
        raises."""
        wanted: Mapping[str, Any] = call.params["document"]
        params = {name: value for name, value in call.params.items() if name != "document"}
        kind = wanted.get("type") or "application/octet-stream"
        if "bundle" in wanted:
            file = Attached(await self._bundle(wanted["bundle"]), wanted["name"], "application/x-tar")
        else:
            await self._see_that_it_is_there(wanted)
            file = Attached(await asyncio.to_thread(self._original, wanted), wanted["name"], kind)
        return await self._api.upload(call.method, params, {"document": file}, seconds=_UPLOAD_SECONDS)

    async def _see_that_it_is_there(self, wanted: Mapping[str, Any]) -> None:
        """A file is swept only some time after its incident was withdrawn. Raises Withheld."""
        files = await self._database.write(partial(self._tables.evidence.of, wanted["reference"]))
        if wanted["evidence"] not in files:
            raise Withheld("gone")

    async def _bundle(self, reference: str) -> bytes:
        """The sealed bundle as things stand now."""
        tables = self._tables
        packing = await self._database.write(
            partial(Packing.of, reference, tables.incidents, tables.notes, tables.evidence)
        )
        if not packing.incident:
            raise Withheld("gone")
        if packing.planted:
            raise Withheld("planted")
        return await asyncio.to_thread(self._packed, packing)

    def _packed(self, packing: Packing) -> bytes:
        if packing.size(self._blobs) > MOST_BYTES:
            raise Withheld("large")
        whole = packing.packed(self._blobs)
        if len(whole) > MOST_BYTES:
            raise Withheld("large")
        return whole

    def _original(self, wanted: Mapping[str, Any]) -> bytes:
        """The bytes as they were received: of this size and with this SHA-256, or none at all."""
        listed = Listed(id=wanted["evidence"], sha256=wanted["sha256"], size=wanted["size"])
        if listed.size > MOST_BYTES:
            raise Withheld("large")
        if self._key is None:
            raise Withheld("gone")
        try:
            padded = self._key.open(self._blobs.path(listed.id).read_bytes())
        except FileNotFoundError:
            raise Withheld("gone") from None
        except Unreadable:
            raise Withheld("damaged") from None
        original = listed.original(padded)
        if original is None:
            raise Withheld("damaged")
        return original
