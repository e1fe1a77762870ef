"""Whatever members type, press and send along: one calm answer, no stuck form, and the next honest thing is taken.

The numbers in the names of cases are those of the project's list of bad inputs, as in test_bad_input. In every check
the generated presses are the same each time.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import test_bad_input as plain
import test_incident_bad_input as told
from backstage import Backstage
from conftest import House, early
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from queue_story import Colleague, Office, colleague, datas
from trouble import Errors, open_form
from ways_in import application_of, every_handler, examples, pattern_of

from bot.talk import Seen
from facts.report import Report
from forms.appeals import APPEALS, KINDS, TRIAL, step_of
from forms.broadcast import BY_ROLE, ROLES
from forms.register import FORMS
from forms.steps import Words
from handlers.access import Guarded
from handlers.allowance import Allowance
from handlers.answers import Answers
from handlers.desks import LEAST
from sandbox.world import World
from storage.deadlines import Deadline
from storage.drafts import Draft
from storage.members import Role
from storage.sealing import Receipt

CASE, MINE, OTHERS, FREE = "trial-2022-08-10", "R-AAA2", "R-BBB3", "R-CCC4"
CALL = "0a1b2c3d"


@dataclass(frozen=True)
class Place:
    """A question of a member's form: the presses and words that lead to it."""

    form: str
    step: str
    way: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.form}:{self.step}"


_CALL = (
    "dl:new",
    "f:c:dl_kind:call",
    "f:c:dl_mandate:cambodia",
    "tomorrow",
    "f:yes:dl_day",
    "f:c:dl_hour:whole",
    "f:c:dl_zone:geneva",
    "f:c:dl_title:proposed",
    "f:skip:dl_internal",
)
"""A call for information, up to where it stands."""

_APPEALS = [
    Place(kind.form, step.name, (f"j:of:{MINE}:{kind.name}:all", *(f"f:skip:{one.name}" for one in before)))
    for kind in KINDS.values()
    if not kind.answers
    for number, step in enumerate(APPEALS[kind.form].steps)
    for before in [APPEALS[kind.form].steps[:number]]
]
"""Each question of a letter, with those before it skipped."""

