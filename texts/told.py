"""What a reporter told, in words for whoever reviews it: on a terminal and in the chat.

What people wrote is calmed, and told apart from our own words, so that nobody can write a line that looks like ours.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.incident import CONSENTS, LETTERS
from forms.moment import Moment
from forms.where import chain
from texts.language import plain
from texts.questions import NAMES, OPTIONS
from texts.when import told

_NETWORK = "network"
"""A consent of earlier forms: that reviewers read it, which is always meant."""
_JOINERS = "\u200b\u200c\u200d"
"""Invisible, but Khmer is broken into words by the first, and emoji are put together by the last."""
_FOR_READERS: Mapping[str, Callable[[str], str]] = {
    "account": lambda language: plain(language, "In their words"),
    "source": lambda language: plain(language, "How they know"),
    "contact": lambda language: plain(language, "How to answer them"),
}
"""The form speaks to the reporter; these steps are called otherwise by who reads about them."""


@dataclass(frozen=True)
class Part:
    """A part of an answer. ``theirs``: in the reporter's own words, or of a shape that no form gives."""

    text: str
    theirs: bool = False


@dataclass(frozen=True)
class Allowed:
    """What the reporter allowed beyond reading inside the network: by each use that is asked about, yes or no."""

    uses: Mapping[str, bool]
    unknown: tuple[str, ...] = ()
    """Said yes to by a form that this program does not know."""
    recorded: bool = True

    @classmethod
    def by(cls, answers: Mapping[str, Any]) -> Allowed:
        """What these answers say; where nothing fits, nothing is allowed."""
        consent = answers.get("consent")
        if not isinstance(consent, list):
            return cls(dict.fromkeys(_USES, False), recorded=False)
        given = [str(one) for one in consent]
        unknown = tuple(one for one in given if one not in _USES and one != _NETWORK)
        return cls({use: use in given for use in _USES}, unknown)

    @property
    def nothing(self) -> bool:
        """Nothing may leave the network."""
        return not any(self.uses.values())


_USES = tuple(option.name for option in CONSENTS)


def calm(text: str) -> str:
    """The text with every control character, those that turn the direction of writing too, replaced by ``\ufffd``."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join("\ufffd" if _moves(char) else char for char in lines.replace("\t", "    "))


def on_one_line(text: str) -> str:
    """Calm, and of a length that fits a line."""
    short = text if len(text) <= 200 else text[:199] + "…"
    return " ".join(calm(short).split())


def name(step: str, language: str) -> str:
    """What a step is called for whoever reads the answer."""
    label = _FOR_READERS.get(step) or NAMES.get(step)
    return label(language) if label else on_one_line(step.replace("_", " ").capitalize())


def parts(step: str, value: Any, numbers: Mapping[str, int], language: str) -> Iterator[Part]:
    """An answer. ``numbers`` are those of the files that are listed, by their ids. No shape stops it."""
    match value:
        case None:
            yield Part(plain(language, "(skipped)"))
        case []:
            yield Part(plain(language, "(none)"))
        case bool():
            yield Part(plain(language, "yes") if value else plain(language, "no"))
        case str() if value in numbers:
            yield Part(plain(language, "evidence {number}", number=numbers[value]))
        case str():
            yield _choice(step, value, language)
        case list():
            for one in value:
                yield from parts(step, one, numbers, language)
        case {"text": str(words)} | {"words": str(words)}:
            yield Part(words, theirs=True)
        case {"n": int(number)}:
            yield Part(f"{number:,}")
        case {"file": str(file)}:
            yield _spoken(file, numbers, language)
        case {"at": _, "precision": _}:
            yield from _moment(step, value, numbers, language)
        case {"code": _} | {"elsewhere": _} | {"pin": _}:
            yield from _place(step, value, language)
        case Mapping():
            yield from _otherwise(step, value, numbers, language)
        case _:
            yield Part(str(value), theirs=True)


def _choice(step: str, value: str, language: str) -> Part:
    options = OPTIONS.get(step, {})
    if value in options:
        return Part(options[value](language))
    return Part(value, theirs=not (step == "benchmarks" and value in tuple(LETTERS)))


def _spoken(file: str, numbers: Mapping[str, int], language: str) -> Part:
    if file in numbers:
        return Part(plain(language, "(spoken: evidence {number})", number=numbers[file]))
    return Part(plain(language, "(spoken: {file}, not listed)", file=file), theirs=True)


def _moment(step: str, value: Mapping[str, Any], numbers: Mapping[str, int], language: str) -> Iterator[Part]:
    moment = Moment.from_json(value)
    if moment is None:
        yield from _otherwise(step, value, numbers, language)
    else:
        yield Part(told(moment, language).unescape())
        yield from _said(value, language)


def _place(step: str, value: Mapping[str, Any], language: str) -> Iterator[Part]:
    if "code" in value:
        code = str(value["code"])
        names = ", ".join(getattr(one, language) for one in reversed(chain(code)))
        place = names or plain(language, "an unknown place")
        yield Part(f"{place} ({code})", theirs=not names)
    if "elsewhere" in value:
        yield _choice("where", str(value["elsewhere"]), language)
    if "pin" in value:
        yield Part(plain(language, "a point on the map: {pin}", pin=value["pin"]), theirs=True)
    yield from _said(value, language)


def _said(value: Mapping[str, Any], language: str) -> Iterator[Part]:
    if value.get("said"):
        yield Part(plain(language, "in their words: {said}", said=value["said"]), theirs=True)


def _otherwise(step: str, value: Mapping[str, Any], numbers: Mapping[str, int], language: str) -> Iterator[Part]:
    """A shape that no form of ours gives, as it is."""
    for key, one in value.items():
        inner = "; ".join(part.text for part in parts(step, one, numbers, language))
        yield Part(f"{key}: {inner}", theirs=True)


def _moves(char: str) -> bool:
    return char != "\n" and char not in _JOINERS and unicodedata.category(char) in ("Cc", "Cf", "Cs")
