"""The chat page's side: its files, the state of the world, the stream of events, and what people do by clicking."""

from __future__ import annotations

import json
import math
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.botapi import read_form
from sandbox.files import KINDS
from sandbox.records import Chat, NotPossible, Person
from sandbox.refusal import Refusal
from sandbox.world import World

FOLDER: Final = Path(__file__).parent / "page"
IDLE_SECONDS: Final = 15.0
LONGEST_STEP: Final = 366 * 24 * 3600
_SHOWN_INLINE: Final = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")
_TYPES: Final = {".js": "text/javascript", ".mjs": "text/javascript", ".woff2": "font/woff2", ".txt": "text/plain"}


def routes(world: World) -> list[Route]:
    """Everything the page asks for."""
    page = ChatPage(world)
    return [
        Route("/", page.index),
        Route("/page/state", page.state),
        Route("/page/events", page.events),
        Route("/page/act", page.act, methods=["POST"]),
        Route("/page/file", page.take_file, methods=["POST"]),
        Route("/page/file/{file_id}", page.give_file),
        Route("/page/{path:path}", page.asset),
    ]


class ChatPage:
    """Answers the page's requests."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._deeds: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]] = {
            "say": self._say,
            "tap": self._tap,
            "edit": self._edit,
            "delete": self._delete,
            "location": self._location,
            "contact": self._contact,
            "inline": self._inline,
            "choose": self._choose,
            "block": lambda wish: self._world.block(self._person(wish)),
            "unblock": lambda wish: self._world.unblock(self._person(wish)),
            "language": self._language,
            "advance": self._advance,
            "down": self._down,
            "delay": self._delay,
        }

    async def index(self, request: Request) -> Response:
        return _page_file("index.html")

    async def asset(self, request: Request) -> Response:
        return _page_file(request.path_params["path"])

    async def state(self, request: Request) -> Response:
        """The whole world at once; the page then follows the events after number `event`."""
        world = self._world
        return _json(
            {
                "world": world.id,
                "now": world.now(),
                "bot": world.bot.described(),
                "people": [person.described() for person in world.people.values()],
                "chats": [_chat_with_messages(chat) for chat in world.chats.values()],
                "commands": world.commands(),
                "menu": {str(person_id): world.bot.menu_button(person_id) for person_id in world.people},
                "switches": world.switches(),
                "calls": [call.described() for call in world.calls],
                "event": world.journal.last,
            }
        )

    async def events(self, request: Request) -> Response:
        after = request.headers.get("last-event-id") or request.query_params.get("after", "")
        stream = self._stream(int(after) if after.isdecimal() else self._world.journal.last)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def _stream(self, after: int) -> AsyncIterator[bytes]:
        async for event in self._world.journal.follow(after, idle=IDLE_SECONDS):
            if event is None:
                yield b": still here\n\n"
            else:
                yield f"id: {event['n']}\ndata: {json.dumps(event)}\n\n".encode()

    async def act(self, request: Request) -> Response:
        """Somebody did something on the page. Only JSON: a form of another site cannot send that."""
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _no("Actions come as application/json.", 415)
        try:
            wish = await request.json()
            deed = self._deeds[wish["do"]]
        except (ValueError, KeyError, TypeError):
            return _no("The sandbox knows no such action.")
        return _done(lambda: deed(wish))

    async def take_file(self, request: Request) -> Response:
        """A file from somebody on the page."""
        try:
            fields, files = await read_form(request)
        except Refusal:
            return _no("The file could not be read.")
        upload = files.get("file")
        if upload is None or fields.get("kind") not in KINDS:
            return _no("There is no file, or it is of no known kind.")
        return _done(lambda: self._send_file(fields, upload))

    async def give_file(self, request: Request) -> Response:
        """A file's bytes; only pictures, sound and film are shown, anything else is downloaded."""
        stored = self._world.files.get(request.path_params["file_id"])
        if stored is None:
            return _no("There is no such file.", 404)
        shown = stored.mime.startswith(_SHOWN_INLINE)
        place = "inline" if shown else "attachment"
        name = quote(stored.name, safe="", errors="replace")
        return Response(
            stored.data,
            media_type=stored.mime if shown else "application/octet-stream",
            headers={"Content-Disposition": f"{place}; filename*=UTF-8''{name}"},
        )

    # What people do

    def _say(self, wish: Mapping[str, Any]) -> dict[str, Any]:
        message = self._world.say(
            self._person(wish),
            _text(wish, "text"),
            chat=self._chat(wish),
            thread_id=_number(wish, "thread_id", None),
            reply_to=_number(wish, "reply_to", None),
        )
        return {"message_id": message["message_id"]}

    def _tap(self, wish: Mapping[str, Any]) -> dict[str, Any]:
        row, column = _number(wish, "row", 0) or 0, _number(wish, "column", 0) or 0
        message_id = _needed(_number(wish, "message_id", None))
        tap_id = self._world.tap(self._person(wish), message_id, row=row, column=column, chat=self._chat(wish))
        return {"query_id": tap_id}

    def _edit(self, wish: Mapping[str, Any]) -> None:
        message_id = _needed(_number(wish, "message_id", None))
        self._world.edit(self._person(wish), message_id, _text(wish, "text"), self._chat(wish))

    def _delete(self, wish: Mapping[str, Any]) -> None:
        self._world.delete(self._person(wish), _needed(_number(wish, "message_id", None)), self._chat(wish))

    def _location(self, wish: Mapping[str, Any]) -> dict[str, Any]:
        place = _real(wish, "latitude"), _real(wish, "longitude")
        thread_id = _number(wish, "thread_id", None)
        message = self._world.send_location(self._person(wish), *place, chat=self._chat(wish), thread_id=thread_id)
        return {"message_id": message["message_id"]}

    def _contact(self, wish: Mapping[str, Any]) -> dict[str, Any]:
        """The person's own contact. The number is of a range kept for fiction (ofcom.org.uk, numbers for drama)."""
        person, thread_id = self._person(wish), _number(wish, "thread_id", None)
        message = self._world.send_contact(
            person, "+447700900123", person.name, user_id=person.id, chat=self._chat(wish), thread_id=thread_id
        )
        return {"message_id": message["message_id"]}

    def _inline(self, wish: Mapping[str, Any]) -> dict[str, Any]:
        query_id = self._world.ask_inline(self._person(wish), _text(wish, "query"), chat=self._chat(wish))
        return {"query_id": query_id}

    def _choose(self, wish: Mapping[str, Any]) -> dict[str, Any]:
        message = self._world.choose(
            self._person(wish),
            _text(wish, "query_id"),
            _text(wish, "result_id"),
            chat=self._chat(wish),
            thread_id=_number(wish, "thread_id", None),
        )
        return {"message_id": message["message_id"]}

    def _send_file(self, fields: Mapping[str, Any], upload: Any) -> dict[str, Any]:
        message = self._world.send_file(
            self._person(fields),
            fields["kind"],
            upload.data,
            file_name=upload.name,
            mime=upload.mime,
            caption=fields.get("caption", ""),
            media_group_id=fields.get("media_group_id") or None,
            chat=self._chat(fields),
            thread_id=_number(fields, "thread_id", None),
            reply_to=_number(fields, "reply_to", None),
        )
        return {"message_id": message["message_id"]}

    def _language(self, wish: Mapping[str, Any]) -> None:
        self._world.set_language(self._person(wish), _text(wish, "language_code"))

    def _advance(self, wish: Mapping[str, Any]) -> None:
        seconds = _real(wish, "seconds")
        if not 0 <= seconds <= LONGEST_STEP:
            raise NotPossible("The clock goes forward, by a year at most.")
        self._world.advance(timedelta(seconds=seconds))

    def _down(self, wish: Mapping[str, Any]) -> None:
        self._world.down = bool(wish.get("value"))

    def _delay(self, wish: Mapping[str, Any]) -> None:
        seconds = _real(wish, "seconds")
        if not 0 <= seconds <= 60:
            raise NotPossible("A call is delayed by a minute at most.")
        self._world.delay = seconds

    def _person(self, wish: Mapping[str, Any]) -> Person:
        person = self._world.people.get(_number(wish, "as", 0) or 0)
        if person is None:
            raise NotPossible("There is no such person.")
        return person

    def _chat(self, wish: Mapping[str, Any]) -> Chat | None:
        chat_id = _number(wish, "chat_id", None)
        if chat_id is None:
            return None
        if chat_id not in self._world.chats:
            raise NotPossible("There is no such chat.")
        return self._world.chats[chat_id]


