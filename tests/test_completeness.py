"""Nothing is half done: commands, translations, limits, and each kind of thing in its room.

Rooms are read as syntax trees, so that a new module is held to the same without anybody remembering this file.
Every reading has a control: a few lines that it must complain about.
"""

from __future__ import annotations

import ast
import datetime as dt
import re
import string
import sys
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from babel.messages.catalog import Message
from judging_screens import judging_screens
from member_screens import CAPTIONS, LEADS_NOWHERE, member_screens
from showings import PAGE, QUOTES, TODAY, WORST, Shown, paged

from facts.codes import Codes
from facts.report import Report
from forms.contacts import Contacts
from forms.contacts import Words as Line
from forms.form import Progress, Refused, Step, Wrong
from forms.incident import ACTORS, CONSENTS, LETTERS
from forms.register import FORMS
from forms.steps import Day, OneOf, SomeOf, When, Where, Words, day_answer
from forms.when import Moment
from handlers.incidents import TOLD_DAYS
from sandbox.entities import parse_html, utf16_len
from schedules.retention import ASIDE_DAYS, KEPT_DAYS, SENT_DAYS
from storage.drafts import Draft
from storage.members import Role
from texts import mailbox, otherwise
from texts.cards import Cards
from texts.cases import KINDS
from texts.changes import Changes
from texts.commands import COMMANDS, description, short_description
from texts.elections import PICTURES, THEMES
from texts.filling import Filling
from texts.findings import Notes, Piece
from texts.frame import Sharing
from texts.incidents import SIGNS, Telling, not_deleted, over
from texts.language import LANGUAGES, catalogue, plain
from texts.laws import STANDINGS
from texts.questions import OPTIONS
from texts.recommendations import ADDRESSEES
from texts.scorecard import Scorecard
from texts.screen import Button, Screen, Toast
from texts.statuses import STATES
from texts.welcome import Welcome

HOME = Path(__file__).parents[1]
ROOMS = ("bot", "handlers", "texts", "forms", "facts", "storage", "schedules", "documents")
ALIASES = {"settings": "language", "report": "incident"}
"""Commands that are answered but not shown in menus: Telegram's apps offer /settings by themselves, and people who want to
tell something try /report."""
KHMER = re.compile("[\u1780-\u17ff]")

Found = list[str]


def modules(*rooms: str) -> dict[str, ast.Module]:
    """The syntax trees of all modules in these rooms, by file name."""
    files = [file for room in rooms for file in sorted((HOME / room).rglob("*.py"))]
    return {str(file.relative_to(HOME)): ast.parse(file.read_text("utf-8")) for file in files}


def name_of(node: ast.expr) -> str:
    """The last name of what is called or looked up: ``b`` of ``a.b``."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """The calls of functions with these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node.func) in names:
            yield node


