"""What became of a case since the report, by the network: below what the report says, and never taken for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import product

from markupsafe import Markup

from forms.case_news import MEMBERS_ONLY
from forms.clock import Clock, Happening
from forms.moment import Moment
from storage.case_entries import CaseEntry
from texts.case_news_questions import OPTIONS
from texts.detention import counted
from texts.entries import Entries
from texts.language import LANGUAGES, plain, say
from texts.layout import lines, pages, paragraphs, shortened, turning
from texts.screen import Button, Row, Screen, Toast, grid
from texts.told import calm
from texts.ways import home
from texts.when import told

_MOST = 4000
"""Telegram takes 4,096 units of UTF-16, not counting tags."""
_ON_CARD = 6
_CUTS = ((_ON_CARD, 600), (_ON_CARD, 200), (_ON_CARD, 90), (3, 90), (1, 90), (0, 0))
"""How many entries stand on a card, and to how many letters their words are cut: the first that fits."""
_QUOTED = {"en": Markup("“{}”"), "km": Markup("«{}»")}


@dataclass(frozen=True)
class Reader:
    """Whoever opens a case. What they see is settled before: see ``visible``."""

    language: str
    member: bool = False
    """A monitor or more, in private."""
    editor: bool = False


def visible(entries: Iterable[CaseEntry], *, member: bool) -> list[CaseEntry]:
    """What a member, or everybody, may see; the newest first, by the day on which it happens."""
    shown = [one for one in entries if member or one.kind not in MEMBERS_ONLY]
    return sorted(shown, key=_newness, reverse=True)


def happenings(entries: Iterable[CaseEntry]) -> list[Happening]:
    """The entries as the clock takes them."""
    found = ((one, Moment.from_json(one.when)) for one in entries)
    return [Happening(one.id, one.kind, moment) for one, moment in found if moment is not None]


class LivingCases:
    """The screens about what was published of one report's cases."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    def beside(
        self, cards: Sequence[Screen], case: str, news: Sequence[CaseEntry], clock: Clock, reader: Reader
    ) -> Screen:
        """The card of a case with the network's part below. ``cards`` is the same card in several lengths, the longest
        first: a shorter one makes room before news is cut."""
        if not news:
            return replace(cards[0], rows=_before_last(cards[0].rows, self._rows(case, news, 0, 0, reader)))
        secret = any(one.kind in MEMBERS_ONLY for one in news)
        for (count, most), card in product(_CUTS, cards):
            text = paragraphs([card.text, self._since(news[:count], most, clock, reader, secret=secret)])
            rows = _before_last(card.rows, self._rows(case, news, count, most, reader))
            whole = replace(card, text=text, rows=rows, protected=card.protected or secret)
            if _size(text) <= _MOST:
                break
        return whole

    def all(self, case: str, page: int, news: Sequence[CaseEntry], clock: Clock, reader: Reader) -> Screen:
        """Everything that was published of a case, in pages; an editor can have each of it retracted."""
        language = reader.language
        told_ = [Markup("{n}. {entry}").format(n=n, entry=_told(one, 600, language)) for n, one in enumerate(news, 1)]
        several = pages(told_, 2500, _ON_CARD)
        page = min(max(page, 1), len(several))
        first = sum(map(len, several[: page - 1]))
        here = list(enumerate(news, 1))[first : first + len(several[page - 1])] if reader.editor else []
        retract = [Button(f"✖ {n}", f"cn:r:{one.id}") for n, one in here]
        secret = any(one.kind in MEMBERS_ONLY for one in news)
        name = Markup("<b>{name}</b>").format(name=self._entries.title(f"c:{case}", language))
        nothing = Markup() if news else say(language, "The network published nothing on this yet.")
        parts = [name, _label(language), lines(counted(clock, language, member=reader.member)), nothing]
        return Screen(
            paragraphs([*parts, *several[page - 1], _secret(language) if secret else Markup()]),
            (
                *grid(retract, _ON_CARD),
                *turning(f"cn:all:{case}", page, len(several)),
                (Button(plain(language, "◀ Back"), f"c:{case}"), home(language)),
            ),
            protected=secret,
        )

    def ask(self, entry: CaseEntry, language: str) -> Screen:
        """Whether an entry is really to be taken off."""
        what = say(language, "<b>Take this off the card?</b>\nSomebody else has to approve it.")
        rows = (
            (Button(plain(language, "✖ Retract it"), f"cn:r:{entry.id}:yes", style="danger"),),
            (Button(plain(language, "◀ Back"), f"cn:all:{entry.case}"),),
        )
        name = Markup("<b>{name}</b>").format(name=self._entries.title(f"c:{entry.case}", language))
        return Screen(paragraphs([name, _told(entry, 600, language), what]), rows, protected=True)

    def proposed(self, entry: CaseEntry, language: str, *, retract: bool) -> Markup:
        """Everything that would be published, or retracted, for whoever is to approve it."""
        if retract:
            what = say(language, "This is to be taken off the card:")
        elif entry.kind in MEMBERS_ONLY:
            what = say(language, "This is to be shown to members on the card, below what the report says:")
        else:
            what = say(language, "This is to be shown to everybody on the card, below what the report says:")
        name = Markup("<b>{name}</b>").format(name=self._entries.title(f"c:{entry.case}", language))
        return paragraphs([name, what, _told(entry, 600, language)])

    def gone(self, language: str) -> Markup:
        """What was to be retracted is not there any more."""
        return say(language, "It is not on the card any more.")

    def done(self, case: str, language: str, *, retracted: bool, fresh: bool) -> Screen:
        """To whoever approved."""
        text = (
            say(language, "✔ It is off the card.")
            if retracted
            else say(
                language, "✔ Published. Those who asked for news of the case are told, without a word of what it is."
            )
        )
        return Screen(text, ((self._entries.button(f"c:{case}", language), home(language)),), fresh=fresh)

    def news(self, case: str, language: str) -> Screen:
        """To those who asked for it: the case's name would show on a locked telephone."""
        return Screen(
            say(language, "🔔 There is news of a case that is followed here."),
            (
                (Button(plain(language, "Open it"), f"c:{case}"),),
                (Button(plain(language, "🔕 No more of this case"), f"sb:off:case:{case}"),),
            ),
        )

    def _since(self, news: Sequence[CaseEntry], most: int, clock: Clock, reader: Reader, *, secret: bool) -> Markup:
        told_ = [Markup("• {entry}").format(entry=_told(one, most, reader.language)) for one in news]
        clock_ = lines(counted(clock, reader.language, member=reader.member))
        told_ += [_secret(reader.language)] if secret else []
        return paragraphs([_label(reader.language), clock_, lines(told_)])

    def _rows(self, case: str, news: Sequence[CaseEntry], count: int, most: int, reader: Reader) -> tuple[Row, ...]:
        language, rows = reader.language, []
        if len(news) > count:
            rows.append((Button(plain(language, "Earlier news of this case"), f"cn:all:{case}"),))
        elif news and (reader.editor or any(_is_cut(one, most) for one in news)):
            rows.append((Button(plain(language, "News of this case in full"), f"cn:all:{case}"),))
        if reader.editor:
            rows.append((Button(plain(language, "✎ Add news"), f"cn:{case}"),))
        return tuple(rows)


