"""Letters on one case to other bodies of the UN, from the same record, and what is missing before they can go.

What an incident does not hold and nobody should type into a chat, such as the full name of somebody who disappeared and whom
the family asked, stands in a file of facts (TOML) that reviewers fill in on their own machine. An organisation signs; whoever
told the incident stays behind its reference.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from documents.paper import Item, Paper, Part
from documents.submission.clearance import Confided
from texts import papers as words
from texts.appeals import Kind, Question, lacking, summary
from texts.told import calm, name, parts

Facts = Mapping[str, str]
_MONTH = re.compile(
    r"\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+(?:19|20)\d\d\b",
    re.IGNORECASE,
)
"""At least the month and the year, as the Working Group asks."""


class BadFacts(Exception):
    """The file of facts cannot be used; the message says in plain words why."""


@dataclass(frozen=True)
class Missing:
    """How many of the required elements are there, and which are not."""

    there: int
    needed: int
    questions: tuple[Question, ...]

    def in_words(self, language: str) -> tuple[str, ...]:
        """A line for the whole, and one for each that is missing."""
        each = (lacking(one.asks(language), one.key, language) for one in self.questions)
        return (summary(self.there, self.needed, language), *each)


def read_facts(data: bytes, kind: Kind) -> Facts:
    """The facts in a file. Raises BadFacts for what is no TOML, for a key that the form does not ask, and for an answer that
    it does not take."""
    try:
        whole: dict[str, Any] = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadFacts(f"The facts are no TOML file in UTF-8: {fault}.") from None
    known = {one.key for one in kind.questions}
    if strangers := sorted(set(whole) - known):
        raise BadFacts(
            f"“{kind.name}” does not ask for {', '.join(strangers)}. It asks for: {', '.join(sorted(known))}."
        )
    if wrong := sorted(key for key, value in whole.items() if not isinstance(value, str)):
        raise BadFacts(f"Write {', '.join(wrong)} as text, between quotation marks.")
    facts = {key: value.strip() for key, value in whole.items() if value.strip()}
    if kind.answers and (other := sorted(key for key, value in facts.items() if _answer(value) not in kind.answers)):
        raise BadFacts(f"Answer {', '.join(other)} with one of: {', '.join(kind.answers)}; remarks after a semicolon.")
    return facts


def missing(kind: Kind, facts: Facts) -> Missing:
    """The completeness check. A date of a disappearance counts from its month and year on."""
    counted = [one for one in kind.questions if one.needed or kind.answers]
    there = [one for one in counted if _is_there(one, facts)]
    wanted = (one for one in kind.questions if one.needed or one.condition or kind.answers)
    return Missing(len(there), len(counted), tuple(one for one in wanted if not _is_there(one, facts)))


def _is_there(one: Question, facts: Facts) -> bool:
    answer = facts.get(one.key, "")
    return bool(_MONTH.search(answer)) if one.key == "disappeared_on" else bool(answer)


def blank(kind: Kind) -> str:
    """A file of facts to fill in."""
    lines = [f"# {kind.title} · {kind.to}"]
    if kind.answers:
        lines.append(f"# Answer with one of: {', '.join(kind.answers)}; remarks after a semicolon.")
    for one in kind.questions:
        lines += ["", f"# {one.asks('en')}{' (required)' if one.needed or one.condition else ''}", f'{one.key} = ""']
    return "\n".join(lines) + "\n"


def appeal(kind: Kind, facts: Facts, confided: Confided | None, day: str) -> Paper:
    """The letter, or the checklist. ``confided`` is what clearance gave; without it only the facts stand there."""
    asked = tuple(
        Item(_written(facts.get(one.key, ""), kind), str(number), label=one.asks("en"))
        for number, one in enumerate(kind.questions, 1)
    )
    told = (Part(words.heading("told", "en"), tuple(_told(confided))),) if confided is not None and kind.raised else ()
    lacks = missing(kind, facts)
    state = () if not lacks.questions else (Part(words.heading("incomplete", "en"), _lacks(lacks)),)
    signed = facts.get("organisation", "")
    front = ((words.heading("to", "en"), kind.to), (words.heading("submitter", "en"), calm(signed)))
    marking = words.heading("confidential_letter", "en") if kind.raised else words.heading("internal", "en")
    rows = tuple((label, text) for label, text in front if text)
    return Paper(
        kind.title, (*rows, ("Date", words.in_words(day))), (*state, Part("", asked), *told), day, "en", marking
    )


def _lacks(lacks: Missing) -> tuple[Item, ...]:
    return tuple(Item(line) for line in lacks.in_words("en"))


def _written(answer: str, kind: Kind) -> str:
    if not answer:
        return words.unanswered()
    if not kind.answers:
        return calm(answer)
    given, _, remark = answer.partition(";")
    return calm(f"{given.strip().capitalize()}.{' ' + remark.strip() if remark.strip() else ''}")


def _answer(value: str) -> str:
    return value.partition(";")[0].strip().lower()


def _told(one: Confided) -> list[Item]:
    """What the incident holds, by its reference; who told it is nobody's."""
    items = [Item(words.cited((one.reference,)))]
    if one.written:
        items.append(Item(calm(one.written), original=calm(one.written_km)))
    for step, value in one.answers:
        if step != "source" and (text := "; ".join(calm(part.text) for part in parts(step, value, {}, "en"))):
            items.append(Item(text, label=name(step, "en")))
    items += [Item("\n".join(texts), label=words.added(on)) for on, texts in one.additions]
    return [*items, *(Item(words.file(kind, digest)) for kind, digest in one.files)]