def docstrings(tree: ast.AST) -> set[int]:
    """The nodes that only explain."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def literals(tree: ast.AST, beside: AbstractSet[int] = frozenset()) -> Iterator[tuple[int, str]]:
    """The strings of a program, each with its line; docstrings and the nodes ``beside`` are passed over."""
    passed_over = docstrings(tree) | beside
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed_over:
            yield node.lineno, node.value


# Commands


def declared_commands(trees: Mapping[str, ast.Module]) -> list[str]:
    """Every command that a handler declares, once for each topic; one with a filter takes some of another's, such as the
    links that come with /start."""
    declared = []
    for name, tree in trees.items():
        seen: set[str] = set()
        for call in calls(tree, "CommandHandler"):
            if len(call.args) > 2 or call.keywords:
                continue
            given = ast.literal_eval(call.args[0])
            assert given, name
            names = {given} if isinstance(given, str) else set(given)
            declared += sorted(names - seen)
            seen |= names
    return declared


def test_each_command_is_declared_once_and_is_in_the_one_table() -> None:
    declared = declared_commands(modules("handlers"))
    assert sorted(declared) == sorted(set(declared)), "a command is declared twice"
    assert set(declared) - set(ALIASES) == {command.name for command in COMMANDS}
    assert set(ALIASES) <= set(declared)
    assert set(ALIASES.values()) <= {command.name for command in COMMANDS}


def test_a_command_declared_twice_or_in_a_list_would_be_found() -> None:
    """Control."""
    one = ast.parse("handlers = [CommandHandler('a', f), CommandHandler('start', g, links), Other('c', h)]")
    other = ast.parse("handlers = [CommandHandler(['b', 'a'], g)]")
    assert declared_commands({"one": one, "other": other}) == ["a", "a", "b"]


def documented_commands(page: str) -> set[str]:
    return set(re.findall(r"`/([a-z0-9_]+)", page))


def test_each_command_is_in_the_documentation_and_nothing_else_is() -> None:
    page = (HOME / "docs" / "commands.md").read_text("utf-8")
    assert documented_commands(page) == {command.name for command in COMMANDS} | set(ALIASES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_command_is_in_help_with_what_it_does(welcome: Welcome, language: str) -> None:
    for role in Role:
        shown, _ = parse_html(str(welcome.help(language, role).text))
        for command in COMMANDS:
            listed = f"/{command.name} · {command.does(language)}\n" in shown
            assert listed == (command.role <= role), (command.name, role)


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_and_descriptions_are_within_telegrams_limits(language: str) -> None:
    for command in COMMANDS:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command.name)
        assert 3 <= len(command.does(language)) <= 40, "longer ones are cut off in the menu of a phone"
    assert 1 <= len(description(language)) <= 512
    assert 1 <= len(short_description(language)) <= 120


# Sentences


@dataclass(frozen=True)
class Sentence:
    """An English sentence in ``texts/``, where it stands, and whether it may hold tags."""

    english: str
    place: str
    marked_up: bool


def sentences(trees: Mapping[str, ast.Module]) -> list[Sentence]:
    """What ``say`` and ``plain`` are given."""
    found = []
    for name, tree in trees.items():
        for call in calls(tree, "say", "plain"):
            place = f"{name}:{call.lineno}"
            english = call.args[1] if len(call.args) == 2 else None
            assert isinstance(english, ast.Constant), f"{place}: the sentence itself must stand here"
            found.append(Sentence(str(english.value), place, name_of(call.func) == "say"))
    return found


SENTENCES = sentences({name: tree for name, tree in modules("texts").items() if name != "texts/language.py"})
KHMER_OF: dict[str, Message] = {str(message.id): message for message in catalogue() if message.id}


def fields(sentence: str) -> list[str]:
    """The names of the values that a sentence waits for, sorted."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def words(sentence: str) -> str:
    """A sentence without tags, placeholders, commands and examples of what to type."""
    return re.sub(r"<code>.*?</code>|<[^>]+>|\{\w*\}|/\w+", " ", sentence)


UNTRANSLATED = {
    "Telegram",
    "Sangket",
    "MB",
    "PDF",
    "RTF",
    "Word",
    "IP",
    "UN",
    "bot",
    "English",
    "I",
    "II",
    "III",
    "CPP",
    "WGAD",
    "WGEID",
    "CLP",
    "d",
    "D",
    "A",
    "T",
    "b",
    "i",
}
"""Latin words that Khmer readers read as they are."""


def latin_in(khmer: str) -> set[str]:
    """Latin words of a Khmer sentence that should have been translated."""
    return set(re.findall("[A-Za-z]+", words(khmer))) - UNTRANSLATED


def test_there_are_sentences_at_all() -> None:
    assert len(SENTENCES) > 40


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda s: s.place)
def test_each_sentence_is_in_khmer_with_the_same_values(sentence: Sentence) -> None:
    message = KHMER_OF.get(sentence.english)
    assert message is not None, f"{sentence.place} is not in km.po: make messages"
    khmer = str(message.string)
    assert khmer, f"{sentence.place} has no Khmer yet"
    assert not message.fuzzy
    assert KHMER.search(words(khmer)), f"{sentence.place} is not in Khmer"
    assert latin_in(khmer) == set(), f"{sentence.place} is half in English"
    assert fields(khmer) == fields(sentence.english)
    assert khmer.startswith("\n") == sentence.english.startswith("\n")
    assert khmer.endswith(" ") == sentence.english.endswith(" ")
    assert "\u200b" not in khmer, "phones break Khmer lines by themselves, and search does not find such words"


