"""Finding a benchmark: what people type leads to the benchmark they mean, or to a choice, or to nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from the_report import load

from facts.models import LETTERS, Keywords
from facts.ranking import LEAD, SURE, Found
from facts.report import Report
from facts.search import Finder

CODES = {
    "D": [
        "D",
        "d",
        "(d)",
        "D.",
        "D)",
        "4",
        "04",
        "៤",
        "០៤",
        "Ｄ",
        "Ⓓ",
        "🅓",
        "④",
        "ឃ",
        "(ឃ)",
        " d\u200b ",
        "#4",
        "benchmark D",
        "BENCHMARK 4",
        "benchmark4",
        "the benchmark d",
        "benchmark no. 4",
        "letter D",
        "លក្ខខណ្ឌគោល D",
        "លក្ខខណ្ឌគោលទី៤",
        "លក្ខខណ្ឌគោល\u200bឃ",
        "លក្ខខណ្ឌ D",
        "ចំណុចវាស់វែង D",
        "លេខ ៤",
        "\x00D\ud83d",
    ],
    "A": ["a", "1", "១", "ក", "benchmark a"],
    "T": ["t", "20", "២០", "ន", "⑳", "benchmark 20"],
}

NO_CODES = [
    "",
    " ",
    "\u200b",
    "21",
    "0",
    "U",
    "DD",
    "D4",
    "4D",
    "4.5",
    "ប",
    "កក",
    "benchmark",
    "benchmark U",
    "prisons",
    "⌘",
]

MEANT = {
    "A": ["defamation", "lese majeste", "Lèse-majesté", "NGO law", "draconian laws", "domain names", "បរិហារកេរ្តិ៍"],
    "B": [
        "Chhim Sithar",
        "chhim sithar",
        "ឈឹម ស៊ីថរ",
        "human rights defenders",
        "NagaWorld",
        "journalists",
        "អ្នកការពារសិទ្ធិមនុស្ស",
        "សហជីព",
    ],
    "C": ["election", "elections", "political parties", "CNRP", "Candlelight Party", "ការបោះឆ្នោត", "បោះឆ្នោត"],
    "D": [
        "mass trials",
        "mass trial",
        "Kem Sokha",
        "KEM SOKHA",
        "កឹម សុខា",
        "កឹមសុខា",
        "Theary Seng",
        "Rong Chunn",
        "ជំនុំជម្រះទ្រង់ទ្រាយធំ",
        "ជំនុំ\u200bជម្រះ\u200bទ្រង់\u200bទ្រាយ\u200bធំ",
        "ការជំនុំជម្រះ ទ្រង់ទ្រាយធំ",
    ],
    "E": ["judges", "judge", "judiciary", "courts", "independence of the judiciary", "ចៅក្រម"],
    "F": [
        "prisons",
        "prison",
        "Prisons?",
        "PRISON",
        "overcrowding",
        "Prey Speu",
        "prison libraries",
        "ពន្ធនាគារ",
        "ពន្ធ\u200bនាគារ",
        "គុក",
    ],
    "G": ["drugs", "drug", "rehabilitation", "គ្រឿងញៀន", "ថ្នាំញៀន"],
    "H": ["disappearance", "disappearances", "enforced disappearance", "Kem Ley", "Wanchalearm", "impunity", "បាត់ខ្លួន"],
    "I": ["microfinance", "micro finance", "debt", "loans", "food security", "បំណុល", "មីក្រូហិរញ្ញវត្ថុ"],
    "J": ["education", "school", "schools", "covid school closures", "អប់រំ", "ការអប់រំ", "សាលារៀន"],
    "K": ["budget", "GDP", "social spending", "ថវិកា"],
    "L": ["LGBT", "lgbt", "women", "indigenous peoples", "disability", "migrant workers", "ស្ត្រី", "ស្រ្តី", "ជនពិការ"],
    "M": ["eviction", "evictions", "land grabbing", "Angkor Wat", "សម្បទានដីសេដ្ឋកិច្ច", "បណ្តេញចេញ", "បណ្ដេញចេញ"],
    "N": ["climate", "climate change", "carbon neutral", "អាកាសធាតុ", "ការប្រែប្រួលអាកាសធាតុ"],
    "O": ["refugees", "refugee", "deported", "asylum", "ជនភៀសខ្លួន"],
    "P": [
        "trafficking",
        "human trafficking",
        "scam",
        "scams",
        "online scams",
        "forced labour",
        "ជួញដូរមនុស្ស",
        "ការជួញដូរមនុស្ស",
    ],
    "Q": ["corruption", "bribery", "Transparency International", "ពុករលួយ", "អំពើពុករលួយ", "អំពើពុករលួយនៅកម្ពុជា"],
    "R": [
        "human rights institution",
        "national human rights institution",
        "NHRI",
        "Paris Principles",
        "ស្ថាប័នជាតិសិទ្ធិមនុស្ស",
    ],
    "S": ["covid", "COVID-19", "pandemic", "ID Poor", "IDPoor", "social protection", "កូវីដ", "កូវីដ-១៩"],
    "T": ["Khmer Rouge tribunal", "Khmer Rouge", "demining", "technical cooperation", "ខ្មែរក្រហម", "សាលាក្តីខ្មែរក្រហម"],
}

QUESTIONS = {
    "what does the report say about prisons?": "F",
    "Tell me about the prisons in Cambodia please": "F",
    "how many people are in prison": "F",
    "តើរបាយការណ៍និយាយអ្វីខ្លះអំពីពន្ធនាគារ?": "F",
    "តើមានអ្នកទោសប៉ុន្មាននាក់ក្នុងពន្ធនាគារ": "F",
    "who are the judges": "E",
    "តើការអប់រំយ៉ាងណាដែរ": "J",
    "what is benchmark D?": "D",
    "what does benchmark 12 say": "L",
    "តើលក្ខខណ្ឌគោល D យ៉ាងណា?": "D",
}

MISTYPED = {
    "corupption": "Q",
    "corruptoin": "Q",
    "microfinace": "I",
    "human traficking": "P",
    "refugeees": "O",
    "educaton": "J",
    "Kem Soka": "D",
}

BEGINNINGS = {
    "corrupt": "Q",
    "trafficked": "P",
    "deporting": "O",
    "disappear": "H",
    "microfinancing": "I",
    "clim": "N",
    "impun": "H",
}
"""Words that begin like a word of one benchmark."""

OFFERED = {
    "indigenous land": {"L", "M"},
    "land": {"I", "M"},
    "ដី": {"I", "M"},
    "assembly": {"A", "B"},
    "human rights": {"B", "R"},
    "children": {"J", "L"},
    "internet": {"J", "P"},
    "women in prison": {"F", "L"},
    "incitement": {"A", "D"},
}
"""What may mean several benchmarks: these must be among the choices, and none is opened without asking."""

NONSENSE = [
    *["", " ", "\u200b\u200b", "?", "🙂", "🇰🇭🇰🇭", "asdfgh qwerty", "banana", "hello", "what is this", "xyzzy " * 600],
    *["監獄", "тюрьма", "เรือนจำ", "السجن", "a" * 4096, "\u0301" * 4096, "\u17d2" * 4096, "\u200b" * 4096],
    *[
        "\ud83d",
        "\x00",
        "\u202e\u2066",
        "<b></b>",
        "%s%n",
        "=1+1",
        "../../etc",
        "1" * 400,
        "2022",
        "40,000",
    ],
]


@pytest.fixture(scope="module")
def report() -> Report:
    return load()


@pytest.fixture(scope="module")
def finder(report: Report) -> Finder:
    return Finder(report)


def sure(finder: Finder, words: str) -> str | None:
    """The letter that the finder would open at once."""
    found = finder.benchmarks(words)
    return found[0].key if found and found[0].sure else None


def letters(finder: Finder, words: str) -> list[str]:
    return [found.key for found in finder.benchmarks(words)]


def with_keywords(report: Report, letter: str, *keywords: str) -> Finder:
    """A finder over the same report in which one benchmark has only these keywords."""
    changed = report.benchmarks[letter].model_copy(update={"keywords": Keywords(en=keywords, km=keywords)})
    return Finder(replace(report, benchmarks=MappingProxyType({**report.benchmarks, letter: changed})))


@pytest.mark.parametrize(("letter", "words"), [(letter, words) for letter, all_ in CODES.items() for words in all_])
def test_a_letter_or_number_in_any_script_is_the_benchmark(finder: Finder, letter: str, words: str) -> None:
    assert finder.letter(words) == letter
    assert finder.benchmarks(words) == [Found(letter, 100, "code", sure=True)]


def test_khmer_list_letters_stand_for_a_to_t_in_order(finder: Finder) -> None:
    assert "".join(finder.letter(letter) or "-" for letter in "កខគឃងចឆជឈញដឋឌឍណតថទធន") == LETTERS


def test_numbers_1_to_20_stand_for_a_to_t_in_order_in_latin_and_khmer_digits(finder: Finder) -> None:
    khmer = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
    for number, letter in enumerate(LETTERS, 1):
        assert finder.letter(str(number)) == finder.letter(str(number).translate(khmer)) == letter


@pytest.mark.parametrize("words", NO_CODES)
def test_what_is_not_just_a_code_of_the_report_is_no_letter(finder: Finder, words: str) -> None:
    assert finder.letter(words) is None


@pytest.mark.parametrize(("letter", "words"), [(letter, words) for letter, all_ in MEANT.items() for words in all_])
def test_words_that_clearly_mean_one_benchmark_open_it(finder: Finder, letter: str, words: str) -> None:
    assert sure(finder, words) == letter, finder.benchmarks(words)


@pytest.mark.parametrize(("words", "letter"), QUESTIONS.items())
def test_a_question_finds_what_it_asks_about(finder: Finder, words: str, letter: str) -> None:
    assert sure(finder, words) == letter, finder.benchmarks(words)


@pytest.mark.parametrize(("words", "letter"), MISTYPED.items())
def test_a_mistyped_word_still_finds_its_benchmark(finder: Finder, words: str, letter: str) -> None:
    assert finder.benchmarks(words)[0].how == "fuzzy"
    assert sure(finder, words) == letter, finder.benchmarks(words)


@pytest.mark.parametrize(("words", "choices"), OFFERED.items())
def test_words_that_may_mean_several_benchmarks_offer_a_choice(finder: Finder, words: str, choices: set[str]) -> None:
    assert choices <= set(letters(finder, words))
    assert sure(finder, words) is None, finder.benchmarks(words)


@pytest.mark.parametrize("words", NONSENSE)
def test_nonsense_finds_nothing(finder: Finder, words: str) -> None:
    assert finder.benchmarks(words) == []


@pytest.mark.parametrize(
    "words", ["'; DROP TABLE benchmarks;--", "{0.__class__}", "weather in Phnom Penh", "police", "the king", "poison"]
)
def test_what_only_brushes_the_report_is_never_opened_at_once(finder: Finder, words: str) -> None:
    assert sure(finder, words) is None


@pytest.mark.parametrize("letter", LETTERS)
def test_every_title_and_first_keyword_finds_its_own_benchmark(finder: Finder, report: Report, letter: str) -> None:
    one = report.benchmarks[letter]
    for words in (one.title.en, one.short.en, one.short.km, one.keywords.en[0], one.keywords.km[0]):
        assert letters(finder, words)[0] == letter, words


@pytest.mark.parametrize("letter", LETTERS)
def test_every_keyword_offers_its_own_benchmark(finder: Finder, report: Report, letter: str) -> None:
    keywords = report.benchmarks[letter].keywords
    for words in keywords.en + keywords.km:
        assert letter in letters(finder, words), words


def test_every_case_offers_the_benchmarks_it_concerns(finder: Finder, report: Report) -> None:
    for case in report.cases.values():
        for name in (case.name.en, case.name.km):
            assert set(case.benchmarks) & set(letters(finder, name)), name


@pytest.mark.parametrize(("words", "letter"), BEGINNINGS.items())
def test_other_forms_of_a_word_find_what_it_finds(finder: Finder, words: str, letter: str) -> None:
    assert letters(finder, words)[0] == letter


def test_khmer_is_never_cut_inside_a_cluster(report: Report, finder: Finder) -> None:
    assert "F" in letters(finder, "ពន្ធនាគារ")
    assert "F" not in letters(finder, "ធនាគារ")  # a bank stands in ពន្ធនាគារ only from the subscript on
    assert "I" in letters(finder, "បំណុល")
    assert letters(finder, "បំណ") == []
    assert letters(with_keywords(report, "K", "ពស្តុក"), "ពស្តុក") == ["K"]
    assert letters(with_keywords(report, "K", "ពស្តុក"), "ពស្ថា") == []  # ថា at the end is no filler here
    assert "K" not in letters(with_keywords(report, "K", "សាលិយាល័យ"), "ការិយាល័យ")  # nor is ការ at the beginning


def test_a_long_text_is_read_only_from_its_beginning(finder: Finder) -> None:
    assert letters(finder, "prisons " + "zzz " * 40) == ["F"]
    assert letters(finder, "zzz " * 40 + "prisons") == []
    assert sure(finder, "." * 390 + "prisons") == "F"
    assert letters(finder, "." * 400 + "prisons") == []


def test_a_code_ranks_above_a_name_above_a_name_in_a_sentence_above_a_mistyped_one(finder: Finder) -> None:
    words = ["D", "mass trials", "what became of the mass trials of 2022", "what became of the mass trails of 2022"]
    scores = [next(found for found in finder.benchmarks(text) if found.key == "D") for text in words]
    assert [found.how for found in scores] == ["code", "prefix", "words", "fuzzy"]
    assert all(better.score > worse.score for better, worse in pairwise(scores))
    assert letters(finder, "prisons and corupption")[:2] == ["F", "Q"]


def test_without_its_keyword_a_word_finds_nothing(report: Report) -> None:
    assert sure(with_keywords(report, "I", "kryptonite"), "kryptonite") == "I"
    assert letters(Finder(report), "kryptonite") == []


def test_a_keyword_of_two_benchmarks_opens_neither(report: Report) -> None:
    assert sure(Finder(report), "climate") == "N"
    both = with_keywords(report, "K", "climate")
    assert sure(both, "climate") is None
    assert set(letters(both, "climate")[:2]) == {"K", "N"}


def test_a_name_opens_the_benchmark_whose_section_tells_of_it(report: Report, finder: Finder) -> None:
    assert set(report.cases["kem-sokha"].benchmarks) > {"D"}
    assert sure(with_keywords(report, "D", "kryptonite"), "Kem Sokha") == "D"
    elsewhere = report.cases["kem-sokha"].model_copy(update={"source": "footnote 43"})
    moved = replace(report, cases=MappingProxyType({"kem-sokha": elsewhere}))
    assert sure(with_keywords(moved, "D", "kryptonite"), "Kem Sokha") is None


def test_no_more_are_found_than_asked_for(finder: Finder) -> None:
    assert len(finder.benchmarks("human rights", most=2)) == 2
    assert finder.benchmarks("human rights", most=0) == []
    assert len(finder.benchmarks("rights", most=99)) > len(finder.benchmarks("rights")) == 5


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("U", "TSRQ"),
        ("Z", "TSRQ"),
        ("21", "TSRQ"),
        ("៩៩", "TSRQ"),
        ("9" * 4096, "TSRQ"),
        ("0", "ABCD"),
        ("benchmark U", "TSRQ"),
        ("ប", "TSRQ"),
        ("DD", "D"),
        ("D4", "D"),
        ("UD", "D"),
        ("🙂", ""),
        ("xyzzy", ""),
    ],
)
def test_a_wrong_letter_gets_the_nearest_ones(finder: Finder, words: str, expected: str) -> None:
    assert "".join(finder.nearest(words)) == expected


def test_wrong_words_get_what_is_near_them(finder: Finder) -> None:
    assert finder.nearest("prisns")[0] == "F"


def test_a_report_with_fewer_benchmarks_knows_only_those(report: Report) -> None:
    few = Finder(
        replace(report, benchmarks=MappingProxyType({"D": report.benchmarks["D"]}), cases=MappingProxyType({}))
    )
    assert few.letter("D") == "D"
    assert few.letter("E") is None
    assert few.nearest("E") == ["D"]
    assert letters(few, "prisons") == []


def test_floods_of_filler_words_end_as_quickly_as_they_came(finder: Finder) -> None:
    for words in ("យ៉ាងដូចម្តេច" * 340, "ក" + "អ្វីខ្លះ" * 40 + "ខ", "the " * 1000 + "x", "benchmark " * 400, "លក្ខខណ្ឌ" * 400):
        assert sure(finder, words) is None


PIECES = [
    "prison",
    "benchmark",
    "D",
    "៤",
    "ពន្ធនាគារ",
    "តើ",
    "ដី",
    " ",
    "\u200b",
    "\u17d2",
    "\u17b6",
    "\u0301",
    "\ud83d",
    "\x00",
    "'",
    "-",
]


@settings(max_examples=300, deadline=None)
@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join) | st.text("កខគដតរ្ាិីុំះ abcdst0123៤", max_size=60))
def test_any_text_at_all_gets_a_bounded_ranked_answer(finder: Finder, words: str) -> None:
    found = finder.benchmarks(words)
    assert len({one.key for one in found}) == len(found) <= 5
    assert all(0 <= one.score <= 100 for one in found)
    assert all(better.score >= worse.score for better, worse in pairwise(found))
    assert not any(one.sure for one in found[1:])
    if found and found[0].sure:
        assert found[0].score >= SURE
        assert len(found) == 1 or found[0].score - found[1].score >= LEAD
    assert len(finder.nearest(words)) <= 4
    assert finder.letter(words) in {None, *LETTERS}
