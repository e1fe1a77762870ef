"""What became of a case since the report: proposed by editors, published by two, told to those who subscribed to it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import Update
from telegram.ext import CallbackQueryHandler

from forms.case_news import CASE_NEWS, MEMBERS_ONLY
from forms.clock import Clock
from forms.form import Progress
from handlers.access import EVERYBODY, Rule, under
from handlers.approvals import Approvals, Deed
from handlers.desks import Desks
from handlers.filling import Fillings
from handlers.incidents import Tellings
from handlers.opening import Opening
from handlers.turn import Context, Handler
from storage.case_entries import CaseEntry
from storage.drafts import Draft
from storage.listeners import Place
from storage.members import Role
from storage.proposals import Kind, Proposal
from storage.rounds import NOTICE, Round
from storage.tables import Tables
from texts import living_cases as texts
from texts import otherwise
from texts.cards import Cards
from texts.language import likely
from texts.screen import Screen

_CASE = "([a-z0-9-]{1,48})"
_ENTRY = "([0-9a-f]{12})"


class LivingCases:
    """Puts the network's part onto the cards of cases, takes editors through adding to it, and opens a round for subscribers."""

    def __init__(
        self,
        tables: Tables,
        cards: Cards,
        opening: Opening,
        desks: Desks,
        fillings: Fillings,
        telling: Tellings,
        approvals: Approvals,
        zone: ZoneInfo,
    ) -> None:
        self._published = tables.case_entries
        self._listeners = tables.listeners
        self._rounds = tables.rounds
        self._members = tables.members
        self._cards = cards
        self._texts = texts.LivingCases(cards.frame.entries)
        self._opening = opening
        self._desks = desks
        self._fillings = fillings
        self._approvals = approvals
        self._zone = zone
        telling.hands_in(CASE_NEWS.name, self._hand_in)
        opening.beside("c", self.beside)
        approvals.carries(Kind.CASE, Deed(Role.EDITOR, self._words, self._do))

    def handlers(self) -> list[Handler]:
        """The pages for everybody, and the editors' buttons."""
        return [
            *under(EVERYBODY, CallbackQueryHandler(self.all, f"^cn:all:{_CASE}(?::([0-9]{{1,3}}))?$")),
            *under(
                Rule(Role.EDITOR),
                CallbackQueryHandler(self.begin, f"^cn:{_CASE}$"),
                CallbackQueryHandler(self.ask, f"^cn:r:{_ENTRY}$"),
                CallbackQueryHandler(self.retract, f"^cn:r:{_ENTRY}:yes$"),
            ),
        ]

    async def beside(self, case: str, card: Screen, context: Context) -> Screen:
        """The card of a case with what was published since. The report's own words make room where they have to."""
        reader = _reader(context)
        news, clock = await self._news(case, reader, context)
        cards = [card]
        if news and (quotes := await self._opening.quotes(f"c:{case}")):
            cards.append(self._cards.cases.card(case, context.language, quotes, folded=True))
        return self._texts.beside(cards, case, news, clock, reader)

    async def all(self, update: Update, context: Context) -> None:
        """Everything that was published of a case."""
        case, _ = context.found
        if case not in self._cards.report.cases:
            context.answer(otherwise.old_button(context.language))
            return
        reader = _reader(context)
        news, clock = await self._news(case, reader, context)
        context.answer(self._texts.all(case, context.page, news, clock, reader))

    async def begin(self, update: Update, context: Context) -> None:
        """The first question, or back to the open one of the same case."""
        about = {"case": context.found[0]}
        if about["case"] not in self._cards.report.cases:
            context.answer(otherwise.old_button(context.language))
            return
        await self._fillings.begin(context, CASE_NEWS.name, about)

    async def ask(self, update: Update, context: Context) -> None:
        """Ask before an entry is proposed to be retracted."""
        entry = await self._meant(context)
        if entry is not None:
            context.answer(self._texts.ask(entry, context.language))

    async def retract(self, update: Update, context: Context) -> None:
        """Propose to take an entry off; that takes two people, too."""
        entry = await self._meant(context)
        if entry is not None:
            await self._approvals.propose(context, Kind.CASE, f"{entry.case}/{entry.id}", {"retract": entry.id})

    async def _hand_in(self, context: Context, draft: Draft) -> None:
        """Propose what was filled in. Several proposals on one case wait side by side, so each has a subject of its own."""
        case = draft.about["case"]
        await self._desks.clear(context, draft.form, handed_in=True)
        self._desks.empty_chat(context, draft.began)
        context.turn.asked = True
        subject = f"{case}/{secrets.token_hex(3)}"
        await self._approvals.propose(context, Kind.CASE, subject, _content(case, draft))

    async def _words(self, proposal: Proposal, language: str) -> Markup:
        """All that a proposal would publish or retract."""
        entry = await self._entry(proposal)
        if entry is None:
            return self._texts.gone(language)
        return self._texts.proposed(entry, language, retract="retract" in proposal.content)

    async def _do(self, context: Context, proposal: Proposal) -> Screen | None:
        """Publish it and tell subscribers, or retract it; nothing where the case or the entry is gone."""
        entry, retracts = await self._entry(proposal), "retract" in proposal.content
        if entry is None:
            return None
        if retracts:
            await self._published.retract(entry.id)
        else:
            await self._published.add(replace(entry, published_on=self._today(context).isoformat()))
            await self._tell(context, entry)
        fresh = proposal.by == context.me.handle  # done alone: the form's messages are being deleted
        return self._texts.done(entry.case, context.language, retracted=retracts, fresh=fresh)

    async def _entry(self, proposal: Proposal) -> CaseEntry | None:
        """The entry that a proposal is about: a new one, or one to be retracted; None where it or its case is gone."""
        if "retract" in proposal.content:
            entry = await self._published.get(proposal.content["retract"])
        else:
            entry = CaseEntry(**proposal.content, by=proposal.by)
        return entry if entry is not None and entry.case in self._cards.report.cases else None

    async def _tell(self, context: Context, entry: CaseEntry) -> None:
        """Tell those who subscribed to the case and may see it, but neither of the two who published it."""
        two = [chat_id for chat_id in (context.chat_id, await self._members.chat_of(entry.by)) if chat_id is not None]
        content = {
            "what": "case",
            "case": entry.case,
            "members": entry.kind in MEMBERS_ONLY,
            "besides": [self._listeners.mark(Place(chat_id)).hex() for chat_id in two],
        }
        key = f"case:{secrets.token_hex(6)}"
        await self._rounds.open(Round(NOTICE, key, key, (_topic(entry.case),), content=content), context.today)

    async def _news(self, case: str, reader: texts.Reader, context: Context) -> tuple[list[CaseEntry], Clock]:
        """What this reader may see of a case, and the clock of it."""
        news = texts.visible(await self._published.of(case), member=reader.member)
        return news, Clock.of(texts.happenings(news), self._today(context))

    async def _meant(self, context: Context) -> CaseEntry | None:
        """The entry of the pressed button, if it is still on a card; else that is said."""
        entry = await self._published.get(context.found[0])
        if entry is not None and entry.case in self._cards.report.cases:
            return entry
        context.answer(texts.not_there(context.language))
        return None

    def _today(self, context: Context) -> dt.date:
        return context.turn.now.astimezone(self._zone).date()


def _reader(context: Context) -> texts.Reader:
    role = context.turn.member.role if context.turn.member and context.is_private else Role.PUBLIC
    return texts.Reader(context.language, role >= Role.MONITOR, role >= Role.EDITOR)


def _content(case: str, draft: Draft) -> Mapping[str, Any]:
    """What is proposed: of the day what was understood, and not the words that it was told in."""
    answers = CASE_NEWS.kept(Progress.from_json(draft.progress).answers)
    when = answers.get("news_day") or answers["news_since"]
    words, source = (str((answers.get(step) or {}).get("words", "")) for step in ("news_words", "news_source"))
    return {
        "case": case,
        "kind": answers["news"],
        "when": {name: value for name, value in when.items() if name != "said"},
        "words": words,
        "source": source,
        "language": likely(None, words or source),
    }


def _topic(case: str) -> str:
    return f"case:{case}"