def test_no_translation_is_fuzzy_unused_or_obsolete() -> None:
    known = catalogue()
    assert sorted(KHMER_OF) == sorted({sentence.english for sentence in SENTENCES})
    assert dict(known.obsolete) == {}
    assert [str(message.id) for message in known if message.fuzzy] == []


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda s: s.place)
def test_each_sentence_is_valid_html_in_both_languages_with_the_same_tags(sentence: Sentence) -> None:
    values = dict.fromkeys(fields(sentence.english), "‹value›")
    shapes = []
    for text in (sentence.english, str(KHMER_OF[sentence.english].string)):
        shown, entities = parse_html(text.format(**values))
        shapes.append(sorted(entity["type"] for entity in entities))
        assert ("<" in text) <= sentence.marked_up, "a sentence without markup shows its tags as they are"
        assert "<" not in shown
        assert "&" not in shown
    assert shapes[0] == shapes[1]


def test_a_sentence_put_together_elsewhere_would_be_found() -> None:
    """Control."""
    with pytest.raises(AssertionError, match="sentence itself"):
        sentences({"sample": ast.parse("say(language, greeting)")})
    with pytest.raises(AssertionError, match="sentence itself"):
        sentences({"sample": ast.parse("say(language, f'Hello {name}')")})
    [sample] = sentences({"sample": ast.parse("plain(language, 'Hello '\n'{name}', name=name)")})
    assert (sample.english, sample.marked_up) == ("Hello {name}", False)
    assert sample.english not in KHMER_OF
    assert latin_in("សួស្ដី friend {name} <b>UN</b>") == {"friend"}


# Screens


def new_cards(report: Report) -> Cards:
    return Cards(report, Sharing("sangket_bot", inline=True))


@pytest.fixture(scope="module")
def welcome(report: Report) -> Welcome:
    return Welcome(
        report.document,
        days=KEPT_DAYS,
        aside_days=ASIDE_DAYS,
        incident_days=180,
        mailbox_days=90,
        read_here=False,
        in_memory=True,
        heads=True,
        told_days=TOLD_DAYS,
        sent_days=SENT_DAYS,
    )


LONG = '<b>&"ភ្នំពេញ' * 400
"""What a person might type, longer than a message and full of what must be escaped."""


def every_screen(cards: Cards, w: Welcome, language: str) -> Shown:
    """Everything the bot can say, each with the name of the function that says it."""
    yield from benchmark_screens(cards, language)
    yield from thing_screens(cards, language)
    yield from list_screens(cards, language)
    yield from finding_screens(cards, language)
    yield "languages", w.languages()
    for screen in (w.home, w.help, w.privacy, w.forgotten, w.about, w.joined):
        yield screen.__name__, screen(language)
    yield "unknown_command", otherwise.unknown_command("x" * 60, language)
    yield "fault", otherwise.fault(language, "E-7F3K")
    for simple in (otherwise.only_words, otherwise.old_button, otherwise.too_many, otherwise.too_quick):
        yield simple.__name__, simple(language)
    for sad in (otherwise.power_cut, otherwise.draft_lost, otherwise.answer_lost):
        yield sad.__name__, sad(language)
    yield from form_screens(cards, language)
    yield from around_the_form(language)
    yield from mailbox_screens(language)
    yield from judging_screens(cards.report, language)
    yield from member_screens(cards, language)


CONTACTS = Contacts(
    other_channel=Line(en="x" * 300, km="ក" * 300),
    help=(Line(en="<b>" * 100, km="ក" * 300),) * 8,
    trained=(Line(en="&" * 300, km="ក" * 300),) * 4,
)
"""As much as a file of contacts may say."""


