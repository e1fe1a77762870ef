"""Next year's report: what docs/adding-a-report.md shows loads, answers alone, and each slip of an editor is found."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
import shutil
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.__main__ import main
from bot.application import sangket
from bot.ask import local_settings
from bot.importing import NotImported, import_text
from bot.talk import Talk, running
from bot.wire import LocalWire
from facts.changes import Move, moves
from facts.loader import FactsError, load, load_all
from facts.models import Benchmark, Grade, Keywords, Words
from facts.report import Report
from sandbox.app import create_app
from sandbox.world import World
from storage.official import OfficialTexts, write
from texts.language import NAMES

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-report.md"
OLD = load(files("facts") / "reports" / "a-hrc-54-75")
NEW = "a-hrc-57-999"

ENTRIES = re.compile(
    r"^### `(?P<file>[a-z]+(?:/[a-z])?\.toml)`.*?\n```toml\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE
)
FIRST, LENGTH, LAST = 15, 3, 80
"""In the page's report the sections begin with paragraph 15 and have three paragraphs each; there are 80 in all."""

MOVED = {"J": Grade.VARIABLE, "L": Grade.OFF_TARGET}
"""Grades that moved besides that of D, which the page itself shows."""

KHMER = "សេចក្តីសង្ខេបសាកល្បង។"


def examples() -> dict[str, str]:
    """The page's examples by the file that each is of; that of a benchmark is D's."""
    found = {match["file"]: match["text"] for match in ENTRIES.finditer(PAGE.read_text(encoding="utf-8"))}
    found["benchmarks/d.toml"] = found.pop("benchmarks/a.toml")
    return found


def benchmark(old: Benchmark) -> str:
    """A benchmark of the next report, under its old name, as an editor would write it."""
    first = FIRST + LENGTH * (old.number - 1)
    last = first + LENGTH - 1
    grade = MOVED.get(old.letter, old.grade)
    head = f'letter = "{old.letter}"\ngrade = "{grade}"\ngrade_source = "{last}"\ntimeframe = "2024–2025"\n'
    account = "".join(
        f'\n[[account]]\nsource = "{place}"\nen = "An invented statement on {old.letter}."\nkm = "{KHMER}"\n'
        for place in (first, last)
    )
    names = table("title", old.title) + table("short", old.short) + table("keywords", old.keywords)
    return f"{head}paragraphs = [{first}, {last}]\n{names}{account}"


def table(name: str, both: Words | Keywords) -> str:
    """A table with something in both languages."""
    english, khmer = (json.dumps(one, ensure_ascii=False) for one in (both.en, both.km))
    return f"\n[{name}]\nen = {english}\nkm = {khmer}\n"


def build(folder: Path) -> Path:
    """The next report as the page tells to make it: its examples, and what it leaves to the reader's diligence."""
    written = examples()
    (folder / "benchmarks").mkdir(parents=True)
    for letter, old in OLD.benchmarks.items():
        written.setdefault(f"benchmarks/{letter.lower()}.toml", benchmark(old))
    written["paragraphs.toml"] += "".join(
        f'\n[[paragraphs]]\nnumber = {number}\nen = "An invented summary of {number}."\nkm = "{KHMER}"\n'
        for number in range(2, LAST + 1)
    )
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the next report."""
    return build(tmp_path / "reports" / NEW)


@pytest.fixture
def reports(folder: Path) -> Path:
    """A folder with both reports."""
    shutil.copytree(Path(str(files("facts"))) / "reports" / "a-hrc-54-75", folder.parent / "a-hrc-54-75")
    return folder.parent


def faults(folder: Path) -> list[str]:
    """What loading the folder complains about; nothing when it loads."""
    try:
        load(folder)
    except FactsError as error:
        return error.faults
    return []


def change(folder: Path, name: str, old: str, new: str) -> int:
    """Replaces ``old``, which must be there, once in a file; the line where it stood."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text, (name, old)
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


# The page


