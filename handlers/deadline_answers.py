"""Between a deadline and the answers of its form: both ways, and together with what somebody else changed meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from forms.deadline import CALL, DEADLINE, GENEVA, WHOLE, ZONES, day
from forms.form import Answers, Progress
from forms.steps import day_answer
from storage.deadlines import Deadline
from texts.deadlines import mandate
from texts.due import proposed_title

_WORDS = ("limits", "address", "questions", "symbol")
_TICKED = ("languages", "formats", "benchmarks")


def expected(on: dt.date) -> Progress:
    """A form in which is filled in what is expected of the next call. The day is only proposed, and the hour is asked:
    both have to be looked up."""
    answers = {
        "dl_kind": CALL,
        "dl_mandate": "cambodia",
        "dl_zone": GENEVA,
        "dl_title": "proposed",
    }
    return Progress(answers, {"proposed": day_answer(on)})


def answers_of(one: Deadline) -> dict[str, Any]:
    """The answers that make this deadline: plain JSON values. What a call does not say is not ticked, so that it is asked
    once somebody ticks it."""
    code = next((code for code, zone in ZONES.items() if zone == one.zone), None)
    proposed = one.title == proposed_title(dt.date.fromisoformat(one.day).year)
    details = {
        "opens": day_answer(dt.date.fromisoformat(one.opens)) if one.opens else None,
        "publication": one.publication or None,
        "responsible": _words(one.responsible),
        **{name: list(getattr(one, name)) for name in _TICKED},
        **{name: _words(getattr(one, name)) for name in _WORDS},
    }
    said = [name for name in _details() if details[name]]
    answers: dict[str, Any] = {
        "dl_kind": one.kind,
        "dl_day": day_answer(dt.date.fromisoformat(one.day)),
        "dl_hour": _words(one.time) or WHOLE,
        "dl_zone": code or _words(one.zone),
        "dl_internal": day_answer(dt.date.fromisoformat(one.internal)) if one.internal else None,
    }
    if one.kind == CALL:
        answers |= {
            "dl_mandate": "cambodia" if one.mandate == mandate() else _words(one.mandate),
            "dl_title": "proposed" if proposed else _words(one.title),
            "dl_source": _words(one.source),
            "dl_details": said,
        }
    else:
        answers |= {"dl_name": _words(one.title), "dl_repeats": one.repeats}
        said = ["benchmarks", "responsible"]
    return answers | {_step(name): details[name] for name in said}


def deadline_of(answers: Answers, me: str) -> Deadline:
    """The deadline that whoever is called ``me`` makes of these answers, which are whole. Nobody has checked it yet."""
    kept = DEADLINE.kept(answers)
    last = day(kept, "dl_day")
    assert last is not None  # noqa: S101 - the form cannot be sent without one
    call = kept["dl_kind"] == CALL
    given = kept.get("dl_title") if call else kept.get("dl_name")
    return Deadline(
        title=proposed_title(last.year) if given == "proposed" else _one_line(_said(given)),
        day=last.isoformat(),
        zone=_zone(kept["dl_zone"]),
        time="" if kept["dl_hour"] == WHOLE else _said(kept["dl_hour"]),
        kind=kept["dl_kind"],
        repeats="once" if call else kept["dl_repeats"],
        mandate=_mandate(kept.get("dl_mandate")),
        opens=_iso(kept, "dl_opens"),
        internal=_iso(kept, "dl_internal"),
        publication=kept.get("dl_publication") or "",
        source=_said(kept.get("dl_source")),
        responsible=me if kept.get("dl_responsible") == "me" else _said(kept.get("dl_responsible")),
        symbol=_one_line(_said(kept.get("dl_symbol"))),
        limits=_said(kept.get("dl_limits")),
        address=_said(kept.get("dl_address")),
        questions=_said(kept.get("dl_questions")),
        benchmarks=tuple(kept.get("benchmarks") or ()),
        languages=tuple(kept.get("dl_languages") or ()),
        formats=tuple(kept.get("dl_formats") or ()),
    )


def changed(was: Answers, now: Answers) -> list[str]:
    """The steps of which the answer is another one now, in the order of the form. The list of what a call says besides
    is no answer of its own."""
    before, after = DEADLINE.kept(was), DEADLINE.kept(now)
    return [
        step.name
        for step in DEADLINE.steps
        if step.name != "dl_details" and _meant(before.get(step.name)) != _meant(after.get(step.name))
    ]


def together(base: Answers, mine: Answers, theirs: Answers) -> dict[str, Any]:
    """What both changed since ``base``: what I did not touch is as they left it. Of what is ticked, what each added or
    took away."""
    found = {}
    for name in {**theirs, **mine}:
        ours = _meant(mine.get(name)) != _meant(base.get(name))
        source = mine if ours else theirs
        if ours and isinstance(mine.get(name), list) and isinstance(theirs.get(name), list):
            found[name] = _ticks(base.get(name) or [], mine[name], theirs[name])
        elif name in source:
            found[name] = source[name]
    return found


def _ticks(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    taken = set(base) - set(mine)
    return [one for one in dict.fromkeys([*theirs, *mine]) if one not in taken and (one in theirs or one not in base)]


def _meant(value: Any) -> Any:
    """An answer without the words in which a day was written; nothing ticked is as good as not asked."""
    if isinstance(value, Mapping):
        return {name: one for name, one in value.items() if name != "said"}
    return value or None


def _details() -> list[str]:
    step = DEADLINE.step("dl_details")
    return [option.name for option in getattr(step, "options", ())]


def _step(detail: str) -> str:
    return detail if detail == "benchmarks" else f"dl_{detail}"


def _zone(answer: Any) -> str:
    return ZONES[answer] if isinstance(answer, str) else _said(answer)


def _mandate(answer: Any) -> str:
    return mandate() if answer == "cambodia" else _one_line(_said(answer))


def _iso(answers: Answers, step: str) -> str:
    found = day(answers, step)
    return found.isoformat() if found is not None else ""


def _words(text: str) -> dict[str, str] | None:
    return {"words": text} if text else None


def _said(answer: Any) -> str:
    return str(answer["words"]) if isinstance(answer, Mapping) else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
