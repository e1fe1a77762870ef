"""An opened incident in the chat, for whoever reviews it: consent first, in messages that do not stay."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from forms.moment import Moment
from storage.opened import Incident, Listed, Note
from texts.appeals import said
from texts.language import NAMES as LANGUAGE_NAMES
from texts.language import plain, say
from texts.layout import bytes_in_words, lines, paragraphs, shortened
from texts.questions import OPTIONS
from texts.screen import Button, Row, Screen, Toast, grid
from texts.told import Allowed, calm, name, on_one_line, parts
from texts.ways import home
from texts.when import told

MOST = 3500
"""Of one message, in UTF-16 units of its HTML: Telegram takes 4,096 of them once the tags are read."""
MESSAGES = 8
"""At once; what is longer has several parts."""
_PIECE = 2500
"""Of one quotation, so that its heading fits beside it."""
_MOST_BUTTONS = 60


@dataclass(frozen=True)
class Opened:
    """What is to be shown. ``faults`` are the numbers of additions and notes that could not be read."""

    incident: Incident
    additions: Mapping[int, Incident]
    notes: Mapping[int, Note]
    spoilt_additions: tuple[int, ...] = ()
    spoilt_notes: tuple[int, ...] = ()

    @property
    def files(self) -> list[Listed]:
        """All that were sent, in the order of their numbers, which count from 1."""
        return [file for record in (self.incident, *self.additions.values()) for file in record.evidence]


class Reading:
    """The screens of reading. ``minutes`` is how long the messages stay; ``zone`` is that in which hours are meant."""

    def __init__(self, minutes: int, zone: ZoneInfo) -> None:
        self._minutes = minutes
        self._zone = zone

    @property
    def lasts(self) -> int:
        """Seconds for which a message stays."""
        return self._minutes * 60

    def screens(self, opened: Opened, part: int, language: str) -> list[Screen]:
        """The messages of one part; part 1 begins with what the reader has to know. Empty for a part that is not there."""
        texts = _packed(self._blocks(opened, language))
        count = -(-len(texts) // MESSAGES)
        here = texts[(part - 1) * MESSAGES : part * MESSAGES]
        if not here:
            return []
        rows = _ways(opened, part + 1 if part < count else 0, language)
        last = len(here) - 1
        return [self._screen(text, rows if n == last else (), silent=n > 0) for n, text in enumerate(here)]

    def sealed_only(self, reference: str, language: str) -> Screen:
        """The office key is not here: what to do instead."""
        return Screen(
            say(
                language,
                "<b>{reference}</b>\nThis server cannot open it: the office key is not here, and that is safest. I can send"
                " you the sealed file, which is recorded. Carry it to the computer that has the office key, and open it"
                " there with <code>python -m bot open {reference}.tar</code>.",
                reference=reference,
            ),
            ((_bundle(reference, language),), (_card(reference, language), home(language))),
        )

    def unreadable(self, reference: str, why: str, language: str) -> Screen:
        """The incident itself cannot be shown: ``foreign``, ``planted``, ``swapped`` or ``damaged``."""
        text = say(language, "<b>{reference}</b> cannot be shown.", reference=reference)
        rows = () if why == "planted" else ((_bundle(reference, language),),)
        return Screen(
            paragraphs([text, _UNREADABLE[why](language)]), (*rows, (_card(reference, language), home(language)))
        )

    def below_file(self, reference: str, number: int, language: str) -> Screen:
        """Below a piece of evidence, which goes when the words of the incident go."""
        text = say(
            language,
            "{reference}, file {number}. It disappears after {minutes} min.",
            reference=reference,
            number=number,
            minutes=self._minutes,
        )
        return Screen(text, protected=True, lasts=self.lasts)

    def below_bundle(self, reference: str, language: str) -> Screen:
        """Below a sealed bundle. It may be saved: only the office key opens it."""
        return Screen(
            say(
                language,
                "Sealed. On the computer with the office key: <code>python -m bot open {reference}.tar</code>\nAfter that,"
                " delete this message.",
                reference=reference,
            )
        )

    def _screen(self, text: Markup, rows: tuple[Row, ...], *, silent: bool) -> Screen:
        return Screen(text, rows, fresh=True, protected=True, silent=silent, personal=True, lasts=self.lasts)

    def _blocks(self, opened: Opened, language: str) -> Iterator[Markup]:
        """In the order in which it has to be read; none is longer than a message."""
        numbers = {file.id: number for number, file in enumerate(opened.files, 1)}
        yield self._head(opened.incident, language)
        yield _consent(opened.incident, language)
        yield from _faults(opened, language)
        yield from _answers(opened.incident, numbers, language)
        for number, addition in opened.additions.items():
            when = self._time(addition.received_at, language)
            yield say(language, "<b>➕ Addition {number}</b>, {when}", number=number, when=when)
            yield from _answers(addition, numbers, language)
        for note in opened.notes.values():
            heading = _heading(note, language)
            yield from _quoted(heading, said(note, language))
        for number, file in enumerate(opened.files, 1):
            yield from self._file(number, file, language)

    def _head(self, incident: Incident, language: str) -> Markup:
        known = LANGUAGE_NAMES.get(incident.language)
        return lines(
            [
                say(
                    language,
                    "<b>{reference}</b> · 🔒 Only for you. That you opened it is recorded. These messages disappear after"
                    " {minutes} min; copy nothing out of them.",
                    reference=incident.reference,
                    minutes=self._minutes,
                ),
                say(
                    language,
                    "Received {when}, in {spoken}.",
                    when=self._time(incident.received_at, language),
                    spoken=known or on_one_line(incident.language),
                ),
                *(
                    [say(language, "⚠️ It came during a flood of messages: look twice whether it is honest.")]
                    if incident.flood
                    else []
                ),
            ]
        )

    def _file(self, number: int, file: Listed, language: str) -> Iterator[Markup]:
        """What is known of a file without looking into it: the facts of its custody."""
        kind = _KINDS[file.kind](language) if file.kind in _KINDS else on_one_line(file.kind)
        heading = Markup("<b>📎 {}</b> · {}").format(number, kind)
        if file.sha256 is None:
            yield lines([heading, say(language, "It was announced, but never arrived.")])
            return
        facts = Markup("{} · {} · SHA-256 <code>{}…</code>").format(
            on_one_line(file.type), bytes_in_words(file.size), file.sha256[:16]
        )
        received = say(language, "Received {when}.", when=self._time(file.received_at, language))
        text = lines([heading, facts, received])
        if file.caption:
            yield from _quoted(text, file.caption)
        else:
            yield text

    def _time(self, when: dt.datetime | None, language: str) -> Markup:
        if when is None:
            return say(language, "at an unknown time")
        local = when.astimezone(self._zone).replace(tzinfo=None)
        return told(Moment(local, "minute"), language)


def read(language: str) -> Toast:
    """Whoever read it wants it gone."""
    return Toast(plain(language, "Deleted here."))


def on_its_way(language: str) -> Toast:
    """A document takes a moment."""
    return Toast(plain(language, "It comes in a moment."))


def withheld(why: str, language: str) -> Screen:
    """A document is not sent: ``gone``, ``large``, ``damaged`` or ``planted``."""
    return Screen(_WITHHELD[why](language), ((home(language),),))


def not_taken(language: str) -> Screen:
    """Telegram did not take a document."""
    return Screen(
        say(language, "Telegram did not take that file. Please try again later; nothing is lost here."),
        ((home(language),),),
    )


def never_came(language: str) -> Toast:
    """A file that was announced."""
    return Toast(plain(language, "That file was announced, but never arrived here."), alert=True)


def _consent(incident: Incident, language: str) -> Markup:
    """What may be done with it. Where nothing is said, nothing may leave the network."""
    heading = say(language, "<b>What the person allowed</b>")
    allowed = Allowed.by(incident.answers)
    only = say(language, "⚠️ Only reading inside the network. Nothing may leave it.")
    if not allowed.recorded:
        return lines([heading, say(language, "They were not asked."), only])
    uses = [
        Markup("{} {}").format("✔" if yes else "✖", OPTIONS["consent"][use](language))
        for use, yes in allowed.uses.items()
    ]
    unknown = [
        say(language, "❓ {use}: I do not know what that allows", use=on_one_line(use)) for use in allowed.unknown[:9]
    ]
    return lines([heading, *([only] if allowed.nothing else []), *uses, *unknown])


def _faults(opened: Opened, language: str) -> Iterator[Markup]:
    spoilt = [
        *(
            say(language, "⚠️ Addition {number} was damaged or put there by somebody else. It is not shown.", number=n)
            for n in opened.spoilt_additions
        ),
        *(
            say(language, "⚠️ Note {number} was damaged or put there by somebody else. It is not shown.", number=n)
            for n in opened.spoilt_notes
        ),
    ]
    yield from spoilt


def _answers(incident: Incident, numbers: Mapping[str, int], language: str) -> Iterator[Markup]:
    """By question. What was chosen stands beside it, line by line; what was written stands below it."""
    chosen: list[Markup] = []
    for step, value in incident.answers.items():
        if step in ("consent", "care"):
            continue
        found = list(parts(step, value, numbers, language))
        ours = "; ".join(on_one_line(part.text) for part in found if not part.theirs)
        theirs = "\n".join(part.text for part in found if part.theirs)
        named = name(step, language)
        chosen.append(say(language, "<b>{name}:</b> {value}", name=named, value=shortened(ours, 600)))
        if theirs or sum(map(_size, chosen)) > _PIECE - 700:
            *before, last = chosen
            if before:
                yield lines(before)
            yield from _quoted(last, theirs) if theirs else [last]
            chosen = []
    if chosen:
        yield lines(chosen)


def _quoted(heading: Markup, words: str) -> Iterator[Markup]:
    """Somebody's own words behind a bar, in as many pieces as they need."""
    for piece in _pieces(calm(words)):
        quotation = Markup("<blockquote>{}</blockquote>").format(piece)
        yield lines([heading, quotation]) if heading else quotation
        heading = Markup()