PLACES: tuple[Place, ...] = (
    Place("reply", "reply", (f"r:{MINE}", f"an:{MINE}")),
    Place("reason", "reason", (f"j:{MINE}", f"j:fi:{MINE}:0101")),
    Place("note", "note", (f"j:{MINE}", f"j:no:{MINE}")),
    *(Place(f"paragraph_{one}", f"paragraph_{one}", (f"j:{MINE}", f"j:su:{MINE}:{one}")) for one in ("en", "km")),
    *_APPEALS,
    Place("appeal_trial", "ap_public", (f"j:{MINE}", f"j:of:{MINE}:trial:all")),
    Place("own_note", "own_note", (f"j:{MINE}", f"j:ow:{MINE}:add")),
    Place("link", "link", (f"j:{MINE}", f"j:li:{MINE}:find")),
    Place("same", "same", (f"j:{MINE}", f"j:du:{MINE}:name")),
    Place("case_news", "news", (f"c:{CASE}", f"cn:{CASE}")),
    Place("case_news", "news_day", (f"cn:{CASE}", "f:c:news:hearing")),
    Place("case_news", "news_since", (f"cn:{CASE}", "f:c:news:health")),
    Place("case_news", "news_words", (f"cn:{CASE}", "f:c:news:health", "yesterday", "f:yes:news_since")),
    Place(
        "case_news",
        "news_source",
        (f"cn:{CASE}", "f:c:news:health", "yesterday", "f:yes:news_since", "f:skip:news_words"),
    ),
    Place("assessment", "own_grade", ("as:B", "as:B:go")),
    Place("assessment", "grounds", ("as:B:go", "f:c:own_grade:variable")),
    Place("assessment", "other_sources", ("as:B:go", "f:c:own_grade:variable", "Grounds.")),
    Place("assessment", "government", ("as:B:go", "f:c:own_grade:variable", "Grounds.", "f:skip:other_sources")),
    Place(
        "assessment",
        "government_source",
        ("as:B:go", "f:c:own_grade:variable", "Grounds.", "f:skip:other_sources", "It is said."),
    ),
    Place("broadcast", "broadcast_km", ("bc:new",)),
    Place("broadcast", "broadcast_en", ("bc:new", "សួស្ដី")),
    Place("submitters", "sub_names", (f"sm:who:{CALL}",)),
    Place("submitters", "sub_contact", (f"sm:who:{CALL}", "Lotus Network")),
    Place("submitters", "sub_about", (f"sm:who:{CALL}", "Lotus Network", "f:skip:sub_contact")),
    Place("section_owner", "wp_owner", (f"wp:new:{CALL}:B",)),
    Place("section_due", "wp_due", (f"wp:day:{CALL}:B",)),
    Place("deadline", "dl_name", ("dl:new", "f:c:dl_kind:own")),
    Place("deadline", "dl_day", ("dl:new", "f:c:dl_kind:own", "Accounts.")),
    Place("deadline", "dl_zone", _CALL[:6]),
    Place("deadline", "dl_source", _CALL),
    *(
        Place("deadline", f"dl_{detail}", (*_CALL, "The page.", f"f:c:dl_details:{detail}", "f:ok:dl_details"))
        for detail in ("limits", "address", "questions", "symbol")
    ),
)
HONEST = {
    **{step_of(one): f"f:c:{step_of(one)}:unknown" for one in TRIAL.questions},
    "news": "f:c:news:hearing",
    "news_day": "tomorrow 8 am",
    "news_since": "yesterday",
    "own_grade": "f:c:own_grade:off_target",
    "same": OTHERS,
    "wp_due": "tomorrow",
    "dl_kind": "f:c:dl_kind:own",
    "dl_day": "tomorrow",
    "dl_hour": "f:c:dl_hour:whole",
    "dl_zone": "f:c:dl_zone:geneva",
    "dl_repeats": "f:c:dl_repeats:once",
    "dl_internal": "f:skip:dl_internal",
    "dl_details": "f:skip:dl_details",
    "benchmarks": "f:skip:benchmarks",
    "dl_responsible": "f:skip:dl_responsible",
}
"""What is answered where words of any kind are none."""
_CLASSES = {*range(1, 20), *range(21, 27), *range(31, 38), 39}
_COMMANDS = (
    *("queue", "invite", "revoke", "audit", "team", "approvals", "export", "statistics", "coordinators"),
    *("deadlines", "remind", "subscriptions", "calendar", "broadcast", "coverage", "workplan", "submission"),
)
_EDITS = [case for case in told._LIFE if case.name.startswith("26")]


_MORE_WORDS = (
    ("17 a receipt that opens nothing", "99999 99999 99999 99999"),
    ("17 an identity key", "AGE-SECRET-KEY-1" + "Q" * 58),
    ("21 a wish to cancel", "/cancel"),
    ("21 the queue", "/queue mine"),
    ("21 the form about incidents", "/incident"),
    ("21 an invite's link", "/start i_AAAAAAAAAAAAAAAAAAAAAA"),
    ("21 a link of the group", f"/start q_{FREE}"),
    ("24 a number that is none", "/audit 9223372036854775808"),
    ("31 day or month", "03/04/2024"),
    ("31 only a Khmer month", "មករា"),
    ("32 minus one", "-1"),
    ("32 an index", "[0]"),
    ("32 data of a button", f"r:claim:{FREE}"),
    ("33 a button of long ago", "📨 Submit"),
    ("33 a label", "✔ Approve"),
    ("35 another's reference", OTHERS),
    ("35 one that is not there", "R-ZZZ9"),
)
_TYPED = [one for one in (*plain._WORDS_OF_EVIL, *_MORE_WORDS) if int(one[0].split()[0]) in _CLASSES]
_EDITED = [case for case in told._LIFE if case.name.startswith("26")]
_PRESSED = [
    *[(name, plain._tap(data)) for name, data in plain._TAPS],
    *[(case.name, case.deed) for case in plain._OTHER_TAPS if int(case.name.split()[0]) in _CLASSES],
]
_AFTER_ARGUMENTS = (
    "",
    "R-7F3K",
    "Lotus-4",
    "mine",
    "D",
    "kandal",
    "A" * 4000,
    "9" * 3900,
    "-1",
    "9223372036854775808",
    "<b>&\u202e",
    "{0.__class__} %s",
    "\x00\ud83d",
    "'; DROP TABLE audit;--",
    "២\u200b៣",
    "=1+1\t@SUM",
    "a\n" * 900,
)
_MEMBERS = {
    *["pr", "prs", "tm", "iv", "q", "r", "rd", "j", "an", "cn", "as", "st", "fo", "ex", "dl", "bc", "sm", "wp", "cv"]
}


