"""Khmer words for days and times, put into the English that ``forms.time_words`` reads.

Khmer is written without spaces between words, so words are found by the longest spelling that fits, whatever order
the signs of a cluster were typed in.
"""

from __future__ import annotations

import re

_CLUSTER = re.compile("(?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17d3\u17dd])+")
_UNIT = re.compile("\u17d2[\u1780-\u17b3]|.")
_SILENT = str.maketrans("", "", "\u17cd\u17cf\u17d0")
"""Signs that are often left out or taken for one another: សប្តាហ៍, សប្តាហ៏; ច័ន្ទ, ចន្ទ."""

_BETWEEN_LETTERS = re.compile("(?<=[\u1780-\u17dd])\\s+(?=[\u1780-\u17dd])")

_ONES = ("", "មួយ", "ពីរ", "បី", "បួន", "ប្រាំ", "ប្រាំមួយ", "ប្រាំពីរ", "ប្រាំបី", "ប្រាំបួន")
_TENS = ("", "ដប់", "ម្ភៃ", "សាមសិប")
_NUMBERS = {tens + one: str(10 * t + o) for t, tens in enumerate(_TENS) for o, one in enumerate(_ONES) if t or o}

_WORDS = {
    "january": "មករា",
    "february": "កុម្ភៈ កុម្ភះ កុម្ភ: កុម្ភ គុម្ភៈ",
    "march": "មីនា មិនា",
    "april": "មេសា",
    "may": "ឧសភា ឩសភា",
    "june": "មិថុនា មីថុនា",
    "july": "កក្កដា កក្តដា",
    "august": "សីហា",
    "september": "កញ្ញា",
    "october": "តុលា",
    "november": "វិច្ឆិកា វិច្ឆកា វិច្ឆិការ",
    "december": "ធ្នូ ធ្នូរ",
    "monday": "ចន្ទ ថ្ងៃចន្ទ",
    "tuesday": "អង្គារ ថ្ងៃអង្គារ អង្គារ៍ ថ្ងៃអង្គារ៍ អង្គា ថ្ងៃអង្គា",
    "wednesday": "ពុធ ថ្ងៃពុធ ពុទ្ធ ថ្ងៃពុទ្ធ",
    "thursday": "ព្រហស្បតិ៍ ថ្ងៃព្រហស្បតិ៍ ព្រហស្បត្តិ៍ ថ្ងៃព្រហស្បត្តិ៍ ព្រហស្បត្ត ថ្ងៃព្រហស្បត្ត ព្រហ ថ្ងៃព្រហ",
    "friday": "សុក្រ ថ្ងៃសុក្រ",
    "saturday": "សៅរ៍ ថ្ងៃសៅរ៍ សៅរ៌ ថ្ងៃសៅរ៌ សៅ ថ្ងៃសៅ",
    "sunday": "ថ្ងៃអាទិត្យ",
    "today": "ថ្ងៃនេះ",
    "yesterday": "ម្សិលមិញ មុ្សិលមិញ ម្សិលម៉ិញ ម្សឹលមិញ ម្សិលមិញនេះ ពីម្សិលមិញ ថ្ងៃម្សិលមិញ",
    "daybefore": "ម្សិលម្ង៉ៃ ម្សិលម៉្ងៃ ម្សិលម្ងៃ ថ្ងៃម្សិលម្ង៉ៃ",
    "vague": "ម្ខាង យូរហើយ យូរ ប៉ុន្មាន ពីរបី ពីរទៅបី ច្រើន ថ្មីៗ",
    "tomorrow": "ថ្ងៃស្អែក ស្អែក",
    "dayafter": "ខានស្អែក ថ្ងៃខានស្អែក",
    "next": "ក្រោយ ខាងមុខ បន្ទាប់ ទៀត",
    "second": "វិនាទី",
    "minute": "នាទី",
    "hour": "ម៉ោង មោង",
    "day": "ថ្ងៃ ថ្ងៃទី ទី",
    "week": "សប្តាហ៍ សបា្តហ៍ អាទិត្យ",
    "month": "ខែ",
    "year": "ឆ្នាំ ឆ្នាំគ.ស. គ.ស. គ.ស គស",
    "be": "ព.ស. ព.ស ពស ពុទ្ធសករាជ",
    "this": "នេះ",
    "am": "រំលងអធ្រាត្រ",
    "this week": "សប្តាហ៍នេះ អាទិត្យនេះ",
    "this month": "ខែនេះ",
    "this year": "ឆ្នាំនេះ",
    "ago": "មុន មុននេះ កន្លងទៅ កន្លងមក កន្លងទៅនេះ កន្លងមកនេះ មុនមក ទៅ",
    "now": "ឥឡូវ ឥឡូវនេះ អម្បាញ់មិញ អម្បាញ់ម៉ិញ អំបាញ់មិញ អម្បាញ់មិញនេះ មុននេះបន្តិច បន្តិចមុន អម្បាញ់",
    "just": "ទើបតែ ទើប",
    "half": "កន្លះ",
    "quarter": "មួយភាគបួន",
    "morning": "ព្រឹក ពេលព្រឹក ព្រលឹម ព្រហាម ទៀបភ្លឺ",
    "midday": "ថ្ងៃត្រង់ ពេលថ្ងៃត្រង់ ត្រង់",
    "afternoon": "រសៀល ថ្ងៃរសៀល ពេលរសៀល",
    "evening": "ល្ងាច ពេលល្ងាច",
    "night": "យប់ ពេលយប់",
    "midnight": "អធ្រាត្រ កណ្តាលអធ្រាត្រ ពាក់កណ្តាលអធ្រាត្រ កណ្តាលយប់",
    "this morning": "ព្រឹកនេះ ព្រឹកមិញ ព្រឹកម៉ិញ",
    "this midday": "ថ្ងៃត្រង់នេះ ថ្ងៃត្រង់មិញ",
    "this afternoon": "រសៀលនេះ រសៀលមិញ",
    "this evening": "ល្ងាចនេះ",
    "last evening": "ល្ងាចមិញ ល្ងាចម៉ិញ",
    "last night": "យប់មិញ យប់ម៉ិញ យប់ម្សិលមិញ",
    "tonight": "យប់នេះ",
    "about": "ប្រហែល ប្រហែលជា ប្រមាណ ប្រមាណជា ម្តុំ ក្រហែល ជិត ជាង ប៉ាន់ស្មាន ប្រហាក់ប្រហែល",
    "unsure": "មិនដឹង មិនប្រាកដ មិនចាំ ចាំមិនបាន មិនច្បាស់ មិនច្បាស់ទេ អត់ដឹង អត់ចាំ អត់ច្បាស់ ភ្លេច មិនទាន់ដឹង",
    "from": "ចាប់ពី",
    "between": "ចន្លោះ ពីចន្លោះ រវាង ចន្លោះពី",
    "since": "តាំងពី ចាប់តាំងពី ចាប់ពីពេល",
    "to": "ដល់ រហូតដល់ រហូតមកដល់ ទៅដល់",
    "and": "និង",
    "beginning": "ដើម ចុង ពាក់កណ្តាល",
    "": "ពី កាលពី កាល នៅ វេលា ពេល នា ក្នុង ត្រូវនឹង គឺ ជា វា កើតឡើង ហេតុការណ៍ រឿងនេះ ខ្ញុំ គិតថា ថា បាន ហើយ ទេ ដែល"
    " ណា អី ពេលណា ថ្ងៃណា ម៉ោងណា តែ នោះ មក រយៈពេល ប្រាកដ គាត់ គេ ត្រូវ ត្រូវបាន ចាប់ខ្លួន ចាប់",
}


