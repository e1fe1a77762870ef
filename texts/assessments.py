"""The network's own assessment: beside the report's grade on a benchmark's card, and what coordinators see of it.

Three tracks stand one below the other and are never mixed: what the report says, what the network finds, what the
Government says. Each has its label, so that also half a screenshot says whose word it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape

from markupsafe import Markup

from facts.models import Words
from storage.assessments import Assessment
from texts.assessment_questions import own_grade
from texts.entries import day_words
from texts.language import plain, say
from texts.layout import lines, paragraphs, shortened
from texts.screen import Button, Row, Screen
from texts.statistics import counted
from texts.ways import all_twenty, home

_MOST = 3800
"""Telegram takes 4,096 units of UTF-16, not counting tags; coordinators are told more below that."""
_CUTS = (0, 400, 200)
"""To how many letters each text is cut on a card, where the whole does not fit; 0 for not at all."""
_MOST_EARLIER = 8


@dataclass(frozen=True)
class Doubts:
    """What became of incidents on which an assessment rests: how many were withdrawn, or are found otherwise now."""

    withdrawn: int = 0
    otherwise: int = 0

    def __bool__(self) -> bool:
        return bool(self.withdrawn or self.otherwise)


def beside(card: Screen, assessment: Assessment, language: str) -> Screen:
    """The card of a benchmark with the network's own assessment below it, each labelled."""
    report = say(language, "<b>1 · The UN Special Rapporteur's report</b>")
    for cut in _CUTS:
        text = paragraphs([report, card.text, *_tracks(_cut(assessment, cut), language)])
        rows = card.rows
        if cut:
            rows = _before_last(
                rows, (Button(plain(language, "Our assessment in full"), f"b:{assessment.letter}:own"),)
            )
        if _size(text) <= _MOST:
            break
    return replace(card, text=text, rows=rows)


def in_full(assessment: Assessment, title: Words, language: str) -> Screen:
    """The assessment by itself, with every word of it."""
    head = Markup("<b>{letter}. {title}</b>").format(letter=assessment.letter, title=title[language])
    return Screen(
        paragraphs([head, *_tracks(assessment, language)]),
        ((_card(assessment.letter, language), all_twenty(language), home(language)),),
    )


def for_coordinators(card: Screen, letter: str, doubts: Doubts, language: str) -> Screen:
    """The card as coordinators see it in private: with the way to the assessment, and whether it still stands."""
    rows = _before_last(card.rows, (Button(plain(language, "✎ Our own assessment"), f"as:{letter}"),))
    return replace(card, text=paragraphs([card.text, _doubted(doubts, language)]), rows=rows)


def overview(
    letter: str, title: Words, found: Sequence[Assessment], doubts: Doubts, references: Sequence[str], language: str
) -> Screen:
    """What was decided on a benchmark so far, newest first, and on which incidents a new assessment would rest."""
    head = Markup("<b>{letter}. {title}</b>\n{what}").format(
        letter=letter, title=title[language], what=say(language, "The network's own assessment — not the UN's")
    )
    now = [_decided(one, language) for one in found[:_MOST_EARLIER]] or [say(language, "There is none yet.")]
    would = say(language, "A new one would rest on: {references}", references=_listed(references, language))
    rows: list[Row] = [(Button(plain(language, "✎ Assess it now"), f"as:{letter}:go", style="primary"),)]
    if found and found[0].holds:
        back = Button(
            plain(language, "Take our assessment back"), f"as:{letter}:back:{found[0].number}", style="danger"
        )
        rows.append((back,))
    return Screen(
        paragraphs([head, _doubted(doubts, language), lines(now), would]),
        (*rows, (_card(letter, language), home(language))),
        protected=True,
    )


def preview(assessment: Assessment, digest: str, language: str) -> Screen:
    """What everybody will see, and what only the team sees, before it is decided."""
    parts = [
        say(language, "<b>This is what everybody will see below the report's grade:</b>"),
        *_tracks(assessment, language),
        say(
            language,
            "<b>For the team only.</b> It rests on: {references}",
            references=_listed(assessment.references, language),
        ),
        say(language, "It is decided in your name, {who}, and stays on record.", who=assessment.by),
    ]
    decide = Button(plain(language, "✔ Decide"), f"as:{assessment.letter}:yes:{digest}", style="success")
    return Screen(
        paragraphs(parts), ((decide, Button(plain(language, "◀ Change something"), "f:stay")),), protected=True
    )


def decided(assessment: Assessment, language: str) -> Screen:
    """To whoever decided."""
    text = say(
        language,
        "✔ Decided: {letter}, {grade}. It stands on the card of the benchmark now, beside the UN's grade.",
        letter=assessment.letter,
        grade=own_grade(assessment.grade, language),
    )
    return Screen(text, ((_card(assessment.letter, language), home(language)),))