_OPEN = Deadline("Call for information", "2099-05-15", "Europe/Zurich", id=CALL)


class Trial:
    """A running bot, a coordinator who is also its admin, and a colleague who could approve. Its methods are called
    from outside the event loop."""

    def __init__(self, folder: Path, report: Report) -> None:
        self._runner = asyncio.Runner()
        self._errors = Errors()
        logging.getLogger("sangket").addHandler(self._errors)
        self._patches = pytest.MonkeyPatch()
        self._patches.setattr(Allowance, "take", lambda self, person, now: (True, False))
        self.world = World(pace=False, seed=1, clock=early)
        self.house = House(self.world, folder, report)
        self._runner.run(self._begin())

    async def _begin(self) -> None:
        await self.house.start()
        await self.house.settle()
        self.me: Colleague = await colleague(self.house, "Kim", Role.ADMIN)
        self.other = await colleague(self.house, "Vanna", Role.COORDINATOR, "km")
        self.nobody = await colleague(self.house, "Dara", Role.MONITOR)
        office = Office(self.house)
        reply_to = self.house.office.recipients[0]
        await office.came(MINE, reply_to=reply_to, claimed_by=self.me.handle)
        await office.came(OTHERS, reply_to=reply_to, claimed_by=self.other.handle)
        await office.came(FREE, urgency="hours")
        backstage = Backstage(self.house)
        await backstage.do(lambda: backstage.tables.deadlines._keep(_OPEN))
        self._errors.events.clear()

    def stop(self) -> None:
        """The bot stops without having died."""
        try:
            self._runner.run(self.house.stop())
        finally:
            self._runner.close()
            self._patches.undo()
            logging.getLogger("sangket").removeHandler(self._errors)

    def does(self, said: str, who: Colleague | None = None) -> list[Seen]:
        """Write or press this; what is seen. Holds it against what every screen must be."""
        pressed = re.match("[a-z]+:", said)
        return self.happens(plain._tap(said) if pressed else plain._say(said), who)

    def happens(self, deed: plain.Deed, who: Colleague | None = None) -> list[Seen]:
        """Let it happen; what is seen."""
        who = who or self.me
        self._errors.events.clear()
        self.world.advance(dt.timedelta(seconds=2))
        seen = self._runner.run(who.talk.after(lambda: deed(self.world, who.person)))
        assert self._errors.events == []
        for one in seen:
            assert len(one.text.encode("utf-16-le", "replace")) <= 2 * 4096
            assert all(len(data.encode()) <= 64 for data in datas(one))
        return seen

    def draft(self) -> Draft | None:
        """The form that is open."""
        backstage = Backstage(self.house)

        async def look() -> Draft | None:
            desk = await backstage.tables.drafts.of(self.me.person.id, int(self.world.now()))
            return open_form(desk)

        return self._runner.run(backstage.do(look))

    def refresh(self) -> None:
        """The incidents are as they were, nobody has left, and no form is open."""
        self._runner.run(self._refresh())

    async def _refresh(self) -> None:
        backstage, office = Backstage(self.house), Office(self.house)
        tables = backstage.tables

        async def again() -> None:
            for one, role in ((self.me, Role.ADMIN), (self.other, Role.COORDINATOR), (self.nobody, Role.MONITOR)):
                one.handle = (await tables.members.admit(one.person.id, role, office.today)).handle
            for reference, handle in ((MINE, self.me.handle), (OTHERS, self.other.handle), (FREE, "")):
                review = await tables.reviews.of(reference)
                assert review is not None, "an incident was deleted by one person alone"
                if review.claimed_by != handle or review.own:
                    await tables.reviews.keep(replace(review, claimed_by=handle, own={}, state="read"))

            await tables.drafts.keep(self.me.person.id, {})

        await backstage.do(again)

    def kept(self) -> dict[str, list[tuple[object, ...]]]:
        """All that the team decided. What was counted and announced by the clock is nobody's decision; what somebody
        decides about an incident is in the audit."""
        by_clock = {"published", "reviews"}
        return {table: rows for table, rows in Backstage(self.house).decided().items() if table not in by_clock}

    def goes_to(self, place: Place) -> None:
        """Begin the form, up to this question."""
        for said in place.way:
            self.does(said)
        draft = self.draft()
        assert draft is not None, f"{place} was not begun"
        assert draft.form == place.form

    def finishes(self, place: Place) -> list[Seen]:
        """Answer honestly whatever is still asked, and send it."""
        for _ in range(16):
            buttons = datas(self.me.talk.last)
            if "f:send" in buttons:
                return self._goes_out() if place.form == "broadcast" else self.does("f:send")
            step = _asked(buttons) or place.step
            self.does(f"f:yes:{step}" if f"f:yes:{step}" in buttons else HONEST.get(step, "An honest answer."))
        raise AssertionError(f"{place} cannot be finished: {self.me.talk.last}")

    def _goes_out(self) -> list[Seen]:
        """After its words a broadcast is told for whom it is; it stays open until it is sent."""
        seen = self.does("f:send")
        self.does(f"bc:to:{BY_ROLE}:{ROLES[0]}")
        shown = self.does("bc:see")
        [send] = {data for one in shown for data in datas(one) if data.startswith("bc:send:")}
        self.does(send)
        return seen