def in_english(text: str) -> str:
    """``text``, with the Khmer words that this table knows in English, and all else as it was."""
    return _FOUND.sub(lambda found: f" {_TABLE[found[0]]} ", _spelling(_BETWEEN_LETTERS.sub("", text)))


def _spelling(text: str) -> str:
    """One spelling for all that look alike: the signs of a cluster in one order, and none twice."""
    return _CLUSTER.sub(_in_order, text.translate(_SILENT))


def _in_order(cluster: re.Match[str]) -> str:
    signs = set(_UNIT.findall(cluster[0].replace("\u17d2\u178a", "\u17d2\u178f")))
    for first, second, both in (("\u17c1", "\u17b6", "\u17c4"), ("\u17c1", "\u17b8", "\u17be")):
        if first in signs and second in signs:
            signs = signs - {first, second} | {both}
    return "".join(sorted(signs))


_TABLE = {_spelling(khmer): number for khmer, number in _NUMBERS.items()} | {
    _spelling(khmer): english for english, spellings in _WORDS.items() for khmer in spellings.split()
}
_FOUND = re.compile(
    "(?<!\u17d2)(?:" + "|".join(map(re.escape, sorted(_TABLE, key=len, reverse=True))) + ")(?![\u17b6-\u17d3\u17dd])"
)
