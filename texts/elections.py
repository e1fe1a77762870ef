"""What is said about the elections of a report's table: numbers as the report prints them, and where they do not agree."""

from __future__ import annotations

from markupsafe import Markup

from facts.models import Counts, Election, Party, Province
from texts.citing import cited
from texts.figures import figure_line
from texts.frame import Frame, Quote
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Row, Screen, grid
from texts.ways import home

THEMES = ("light", "dark")
PICTURES = ("map", "bars")


class Elections:
    """The screens about one report's election table."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._entries = frame.entries

    @property
    def _election(self) -> Election:
        assert self._frame.report.election is not None  # noqa: S101 - handlers ask first
        return self._frame.report.election

    def none(self, language: str) -> Screen:
        """The report has no such table."""
        text = say(language, "{symbol} has no table of election results.", symbol=self._frame.report.document.symbol)
        return Screen(text, ((home(language),),))

    def overview(self, language: str, quotes: tuple[Quote, ...] = ()) -> Screen:
        """The country: printed totals, who counted, and the ways to provinces, parties and pictures."""
        e = self._election
        parts = [
            Markup("<b>{name}</b>").format(name=e.name[language]),
            self._numbers(e.printed, language),
            lines(figure_line(note, language, place=False) for note in e.notes[:3]),
            self._basis(language),
        ]
        rows: list[Row] = [
            (Button(plain(language, "🗺 Map"), "e:map:light"), Button(plain(language, "📊 Bars"), "e:bars:light")),
            (Button(plain(language, "25 provinces"), "es"), Button(plain(language, "Parties and notes"), "en")),
        ]
        return self._frame.card("e", parts, rows, language, quotes=quotes, place=self._election.source)

    def province(self, code: str, language: str) -> Screen:
        """One province's row, as printed."""
        place = [p.code for p in self._election.provinces].index(code)
        province = self._election.provinces[place]
        parts = [
            Markup("<b>{name}</b>\n{election}").format(
                name=province.name[language], election=self._election.name[language]
            ),
            self._numbers(province, language),
            self._basis(language),
        ]
        before, after = self._election.provinces[place - 1], self._election.provinces[(place + 1) % 25]
        rows = [(_to(before, "◀ {name}", language), _to(after, "{name} ▶", language))]
        back = Button(plain(language, "25 provinces"), "es")
        return self._frame.card(f"e:{code}", parts, rows, language, back=back, place=self._election.source)

    def party(self, abbreviation: str, language: str) -> Screen:
        """One party's column: printed totals and percentages, and its seats in each province."""
        column = [p.abbreviation for p in self._election.parties].index(abbreviation)
        party = self._election.parties[column]
        seats = [
            Markup("{name}: {seats}").format(name=p.name[language], seats=_number(p.seats[column]))
            for p in self._election.provinces
            if p.seats[column]
        ]
        parts = [
            Markup("<b>{abbreviation}</b> · {name}").format(abbreviation=abbreviation, name=party.name[language]),
            self._column(column, language),
            self._note(party, language),
            say(language, "Councillor seats by province:")
            + Markup("\n<blockquote expandable>{seats}</blockquote>").format(seats=lines(seats)),
            self._basis(language),
        ]
        return self._frame.card("e", parts, [], language, back=election_button(language), place=self._election.source)

    def provinces(self, language: str) -> Screen:
        """The choice of provinces, in the report's order."""
        text = say(language, "<b>{name}</b>\nChoose a province:", name=self._election.name[language])
        return Screen(
            text,
            (
                *grid([Button(p.name[language], f"e:{p.code}") for p in self._election.provinces], 3),
                (election_button(language), home(language)),
            ),
        )

    def notes(self, language: str) -> Screen:
        """The notes below the table, and the parties."""
        listed = [figure_line(note, language) for note in self._election.notes]
        parties = [
            Markup("<b>{abbreviation}</b> · {name}").format(abbreviation=p.abbreviation, name=p.name[language])
            for p in self._election.parties
        ]
        rows = grid([Button(p.abbreviation, f"ep:{p.abbreviation}") for p in self._election.parties], 3)
        head = Markup("<b>{name}</b>").format(name=self._election.name[language])
        return Screen(
            paragraphs([head, lines(parties), lines(listed), self._basis(language)]),
            (*rows, (election_button(language), home(language))),
        )

    def picture(self, kind: str, theme: str, language: str) -> Screen:
        """The table as a map of tiles or as bars; its words are in the overview."""
        other = PICTURES[1 - PICTURES.index(kind)]
        theme_other = THEMES[1 - THEMES.index(theme)]
        texts = {
            "map": say(
                language,
                "<b>{name}</b>\nEach tile is a province: {party}'s seats of all councillor seats, as printed. The shade is"
                " ours.",
                name=self._election.name[language],
                party=self._election.parties[1].abbreviation,
            ),
            "bars": say(
                language,
                "<b>{name}</b>\nEach bar is a party's printed total of councillor seats.",
                name=self._election.name[language],
            ),
        }
        return Screen(
            lines([texts[kind], *self._disagrees(language)]),
            (
                (
                    Button(_picture_word(other, language), f"e:{other}:{theme}"),
                    Button(_theme_word(theme_other, language), f"e:{kind}:{theme_other}"),
                ),
                (election_button(language), home(language)),
            ),
            picture=f"election-{kind}:{language}:{theme}",
        )

    def unknown(self, asked: str, language: str) -> Screen:
        """Neither a province nor a party of the table."""
        text = say(
            language,
            "<b>{name}</b>\nThe table has no province or party “{asked}”. Choose a province:",
            name=self._election.name[language],
            asked=asked,
        )
        return Screen(text, self.provinces(language).rows)

    def _numbers(self, counts: Counts, language: str) -> Markup:
        """A row of the table: votes, commune chiefs and seats."""
        parties = self._election.parties
        seats = [
            Markup("{party} {seats}").format(party=_column_word(party, language), seats=_number(n))
            for party, n in zip(parties, counts.seats, strict=True)
            if n
        ]
        return lines(
            [
                say(language, "Votes: {counts}", counts=self._of_two(counts.votes, language)),
                say(language, "Commune chiefs: {counts}", counts=self._of_two(counts.chiefs, language)),
                say(language, "Councillor seats: {seats}", seats=Markup(" · ").join(seats)),
                say(language, "Total of seats as printed: <b>{total}</b>", total=_number(counts.total)),
            ]
        )

    def _of_two(self, counts: tuple[int, int], language: str) -> Markup:
        """What is counted of the first two parties only."""
        first_two = zip(self._election.parties, counts, strict=False)
        return Markup(" · ").join(
            Markup("{party} <b>{count}</b>").format(party=_column_word(party, language), count=_number(count))
            for party, count in first_two
        )

    def _column(self, column: int, language: str) -> Markup:
        printed, share = self._election.printed, self._election.percentages
        listed = [
            say(
                language,
                "Councillor seats: <b>{seats}</b> ({share}%)",
                seats=_number(printed.seats[column]),
                share=share.seats[column],
            )
        ]
        if column < 2:
            listed = [
                say(
                    language,
                    "Votes: <b>{votes}</b> ({share}%)",
                    votes=_number(printed.votes[column]),
                    share=share.votes[column],
                ),
                say(
                    language,
                    "Commune chiefs: <b>{chiefs}</b> ({share}%)",
                    chiefs=_number(printed.chiefs[column]),
                    share=share.chiefs[column],
                ),
                *listed,
            ]
        return lines(listed)

    def _note(self, party: Party, language: str) -> Markup:
        if party.note is None:
            return Markup()
        return Markup("{note} <i>({place})</i>").format(
            note=party.note[language], place=cited(party.note.source, language)
        )

    def _basis(self, language: str) -> Markup:
        """Who counted, and that nothing here was computed."""
        counted = self._election.counted_by
        return Markup("{counted} <i>({place})</i> {printed}").format(
            counted=counted[language],
            place=cited(counted.source, language),
            printed=say(language, "<i>Numbers as printed; I compute nothing from them.</i>"),
        )

    def _disagrees(self, language: str) -> list[Markup]:
        if not self._frame.report.contradictions_on("e"):
            return []
        return [say(language, "⚠️ The table disagrees with itself in places; see /election before you quote it.")]


def election_button(language: str) -> Button:
    """The election as a whole."""
    return Button(plain(language, "🗳 Elections"), "e")


def _to(province: Province, shape: str, language: str) -> Button:
    return Button(shape.format(name=province.name[language]), f"e:{province.code}")


def _column_word(party: Party, language: str) -> str:
    return plain(language, "others") if party.abbreviation == "Other" else party.abbreviation


def _picture_word(kind: str, language: str) -> str:
    return {"map": plain(language, "🗺 Map"), "bars": plain(language, "📊 Bars")}[kind]


def _theme_word(theme: str, language: str) -> str:
    return {"light": plain(language, "☀️ Light"), "dark": plain(language, "🌙 Dark")}[theme]


def _number(value: int) -> str:
    return f"{value:,}"
