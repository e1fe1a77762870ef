"""Everything of a report that can be opened, and what its screens show and lead to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.talk import Seen, Talk
from facts.report import Report
from sandbox.entities import parse_html
from texts.cards import Cards
from texts.frame import Sharing
from texts.language import LANGUAGES, NAMES
from texts.screen import Button, Screen

languages = pytest.mark.parametrize("language", LANGUAGES)


def all_refs(report: Report) -> list[str]:
    """The Ref of everything that the report has."""
    election = ["e", *(f"e:{province.code}" for province in report.election.provinces)] if report.election else []
    return [
        *(f"b:{key}" for key in report.benchmarks),
        *(f"r:{key}" for key in report.recommendations),
        *(f"c:{key}" for key in report.cases),
        *(f"n:{key}" for key in report.defendants),
        *(f"l:{key}" for key in report.laws),
        *(f"d:{key}" for key in report.dates),
        *election,
        *(f"x:{key}" for key in report.contradictions),
        *(f"p:{key}" for key in report.paragraphs),
    ]


def cards_of(report: Report) -> Cards:
    """The texts about a report, as the bot of the sandbox composes them."""
    return Cards(report, Sharing("sangket_bot", inline=True))


def shown(screen: Screen) -> str:
    """What a person reads."""
    text, _ = parse_html(str(screen.text))
    return text


def buttons(screen: Screen) -> Iterator[Button]:
    """All buttons of a screen."""
    for row in screen.rows:
        yield from row


def keyboard(seen: Seen) -> list[dict[str, Any]]:
    """All buttons below a message, as the Bot API has them."""
    return [button for row in seen.message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def opened(seen: Seen) -> list[str]:
    """The things that the buttons below a message open."""
    return [button["callback_data"] for button in keyboard(seen) if "callback_data" in button]


def labels(seen: Seen) -> list[str]:
    """What the buttons below a message are called."""
    return [label for row in seen.buttons for label in row]


async def speak(talk: Talk, language: str) -> None:
    """Choose a language."""
    await talk.say("/language")
    await talk.press(NAMES[language])
