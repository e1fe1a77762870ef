"""Calendars: right by the standard, read back by readers that know nothing of the writer.

One reader is written here by hand, from RFC 5545; zones and rules are also read by dateutil, everything by icalendar.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from dateutil.tz import tzical  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from documents.calendar import Reader, calendar, time_zone
from forms.cutoff import Cutoff
from storage.deadlines import OWN, Deadline
from texts import due
from texts.deadlines import mandate
from texts.language import LANGUAGES
from texts.layout import shortened
from texts.told import calm

HOME, GENEVA = "Asia/Phnom_Penh", "Europe/Zurich"
NOW = dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PUBLIC = Reader("en", HOME, HOME)
MEMBER = replace(PUBLIC, member=True)
KHMER = "ការអំពាវនាវរកព័ត៌មានសម្រាប់របាយការណ៍របស់អ្នករាយការណ៍ពិសេសស្ដីពីស្ថានភាពសិទ្ធិមនុស្ស"
WHOLE_DAY = Deadline("Call for information 2027", "2027-05-15", GENEVA, id="0a0b0c0d", internal="2027-05-01")
TIMED = Deadline("Side event", "2027-04-01", GENEVA, "17:00", id="11111111")
FULL = replace(
    WHOLE_DAY,
    title=f"{KHMER}, {KHMER}; a\\b",
    mandate=mandate(),
    symbol="A/HRC/60/1",
    opens="2027-03-01",
    languages=("english", "khmer"),
    formats=("word",),
    limits="2,500 words; no more",
    address="calls@example.org, subject: Cambodia",
    questions="One?\nTwo?",
    publication="request",
    source="https://example.org/call?a=1,2",
    responsible="Lotus-4",
    checked_by="Gecko-7",
    checked_on="2026-11-20",
    benchmarks=("A", "D"),
)
ALL = [
    FULL,
    TIMED,
    Deadline("Every week", "2026-11-20", HOME, "17:00", OWN, "weekly", id="22222222"),
    Deadline("Leap", "2028-02-29", GENEVA, "23:30", OWN, "yearly", id="33333333", internal="2028-02-20"),
    Deadline("Far", "2027-01-09", "America/New_York", "09:00", id="44444444"),
]


# A reader of our own


@dataclass
class Part:
    """A component: its properties as (name, parameters, raw value), and what is in it."""

    name: str
    properties: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def all(self, name: str) -> list[tuple[dict[str, str], str]]:
        return [(params, value) for one, params, value in self.properties if one == name]

    def one(self, name: str) -> str:
        [(_, value)] = self.all(name)
        return value

    def params(self, name: str) -> dict[str, str]:
        [(params, _)] = self.all(name)
        return params

    def within(self, name: str) -> list[Part]:
        return [part for part in self.parts if part.name == name]


def unfolded(data: bytes) -> list[str]:
    """Content lines; raises AssertionError for what RFC 5545, 3.1 does not allow."""
    assert data.endswith(b"\r\n")
    physical = data[:-2].split(b"\r\n")
    for line in physical:
        assert b"\n" not in line, "a bare line feed"
        assert b"\r" not in line, "a bare carriage return"
        assert line, "an empty line"
        assert len(line) <= 75, f"{len(line)} octets"
        line.decode()  # nobody's letter is cut in two
    return b"\r\n".join(physical).replace(b"\r\n ", b"").decode().split("\r\n")


def parsed(data: bytes) -> Part:
    """The one component of a file."""
    stack = [Part("")]
    for line in unfolded(data):
        found = re.fullmatch(r'([A-Z0-9-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', line)
        assert found is not None, f"no content line: {line}"
        name, params, value = found.groups()
        if name == "BEGIN":
            stack.append(Part(value))
        elif name == "END":
            part = stack.pop()
            assert part.name == value
            stack[-1].parts.append(part)
        else:
            given = dict(one.split("=", 1) for one in params.split(";") if one)
            stack[-1].properties.append((name, given, value))
    [whole] = stack
    [vcalendar] = whole.parts
    return vcalendar


def text(value: str) -> str:
    """A TEXT value as it was meant (RFC 5545, 3.3.11); raises AssertionError for what is not escaped, or need not be."""
    assert re.fullmatch(r"(?:[^\\,;\x00-\x08\x0a-\x1f\x7f]|\\[\\,;nN])*", value), f"not escaped: {value}"
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "N": "\n"}.get(found[1], found[1]), value)


def duration(value: str) -> dt.timedelta:
    found = re.fullmatch(r"([+-]?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", value)
    assert found is not None, value
    days, hours, minutes, seconds = (int(number or 0) for number in found.groups()[1:])
    length = dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] == "-" else length


def utc(value: str) -> dt.datetime:
    return dt.datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)


def local(value: str) -> dt.datetime:
    return dt.datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - local by its nature


def made(*deadlines: Deadline, reader: Reader = PUBLIC, now: dt.datetime = NOW) -> Part:
    data = calendar(deadlines, reader, now)
    assert data is not None
    return parsed(data)


def event(whole: Part, uid: str) -> Part:
    [found] = [one for one in whole.within("VEVENT") if one.one("UID") == uid]
    return found


def rings(one: Part, zone: str = HOME) -> list[dt.datetime]:
    """When a program that shows ``zone`` makes itself heard, for the first time that the event comes."""
    params, start = one.all("DTSTART")[0]
    if params.get("VALUE") == "DATE":
        begins = dt.datetime.strptime(start, "%Y%m%d")  # noqa: DTZ007 - local to whoever looks
    else:
        begins = local(start).replace(tzinfo=ZoneInfo(params["TZID"])).astimezone(dt.UTC)
    found = []
    for alarm in one.within("VALARM"):
        [(given, value)] = alarm.all("TRIGGER")
        if given.get("VALUE") == "DATE-TIME":
            found.append(utc(value))
        elif begins.tzinfo is None:
            found.append((begins + duration(value)).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC))
        else:
            found.append(begins + duration(value))
    return found


# The file


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_is_as_the_standard_wants_it(language: str) -> None:
    whole = made(*ALL, reader=replace(MEMBER, language=language))
    assert (whole.one("VERSION"), whole.one("METHOD"), whole.one("CALSCALE")) == ("2.0", "PUBLISH", "GREGORIAN")
    for one in whole.within("VEVENT"):
        for name in ("UID", "DTSTAMP", "DTSTART", "SEQUENCE", "SUMMARY", "DESCRIPTION", "STATUS", "LAST-MODIFIED"):
            assert len(one.all(name)) == 1, name
        for name in ("SUMMARY", "DESCRIPTION"):
            text(one.one(name))
        assert utc(one.one("DTSTAMP")) == utc(one.one("LAST-MODIFIED")) == NOW
        for alarm in one.within("VALARM"):
            assert alarm.one("ACTION") == "DISPLAY"
            text(alarm.one("DESCRIPTION"))


def test_what_is_not_as_the_standard_wants_it_would_be_found() -> None:
    """Control."""
    good = calendar(ALL, PUBLIC, NOW)
    assert good is not None
    unfolded(good)
    for bad in (
        good.replace(b"\r\n", b"\n"),
        good.replace(b"\r\n ", b""),
        good + b"\r\n",
        good.replace(b"BEGIN:VEVENT", b"BEGIN:VEVENT\r\nNo line"),
    ):
        with pytest.raises(AssertionError):
            parsed(bad)
    for bad_text in ("a, b", "a; b", "a\\\\, b", "a\\b", "a\\", "a\x07"):
        with pytest.raises(AssertionError):
            text(bad_text)


def test_words_come_back_letter_for_letter() -> None:
    one = event(made(FULL), "0a0b0c0d-cutoff@sangket")
    assert text(one.one("SUMMARY")) == f"Last day: {FULL.title}"[: len("Last day: ") + 159] + "…"
    said = text(one.one("DESCRIPTION"))
    for part in ("2,500 words; no more", "calls@example.org, subject: Cambodia", "One? Two?", "English, Khmer", "A, D"):
        assert part in said, part
    assert one.one("URL") == FULL.source


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.text(st.sampled_from('\\,;:"\r\nnN ក្ន'), max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_words_of_a_coordinator_break_a_line_or_add_one(title: str, questions: str) -> None:
    whole = made(replace(FULL, title=f"x{title}", questions=questions, source=f"https://example.org/{title}"))
    [one] = whole.within("VEVENT")
    assert {name for name, _, _ in one.properties} <= {name for name, _, _ in event_of(FULL).properties}
    text(one.one("SUMMARY"))
    said = text(one.one("DESCRIPTION"))
    if calm(questions):
        assert shortened(calm(questions), 600) in said


def event_of(deadline: Deadline) -> Part:
    [one] = made(deadline).within("VEVENT")
    return one


@pytest.mark.parametrize("language", LANGUAGES)
def test_icalendar_reads_the_same(language: str) -> None:
    data = calendar(ALL, replace(MEMBER, language=language), NOW)
    assert data is not None
    read, ours = Calendar.from_ical(data), parsed(data)
    assert [str(one["UID"]) for one in read.walk("VEVENT")] == [one.one("UID") for one in ours.within("VEVENT")]
    assert [str(one["SUMMARY"]) for one in read.walk("VEVENT")] == [
        text(one.one("SUMMARY")) for one in ours.within("VEVENT")
    ]
    assert not [component.errors for component in read.walk() if component.errors]


def test_no_two_events_have_one_uid() -> None:
    uids = [one.one("UID") for one in made(*ALL, reader=MEMBER).within("VEVENT")]
    assert len(uids) == len(set(uids)) == 5 + 1 + 3
    assert all(uid.endswith("@sangket") for uid in uids)


def test_a_khmer_reader_gets_khmer() -> None:
    called = replace(FULL, title=due.proposed_title(2027))
    one = event(made(called, reader=replace(PUBLIC, language="km")), "0a0b0c0d-cutoff@sangket")
    assert text(one.one("SUMMARY")) == "ថ្ងៃចុងក្រោយ៖ ការអំពាវនាវរកព័ត៌មាន ឆ្នាំ 2027"
    assert "Special Rapporteur" not in text(one.one("DESCRIPTION"))


# Changes


def test_a_change_keeps_the_uid_and_raises_the_sequence() -> None:
    before = made(WHOLE_DAY, reader=MEMBER).within("VEVENT")
    later = NOW + 3 * DAY
    changed = replace(WHOLE_DAY, day="2027-05-20", time="12:00", internal="2027-05-03", version=4)
    after = made(changed, reader=MEMBER, now=later).within("VEVENT")
    assert [one.one("UID") for one in before] == [one.one("UID") for one in after]
    assert [one.one("SEQUENCE") for one in before] == ["1", "1"]
    assert [one.one("SEQUENCE") for one in after] == ["4", "4"]
    assert {utc(one.one("DTSTAMP")) for one in after} == {later}
    assert [one.one("DTSTART") for one in after] == ["20270520T120000", "20270503"]


def test_what_was_cancelled_says_so_without_a_sound_for_a_while() -> None:
    cancelled = replace(WHOLE_DAY, cancelled=True, version=2)
    for one in made(cancelled, reader=MEMBER).within("VEVENT"):
        assert one.one("STATUS") == "CANCELLED"
        assert one.within("VALARM") == []
    end = dt.datetime(2027, 5, 15, tzinfo=dt.UTC)
    assert calendar([cancelled], PUBLIC, end + 90 * DAY) is not None
    assert calendar([cancelled], PUBLIC, end + 91 * DAY) is None


def test_what_was_cancelled_is_called_so_and_says_no_more_until_when_it_is_open() -> None:
    closing, own = made(replace(FULL, cancelled=True), reader=MEMBER).within("VEVENT")
    for one in (closing, own):
        assert text(one.one("SUMMARY")).startswith("Cancelled: ")
        assert text(one.one("DESCRIPTION")).startswith("It was cancelled.")
    assert "Open until" not in text(closing.one("DESCRIPTION"))
    assert "Open until" in text(event_of(FULL).one("DESCRIPTION")), "control"


def test_what_comes_again_says_of_which_time_its_words_are() -> None:
    """A program shows them at every time."""
    said = text(event_of(ALL[2]).one("DESCRIPTION"))
    assert said.startswith(
        "It comes every week. When you fetched this, the next was open until 17:00 on 27 November 2026"
    )


def test_what_was_handed_in_makes_no_sound_any_more() -> None:
    sent = made(replace(WHOLE_DAY, sent_on="2027-05-02"), reader=MEMBER).within("VEVENT")
    assert [one.within("VALARM") for one in sent] == [[], []]
    assert all(one.within("VALARM") for one in made(WHOLE_DAY, reader=MEMBER).within("VEVENT")), "control"


def test_what_is_over_is_in_no_calendar() -> None:
    end = dt.datetime(2027, 5, 15, 22, tzinfo=dt.UTC)
    assert calendar([WHOLE_DAY], PUBLIC, end) is None
    assert calendar([WHOLE_DAY], PUBLIC, end - dt.timedelta(seconds=1)) is not None


# For whom


def test_only_members_get_the_networks_own_day() -> None:
    public, members = (calendar([FULL], reader, NOW) for reader in (PUBLIC, MEMBER))
    assert public is not None
    assert members is not None
    assert [one.one("UID") for one in parsed(public).within("VEVENT")] == ["0a0b0c0d-cutoff@sangket"]
    own = event(parsed(members), "0a0b0c0d-own@sangket")
    assert (own.one("DTSTART"), own.one("CLASS")) == ("20270501", "PRIVATE")
    assert b"20270501" not in public
    assert b"1 May" not in public


def test_no_handle_is_in_any_calendar() -> None:
    data = calendar([FULL], MEMBER, NOW)
    assert data is not None
    assert "Lotus" not in "".join(unfolded(data))
    assert "Gecko" not in "".join(unfolded(data))


# Days and hours


def test_a_cut_off_without_a_time_is_its_whole_day_and_says_when_that_ends_at_home() -> None:
    one = event(made(WHOLE_DAY), "0a0b0c0d-cutoff@sangket")
    assert one.params("DTSTART") == one.params("DTEND") == {"VALUE": "DATE"}
    assert (one.one("DTSTART"), one.one("DTEND")) == ("20270515", "20270516")
    assert "that is 05:00 on 16 May in Phnom Penh" in text(one.one("DESCRIPTION"))
    assert made(WHOLE_DAY).within("VTIMEZONE") == []


@pytest.mark.parametrize("deadline", [TIMED, ALL[4]], ids=lambda one: one.zone)
def test_a_cut_off_with_a_time_is_at_that_time_in_its_zone(deadline: Deadline) -> None:
    whole = made(deadline)
    [one] = whole.within("VEVENT")
    assert one.params("DTSTART") == {"TZID": deadline.zone}
    assert [zone.one("TZID") for zone in whole.within("VTIMEZONE")] == [deadline.zone]
    begins = local(one.one("DTSTART")).replace(tzinfo=ZoneInfo(deadline.zone))
    assert begins == due.cutoff(deadline, HOME).next(NOW).at  # type: ignore[union-attr]


def expanded(one: Part, until: dt.datetime) -> list[dt.datetime]:
    """The local starts that a rule gives, by dateutil."""
    start = one.one("DTSTART")
    begins = local(start if "T" in start else f"{start}T000000")
    found: list[dt.datetime] = rrulestr(one.one("RRULE"), dtstart=begins).between(
        begins, until.replace(tzinfo=None), inc=True
    )
    return found


@pytest.mark.parametrize("day", ["2027-05-15", "2028-02-29", "2027-02-28", "2026-12-31", "2027-03-28"])
@pytest.mark.parametrize("repeats", ["weekly", "yearly"])
@pytest.mark.parametrize("time", ["", "17:00"])
def test_what_comes_again_comes_on_the_days_on_which_it_is_reminded_of(day: str, repeats: str, time: str) -> None:
    deadline = Deadline("Again", day, GENEVA, time, OWN, repeats, id="55555555")
    [one] = made(deadline).within("VEVENT")
    until, last = dt.datetime(2041, 1, 1, tzinfo=dt.UTC), dt.date(2040, 6, 1)
    reckoned = [each.day for each in due.cutoff(deadline, HOME).occurrences(NOW, until) if each.day < last]
    assert len(reckoned) >= 12
    assert [start.date() for start in expanded(one, until) if start.date() < last] == reckoned


@pytest.mark.parametrize(
    "deadline",
    [
        Deadline("Every week", "2026-11-20", GENEVA, "17:00", OWN, "weekly", id="77777777"),
        Deadline("In the hour that is left out", "2027-03-28", GENEVA, "02:30", OWN, "weekly", id="77777777"),
        Deadline("In the hour that comes twice", "2026-10-25", GENEVA, "02:30", OWN, "weekly", id="77777777"),
        Deadline("Every year", "2027-03-28", "America/New_York", "17:00", OWN, "yearly", id="77777777"),
    ],
    ids=lambda one: one.title,
)
def test_what_comes_again_is_at_the_instants_at_which_it_is_over_across_changes_of_the_clocks(
    deadline: Deadline,
) -> None:
    """All but those whose hour the clocks leave out, where programs take the hour after it (RFC 5545, 3.3.5)."""
    [one] = made(deadline).within("VEVENT")
    zone, until = ZoneInfo(deadline.zone), dt.datetime(2037, 1, 1, tzinfo=dt.UTC)
    shown = [start.replace(tzinfo=zone).astimezone(dt.UTC) for start in expanded(one, until)]
    begin = dt.datetime.fromisoformat(f"{deadline.day}T00:00+00:00") - 3 * DAY
    meant = [each.at for each in due.cutoff(deadline, HOME).occurrences(begin, until) if each.at < until - DAY]
    differ = [(a, b) for a, b in zip(shown, meant, strict=False) if a != b]
    assert len(meant) >= 9
    assert all(b.astimezone(zone).time() != dt.time.fromisoformat(deadline.time) for _, b in differ)
    assert len(differ) <= len(meant) / 50 + 1


def test_a_plain_yearly_rule_would_leave_common_years_out() -> None:
    """Control: why 29 February has a rule of its own."""
    found = rrulestr("FREQ=YEARLY", dtstart=dt.datetime(2028, 2, 29)).between(
        dt.datetime(2028, 1, 1),
        dt.datetime(2033, 1, 1),
    )
    assert [one.year for one in found] == [2028, 2032]


def test_the_networks_own_days_of_a_yearly_deadline_keep_their_distance_over_29_february() -> None:
    deadline = Deadline("Own", "2027-03-05", GENEVA, "", OWN, "yearly", id="66666666", internal="2027-02-20")
    own = [one for one in made(deadline, reader=MEMBER).within("VEVENT") if "own" in one.one("UID")]
    assert [one.one("UID") for one in own] == [f"66666666-own-{year}@sangket" for year in (2027, 2028, 2029)]
    assert [one.one("DTSTART") for one in own] == ["20270220", "20280221", "20290220"]


# Alarms


@pytest.mark.parametrize("day", [f"2027-{month:02}-{day:02}" for month in (1, 3, 4, 10, 11) for day in range(1, 31)])
def test_alarms_of_a_timed_cut_off_ring_in_the_morning_across_changes_of_the_clocks(day: str) -> None:
    """In Geneva the clocks change on 28 March and 31 October 2027."""
    [one] = made(replace(TIMED, day=day)).within("VEVENT")
    last = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(8), ZoneInfo(HOME))
    assert rings(one) == [last - days * DAY for days in (7, 1, 0)]


def test_distances_over_a_change_of_the_clocks_would_ring_at_another_hour() -> None:
    """Control: why the alarms of what comes once are instants. A program adds 24 hours for a day, or a day by the clock."""
    begins = dt.datetime(2027, 4, 1, 17, tzinfo=ZoneInfo(GENEVA))
    distance = begins.astimezone(dt.UTC) - dt.datetime(2027, 3, 25, 1, tzinfo=dt.UTC)
    by_the_clock = begins - distance
    assert by_the_clock.astimezone(dt.UTC) != begins.astimezone(dt.UTC) - distance


@pytest.mark.parametrize("zone", [HOME, GENEVA, "America/New_York", "Pacific/Auckland"])
def test_alarms_of_a_whole_day_ring_in_the_morning_wherever_it_is_looked_at(zone: str) -> None:
    for number in range(0, 366, 3):
        day = dt.date(2027, 1, 1) + number * DAY
        [one] = made(replace(WHOLE_DAY, day=day.isoformat())).within("VEVENT")
        mornings = [
            dt.datetime.combine(day - ahead * DAY, dt.time(8), ZoneInfo(zone)).astimezone(dt.UTC) for ahead in (7, 1, 0)
        ]
        assert rings(one, zone) == mornings


def test_where_a_whole_day_ends_early_by_the_readers_clock_alarms_ring_a_day_sooner() -> None:
    """It is over at 8 in the morning in New York, at which the last alarm would ring."""
    there = replace(WHOLE_DAY, zone="Pacific/Auckland")
    reader = replace(PUBLIC, zone="America/New_York")
    [one], [at_home] = (made(there, reader=who).within("VEVENT") for who in (reader, PUBLIC))
    last = dt.datetime(2027, 5, 14, 8, tzinfo=ZoneInfo(reader.zone))
    assert rings(one, reader.zone) == [last - days * DAY for days in (7, 1, 0)]
    assert rings(at_home)[-1] == dt.datetime(2027, 5, 15, 8, tzinfo=ZoneInfo(HOME)), "control"


def test_what_comes_every_week_rings_the_day_before_and_in_the_morning() -> None:
    weekly = ALL[2]
    [one] = made(weekly).within("VEVENT")
    start = dt.datetime(2026, 11, 20, 8, tzinfo=ZoneInfo(HOME))
    assert rings(one) == [start - DAY, start]
    [whole_day] = made(replace(weekly, time="")).within("VEVENT")
    assert rings(whole_day) == [start - DAY, start]


def test_alarms_keep_to_the_waking_hours_of_the_chat() -> None:
    [one] = made(TIMED, reader=replace(PUBLIC, zone=GENEVA, hour=10)).within("VEVENT")
    last = dt.datetime(2027, 4, 1, 10, tzinfo=ZoneInfo(GENEVA))
    assert rings(one) == [(last - days * DAY).astimezone(dt.UTC) for days in (7, 1, 0)]


def test_alarms_that_have_rung_are_left_out() -> None:
    now = dt.datetime(2027, 3, 31, 2, tzinfo=dt.UTC)
    [one] = made(TIMED, now=now).within("VEVENT")
    assert rings(one) == [dt.datetime(2027, 4, 1, 1, tzinfo=dt.UTC)]


# Zones


def offsets(zone: Any, name: str) -> Iterator[tuple[dt.datetime, Any, Any]]:
    """Where a zone that was read back differs from the machine's own: each half hour around each change, and each day."""
    real = ZoneInfo(name)
    moment = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    while moment < dt.datetime(2034, 6, 1, tzinfo=dt.UTC):
        changes = moment.astimezone(real).utcoffset() != (moment + DAY).astimezone(real).utcoffset()
        for minutes in range(0, 1440, 30) if changes else (0,):
            instant = moment + dt.timedelta(minutes=minutes)
            wanted = instant.astimezone(real)
            got = zone.shown(instant) if isinstance(zone, ByHand) else instant.astimezone(zone)
            if (wanted.utcoffset(), wanted.tzname()) != (got.utcoffset(), got.tzname()):
                yield instant, wanted, got
        moment += DAY


