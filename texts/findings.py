"""What is said to a question in plain words: the finds, best first, and what the report cannot answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from texts.citing import cited
from texts.frame import Frame
from texts.language import plain, say
from texts.layout import paragraphs, shortened
from texts.screen import Button, Row, Screen
from texts.ways import all_twenty, help_, home, tell

_GIST = 170
SHOWN = 6


@dataclass(frozen=True)
class Notes:
    """What must be said before an answer, so that nobody takes it for more than it is."""

    beyond: bool = False
    yes_or_no: bool = False
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A piece of an excerpt, and whether it is what was looked for."""

    text: str
    matched: bool


class Findings:
    """The screens that answer questions without a command."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._entries = frame.entries
        self._document = frame.report.document

    def several(
        self,
        asked: str,
        refs: Sequence[str],
        language: str,
        *,
        notes: Notes = Notes(),
        excerpts: Mapping[str, Sequence[Piece]] = {},
        near: bool = False,
    ) -> Screen:
        """Finds, best first, each with what it is about and where; where the official text matched, the match."""
        shown = refs[:SHOWN]
        if near:
            head = say(language, "Nothing is called “{asked}”. Near to it:", asked=shortened(asked))
        else:
            head = say(language, "On “{asked}” the report has:", asked=shortened(asked))
        found = [self._found(n, ref, excerpts.get(ref, ()), language) for n, ref in enumerate(shown, 1)]
        more = len(refs) - len(shown)
        tail = (
            [say(language, "<i>{more} more fit less well. Add a word to narrow it down.</i>", more=more)]
            if more > 0
            else []
        )
        return Screen(
            paragraphs([self.noted(notes, language), head, *found, self._frame.explained(shown, language), *tail]),
            (*((self._entries.button(ref, language),) for ref in shown), (help_(language), home(language))),
        )

    def none(self, asked: str, language: str, notes: Notes = Notes()) -> Screen:
        """Nothing fits: what that means, and what to try."""
        text = say(
            language,
            "I found nothing in the report for “{asked}”. That does not mean it did not happen: the report may"
            " not speak of it, or call it by another name.\n\nTry another word, or choose:",
            asked=shortened(asked),
        )
        ways: tuple[Row, ...] = (
            (all_twenty(language), Button(plain(language, "Cases and trials"), "cs")),
            (Button(plain(language, "Dates"), "ds:ahead"), Button(plain(language, "Laws"), "ls")),
            (tell(language),),
            (help_(language), home(language)),
        )
        return Screen(paragraphs([self.noted(replace(notes, unknown=()), language), text]), ways)

    def which(self, language: str) -> Screen:
        """/search without a word."""
        text = say(
            language,
            "What do you look for? Write words after the command, such as <code>/search land evictions</code>. In a"
            " private chat plain words are enough.",
        )
        return Screen(text, ((all_twenty(language), help_(language)), (home(language),)))

    def opened(self, screen: Screen, notes: Notes, also: Sequence[str], language: str) -> Screen:
        """A card that answers a question: the notes before it, and what else may be meant below it."""
        said = self.noted(notes, language)
        text = paragraphs([said, screen.text]) if said else screen.text
        there = {button.data for row in screen.rows for button in row}
        others = tuple((self._entries.button(ref, language),) for ref in also if ref not in there)
        return replace(screen, text=text, rows=(*others, *screen.rows)) if said or others else screen

    def noted(self, notes: Notes, language: str) -> Markup:
        """The notes as text; empty when there are none."""
        said = []
        if notes.beyond:
            said.append(
                say(
                    language,
                    "⏳ The report covers {period} <i>({place})</i>. Of anything later it says nothing.",
                    period=self._document.covers[language],
                    place=cited(self._document.covers_source, language),
                )
            )
        if notes.unknown:
            said.append(
                say(
                    language,
                    "I do not find “{words}” in the report.",
                    words="”, “".join(notes.unknown),
                )
            )
        if notes.yes_or_no:
            said.append(say(language, "I do not answer yes or no. This is what the report says:"))
        return Markup("\n").join(said)

    def _found(self, place: int, ref: str, excerpt: Sequence[Piece], language: str) -> Markup:
        if excerpt:
            what = Markup("").join(
                Markup("<b>{text}</b>").format(text=p.text) if p.matched else Markup("{text}").format(text=p.text)
                for p in excerpt
            )
        else:
            what = Markup("{gist}").format(gist=shortened(self._entries.gist(ref, language), _GIST))
        return Markup("{n}. <b>{title}</b>{mark}\n{what} <i>({place})</i>").format(
            n=place,
            title=self._entries.title(ref, language),
            mark=self._frame.mark(ref),
            what=what,
            place=cited(self._entries.place(ref), language),
        )
