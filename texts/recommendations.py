"""What is said about recommendations and the agenda."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from facts.models import Addressee, Recommendation
from texts.frame import Frame, Quote
from texts.language import plain, say
from texts.layout import pages, paragraphs, turning
from texts.screen import Button, Screen, grid
from texts.ways import home

_CODES = {
    Addressee.LEADERS: "leaders",
    Addressee.GOVERNMENT: "gov",
    Addressee.CIVIL_SOCIETY: "cso",
    Addressee.INTERNATIONAL: "int",
}
ADDRESSEES = {code: addressee for addressee, code in _CODES.items()}
"""Addressees as they are called on buttons."""


class Recommendations:
    """The screens about one report's recommendations."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._report = frame.report
        self._entries = frame.entries

    def card(self, key: str, language: str, quotes: tuple[Quote, ...] = ()) -> Screen:
        """One recommendation: to whom, our summary, and the benchmarks concerned in our reading."""
        r = self._report.recommendations[key]
        parts = [
            Markup("<b>{title}</b>\n{to}").format(
                title=self._entries.title(f"r:{key}", language), to=_addressed(r, language)
            ),
            Markup("{what}").format(what=r.summary[language]),
        ]
        if r.benchmarks:
            parts.append(say(language, "<i>Which benchmarks it concerns is our reading, not the report's.</i>"))
        else:
            parts.append(say(language, "<i>It concerns all twenty benchmarks or none in particular.</i>"))
        rows = grid([self._entries.button(f"b:{letter}", language) for letter in r.benchmarks], 2)
        before, after = self._beside(key)
        turn = (Button(f"◀ {_short(before)}", f"r:{before.id}"), Button(f"{_short(after)} ▶", f"r:{after.id}"))
        back = agenda_button(language) if key[0] == "i" else recommendations_button(language)
        return self._frame.card(f"r:{key}", parts, (*rows, turn), language, quotes=quotes, back=back)

    def which(self, language: str) -> Screen:
        """All by addressee."""
        body = [r for r in self._report.recommendations.values() if r.id[0] != "i"]
        counts = [
            Markup("• {to}: {count} <i>({place})</i>").format(
                to=addressee_word(addressee, language),
                count=len(found),
                place=_span(found),
            )
            for addressee in Addressee
            if (found := [r for r in body if r.addressee is addressee])
        ]
        text = say(
            language,
            "<b>Recommendations</b>: {count}\n{list}\n\nChoose, or write after the command a number"
            " (<code>/recommendation {example}</code>), a group (<code>/recommendations NGOs</code>) or a benchmark"
            " (<code>/recommendations D</code>).",
            count=len(body),
            example=body[len(body) // 4].id if body else "",
            list=Markup("\n").join(counts),
        )
        return Screen(
            text,
            (
                *((Button(addressee_word(a, language), f"rs:{_CODES[a]}"),) for a in Addressee),
                (*([agenda_button(language)] if self.has_agenda else []), home(language)),
            ),
        )

    def to(self, code: str, page: int, language: str) -> Screen:
        """Those to one addressee."""
        addressee = ADDRESSEES[code]
        found = [
            r for r in self._report.recommendations.values() if r.addressee is addressee and not r.id.startswith("i")
        ]
        return self._listed(addressee_word(addressee, language), found, f"rs:{code}", page, language)

    @property
    def has_agenda(self) -> bool:
        """Whether the report has an agenda of points in annex I."""
        return any(key.startswith("i") for key in self._report.recommendations)

    def agenda(self, page: int, language: str) -> Screen:
        """The points of annex I."""
        found = [r for r in self._report.recommendations.values() if r.id.startswith("i")]
        if not found:
            text = say(language, "{symbol} has no agenda in annex I.", symbol=self._report.document.symbol)
            return Screen(text, ((recommendations_button(language), home(language)),))
        title = plain(language, "Agenda for the Government (annex I)")
        return self._listed(title, found, "ag", page, language)

    def on_benchmark(self, letter: str, page: int, language: str) -> Screen:
        """Those that, in our reading, concern a benchmark."""
        title = plain(language, "Recommendations on {title}", title=self._entries.title(f"b:{letter}", language))
        found = self._report.recommendations_on(letter)
        back = self._frame.back_to(f"b:{letter}", language)
        return self._listed(title, found, f"rb:{letter}", page, language, back=back)

    def _listed(
        self,
        title: str,
        found: Sequence[Recommendation],
        data: str,
        page: int,
        language: str,
        back: Button | None = None,
    ) -> Screen:
        """A list; one that leads ``back`` to a benchmark was put together by our reading, and says so."""
        listed = [
            Markup("<b>{place}</b>{mark} {what}").format(
                place=r.source, mark=self._frame.mark(f"r:{r.id}"), what=r.summary[language]
            )
            for r in found
        ]
        several = pages(listed, 2400)
        page = min(max(page, 1), len(several))
        here = found[sum(map(len, several[: page - 1])) :][: len(several[page - 1])]
        head = Markup("<b>{title}</b> ({count})").format(title=title, count=len(found))
        explained = self._frame.explained((f"r:{r.id}" for r in here), language)
        note = say(language, "<i>Which recommendations belong here is our reading, not the report's.</i>")
        return Screen(
            paragraphs([head, *([note] if back else []), *several[page - 1], explained]),
            (
                *grid([Button(_short(r), f"r:{r.id}") for r in here], 4),
                *turning(data, page, len(several)),
                (back or recommendations_button(language), home(language)),
            ),
        )

    def _beside(self, key: str) -> tuple[Recommendation, Recommendation]:
        """The ones before and after, the first after the last."""
        found = list(self._report.recommendations.values())
        place = [r.id for r in found].index(key)
        return found[place - 1], found[(place + 1) % len(found)]


def code_of(addressee: Addressee) -> str:
    """What an addressee is called on buttons."""
    return _CODES[addressee]


def recommendations_button(language: str) -> Button:
    """The choice of recommendations."""
    return Button(plain(language, "Recommendations"), "rs")


def agenda_button(language: str) -> Button:
    """The agenda of points."""
    return Button(plain(language, "Agenda"), "ag")


def addressee_word(addressee: Addressee, language: str) -> str:
    """Whom it is addressed to, in words."""
    return {
        Addressee.LEADERS: plain(language, "Next generation of leaders"),
        Addressee.GOVERNMENT: plain(language, "The Government"),
        Addressee.CIVIL_SOCIETY: plain(language, "Civil society and others"),
        Addressee.INTERNATIONAL: plain(language, "United Nations and international community"),
    }[addressee]


def _addressed(r: Recommendation, language: str) -> str:
    return plain(language, "To: {addressee}", addressee=addressee_word(r.addressee, language))


def _span(found: Sequence[Recommendation]) -> str:
    """``104 (a)–(c)``; ``71 (a)–72 (b)`` over several paragraphs; ``71`` for one without points."""
    first, last = found[0].source, found[-1].source
    if first == last:
        return first
    number, _, point = last.partition(" ")
    return f"{first}–{point if point and number == first.partition(' ')[0] else last}"


def _short(r: Recommendation) -> str:
    """``105 (d)``, or ``I (h)`` for a point of the agenda."""
    return r.source.removeprefix("annex ")