def read_back(ical: bytes) -> Any:
    """A VTIMEZONE, by dateutil."""
    whole = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n" + ical + b"END:VCALENDAR\r\n"
    return tzical(StringIO(re.sub(r"\r\n ", "", whole.decode()).replace("\r\n", "\n"))).get()


class ByHand:
    """A VTIMEZONE as RFC 5545, 3.6.5 has it: the latest onset counts, which is local time by the offset before it."""

    def __init__(self, ical: bytes) -> None:
        whole = parsed(ical)
        self._changes = sorted(
            (local(one) - _offset(part.one("TZOFFSETFROM")), _offset(part.one("TZOFFSETTO")), part.one("TZNAME"))
            for part in whole.parts
            for onsets in (part.one("DTSTART"), *(value for _, value in part.all("RDATE")))
            for one in onsets.split(",")
        )

    def shown(self, moment: dt.datetime) -> dt.datetime:
        bare = moment.astimezone(dt.UTC).replace(tzinfo=None)
        _, offset, name = [one for one in self._changes if one[0] <= bare][-1]
        return (bare + offset).replace(tzinfo=dt.timezone(offset, name))


def _offset(value: str) -> dt.timedelta:
    length = dt.timedelta(hours=int(value[1:3]), minutes=int(value[3:5]))
    return -length if value[0] == "-" else length


