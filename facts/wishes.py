"""What somebody wants who asks nothing of the report: to know what is due, to be reminded, to hear no more, to be done.

Only a whole message counts: “stop” ends reminders, while “stop forced evictions” is looked up like any other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from facts.khmer import key
from facts.question import one_of
from facts.ranking import LONGEST


class Wish(StrEnum):
    """What is wanted."""

    DUE = "due"
    """To know what is due, and when."""
    REMIND = "remind"
    """To be reminded."""
    STOP = "stop"
    """To hear no more."""
    DONE = "done"
    """To say that it is done."""


_SAID: Mapping[Wish, tuple[str, ...]] = {
    Wish.REMIND: (
        *("remind", "remind me", "please remind me", "reminder", "reminders", "my reminders", "notify me"),
        *("subscribe", "subscription", "subscriptions", "my subscriptions"),
        *("រំលឹក", "រំលឹកខ្ញុំ", "សូមរំលឹក", "សូមរំលឹកខ្ញុំ", "រំលឹកខ្ញុំផង", "សូមរំលឹកខ្ញុំផង", "ការរំលឹក"),
        *("ជូនដំណឹងខ្ញុំ", "សូមជូនដំណឹង", "សូមជូនដំណឹងខ្ញុំ", "ការជាវ", "ជាវ"),
    ),
    Wish.STOP: (
        *("stop", "please stop", "stop it", "stop this", "stop all", "stop everything", "stop reminders"),
        *("stop the reminders", "stop all reminders", "stop reminding me", "stop sending", "stop messages"),
        *("stop the messages", "no more", "no more reminders", "no more messages", "no reminders"),
        *("dont remind me", "do not remind me", "unsubscribe", "unsubscribe me", "opt out", "mute", "quit"),
        *("ឈប់", "សូមឈប់", "ឈប់ទៅ", "ឈប់ហើយ", "ឈប់ផ្ញើ", "សូមឈប់ផ្ញើ", "ឈប់ផ្ញើទៀត", "ឈប់ផ្ញើសារ", "ឈប់រំលឹក"),
        *("សូមឈប់រំលឹក", "ឈប់រំលឹកខ្ញុំ", "សូមឈប់រំលឹកខ្ញុំ", "ឈប់រំលឹកទៀត", "ឈប់ជូនដំណឹង", "សូមឈប់ជូនដំណឹង"),
        *("បញ្ឈប់", "សូមបញ្ឈប់", "បញ្ឈប់ការរំលឹក", "បញ្ឈប់ទាំងអស់", "ឈប់ទាំងអស់", "កុំរំលឹក", "កុំរំលឹកទៀត"),
        *("កុំរំលឹកខ្ញុំ", "កុំរំលឹកខ្ញុំទៀត", "កុំផ្ញើទៀត", "សូមកុំផ្ញើទៀត", "កុំផ្ញើមកទៀត", "លែងជាវ", "ឈប់ជាវ"),
    ),
    Wish.DONE: (
        *("done", "all done", "its done", "it is done", "im done", "i am done", "we are done", "were done", "done it"),
        *("i did it", "already done", "done already", "finished", "sent", "sent it", "already sent", "i sent it"),
        *("i have sent it", "we sent it", "we have sent it", "i have done my part", "i did my part"),
        *("រួច", "រួចហើយ", "រួចរាល់", "រួចរាល់ហើយ", "ធ្វើរួច", "ធ្វើរួចហើយ", "ខ្ញុំធ្វើរួចហើយ", "យើងធ្វើរួចហើយ", "បានធ្វើហើយ"),
        *("បានធ្វើរួចហើយ", "ផ្ញើរួច", "ផ្ញើរួចហើយ", "ផ្ញើហើយ", "បានផ្ញើ", "បានផ្ញើហើយ", "បានផ្ញើរួចហើយ", "ខ្ញុំផ្ញើរួចហើយ"),
        *("ខ្ញុំបានផ្ញើហើយ", "ខ្ញុំបានផ្ញើរួចហើយ", "យើងផ្ញើរួចហើយ", "យើងបានផ្ញើហើយ", "ខ្ញុំបានធ្វើផ្នែករបស់ខ្ញុំរួច", "ចប់ហើយ"),
    ),
}
_WISH_OF = {key(phrase).replace(" ", ""): wish for wish, phrases in _SAID.items() for phrase in phrases}

_DUE = {"deadline", "deadlines", "due", "cutoff", "cutoffs"}
_HANDING_IN = {"submit", "submission", "submissions", "send", "call", "calls"}
_WHEN = {"when", "whens", "until", "till", "by", "next", "coming", "upcoming"}
_BESIDE = {
    *("what", "whats", "which", "how", "long", "much", "time", "left", "date", "dates", "day", "days", "last", "final"),
    *("is", "are", "be", "have", "has", "do", "does", "can", "must", "should", "will", "need", "it", "there", "i"),
    *("we", "the", "a", "an", "any", "all", "our", "my", "your", "new", "current", "to", "for", "of", "in", "on"),
    *("at", "me", "us", "show", "tell", "list", "give", "know", "see", "please", "now", "today", "soon", "this"),
    *("year", "month", "week", "information", "inputs", "input"),
}
"""Words that may stand beside those without naming anything of the report."""

_KHMER_DUE = ("ផុតកំណត់", "កាលបរិច្ឆេទកំណត់", "ឱសានវាទ")
_KHMER_HANDING_IN = ("ផ្ញើ", "ដាក់", "ឆ្លើយ", "អំពាវនាវ")
_KHMER_WHEN = ("ពេលណា", "ថ្ងៃណា", "ខែណា", "អង្កាល់", "បន្ទាប់", "ខាងមុខ", "លើកក្រោយ")
_KHMER_BESIDE = (
    *("តើ", "ពេល", "ថ្ងៃ", "ខែ", "ទី", "កាលបរិច្ឆេទ", "អ្វី", "ខ្លះ", "ប៉ុន្មាន", "នៅ", "សល់", "មាន", "គឺ", "ជា", "នឹង"),
    *("ត្រូវ", "ដល់", "មុន", "ចុងក្រោយ", "ថ្មី", "ឆ្នាំនេះ", "ទាំងអស់", "ការ", "នៃ", "សម្រាប់", "របស់", "យើង", "ខ្ញុំ"),
    *("ព័ត៌មាន", "រក", "សូម", "បង្ហាញ", "ប្រាប់", "ទេ", "ឬទេ", "ហើយឬនៅ"),
)
_KHMER_ONLY = re.compile(f"(?:{one_of((*_KHMER_DUE, *_KHMER_HANDING_IN, *_KHMER_WHEN, *_KHMER_BESIDE))}| )++")


def wished(words: str) -> Wish | None:
    """What is wanted by these words, and by nothing else in them; None where they are to be looked up."""
    if len(words) > LONGEST:
        return None
    text = key(words)
    return _WISH_OF.get(text.replace(" ", "")) or (Wish.DUE if _asks_what_is_due(text) else None)


def _asks_what_is_due(text: str) -> bool:
    told = set(text.replace("cut off", "cutoff").split())
    if told <= _DUE | _HANDING_IN | _WHEN | _BESIDE:
        return bool(told & _DUE or (told & _HANDING_IN and told & _WHEN))
    if _KHMER_ONLY.fullmatch(text) is None:
        return False
    return _has(text, _KHMER_DUE) or (_has(text, _KHMER_HANDING_IN) and _has(text, _KHMER_WHEN))


def _has(text: str, phrases: Iterable[str]) -> bool:
    return any(key(phrase) in text for phrase in phrases)
