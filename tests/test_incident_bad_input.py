"""Every kind of bad input at every point of the conversations about incidents, and then an honest answer that is taken.

The numbers in the names of cases are those of the project's list of bad inputs, as in test_bad_input. At each point
the bot says something calm or is silent for a reason that is written down here, keeps what was answered before, asks
the same question still, and takes an honest answer.
"""

from __future__ import annotations

import hashlib
import json
import random
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import photos
import pytest
import test_bad_input as plain
from conftest import House
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.responses import Response
from test_bad_input import Case
from trouble import (
    AT,
    PDF,
    RECEIVED,
    STATIONS,
    Deed,
    Document,
    Scene,
    Station,
    Tap,
    answers,
    latest,
    open_form,
    scene,
    where,
)

from bot.bundles import Incident
from bot.courier import Courier
from bot.sender import Fatal
from bot.talk import Seen, Talk
from facts.report import Report
from forms.files import MOST_BYTES
from forms.form import Form, Progress, Refused, Wrong
from forms.incident import INCIDENT
from forms.register import FORMS
from forms.steps import OneOf
from handlers.filling import Fillings
from sandbox.records import Chat, Fault, Person
from sandbox.schema import Upload
from sandbox.world import World
from storage.drafts import Desk, Draft
from texts.filling import Filling

Json = Any

NORMAL_SAMPLE = 36
"""Cases for each station in every check; the long campaign has all of them."""
_TOGETHER = 20
_TAPPED = range(34, 41)
"""The classes of presses and of links: they answer nothing anywhere, but where a station leaves them out."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, report: Report) -> Iterator[Scene]:
    """One bot for all of it."""
    with scene(tmp_path_factory.mktemp("trouble"), report) as opened:
        yield opened


# What was said before must stay


def kept(before: Desk, after: Desk) -> str:
    """What was lost of a desk on which the open form was only gone on with; empty when nothing was."""
    for form, draft in before.items():
        now = after.get(form)
        if now is None:
            return f"the {form} is gone"
        if (now.began, now.ends, now.about) != (draft.began, draft.ends, draft.about):
            return f"the {form} began anew"
        if lost := _lost(draft, now):
            return f"{form}: {lost}"
    return "" if before.keys() == after.keys() else f"{after.keys() - before.keys()} came out of nothing"


def _lost(draft: Draft, now: Draft) -> str:
    if draft.form not in FORMS:  # a mailbox that a receipt opened
        return "" if now == draft else "it changed"
    form, then, told = FORMS[draft.form], Progress.from_json(draft.progress), Progress.from_json(now.progress)
    asked = form.asked(then)
    name = asked.name if asked else ""
    for step, value in then.answers.items():
        if step != name and told.answers.get(step) != value:
            return f"the answer to {step} is not what it was"
    if told.answers.keys() - then.answers.keys() - {name}:
        return "a question was answered that was not asked"
    if (
        isinstance(then.partial, list)
        and told.partial is not None
        and told.partial[: len(then.partial)] != then.partial
    ):
        return "what was given to the open question is not what it was"
    if any(now.files.get(one) != facts for one, facts in draft.files.items()):
        return "a file is not what it was"
    return "" if asked is None or form.asked(told) in _next(form, then, told) else "another question is asked"


def _next(form: Form, then: Progress, told: Progress) -> list[Any]:
    """The question that may be asked: the same, or the next once it is answered."""
    asked = form.asked(then)
    assert asked is not None
    answered = Progress({**then.answers, asked.name: told.answers.get(asked.name)})
    return [asked, form.asked(answered)] if asked.name in told.answers else [asked]


# The cases


def _cls(case: Case) -> int:
    return int(case.name.split()[0])


def _texts(*texts: tuple[str, str]) -> list[Case]:
    return [Case(name, plain._say(text)) for name, text in texts]


_WORDS = _texts(
    ("17 what could be a receipt", "abcde fghjk mnpqr tvwxy"),
    ("17 what could be a receipt of ours", "99999 99999 99999 99999"),
    ("17 a receipt with the command", "/receipt 2345678923456789abcd"),
    ("17 an identity key", "AGE-SECRET-KEY-1" + "Q" * 58),
    ("21 a benchmark", "/benchmark D"),
    ("21 help", "/help"),
    ("21 privacy", "/privacy"),
    ("21 the language", "/language"),
    ("21 a wish to cancel", "/cancel"),
    ("21 the mailbox", "/receipt"),
    ("21 start", "/start"),
    ("21 start with the form's link", "/start in"),
    ("22 the form in capitals", "/INCIDENT"),
    ("22 the form by its other name in capitals", "/REPORT"),
    ("22 the form of another bot", "/report@otherbot"),
    ("22 the form by our name", "/incident@sangket_bot"),
    ("24 the form with a number", "/incident 9223372036854775808"),
    ("24 the form with tags", "/incident <b>&"),
    ("24 a receipt that is a surrogate", "/receipt \ud83d"),
    ("24 a receipt of many digits", "/receipt " + "9" * 3500),
    ("24 a receipt of tags", "/receipt <b>"),
    ("28 31 February", "31 February 2024"),
    ("28 29 February of a common year", "29 February 2023"),
    ("28 with slashes", "31/02/2024"),
    ("28 with points", "30.2.2024"),
    ("28 in Khmer", "៣១ កុម្ភៈ ២០២៤"),
    ("28 31 April", "31 April"),
    ("28 zeros", "0/0/0000"),
    ("28 as a computer writes", "2024-02-30T25:61:61Z"),
    ("29 tomorrow", "tomorrow 5pm"),
    ("29 far away", "15 May 2399"),
    ("29 long ago", "1 January 1800"),
    ("29 of the Buddhist era", "BE 2569"),
    ("29 of the Buddhist era in Khmer", "ព.ស. ២៥៦៩"),
    ("29 the year nought", "15 May 0000"),
    ("29 before all time", "99999999 years ago"),
    ("29 of many digits", "9" * 300 + " days ago"),
    ("29 beyond numbers", "1e309 days ago"),
    ("29 in Khmer, before all time", "៩៩៩៩៩៩៩៩៩ ឆ្នាំមុន"),
    ("30 an hour that was not", "10 March 2024 02:30"),
    ("30 24 o'clock", "24:00"),
    ("30 25 o'clock", "yesterday 25:61"),
    ("31 day or month", "03/04/2024"),
    ("31 neither", "13/13/2024"),
    ("31 the 40th in Khmer", "ថ្ងៃទី៤០ ខែកក្កដា"),
    ("31 only a Khmer month", "មករា"),
    ("32 minus one", "-1"),
    ("32 nought", "0"),
    ("32 a fraction", "1.5"),
    ("32 a million and one", "1000001"),
    ("32 with an exponent", "1e6"),
    ("32 an index", "[0]"),
    ("32 null", "null"),
    ("32 the name of an option", "arrest,detention"),
    ("32 data of a button", "f:c:category:arrest"),
    ("32 places of the other end of the world", "Lima, Peru"),
    ("32 a code of a place", "170305"),
    ("33 Cancel", "✖ Cancel"),
    ("33 Cancel in Khmer", "✖ បោះបង់"),
    ("33 a keyboard of another bot", "🏠 Main menu"),
    ("33 a keyboard of long ago", "▶▶ Next page (2)"),
)


def _edited(name: str, **content: Json) -> Case:
    def build(world: World, person: Person) -> dict[str, Json]:
        return {"edited_message": plain._message(world, person, edit_date=int(world.now()), **content)}

    return Case(name, plain._push(build))


def _again(name: str, command: str) -> Case:
    return Case(name, plain._several(plain._say(command), plain._say(command)), updates=2)


_PIN = {"latitude": 11.55, "longitude": 104.92}
_COMMAND = [{"type": "bot_command", "offset": 0, "length": 7}]


def _repeated(world: World, person: Person) -> None:
    """The number of an update that was taken long ago."""
    number = world.push({"message": plain._texted(world, person, "/help")})
    world.push({"update_id": number - 100, "message": plain._texted(world, person, "taken twice")})


def _lower(world: World, person: Person) -> None:
    number = world.push({"message": plain._texted(world, person, "/help")})
    world.push({"update_id": number - 500_000, "message": plain._texted(world, person, "/privacy")})


def _pressed_by_another(data: str) -> Deed:
    def deed(world: World, person: Person) -> None:
        other = world.add_person("Vanna")
        world.tap(other, latest(world, other), data=data)

    return deed


def _pressed_in_group(data: str) -> Deed:
    def deed(world: World, person: Person) -> None:
        group = world.add_group("Network", people=[person])
        message = world.post(group, world.bot.user(), {"text": "Please write to me in private."})
        world.tap(person, message["message_id"], data=data, chat=group)

    return deed


def _devices(world: World, person: Person) -> None:
    """The second device's words come first, and they are older."""
    first, second = (plain._texted(world, person, text) for text in ("/help", "/privacy"))
    world.push({"message": second})
    world.push({"message": first | {"date": first["date"] - 3600}})
    world.tap(person, 1, data="f:c:nothing:at_all")


