"""What every card ends with: where the report disagrees, its own words, how to cite it, and the ways on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from facts.models import Contradiction
from facts.report import Report
from texts.citing import citation, cited
from texts.entries import Entries
from texts.language import plain, say
from texts.layout import pages, paragraphs, turning
from texts.screen import Button, Row, Screen
from texts.ways import home

_MOST = 3600
"""Characters of a card with a quotation; Telegram takes 4,096 and counts some letters twice."""
_MOST_QUOTED = 1500


@dataclass(frozen=True)
class Quote:
    """Words of the report itself and their place, from the official text that was imported."""

    place: str
    text: str


class Sharing:
    """Links that open a thing in this bot, and buttons that pass them on."""

    def __init__(self, username: str, inline: bool) -> None:
        self._username = username
        self._inline = inline

    def link(self, ref: str) -> str:
        """A link that opens this in a private chat with the bot."""
        return f"https://t.me/{self._username}?start={ref.replace(':', '_')}"

    def button(self, ref: str, query: str, language: str) -> Button:
        """Share it into another chat: the card itself, found by ``query``, where inline mode is on; else the link."""
        label = plain(language, "↗ Share")
        if self._inline:
            return Button(label, share=query)
        return Button(label, url=f"https://t.me/share/url?url={self.link(ref).replace('?', '%3F').replace('=', '%3D')}")


def opened_by(payload: str) -> str:
    """The Ref of a deep link's payload: ``b_D`` opens ``b:D``."""
    return payload.replace("_", ":", 1)


class Frame:
    """Composes cards about one report."""

    def __init__(self, report: Report, sharing: Sharing) -> None:
        self.report = report
        self.entries = Entries(report)
        self.sharing = sharing

    def card(
        self,
        ref: str,
        parts: Iterable[Markup],
        rows: Sequence[Row],
        language: str,
        *,
        quotes: tuple[Quote, ...] = (),
        quotable: bool = False,
        back: Button | None = None,
        place: str | None = None,
        cite: str | None = None,
    ) -> Screen:
        """A card: its parts, then what every card has.

        ``quotes`` are shown when they are short; else, or when the card is only ``quotable``, a button leads to them.
        ``place`` is cited, or the places already written out in ``cite``; else the entry's own place.
        """
        symbol = self.report.document.symbol
        source = f"{symbol}, {cite}" if cite else citation(symbol, place or self.entries.place(ref))
        whole = [*parts, *self._warning(ref, language)]
        quoted = self._quotation(quotes, _MOST - sum(map(len, whole)), language)
        text = paragraphs([*whole, quoted, Markup("<i>{source}</i>").format(source=source)])
        more = []
        if self.report.contradictions_on(ref) and ref[0] != "x":
            more.append(Button(plain(language, "⚠️ Where it disagrees"), f"xs:{ref}"))
        if quotable or (quotes and not quoted):
            more.append(Button(plain(language, "📖 Its own words"), f"q:{ref}"))
        return Screen(
            text,
            (
                *rows,
                *([tuple(more)] if more else []),
                (Button(plain(language, "Copy the citation"), copy=source), self._share(ref, language)),
                ((back, home(language)) if back else (home(language),)),
            ),
        )

    def _share(self, ref: str, language: str) -> Button:
        """A button that shares a card; a Ref that is one letter is asked for by its name, since E is a benchmark too."""
        return self.sharing.button(ref, ref if ":" in ref else self.entries.title(ref, language), language)

    def quotes(self, ref: str, quotes: Sequence[Quote], page: int, language: str) -> Screen:
        """The report's own words on something, in pages."""
        found = pages([_quote(quote, language) for quote in _cut(quotes)], 3000)
        page = min(max(page, 1), len(found))
        head = Markup("<b>{title}</b>\n{what}").format(
            title=self.entries.title(ref, language), what=say(language, "The report's own words:")
        )
        source = citation(self.report.document.symbol, self.entries.place(ref))
        return Screen(
            paragraphs([head, *found[page - 1], Markup("<i>{source}</i>").format(source=source)]),
            (*turning(f"q:{ref}:p", page, len(found)), (self.back_to(ref, language), home(language))),
        )

    def disagreements(self, ref: str, page: int, language: str) -> Screen:
        """Every place where the report disagrees with itself about something."""
        head = Markup("<b>{title}</b>\n{what}").format(
            title=self.entries.title(ref, language), what=say(language, "Where the report disagrees with itself:")
        )
        found = self.report.contradictions_on(ref)
        several, rows = self.numbered(found, page, f"xs:{ref}:p", language)
        return Screen(paragraphs([head, *several]), (*rows, (self.back_to(ref, language), home(language))))

    def numbered(
        self, found: Sequence[Contradiction], page: int, data: str, language: str
    ) -> tuple[list[Markup], tuple[Row, ...]]:
        """A page of contradictions and the buttons below it; both are numbered, since many have the same places."""
        several = pages(
            [Markup("⚠️ {n}. {gist}").format(n=n, gist=x.gist[language]) for n, x in enumerate(found, 1)], 2300, 6
        )
        page = min(max(page, 1), len(several))
        first = sum(map(len, several[: page - 1]))
        here = list(enumerate(found, 1))[first : first + len(several[page - 1])]
        buttons = ((self.entries.button(f"x:{x.id}", language, number=n),) for n, x in here)
        return several[page - 1], (*buttons, *turning(data, page, len(several)))

    def mark(self, ref: str) -> str:
        """What stands behind the name of a thing in a list when the report disagrees with itself about it."""
        return " ⚠️" if ref[0] != "x" and self.report.contradictions_on(ref) else ""

    def explained(self, refs: Iterable[str], language: str) -> Markup:
        """What the mark means, below a list of these things; nothing when none of them has it."""
        if not any(map(self.mark, refs)):
            return Markup()
        return say(language, "<i>⚠️ Here the report disagrees with itself: open it before you quote it.</i>")

    def back_to(self, ref: str, language: str) -> Button:
        """A way back to a card."""
        return Button(plain(language, "◀ Back"), ref)

    def _warning(self, ref: str, language: str) -> list[Markup]:
        """That the report disagrees with itself: the weightiest place, and how many more there are."""
        found = self.report.contradictions_on(ref)
        if not found or ref[0] == "x":
            return []
        first = say(language, "⚠️ The report disagrees with itself. {what}", what=found[0].gist[language])
        more = len(found) - 1
        return [first + say(language, " <i>And in {more} more.</i>", more=more) if more else first]

    def _quotation(self, quotes: Sequence[Quote], room: int, language: str) -> Markup:
        """The report's own words, folded; nothing when they do not fit."""
        if not quotes or sum(len(quote.text) for quote in quotes) > min(room, _MOST_QUOTED):
            return Markup()
        return (
            say(language, "The report's own words:")
            + Markup("\n")
            + Markup("\n").join(_quote(quote, language) for quote in quotes)
        )


def _quote(quote: Quote, language: str) -> Markup:
    return Markup("<blockquote expandable>{text} <i>({place})</i></blockquote>").format(
        text=quote.text, place=cited(quote.place, language)
    )


def _cut(quotes: Iterable[Quote], most: int = 2800) -> Iterable[Quote]:
    """Quotes of at most so many characters, cut between words."""
    for quote in quotes:
        text = quote.text
        while len(text) > most:
            end = text.rfind(" ", 0, most)
            end = end if end > most // 2 else most
            yield Quote(quote.place, text[:end] + " …")
            text = "… " + text[end:].lstrip()
        yield Quote(quote.place, text)