def _chat_with_messages(chat: Chat) -> dict[str, Any]:
    return chat.described() | {"messages": [chat.shown(message) for message in chat.messages.values()]}


def _page_file(name: str) -> Response:
    path = (FOLDER / name).resolve()
    if not path.is_relative_to(FOLDER.resolve()) or not path.is_file():
        return _no("There is no such file.", 404)
    return FileResponse(path, media_type=_TYPES.get(path.suffix), headers={"Cache-Control": "no-cache"})


def _done(deed: Callable[[], dict[str, Any] | None]) -> Response:
    try:
        return _json({"ok": True, **(deed() or {})})
    except NotPossible as error:
        return _no(str(error))


def _no(sentence: str, status: int = 200) -> Response:
    return _json({"ok": False, "error": sentence}, status)


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status, {"Cache-Control": "no-store"}, "application/json")


def _text(wish: Mapping[str, Any], name: str) -> str:
    value = wish.get(name)
    if not isinstance(value, str):
        raise NotPossible(f"{name} must be a text.")
    return value


def _number(wish: Mapping[str, Any], name: str, default: int | None) -> int | None:
    value = wish.get(name, default)
    if value is None or value == "":
        return default
    try:
        return int(value)
    except (ValueError, TypeError, OverflowError):
        raise NotPossible(f"{name} must be a whole number.") from None


def _real(wish: Mapping[str, Any], name: str) -> float:
    try:
        value = float(wish[name])
    except (KeyError, ValueError, TypeError, OverflowError):
        raise NotPossible(f"{name} must be a number.") from None
    if not math.isfinite(value):
        raise NotPossible(f"{name} must be a number.")
    return value


def _needed(value: int | None) -> int:
    if value is None:
        raise NotPossible("message_id must be a whole number.")
    return value
