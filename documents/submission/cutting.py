"""What to cut first when a submission is too long: a proposal, which nobody has to follow."""

from __future__ import annotations

from dataclasses import dataclass

from documents.counting import words, words_of
from documents.paper import Paper
from forms.limits import Limits

WORDS_ON_A_PAGE = 450
"""Of Times New Roman 12 with numbered paragraphs and footnotes: for pages, which nobody can count without drawing them."""


@dataclass(frozen=True)
class Cut:
    """A paragraph, and how many words go with it."""

    number: str
    words: int
    reference: str = ""


def cuts(paper: Paper, limits: Limits) -> tuple[Cut, ...]:
    """Paragraphs on incidents that would have to go until it fits: always the longest of the section that is longest by
    then, so that no benchmark falls silent before another is short. Fewer where even all of them are not enough."""
    most = min(limits.words or 10**9, (limits.pages or 10**6) * WORDS_ON_A_PAGE)
    over = words(paper) - most
    sections = [
        sorted(
            (Cut(one.number or "", words_of(one), one.reference) for one in part.items if one.reference),
            key=lambda cut: cut.words,
        )
        for part in paper.parts
    ]
    found: list[Cut] = []
    while over > 0 and any(sections):
        longest = max(sections, key=lambda section: sum(cut.words for cut in section))
        found.append(longest.pop())
        over -= found[-1].words
    return tuple(found)
