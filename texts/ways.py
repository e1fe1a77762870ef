"""The buttons that lead on from every screen, so that there are no dead ends."""

from __future__ import annotations

from texts.language import plain
from texts.screen import Button


def home(language: str) -> Button:
    """The first screen."""
    return Button(plain(language, "🏠 Start"), "home")


def all_twenty(language: str) -> Button:
    """The list of benchmarks."""
    return Button(plain(language, "All 20"), "bs")


def help_(language: str) -> Button:
    """What people can type."""
    return Button(plain(language, "Help"), "help")


def tell(language: str) -> Button:
    """The way to the incident form."""
    return Button(plain(language, "📣 Tell what happened"), "in")
