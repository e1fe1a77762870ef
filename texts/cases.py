"""What is said about cases: persons, groups, trials, and defendants of whom there are only initials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from facts.models import About, Case, Defendant
from texts.citing import cited
from texts.frame import Frame, Quote
from texts.language import plain, say
from texts.layout import lines, pages, paragraphs, shortened, turning
from texts.screen import Button, Row, Screen, grid
from texts.ways import home

KINDS = ("person", "group", "trial")
_PER_PAGE = 8
_ON_CARD = 1900
"""Characters of details on a card; the others are on pages of their own."""


class Cases:
    """The screens about one report's cases."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._report = frame.report
        self._entries = frame.entries

    def card(self, key: str, language: str, quotes: tuple[Quote, ...] = (), *, folded: bool = False) -> Screen:
        """A case or trial: what happened, charges, court, sentence, status as of the report, and what it does not say.

        ``folded`` leaves its own words to a button, to make room.
        """
        case = self._report.cases[key]
        parts = [
            Markup("<b>{name}</b>\n{kind}").format(name=case.name[language], kind=self._kind_line(case, language)),
            Markup("{what} <i>({place})</i>").format(what=case.summary[language], place=cited(case.source, language)),
        ]
        told = pages(self._details(case, language), _ON_CARD)
        if case.details:
            parts.append(_folded(told[0]))
        parts.append(self._as_of(language))
        return self._frame.card(
            f"c:{key}",
            parts,
            self._case_rows(case, language, more=len(told) > 1),
            language,
            quotes=() if folded else quotes,
            quotable=folded and bool(quotes),
            back=cases_button(language),
        )

    def defendant(self, key: str, language: str, quotes: tuple[Quote, ...] = ()) -> Screen:
        """One defendant of one trial, by initials and place among equals."""
        one = self._report.defendants[key]
        said = one.said
        facts = [(About.CHARGE, said.charge), (About.SENTENCE, said.sentence), (About.SUSPENSION, said.suspension)]
        facts += [(About.PRESENCE, said.presence), (About.LATER, said.later)]
        parts = [
            Markup("<b>{title}</b>\n{trial}").format(
                title=self._entries.defendant(one, language), trial=self._entries.title(f"c:{said.trial}", language)
            ),
            lines(
                Markup("<b>{about}</b>: {what} <i>({place})</i>").format(
                    about=about_word(about, language), what=words[language], place=cited(said.source, language)
                )
                for about, words in facts
                if words
            ),
        ]
        if said.note:
            parts.append(Markup("{note}").format(note=said.note[language]))
        parts.append(self._nobody(one, language))
        same = [d for d in self._report.defendants.values() if d.initials == one.initials and d is not one]
        rows: list[Row] = [(self._entries.button(f"c:{said.trial}", language),)]
        if same:
            rows.append((Button(plain(language, "All {initials}", initials=one.initials), f"in:{_letters(one)}"),))
        return self._frame.card(f"n:{key}", parts, rows, language, quotes=quotes, back=cases_button(language))

    def initials(self, refs: Sequence[str], language: str) -> Screen:
        """Everybody with the same initials, and that this does not make them one person."""
        found = [self._report.defendants[ref.partition(":")[2]] for ref in refs]
        head = say(
            language,
            "<b>{initials}</b>: {count} entries in {place}",
            initials=found[0].initials,
            count=len(found),
            place=_listed_in(found, language),
        )
        listed = [
            Markup("• {title}: {sentence}").format(
                title=self._entries.defendant(d, language), sentence=d.said.sentence[language]
            )
            for d in found
        ]
        return Screen(
            paragraphs([head, lines(listed), self._nobody(found[0], language)]),
            (
                *((self._entries.button(ref, language),) for ref in refs),
                (cases_button(language), home(language)),
            ),
        )

    def defendants(self, trial: str, page: int, language: str) -> Screen:
        """The defendants of a trial whom the report gives initials."""
        found = self._report.tried_in(trial)
        shown = [
            Markup("• {title}: {sentence}").format(title=_numbered(d), sentence=d.said.sentence[language])
            for d in found
        ]
        several = pages(shown, 2500)
        page = min(max(page, 1), len(several))
        head = Markup("<b>{title}</b>").format(title=self._entries.title(f"c:{trial}", language))
        count = say(
            language,
            "Defendants with initials in {place}: {count}",
            place=_listed_in(found, language),
            count=len(found),
        )
        here = found[sum(map(len, several[: page - 1])) :][: len(several[page - 1])]
        return Screen(
            paragraphs([head + Markup("\n") + count, lines(several[page - 1]), _identify_nobody(language)]),
            (
                *grid([Button(_numbered(d), f"n:{d.id}") for d in here], 3),
                *turning(f"td:{trial}", page, len(several)),
                (self._frame.back_to(f"c:{trial}", language), home(language)),
            ),
        )

    def by_kind(self, kind: str, page: int, language: str) -> Screen:
        """Persons, groups or trials, in the report's order."""
        found = [case for case in self._report.cases.values() if case.kind == kind]
        return self._listed(kind_word(kind, language), found, f"cs:{kind}", page, language)

    def on_benchmark(self, letter: str, page: int, language: str) -> Screen:
        """The cases that concern a benchmark."""
        title = plain(language, "Cases on {benchmark}", benchmark=self._entries.title(f"b:{letter}", language))
        back = self._frame.back_to(f"b:{letter}", language)
        return self._listed(title, self._report.cases_on(letter), f"cb:{letter}", page, language, back)

    def on_charge(self, charge: str, page: int, language: str) -> Screen:
        """The cases in which somebody was charged with this."""
        found = [case for case in self._report.cases.values() if charge in case.charges]
        title = plain(language, "Charge: {charge}", charge=self._report.charges[charge].name[language])
        return self._listed(title, found, f"cc:{charge}", page, language)

    def which(self, language: str) -> Screen:
        """No case was named: the kinds, the benchmarks and charges they can be chosen by."""
        cases = self._report.cases.values()
        text = say(
            language,
            "<b>Cases and trials in the report</b>\nPersons: {persons} · groups: {groups} · trials: {trials}\n\n"
            "Choose, or write a name or initials after the command: {examples}",
            persons=sum(case.kind == "person" for case in cases),
            groups=sum(case.kind == "group" for case in cases),
            trials=sum(case.kind == "trial" for case in cases),
            examples=self._examples(),
        )
        kinds = tuple(Button(kind_word(kind, language), f"cs:{kind}") for kind in KINDS)
        letters = [b for b in self._report.benchmarks if self._report.cases_on(b)]
        charges = [c for c in self._report.charges if any(c in case.charges for case in cases)]
        return Screen(
            text,
            (
                kinds,
                *grid([Button(letter, f"cb:{letter}") for letter in letters], 6),
                *grid([Button(shortened(self._report.charges[c].name[language], 30), f"cc:{c}") for c in charges], 2),
                (home(language),),
            ),
        )

    def _examples(self) -> Markup:
        """A name and initials that the report has, as they are typed after the command; the command where it has none."""
        initials = Counter(defendant.initials for defendant in self._report.defendants.values())
        names = [each for each, _ in initials.most_common(1)]
        names += [case.name.en for case in self._report.cases.values() if case.kind == "person"][:1]
        return Markup(", ").join(Markup("<code>/case {name}</code>").format(name=name) for name in names or ["…"])

    def _listed(
        self, title: str, found: Sequence[Case], data: str, page: int, language: str, back: Button | None = None
    ) -> Screen:
        several = [found[n : n + _PER_PAGE] for n in range(0, len(found), _PER_PAGE)] or [[]]
        page = min(max(page, 1), len(several))
        shown = several[page - 1]
        listed = [
            Markup("<b>{name}</b>{mark}: {what} <i>({place})</i>").format(
                name=case.name[language],
                mark=self._frame.mark(f"c:{case.id}"),
                what=shortened(case.summary[language], 180),
                place=cited(case.source, language),
            )
            for case in shown
        ]
        head = Markup("<b>{title}</b> ({count})").format(title=title, count=len(found))
        return Screen(
            paragraphs(
                [
                    head,
                    *listed,
                    self._frame.explained((f"c:{case.id}" for case in shown), language),
                    self._as_of(language),
                ]
            ),
            (
                *grid([self._entries.button(f"c:{case.id}", language) for case in shown], 1),
                *turning(data, page, len(several)),
                (back or cases_button(language), home(language)),
            ),
        )

    def details(self, key: str, page: int, language: str) -> Screen:
        """All details of a case, in pages, where they are too many for its card."""
        told = pages(self._details(self._report.cases[key], language), 3000)
        page = min(max(page, 1), len(told))
        head = Markup("<b>{name}</b>").format(name=self._report.cases[key].name[language])
        return Screen(
            paragraphs([head, lines(told[page - 1]), self._as_of(language)]),
            (*turning(f"cd:{key}", page, len(told)), (self._frame.back_to(f"c:{key}", language), home(language))),
        )

    def _details(self, case: Case, language: str) -> list[Markup]:
        """The details in the order of About, each kind under its own name."""
        told = []
        for about in About:
            of_it = [d for d in case.details if d.about is about]
            if of_it:
                told.append(Markup("<b>{about}</b>").format(about=about_word(about, language)))
            told += [
                Markup("• {what} <i>({place})</i>").format(what=d[language], place=cited(d.source, language))
                for d in of_it
            ]
        return told

    def _case_rows(self, case: Case, language: str, *, more: bool) -> tuple[Row, ...]:
        rows: list[Row] = []
        if more:
            rows.append((Button(plain(language, "All details"), f"cd:{case.id}"),))
        if self._report.tried_in(case.id):
            rows.append((Button(plain(language, "Defendants by initials"), f"td:{case.id}"),))
        rows += [(self._entries.button(f"c:{trial}", language),) for trial in case.trials]
        rows += grid([self._entries.button(f"l:{law}", language) for law in case.laws[:6]], 2)
        rows += grid([self._entries.button(f"b:{letter}", language) for letter in case.benchmarks[:4]], 2)
        return tuple(rows)

    def _kind_line(self, case: Case, language: str) -> str:
        return " · ".join([one_word(case.kind, language), *self._charge_names(case.charges, language)])

    def _charge_names(self, charges: Iterable[str], language: str) -> Iterable[str]:
        return (self._report.charges[charge].name[language] for charge in charges)

    def _as_of(self, language: str) -> Markup:
        return say(
            language,
            "<i>As of {date}. What came later is not in this report.</i>",
            date=self._report.document.as_of_words[language],
        )

    def _nobody(self, defendant: Defendant, language: str) -> Markup:
        same = [d for d in self._report.defendants.values() if d.initials == defendant.initials]
        if len(same) > 1:
            return say(
                language,
                "⚠️ Initials identify nobody. {initials} stands {count} times in {place}; these may be different"
                " people, and the report does not say who they are.",
                initials=defendant.initials,
                count=len(same),
                place=_listed_in(same, language),
            )
        return _identify_nobody(language)