NAMES = [GENEVA, HOME, "America/New_York", "Australia/Sydney", "Asia/Kolkata"]
STRANGE = "Africa/Casablanca"
"""Its summer time is its usual one, and it is left for a month by another calendar: dateutil gets that wrong."""


@pytest.mark.parametrize("name", [*NAMES, STRANGE])
def test_zones_are_read_back_as_they_are(name: str) -> None:
    zone = time_zone(name, dt.date(2025, 1, 1), dt.date(2036, 1, 1)).to_ical()
    assert list(offsets(ByHand(zone), name)) == []
    if name != STRANGE:
        assert list(offsets(read_back(zone), name)) == []


def test_a_zone_that_changes_an_hour_late_would_be_found() -> None:
    """Control: icalendar's own zones put the change in spring an hour too late (7.3.0)."""
    whole = Calendar.from_ical(calendar([TIMED], PUBLIC, NOW) or b"")
    whole.subcomponents = [one for one in whole.subcomponents if one.name != "VTIMEZONE"]
    whole.add_missing_timezones(dt.date(2025, 1, 1), dt.date(2036, 1, 1))
    [theirs] = whole.timezones
    assert list(offsets(read_back(theirs.to_ical()), GENEVA)) != []
    assert list(offsets(ByHand(theirs.to_ical()), GENEVA)) != []


def test_each_zone_that_is_named_is_there_once_and_reaches_beyond_the_last_event() -> None:
    whole = made(*ALL, reader=MEMBER)
    named = {params["TZID"] for one in whole.within("VEVENT") for params, _ in one.all("DTSTART") if "TZID" in params}
    there = [zone.one("TZID") for zone in whole.within("VTIMEZONE")]
    assert sorted(named) == there == sorted({GENEVA, HOME, "America/New_York"})
    changes = [value for zone in whole.within("VTIMEZONE") for part in zone.parts for _, value in part.all("RDATE")]
    assert max(",".join(changes).split(",")) > "2037"


def test_the_zone_is_the_one_of_the_deadline_and_not_of_the_machine() -> None:
    assert Cutoff(dt.date(2027, 4, 1), GENEVA, dt.time(17)).next(NOW) is not None
    [one] = made(replace(TIMED, zone="Asia/Kolkata")).within("VEVENT")
    assert (one.params("DTSTART"), one.one("DTSTART")) == ({"TZID": "Asia/Kolkata"}, "20270401T170000")
