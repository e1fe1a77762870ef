"""Codes: letters, numbers and ids that name one thing of the report exactly, in any script."""

from __future__ import annotations

import re

from facts import scope
from facts.khmer import key
from facts.question import FILLERS, KHMER, KHMER_BENCHMARK, content, core, has_khmer, one_of
from facts.ranking import LONGEST
from facts.report import Report

_ALPHABET = "កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអ"
"""Khmer lists are lettered in the order of the alphabet: ក is A, ន is T."""

_KHMER_CODE_NAMES = [*KHMER_BENCHMARK, "លក្ខខណ្ឌ", "ចំណុចគោល", "ចំណុច", "គោលដៅ", "សូចនាករ", "ស្តង់ដារ", "លេខ", "អក្សរ", "ទី"]
"""What people call a benchmark, or put before its letter or number."""


_CODE = rf"([a-z]|[0-9]+|[{_ALPHABET}])"
_ONLY_A_CODE = re.compile(
    rf"(?:(?:the|benchmark|letter|number|no) )*(?:benchmark)?(?:(?:{one_of(_KHMER_CODE_NAMES)}) ?)*+{_CODE}"
)
_ENDS_IN_A_CODE = re.compile(rf"\bbenchmark {_CODE}(?: (?:{one_of(FILLERS)}))*$")
_KHMER_CODE = re.compile(rf"(?:{one_of(KHMER_BENCHMARK)}) ?([a-z]|[0-9]+|[{_ALPHABET}](?=$| ))(?= ?[{KHMER}]| ?$)")
_CAPITAL_FIRST = re.compile(r"\s*\(?([B-HJ-Tb-hj-t])[).:]?\s")
_CAPITAL = re.compile(r"(?<=\s)([A-HJ-T])(?=[\s?.!,]|$)")
_BELOW_ZERO = re.compile(r"(?:^|\s)[-–−]\s*[0-9]")
_NEGATIVE = re.compile(r"\s*[-–−]\s*[0-9]")


def only_a_code(words: str) -> int | None:
    """The place that is asked for when the words are nothing but a code; 0 for a negative number."""
    if _NEGATIVE.match(words):
        return 0
    return _place(_ONLY_A_CODE.fullmatch(key(words[:LONGEST])))


def code_in(words: str, text: str) -> int | None:
    """The place of the code that words with this key ask for, if they do.

    A letter among words that say nothing is a code (“show me D”), and so is one that stands first (“D extra”); a
    letter that is also an English word must be a capital, and “I” never is one.
    """
    place = only_a_code(words)
    if place is not None:
        return place
    match = _ENDS_IN_A_CODE.search(text) or _KHMER_CODE.search(text) or _CAPITAL_FIRST.match(words)
    if match is None and not content(text) and not has_khmer(text):
        match = _CAPITAL.search(words)
    return _place(match)