def around() -> Telling:
    return Telling(
        CONTACTS,
        username="x" * 32,
        hours=24,
        days=180,
        mailbox_days=90,
        per_day=3,
        read_here=True,
        in_memory=False,
        heads=True,
        told_days=TOLD_DAYS,
    )


def form_screens(cards: Cards, language: str) -> Shown:
    """Every question, with nothing and with as much as there can be; what is said beside it; and all answers."""
    filling = Filling({key: benchmark.short for key, benchmark in cards.report.benchmarks.items()}, around().trained)
    for told, form in product(TOLD, FORMS.values()):
        given = {step.name: longest(step) for step in form.steps} | told
        for n, step in enumerate(form.steps):
            if step not in form.applying(given):
                continue
            later = {one.name for one in form.steps[n:]}
            before = {name: value for name, value in given.items() if name not in later}
            for partial in PARTIAL.get(step.name, (None,)):
                draft = Draft(form.name, 0, 1, Progress(before, partial).to_json(), FILES)
                yield "question", filling.screen(draft, language)
            for why in Wrong:
                detail = "AMBIGUOUS" if why is Wrong.TIME else ""
                yield "refused", filling.refused(draft, Refused(why, detail), language)
            yield "taken_in", filling.taken_in(draft, language)
            yield "not_by_editing", filling.not_by_editing(draft, language)
            for why_not in ("many", "large", "kind", "empty", "gone"):
                yield "not_taken_in", filling.not_taken_in(draft, why_not, language)
            if isinstance(step, When | Where | Day):
                unsure = Draft(form.name, 0, 1, Progress(before, None, longest(step)).to_json(), FILES)
                yield "understood", filling.screen(unsure, language)
        yield "review", filling.screen(Draft(form.name, 0, 1, Progress(given).to_json(), FILES), language)
    yield "screen", filling.screen(draft, language)
    yield "not_now", filling.not_now(language)
    yield "still_coming", filling.still_coming(5, language)


TOLD: tuple[dict[str, Any], ...] = (
    {"category": "other", "children": "no", "news": "hearing", "dl_kind": "call"},
    {"category": "sexual", "children": "yes", "news": "held", "dl_kind": "own"},
)
"""Answers on which depends what else is asked."""
FILES = {f"{n:032x}": {"size": 10_000_000, "step": "evidence", "coming": n == 1} for n in range(5)}
MUCH: dict[str, Any] = {
    "category": "assembly",
    "children": "unknown",
    "care": True,
    "account": [{"text": WORST, "message": 1}, *({"file": one} for one in FILES)],
    "when": Moment(dt.datetime(2026, 9, 30, 15, 45), "minute", about=True).to_json() | {"said": WORST},
    "where": {"pin": [11.123456, 104.123456], "code": "171008"},
    "province": {"code": "01"},
    "affected": {"n": 1_000_000},
    "actors": [option.name for option in ACTORS],
    "state": "sentenced",
    "source": "relative",
    "evidence": list(FILES),
    "benchmarks": list(LETTERS),
    "urgency": "none",
    "consent": [option.name for option in CONSENTS],
    "contact": {"words": WORST[:300]},
}
"""The longest answers of whoever tells of an incident."""


def longest(step: Step) -> Any:
    """The longest answer to a step."""
    if isinstance(step, Words):
        return {"words": WORST[: step.most]}
    if isinstance(step, When):
        return MUCH["when"]
    if isinstance(step, Day):
        return day_answer(dt.date(2027, 5, 10 if step.name == "dl_internal" else 15))
    if isinstance(step, SomeOf) and step.name not in MUCH:
        return [option.name for option in step.options]
    if isinstance(step, OneOf) and step.free and step.name not in MUCH:
        return {"words": WORST[: step.most]}
    if isinstance(step, OneOf) and step.name not in MUCH:
        return max((option.name for option in step.options), key=lambda name: len(OPTIONS[step.name][name]("km")))
    return MUCH[step.name]


