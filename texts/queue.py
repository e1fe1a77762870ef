"""The queue: what came in, one card each, and what is said of it in the coordinators' group.

In a group, and in what is said unasked, stand a reference, the kind, the urgency and the age, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from facts.models import Words
from forms.where import place, provinces
from storage.reviews import Review
from texts.language import plain, say
from texts.layout import lines, paragraphs, turning
from texts.questions import OPTIONS
from texts.screen import Button, Row, Screen, Toast, grid
from texts.ways import home
from texts.withdrawn import where_to

PAGE = 8
"""Incidents on a page of the list."""
NAMED = 10
"""Incidents that a message in the group names."""

Label = Callable[[str], str]
Summary = Callable[[Review, str], Markup]

_KINDS: Mapping[str, Label] = {
    **OPTIONS["category"],
    "sensitive": lambda language: plain(language, "For trained people"),
}
_URGENCIES: Mapping[str, Label] = {
    "hours": lambda language: plain(language, "hours ⚠"),
    "days": lambda language: plain(language, "days"),
    "weeks": lambda language: plain(language, "weeks"),
    "none": lambda language: plain(language, "record"),
}
"""How soon somebody must act, in a list."""
_STATES: Mapping[str, Label] = {
    "received": lambda language: plain(language, "nobody has read it"),
    "read": lambda language: plain(language, "read"),
    "question": lambda language: plain(language, "the reporter was asked something"),
    "checking": lambda language: plain(language, "being checked"),
    "used": lambda language: plain(language, "in use"),
    "closed": lambda language: plain(language, "closed"),
}
_PARTS: Mapping[str, Label] = {
    "open": lambda language: plain(language, "All"),
    "new": lambda language: plain(language, "New"),
    "mine": lambda language: plain(language, "Mine"),
    "urgent": lambda language: plain(language, "⚠ Urgent"),
    "old": lambda language: plain(language, "Over a week"),
    "waiting": lambda language: plain(language, "Your yes"),
    "closed": lambda language: plain(language, "Closed"),
}
_EMPTY: Mapping[str, Label] = {
    "open": lambda language: plain(language, "The queue is empty. Everything that came in was seen to. Thank you."),
    "new": lambda language: plain(language, "Nobody is left waiting: somebody has each of them. Thank you."),
    "mine": lambda language: plain(
        language, "You have none at present. If you have the strength, look at the new ones."
    ),
    "urgent": lambda language: plain(language, "Nothing urgent is open. Take a breath."),
    "old": lambda language: plain(language, "Nothing has been open for longer than a week. Well done."),
    "waiting": lambda language: plain(language, "Nobody waits for your decision."),
    "closed": lambda language: plain(language, "Nothing was closed yet."),
}

TYPED: Mapping[str, tuple[str, ...]] = {
    "open": ("open", "all", "ទាំងអស់"),
    "new": ("new", "unclaimed", "free", "ថ្មី"),
    "mine": ("mine", "my", "me", "របស់ខ្ញុំ", "ខ្ញុំ"),
    "urgent": ("urgent", "hours", "បន្ទាន់", "ប្រញាប់"),
    "old": ("old", "week", "older", "ចាស់", "យូរ"),
    "waiting": ("waiting", "approvals", "approve", "រង់ចាំ", "យល់ព្រម"),
    "closed": ("closed", "done", "បិទ"),
}
"""What people type for each part."""
BENCHMARK = ("benchmark", "ចំណុចវាស់វែង")
"""What people write before the letter of one."""


@dataclass(frozen=True)
class Shelf:
    """A page of a part of the queue, as one member sees it. ``counts`` has the number in each part."""

    part: str
    reviews: Sequence[Review]
    page: int
    counts: Mapping[str, int]
    handle: str
    hour: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-len(self.reviews) // PAGE))

    @property
    def here(self) -> Sequence[Review]:
        """What stands on this page; the last one for a page that is no more."""
        return self.reviews[(self.number - 1) * PAGE :][:PAGE]

    @property
    def number(self) -> int:
        """The number of this page, from 1."""
        return min(max(self.page, 1), self.pages)


@dataclass(frozen=True)
class May:
    """What whoever looks at a card can do now."""

    claim: bool = False
    release: bool = False
    read: bool = False
    judge: bool = False
    answer: bool = False


class Queue:
    """Screens of the queue. ``shorts`` are the benchmarks in a few words, ``username`` the bot's, ``summary`` tells
    what was found out."""

    def __init__(self, shorts: Mapping[str, Words], username: str, summary: Summary) -> None:
        self._shorts = shorts
        self._username = username
        self._summary = summary

    def listed(self, shelf: Shelf, language: str) -> Screen:
        """A page of a part, and the ways to the others."""
        parts = [Markup("<b>{}</b>").format(self._titled(shelf, language))]
        parts.append(_legend(shelf, language) if shelf.here else _nothing(shelf.part, language))
        whence = f"{shelf.part}:{shelf.number}"
        rows = [
            (Button(_line(one, shelf.hour, language) + _held(one, shelf.handle), f"r:{one.reference}:{whence}"),)
            for one in shelf.here
        ]
        turns = turning(f"q:{shelf.part}", shelf.number, shelf.pages)
        return Screen(paragraphs(parts), (*rows, *turns, *_filters(shelf, language)), protected=True)

    def letters(self, counts: Mapping[str, int], language: str) -> Screen:
        """Choose a benchmark."""
        buttons = [_counted(letter, f"on-{letter}", counts) for letter in self._shorts if counts.get(f"on-{letter}")]
        return _choice(say(language, "<b>By benchmark</b>\nAs the reviewers see it."), grid(buttons, 4), language)

    def provinces(self, counts: Mapping[str, int], language: str) -> Screen:
        """Choose a province."""
        named = [(one, f"in-{one.code}") for one in provinces()]
        buttons = [_counted(getattr(one, language), part, counts) for one, part in named if counts.get(part)]
        return _choice(say(language, "<b>By province</b>"), grid(buttons, 2), language)

    def card(
        self,
        review: Review,
        may: May,
        handle: str,
        hour: int,
        whence: str,
        language: str,
        toast: str | None = None,
    ) -> Screen:
        """All that is known without opening it, and what can be done now. ``whence`` is the page of the list that
        leads here, such as ``new:2``, or empty."""
        parts = [
            Markup("<b>{}</b>").format(_joined(review.reference, _kind(review, language))),
            lines(self._facts(review, handle, hour, language)),
            _marks(review, language),
            self._summary(review, language),
        ]
        rows = (*_deeds(review, may, whence, language), (_back(whence, language), home(language)))
        return Screen(paragraphs(parts), rows, toast=toast, protected=True)

    def withdrawn(self, review: Review, whence: str, language: str) -> Screen:
        """The reporter took it back: where it had gone by then."""
        text = say(
            language,
            "<b>{reference}</b>\nThe reporter withdrew it. It is deleted here; please use it no further.",
            reference=review.reference,
        )
        went = where_to(review.went, language)
        where = lines([say(language, "Where it went before:"), *went]) if went else say(language, "Nobody had read it.")
        return Screen(paragraphs([text, where]), ((_back(whence, language), home(language)),))

    def gone(self, language: str) -> Screen:
        """Whatever was asked for is not here; whether it ever was, is not said."""
        return Screen(
            say(
                language,
                "There is nothing here by that name. Send <code>/queue</code>, a reference such as"
                " <code>/queue R-7F3K</code>, a benchmark, a province, or a word such as <code>/queue mine</code>.",
            ),
            ((_back("", language), home(language)),),
        )

    def choose(self, review: Review, handles: Sequence[str], language: str) -> Screen:
        """Whom to hand it over to."""
        here = f"r:{review.reference}"
        question = say(language, "<b>{reference}</b>\nWho takes it on from here?", reference=review.reference)
        nobody = say(language, "There is no other coordinator yet. Invite one: /invite")
        people = grid([Button(handle, f"r:over:{review.reference}:{handle}") for handle in handles], 2)
        text = question if handles else paragraphs([question, nobody])
        return Screen(text, (*people, (Button(plain(language, "◀ Back"), here), home(language))), protected=True)

    def handed_over(self, review: Review, by: str, language: str) -> Screen:
        """To whom it was handed over."""
        text = say(language, "{who} handed {reference} over to you.", who=by, reference=review.reference)
        return Screen(text, ((_look(review, language),),))

    def taken_off(self, review: Review, by: str, language: str) -> Screen:
        """To who had it, when somebody else released it or handed it over."""
        text = say(
            language, "{who} saw to it that {reference} is not with you any more.", who=by, reference=review.reference
        )
        return Screen(text, ((_look(review, language),),))

    def in_group(self, reviews: Sequence[Review], hour: int, language: str) -> Screen:
        """The list for the coordinators' group."""
        if not reviews:
            return Screen(Markup("{}").format(_EMPTY["open"](language)))
        return self._named(say(language, "<b>The queue</b>"), reviews, hour, language, in_group=True)

    def came(self, reviews: Sequence[Review], hour: int, language: str, *, in_group: bool) -> Screen:
        """These came in."""
        return self._named(say(language, "📥 <b>New</b>"), reviews, hour, language, in_group=in_group)

    def waits(self, reviews: Sequence[Review], hour: int, language: str, *, in_group: bool) -> Screen:
        """Nobody has taken these on."""
        head = say(language, "⏳ <b>Still waiting for somebody</b>\nNo one who told us should go unanswered.")
        return self._named(head, reviews, hour, language, in_group=in_group)

    def still_yours(self, reviews: Sequence[Review], hour: int, language: str) -> Screen:
        """To who has had these for a week and did nothing to them."""
        head = say(
            language,
            "<b>Still with you?</b>\nYou have had these for a week. If it is too much just now, release them or hand"
            " them over: that is no failure.",
        )
        return self._named(head, reviews, hour, language, in_group=False)

    def _named(self, head: Markup, reviews: Sequence[Review], hour: int, language: str, *, in_group: bool) -> Screen:
        """Reference, kind, urgency and age of the first of these, and a button to each."""
        shown = reviews[:NAMED]
        listed = [Markup("{}").format(_line(one, hour, language)) for one in shown]
        if more := len(reviews) - len(shown):
            listed.append(say(language, "And {more} more: /queue", more=more))
        buttons = [self._leading_to(one, in_group) for one in shown]
        return Screen(paragraphs([head, lines(listed)]), grid(buttons, 2))

    def _leading_to(self, review: Review, in_group: bool) -> Button:
        """A way to the card: from a group, by a link into the private chat."""
        if in_group:
            return Button(review.reference, url=f"https://t.me/{self._username}?start=q_{review.reference}")
        return Button(review.reference, f"r:{review.reference}")

    def _titled(self, shelf: Shelf, language: str) -> str:
        """What this part is called, and how much is in it."""
        if shelf.part.startswith("on-"):
            letter = shelf.part.removeprefix("on-")
            name = f"{letter}. {self._shorts[letter][language]}" if letter in self._shorts else letter
        elif shelf.part.startswith("in-"):
            name = _province(shelf.part.removeprefix("in-"), language)
        else:
            name = _PARTS[shelf.part](language)
        return plain(language, "Queue · {part}: {count}", part=name, count=len(shelf.reviews))

    def _facts(self, review: Review, handle: str, hour: int, language: str) -> list[Markup]:
        """A line for each thing that is known."""
        head = review.head
        facts = []
        if head.urgency in OPTIONS["urgency"]:
            facts.append(say(language, "Act: {when}", when=OPTIONS["urgency"][head.urgency](language)))
        if head.province:
            facts.append(say(language, "Province: {name}", name=_province(head.province, language)))
        if review.benchmarks:
            names = [f"{one}. {self._shorts[one][language]}" for one in review.benchmarks if one in self._shorts]
            facts.append(say(language, "Benchmarks: {names}", names="; ".join(names)))
        facts.append(say(language, "Came: {age} ago", age=_age(review, hour, language)))
        facts.append(say(language, "State: {state}", state=_STATES.get(review.state, str)(language)))
        facts.append(_holder(review, handle, language))
        return facts