def _place(match: re.Match[str] | None) -> int | None:
    """The place in the alphabet that a code stands for: 4 for d, 04 and ឃ; it may lie outside A to T."""
    if match is None:
        return None
    code = match[1].lower()
    if code.isdigit():
        return int(code)
    return _ALPHABET.index(code) + 1 if code in _ALPHABET else ord(code) - ord("a") + 1


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_RECOMMENDATION = re.compile(
    rf"(?:(?:the|recommendation|rec|para|paragraph|no|number|{one_of(['អនុសាសន៍', 'កថាខណ្ឌ', 'ចំណុច', 'ទី', 'លេខ'])}) ?)*"
    rf"([0-9]{{2,3}}) ?([a-z]|[{_ALPHABET}])"
)
_AGENDA = re.compile(
    rf"(?:(?:the|recommendation|rec|point|item|no|of|{one_of(['អនុសាសន៍', 'ចំណុច', 'ទី', 'លេខ'])}) ?)*"
    rf"(?:(?:annex|{one_of(['ឧបសម្ព័ន្ធទី', 'ឧបសម្ព័ន្ធ'])}) ?(?:i |1 ?(?![0-9]))|agenda|{one_of(['របៀបវារៈ', 'រៀបវារៈ'])})"
    rf"(?: ?(?:point|item|no|number|{one_of(['ចំណុច', 'ទី', 'លេខ'])}))* ?([a-z]|[12]?[0-9]|[{_ALPHABET}])"
)
_PARAGRAPH = re.compile(
    rf"(?:(?:the )?(?:paragraphs?|paras?|par)(?: no| number)?|{one_of(['កថាខណ្ឌ'])}(?: ?(?:{one_of(['ទី', 'លេខ'])}))?)"
    r" ?([0-9]{1,3})"
)
_ARTICLE = re.compile(
    rf"(?:(?:the|criminal code|penal code|of|art|articles?|sec|sections?|\bs\b|cc|{one_of(['ក្រមព្រហ្មទណ្ឌ', 'មាត្រាទី', 'មាត្រា'])}) ?)+"
    rf"([0-9]{{1,3}})(?: ?(bis|{one_of(['ស្ទួន'])}))?"
    rf"(?: (?:of )?(?:the )?(?:(?:criminal|penal) code|cc)| ?(?:{one_of(['នៃ'])})?{one_of(['ក្រមព្រហ្មទណ្ឌ'])})?"
)
_ANNEX = re.compile(rf"(?:annex|{one_of(['ឧបសម្ព័ន្ធទី', 'ឧបសម្ព័ន្ធ'])}) ?(iii|ii|iv|i|v|[1-5])")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_TRIAL = re.compile(
    rf"(?:the )?(?:mass )?(?:trial )?(?:no |number )?(?:{one_of(['ការជំនុំជម្រះទ្រង់ទ្រាយធំ', 'ការជំនុំជម្រះ', 'សវនាការ'])})? ?"
    rf"(?:{one_of(['លើកទី', 'ទី'])})? ?([1-9][0-9]?|{'|'.join(_ORDINALS)})(?:st|nd|rd|th)?(?: mass)?(?: trial)?"
)
_DAY = re.compile(r"([0-9]{4}) ([0-9]{1,2})(?: ([0-9]{1,2}))?|([0-9]{1,2}) ([0-9]{1,2}) ([0-9]{4})")
_INITIALS = re.compile(r"(?:[A-Za-z]\s?\.\s?){1,3}[A-Za-z]\s?\.?")
_INITIALS_INSIDE = re.compile(r"(?<![A-Za-z.])(?:[A-Z]\.\s?){1,3}[A-Z]\.(?![A-Za-z])")
_SHORT_NUMBER = re.compile(r"\b[0-9]{1,2}\b")
_NO_ID = frozenset({"id", "if"})
"""What could be points of the agenda, but is said for other things (“I’d”)."""


