"""An opened incident as calm text for a reviewer's terminal.

What people wrote is shown behind a bar, so that nobody can write a line that looks like ours, and without
the control characters by which a text could move the cursor, hide a part of itself or run backwards.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from bot.bundles import Evidence, Incident, Opened
from forms.where import chain
from texts.language import NAMES as LANGUAGE_NAMES
from texts.questions import NAMES as STEP_NAMES
from texts.questions import OPTIONS

_USES = {
    "statistics": "count it in statistics",
    "anonymised": "use it without names in a submission",
    "rapporteur": "name people to the Special Rapporteur, in confidence",
    "public": "name people in public",
    "government": "have it raised with the Government",
}
_NETWORK = "network"
_JOINERS = "\u200b\u200c\u200d"
"""Invisible, but Khmer is broken into words by the first, and emoji are put together by the last."""
_PRECISE = {"year": 4, "month": 7, "week": 10, "day": 10, "part_of_day": 10}
"""How many letters of an ISO time were meant."""


def calm(text: str) -> str:
    """The text with every control character, those that turn the direction of writing too, replaced by ``\ufffd``."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join("\ufffd" if _moves(char) else char for char in lines.replace("\t", "    "))


def as_text(opened: Opened) -> str:
    """Everything there is to read, consent first, then whether it is whole."""
    numbers = {file.listed.id: number for number, file in enumerate(opened.evidence, 1)}
    blocks = [_consent(opened.incident), _head(opened.incident), _checks(opened)]
    blocks += [_answers(opened.incident, numbers), _huridocs(opened.incident), _evidence(opened.evidence)]
    for number, addition in opened.additions.items():
        blocks.append([f"ADDITION {number}, received {_time(addition.received_at)}", *_answers(addition, numbers)[1:]])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _consent(incident: Incident) -> list[str]:
    lines = ["CONSENT: what the person allowed"]
    if incident.form != "incident":
        return [*lines, "  This is an addition. What the incident itself says about consent holds."]
    consent = incident.answers.get("consent")
    if not isinstance(consent, list):
        return [*lines, "  No consent is recorded. ONLY reading inside the network; nothing may leave it."]
    given = [str(one) for one in consent]
    if not set(_USES) & set(given):
        lines.append("  ONLY reading inside the network; nothing may leave it.")
    lines += [f"  {'yes' if use in given else 'NO '}  {words}" for use, words in _USES.items()]
    unknown = [one for one in given if one not in _USES and one != _NETWORK]
    return lines + [f"  ???  {_line(one)}: this program does not know what that allows" for one in unknown]


def _head(incident: Incident) -> list[str]:
    lines = [
        f"{_line(incident.reference)}, an {_line(incident.form)}",
        f"  received   {_time(incident.received_at)}",
        f"  language   {LANGUAGE_NAMES.get(incident.language, _line(incident.language))}",
    ]
    if incident.mailbox:
        lines.append(f"  mailbox    {_line(incident.mailbox)}")
    if incident.flood:
        lines.append("  came during a flood of messages: look twice whether it is honest")
    return lines


def _checks(opened: Opened) -> list[str]:
    if not opened.faults:
        return ["CHECKS", "  Names, sizes and SHA-256 all fit."]
    return ["WHAT DOES NOT FIT", *(f"  - {_line(fault)}" for fault in opened.faults)]


def _answers(incident: Incident, numbers: Mapping[str, int]) -> list[str]:
    lines = ["ANSWERS"]
    for step, value in incident.answers.items():
        if step != "consent":
            name = STEP_NAMES[step]("en") if step in STEP_NAMES else _line(step.replace("_", " ").capitalize())
            lines.append(f"  {name}")
            lines += [f"  | {line}" for part in _words(step, value, numbers) for line in calm(part).split("\n")]
    return lines


