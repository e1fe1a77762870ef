"""What is covered for a call, as a picture: a bar for each benchmark. It is given no number under three."""

from __future__ import annotations

import json
from collections.abc import Sequence

from documents.pictures import FONTS, PIXELS_PER_INCH, TEMPLATES
from forms.coverage import Drawn
from texts import coverage as words


def coverage(rows: Sequence[Drawn], language: str, theme: str) -> bytes:
    """PNG, as wide as the other pictures; the same rows give the same bytes."""
    import typst  # 7 MB that a bot without pictures does without

    data = {
        "language": language,
        "theme": theme,
        "words": words.on_picture(language),
        "rows": [
            {
                "letter": row.letter,
                "name": row.name,
                "reviewed": row.reviewed,
                "says": words.on_bar(row.reviewed, row.provinces),
            }
            for row in rows
        ],
    }
    picture = typst.compile(
        TEMPLATES / "coverage.typ",
        root=TEMPLATES,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="png",
        ppi=PIXELS_PER_INCH,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    assert isinstance(picture, bytes)  # noqa: S101 - the template makes one page
    return picture