class Codes:
    """What things of one report are called by number, letter or initials."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._charges: dict[str, str] = {}
        for charge in report.charges.values():
            for name in (charge.name.en, charge.name.km, *charge.keywords.en, *charge.keywords.km):
                text = key(name)
                self._charges.setdefault(core(text) if has_khmer(text) else text, charge.id)

    def recommendation(self, words: str) -> str | None:
        """The recommendation of ``105d``, ``105 (D)``, ``១០៥(d)``, ``annex 1 h`` or ``agenda 8``; None for none."""
        text = _unsigned(words)
        if match := _RECOMMENDATION.fullmatch(text):
            return self._known("r", f"{match[1]}{_item(match[2])}")
        if match := _AGENDA.fullmatch(text):
            return self._known("r", f"i{_item(match[1])}")
        return self._known("r", text.replace(" ", ""))

    def paragraph(self, words: str) -> str | None:
        """The paragraph of ``para 41`` or ``កថាខណ្ឌ ៤១``; None when it has no such number."""
        match = _PARAGRAPH.fullmatch(_unsigned(words))
        return self._known("p", str(int(match[1]))) if match else None

    def law(self, words: str) -> str | None:
        """The article of ``section 494``, ``437 bis`` or ``មាត្រា ៤៩៤``; None when the report does not name it."""
        text = _unsigned(words)
        match = _ARTICLE.fullmatch(text) or _ARTICLE.fullmatch(f"article {text}")
        if match is None:
            return None
        plain, bis = self._known("l", f"cc-{match[1]}"), self._known("l", f"cc-{match[1]}-bis")
        return bis if match[2] else plain or bis

    def annex(self, words: str) -> int | None:
        """Which annex is asked for as a whole, counted from 1."""
        match = _ANNEX.fullmatch(key(words[:LONGEST]))
        return None if match is None else _ROMAN.get(match[1]) or int(match[1])

    def charge(self, words: str) -> str | None:
        """The charge that these words name, by its name or a keyword."""
        text = core(key(words[:LONGEST])) if has_khmer(key(words[:LONGEST])) else key(words[:LONGEST])
        return self._charges.get(text)

    def trial(self, words: str) -> str | None:
        """The trial of ``3`` or ``third mass trial``, of a verdict's day, or of its month and year.

        Numbers are those that the trials' names begin with, since the report counts its mass trials; a number that none
        has is the place in the report's order.
        """
        text = key(words[:LONGEST])
        trials = [case.id for case in self._report.cases.values() if case.kind == "trial"]
        if match := _TRIAL.fullmatch(text):
            place = int(match[1]) if match[1].isdigit() else _ORDINALS.index(match[1]) + 1
            return self._numbered(place, trials)
        month, years = scope.month(words), scope.years(words)
        if match := _DAY.fullmatch(text):
            year, number, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
            begins, days = f"trial-{year}-{int(number):02}-", [int(day)] if day else []
        elif month and years:
            begins, days = f"trial-{years[0]}-{month:02}-", [int(n) for n in _SHORT_NUMBER.findall(text)]
        else:
            return None
        named = [trial for trial in trials if trial.startswith(begins) and (not days or int(trial[-2:]) in days)]
        return named[0] if len(named) == 1 else None

    def _numbered(self, place: int, trials: list[str]) -> str | None:
        """The trial that the report calls the first to fifth; else the one in this place."""
        ordinal = _ORDINALS[place - 1] if place <= len(_ORDINALS) else ""
        for trial in trials:
            if ordinal and self._report.cases[trial].name.en.casefold().startswith(f"{ordinal} "):
                return trial
        return trials[place - 1] if place <= len(trials) else None

    def initials(self, words: str, *, dotted: bool = True) -> list[str]:
        """The defendants with these initials; written with dots, or by ``dotted=False`` also without (``ms``).

        In a question, initials in capitals with every dot are found too: ``who is M.S.?``
        """
        one = words[:LONGEST].strip()
        inside = _INITIALS_INSIDE.search(one)
        if _INITIALS.fullmatch(one) is None and (dotted or len(key(one).replace(" ", "")) > 4):
            if inside is None:
                return []
            one = inside[0]
        letters = key(one).replace(" ", "").upper()
        return [f"n:{d.id}" for d in self._report.defendants.values() if d.initials.replace(".", "") == letters]

    def ref(self, words: str) -> str | None:
        """The one thing that is asked for by a code among these, if any."""
        one = words.strip()[:LONGEST]
        if ":" in one and self._report.knows(one):
            return one
        point = None if key(one) in _NO_ID else self.recommendation(words)
        return point or self.paragraph(words) or (self.law(words) if _named_law(words) else None)

    def _known(self, kind: str, found: str) -> str | None:
        ref = f"{kind}:{found}"
        return ref if self._report.knows(ref) else None


def _unsigned(words: str) -> str:
    """The key of words; nothing for what has a number below zero, since keys hold no signs."""
    return "" if _BELOW_ZERO.search(words[:LONGEST]) else key(words[:LONGEST])


def _named_law(words: str) -> bool:
    """Whether a number is said to be an article's; a number alone is a benchmark's."""
    text = key(words[:LONGEST])
    bare = " ".join(word for word in text.split() if word not in ("the", "of"))
    return (not bare.isdigit() and _ARTICLE.fullmatch(text) is not None) or "bis" in text.split()


def _item(code: str) -> str:
    """The letter of a point: ``d`` for d, 4 and ឃ."""
    if code.isdigit():
        return chr(ord("a") + int(code) - 1)
    return chr(ord("a") + _ALPHABET.index(code)) if code in _ALPHABET else code
