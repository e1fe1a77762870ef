"""What a person's updates come to: each counts once, in the order in which it was caused, by the form's own rules.

Files are named by their size in bytes, which no two files of a test share: ids are made by the bot.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from facts.models import Words
from forms.files import too_much
from forms.form import Given, Progress, Refused, Step
from forms.incident import INCIDENT, LETTERS, is_sensitive
from forms.steps import reworded
from storage.drafts import Draft
from texts.filling import Filling

FILLING = Filling({letter: Words(en=letter, km=letter) for letter in LETTERS}, lambda language: Markup())

Keyboard = tuple[tuple[tuple[str, str | None], ...], ...]
"""Rows of (label, data)."""


@dataclass(frozen=True)
class Story:
    """How far somebody is with an incident. Nothing in it is ever changed; each deed gives a new one."""

    progress: Progress | None = None
    left: bool = False
    files: tuple[tuple[str, str], ...] = ()
    """(file, step) of each that the bot was sent for this incident."""
    sending: bool = False
    """Send was pressed at the end. It counts once the files are there, and then the story is over."""

    @property
    def asked(self) -> Step | None:
        """The question that is open."""
        return None if self.progress is None or self.left else INCIDENT.asked(self.progress)

    def pressed(self, data: str, now: dt.datetime) -> Story:
        """After a press of a button. One of a question that is not asked any more changes nothing."""
        if data in ("in", "in:go", "f:stay"):
            begun = Story(Progress()) if data == "in:go" else self
            return begun if self.progress is None else replace(self, left=False)
        if data in ("wipe", "f:cancel:yes"):
            return Story()
        if self.progress is None or self.left:
            return self
        if data == "f:leave":
            return replace(self, left=True)
        if data == "f:send":
            return replace(self, sending=self.asked is None)
        _, verb, name, *value = [*data.split(":"), ""]
        if verb == "change":
            changing = None if self.asked else INCIDENT.change(self.progress, name)
            return self._at(changing)
        if self.asked is None or self.asked.name != name:
            return self
        if verb == "c":
            return self._at(INCIDENT.take(self.progress, Given(now, choice=":".join(value[:-1]))))
        if verb == "anew":
            kept = tuple(one for one in self.files if one[1] != name)
            return replace(self._at(INCIDENT.begin_anew(self.progress)), files=kept)
        deeds = {"ok": INCIDENT.finish, "skip": INCIDENT.skip, "back": INCIDENT.back}
        deeds |= {"yes": INCIDENT.agree, "no": INCIDENT.disagree}
        return self._at(deeds[verb](self.progress))

    def wrote(self, words: str, message: int, now: dt.datetime) -> Story:
        """After a message. Commands go on with what was left, and change nothing else."""
        if words == "/incident":
            return replace(self, left=False)
        if self.progress is None or self.left or words.startswith("/"):
            return self
        choice = FILLING.meant(self.asked.name, words) if self.asked else ""
        given = Given(now, choice=choice) if choice else Given(now, words, message=message)
        return self._at(INCIDENT.take(self.progress, given))

    def rewrote(self, words: str, message: int) -> Story:
        """After a message was edited."""
        return self if self.progress is None else self._at(reworded(self.progress, message, words))

    def sent(self, file: str, caption: str, message: int, now: dt.datetime) -> Story:
        """After a file of that name, which is its size."""
        if self.progress is None or self.asked is None or too_much([int(one) for one, _ in self.files], int(file)):
            return self
        outcome = INCIDENT.take(self.progress, Given(now, caption, file=file, message=message))
        if isinstance(outcome, Refused):
            return self
        return replace(self._at(outcome), files=(*self.files, (file, self.asked.name)))

    def _at(self, outcome: Progress | Refused | None) -> Story:
        return replace(self, progress=outcome) if isinstance(outcome, Progress) else self

    @property
    def answers(self) -> dict[str, Any]:
        """What is handed in: the answers that apply, without the numbers of messages; of what is for trained people
        not even the words around a date."""
        assert self.progress is not None
        kept = INCIDENT.kept(self.progress.answers)
        if is_sensitive(kept):
            kept = {step: _without_words(value) for step, value in kept.items()}
        if kept.get("account"):
            kept["account"] = [{name: part[name] for name in part if name != "message"} for part in kept["account"]]
        answers: dict[str, Any] = plain_json(kept)
        return answers

    @property
    def shown(self) -> list[str]:
        """The files that its answers hold. Others were sent to a question that was skipped or does not apply."""
        answers = self.answers
        spoken = [part["file"] for part in answers.get("account") or [] if "file" in part]
        return [*spoken, *(answers.get("evidence") or [])]

    def keyboard(self, language: str) -> Keyboard:
        """The buttons of its prompt; none when nothing is asked."""
        if self.progress is None or self.left:
            return ()
        files = {file: {"size": int(file), "step": step} for file, step in self.files}
        draft = Draft(INCIDENT.name, 0, 0, self.progress.to_json(), files)
        rows = FILLING.screen(draft, language).rows
        return tuple(tuple((button.label, button.data) for button in row) for row in rows)

    def is_kept_as(self, draft: Draft | None) -> bool:
        """Whether this draft on the disk is that story. One that is being sent may be gone already."""
        if draft is None:
            return self.progress is None or self.sending
        if self.progress is None or self.left != draft.left:
            return False
        names = {one: str(facts["size"]) for one, facts in draft.files.items()}
        files = {(names[one], facts["step"]) for one, facts in draft.files.items()}
        kept = renamed(draft.progress, names)
        return bool(kept == plain_json(self.progress.to_json())) and files == set(self.files)


def _without_words(value: Any) -> Any:
    return {key: one for key, one in value.items() if key != "said"} if isinstance(value, dict) else value


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """JSON with other names for its files."""
    if isinstance(value, dict):
        return {key: renamed(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [renamed(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def plain_json(value: Any) -> Any:
    """The value as JSON gives it back."""
    return json.loads(json.dumps(value))
