"""The report that tests name paragraphs and people of; a newer one beside it must not change what they mean."""

from __future__ import annotations

from importlib.resources import files

from facts import loader
from facts.report import Report


def load() -> Report:
    """The facts of A/HRC/54/75."""
    return loader.load(files("facts") / "reports" / "a-hrc-54-75")