def _asked(buttons: Sequence[str]) -> str:
    """The step that buttons belong to; empty where none says so."""
    named = [one.split(":")[2 if one.startswith("f:c:") else -1] for one in buttons if one.count(":") > 1]
    return next((one for one in named if not one.isdigit()), "")


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory, report: Report) -> Iterator[Trial]:
    """One bot for all of it."""
    opened = Trial(tmp_path_factory.mktemp("members"), report)
    yield opened
    opened.stop()


def _answers(seen: Sequence[Seen]) -> int:
    return sum(one.kind != "toast" for one in seen)


def _asks_for_more(text: str) -> bool:
    """After a command, and after what may be a receipt, comes an answer and then the question again."""
    return text.lstrip().startswith("/") or Receipt.read(text) is not None or len(text.split()) == 4


def _share(place: Place, number: int) -> bool:
    """Each text is met by half of the forms of one question; the questions of longer forms share it among them."""
    longer = [one for one in PLACES if one.form == place.form]
    return number % max(2, len(longer)) == (PLACES.index(place) % 2 if len(longer) == 1 else longer.index(place))


def test_every_form_of_members_and_every_question_with_words_is_among_what_is_tried() -> None:
    assert {one.form for one in PLACES} == set(LEAST)
    for form in LEAST:
        typed = {step.name for step in FORMS[form].steps if isinstance(step, Words)}
        assert typed <= {one.step for one in PLACES if one.form == form}
    assert {int(name.split()[0]) for name, _ in (*_TYPED, *_PRESSED)} | {1, 25} >= _CLASSES - {19, 26}


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_whatever_is_typed_into_a_members_form_is_answered_once_and_the_form_can_be_sent(
    trial: Trial, place: Place
) -> None:
    for name, text in [one for number, one in enumerate(_TYPED) if _share(place, number)]:
        trial.refresh()
        trial.goes_to(place)
        seen = trial.happens(plain._say(text))
        most = 2 if _asks_for_more(text) else 1
        assert 1 <= _answers(seen) <= most, f"{name}: {[one.text for one in seen]}"
        assert trial.draft() is not None, f"{name} closed the form"
        if name.startswith("11 tags") and "f:send" in datas(trial.me.talk.last):
            assert "<b>prisons</a> &amp; &lt;i" in seen[-1].text
        if trial.draft() is not None and "f:stay" in datas(trial.me.talk.last):
            trial.does("f:stay")
        assert trial.finishes(place), name
        _sent(trial, place, name)


def _sent(trial: Trial, place: Place, name: str) -> None:
    """The form is over, but for an assessment, which is decided after it was looked at once more."""
    if place.form == "assessment":
        [decide] = [data for data in datas(trial.me.talk.last) if ":yes:" in data]
        assert trial.does(decide), name
    assert trial.draft() is None, f"{name} left the form open"


