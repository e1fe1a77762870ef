"""The two languages, and sentences in them.

A sentence is written in English where it is used; its Khmer stands in ``locales/km.po``, which translators open
with any gettext editor. The catalogue is read at start, so there is nothing to compile.
"""

from __future__ import annotations

import gettext
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

LANGUAGES = ("en", "km")
NAMES = {"en": "English", "km": "ខ្មែរ"}


def say(language: str, sentence: str, **values: Any) -> Markup:
    """``sentence`` in ``language``, with the values put in escaped. Only sentences hold tags, never values."""
    return Markup(_translations(language).gettext(sentence)).format(**values)  # noqa: S704 - our own sentences


def plain(language: str, sentence: str, **values: Any) -> str:
    """``sentence`` in ``language`` for places without markup, such as the label of a button."""
    return _translations(language).gettext(sentence).format(**values)


def catalogue() -> Catalog:
    """The Khmer catalogue as translators see it."""
    with (files("texts") / "locales" / "km.po").open("rb") as file:
        return read_po(file, locale="km")


def likely(language_code: str | None, words: str) -> str:
    """The language to answer a stranger in: Khmer who writes Khmer or whose app is in Khmer, else English.

    Many readers of Khmer have an app in English, so what they write counts first.
    """
    if any("\u1780" <= letter <= "\u17ff" for letter in words):
        return "km"
    return "km" if (language_code or "").startswith("km") else "en"


@cache
def _translations(language: str) -> gettext.NullTranslations:
    if language != "km":
        return gettext.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue())
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