def was_decided(letter: str, who: str, language: str) -> Screen:
    """To the other coordinators."""
    text = say(language, "{who} decided the network's own assessment of benchmark {letter}.", who=who, letter=letter)
    return Screen(text, ((Button(plain(language, "Look at it"), f"b:{letter}"),),))


def confirm_back(assessment: Assessment, language: str) -> Screen:
    """Before it is taken back."""
    text = say(
        language,
        "Take the network's own assessment of {letter} back? Nobody sees it then; it stays on record, and who took it"
        " back.",
        letter=assessment.letter,
    )
    yes = Button(
        plain(language, "Yes, take it back"), f"as:{assessment.letter}:back:{assessment.number}:yes", style="danger"
    )
    return Screen(text, ((yes,), (Button(plain(language, "No, keep it"), f"as:{assessment.letter}"),)))


def taken_back(letter: str, language: str) -> Screen:
    """To whoever took it back."""
    text = say(language, "It is taken back: the card of {letter} shows the report alone.", letter=letter)
    return Screen(text, ((_card(letter, language), home(language)),))


def was_taken_back(letter: str, who: str, language: str) -> Screen:
    """To the other coordinators."""
    text = say(language, "{who} took the network's own assessment of benchmark {letter} back.", who=who, letter=letter)
    return Screen(text, ((Button(plain(language, "Look at it"), f"as:{letter}"),),))


def _tracks(one: Assessment, language: str) -> list[Markup]:
    """The network's word and the Government's, each under its label; nothing for what was not said."""
    head = say(language, "<b>2 · The network's own assessment — not the UN's</b>")
    standing = say(
        language,
        "<b>{grade}</b>, decided on {day} by {who}, resting on {count}",
        grade=own_grade(one.grade, language),
        day=day_words(one.day, language),
        who=one.by,
        count=counted(one.counted, language),
    )
    own = [lines([head, standing]) + _quoted(one.grounds)]
    if one.sources:
        own.append(say(language, "Other sources: {sources}", sources=one.sources))
    if not one.government:
        return own
    heard = say(language, "<b>3 · What the Government says (as the network heard it)</b>") + _quoted(one.government)
    return [*own, lines([heard, say(language, "<i>Source: {source}</i>", source=one.government_source)])]


def _quoted(words: str) -> Markup:
    return Markup("\n<blockquote expandable>{words}</blockquote>").format(words=words)


def _cut(one: Assessment, most: int) -> Assessment:
    if not most:
        return one
    return replace(
        one,
        grounds=shortened(one.grounds, most),
        sources=shortened(one.sources, most),
        government=shortened(one.government, most),
    )


def _decided(one: Assessment, language: str) -> Markup:
    """One decision in the overview, with the incidents it rests on."""
    said = say(
        language,
        "• {grade}, {day}, {who}: {references}",
        grade=own_grade(one.grade, language),
        day=day_words(one.day, language),
        who=one.by,
        references=_listed(one.references, language),
    )
    if one.holds:
        return said
    return said + say(
        language, " <i>(taken back on {day} by {who})</i>", day=day_words(one.back_on, language), who=one.back_by
    )


def _listed(references: Sequence[str], language: str) -> str:
    """At most so many that a message holds them, and how many more there are."""
    if not references:
        return plain(language, "no incidents")
    more = len(references) - 40
    shown = ", ".join(references[:40])
    return shown if more <= 0 else plain(language, "{references} and {more} more", references=shown, more=more)


def _doubted(doubts: Doubts, language: str) -> Markup:
    """That incidents changed since; nothing when none did."""
    said = []
    if doubts.withdrawn:
        said.append(
            say(
                language,
                "⚠️ Of the incidents our assessment rests on, {count} were withdrawn: look again.",
                count=doubts.withdrawn,
            )
        )
    if doubts.otherwise:
        said.append(
            say(
                language,
                "⚠️ Of the incidents our assessment rests on, {count} are judged otherwise now: look again.",
                count=doubts.otherwise,
            )
        )
    return lines(said)


def _before_last(rows: Sequence[Row], row: Row) -> tuple[Row, ...]:
    """The rows with one more above the way home."""
    return (*rows[:-1], row, *rows[-1:])


def _card(letter: str, language: str) -> Button:
    return Button(plain(language, "◀ Back to {letter}", letter=letter), f"b:{letter}")


def _size(text: Markup) -> int:
    """As Telegram counts: units of UTF-16 without tags."""
    return len(unescape(re.sub(r"<[^>]+>", "", str(text))).encode("utf-16-le")) // 2