def _identify_nobody(language: str) -> Markup:
    return say(language, "⚠️ Initials identify nobody; the report does not say who they are.")


def cases_button(language: str) -> Button:
    """The choice of cases."""
    return Button(plain(language, "Cases and trials"), "cs")


def kind_word(kind: str, language: str) -> str:
    """A kind of case in words, in the plural."""
    return {
        "person": plain(language, "Persons"),
        "group": plain(language, "Groups and events"),
        "trial": plain(language, "Trials"),
    }[kind]


def one_word(kind: str, language: str) -> str:
    """A kind of case in words."""
    return {
        "person": plain(language, "Person"),
        "group": plain(language, "Group or event"),
        "trial": plain(language, "Trial"),
    }[kind]


def about_word(about: About, language: str) -> str:
    """What a detail tells, in words."""
    return {
        About.HAPPENED: plain(language, "What happened"),
        About.CHARGE: plain(language, "Charges"),
        About.COURT: plain(language, "Court"),
        About.VERDICT: plain(language, "Verdict"),
        About.SENTENCE: plain(language, "Sentence"),
        About.SUSPENSION: plain(language, "Suspended"),
        About.PRESENCE: plain(language, "Present or absent"),
        About.STATUS: plain(language, "Where it stood"),
        About.LATER: plain(language, "Later"),
        About.UNSAID: plain(language, "The report does not say"),
    }[about]


def _listed_in(defendants: Sequence[Defendant], language: str) -> str:
    """Where these defendants are listed: “annex III”."""
    return ", ".join(dict.fromkeys(cited(defendant.said.source, language) for defendant in defendants))


def _folded(told: Iterable[Markup]) -> Markup:
    return Markup("<blockquote expandable>{details}</blockquote>").format(details=lines(told))


def _letters(defendant: Defendant) -> str:
    return defendant.initials.replace(".", "").lower()


def _numbered(defendant: Defendant) -> str:
    """Initials, with the place among equals of the same trial where there are several."""
    if defendant.ordinals == 1:
        return defendant.initials
    return f"{defendant.initials} ({defendant.ordinal}/{defendant.ordinals})"