def _album(world: World, person: Person) -> None:
    for number in range(2):
        data = b"MZ a program %d" % number
        world.send_file(person, "document", data, file_name="x.exe", media_group_id="815")


_LIFE = (
    _again("20 the form asked for twice", "/incident"),
    _again("20 the form asked for twice by its other name", "/report"),
    Case(
        "22 the form in a caption",
        lambda w, p: w.send_file(p, "document", b"MZ\x90\x00 program", file_name="x.exe", caption="/incident"),
    ),
    _edited("26 a message that no answer holds", text="something else"),
    _edited("26 a message of 4,096 letters", text="x" * 4096),
    _edited("26 into nothing", text=""),
    _edited("26 into a command", text="/cancel", entities=_COMMAND),
    _edited("26 into the form", text="/incident", entities=[_COMMAND[0] | {"length": 9}]),
    _edited("26 a place that moves", location=_PIN | {"live_period": 900, "heading": 5}),
    _edited("26 the words below a picture", photo=[plain._BIT | {"width": 1, "height": 1}], caption="other words"),
    Case("27 forwarded", plain._content(text="31 February", forward_origin=plain._FOREIGN)),
    Case(
        "27 forwarded from a channel",
        plain._content(text="", forward_origin={"type": "channel", "chat": plain._CHANNEL, "date": 5, "message_id": 5}),
    ),
    Case(
        "27 from nobody, a press",
        lambda w, p: w.push(
            {
                "callback_query": {
                    "id": "5",
                    "chat_instance": "1",
                    "data": "f:ok:nothing",
                    "message": plain._message(w, p, text="x"),
                }
            }
        ),
        honest=False,
    ),
    Case("27 through another bot", plain._content(text="hm", via_bot={"id": 5, "is_bot": True, "first_name": "B"})),
    Case("49 an album", _album),
    Case("50 a live place", plain._content(location=_PIN | {"live_period": 900})),
    Case(
        "50 a venue with its place",
        plain._content(location=_PIN, venue={"location": _PIN, "title": "x", "address": "y"}),
    ),
    Case("50 their own contact", lambda w, p: w.send_contact(p, "+85512000000", "Dara", user_id=p.id)),
    Case("50 a checklist", plain._content(checklist={"title": "x", "tasks": []})),
    Case("50 paid media", plain._content(paid_media={"star_count": 1, "paid_media": []})),
    Case("50 users that were shared", plain._content(users_shared={"request_id": 1, "users": [{"user_id": 5}]})),
    Case(
        "50 a passport",
        plain._content(passport_data={"data": [], "credentials": {"data": "", "hash": "", "secret": ""}}),
    ),
    Case("50 data of a web app", plain._content(web_app_data={"data": "{}", "button_text": "x"})),
    Case("53 gone and back", plain._block_and_return),
    Case("55 told of a group", plain._group_life),
    Case("56 two devices", _devices, updates=3),
    Case("57 sent by another", _pressed_by_another("f:send")),
    Case("57 finished by another", _pressed_by_another("f:ok:account")),
    Case("57 cancelled by another", _pressed_by_another("f:cancel:yes")),
    Case("57 a mailbox that another opened", _pressed_by_another("mb:withdraw:yes")),
    Case("57 begun in a group", _pressed_in_group("in:go")),
    Case("57 answered in a group", _pressed_in_group("f:c:category:arrest")),
    Case("57 cancelled in a group", _pressed_in_group("f:cancel:yes")),
    Case(
        "58 from last year",
        plain._push(lambda w, p: {"message": plain._texted(w, p, "/help") | {"date": 1_700_000_000}}),
    ),
    Case("61 the number of an update that was taken", _repeated, updates=2),
    Case("61 a lower number than before", _lower, updates=2),
)


def _wrong(name: str, build: Callable[[World, Person], dict[str, Json]]) -> Case:
    return Case(f"60 {name}", plain._push(build), honest=False)


def _message(**content: Json) -> Callable[[World, Person], dict[str, Json]]:
    return lambda world, person: {"message": plain._message(world, person, **content)}


_FILE = plain._BIT | {"mime_type": "application/pdf", "file_size": len(PDF)}


def _document(document: Mapping[str, Json], **content: Json) -> Callable[[World, Person], dict[str, Json]]:
    """A document that Telegram has, described wrongly."""

    def build(world: World, person: Person) -> dict[str, Json]:
        stored = world.files.add("document", Upload("x.pdf", "application/pdf", PDF), {})
        described = {"file_id": stored.file_id, "file_unique_id": stored.file_unique_id, **document}
        return {"message": plain._message(world, person, document=described, **content)}

    return build


_MALFORMED = (
    _wrong("a place in words", _message(location={"latitude": "11.5", "longitude": "104.9"})),
    _wrong("a place beyond the earth", _message(location={"latitude": 1e308, "longitude": -1e308})),
    _wrong("a place that is nowhere", _message(location={"latitude": None, "longitude": None})),
    _wrong("a place of truth", _message(location={"latitude": True, "longitude": False})),
    _wrong("a file that is a list", _message(document=[_FILE])),
    _wrong("a file whose size is words", _document({"file_size": "9"})),
    _wrong("a file of less than nothing", _document({"file_size": -(10**18)})),
    _wrong("a file whose size is a fraction", _document({"file_size": 0.5})),
    _wrong("a file whose name is a list", _document({"file_name": ["x"]})),
    _wrong("a file whose kind is a number", _document({"mime_type": 7})),
    _wrong("a file whose id is a number", _document({"file_id": 7})),
    _wrong("no photo at all", _message(photo=[])),
    _wrong("a caption that is a list", _document({}, caption=["x"])),
    _wrong("a text that is a table", _message(text={"a": 1})),
    _wrong("an album whose number is a list", _document({}, media_group_id=[1])),
    _wrong(
        "an edited text that is a list", lambda w, p: {"edited_message": plain._message(w, p, text=["x"], edit_date=5)}
    ),
    _wrong(
        "a press of a list",
        lambda w, p: {"callback_query": plain._query(w, p, data=["f:send"], message=plain._message(w, p))},
    ),
    _wrong(
        "a press of a message in words", lambda w, p: {"callback_query": plain._query(w, p, data="f:send", message="x")}
    ),
)
"""What no Telegram sends. An apology is enough; but nothing may be lost, and nobody stuck."""


# Presses: which are bad depends on the question that is asked

_VERBS = ("ok", "skip", "back", "yes", "no", "anew", "change")
_STEPS = [step.name for step in INCIDENT.steps]
_NO_VALUES = (
    "nothing",
    "-1",
    "0",
    "99",
    "in:99",
    "in:999999",
    "here:",
    "in:",
    "pin:17",
    "here:17:17",
    "a,b",
    "A" * 40,
    "A" * 41,
    "ok\n1",
    "__class__",
)
_ODD = (
    ("34 form data that ends early", "f:c:category:"),
    ("34 form data of no step", "f:c::arrest"),
    ("34 form data of an unknown step", "f:c:nothing:arrest"),
    ("34 form data of an unknown verb", "f:x:category"),
    ("34 form data in capitals", "F:OK:CATEGORY"),
    ("34 form data of 64 bytes", "f:c:category:" + "a" * 51),
    ("34 form data with a line end", "f:ok:nothing\n"),
    ("34 a null byte in form data", "f:c:nothing\x00:arrest"),
    ("36 a sign that nobody asked for", "f:is:boat"),
    ("36 a sign that does not exist", "f:is:dragon"),
    ("36 to change what is no step", "f:change:nothing"),
    ("36 to cancel something else", "f:cancel:yes:please"),
    ("39 a page of the form of long ago", "form:2:next"),
    ("39 a button of later", "f:v2:c:category:arrest"),
)


