"""What to cut first when a submission is too long: a proposal, which nobody has to follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from documents.counting import words, words_of
from documents.paper import Paper, Part
from documents.print import pages
from forms.limits import Limits


@dataclass(frozen=True)
class Cut:
    """A paragraph, and how many words go with it."""

    number: str
    words: int
    reference: str = ""


def cuts(paper: Paper, limits: Limits) -> tuple[Cut, ...]:
    """Paragraphs on incidents that would have to go until it fits: always the longest of the section that is longest by
    then. No benchmark falls silent while another has two left. Fewer than needed where even all of them are not enough.

    For a limit in pages the paper is drawn, which takes its time, and its words are taken to be spread evenly."""
    over = words(paper) - _most(paper, limits)
    sections = [_Section(part) for part in paper.parts]
    found: list[Cut] = []
    while over > 0:
        longest = max(sections, key=_Section.comes_first, default=None)
        if longest is None or not longest.cuts:
            break
        found.append(longest.cut())
        over -= found[-1].words
    return tuple(found)


class _Section:
    """Paragraphs of one part that can go, the longest last."""

    def __init__(self, part: Part) -> None:
        self.cuts = sorted(_cuts(part), key=lambda cut: cut.words)
        self._words = sum(cut.words for cut in self.cuts)

    def comes_first(self) -> tuple[bool, int]:
        """The greater, the sooner it is shortened."""
        return len(self.cuts) > 1, self._words

    def cut(self) -> Cut:
        """Its longest, which is gone then."""
        longest = self.cuts.pop()
        self._words -= longest.words
        return longest


def _cuts(part: Part) -> Iterator[Cut]:
    """One for each incident, with the lines below its number."""
    found: dict[str, Cut] = {}
    for item in part.items:
        if item.reference:
            known = found.get(item.reference, Cut(item.number or "", 0, item.reference))
            found[item.reference] = Cut(known.number, known.words + words_of(item), item.reference)
    yield from found.values()


def _most(paper: Paper, limits: Limits) -> float:
    """How many words it may have."""
    by_pages = words(paper) * limits.pages / pages(paper) if limits.pages else float("inf")
    return min(limits.words or float("inf"), by_pages)