def test_the_examples_of_the_page_make_a_report_that_loads(folder: Path) -> None:
    report = load(folder)
    assert report.document.symbol == "A/HRC/57/999"
    assert [d.id for d in report.defendants.values()] == ["2024-02-19-ab-1", "2024-02-19-cd-1", "2024-02-19-ab-2"]
    assert (list(report.recommendations), report.election) == (["76a", "80"], None)
    assert set(examples()) == {p.relative_to(folder).as_posix() for p in folder.rglob("*.toml")} - {
        f"benchmarks/{letter}.toml" for letter in "abcefghijklmnopqrst"
    }


@pytest.mark.parametrize("name", ["charges", "dates", "defendants", "figures", "footnotes", "contradictions"])
def test_a_file_for_which_the_report_has_nothing_may_be_empty_but_not_missing(folder: Path, name: str) -> None:
    (folder / f"{name}.toml").write_text("", encoding="utf-8")
    assert not [fault for fault in faults(folder) if fault.startswith(f"{name}.toml")]
    (folder / f"{name}.toml").unlink()
    assert f"{name}.toml: the file is missing" in faults(folder)


def test_everything_that_a_report_may_lack_may_be_lacking_at_once(folder: Path) -> None:
    (folder / "cases.toml").write_text("# nothing\n", encoding="utf-8")
    change(folder, "benchmarks/d.toml", "footnotes = [1]\n", "")
    for name in ("charges", "laws", "dates", "defendants", "figures", "footnotes", "contradictions", "recommendations"):
        (folder / f"{name}.toml").write_text("", encoding="utf-8")
    assert faults(folder) == []


# Two reports


def test_the_newest_report_comes_last_and_drafts_are_not_read(reports: Path) -> None:
    draft = reports / "_a-hrc-60-1"
    draft.mkdir()
    (draft / "report.toml").write_text("not finished", encoding="utf-8")
    (reports / "README.md").write_text("not a report", encoding="utf-8")
    assert [one.document.symbol for one in load_all(reports)] == ["A/HRC/54/75", "A/HRC/57/999"]
    draft.rename(reports / "a-hrc-60-1")
    with pytest.raises(FactsError, match=r"a-hrc-60-1/report\.toml:1: "):
        load_all(reports)


@pytest.mark.parametrize(("field", "new"), [("symbol", '"A/HRC/54/75"'), ("as_of", "2023-06-07")])
def test_two_reports_are_never_taken_for_one(reports: Path, field: str, new: str) -> None:
    change(reports / NEW, "report.toml", f"{field} = ", f"{field} = {new} # ")
    with pytest.raises(FactsError) as raised:
        load_all(reports)
    assert raised.value.faults == [f"{NEW}/report.toml: {field}: {new.strip(chr(34))} is also that of a-hrc-54-75"]