def yours(reference: str, language: str) -> str:
    """The toast for who claimed it."""
    return plain(language, "{reference} is with you now.", reference=reference)


def taken(reference: str, who: str, language: str) -> str:
    """The toast for who came a moment too late."""
    return plain(language, "{who} has {reference} already.", who=who, reference=reference)


def released(reference: str, language: str) -> str:
    """The toast for who gave it back."""
    return plain(language, "{reference} is free again.", reference=reference)


def given(reference: str, who: str, language: str) -> str:
    """The toast for who handed it over."""
    return plain(language, "{reference} is with {who} now, who was told.", who=who, reference=reference)


def not_now(language: str) -> str:
    """The toast for a button that fits no longer."""
    return plain(language, "That changed meanwhile. This is how it stands now.")


def no_such(language: str) -> Toast:
    """A button of something that is not here (any more)."""
    return Toast(plain(language, "That is not here any more."), alert=True)


def _line(review: Review, hour: int, language: str) -> str:
    """Reference, kind, urgency and age: all that may stand in a group."""
    urgency = _URGENCIES[review.head.urgency](language) if review.head.urgency in _URGENCIES else ""
    return _joined(review.reference, _kind(review, language), urgency, _age(review, hour, language))


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _kind(review: Review, language: str) -> str:
    """The kind of incident; empty where no heads are kept."""
    return _KINDS[review.head.category](language) if review.head.category in _KINDS else ""