def not_there(language: str) -> Toast:
    """An entry that was retracted meanwhile."""
    return Toast(plain(language, "It is not on the card any more."), alert=True)


def _before_last(rows: tuple[Row, ...], more: tuple[Row, ...]) -> tuple[Row, ...]:
    """With these rows above the last, which leads on."""
    return (*rows[:-1], *more, *rows[-1:])


def _label(language: str) -> Markup:
    return say(language, "<b>Since then, by the network (not the UN)</b>")


def _secret(language: str) -> Markup:
    return say(language, "<i>🔒 Only members see this. Please do not pass it on.</i>")


def _told(entry: CaseEntry, most: int, language: str) -> Markup:
    """One entry: its kind, its day, its words as they were written, and who says so."""
    kind = OPTIONS["news"].get(entry.kind)
    moment = Moment.from_json(entry.when)
    name = kind(language) if kind else entry.kind
    head = say(language, "<b>{name}:</b> {value}", name=name, value=told(moment, language) if moment else "—")
    words, source = shortened(calm(entry.words), most), shortened(calm(entry.source), most)
    mark = _in_language(entry.language, language)
    quoted = [_QUOTED[language].format(words) + mark] if words else []
    last = say(language, "<i>Source: {source}</i>", source=source)
    return lines([head, *quoted, last if words else last + mark])


def _in_language(of: str, language: str) -> str:
    """In which language it is, where that is not the reader's."""
    if of == language or of not in LANGUAGES:
        return ""
    return " " + (plain(language, "(in Khmer)") if of == "km" else plain(language, "(in English)"))


def _is_cut(entry: CaseEntry, most: int) -> bool:
    return max(len(entry.words), len(entry.source)) > most


def _newness(entry: CaseEntry) -> tuple[str, str, str]:
    at = str(entry.when.get("at") or entry.published_on)
    return at, entry.published_on, entry.id


def _size(text: Markup) -> int:
    """As Telegram counts: units of UTF-16 without tags."""
    return len(unescape(re.sub(r"<[^>]+>", "", str(text))).encode("utf-16-le")) // 2
