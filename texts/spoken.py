"""Words for the telephone: short, plain, said alike by everybody, and hard to take for one another in either language."""

from __future__ import annotations

from markupsafe import Markup

WORDS: tuple[tuple[str, str], ...] = (
    ("mango", "ស្វាយ"),
    ("banana", "ចេក"),
    ("coconut", "ដូង"),
    ("orange", "ក្រូច"),
    ("pineapple", "ម្នាស់"),
    ("watermelon", "ឪឡឹក"),
    ("pumpkin", "ល្ពៅ"),
    ("onion", "ខ្ទឹមបារាំង"),
    ("pepper", "ម្រេច"),
    ("sugar", "ស្ករ"),
    ("coffee", "កាហ្វេ"),
    ("bread", "នំប៉័ង"),
    ("elephant", "ដំរី"),
    ("tiger", "ខ្លា"),
    ("monkey", "ស្វា"),
    ("buffalo", "ក្របី"),
    ("horse", "សេះ"),
    ("rabbit", "ទន្សាយ"),
    ("spider", "ពីងពាង"),
    ("butterfly", "មេអំបៅ"),
    ("crocodile", "ក្រពើ"),
    ("chicken", "មាន់"),
    ("moon", "ព្រះចន្ទ"),
    ("cloud", "ពពក"),
    ("thunder", "ផ្គរលាន់"),
    ("mountain", "ភ្នំ"),
    ("island", "កោះ"),
    ("garden", "សួនច្បារ"),
    ("bridge", "ស្ពាន"),
    ("window", "បង្អួច"),
    ("pillow", "ខ្នើយ"),
    ("umbrella", "ឆ័ត្រ"),
    ("bicycle", "កង់"),
    ("basket", "កន្ត្រក"),
    ("candle", "ទៀន"),
    ("scissors", "កន្ត្រៃ"),
    ("drum", "ស្គរ"),
    ("guitar", "ហ្គីតា"),
    ("pencil", "ខ្មៅដៃ"),
    ("letter", "សំបុត្រ"),
)
"""English and Khmer. New ones go to the end: invitations remember places."""


def shown(place: int, language: str) -> Markup:
    """The word in the reader's language, and in the other beside it: whoever calls may speak that one."""
    english, khmer = WORDS[place]
    first, second = (khmer, english) if language == "km" else (english, khmer)
    return Markup("<b>{}</b> ({})").format(first, second)


def label(place: int, language: str) -> str:
    """The same for a button."""
    english, khmer = WORDS[place]
    return f"{khmer} · {english}" if language == "km" else f"{english} · {khmer}"