def _age(review: Review, hour: int, language: str) -> str:
    """How long ago it came, in whole hours on the first day and in days then."""
    hours = max(0, hour - review.head.hour)
    if hours == 0:
        return plain(language, "under 1 h")
    if hours < 24:
        return plain(language, "{hours} h", hours=hours)
    return plain(language, "{days} d", days=hours // 24)


def _held(review: Review, handle: str) -> str:
    """The sign of who has it."""
    if not review.claimed_by:
        return ""
    return " ★" if review.claimed_by == handle else " ✍"


def _holder(review: Review, handle: str, language: str) -> Markup:
    if not review.claimed_by:
        return say(language, "With: nobody")
    if review.claimed_by == handle:
        return say(language, "With: <b>you</b>")
    return say(language, "With: {who}", who=review.claimed_by)


def _province(code: str, language: str) -> str:
    found = place(code)
    return str(getattr(found, language)) if found is not None else code


def _marks(review: Review, language: str) -> Markup:
    """What to be careful about."""
    marks = []
    if review.head.category == "sensitive":
        marks.append(
            say(
                language,
                "🕊 <b>Only for trained people.</b> It is about a child or sexual violence. Nothing but when, where and"
                " how to reach the person was asked.",
            )
        )
    if review.head.flood:
        marks.append(say(language, "🌊 It came while very much was handed in at once; some of that may be made up."))
    return lines(marks)


def _legend(shelf: Shelf, language: str) -> Markup:
    """The signs that stand on this page, and what they mean."""
    signs = {_held(one, shelf.handle).strip() for one in shelf.here}
    said = []
    if any(one.is_urgent for one in shelf.here):
        said.append(say(language, "⚠ somebody must act within hours"))
    if "★" in signs:
        said.append(say(language, "★ with you"))
    if "✍" in signs:
        said.append(say(language, "✍ with somebody else"))
    return Markup(" · ").join(said)


def _nothing(part: str, language: str) -> Markup:
    if part in _EMPTY:
        return Markup("{}").format(_EMPTY[part](language))
    return say(language, "Nothing of that is open.")


def _filters(shelf: Shelf, language: str) -> tuple[Row, ...]:
    """The ways to the other parts, each with its number; this one is marked."""

    def way(part: str) -> Button:
        mark = "• " if part == shelf.part else ""
        return Button(f"{mark}{_PARTS[part](language)} {shelf.counts.get(part, 0)}", f"q:{part}:1")

    letters = Button(plain(language, "Benchmark ▸"), "q:letters")
    places = Button(plain(language, "Province ▸"), "q:provinces")
    return (
        (way("open"), way("new"), way("mine")),
        (way("urgent"), way("old"), way("waiting")),
        (letters, places, way("closed")),
        (home(language),),
    )


def _counted(name: str, part: str, counts: Mapping[str, int]) -> Button:
    return Button(f"{name} {counts[part]}", f"q:{part}:1")


def _choice(head: Markup, rows: tuple[Row, ...], language: str) -> Screen:
    text = head if rows else paragraphs([head, say(language, "Nothing of that is open.")])
    return Screen(text, (*rows, (_back("", language), home(language))), protected=True)


def _deeds(review: Review, may: May, whence: str, language: str) -> tuple[Row, ...]:
    """Buttons for what can be done now."""
    reference, here = review.reference, f"{review.reference}:{whence}" if whence else review.reference
    work = [
        *([Button(plain(language, "📖 Read"), f"rd:{reference}")] if may.read else []),
        *([Button(plain(language, "⚖ Judge"), f"j:{reference}")] if may.judge else []),
        *([Button(plain(language, "✉ Answer"), f"an:{reference}")] if may.answer else []),
    ]
    hands = [
        *([Button(plain(language, "✋ Claim"), f"r:claim:{here}", style="primary")] if may.claim else []),
        *([Button(plain(language, "Release"), f"r:release:{here}")] if may.release else []),
        *([Button(plain(language, "Hand over"), f"r:over:{reference}")] if may.release else []),
    ]
    return tuple(tuple(row) for row in (work, hands) if row)


def _back(whence: str, language: str) -> Button:
    return Button(plain(language, "◀ Queue"), f"q:{whence}" if whence else "q")


def _look(review: Review, language: str) -> Button:
    return Button(plain(language, "Look at it"), f"r:{review.reference}", style="primary")