def _pieces(words: str) -> Iterator[str]:
    """The words in pieces that fit, cut at a space where there is one and never within a Khmer cluster."""
    rest = words.strip("\n") or "—"
    while rest:
        end = _longest(rest)
        yield rest[:end].rstrip("\n") or "—"
        rest = rest[end:].lstrip("\n")


_ESCAPED = {mark: len(escape(mark)) for mark in "&<>\"'"}
"""How long these are in HTML."""


def _longest(words: str) -> int:
    """How many letters from the start fit one piece."""
    room = _PIECE
    for place, letter in enumerate(words):
        room -= _ESCAPED.get(letter) or 1 + (letter > "\uffff")
        if room < 0:
            return _cut(words, place)
    return len(words)


def _cut(words: str, end: int) -> int:
    for gap in ("\n", " ", "\u200b"):
        place = words.rfind(gap, 0, end)
        if place > end // 2:
            return place + 1
    while end > 1 and _continues(words, end):
        end -= 1
    return end


def _continues(words: str, place: int) -> bool:
    """Whether the letter at this place belongs to the one before: marks, joiners, and what stands below in Khmer."""
    before, here = words[place - 1], words[place]
    return before in "\u17d2\u200d" or here == "\u200d" or unicodedata.category(here) in ("Mn", "Mc", "Me")


