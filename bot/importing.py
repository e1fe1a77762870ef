"""``python -m bot facts import FILE``: from a file to the official text that the bot quotes and searches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from facts.official.passages import NotTheText, Passage
from facts.official.reading import LARGEST, read, recognise, searchable
from facts.report import Report
from storage.database import StorageError
from storage.official import write


class NotImported(Exception):
    """Nothing was changed; the message says why, in one plain sentence after the file's name and the line."""


def import_text(file: Path, target: Path, reports: Sequence[Report]) -> str:
    """Put the text in ``file`` into ``target``, in place of the one imported before; a sentence that says what was read.

    Raises NotImported; what was imported before is then as it was.
    """
    try:
        passages = read(_bytes(file), file.name)
        symbol = recognise(passages, reports).document.symbol
        if symbol != (newest := reports[-1].document.symbol):
            raise NotTheText(f"It is the text of {symbol}; the bot answers from {newest}.")
    except NotTheText as why:
        line = f":{why.line}" if why.line else ""
        raise NotImported(f"{file}{line}: {why.sentence} Nothing was imported.") from None
    except OSError as fault:
        raise NotImported(f"{file} cannot be read: {fault.strerror}. Nothing was imported.") from None
    try:
        write(target, symbol, ((p.place, p.paragraph, p.heading, p.text, searchable(p.text)) for p in passages))
    except (StorageError, OSError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else fault
        raise NotImported(f"{target} cannot be written: {reason}. Nothing was imported.") from None
    return f"{symbol}: {_counted(passages)}. The bot quotes it from the next question on."


def _bytes(file: Path) -> bytes:
    """The content, one byte more than is allowed at most, so that a file of any size can be refused."""
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _counted(passages: Sequence[Passage]) -> str:
    """Such as ``107 paragraphs, 37 footnotes, 10 points in annexes and 3 tables``."""
    kinds = Counter(_kind(passage) for passage in passages)
    kinds["paragraph"] = len({passage.paragraph for passage in passages} - {None})
    kinds["table"] += len({p.place for p in passages if p.place.startswith("annex") and " | " in p.text})
    names = {"paragraph": "paragraphs", "footnote": "footnotes", "point": "points in annexes", "table": "tables"}
    counted = [f"{kinds[kind]} {name}" for kind, name in names.items()]
    return f"{', '.join(counted[:-1])} and {counted[-1]}"


def _kind(passage: Passage) -> str:
    if "footnote" in passage.place:
        return "footnote"
    if passage.place.startswith("annex"):
        return "point" if passage.place.endswith(")") else "annex"
    return "table" if passage.place == "table" else "other"