PARTIAL: dict[str, tuple[Any, ...]] = {
    "account": (None, MUCH["account"]),
    "where": (None, {"code": "12"}, {"code": "1201"}, {"matches": ["171008"] * 8, "code": ""}, {"asking_pin": True}),
    "province": (None, {"matches": ["01"] * 8, "code": ""}),
    "actors": (None, MUCH["actors"]),
    "evidence": (None, MUCH["evidence"]),
    "benchmarks": ([], MUCH["benchmarks"]),
    "consent": (None, MUCH["consent"]),
    "dl_day": (None, {"proposed": day_answer(dt.date(2027, 5, 15))}),
}


def around_the_form(language: str) -> Shown:
    texts = around()
    noon = dt.datetime(2026, 9, 30, 12)
    for screen in (texts.before, texts.help_first, texts.closed, texts.enough, texts.in_private, texts.cancel):
        yield screen.__name__, screen(language)
    for screen in (texts.nothing_to_cancel, texts.cancelled, over, not_deleted):
        yield screen.__name__, screen(language)
    yield "sent_already", texts.sent_already(language)
    yield "left", texts.left(noon, language)
    for sign in SIGNS:
        yield "challenge", texts.challenge(sign, language)
    yield "handed_in", texts.handed_in("abcde fghjk mnpqr stvwx", language)
    yield "wiped", texts.wiped(language)


def mailbox_screens(language: str) -> Shown:
    for screen in (mailbox.ask, mailbox.unknown, mailbox.patience, mailbox.expired, mailbox.confirm, mailbox.kept):
        yield screen.__name__, screen(language)
    for screen in (
        mailbox.withdrawn,
        mailbox.gone,
        mailbox.answered,
        mailbox.added,
        mailbox.enough,
        mailbox.told_no_more,
    ):
        yield screen.__name__, screen(language)
    for state in STATES:
        yield "opened", mailbox.opened([{"state": state, "on": "2026-11-23"}], language)
    yield "opened", mailbox.opened([{"words": "<b>&" * 500, "on": "2026-11-23"}] * 9, language)
    yield "opened", mailbox.opened([{"state": "used", "on": "2026-11-23"}] * 99, language, kept=False)


def benchmark_screens(cards: Cards, language: str) -> Shown:
    b, report = cards.benchmarks, cards.report
    for letter in report.benchmarks:
        for kind in b.kinds(letter):
            yield from paged(b.detail, letter, kind, PAGE, language)
    yield "by_grade", b.by_grade(language)
    yield "which", b.which(language)
    for letters in ((), ("A",), tuple(report.benchmarks)[:5]):
        yield "choose", b.choose(LONG, letters, language)
        yield "wrong_letter", b.wrong_letter(LONG, letters, language)
    for theme in ("light", "dark"):
        yield "screen", Scorecard(report).screen(theme, language)
    yield "screen", cards.changes.screen(language)
    yield "screen", Changes(report, [report]).screen(language)


def thing_screens(cards: Cards, language: str) -> Shown:
    report, frame = cards.report, cards.frame
    names = {"n": "defendant", "e": "province"}
    for ref in report.refs():
        for quotes in ((), QUOTES[:1], QUOTES):
            yield names.get(ref[0], "card"), cards.card(ref, language, TODAY, quotes)
        yield from paged(frame.quotes, ref, QUOTES, PAGE, language)
        if report.contradictions_on(ref):
            yield from paged(frame.disagreements, ref, PAGE, language)
    yield "overview", cards.elections.overview(language, QUOTES[:1])