def _presses(station: Station) -> list[Case]:
    """What could be pressed and is no answer at this station."""
    odd = [Case(name, Tap(data)) for name, data in _ODD if not (data == "f:is:boat" and "challenged" in station.name)]
    return [*odd, *_of_other_questions(station), *_of_this_question(station), *_of_the_form(station)]


def _of_other_questions(station: Station) -> Iterator[Case]:
    for step in _STEPS:
        if step != station.step:
            yield Case(f"32 an option of {step}", Tap(f"f:c:{step}:{_some_option(step)}"))
            for verb in _VERBS:
                if verb != "change" or station.step != "review":
                    yield Case(f"36 {verb} of {step}", Tap(f"f:{verb}:{step}"))
    for data in _earlier(station):
        yield Case(f"36 pressed again: {data}", plain._tap(data))


def _of_this_question(station: Station) -> Iterator[Case]:
    if station.step:
        for value in _NO_VALUES:
            yield Case(f"32 no option: {value!r}", Tap(f"f:c:{station.step}:{value}"))


def _of_the_form(station: Station) -> Iterator[Case]:
    if station.step != "review":
        yield Case("36 sent too early", Tap("f:send"))
        yield Case("36 sent twice too early", plain._several(Tap("f:send"), Tap("f:send")), updates=2)
    if not station.name.startswith(("mailbox", "addition")):
        yield Case("39 a mailbox that is closed", Tap("mb:withdraw"))
        yield Case("39 a mailbox that was kept", Tap("mb:keep"))
    if ":" in station.name:
        yield Case("36 begun twice", Tap("in:go"))
        yield Case("37 on a message that is gone", lambda w, p: w.tap(p, 10**9, data="f:c:nothing:x"))
        yield Case("38 an old press", plain._push(_old_press))


def _old_press(world: World, person: Person) -> dict[str, Json]:
    """Telegram takes no answer to it any more."""
    message = plain._message(world, person)
    return {"callback_query": plain._query(world, person, data="f:ok:nothing", message=message)}


def _some_option(name: str) -> str:
    step = INCIDENT.step(name)
    return step.options[0].name if isinstance(step, OneOf) else "today"


def _earlier(station: Station) -> list[str]:
    """The buttons that were pressed on the way here and belong to other questions."""
    data: list[str] = []
    at = station
    while at.after:
        data += [deed.data for deed in at.deeds if isinstance(deed, Tap)]
        at = AT[at.after]
    return [one for one in dict.fromkeys(data) if _asks(one) not in ("", station.step)]


def _asks(data: str) -> str:
    """The question that a button belongs to, if it answers one."""
    form, *parts = data.split(":")
    return parts[1] if form == "f" and len(parts) > 1 and parts[0] != "change" else ""


# Files


@dataclass(frozen=True)
class Sent:
    """A file that is sent. ``taken`` is the type it is taken as; empty when it is refused. ``spoil`` is what happens
    to it, or to the network, before it is fetched."""

    name: str
    data: bytes = field(repr=False)
    taken: str = ""
    file_name: str | None = None
    mime: str | None = None
    kind: str = "document"
    caption: str = ""
    spoil: Callable[[World, str], None] = field(default=lambda world, file_id: None, repr=False)

    def __call__(self, world: World, person: Person) -> None:
        message = world.send_file(
            person, self.kind, self.data, file_name=self.file_name, mime=self.mime, caption=self.caption
        )
        sent = message[self.kind]
        self.spoil(world, (sent[-1] if isinstance(sent, list) else sent)["file_id"])


def _vanish(world: World, file_id: str) -> None:
    """Telegram has it no longer."""
    del world.files._by_id[file_id]


def _becoming(data: bytes) -> Callable[[World, str], None]:
    """What Telegram hands out is not what it announced."""

    def spoil(world: World, file_id: str) -> None:
        stored = world.files.get(file_id)
        assert stored is not None
        world.files._by_id[file_id] = replace(stored, data=data)

    return spoil


def _failing(method: str, answer: Callable[[], Fault | Response], times: int = 10**6) -> Callable[[World, str], None]:
    """The first so many calls of this method go wrong in this way."""

    def spoil(world: World, file_id: str) -> None:
        left = times

        def fault(called: str, params: dict[str, Any]) -> Fault | Response | None:
            nonlocal left
            if called != method or left == 0:
                return None
            left -= 1
            return answer()

        world.faults = fault

    return spoil


def _found_at(path: Json) -> Callable[[], Response]:
    """What getFile would say with this path."""
    body = json.dumps({"ok": True, "result": {"file_id": "x", "file_unique_id": "y", "file_path": path}})
    return lambda: Response(body, media_type="application/json")


def _cut_short() -> Response:
    return Response(PDF[:9], media_type="application/octet-stream")


def _exif_loop() -> bytes:
    """A JPEG whose EXIF directory is its own successor, and whose GPS directory is itself."""
    entry = (
        (0x8825).to_bytes(2, "little")
        + (4).to_bytes(2, "little")
        + (1).to_bytes(4, "little")
        + (8).to_bytes(4, "little")
    )
    tiff = b"II*\0" + (8).to_bytes(4, "little") + (1).to_bytes(2, "little") + entry + (8).to_bytes(4, "little")
    segment = b"Exif\0\0" + tiff
    return b"\xff\xd8\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment + photos.photo("JPEG")[2:]


def _png_bomb() -> bytes:
    """4,000,000,000 points in ten kilobytes; too large for Telegram as a photo, so it comes as a file."""

    def part(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    header = (200_000).to_bytes(4, "big") + (20_000).to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", header)
        + part(b"IDAT", zlib.compress(bytes(10_000_000), 9))
        + part(b"IEND", b"")
    )