def _packed(blocks: Iterator[Markup]) -> list[Markup]:
    """The blocks in as few messages as they need."""
    texts: list[Markup] = []
    for block in blocks:
        joined = paragraphs([texts[-1], block]) if texts else block
        if texts and _size(joined) <= MOST:
            texts[-1] = joined
        else:
            texts.append(block)
    return texts


def _size(text: Markup) -> int:
    return len(str(text).encode("utf-16-le")) // 2


def _ways(opened: Opened, following: int, language: str) -> tuple[Row, ...]:
    """Below the last message: the rest, the files, the sealed whole, and the end."""
    reference = opened.incident.reference
    files = [
        Button(f"📎 {number}", f"rd:file:{reference}:{number}")
        for number, file in enumerate(opened.files[:_MOST_BUTTONS], 1)
        if file.sha256 is not None
    ]
    more = (
        ((Button(plain(language, "Read on ▶"), f"rd:{reference}:{following}", style="primary"),),) if following else ()
    )
    done = Button(plain(language, "✔ I have read it"), "rd:done", style="success")
    return (*more, *grid(files, 5), (_bundle(reference, language),), (done,))


def _bundle(reference: str, language: str) -> Button:
    return Button(plain(language, "📦 The sealed file"), f"rd:bundle:{reference}")


def _card(reference: str, language: str) -> Button:
    return Button(plain(language, "◀ Back"), f"r:{reference}")


_UNREADABLE: Mapping[str, Callable[[str], Markup]] = {
    "foreign": lambda language: say(
        language,
        "It is sealed to another office key than the one on this server. Take the sealed file to whoever has that key.",
    ),
    "planted": lambda language: say(
        language, "This server did not write it: somebody changed the database. Tell an admin, and do not trust it."
    ),
    "swapped": lambda language: say(
        language, "What lies there was sealed under another name: somebody swapped it. Tell an admin."
    ),
    "damaged": lambda language: say(language, "It is damaged, and cannot be opened. Tell an admin; a backup may help."),
}

_WITHHELD: Mapping[str, Callable[[str], Markup]] = {
    "gone": lambda language: say(language, "That file is not here any more, so I sent nothing."),
    "large": lambda language: say(
        language,
        "That is larger than the 50 MB that Telegram takes from bots. Whoever runs the server can hand it over:"
        " <code>python -m bot incidents REFERENCE --to DIR</code>.",
    ),
    "damaged": lambda language: say(
        language,
        "That file is not what was received: it was damaged or changed here, so I did not send it. Tell an admin.",
    ),
    "planted": _UNREADABLE["planted"],
}

_KINDS: Mapping[str, Callable[[str], str]] = {
    "photo": lambda language: plain(language, "Photo"),
    "video": lambda language: plain(language, "Video"),
    "voice": lambda language: plain(language, "Voice message"),
    "audio": lambda language: plain(language, "Recording"),
    "document": lambda language: plain(language, "File"),
}


def _heading(note: Note, language: str) -> Markup:
    """What a note is for, by whom and when."""
    if note.written == "en":
        return say(language, "<b>📄 For the submission, in English</b>: {who}, {day}", who=note.by, day=note.on)
    if note.written == "km":
        return say(language, "<b>📄 For the submission, in Khmer</b>: {who}, {day}", who=note.by, day=note.on)
    if note.appeal:
        return say(language, "<b>📄 For another form</b>: {who}, {day}", who=note.by, day=note.on)
    return say(language, "<b>🗒 Note for the team</b>: {who}, {day}", who=note.by, day=note.on)
