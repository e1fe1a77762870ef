"""Questions about the grades as a whole, such as “how many benchmarks are on target?”."""

from __future__ import annotations

import re

from facts.khmer import key
from facts.question import content, core, khmer_of, one_of
from facts.ranking import LONGEST

_LATIN_GRADES = re.compile(r"\b(?:on |off )?targets?\b|\bvariable\b", re.IGNORECASE)
_GRADES = re.compile(f"{_LATIN_GRADES.pattern}|{one_of(['ត្រូវទិសដៅ', 'ខុសទិសដៅ', 'មិនស្មើគ្នា'])}")
_KHMER_COUNTING = re.compile(one_of(["ប៉ុន្មាន", "ចំនួន", "ដែល", "ចំណុចវាស់វែង"]))


def wants_grades(words: str) -> bool:
    """Whether a question names a grade and nothing else of the report: “is Cambodia on target?”."""
    rest, named = _GRADES.subn(" ", key(words[:LONGEST]))
    return named > 0 and not content(rest) and not core(_KHMER_COUNTING.sub("", khmer_of(rest)))


def without_grades(words: str) -> str:
    """A question without the English words of its grades, for finding the benchmark that “Is D on target?” means."""
    return _LATIN_GRADES.sub(" ", words[:LONGEST])