def list_screens(cards: Cards, language: str) -> Shown:
    report, cases, recommendations = cards.report, cards.cases, cards.recommendations
    for kind in KINDS:
        yield from paged(cases.by_kind, kind, PAGE, language)
    for letter in report.benchmarks:
        yield from paged(cases.on_benchmark, letter, PAGE, language)
        yield from paged(recommendations.on_benchmark, letter, PAGE, language)
    for case in report.cases:
        yield from paged(cases.details, case, PAGE, language)
    for charge in report.charges:
        yield from paged(cases.on_charge, charge, PAGE, language)
    for trial in (key for key in report.cases if report.tried_in(key)):
        yield from paged(cases.defendants, trial, PAGE, language)
    for initials in {d.initials for d in report.defendants.values()}:
        yield "initials", cases.initials(Codes(report).initials(initials), language)
    for code in ADDRESSEES:
        yield from paged(recommendations.to, code, PAGE, language)
    for code in STANDINGS:
        yield from paged(cards.laws.of_kind, code, PAGE, language)
    for several in (recommendations.agenda, cards.contradictions.all):
        yield from paged(several, PAGE, language)
    yield from paged(cards.dates.ahead, PAGE, language, TODAY)
    yield from paged(cards.dates.all, PAGE, language, TODAY)
    for year in ("2022", "2023", "1999"):
        yield from paged(cards.dates.of_year, year, PAGE, language, TODAY)
    yield "found", cards.dates.found(tuple(report.dates)[:12], language, TODAY)
    for number in (1, 2, 3):
        yield from paged(cards.annex, number, PAGE, language)
    for which in (cases, recommendations, cards.laws, cards.passages):
        yield "which", which.which(language)
    yield "missing", cards.passages.missing("x" * 60, language)
    yield from election_screens(cards, language)


def election_screens(cards: Cards, language: str) -> Shown:
    elections, election = cards.elections, cards.report.election
    assert election is not None
    for party in election.parties:
        yield "party", elections.party(party.abbreviation, language)
    yield "provinces", elections.provinces(language)
    yield "notes", elections.notes(language)
    yield "none", elections.none(language)
    yield "unknown", elections.unknown("x" * 60, language)
    for kind in PICTURES:
        for theme in THEMES:
            yield "picture", elections.picture(kind, theme, language)


def finding_screens(cards: Cards, language: str) -> Shown:
    findings, refs = cards.findings, list(cards.report.refs())
    notes = Notes(beyond=True, yes_or_no=True, unknown=("manet", "xyzzy", "ខ្មែរ"))
    pieces = tuple(Piece("<b>&" * 20, matched) for matched in (True, False, True))
    for near in (True, False):
        yield "several", findings.several(LONG, refs[:20], language, notes=notes, near=near)
    for n in range(0, len(refs), 6):
        yield "several", findings.several(LONG, refs[n : n + 6], language, excerpts={refs[n]: pieces})
    yield "none", findings.none(LONG, language, notes)
    yield "which", findings.which(language)
    for ref in refs:
        card = cards.card(ref, language, TODAY)
        yield "opened", findings.opened(card, notes, ("b:A", "b:B"), language)


def saying(tree: ast.AST) -> set[str]:
    """The functions that return something to show."""
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.returns is not None
        and re.search(r"\b(Screen|Toast)\b", ast.unparse(node.returns))
    }


def ran(screens: Iterable[object]) -> set[tuple[str, str]]:
    """The functions that ran while these were made: file and name."""
    found = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            found.add((frame.f_code.co_filename, frame.f_code.co_name))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        for _ in screens:
            pass
    finally:
        sys.setprofile(before)
    return {(str(Path(file).relative_to(HOME)), name) for file, name in found if file.startswith(str(HOME))}


def test_every_screen_there_is_was_looked_at(report: Report, welcome: Welcome) -> None:
    known = {(name, function) for name, tree in modules("texts").items() for function in saying(tree)}
    assert known - ran(every_screen(new_cards(report), welcome, "km")) == set()


def test_a_screen_that_nobody_looks_at_would_be_found() -> None:
    """Control."""
    tree = ast.parse("def _a() -> Screen: ...\ndef b(self) -> str: ...\ndef c() -> list[Toast]: ...")
    assert saying(tree) == {"_a", "c"}
    one = (otherwise.fault("en", "E-7F3K") for _ in range(1))
    assert {name for file, name in ran(one) if file == "texts/otherwise.py"} == {"fault", "_ways_out"}
    assert sys.getprofile() is None


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def screens(report: Report, welcome: Welcome, language: str) -> list[tuple[str, Screen | Toast]]:
    """All that can be said in a language."""
    return list(every_screen(new_cards(report), welcome, language))


