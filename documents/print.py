"""A paper as PDF, and its first page as a picture, by typst: it shapes and breaks Khmer, and gives the same bytes again."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from documents.paper import Paper
from documents.pictures import FONTS
from texts.told import calm

_PAGE = re.compile(rb"/Type\s*/Page\b")
"""An object of a PDF that is a page (ISO 32000-1, 7.7.3.3); typst leaves them uncompressed."""
_TEMPLATES = Path(__file__).parent / "templates"
_PIXELS_PER_INCH = 110
"""A page of A4 is 909 pixels wide then: its text can be read on a phone that zooms."""


def pdf(paper: Paper) -> bytes:
    """The whole paper. Its only date is ``made_on``."""
    made = compiled_by_typst(paper, format="pdf")
    assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file, however many pages
    return made


def pages(paper: Paper) -> int:
    """How many pages of A4 it takes here. Word sets other letters, and may need a few lines more or less."""
    return len(_PAGE.findall(pdf(paper)))


def first_page(paper: Paper) -> bytes:
    """PNG."""
    made = compiled_by_typst(paper, format="png", ppi=_PIXELS_PER_INCH)
    return made if isinstance(made, bytes) else bytes(made[0])


def compiled_by_typst(paper: Paper, **wanted: Any) -> Any:
    """What typst makes of it; ``wanted`` is its format. The measurements call it alone."""
    import typst  # 7 MB that a bot without documents does without

    made_on = dt.datetime.fromisoformat(paper.made_on).replace(tzinfo=dt.UTC)
    return typst.compile(
        _TEMPLATES / "paper.typ",
        root=_TEMPLATES,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(_calmed(asdict(paper)), ensure_ascii=False)},
        timestamp=int(made_on.timestamp()),
        **wanted,
    )


def _calmed(value: Any) -> Any:
    """Nothing that turns the direction of writing, and no half of a character, gets as far as the page."""
    if isinstance(value, str):
        return calm(value)
    if isinstance(value, dict):
        return {key: _calmed(one) for key, one in value.items()}
    return [_calmed(one) for one in value] if isinstance(value, (list, tuple)) else value