_PDF, _PNG, _JPEG = "application/pdf", "image/png", "image/jpeg"
_ZIP = b"PK\x03\x04\x14\0\0\0\x08\0" + zlib.compress(bytes(5_000_000), 9)
_FILES: tuple[Sent, ...] = (
    Sent("19 a text of a million letters", b"prison " * 150_000, "text/plain", file_name="x.txt", mime="text/plain"),
    Sent("41 nothing in it", b"x", spoil=_becoming(b"")),
    Sent("42 a byte more than we take", PDF + bytes(MOST_BYTES + 1 - len(PDF))),
    Sent("42 a byte more than Telegram gives", PDF + bytes(20 * 1024 * 1024 + 1 - len(PDF))),
    Sent("42 larger than was said", PDF, spoil=_becoming(PDF + bytes(MOST_BYTES))),
    Sent("42 no way to it", PDF, spoil=_failing("getFile", lambda: Response('{"ok":true,"result":{"file_id":"x"}}'))),
    Sent("43 a program that is called a photo", b"MZ\x90\0" + bytes(60), file_name="photo.jpg", mime="image/jpeg"),
    Sent("43 a paper that is called a photo", PDF, _PDF, file_name="photo.jpg", mime="image/jpeg"),
    Sent(
        "43 a photo that is called a program",
        photos.photo("PNG"),
        _PNG,
        file_name="setup.exe",
        mime="application/x-msdownload",
    ),
    Sent("43 without name or kind", PDF, _PDF, file_name="", mime=""),
    Sent("43 a voice that is none", b"\0" * 50, kind="voice"),
    Sent("43 a video that is a page", b"<html>", kind="video"),
    Sent("44 a paper that is an archive", PDF + _ZIP[:500], _PDF),
    Sent("44 a page that is a paper", b"<html><!-- %PDF-1.7 -->"),
    Sent("44 an archive that is a paper", _ZIP[:500] + PDF),
    Sent("44 a picture that is a page", b"\x89PNG\r\n\x1a\n<html><script>", _PNG),
    Sent(
        "45 svg",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        file_name="x.svg",
        mime="image/svg+xml",
    ),
    Sent("45 svg behind a mark", b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>", file_name="x.txt", mime="text/plain"),
    Sent("45 html", b"<!DOCTYPE html><p>x", file_name="x.html", mime="text/html"),
    Sent("45 exe", b"MZ" + bytes(100), file_name="x.exe"),
    Sent("45 apk", _ZIP[:400], file_name="x.apk", mime="application/vnd.android.package-archive"),
    Sent("45 a script", b"#!/bin/sh\nrm -rf /\n", file_name="x.sh"),
    Sent("45 rich text", b"{\\rtf1 x}", file_name="x.rtf"),
    Sent("46 an archive that grows", _ZIP, file_name="42.zip", mime="application/zip"),
    Sent("46 a picture that grows", _png_bomb(), _PNG, file_name="bomb.png"),
    Sent("46 a packed picture that grows", b"\x1f\x8b\x08" + bytes(200), file_name="x.svgz"),
    Sent("47 EXIF that bites its tail", _exif_loop(), _JPEG),
    Sent("47 EXIF that ends early", b"\xff\xd8\xff\xe1\xff\xffExif\0\0", _JPEG),
    Sent("48 a name that climbs", PDF, _PDF, file_name="../../../../etc/passwd"),
    Sent("48 a name that climbs backwards", PDF, _PDF, file_name="..\\..\\x.pdf"),
    Sent("48 a name of 300 letters", PDF, _PDF, file_name="ក" * 300 + ".pdf"),
    Sent("48 a name that turns", PDF, _PDF, file_name="\u202egpj.exe"),
    Sent("48 a name with a null byte", PDF, _PDF, file_name="x.pdf\0.exe"),
    Sent("48 a name of tags", PDF, _PDF, file_name="<b>&'\"; DROP TABLE evidence;--{0}"),
    Sent("48 a name of a surrogate", PDF, _PDF, file_name="\ud83d.pdf"),
    Sent("48 words below that are evil", PDF, _PDF, caption="{0.__class__} %s \u202e ="),
    Sent("51 gone before it is fetched", PDF, spoil=_vanish),
    Sent("51 gone between asking and fetching", PDF, spoil=_failing("file", lambda: Fault(404, b"Not Found"))),
    Sent("51 a way that climbs", PDF, spoil=_failing("getFile", _found_at("../../bot/token"))),
    Sent("51 a way to elsewhere", PDF, spoil=_failing("getFile", _found_at("https://example.org/x"))),
    Sent("51 a way that is a list", PDF, spoil=_failing("getFile", _found_at(["x"]))),
    Sent("52 cut short, always", PDF, spoil=_failing("file", _cut_short)),
    Sent("52 cut short, once", PDF, _PDF, spoil=_failing("file", _cut_short, 1)),
    Sent("62 a server that fails, always", PDF, spoil=_failing("getFile", lambda: Fault(502, b"<html>Bad Gateway"))),
    Sent("62 a server that fails, once", PDF, _PDF, spoil=_failing("getFile", lambda: Fault(500), 1)),
    Sent("62 no patience", PDF, _PDF, spoil=_failing("getFile", lambda: _too_many(), 1)),
)


def _too_many() -> Response:
    body = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 0}}
    return Response(json.dumps(body), 429, media_type="application/json")


_POISON = "60 a message number in words"
"""Has a test of its own."""


def _numbered(case: Case) -> Case:
    """What has no number that can be confirmed stays at Telegram until something behind it is confirmed."""
    if case.name not in ("60 no number", "60 a number in words"):
        return case
    return replace(case, deed=plain._several(case.deed, plain._say("/help")), updates=2)


_COMMON: tuple[Case, ...] = (
    *(_numbered(case) for case in plain._catalogue() if case.name != _POISON),
    *_WORDS,
    *_LIFE,
    *_MALFORMED,
    *(Case(file.name, file) for file in _FILES),
)


_MEANT = {("benchmarks", "18 a thousand lines")}
"""By question, what is an answer there: the letter of a benchmark, a thousand times."""


def troubles(station: Station) -> list[Case]:
    """Everything that is bad at this station."""
    return [*(case for case in _COMMON if (station.step, case.name) not in _MEANT), *_presses(station)]


# Feeding

_ELSEWHERE = "it is said in another chat, and not to the bot"
_SERVICE = "Telegram says it, and no person"
_UNKNOWN = "nothing in it can be answered"
_MOVES = "a point that moves sends itself edited every few seconds, and an edit without words is none"
SILENT: Mapping[str, str] = {
    "26 a place that moves": _MOVES,
    "26 into nothing": _MOVES,
    "27 from a channel": _ELSEWHERE,
    "27 from nobody, in a channel": _ELSEWHERE,
    "27 through another bot": "somebody sent what a bot's inline mode offered",
    "50 a pinned message": _SERVICE,
    "50 users that were shared": _SERVICE,
    "50 data of a web app": _SERVICE,
    "54 a group became a supergroup": _SERVICE,
    "54 a group says that it will": _SERVICE,
    "54 a private chat says that it moved": _SERVICE,
    "55 into a channel": _ELSEWHERE,
    "55 people come and go": _SERVICE,
    "59 an update of a kind unknown": _UNKNOWN,
    "59 an update of no kind": _UNKNOWN,
    "59 a member of a kind unknown": _UNKNOWN,
}
"""What need not be answered, and why. Everything else that a real Telegram could deliver must be."""


class Trial:
    """Lets bad input happen to somebody at one station, and holds what comes of it against the promise."""

    def __init__(self, stage: Scene, station: Station, talk: Talk) -> None:
        self._stage = stage
        self._station = station
        self._talk = talk

    def feed(self, cases: Sequence[Case]) -> None:
        """All of these; afterwards the next trial has a sound bot, whatever came of this one."""
        try:
            together = [case for case in cases if self._answers_nothing(case)]
            alone = [case for case in cases if not self._answers_nothing(case)]
            for start in range(0, len(together), _TOGETHER):
                self._several(together[start : start + _TOGETHER])
            for number, case in enumerate(alone):
                self._one(case, last=number % 8 == 7 or number == len(alone) - 1)
        except BaseException:
            self._stage.spoil()
            raise

    def _answers_nothing(self, case: Case) -> bool:
        return (not self._station.takes or _cls(case) in _TAPPED) and self._station.name != "left"

    def _several(self, cases: Sequence[Case]) -> None:
        """Cases that change nothing, one after the other; then an honest answer."""
        before = self._stage.bring(self._talk, self._station)
        self._happen(cases)
        assert self._stage.desk(self._talk) == before, f"{self._station.name}: one of {_names(cases)} changed an answer"
        self._still_asked(cases)
        self._honest(before, before, cases)

    def _one(self, case: Case, *, last: bool) -> None:
        """A case that may be an answer of a kind; then, if it changed anything or is the last, an honest answer."""
        before = self._stage.bring(self._talk, self._station)
        self._happen([case])
        after = self._stage.desk(self._talk)
        if self._station.name == "left":  # /incident comes back to what was left
            after = {form: replace(draft, left=True) for form, draft in after.items()}
        loss = kept(before, after)
        assert not loss, f"{self._station.name}, after {case.name}: {loss}"
        if last or after != before:
            self._honest(before, after, [case])

    def _happen(self, cases: Sequence[Case]) -> None:
        """Everything that is not silent is answered, and nothing goes wrong."""
        self._stage.errors.clear()
        answered, seen = self._stage.together(self._talk, [case.deed for case in cases])
        malformed = sum(not case.honest for case in cases)
        for case, count in zip(cases, answered, strict=True):
            if case.honest and case.name not in SILENT:
                assert count, f"{self._station.name}: silence after {case.name}"
        if not malformed:
            assert self._stage.errors == [], f"{self._station.name}: {self._stage.errors} after {_names(cases)}"
        unexpected = set(self._stage.errors) - {"update.aside", "call.refused", "unidentified"}
        assert not unexpected, f"{self._station.name}: {unexpected} after {_names(cases)}"
        assert self._stage.errors.count("update.aside") <= malformed, f"{self._station.name}: {_names(cases)}"
        for screen in seen:
            assert screen.text.strip(), f"{self._station.name}: an empty answer to one of {_names(cases)}"

    def _still_asked(self, cases: Sequence[Case]) -> None:
        """Coming back shows the question that was asked."""
        if ":" not in self._station.name:
            return
        [screen] = self._stage.after(self._talk, plain._say("/incident"))
        there = [button["callback_data"] for row in screen.message["reply_markup"]["inline_keyboard"] for button in row]
        assert there == self._stage.buttons[self._station.name], f"{self._station.name}, after {_names(cases)}"

    def _honest(self, before: Desk, after: Desk, cases: Sequence[Case]) -> None:
        """An honest answer is taken."""
        if where(after) != where(before):
            assert where(after) == self._station.then, f"{self._station.name}: {_names(cases)} led to {where(after)}"
            return
        station = self._station if after == before else AT.get(self._station.name.split()[0], self._station)
        self._stage.errors.clear()
        for deed in station.honest:
            self._stage.after(self._talk, deed)
        there = self._stage.desk(self._talk)
        if (draft := open_form(there)) is not None and draft.asked:  # so much is sent here that it looks like a flood
            self._stage.after(self._talk, Tap(f"f:is:{draft.asked}"))
            there = self._stage.desk(self._talk)
        assert where(there) == self._station.then, f"{self._station.name}: an honest answer after {_names(cases)}"
        assert self._stage.errors == []
        if self._station.then != RECEIVED:
            told, now = answers(before), answers(there)
            lost = {name for name in told if name != self._station.step and now.get(name) != told[name]}
            assert not lost, f"{self._station.name}: {lost} lost with the honest answer after {_names(cases)}"


