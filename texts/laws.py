"""What is said about laws: what the report says of each, and where they were used."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from facts.models import Law, Standing
from texts.citing import cited
from texts.frame import Frame, Quote
from texts.language import plain, say
from texts.layout import lines, pages, paragraphs, turning
from texts.screen import Button, Row, Screen, grid
from texts.ways import home

_CODES = {
    Standing.CRIMINAL_CODE: "cc",
    Standing.LAW: "law",
    Standing.DRAFT: "draft",
    Standing.WANTED: "wanted",
    Standing.DECREE: "decree",
    Standing.TREATY: "treaty",
}
STANDINGS = {code: standing for standing, code in _CODES.items()}
"""Kinds of law as they are called on buttons."""


class Laws:
    """The screens about the laws that one report speaks of."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._report = frame.report
        self._entries = frame.entries

    def card(self, key: str, language: str, quotes: tuple[Quote, ...] = ()) -> Screen:
        """One law: what the report says of it, each with its place, and the cases in which it was used."""
        law = self._report.laws[key]
        parts = [
            Markup("<b>{name}</b>\n{standing}").format(
                name=law.name[language], standing=standing_word(law.standing, language)
            ),
            lines(
                Markup("• {what} <i>({place})</i>").format(what=s[language], place=cited(s.source, language))
                for s in law.statements
            ),
        ]
        cases = [case for case in self._report.cases.values() if key in case.laws]
        if cases:
            parts.append(say(language, "Named in {count} cases of the report.", count=len(cases)))
        rows: list[Row] = [(self._entries.button(f"c:{case.id}", language),) for case in cases[:6]]
        rows += grid([self._entries.button(f"b:{letter}", language) for letter in law.benchmarks[:4]], 2)
        back = laws_button(language)
        places = "; ".join(dict.fromkeys(cited(s.source, "en") for s in law.statements))
        return self._frame.card(f"l:{key}", parts, rows, language, quotes=quotes, back=back, cite=places)

    def which(self, language: str) -> Screen:
        """The kinds of law."""
        laws = self._report.laws.values()
        text = say(
            language,
            "<b>Laws in the report</b>: {count}\n\nChoose a kind, or write an article or a name after the command, such as"
            " <code>/law 494</code> or <code>/law LANGO</code>.",
            count=len(laws),
        )
        rows = grid([Button(standing_word(s, language), f"ls:{_CODES[s]}") for s in Standing], 2)
        return Screen(text, (*rows, (home(language),)))

    def of_kind(self, code: str, page: int, language: str) -> Screen:
        """The laws of one kind."""
        found = [law for law in self._report.laws.values() if law.standing is STANDINGS[code]]
        return self._listed(standing_word(STANDINGS[code], language), found, f"ls:{code}", page, language)

    def _listed(self, title: str, found: Sequence[Law], data: str, page: int, language: str) -> Screen:
        listed = [
            Markup("• <b>{name}</b>{mark}: {what} <i>({place})</i>").format(
                name=law.name[language],
                mark=self._frame.mark(f"l:{law.id}"),
                what=law.statements[0][language],
                place=cited(law.statements[0].source, language),
            )
            for law in found
        ]
        several = pages(listed, 2400, 10)
        page = min(max(page, 1), len(several))
        here = found[sum(map(len, several[: page - 1])) :][: len(several[page - 1])]
        head = Markup("<b>{title}</b> ({count})").format(title=title, count=len(found))
        explained = self._frame.explained((f"l:{law.id}" for law in here), language)
        return Screen(
            paragraphs([head, *several[page - 1], explained]),
            (
                *grid([self._entries.button(f"l:{law.id}", language) for law in here], 2),
                *turning(data, page, len(several)),
                (laws_button(language), home(language)),
            ),
        )


def laws_button(language: str) -> Button:
    """The kinds of law."""
    return Button(plain(language, "Laws"), "ls")


def standing_word(standing: Standing, language: str) -> str:
    """What kind of law it is, in words."""
    return {
        Standing.CRIMINAL_CODE: plain(language, "Criminal Code"),
        Standing.LAW: plain(language, "Laws in force"),
        Standing.DRAFT: plain(language, "Drafts"),
        Standing.WANTED: plain(language, "Laws found missing"),
        Standing.DECREE: plain(language, "Decrees and policies"),
        Standing.TREATY: plain(language, "Treaties and principles"),
    }[standing]
