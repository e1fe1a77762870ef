"""Letters on one case to other bodies of the UN, from the same record, and what is missing before they can go.

What an incident does not hold, reviewers answer in the chat: sealed like a note, without names. Who it is about stands in a
file of facts (TOML) that they fill in on their own machine, and that goes before what the notes say. An organisation signs;
whoever told the incident stays behind its reference.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from typing import Any

from documents.paper import Item, Paper, Part
from documents.submission.clearance import Confided
from forms.appeals import Facts, Kind, allows, missing, there
from storage.opened import Note
from texts import papers as words
from texts.appeals import TITLES, TO, asks, in_words
from texts.told import calm, name, parts


class BadFacts(Exception):
    """The file of facts cannot be used; the message says in plain words why."""


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
    if other := sorted(key for key, value in facts.items() if not allows(kind, value)):
        raise BadFacts(f"Answer {', '.join(other)} with one of: {', '.join(kind.answers)}; remarks after a semicolon.")
    return facts


def noted(kind: Kind, notes: Iterable[Note]) -> Facts:
    """What reviewers answered in the chat, in the order in which they did: the newest of each question counts."""
    keys = {one.key for one in kind.questions}
    given = [item for note in notes if note.appeal == kind.name for item in note.facts.items()]
    return {key: fact for key, fact in given if key in keys and fact.strip() and allows(kind, fact)}


def blank(kind: Kind) -> str:
    """A file of facts to fill in."""
    lines = [f"# {TITLES[kind.name]} · {TO[kind.name]}"]
    if kind.answers:
        lines.append(f"# Answer with one of: {', '.join(kind.answers)}; remarks after a semicolon.")
    for one in kind.questions:
        lines += [
            "",
            f"# {asks(kind, one, 'en')}{' (required)' if one.needed or one.condition else ''}",
            f'{one.key} = ""',
        ]
    return "\n".join(lines) + "\n"


def appeal(kind: Kind, facts: Facts, confided: Confided | None, day: str) -> Paper:
    """The letter, or the checklist. ``confided`` is what clearance gave; without it only the facts stand there."""
    asked = tuple(
        Item(_written(facts.get(one.key, ""), kind), str(number), label=asks(kind, one, "en"))
        for number, one in enumerate(kind.questions, 1)
    )
    told = (Part(words.heading("told", "en"), tuple(_told(confided))),) if confided is not None and kind.raised else ()
    lacks = missing(kind, there(kind, facts))
    lines = tuple(Item(line) for line in in_words(kind, lacks, "en"))
    state = (Part(words.heading("incomplete", "en"), lines),) if lacks.questions else ()
    signed = facts.get("organisation", "")
    front = ((words.heading("to", "en"), TO[kind.name]), (words.heading("submitter", "en"), calm(signed)))
    marking = words.heading("confidential_letter", "en") if kind.raised else words.heading("internal", "en")
    rows = tuple((label, text) for label, text in front if text)
    return Paper(
        TITLES[kind.name], (*rows, ("Date", words.in_words(day))), (*state, Part("", asked), *told), day, "en", marking
    )


def _written(answer: str, kind: Kind) -> str:
    if not answer:
        return words.unanswered()
    if not kind.answers:
        return calm(answer)
    given, _, remark = answer.partition(";")
    return calm(f"{given.strip().capitalize()}.{' ' + remark.strip() if remark.strip() else ''}")


def _told(one: Confided) -> list[Item]:
    """What the incident holds, by its reference; who told it is nobody's."""
    items = [Item(words.cited((one.reference,)))]
    if one.written:
        items.append(Item(calm(one.written), original=calm(one.written_km)))
    for step, value in one.answers:
        if step == "source" or value is None:
            continue
        if text := "; ".join(calm(part.text) for part in parts(step, value, {}, "en")):
            items.append(Item(text, label=name(step, "en")))
    items += [Item("\n".join(texts), label=words.added(on)) for on, texts in one.additions]
    return [*items, *(Item(words.file(kind, digest)) for kind, digest in one.files)]