def _names(cases: Sequence[Case]) -> list[str]:
    return [case.name for case in cases]


def _ids(station: Station) -> str:
    return station.name


@pytest.mark.parametrize("station", STATIONS, ids=_ids)
def test_bad_input_is_answered_calmly_keeps_what_was_said_and_leaves_the_question_open(
    stage: Scene, station: Station
) -> None:
    number = STATIONS.index(station)
    Trial(stage, station, stage.somebody(number)).feed(_sample(number, NORMAL_SAMPLE))


def _sample(number: int, count: int) -> list[Case]:
    """The same at every run; over all stations every case has its turn."""
    station, bad = STATIONS[number], troubles(STATIONS[number])
    common = [case for at, case in enumerate(_COMMON) if at % len(STATIONS) in _turns(number) and case in bad]
    presses = _presses(station)
    return [*common, *random.Random(number).sample(presses, min(count - len(common), len(presses)))]


def _turns(number: int) -> set[int]:
    return {(number * 5 + step) % len(STATIONS) for step in range(3)}


def test_every_class_that_a_conversation_can_meet_is_among_what_is_tried() -> None:
    tried = [case for number in range(len(STATIONS)) for case in _sample(number, NORMAL_SAMPLE)]
    classes = Counter(map(_cls, tried))
    everything = [case for station in STATIONS for case in troubles(station)]
    print(f"{len(tried)} of {len(everything)} cases at {len(STATIONS)} stations, of {len(classes)} classes:")
    print(", ".join(f"{number}: {classes[number]}" for number in sorted(classes)))
    assert {case.name for case in _COMMON} <= {case.name for case in tried}
    assert set(classes) >= {*range(1, 62)}, sorted({*range(1, 62)} - set(classes))
    assert len(tried) >= 1_500
    assert not SILENT.keys() - {case.name for case in everything}


@pytest.mark.long
@pytest.mark.parametrize("station", STATIONS, ids=_ids)
def test_all_bad_input_at_every_station(stage: Scene, station: Station) -> None:
    trial = Trial(stage, station, stage.somebody(STATIONS.index(station) + 1))
    trial.feed(troubles(station))


# What is taken, is taken as it is

_TAKING_FILES = [station for station in STATIONS if "files" in station.takes]
_HELD = "incident:evidence"


def _draft(desk: Desk) -> Draft:
    draft = open_form(desk)
    assert draft is not None
    return draft


@pytest.mark.parametrize("station", _TAKING_FILES, ids=_ids)
def test_a_file_is_taken_as_it_is_or_not_at_all_and_the_rest_stays(stage: Scene, station: Station) -> None:
    often = station.name in ("incident:account", _HELD)
    for file in _FILES if often else _FILES[_TAKING_FILES.index(station) % 3 :: 3]:
        _send(stage, station, file)


def _send(stage: Scene, station: Station, file: Sent) -> None:
    """Send it at this station; it must be taken as it is, or leave nothing behind."""
    talk = stage.somebody(0)
    before = stage.bring(talk, station)
    _, seen = stage.together(talk, [file])
    after = stage.desk(talk)
    assert seen, f"{station.name}: silence after {file.name}"
    assert not kept(before, after), f"{station.name}: {file.name}"
    new = _draft(after).files.keys() - _draft(before).files.keys()
    assert len(new) == bool(file.taken), f"{station.name}: {file.name}: {_texts_of(seen)}"
    held = json.dumps(_draft(after).progress)
    for one in new:
        facts = _draft(after).files[one]
        assert one in held, f"{station.name}: no answer holds {file.name}"
        assert facts["type"] == file.taken, file.name
        assert (facts["sha256"], facts["size"]) == (hashlib.sha256(file.data).hexdigest(), len(file.data))
        assert "coming" not in facts
    if not new:
        assert _emptied(after) == _emptied(before), f"{station.name}: {file.name} left something behind"


def _emptied(desk: Desk) -> Desk:
    """An open question that holds an empty list holds nothing."""
    return {
        form: replace(one, progress=one.progress | {"partial": one.progress.get("partial") or None})
        for form, one in desk.items()
    }


def _texts_of(seen: Iterable[Seen]) -> list[str]:
    return [one.text[:200] for one in seen]


def test_of_an_album_of_ten_with_one_that_fails_the_first_four_others_are_kept_and_all_is_said(stage: Scene) -> None:
    def album(world: World, person: Person) -> None:
        for number in range(10):
            data = PDF + b" of an album %d" % number
            sent = world.send_file(person, "document", data, file_name="x.pdf", media_group_id="4711")
            if number == 2:
                _vanish(world, sent["document"]["file_id"])

    for talk in (stage.somebody(0), stage.somebody(1)):
        before = stage.bring(talk, AT[_HELD])
        seen = stage.after(talk, album)
        draft = _draft(stage.desk(talk))
        sizes = [facts["sha256"] for facts in draft.files.values() if facts["step"] == "evidence"]
        wanted = [hashlib.sha256(PDF + b" of an album %d" % number).hexdigest() for number in range(10)]
        room = 5 - len(_draft(before).files)
        assert sizes == [one for at, one in enumerate(wanted[:room]) if at != 2]
        assert not any("coming" in facts for facts in draft.files.values())
        assert where(stage.desk(talk)) == _HELD
        assert seen
        stage.after(talk, Tap("f:ok:evidence"))
        assert where(stage.desk(talk)) == "incident:benchmarks"


@pytest.mark.parametrize("name", ["incident:account", "incident:account begun", "addition:account"])
def test_the_account_is_kept_letter_by_letter(stage: Scene, name: str) -> None:
    talk = stage.somebody(0)
    tried = 0
    for _, text in plain._WORDS_OF_EVIL:
        if text.startswith("/") or len(text) > 4096:
            continue
        before = stage.bring(talk, AT[name])
        stage.after(talk, plain._content(text=text))
        parts = _draft(stage.desk(talk)).progress["partial"] or []
        new = parts[len(_draft(before).progress["partial"] or []) :]
        written = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "")
        if written.strip(" \u00a0\u3000\t\u200b\r\n\u2028\u2029\x0b\x0c"):
            assert [part["text"] for part in new] == [written]
            tried += 1
        else:
            assert new == []
    assert tried > 25


@pytest.mark.parametrize("name", ["incident:when", "incident:when apart", "incident:when changing"])
def test_a_day_that_never_was_is_not_understood(stage: Scene, name: str) -> None:
    talk = stage.somebody(0)
    for case in _WORDS:
        if _cls(case) not in (28, 29) and case.name not in ("31 neither", "31 the 40th in Khmer", "30 25 o'clock"):
            continue
        stage.bring(talk, AT[name])
        [screen] = stage.after(talk, case.deed)
        progress = _draft(stage.desk(talk)).progress
        assert progress["unsure"] is None, f"{case.name}: {screen.text}"


@pytest.mark.parametrize("station", [one for one in STATIONS if one.name.startswith("incident:")], ids=_ids)
def test_an_edited_message_changes_its_part_of_the_account_and_nothing_else(stage: Scene, station: Station) -> None:
    talk = stage.somebody(0)
    before = stage.bring(talk, station)
    held = _part(before)
    if held is None:
        return
    words = {"message_id": held["message"], "text": "Five men, and not four.", "edit_date": 5}
    stage.after(talk, plain._push(lambda w, p: {"edited_message": plain._message(w, p) | words}))
    after = stage.desk(talk)
    changed = _part(after)
    assert changed is not None
    assert changed["text"] == "Five men, and not four."
    changed["text"] = held["text"]
    assert after == before