def _words(step: str, value: Any, numbers: Mapping[str, int]) -> Iterator[str]:
    """One answer in words; every shape that no step gives is shown as it is."""
    match value:
        case None:
            yield "(skipped)"
        case []:
            yield "(none)"
        case bool():
            yield "yes" if value else "no"
        case str() if value in numbers:
            yield f"evidence {numbers[value]}"
        case str():
            yield OPTIONS[step][value]("en") if value in OPTIONS.get(step, {}) else value
        case list():
            for one in value:
                yield from _words(step, one, numbers)
        case {"text": str(words)} | {"words": str(words)}:
            yield words
        case {"n": int(number)}:
            yield f"{number:,}"
        case {"file": str(file)}:
            yield f"(spoken: evidence {numbers[file]})" if file in numbers else f"(spoken: {file}, not listed)"
        case {"at": _, "precision": _}:
            yield from _moment(value)
        case {"code": _} | {"elsewhere": _} | {"pin": _}:
            yield from _place(step, value)
        case Mapping():
            for name, one in value.items():
                yield f"{name}: {'; '.join(_words(step, one, numbers))}"
        case _:
            yield str(value)


def _moment(value: Mapping[str, Any]) -> Iterator[str]:
    told = _period(value)
    if isinstance(value.get("until"), dict):
        told += f" until {_period(value['until'])}"
    yield told
    yield from _said(value)


def _period(value: Mapping[str, Any]) -> str:
    if value.get("at") is None:
        return "not known"
    precision = str(value.get("precision"))
    at = str(value["at"]).replace("T", " ")[: _PRECISE.get(precision)]
    part = f", {value['part']}" if value.get("part") else ""
    return f"{'about ' if value.get('about') else ''}{'the week of ' if precision == 'week' else ''}{at}{part}"


def _place(step: str, value: Mapping[str, Any]) -> Iterator[str]:
    if "code" in value:
        code = str(value["code"])
        yield f"{', '.join(place.en for place in reversed(chain(code))) or 'an unknown place'} ({code})"
    if "elsewhere" in value:
        yield from _words(step, str(value["elsewhere"]), {})
    if "pin" in value:
        yield f"a point on the map: {value['pin']}"
    yield from _said(value)


def _said(value: Mapping[str, Any]) -> Iterator[str]:
    if value.get("said"):
        yield f"in their words: {value['said']}"


def _huridocs(incident: Incident) -> list[str]:
    if not incident.huridocs:
        return []
    return ["HURIDOCS", *(f"  | {line}" for line in calm("\n".join(_codes(incident.huridocs))).split("\n"))]


def _codes(value: Any, name: str = "") -> Iterator[str]:
    """``entity.field: code``, one a line. The description is the account, which stands above already."""
    if isinstance(value, Mapping) and isinstance(value.get("term"), str):
        yield f"{name}: {' '.join(str(value[part]) for part in ('code', 'term') if part in value)}"
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if key != "event_description":
                yield from _codes(one, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for number, one in enumerate(value, 1):
            yield from _codes(one, f"{name} {number}")
    else:
        yield f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"


def _evidence(evidence: tuple[Evidence, ...]) -> list[str]:
    lines = ["EVIDENCE"] if evidence else []
    for number, file in enumerate(evidence, 1):
        listed = file.listed
        lines += [
            f"  {number}. {_line(listed.kind)}, {_line(listed.type)}, {listed.size:,} bytes, {_time(listed.received_at)}",
            f"     {file.state}",
            f"     SHA-256 {listed.sha256 or 'unknown'}",
        ]
        if listed.caption:
            lines += [f"     | {line}" for line in calm(listed.caption).split("\n")]
        if listed.file_name:
            lines.append(f"     | the sender's name for it: {_line(listed.file_name)}")
        if listed.declared_type not in (None, "", listed.type):
            lines.append(f"     | the sender's app called it {_line(listed.declared_type or '')}")
    return lines


def _time(when: dt.datetime | None) -> str:
    return "at an unknown time" if when is None else f"{when:%Y-%m-%d %H:%M %Z}".strip()


def _line(text: str) -> str:
    """On one line, and of a length that fits there."""
    short = text if len(text) <= 200 else text[:199] + "…"
    return " ".join(calm(short).split())


def _moves(char: str) -> bool:
    return char != "\n" and char not in _JOINERS and unicodedata.category(char) in ("Cc", "Cf", "Cs")
