"""An opened incident as calm text for a reviewer's terminal.

What people wrote is shown behind a bar, so that nobody can write a line that looks like ours, and without
the control characters by which a text could move the cursor, hide a part of itself or run backwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from bot.bundles import Evidence, Incident, Opened
from storage.opened import Note
from texts.appeals import said
from texts.language import NAMES as LANGUAGE_NAMES
from texts.told import Allowed, calm, name, parts
from texts.told import on_one_line as _line

_USES = {
    "statistics": "count it in statistics",
    "anonymised": "use it without names in a submission",
    "rapporteur": "name people to the Special Rapporteur, in confidence",
    "public": "name people in public",
    "government": "have it raised with the Government",
}


def as_text(opened: Opened) -> str:
    """Everything there is to read, consent first, then whether it is whole."""
    numbers = {file.listed.id: number for number, file in enumerate(opened.evidence, 1)}
    blocks = [_consent(opened.incident), _head(opened.incident), _checks(opened)]
    blocks += [_answers(opened.incident, numbers), _huridocs(opened.incident), _evidence(opened.evidence)]
    for number, addition in opened.additions.items():
        blocks.append([f"ADDITION {number}, received {_time(addition.received_at)}", *_answers(addition, numbers)[1:]])
    blocks.append(_notes(opened.notes))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _consent(incident: Incident) -> list[str]:
    lines = ["CONSENT: what the person allowed"]
    if incident.form != "incident":
        return [*lines, "  This is an addition. What the incident itself says about consent holds."]
    allowed = Allowed.by(incident.answers)
    if not allowed.recorded:
        return [*lines, "  No consent is recorded. ONLY reading inside the network; nothing may leave it."]
    if allowed.nothing:
        lines.append("  ONLY reading inside the network; nothing may leave it.")
    lines += [f"  {'yes' if yes else 'NO '}  {_USES[use]}" for use, yes in allowed.uses.items()]
    return lines + [f"  ???  {_line(one)}: this program does not know what that allows" for one in allowed.unknown]


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
            lines.append(f"  {name(step, 'en')}")
            for part in parts(step, value, numbers, "en"):
                lines += [f"  | {line}" for line in calm(part.text).split("\n")]
    return lines


def _notes(notes: Mapping[int, Note]) -> list[str]:
    lines = ["NOTES: what the team said among itself"] if notes else []
    for number, note in notes.items():
        uses = {"the submission": note.written, "another form": note.appeal}
        purpose = "".join(f", for {use} ({_line(which)})" for use, which in uses.items() if which)
        lines.append(f"  {number}. {_line(note.by)}, {_line(note.on)}{purpose}")
        lines += [f"     | {line}" for line in calm(said(note, "en")).split("\n")]
    return lines


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