def _part(desk: Desk) -> dict[str, Any] | None:
    """The first words of the account, wherever they are held."""
    progress = _draft(desk).progress
    for parts in (progress["partial"], progress["answers"].get("account")):
        for part in parts if isinstance(parts, list) else []:
            if isinstance(part, dict) and "message" in part:
                return part
    return None


_CANARY = 85512345678


@pytest.mark.parametrize("station", STATIONS, ids=_ids)
def test_who_somebody_is_and_where_is_not_kept_unasked(stage: Scene, station: Station) -> None:
    talk = stage.somebody(0)
    deeds: list[Deed] = [
        lambda w, p: w.send_contact(p, f"+{_CANARY}", "Canary", user_id=_CANARY),
        lambda w, p: w.send_sticker(p),
        plain._content(venue={"location": {"latitude": 1.2345678, "longitude": 2}, "title": "Canary", "address": "x"}),
        plain._content(
            text="hm",
            forward_origin={
                "type": "user",
                "sender_user": {"id": _CANARY, "is_bot": False, "first_name": "Canary"},
                "date": 5,
            },
        ),
    ]
    if "pins" not in station.takes:
        deeds.append(lambda w, p: w.send_location(p, 1.2345678, 2.0))
    stage.bring(talk, station)
    stage.together(talk, deeds)
    held = json.dumps([draft.progress for draft in stage.desk(talk).values()])
    assert "Canary" not in held
    assert str(_CANARY) not in held
    assert "1.23456" not in held


def test_the_exact_spot_cannot_be_asked_for_where_no_more_than_the_province_is(stage: Scene) -> None:
    talk = stage.somebody(0)
    before = stage.bring(talk, AT["incident:province"])
    stage.together(talk, [Tap("f:c:province:pin"), lambda w, p: w.send_location(p, 1.2345678, 2.0)])
    assert stage.desk(talk) == before


def test_a_message_whose_number_is_none_does_not_keep_the_chat_from_being_emptied(stage: Scene) -> None:
    world, vanna = stage.world, stage.house.talk(stage.world.add_person("Vanna"))
    stage.bring(vanna, AT["incident:state"])
    stage.errors.clear()
    stage.together(vanna, [plain._push(lambda w, p: {"message": plain._texted(w, p, "x") | {"message_id": "first"}})])
    stage.after(vanna, plain._say("They are held."))
    stage.together(vanna, [plain._say("/wipe")])
    assert "post.failed" not in stage.errors
    left = [one.get("text", "") for one in world.private_chat(vanna.person).messages.values()]
    assert not [text for text in left if "They are held." in text or "Question" in text], left


def test_files_that_were_sent_before_going_back_are_not_in_the_way(stage: Scene) -> None:
    talk = stage.somebody(0)
    stage.bring(talk, AT["incident:evidence full"])
    for deed in (Tap("f:back:evidence"), Tap("f:c:source:saw"), Document(PDF + b" one more")):
        stage.after(talk, deed)
    draft = _draft(stage.desk(talk))
    sent = [facts for facts in draft.files.values() if facts["step"] == "evidence"]
    held = json.dumps([draft.progress["partial"], draft.progress["answers"].get("evidence")])
    assert all(one in held for one, facts in draft.files.items() if facts["step"] == "evidence"), "files in no answer"
    assert len(sent) in (1, 4)


def test_a_button_of_the_incident_does_nothing_to_what_is_added_to_another(stage: Scene) -> None:
    talk = stage.somebody(0)
    stage.bring(talk, AT["incident:account begun"])
    [screen] = stage.after(talk, plain._say("/incident"))
    question = screen.message["message_id"]
    for deed in (plain._say(f"/receipt {talk.person.note}"), Tap("mb:add"), plain._say("She was released today.")):
        stage.after(talk, deed)
    before = stage.desk(talk)
    assert where(before) == "addition:account"
    rows = screen.message["reply_markup"]["inline_keyboard"]
    for data in [button["callback_data"] for row in rows for button in row if ":account" in button["callback_data"]]:
        stage.after(talk, plain._tap(data, question))
        assert stage.desk(talk)["addition"] == before["addition"], f"{data} of the incident changed the addition"


# Life in chats, and Telegram at its worst


def test_nobody_but_the_person_sees_a_question(stage: Scene) -> None:
    """Whatever a changed app presses in a group, no form is opened or shown there."""
    dara = stage.somebody(0)
    before = stage.bring(dara, AT["incident:state"])
    group = stage.world.add_group("Network", people=[dara.person])
    message = stage.world.post(group, stage.world.bot.user(), {"text": "Please write to me in private."})
    shown = message["message_id"]
    presses = "in in:go in:help f:stay f:c:state:held f:send f:cancel f:cancel:yes f:leave mb:add"
    for data in presses.split():
        stage.after(dara, partial(_press_there, group, shown, data))
    for text in ("/incident", "/report", "/cancel", "/receipt 2345678923456789abcd", "Four men took two people away."):
        stage.after(dara, partial(_say_there, group, text))
    stage.after(dara, lambda w, p: w.send_file(p, "document", PDF, chat=group))
    said = " ".join(one.get("text", "") for one in group.messages.values() if one["from"]["id"] == stage.world.bot.id)
    for word in ("Question", "under 18", "happened", "answered", "harmed", "lawyer", "receipt", "incident"):
        assert word not in said, f"{word!r} was said in a group: {said}"
    assert stage.desk(dara) == before


def _press_there(group: Chat, message_id: int, data: str, world: World, person: Person) -> None:
    world.tap(person, message_id, data=data, chat=group)


def _say_there(group: Chat, text: str, world: World, person: Person) -> None:
    world.say(person, text, chat=group)


_TROUBLED_CALLS: tuple[tuple[str, str, Fault | None], ...] = (
    ("62 a server that fails", "sendMessage", Fault(500)),
    ("62 a page instead of an answer", "sendMessage", Fault(502, b"<html><h1>Bad Gateway</h1>", "text/html")),
    ("62 half an answer", "sendMessage", Fault(200, b'{"ok":tr', "application/json")),
    ("62 a list instead of an answer", "sendMessage", Fault(200, b"[]", "application/json")),
    ("62 the line cut before", "sendMessage", Fault(cut=True)),
    ("62 the line cut after", "sendMessage", Fault(cut=True, after_effect=True)),
    (
        "62 patience asked for",
        "sendMessage",
        Fault(
            429, b'{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":0}}', "application/json"
        ),
    ),
    ("62 an edit that fails", "editMessageText", Fault(500)),
    (
        "63 an edit that is refused",
        "editMessageText",
        Fault(
            400,
            b'{"ok":false,"error_code":400,"description":"Bad Request: message can\'t be edited"}',
            "application/json",
        ),
    ),
    (
        "63 an answer that is refused",
        "sendMessage",
        Fault(400, b'{"ok":false,"error_code":400,"description":"Bad Request: can\'t parse"}', "application/json"),
    ),
    (
        "63 blocked",
        "sendMessage",
        Fault(
            403,
            b'{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}',
            "application/json",
        ),
    ),
    (
        "54 deactivated",
        "sendMessage",
        Fault(403, b'{"ok":false,"error_code":403,"description":"Forbidden: user is deactivated"}', "application/json"),
    ),
    (
        "63 a press that is too old",
        "answerCallbackQuery",
        Fault(400, b'{"ok":false,"error_code":400,"description":"Bad Request: query is too old"}', "application/json"),
    ),
)
_ASKED = [station for station in STATIONS if ":" in station.name and " " not in station.name]


@pytest.mark.parametrize(("name", "method", "fault"), _TROUBLED_CALLS, ids=[one[0] for one in _TROUBLED_CALLS])
def test_an_answer_that_does_not_arrive_costs_no_answer_of_the_person(
    stage: Scene, name: str, method: str, fault: Fault
) -> None:
    turn = [one for one, *_ in _TROUBLED_CALLS].index(name)
    for number, station in enumerate(_ASKED[turn % 3 :: 3]):
        talk = stage.somebody(number)
        before = stage.bring(talk, station)
        left = [1]

        def once(called: str, params: dict[str, Any], left: list[int] = left) -> Fault | None:
            if called != method or not left[0]:
                return None
            left[0] -= 1
            return fault

        stage.world.faults = once
        stage.together(talk, [Tap("f:c:nothing:x"), Tap("in:go"), plain._content(sticker=None), plain._say("/cancel")])
        assert stage.desk(talk) == before, station.name
        Trial(stage, station, talk)._honest(before, before, [Case(name, Tap(""))])