def test_every_screen_fits_telegram(screens: list[tuple[str, Screen | Toast]]) -> None:
    complaints = {
        f"{name}: {complaint}" for name, screen in screens for complaint in misfits(screen, caption=name in CAPTIONS)
    }
    assert complaints == set()


def test_every_screen_is_in_the_language_that_was_asked_for(
    screens: list[tuple[str, Screen | Toast]], language: str
) -> None:
    """Where an incident is read, a whole message can be its reporter's own words."""
    letters = {"en": re.compile("[A-Za-z]"), "km": KHMER}[language]
    ours = [(name, parse_html(str(one.text))[0]) for name, one in screens if not name.startswith("reading.screens")]
    assert {name for name, text in ours if not letters.search(text)} == set()


def misfits(screen: Screen | Toast, *, caption: bool = False) -> Found:
    """What Telegram would refuse or cut off (core.telegram.org/bots/api and limits.tginfo.me)."""
    if isinstance(screen, Toast):
        return [] if 1 <= len(screen.text) <= 200 else ["the toast is too long"]
    found = []
    shown, entities = parse_html(str(screen.text))
    if not 1 <= utf16_len(shown) <= (1024 if caption or screen.picture else 4096):
        found.append(f"{utf16_len(shown)} characters")
    if len(entities) > 100:
        found.append(f"{len(entities)} entities: those after the hundredth are dropped")
    buttons = [button for row in screen.rows for button in row]
    if len(buttons) > 100 or any(not 1 <= len(row) <= 8 for row in screen.rows):
        found.append("too many buttons")
    return found + [f"button {button.label!r}: {complaint}" for button in buttons for complaint in unfit(button)]


def unfit(button: Button) -> Found:
    """What is wrong with a button."""
    found = []
    if not 1 <= len(button.label) <= 64:
        found.append("the label is too long")
    if [button.data, button.copy, button.url, button.share].count(None) != 3:
        found.append("a button does exactly one thing")
    if button.data is not None and not 1 <= len(button.data.encode()) <= 64:
        found.append("data is 1 to 64 bytes")
    if button.copy is not None and not 1 <= len(button.copy) <= 256:
        found.append("what is copied is 1 to 256 characters")
    return found


def test_what_does_not_fit_would_be_found() -> None:
    """Control."""
    plain_text = otherwise.only_words("en").text
    assert misfits(Screen(plain_text * 40)) != []
    assert misfits(Screen(plain_text * 18)) == []
    assert misfits(Screen(plain_text * 18), caption=True) != []
    assert misfits(Toast("x" * 201)) != []
    bad = [
        Button("x" * 65, "data"),
        Button("x", "ក" * 22),
        Button("x"),
        Button("x", "data", copy="too"),
        Button("x", copy="x" * 257),
    ]
    for button in bad:
        assert misfits(Screen(plain_text, ((button,),))) != [], button
    assert misfits(Screen(plain_text, ((Button("x" * 64, "ក" * 21),),))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_fits_a_phone(welcome: Welcome, language: str) -> None:
    screen = welcome.home(language)
    shown, _ = parse_html(str(screen.text))
    assert len(screen.rows) <= 4
    assert len(shown) <= 500


NO_WAY_ON = {
    "too_many": "pressing something would be one message more",
    "in_private": "in a group, where a link leads on",
    **LEADS_NOWHERE,
}
"""Screens without a button that asks for more, and why."""


def test_every_screen_leads_on_but_those_that_have_a_reason_not_to(screens: list[tuple[str, Screen | Toast]]) -> None:
    ends = {
        name
        for name, screen in screens
        if isinstance(screen, Screen) and not any(button.data for row in screen.rows for button in row)
    }
    assert ends == set(NO_WAY_ON)


# Each thing in its room


def words_in_handlers(tree: ast.Module) -> Found:
    """Strings that a person might be meant to read, and screens that are put together."""
    silent = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Raise, ast.Assert))
        or (isinstance(node, ast.Call) and name_of(node.func) == "ContextVar")
        for part in ast.walk(node)
    }
    found = [
        f"{line}: {text!r}"
        for line, text in literals(tree, silent)
        if KHMER.search(text) or re.search("[A-Za-z]{2} [A-Za-z]{2}", text)
    ]
    return found + [
        f"{call.lineno}: {name_of(call.func)}" for call in calls(tree, "Screen", "Toast", "Button", "Markup")
    ]


