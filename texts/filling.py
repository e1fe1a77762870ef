"""A form in progress on the screen: the question with its number, what is understood, and the list of answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from facts.models import Words
from forms.form import Form, Progress, Refused, Step, Wrong
from forms.register import FORMS
from forms.steps import Account, Day, Evidence, Notice, OneOf, SomeOf, When, Where
from forms.when import Moment, Reason
from forms.where import chain, place, provinces, within
from storage.drafts import Draft
from texts.deadline_questions import CLASHES
from texts.language import LANGUAGES, plain, say
from texts.layout import bytes_in_words, lines, paragraphs, shortened
from texts.questions import ALSO, NAMES, OPTIONS, QUESTIONS
from texts.screen import Button, Row, Screen, Toast, grid
from texts.when import told, why_not

Titles = Mapping[str, Words]
"""By letter: the short names of the benchmarks."""

Preview = Callable[[Draft, str], Markup]
"""What would come of a form in which everything is answered."""

_MOMENTS = {step.name for form in FORMS.values() for step in form.steps if isinstance(step, When | Day)}
_WIDE = ("category", "state", "affected", "urgency", "source", "news", "dl_zone", "dl_repeats")
_TWO_ABREAST = ("actors", "dl_details", "dl_languages", "dl_formats")
_MOST_PLACES = 60
"""Buttons for places on one screen; no province or district has more."""


class Filling:
    """Shows forms in progress. ``trained`` says who listens to what the form does not ask for."""

    def __init__(self, titles: Titles, trained: Callable[[str], Markup]) -> None:
        self._titles = titles
        self._trained = trained
        self._previews: dict[str, Preview] = {}

    def previews(self, form: str, how: Preview) -> None:
        """What stands below all answers of this form, before it is sent."""
        self._previews[form] = how

    def screen(self, draft: Draft, language: str, note: Markup | None = None, *, again: bool = False) -> Screen:
        """What the person is asked now: a question, whether they were understood, or to look at their answers.

        ``again`` shows of a question that was just asked no more than its first line.
        """
        form, progress = FORMS[draft.form], Progress.from_json(draft.progress)
        step = form.asked(progress)
        if step is None:
            return self._review(form, draft, progress, language, note)
        if progress.unsure is not None:
            return self._understood(step, progress, draft, language, note)
        return self._question(form, step, draft, progress, language, note, again=again)

    def value(self, step: str, value: Any, files: Mapping[str, Mapping[str, Any]], language: str) -> Markup:
        """An answer as the person would say it."""
        if value is None:
            return Markup("—")
        if step in ("account", "evidence"):
            return _given(step, value, files, language, most=1000)
        if step in _MOMENTS:
            moment = Moment.from_json(value)
            return told(moment, language) if moment else Markup("—")
        if step in ("where", "province"):
            return _place(value, language)
        if isinstance(value, list):
            labels = [self._label(step, name, language) for name in value]
            return Markup("; ").join(labels) if labels else _nothing_ticked(step, language)
        if isinstance(value, dict):
            return Markup("{}").format(value.get("n") or value["words"])
        return Markup("{}").format(self._label(step, value, language))

    def meant(self, step: str, words: str) -> str:
        """The option that somebody typed instead of pressing its button, by its label in either language; or none."""
        typed = _folded(words)
        if step == "benchmarks":
            letters = typed.replace(",", " ").split()
            known = {letter.casefold(): letter for letter in self._titles}
            return ",".join(known[letter] for letter in letters) if letters and set(letters) <= set(known) else ""
        options = OPTIONS.get(step, {})
        labelled = [n for n, label in options.items() if typed in {_folded(label(code)) for code in LANGUAGES}]
        also = [n for n, words in ALSO.items() if n in options and typed in words]
        return (labelled or also or [""])[0]

    def verb(self, words: str) -> str:
        """What somebody wants who typed the label of a button that every question has: ``ok``, ``skip``, ``back``,
        ``yes``, ``no``, ``send``; or nothing. A press lives 150 seconds, words live a day."""
        typed = _folded(words)
        said = [verb for verb, label in _VERBS.items() if typed in {_folded(label(code)) for code in LANGUAGES}]
        return (said or [verb for verb in ("yes", "no") if typed in ALSO[verb]] or [""])[0]

    def where_we_were(self, language: str) -> Markup:
        """Above the question that is asked again after something else."""
        return say(language, "Back to your answers:")

    def changed(self, language: str) -> Markup:
        """An edited message is taken as edited."""
        return say(language, "✔ Changed.")

    def not_by_editing(self, draft: Draft, language: str) -> Screen:
        """An edited message that no answer holds."""
        return self.screen(
            draft,
            language,
            say(language, "Editing a message changes no answer. You can change each of them at the end."),
        )

    def not_now(self, language: str) -> Toast:
        """A button of a question that is not asked any more."""
        return Toast(plain(language, "That question is answered. You can change every answer at the end."), alert=True)

    def still_coming(self, count: int, language: str) -> Toast:
        """Files are being taken in; handing in has to wait for them."""
        return Toast(
            plain(language, "{count} of your files are still on the way. Press again in a moment.", count=count),
            alert=True,
        )

    def taken_in(self, draft: Draft, language: str) -> Screen:
        """The files that had been sent are here; the question that is open."""
        size = sum(facts.get("size", 0) for facts in draft.files.values())
        note = say(
            language,
            "✔ Taken in and sealed. Files so far: {count}, {size}.",
            count=len(draft.files),
            size=bytes_in_words(size),
        )
        return self.screen(draft, language, note, again=True)

    def not_taken_in(self, draft: Draft, why: str, language: str) -> Screen:
        """A file is not taken, and why: ``many``, ``large``, ``kind``, ``empty``, ``gone``; the question that is open."""
        return self.screen(draft, language, _NOT_TAKEN[why](language), again=True)

    def refused(self, draft: Draft, refused: Refused, language: str) -> Screen:
        """Something is no answer: why, and the question again."""
        if refused.why is Wrong.TIME:
            note = why_not(Reason[refused.detail], language)
        else:
            note = _REFUSALS[refused.why](language)
        return self.screen(draft, language, note, again=True)

    def _question(
        self,
        form: Form,
        step: Step,
        draft: Draft,
        progress: Progress,
        language: str,
        note: Markup | None,
        *,
        again: bool,
    ) -> Screen:
        number, count = form.position(progress)
        head = say(language, "<i>Question {number} of {count}</i>", number=number, count=count)
        partial = form.partial(progress)
        clash = step.clash(progress.answers) if not progress.changing else ""
        note = note or (CLASHES[clash](language) if clash else None)
        question = (QUESTIONS.get(f"{form.name}.{step.name}") or QUESTIONS[step.name])(language)
        if again or (progress.partial and not isinstance(step, Day)):
            question = question.partition("\n")[0]
        text = paragraphs([note or Markup(), head, question, self._so_far(step, partial, draft, language)])
        rows = (*self._choices(step, partial, language), *_ways(form, step, progress, partial, language))
        return Screen(text, rows, personal=True)

    def _so_far(self, step: Step, partial: Any, draft: Draft, language: str) -> Markup:
        """What the open step holds, or what belongs to its question."""
        if isinstance(step, Notice):
            return self._trained(language)
        if isinstance(step, Account | Evidence) and partial:
            return say(language, "So far: {given}", given=_given(step.name, partial, draft.files, language))
        if isinstance(step, SomeOf) and step.name == "benchmarks":
            ticked = [Markup("<b>{}</b> {}").format(one, self._titles[one][language]) for one in partial or []]
            return lines(ticked)
        if isinstance(step, Where) and partial:
            if partial.get("asking_pin"):
                return say(
                    language,
                    "⚠️ A point on the map may show where you live or work, and Telegram sees it. If you still want"
                    " to: press the paperclip, then Location, and move the pin to where it happened.",
                )
            if partial.get("matches"):
                return say(language, "Which of these do you mean?")
            if partial.get("code"):
                return say(language, "So far: {given}", given=_place(partial, language))
        return Markup()

    def _choices(self, step: Step, partial: Any, language: str) -> tuple[Row, ...]:
        if isinstance(step, When):
            return grid([self._button(step, name, language) for name in step.buttons], 2)
        if isinstance(step, Day):
            proposed = Moment.from_json((partial or {}).get("proposed"))
            shown = f"✔ {told(proposed, language).unescape()}" if proposed is not None else ""
            return ((Button(shown, f"f:c:{step.name}:proposed"),),) if shown else ()
        if isinstance(step, Where):
            return self._places(step, partial or {}, language)
        if isinstance(step, SomeOf):
            ticked = set(partial or [])
            width = 5 if step.name == "benchmarks" else 2 if step.name in _TWO_ABREAST else 1
            return grid([self._tick(step, option.name, ticked, language) for option in step.options], width)
        if isinstance(step, OneOf):
            wide = step.name in _WIDE
            return grid([self._button(step, option.name, language) for option in step.options], 2 if wide else 1)
        if isinstance(step, Notice):
            return ((self._button(step, "ok", language),),)
        return ()

    def _places(self, step: Where, held: Mapping[str, Any], language: str) -> tuple[Row, ...]:
        code = held.get("code", "")
        if held.get("matches"):
            found = [_named(step, match, "here", language, whole=True) for match in held["matches"]]
            return (*grid(found, 1), (self._button(step, "provinces", language),))
        listed = within(code) if code else provinces()
        names = [_named(step, one.code, "in", language) for one in listed[:_MOST_PLACES]]
        if code:
            enough = Button(plain(language, "✔ This is precise enough"), f"f:c:{step.name}:here:{code}")
            return ((enough,), *grid(names, 2), (self._button(step, "provinces", language),))
        others = ("online", "abroad", "unknown") if step.deepest > 2 else ("unknown",)
        rows = (*grid(names, 2), tuple(self._button(step, name, language) for name in others))
        if step.deepest > 2 and not held.get("asking_pin"):
            rows += ((self._button(step, "pin", language),),)
        return rows

    def _button(self, step: Step, name: str, language: str) -> Button:
        return Button(self._label(step.name, name, language), f"f:c:{step.name}:{name}")

    def _tick(self, step: Step, name: str, ticked: set[str], language: str) -> Button:
        mark = "☑" if name in ticked else "☐"
        return Button(f"{mark} {self._label(step.name, name, language)}", f"f:c:{step.name}:{name}")

    def _label(self, step: str, name: str, language: str) -> str:
        return name if step == "benchmarks" else OPTIONS[step][name](language)

    def _understood(self, step: Step, progress: Progress, draft: Draft, language: str, note: Markup | None) -> Screen:
        """Say back what was understood."""
        text = say(
            language,
            "I understood: <b>{value}</b>\nIs that right?",
            value=self.value(step.name, progress.unsure, draft.files, language),
        )
        if isinstance(step, Day) and _either_way(progress.unsure.get("said", "")):
            text = lines([say(language, "I read the day first, then the month."), text])
        rows = (
            (
                Button(plain(language, "✔ Yes"), f"f:yes:{step.name}", style="success"),
                Button(plain(language, "No, ask again"), f"f:no:{step.name}"),
            ),
            *_closer(step, progress.unsure, language),
            _leaving(language),
        )
        return Screen(paragraphs([note or Markup(), text]), rows, personal=True)

    def _review(self, form: Form, draft: Draft, progress: Progress, language: str, note: Markup | None) -> Screen:
        """All answers, each with a button to change it."""
        steps = [step for step in form.applying(progress.answers) if not isinstance(step, Notice)]
        answers = [
            say(
                language,
                "<b>{name}:</b> {value}",
                name=NAMES[step.name](language),
                value=self.value(step.name, progress.answers[step.name], draft.files, language),
            )
            for step in steps
        ]
        head = _before_sending(form, language)
        rows = (
            *grid([Button(f"✎ {NAMES[step.name](language)}", f"f:change:{key(form, step)}") for step in steps], 2),
            (_on(form, language),),
            _leaving(language),
        )
        preview = self._previews.get(form.name)
        below = preview(draft, language) if preview is not None else Markup()
        return Screen(paragraphs([note or Markup(), head, lines(answers), below]), rows, personal=True)


def key(form: Form, step: Step) -> str:
    """How buttons name a step: an addition has steps of the incident's names, and a button of one must not act on the
    other."""
    return f"{step.name}+" if form.name == "addition" else step.name


def _ways(form: Form, step: Step, progress: Progress, partial: Any, language: str) -> tuple[Row, ...]:
    """Continue, Skip, Back, and the ways out."""
    row = []
    if form.back(progress) is not None:
        row.append(Button(plain(language, "◀ Back"), f"f:back:{key(form, step)}"))
    finishes = isinstance(step, SomeOf | Evidence) or (isinstance(step, Account) and partial)
    if not step.needed and not (finishes and partial):
        row.append(Button(plain(language, "Skip"), f"f:skip:{key(form, step)}"))
    if isinstance(step, Account | Evidence) and partial:
        row.append(Button(plain(language, "↺ Anew"), f"f:anew:{key(form, step)}"))
    if finishes and (partial or step.needed):
        row.append(Button(plain(language, "Continue ▶"), f"f:ok:{key(form, step)}", style="primary"))
    return (*((tuple(row),) if row else ()), _leaving(language))


_MARKS = {chr(code) for code in range(0x17B4, 0x17D4)} | {"'", "’"}
"""Khmer vowels and signs, which Unicode does not count as letters."""


def _folded(words: str) -> str:
    """For comparing labels: without signs, spaces that nobody sees, and the one difference that nobody sees in Khmer."""
    seen = words.replace("\u200b", "").replace("\u17d2\u178a", "\u17d2\u178f").casefold()
    return " ".join("".join(one if one.isalnum() or one in _MARKS else " " for one in seen).split())


def _leaving(language: str) -> Row:
    return (
        Button(plain(language, "💾 Save and leave"), "f:leave"),
        Button(plain(language, "✖ Cancel"), "f:cancel"),
    )


def _closer(step: Step, value: Any, language: str) -> tuple[Row, ...]:
    """A place that was understood can be told more precisely."""
    if not isinstance(step, Where) or len(value["code"]) >= step.deepest or not within(value["code"]):
        return ()
    return ((Button(plain(language, "🔎 More precisely"), f"f:c:{step.name}:in:{value['code']}"),),)


def _named(step: Where, code: str, verb: str, language: str, *, whole: bool = False) -> Button:
    """A button for a place; with ``whole``, told apart from others of its name."""
    named = _place({"code": code}, language) if whole else Markup(getattr(place(code), language))  # noqa: S704 - table
    return Button(shortened(str(named.unescape()), 64), f"f:c:{step.name}:{verb}:{code}")


def _place(value: Mapping[str, Any], language: str) -> Markup:
    """A place from the largest part to the smallest."""
    if value.get("elsewhere"):
        return Markup("{}").format(OPTIONS["where"][value["elsewhere"]](language))
    names = Markup(", ").join(getattr(one, language) for one in chain(value.get("code", "")))
    if value.get("pin"):
        return Markup("📍 {} {}").format("{:.5f}, {:.5f}".format(*value["pin"]), names)
    return names


def _given(step: str, value: Any, files: Mapping[str, Mapping[str, Any]], language: str, most: int = 160) -> Markup:
    """What was told, at most so many letters of it, or sent."""
    ids = value if step == "evidence" else [part["file"] for part in value if "file" in part]
    words = "" if step == "evidence" else " ".join(part["text"] for part in value if "text" in part)
    said = []
    if words:
        said.append(_QUOTED[language].format(shortened(words, most)))
    if ids:
        size = bytes_in_words(sum(files.get(one, {}).get("size", 0) for one in ids))
        said.append(say(language, "📎 Files: {count}, {size}", count=len(ids), size=size))
    return Markup(" ").join(said) if said else Markup("—")


def _either_way(said: str) -> bool:
    """Whether a day was written in figures that may be its month as well, such as 05/06/2027."""
    found = _IN_FIGURES.fullmatch(said.strip())
    return found is not None and int(found[1]) != int(found[2]) and max(int(found[1]), int(found[2])) <= _MONTHS


_IN_FIGURES = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})(?:\s*[/.\- ]\s*\d{2,4})?")
_MONTHS = 12


def _on(form: Form, language: str) -> Button:
    """Hands in what was looked through; of a broadcast it is not yet known who gets it."""
    if form.name == "broadcast":
        return Button(plain(language, "Who gets it? ▶"), "f:send", style="primary")
    return Button(plain(language, "📨 Send"), "f:send", style="success")


def _before_sending(form: Form, language: str) -> Markup:
    """Above all answers: those of members go elsewhere than to the reviewers."""
    if form.name == "broadcast":
        return say(
            language,
            "<b>Please look through both texts.</b> Next you choose who gets it. Nothing goes out before you have seen it as"
            " it will come.",
        )
    if form.name in ("incident", "addition"):
        return say(
            language,
            "<b>Please look through your answers.</b> Press one to change it. Nothing is handed in until you press"
            " Send.",
        )
    return say(language, "<b>Please look through it.</b> Nothing is done until you press Send.")


_QUOTED = {"en": Markup("“{}”"), "km": Markup("«{}»")}


def _nothing_ticked(step: str, language: str) -> Markup:
    if step == "consent":
        return say(language, "Only the network's reviewers read it")
    return Markup("—")


_VERBS: Mapping[str, Callable[[str], str]] = {
    "ok": lambda language: plain(language, "Continue ▶"),
    "skip": lambda language: plain(language, "Skip"),
    "back": lambda language: plain(language, "◀ Back"),
    "yes": lambda language: plain(language, "✔ Yes"),
    "no": lambda language: plain(language, "No, ask again"),
    "send": lambda language: plain(language, "📨 Send"),
}

_REFUSALS = {
    Wrong.CHOOSE: lambda language: say(language, "Please press one of the buttons."),
    Wrong.WORDS: lambda language: say(language, "Please write it in words, or send a voice message."),
    Wrong.EMPTY: lambda language: say(language, "That message was empty. Please write it again."),
    Wrong.LONG: lambda language: say(
        language, "That is longer than I can take here. What you told before is kept; please make it shorter."
    ),
    Wrong.NUMBER: lambda language: say(
        language, "I did not understand that number. Write digits, such as <code>7</code>, or press a button."
    ),
    Wrong.DAY: lambda language: say(
        language,
        "I need one exact day. Please write the day, the month in words and the year, and nothing else, for example"
        " <code>15 May 2027</code>.",
    ),
    Wrong.NO_DAY: lambda language: say(
        language,
        "There is no such day. Please look at it once more and write the day, the month in words and the year, for"
        " example <code>28 February 2027</code>.",
    ),
    Wrong.PAST: lambda language: say(language, "That is over already. Please look at the day, the year and the hour."),
    Wrong.HOUR: lambda language: say(
        language,
        "Please write one hour, for example <code>17:00</code> or <code>5 pm</code>. For midnight at the end of the day,"
        " press “The whole day”.",
    ),
    Wrong.ZONE: lambda language: say(
        language,
        "I do not know that place. Please write a capital city in English, or a name such as"
        " <code>Europe/Paris</code>.",
    ),
    Wrong.HANDLE: lambda language: say(
        language, "No coordinator is called that. Please write a handle as it stands in /team, or press a button."
    ),
    Wrong.PLACE: lambda language: say(
        language, "I know no such place in Cambodia. Try another spelling, or press a button."
    ),
    Wrong.PIN: lambda language: say(
        language,
        "I did not keep that point on the map: it may show where you are. You may want to delete it here. If you do"
        " want to give the exact spot, press “Exact spot” first.",
    ),
    Wrong.NO_FILES: lambda language: say(
        language, "I cannot use a file for this question, and did not open it. There is a question for files later."
    ),
    Wrong.FILES: lambda language: say(
        language, "Please send a photo, video, voice message or document here, or press Skip or Continue."
    ),
    Wrong.MANY: lambda language: say(language, "That is more files than I can take; the first ones are kept."),
    Wrong.KIND: lambda language: say(
        language, "I did not keep that: contacts, stickers, polls and the like could say who people are."
    ),
    Wrong.NEEDED: lambda language: say(language, "I need an answer to this one before we go on."),
}

_NOT_TAKEN = {
    "many": _REFUSALS[Wrong.MANY],
    "large": lambda language: say(
        language, "That file is too large: at most 10 MB each and 25 MB together. What you sent before is kept."
    ),
    "kind": lambda language: say(
        language,
        "I do not take that kind of file. Photos, videos, voice messages, PDF and plain text are fine.",
    ),
    "empty": lambda language: say(language, "That file was empty."),
    "gone": lambda language: say(
        language, "I could not fetch that file from Telegram. Please send it again; everything else is kept."
    ),
}