@pytest.mark.parametrize("station", _ASKED, ids=_ids)
def test_somebody_who_blocks_the_bot_finds_the_question_when_they_come_back(stage: Scene, station: Station) -> None:
    talk = stage.somebody(1)
    before = stage.bring(talk, station)
    stage.after(talk, plain._several(plain._content(), lambda world, person: world.block(person)))
    stage.after(talk, lambda world, person: world.unblock(person))
    assert stage.desk(talk) == before
    Trial(stage, station, talk)._still_asked([])
    Trial(stage, station, talk)._honest(before, before, [])


def test_a_restart_and_buttons_of_an_older_version_leave_every_question_where_it_was(stage: Scene) -> None:
    for number, station in enumerate(_ASKED):
        talk = stage.somebody(number)
        before = stage.bring(talk, station)
        if number % 8 == 0:
            stage.restart()
        stage.together(talk, [Tap("form:2:next"), Tap("f:v2:c"), plain._say("🏠 Main menu"), Tap("r:7F3K:approve")])
        if not station.takes:
            assert stage.desk(talk) == before
        Trial(stage, station, talk)._honest(before, stage.desk(talk), [])


async def test_a_token_that_is_revoked_in_the_middle_costs_no_answer(house: House, world: World, dara: Talk) -> None:
    await dara.say("/incident")
    for data in ("in:go", "f:c:category:arrest", "f:c:children:no"):
        await dara.tap(data)
    await dara.say("Four men took two people away.")
    revoked = b'{"ok":false,"error_code":401,"description":"Unauthorized"}'
    world.faults = lambda method, params: Fault(401, revoked, "application/json") if method == "sendMessage" else None
    world.say(dara.person, "They wore uniforms.")
    with pytest.raises((Fatal, RuntimeError)):
        await house.settle()
    with suppress(Fatal):
        await house.stop()
    world.faults = None
    await house.start()
    [*_, screen] = await dara.say("/incident")
    assert "They wore uniforms." in screen.text
    [screen] = await dara.tap("f:ok:account")
    assert "When" in screen.text


# What is handed in after all of it


def test_what_is_handed_in_after_all_of_it_is_what_was_told(stage: Scene) -> None:
    """One person goes through the whole form, and at every question much goes wrong first."""
    talk = stage.somebody(0)
    stage.bring(talk, AT["before"])
    stage.after(talk, Tap("in:go"))
    dice = random.Random(77)
    steady = [case for case in _COMMON if _cls(case) in _TAPPED or _cls(case) in (55, 57, 59)]
    account = ["Four men took two people away.", "They wore uniforms; {0} %s &amp; ០១២ '; DROP"]
    honest: list[tuple[str, list[Deed]]] = [
        ("category", [Tap("f:c:category:arrest")]),
        ("children", [Tap("f:c:children:no")]),
        (
            "account",
            [
                *(plain._content(text=text) for text in account),
                AT["incident:account begun"].deeds[1],
                Tap("f:ok:account"),
            ],
        ),
        ("when", [plain._say("yesterday 3pm"), Tap("f:yes:when")]),
        ("where", [plain._say("Siem Reap"), Tap("f:yes:where")]),
        ("affected", [plain._say("7")]),
        ("actors", [Tap("f:c:actors:police"), Tap("f:ok:actors")]),
        ("state", [Tap("f:c:state:held")]),
        ("source", [Tap("f:c:source:saw")]),
        ("evidence", [Tap("f:ok:evidence")]),
        ("benchmarks", [Tap("f:ok:benchmarks")]),
        ("urgency", [Tap("f:c:urgency:hours")]),
        ("consent", [Tap("f:c:consent:anonymised"), Tap("f:ok:consent")]),
        ("contact", [Tap("f:c:contact:receipt")]),
        ("review", [Tap("f:send"), Tap("f:send")]),
    ]
    stage.note_incidents()
    for step, deeds in honest:
        assert where(stage.desk(talk)) == f"incident:{step}"
        takes = AT[f"incident:{step}"].takes
        pool = [case for case in troubles(AT[f"incident:{step}"]) if case.honest and (case in steady or not takes)]
        for case in dice.sample(pool, 8):
            stage.together(talk, [case.deed])
        for deed in deeds:
            stage.after(talk, deed)
        if (draft := open_form(stage.desk(talk))) is not None and draft.asked:
            stage.after(talk, Tap(f"f:is:{draft.asked}"))
    assert where(stage.desk(talk)) == RECEIVED
    told = Incident.model_validate(stage.handed_in())
    assert [part.get("text") for part in told.answers["account"]] == [*account, None]
    assert told.answers["category"] == "arrest"
    assert told.answers["affected"] == {"n": 7}
    assert told.answers["actors"] == ["police"]
    assert told.answers["consent"] == ["anonymised"]
    [file] = told.evidence
    assert file.sha256 == hashlib.sha256(PDF).hexdigest()


# Generated

_SHAPES: tuple[Callable[[World, Person], dict[str, Json]], ...] = (
    lambda w, p: {"message": plain._texted(w, p, "Four men took two people away.")},
    lambda w, p: {"message": plain._message(w, p, location=dict(_PIN))},
    lambda w, p: {"message": plain._message(w, p, document=dict(_FILE), caption="hm", media_group_id="5")},
    lambda w, p: {"message": plain._message(w, p, photo=[plain._BIT | {"width": 1, "height": 1}])},
    lambda w, p: {"message": plain._message(w, p, voice=plain._BIT | {"duration": 1})},
    lambda w, p: {"message": plain._message(w, p, contact={"phone_number": "+855", "first_name": "X"})},
    lambda w, p: {"edited_message": plain._texted(w, p, "Five men") | {"edit_date": 5}},
    lambda w, p: {"callback_query": plain._query(w, p, message=plain._message(w, p, text="hm"), data="f:c:nothing:x")},
    lambda w, p: {
        "callback_query": plain._query(w, p, message=plain._message(w, p, text="hm"), data="f:change:nothing")
    },
)
_NEAR = st.builds(
    lambda verb, step, value: f"f:{verb}:{step}{value}"[:64],
    st.sampled_from([*_VERBS, "c", "is", "cancel", "x", ""]),
    st.sampled_from([*_STEPS, "nothing", ""]).map(lambda step: f"{step}x"),
    st.text(max_size=20).map(lambda text: f":{text}"),
)


def _mutated(kind: int, changes: Sequence[plain._Change]) -> Case:
    def build(world: World, person: Person) -> dict[str, Json]:
        update = _SHAPES[kind](world, person)
        for change in changes:
            if update:
                update = change.made(update)
        update.pop("update_id", None)
        return update

    return Case(f"60 update {kind} with {changes}", plain._push(build), honest=False)


_JUNK = st.one_of(
    plain._TEXTS.filter(lambda text: "wipe" not in text.lower()).map(  # that is a wish, and honest
        lambda text: Case(f"2 text {text[:80]!r}", plain._say(text))
    ),
    st.binary(min_size=1, max_size=64).map(lambda data: Case(f"43 bytes {data!r}", Sent("43 bytes", data))),
    plain._DATA.map(lambda data: Case(f"34 tap {data!r}", plain._tap(data))),
    _NEAR.map(lambda data: Case(f"34 tap {data!r}", Tap(data))),
    st.builds(_mutated, st.integers(0, len(_SHAPES) - 1), st.lists(plain._CHANGES, min_size=1, max_size=3)),
)
_SCENES = st.tuples(st.sampled_from(STATIONS), st.lists(_JUNK, min_size=12, max_size=24))