def sql_in(tree: ast.Module) -> Found:
    """Strings that are SQL."""
    start = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|PRAGMA|BEGIN|WITH|SAVEPOINT)\s")
    return [f"{line}: {text!r}" for line, text in literals(tree) if start.match(text + " ")]


def markup_in(tree: ast.Module) -> Found:
    """Mentions of parse_mode."""
    named = [node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "parse_mode"]
    said = [line for line, text in literals(tree) if text == "parse_mode"]
    return [str(line) for line in (*(keyword.value.lineno for keyword in named), *said)]


def clocks_in(tree: ast.Module) -> Found:
    """Places that ask the machine what time it is."""
    asking = re.compile(r"(?:(?:^|\.)(?:datetime|date|dt)\.(?:now|utcnow|today)|^time\.(?:time|time_ns|ctime))$")
    found = [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and asking.search(ast.unparse(node))
    ]
    named = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "time"]
    return found + [f"{node.lineno}: from time import" for node in named]


def test_handlers_hold_no_words() -> None:
    assert {name: found for name, tree in modules("handlers").items() if (found := words_in_handlers(tree))} == {}


def test_sql_is_in_storage_only() -> None:
    rooms = [room for room in (*ROOMS, "sandbox") if room != "storage"]
    assert {name: found for name, tree in modules(*rooms).items() if (found := sql_in(tree))} == {}
    assert any(sql_in(tree) for tree in modules("storage").values()), "control"
    assert {file.parent.name for room in ROOMS for file in (HOME / room).rglob("*.sql")} == {"migrations"}


def test_the_parse_mode_is_known_in_one_place() -> None:
    assert [name for name, tree in modules(*ROOMS).items() if markup_in(tree)] == ["handlers/showing.py"]


def test_the_machines_clock_is_asked_in_one_place() -> None:
    assert [name for name, tree in modules(*ROOMS).items() if clocks_in(tree)] == ["bot/clock.py"]


def test_words_sql_parse_modes_and_clocks_in_the_wrong_place_would_be_found() -> None:
    """Control."""
    for bad in ('answer("Please wait")', 'x = "សួស្ដី"', "context.answer(Screen(text))", 'f"Hello there {name}"'):
        assert words_in_handlers(ast.parse(bad)) != [], bad
    for fine in (
        '"""Some words that explain."""',
        'raise ValueError("of no use")',
        'x = "callback_data"',
        "f'^b:([{x}])$'",
    ):
        assert words_in_handlers(ast.parse(fine)) == [], fine
    for bad in ('read("SELECT 1")', 'x = "  DELETE FROM inbox"', 'f"PRAGMA {x}"', 'x = "BEGIN"'):
        assert sql_in(ast.parse(bad)) != [], bad
    assert sql_in(ast.parse('x = "Select a letter"')) == []
    for bad in ('send(parse_mode="HTML")', '{"parse_mode": "HTML"}'):
        assert markup_in(ast.parse(bad)) != [], bad
    for bad in (
        "dt.datetime.now(dt.UTC)",
        "datetime.utcnow()",
        "dt.date.today()",
        "time.time()",
        "from time import time",
    ):
        assert clocks_in(ast.parse(bad)) != [], bad
    for fine in ("context.today", "turn.now.date()", "self._clock()", "time.monotonic()", "loop.time()"):
        assert clocks_in(ast.parse(fine)) == [], fine


def test_the_words_of_a_language_are_chosen_by_its_code_alone() -> None:
    assert plain("en", "Help") == "Help"
    assert plain("km", "Help") == str(KHMER_OF["Help"].string)