def test_faults_of_all_reports_are_told_with_their_folders(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(reports / NEW, "cases.toml", 'kind = "group"', 'kind = "ghost"')
    change(reports / "a-hrc-54-75", "report.toml", "author", "autor")
    with pytest.raises(FactsError) as raised:
        load_all(reports)
    assert {fault.partition("/")[0] for fault in raised.value.faults} == {NEW, "a-hrc-54-75"}
    assert main(["facts", "check", str(reports / NEW)]) == 1
    assert "cases.toml:3: kind: must be one of 'person', 'group' or 'trial'" in capsys.readouterr().err
    assert main(["facts", "check", str(reports / "nowhere")]) == 1
    assert capsys.readouterr().err == f"There is no folder {reports / 'nowhere'}.\n"


def test_each_grade_that_moved_is_seen_and_so_is_a_title_that_was_reworded(folder: Path) -> None:
    found = {move.letter: move for move in moves(OLD, load(folder))}
    assert len(found) == 20
    assert found["D"] == Move("D", Grade.OFF_TARGET, Grade.VARIABLE, reworded=True)
    assert {letter: move.direction for letter, move in found.items() if move.direction != "same"} == {
        "D": "better",
        "J": "worse",
        "L": "worse",
    }
    assert [letter for letter, move in found.items() if move.reworded] == ["D"]


# What people are told then


@asynccontextmanager
async def asking(reports: list[Report], folder: Path, language: str) -> AsyncIterator[Talk]:
    """Somebody at a bot that has these reports, the newest last; time passes quickly, so that nobody asks too often."""
    moments = itertools.count()
    noon = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    world = World(pace=False, seed=1, clock=lambda: noon + dt.timedelta(seconds=10 * next(moments)))
    settings = local_settings(world, "http://127.0.0.1", folder)
    async with (
        sangket(settings, LocalWire(create_app(world)), reports, world.clock) as bot,
        running(bot),
    ):
        talk = Talk(world, world.add_person("Dara"), bot)
        await talk.say("/language")
        await talk.press(NAMES[language])
        yield talk


ASKED = {
    "/benchmark D": "Variable as of June 2024 (para. 26)",
    "D": "Time frame: 2024–2025",
    "/benchmarks": "The report itself counts the same (para. 75)",
    "/case news site": "charged with incitement. (para. 19)",
    "/case A.B.": "A.B.: 2 entries in annex III",
    "/cases": "after the command: /case A.B.",
    "/trial": "Trials (1)",
    "/trial 1": "Three activists were convicted",
    "annex I": "I know nothing of annex I.",
    "annex II": "2024–2025: A, B, C",
    "annex III": "Trial of three activists",
    "annex V": "I know nothing of annex V.",
    "/agenda": "A/HRC/57/999 has no agenda",
    "/agenda h": "A/HRC/57/999 has no agenda",
    "/recommendations": "The Government: 1 (76 (a))",
    "/recommendation 80": "Keep helping",
    "/recommendation 105d": "105d",
    "/recommendations NGOs": "Civil society and others (0)",
    "/election": "A/HRC/57/999 has no table of election results",
    "/election Kandal": "A/HRC/57/999 has no table of election results",
    "/dates": "Deadlines, time frames and plans in the report (0)",
    "/dates 2024": "Last day for answers",
    "/law 494": "wants reformed",
    "/law LANGO": "LANGO",
    "/para 80": "An invented summary of 80.",
    "/para 105": "They go from 1 to 80",
    "/para": "They go from 1 to 80",
    "/contradictions": "Paragraph 25 has two convicted",
    "/scorecard": "A/HRC/57/999, para. 75",
    "/about": "A/HRC/57/999",
    "/start": "2024 report",
    "mass trials": "Variable as of June 2024",
    "who was convicted in February 2024?": "2024",
    "Theary Seng": "nothing",
    "NagaWorld strike": "",
    "M.S.": "",
    "ជំនុំជម្រះ": "",
}
"""What is asked, and a part of the answer."""

OF_THE_OLD = re.compile(
    r"54/75|June 2023|2022–2023|commune|CNRP|Ten-point|105 \(|para(?:s)?\. (?:8[1-9]|9\d|1\d\d)|Muntarbhorn"
)
"""What only the older report says, and could not be said of the newer."""


@pytest.mark.parametrize("language", ["en", "km"])
async def test_the_newest_report_answers_alone(folder: Path, tmp_path: Path, language: str) -> None:
    new = load(folder)
    async with asking([OLD, new], tmp_path, language) as talk:
        for question, part in ASKED.items():
            [answer] = await talk.say(question)
            whole = f"{answer.text} {answer.buttons}"
            assert part in answer.text or language == "km", (question, answer.text)
            assert not OF_THE_OLD.search(whole.replace(question, "")), (question, whole)
            assert "E-" not in answer.text, (question, answer.text)


async def test_the_control_finds_the_older_report_in_its_own_answers(tmp_path: Path) -> None:
    async with asking([OLD], tmp_path, "en") as talk:
        for question in ("/benchmark D", "/para 105", "/election", "/about", "annex II"):
            [answer] = await talk.say(question)
            assert OF_THE_OLD.search(answer.text), question


async def test_changes_shows_both_reports_side_by_side(folder: Path, tmp_path: Path) -> None:
    async with asking([OLD, load(folder)], tmp_path, "en") as talk:
        [answer] = await talk.say("/changes")
        assert "from A/HRC/54/75 (June 2023) to A/HRC/57/999 (June 2024)" in answer.text
        assert "Better: 1\nD. Mass trials: 🔴 Off target → 🟡 Variable (para. 46 → para. 26) (worded differently)" in (
            answer.text
        )
        assert "Worse: 2" in answer.text
        assert "Unchanged: 17\nA. Draconian laws: 🔴 Off target (para. 29 → para. 17)\n" in answer.text


async def test_buttons_of_the_older_report_do_not_break_the_newer(folder: Path, tmp_path: Path) -> None:
    async with asking([OLD, load(folder)], tmp_path, "en") as talk:
        await talk.say("/help")
        for data in ("e", "e:12", "es", "en", "ep:CPP", "e:map:light", "ag", "an:1", "an:2", "an:3", "r:105d", "c:cnrp",
                     "n:2022-03-17-ts-2", "l:lango", "x:commune-votes", "p:107", "cc:plotting", "td:trial-2022-12-22",
                     "in:ms", "ds:2022", "rs:cso", "xs:e", "q:p:107", "b:D:rec"):  # fmt: skip
            [answer] = await talk.tap(data)
            assert "54/75" not in answer.text, data
            assert "E-" not in answer.text, data


async def test_the_official_text_of_an_older_report_is_not_quoted(tmp_path: Path) -> None:
    path = tmp_path / "official.db"
    write(path, "A/HRC/54/75", [("26", 26, "A heading", "Words of the older report.", "words of the older report")])
    for symbol, expected in (("A/HRC/54/75", 1), (None, 1), ("A/HRC/57/999", 0)):
        official = OfficialTexts(path, symbol)
        assert len(await official.at(["26"])) == expected
        assert len(await official.search(["words"], 5)) == expected
        await official.close()


# Slips of the pen


class Slip(NamedTuple):
    """The file, what stands in it, what the editor made of it, what is said about that, and how many lines further."""

    file: str
    stands: str
    made: str
    said: str
    further: int = 0


SLIPS: dict[str, Slip] = {
    "a comma missing in a list": Slip("benchmarks/d.toml", '["mass trial", "verdict"', '["mass trial" "verdict"', "a comma or"),
    "a bracket missing": Slip("recommendations.toml", '["B", "D"]', '["B", "D"', "a comma or the closing ] is missing", 2),
    "a quotation mark missing at the end": Slip("cases.toml", 'source = "19"', 'source = "19', 'the " at the end'),
    "a quotation mark missing at the start": Slip("cases.toml", 'source = "19"', 'source = 19"', "something is left over"),
    "quotation marks of a word processor": Slip("laws.toml", 'article = "494"', "article = “494”", "a text stands between str"),
    "a quotation mark inside a text": Slip("dates.toml", "Last day", '"Last" day', "something is left over after the value"),
    "one bracket for two": Slip("laws.toml", "[[laws]]", "[laws]", "write each entry as [[laws]]"),
    "a colon for an equals sign": Slip("charges.toml", "id =", "id :", "a field is a name, then ="),
    "an invisible control character": Slip("dates.toml", "Last day", "Last\x0bday", "an invisible character stands here"),
    "an unknown field": Slip("cases.toml", "kind =", "sort =", "sort: there is no such field"),
    "a field twice": Slip("charges.toml", 'id = "incitement"', 'id = "a"\nid = "b"', "this field was given before", 1),
    "an unknown table": Slip("charges.toml", "[[charges]]", "[[charge]]", "charge: no such table, only [[charges]]"),
    "a wrong letter": Slip("recommendations.toml", '"D"]', '"U"]', "benchmarks.1: “U” is not a letter from A to T"),
    "a wrong grade": Slip("benchmarks/d.toml", '"variable"', '"better"', "grade: must be one of 'on target', 'variable'"),
    "a hyphen for a dash": Slip("benchmarks/d.toml", "24–25", "24-25", "account.0.source: “24-25” is not a place"),
    "a time frame with a hyphen": Slip("benchmarks/d.toml", "2024–2025", "2024-2025", "timeframe: “2024-2025” is not a time"),
    "a page for a paragraph": Slip("cases.toml", '"19"', '"page 4"', "source: “page 4” is not a place in the report"),
    "a paragraph that there is not": Slip("cases.toml", '"19"', '"91"', "there is no paragraph 91"),
    "a footnote that there is not": Slip("benchmarks/d.toml", "footnotes = [1]", "footnotes = [7]", "there is no footnote 7"),
    "a range backwards": Slip("benchmarks/d.toml", "24–25", "25–24", "account.0.source: “25–24” ends before it begins"),
    "an id that does not fit its place": Slip("recommendations.toml", '"76a"', '"76b"', "source: 76b stands in 76 (b), not in", 2),
    "an id in capitals": Slip("cases.toml", '"news-site"', '"News site"', "id: “News site” is not an id of small letters"),
    "a trial without a day": Slip("cases.toml", 'id = "trial-2024-02-19"', 'id = "trial-february"', "id: a trial is called by the day"),
    "a day that there is not": Slip("dates.toml", "2024-04-30", "2024-04-31", "when: there is no day 2024-04-31"),
    "a charge that there is not": Slip("cases.toml", '["incitement"]', '["incitment"]', "charges: there is no incitment"),
    "a trial that there is not": Slip("defendants.toml", "02-19", "02-20", "trial: there is no trial trial-2024-02-20"),
    "something touched that there is not": Slip("contradictions.toml", '"b:D"', '"p:81"', "touches: there is no p:81"),
    "Khmer that is missing": Slip("cases.toml", "summary.km", "# summary.km", "summary.km: is missing", -1),
    "Khmer that is empty": Slip("charges.toml", '"ញុះញង់"', '""', "name.km: must not be empty"),
    "Khmer that is English": Slip("charges.toml", '"ញុះញង់"', '"Incitement"', "name.km: not in Khmer"),
    "Khmer digits": Slip("cases.toml", "ឆ្នាំ 2024", "ឆ្នាំ ២០២៤", "summary.km: write Latin digits, not ២"),
    "a zero-width space": Slip("cases.toml", "អាជ្ញាប័ណ្ណ", "អាជ្ញា\u200bប័ណ្ណ", "summary.km: an invisible character (U+200B)"),
    "English that is Khmer": Slip("charges.toml", '"Incitement"', '"ញុះញង់"', "name.en: Khmer letters in the English"),
    "a gap in paragraphs": Slip("paragraphs.toml", "number = 7\n", "number = 81\n", "paragraph 81: 7 is next"),
    "a gap in sections": Slip("benchmarks/e.toml", "[27, 29]", "[28, 29]", "E does not begin where D ends"),
    "a grade elsewhere": Slip("benchmarks/d.toml", 'grade_source = "26"', 'grade_source = "25"', "grade_source: the grade stands in the last"),
    "a tally that is not that of the grades": Slip("report.toml", "on_target = 4", "on_target = 5", "tally: 5 are said to be"),
    "a number in quotation marks": Slip("footnotes.toml", "number = 1", 'number = "one"', "number: must be a number, without"),
    "a list that is none": Slip("dates.toml", "benchmarks = []", 'benchmarks = "D"', "benchmarks: must be a list between [ "),
    "a text that is none": Slip("figures.toml", 'value = "25"', "value = 25", "value: must be a text, between straight"),
    "one statement for two": Slip("benchmarks/d.toml", "[[account]]\n", "[[cuont]]\n", "account: has 1, must have at least 2", 5),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS.values(), ids=list(SLIPS))
def test_each_slip_is_told_with_file_and_line_in_plain_words(folder: Path, slip: Slip) -> None:
    line = change(folder, slip.file, slip.stands, slip.made) + slip.further
    found = faults(folder)
    assert any(fault.startswith(f"{slip.file}:{line}: {slip.said}") for fault in found), found
    for word in ("Value error", "Input should", "String should", "Tuple", "pydantic", "Traceback", "regex", "pattern"):
        assert not any(word in fault for fault in found), found


def test_the_faults_that_the_page_shows_are_those_that_are_printed(folder: Path) -> None:
    change(folder, "benchmarks/d.toml", 'en = "Mass trials"\nkm = ', 'en = "Mass trials"\n# ')
    change(folder, "cases.toml", '["incitement"]', '["incitment"]')
    shown = re.findall(r"^[a-z/]+\.toml:\d+: .*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(shown) == 3
    assert faults(folder) == shown[:1], "a file that cannot be read is told before anything between files"
    change(folder, "benchmarks/d.toml", '# "ការ', 'km = "ការ')
    assert faults(folder) == shown[1:2]
    change(folder, "dates.toml", "2024-04-30", "2024-02-30")
    assert faults(folder) == shown[2:]


def test_an_id_that_is_there_twice_is_told_at_the_second(folder: Path) -> None:
    text = (folder / "charges.toml").read_text(encoding="utf-8")
    (folder / "charges.toml").write_text(f"{text}\n{text}", encoding="utf-8")
    second = text.count("\n") + 2
    assert faults(folder) == [f"charges.toml:{second}: incitement is there twice"]


def test_a_list_that_never_ends_is_told_at_the_end_of_the_file(folder: Path) -> None:
    text = "[[dates]]\nbenchmarks = [\n"
    (folder / "dates.toml").write_text(text, encoding="utf-8")
    assert faults(folder) == ['dates.toml:2: the file ends in the middle of something; a closing ] or " is missing']


@pytest.mark.parametrize(
    "saved",
    [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n"), lambda text: text.replace("\n", "\r")],
    ids=["byte order mark", "line ends of Windows", "line ends of old Macs"],
)
def test_what_editors_do_to_files_does_no_harm(folder: Path, saved: Callable[[str], str]) -> None:
    for path in folder.rglob("*.toml"):
        path.write_bytes(saved(path.read_text(encoding="utf-8")).encode())
    assert faults(folder) == []
    change(folder, "cases.toml", 'kind = "group"', 'kind = "ghost"')
    assert [fault.partition(": ")[0] for fault in faults(folder)] == ["cases.toml:3"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_file_in_another_encoding_is_told_with_the_line(folder: Path, encoding: str) -> None:
    text = "# a note\n# café\n[[charges]]\n"
    (folder / "charges.toml").write_bytes(text.encode(encoding))
    line = 2 if encoding == "latin-1" else 1
    assert faults(folder) == [
        f"charges.toml:{line}: not UTF-8 text; save the file anew with the encoding UTF-8",
    ]


def test_a_file_that_says_nothing_of_what_it_must_is_told_field_by_field(folder: Path) -> None:
    (folder / "report.toml").write_text("", encoding="utf-8")
    assert {"report.toml:1: symbol: is missing", "report.toml:1: tally: is missing"} <= set(faults(folder))


def test_the_slips_are_made_in_files_that_are_right_without_them(folder: Path) -> None:
    assert faults(folder) == []
    assert {slip.file for slip in SLIPS.values()} <= set(examples()) | {"benchmarks/e.toml"}
    for name, text in examples().items():
        assert tomllib.loads(text), name


def test_the_official_text_of_the_older_report_is_not_imported(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "older.txt"
    file.write_text("1. Words.\n", encoding="utf-8")
    monkeypatch.setattr("bot.importing.read", lambda data, name: ())
    monkeypatch.setattr("bot.importing.recognise", lambda passages, reports: OLD)
    with pytest.raises(NotImported, match="It is the text of A/HRC/54/75; the bot answers from A/HRC/57/999"):
        import_text(file, tmp_path / "official.db", [OLD, load(folder)])
    assert not (tmp_path / "official.db").exists()
