"""Whom people mean when they name the addressees of recommendations in everyday words."""

from __future__ import annotations

import re

from facts.khmer import key
from facts.models import Addressee
from facts.question import one_of
from facts.ranking import LONGEST

_CALLED = {
    Addressee.LEADERS: (
        "next generation of leaders",
        "next generation",
        "new generation",
        "generation",
        "leaders",
        "young leaders",
        "youth",
        "new leaders",
        "អ្នកដឹកនាំជំនាន់ក្រោយ",
        "ជំនាន់ក្រោយ",
        "ថ្នាក់ដឹកនាំ",
        "អ្នកដឹកនាំ",
        "មេដឹកនាំ",
        "យុវជន",
    ),
    Addressee.GOVERNMENT: (
        "government",
        "the government",
        "authorities",
        "state",
        "ministry",
        "ministries",
        "gov",
        "govt",
        "រដ្ឋាភិបាល",
        "អាជ្ញាធរ",
        "រដ្ឋ",
        "ក្រសួង",
    ),
    Addressee.CIVIL_SOCIETY: (
        "civil society",
        "civil society organizations",
        "civil society organisations",
        "ngo",
        "ngos",
        "cso",
        "csos",
        "associations",
        "organizations",
        "organisations",
        "activists",
        "stakeholders",
        "us",
        "សង្គមស៊ីវិល",
        "អង្គការសង្គមស៊ីវិល",
        "អង្គការមិនមែនរដ្ឋាភិបាល",
        "អង្គការក្រៅរដ្ឋាភិបាល",
        "អង្គការ",
        "សមាគម",
    ),
    Addressee.INTERNATIONAL: (
        "international community",
        "the international community",
        "un",
        "united nations",
        "donors",
        "donor",
        "embassies",
        "embassy",
        "foreign governments",
        "countries",
        "international",
        "ohchr",
        "អង្គការសហប្រជាជាតិ",
        "សហប្រជាជាតិ",
        "សហគមន៍អន្តរជាតិ",
        "អន្តរជាតិ",
        "ស្ថានទូត",
        "ម្ចាស់ជំនួយ",
    ),
}
_ADDRESSEE_OF = {key(name): addressee for addressee, names in _CALLED.items() for name in names}


_RECOMMENDED = re.compile(
    r"(?:(?:what|which|is|are|the) )*(?:recommendations?|recommended|asked|for|to)\b(?: (?:for|to|of|the)\b)* ?"
    rf"|(?:(?:{one_of(['អនុសាសន៍', 'សម្រាប់', 'ចំពោះ', 'ជូន', 'ដល់'])}) ?)+"
)


def asked_of(words: str) -> Addressee | None:
    """The addressee of ``recommendations for NGOs``; None when words do not speak of recommendations."""
    text = key(words[:LONGEST])
    match = _RECOMMENDED.match(text)
    return addressee(text[match.end() :]) if match and match.end() < len(text) else None


def addressee(words: str) -> Addressee | None:
    """The addressee whom these words and nothing else name: ``NGOs`` is civil society."""
    text = key(words[:LONGEST])
    for beginning in ("for ", "to ", "the "):
        text = text.removeprefix(beginning)
    return _ADDRESSEE_OF.get(text)