class Storm:
    """Throws generated things at generated stations."""

    def __init__(self, stage: Scene) -> None:
        self._stage = stage
        self.thrown = 0

    def throw(self, station: Station, cases: Sequence[Case]) -> None:
        """All of these at once; what was answered stays, and the form can be finished and is read by the office."""
        talk = self._stage.somebody(self.thrown)
        try:
            before = self._stage.bring(talk, station)
            self._stage.errors.clear()
            self._stage.together(talk, [case.deed for case in cases])
            after = self._stage.desk(talk)
            self._unharmed(station, before, after, cases)
            self._finish(talk, after, cases)
        except BaseException:
            self._stage.spoil()
            raise
        self.thrown += len(cases)

    def _unharmed(self, station: Station, before: Desk, after: Desk, cases: Sequence[Case]) -> None:
        malformed = sum(not case.honest for case in cases)
        assert self._stage.errors.count("update.aside") <= malformed, f"{station.name}: {_names(cases)}"
        unexpected = set(self._stage.errors) - (
            {"update.aside", "call.refused", "unidentified"} if malformed else set()
        )
        assert not unexpected, f"{station.name}: {unexpected} after {_names(cases)}"
        assert before.keys() == after.keys(), f"{station.name}: {_names(cases)}"
        for form, draft in before.items():
            told, now = draft.progress.get("answers", {}), after[form].progress.get("answers", {})
            lost = {step for step in told if step != station.step and now.get(step) != told[step]}
            assert not lost, f"{station.name}: {lost} lost after {_names(cases)}"
            assert draft.files.items() <= after[form].files.items(), f"{station.name}: {_names(cases)}"

    def _finish(self, talk: Talk, desk: Desk, cases: Sequence[Case]) -> None:
        """Whatever an answer was made of, it can be looked at, sent, and read."""
        draft = open_form(desk)
        if draft is None:
            return
        whole = self._whole(draft)
        self._stage.put(talk, {**desk, draft.form: whole})
        assert where(self._stage.desk(talk)) == f"{draft.form}:review"
        seen = self._stage.after(talk, plain._say("/incident"))
        assert "📨" in str(seen[-1]), f"{seen[-1].text[:300]} after {_names(cases)}"
        self._stage.note_incidents()
        self._stage.after(talk, Tap("f:send"))
        assert where(self._stage.desk(talk)) == RECEIVED, f"not sent after {_names(cases)}"
        if draft.form == INCIDENT.name:
            Incident.model_validate(self._stage.handed_in())

    def _whole(self, draft: Draft) -> Draft:
        """The draft with everything that is not answered yet."""
        form, progress = FORMS[draft.form], Progress.from_json(draft.progress)
        ends = [one for one in STATIONS if one.step == "review" and one.name.startswith(draft.form)]
        apart = any(step.name == "care" for step in form.applying(progress.answers))
        end = _draft(self._stage.kept(ends[-1].name if apart else ends[0].name))
        asked = form.asked(progress)
        held = form.partial(progress)
        value = progress.unsure if progress.unsure is not None else held if isinstance(held, list) and held else None
        given = {asked.name: value} if asked is not None and value is not None else {}
        told = Progress({**end.progress["answers"], **progress.answers, **given})
        return replace(draft, progress=told.to_json(), files={**end.files, **draft.files}, passed=True)


_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def test_a_thousand_generated_things_at_generated_questions_harm_nothing(stage: Scene) -> None:
    storm = Storm(stage)

    @settings(
        max_examples=120,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=_QUIET,
    )
    @given(_SCENES)
    def throw(drawn: tuple[Station, list[Case]]) -> None:
        storm.throw(*drawn)

    throw()
    assert storm.thrown >= 1_000, storm.thrown


@pytest.mark.parametrize("name", ["incident:where spot", "incident:account", _HELD])
def test_nothing_malformed_makes_a_form_that_cannot_be_looked_at_or_sent_or_read(stage: Scene, name: str) -> None:
    storm, poison = Storm(stage), []
    for case in _MALFORMED:
        try:
            storm.throw(AT[name], [case])
        except (AssertionError, ValueError) as error:
            poison.append(f"{case.name}: {str(error)[:300]}")
    assert not poison, "\n".join(poison)


@pytest.mark.long
def test_twenty_thousand_generated_things_at_generated_questions_harm_nothing(tmp_path: Path, report: Report) -> None:
    with scene(tmp_path, report) as stage:
        storm = Storm(stage)

        @settings(max_examples=1_500, deadline=None, database=None, suppress_health_check=_QUIET)
        @given(_SCENES)
        def throw(drawn: tuple[Station, list[Case]]) -> None:
            storm.throw(*drawn)

        throw()
        assert storm.thrown >= 20_000, storm.thrown


# Controls: each of the checks above can fail


@pytest.fixture
def control(stage: Scene) -> Iterator[Scene]:
    """What a control breaks is mended with it: the bot itself is sound."""
    yield stage
    stage.spare()


_STUMBLE = Case("1 stumble", plain._say("stumble"))


def test_a_question_that_raises_is_noticed(control: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Trial(control, AT["incident:state"], control.somebody(0))
    original = OneOf.take

    def stumbling(self: OneOf, given: Any, partial: Any) -> Any:
        if given.words == "stumble":
            raise ValueError("stumbled")
        return original(self, given, partial)

    monkeypatch.setattr(OneOf, "take", stumbling)
    with pytest.raises(AssertionError, match=r"update\.aside"):
        trial.feed([_STUMBLE])


def _spoiling(monkeypatch: pytest.MonkeyPatch, **spoilt: Any) -> None:
    """From now on whatever is said at a question changes these answers to others."""
    original = Form.take

    def take(self: Form, progress: Progress, given: Any) -> Any:
        taken = original(self, progress, given)
        outcome = taken if isinstance(taken, Progress) else progress
        return replace(outcome, answers=outcome.answers | spoilt)

    monkeypatch.setattr(Form, "take", take)


@pytest.mark.parametrize("name", ["incident:account", "incident:contact", "incident:state"])
def test_a_question_that_loses_an_earlier_answer_is_noticed(
    control: Scene, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    trial = Trial(control, AT[name], control.somebody(0))
    trial.feed([_STUMBLE])
    _spoiling(monkeypatch, children="unknown")
    with pytest.raises(AssertionError, match=r"children|changed an answer"):
        trial.feed([_STUMBLE])


def test_silence_is_noticed(control: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Trial(control, AT["incident:state"], control.somebody(0))
    monkeypatch.setattr(Fillings, "show", lambda self, context, screen: None)
    with pytest.raises(AssertionError, match="silence after 1 stumble"):
        trial.feed([_STUMBLE])


def test_another_question_is_noticed(control: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Trial(control, AT["incident:state"], control.somebody(0))
    monkeypatch.setattr(Form, "take", lambda self, progress, given: self.skip(progress))
    with pytest.raises(AssertionError, match="changed an answer"):
        trial.feed([_STUMBLE])


def test_a_question_without_its_buttons_is_noticed(control: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Trial(control, AT["incident:state"], control.somebody(0))
    monkeypatch.setattr(Filling, "_choices", lambda self, step, partial, language: ())
    with pytest.raises(AssertionError, match="incident:state, after"):
        trial.feed([_STUMBLE])


def test_an_honest_answer_that_is_not_taken_is_noticed(control: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Trial(control, AT["incident:actors"], control.somebody(0))
    monkeypatch.setattr(Form, "finish", lambda self, progress: Refused(Wrong.NEEDED))
    with pytest.raises(AssertionError, match="an honest answer after"):
        trial.feed([_STUMBLE])


def test_a_file_that_is_taken_for_what_it_says_it_is_is_noticed(
    control: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = next(file for file in _FILES if file.name.startswith("43 a program"))
    _send(control, AT[_HELD], program)
    monkeypatch.setattr("bot.courier.sniffed", lambda data: "image/jpeg")
    with pytest.raises(AssertionError):
        _send(control, AT[_HELD], program)


def test_a_file_that_is_changed_on_the_way_is_noticed(control: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Courier._fetch

    async def careless(self: Courier, letter: Any) -> Any:
        fetched = await original(self, letter)
        return replace(fetched, facts=fetched.facts | {"size": 1})

    monkeypatch.setattr(Courier, "_fetch", careless)
    with pytest.raises(AssertionError):
        _send(control, AT[_HELD], next(file for file in _FILES if file.name.startswith("44 a paper")))


def test_a_storm_notices_what_poisons_a_form(control: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    storm = Storm(control)
    storm.throw(AT["incident:affected"], [_STUMBLE])
    _spoiling(monkeypatch, affected={"many": "people"})
    with pytest.raises(AssertionError):
        storm.throw(AT["incident:affected"], [_STUMBLE])