@pytest.mark.parametrize("place", [one for one in PLACES if one.step != "news"][::3], ids=str)
def test_edits_and_presses_that_belong_nowhere_leave_a_members_form_open(trial: Trial, place: Place) -> None:
    trial.refresh()
    trial.goes_to(place)
    before = trial.draft()
    for name, deed in [*[(case.name, case.deed) for case in _EDITED], *_PRESSED]:
        assert _answers(trial.happens(deed)) <= 2, name
        assert trial.draft() == before, f"{name} changed the form"
    trial.does("f:stay")
    trial.finishes(place)
    _sent(trial, place, "the honest answer")


@pytest.mark.parametrize("command", _COMMANDS)
def test_a_members_command_with_anything_after_it_is_answered_once(trial: Trial, command: str) -> None:
    trial.refresh()
    for words in _AFTER_ARGUMENTS:
        for who in (trial.me, trial.nobody):
            seen = trial.happens(plain._say(f"/{command} {words}"), who)
            assert _answers(seen) == 1, f"/{command} {words[:40]!r}: {[one.text for one in seen]}"
    assert trial.does("/benchmark D")[0].text.startswith("D.")


def _patterns(trial: Trial) -> list[str]:
    """Of the buttons that are for members, and of those that carry what members decided."""
    found = []
    for _, handler in every_handler(application_of(trial.house)):
        pattern = pattern_of(handler) if isinstance(handler, Guarded) else None
        family = re.match("[a-z]+", (pattern or "").lstrip("^"))
        if pattern is not None and family is not None and family[0] in _MEMBERS:
            found.append(pattern)
    return found


_LETTERS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-", max_size=12)
_QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@st.composite
def _forged(draw: st.DrawFn, patterns: Sequence[str]) -> str:
    """Data that a button of this pattern could carry, or nearly so; references are those that are there as well."""
    data = draw(st.sampled_from(examples(draw(st.sampled_from(patterns)))))
    if draw(st.booleans()):
        data = re.sub("R-[0-9A-Z]{4}", draw(st.sampled_from([MINE, OTHERS, FREE])), data)
    change, at = draw(st.sampled_from(["none", "none", "cut", "more", "swap"])), draw(st.integers(0, len(data)))
    if change == "cut":
        data = data[:at]
    elif change == "more":
        data += draw(_LETTERS)
    elif change == "swap":
        data = data[:at] + draw(_LETTERS) + data[at + 1 :]
    return data.encode()[:64].decode(errors="ignore") or "x"


def test_forged_buttons_raise_nothing_and_a_monitor_changes_nothing_by_them(trial: Trial) -> None:
    patterns = _patterns(trial)
    assert len(patterns) > 60

    @settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=_QUIET)
    @given(st.lists(_forged(patterns), min_size=6, max_size=12))
    def presses(forged: list[str]) -> None:
        trial.refresh()
        before = trial.kept()
        for data in forged:
            trial.happens(plain._tap(data), trial.nobody)
        if not any(data.startswith(("tm:leave", "fo:")) for data in forged):
            assert trial.kept() == before
        for data in forged:
            assert _answers(trial.happens(plain._tap(data))) <= 12
        with suppress(AssertionError):
            trial.does("f:cancel:yes")
        assert trial.does("/benchmark D")[0].text.startswith("D.")

    presses()


def test_buttons_of_every_pattern_are_pressed_where_they_belong_to_nothing_or_to_ones_own(trial: Trial) -> None:
    for pattern in _patterns(trial):
        trial.refresh()
        for data in examples(pattern)[:3]:
            assert _answers(trial.happens(plain._tap(re.sub("R-[0-9A-Z]{4}", MINE, data)))) <= 12, data
    trial.does("/cancel")
    trial.does("f:cancel:yes")
    assert trial.does("/benchmark D")[-1].text.startswith("D.")


def test_control_a_form_that_raises_is_noticed(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*given: object) -> None:
        raise ValueError("words")

    [place] = [one for one in PLACES if one.form == "reply"]
    trial.refresh()
    trial.goes_to(place)
    trial.does("An honest answer.")
    monkeypatch.setattr(Answers, "send", fail)
    with pytest.raises(AssertionError):
        trial.does("f:send")
    monkeypatch.undo()
    trial._errors.events.clear()
    trial.does("f:send")
