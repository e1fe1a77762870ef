"""/remind and /subscriptions: what a chat, or a topic of one, is reminded of. Nobody is told of what they did not ask for."""

from __future__ import annotations

from markupsafe import Markup
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from facts.models import LETTERS
from facts.search import Finder
from handlers.opening import Opening
from handlers.standing import Standings
from handlers.turn import Context, Handler
from storage.deadlines import Deadline
from storage.subscriptions import ALL, NEWS
from storage.tables import Tables
from texts import subscriptions as texts
from texts.cards import Cards
from texts.screen import Row, Screen

_CASE = "case:[a-z0-9-]{1,48}"
_TOPIC = f"({ALL}|{NEWS}|d:[0-9a-f]{{8}}|b:[{LETTERS}]|{_CASE})"
_OCCURRENCE = "d:([0-9a-f]{8}):([0-9]{4}-[0-9]{2}-[0-9]{2})"
_CHOICES = 6


class Subscriptions:
    """Begins and stops. In a group everybody may, because everybody in it reads what is sent there."""

    def __init__(self, tables: Tables, cards: Cards, finder: Finder, opening: Opening, standings: Standings) -> None:
        self._subscriptions = tables.subscriptions
        self._listeners = tables.listeners
        self._chats = tables.chats
        self._deadlines = tables.deadlines
        self._deliveries = tables.deliveries
        self._answered = tables.answered
        self._report = cards.report
        self._finder = finder
        self._standings = standings
        self._texts = texts.Subscriptions(cards.frame.entries, cards.report.cases)
        opening.beside("b", self.beside_benchmark)
        opening.beside("c", self.beside_case)

    def handlers(self) -> list[Handler]:
        """The two commands, and the buttons of what they show. Those of cases that begin with ``fo`` are older."""
        return [
            CommandHandler("remind", self.remind),
            CommandHandler("subscriptions", self.here),
            CallbackQueryHandler(self.here, "^sb(?::p:([0-9]{1,3}))?$"),
            CallbackQueryHandler(self.choose, "^sb:new$"),
            CallbackQueryHandler(self.letters, "^sb:b$"),
            CallbackQueryHandler(self.which_case, "^sb:c$"),
            CallbackQueryHandler(self.begin, f"^sb:on:{_TOPIC}$"),
            CallbackQueryHandler(self.end, f"^sb:off:{_TOPIC}$"),
            CallbackQueryHandler(self.begin, f"^fo:({_CASE})$"),
            CallbackQueryHandler(self.end, f"^fo:off:({_CASE})$"),
            CallbackQueryHandler(self.end_all, "^sb:off$"),
            CallbackQueryHandler(self.stop, f"^sb:stop:{_OCCURRENCE}$"),
            CallbackQueryHandler(self.again, f"^sb:again:{_OCCURRENCE}$"),
        ]

    async def beside_benchmark(self, letter: str, card: Screen, context: Context) -> Screen:
        """The card of a benchmark with the button by which this place is reminded of what concerns it."""
        return await self._beside(f"b:{letter}", card, context)

    async def beside_case(self, case: str, card: Screen, context: Context) -> Screen:
        """The same of a case."""
        return await self._beside(f"case:{case}", card, context)

    async def remind(self, update: Update, context: Context) -> None:
        """The choice; or what the words after the command name, at once where it is clear."""
        words = context.words
        topics = await self._meant(words, context) if words else []
        if len(topics) == 1:
            await self._begin(topics[0], context)
            return
        one = await self._standings.of(context)
        if topics:
            context.answer(self._texts.several(words, topics, one))
        else:
            context.answer(self._texts.choose(one, texts.unknown(words, context.language) if words else None))

    async def choose(self, update: Update, context: Context) -> None:
        """Of what?"""
        context.answer(self._texts.choose(await self._standings.of(context)))

    async def letters(self, update: Update, context: Context) -> None:
        """Of which benchmark?"""
        context.answer(self._texts.letters(await self._standings.of(context)))

    async def which_case(self, update: Update, context: Context) -> None:
        """Of which case?"""
        context.answer(self._texts.which_case(await self._standings.of(context)))

    async def here(self, update: Update, context: Context) -> None:
        """What this place is told of."""
        await self._show(context, page=context.page)

    async def said_stop(self, update: Update, context: Context) -> None:
        """Somebody writes that it is enough: all that can be stopped. Which of it is meant, only a press can say."""
        one = await self._standings.of(context)
        context.answer(self._texts.here(one, texts.which_to_stop(context.language) if one.topics else None))

    async def begin(self, update: Update, context: Context) -> None:
        """Of this, from now on."""
        await self._begin(context.found[0], context)

    async def end(self, update: Update, context: Context) -> None:
        """Of this no longer."""
        [topic] = context.found
        await self._subscriptions.end(context.place, topic)
        one = await self._standings.of(context)
        undo = self._texts.remind_again(topic, context.language) if await self._exists(topic, context) else ()
        context.answer(self._texts.here(one, self._texts.ended(topic, one), undo=undo))

    async def end_all(self, update: Update, context: Context) -> None:
        """Of nothing any more."""
        await self._subscriptions.end_all(context.place)
        await self._show(context, texts.ended_all(context.language))

    async def stop(self, update: Update, context: Context) -> None:
        """No more of one time that a deadline comes."""
        deadline, day = await self._pressed(context)
        if deadline is not None:
            mark = self._listeners.mark(context.place)
            await self._answered.note(f"{deadline.id}:{day}", mark)
            await self._deliveries.drop_those_of(mark, f"d:{deadline.id}:{deadline.version}:{day}:")
        context.answer(self._texts.stopped(await self._standings.of(context), deadline, day))

    async def again(self, update: Update, context: Context) -> None:
        """Remind of it after all."""
        deadline, day = await self._pressed(context)
        if deadline is None:
            await self._show(context, texts.gone(context.language))
            return
        await self._answered.take_back(f"{deadline.id}:{day}", self._listeners.mark(context.place))
        one = await self._standings.of(context)
        context.answer(self._texts.here(one, self._texts.began(f"d:{deadline.id}", one)))

    async def _beside(self, topic: str, card: Screen, context: Context) -> Screen:
        on = await self._subscriptions.has(context.place, topic)
        return self._texts.below_card(card, topic, context.language, on=on, private=context.is_private)

    async def _begin(self, topic: str, context: Context) -> None:
        """Begin to tell this place of it, if there is such a thing and not too many yet."""
        known = await self._subscriptions.of(context.place)
        if not await self._exists(topic, context):
            await self._show(context, texts.gone(context.language))
        elif topic not in known and len(known) >= texts.MOST:
            await self._show(context, texts.full(context.language))
        else:
            await self._subscriptions.begin(context.place, topic, self._standings.profile)
            if not context.turn.chosen:  # what is sent later is in the language that was read now
                await self._chats.choose(context.chat_id, context.language, context.today)
            one = await self._standings.of(context)
            context.answer(self._texts.here(one, self._texts.began(topic, one)))

    async def _show(self, context: Context, note: Markup | None = None, page: int = 1, undo: Row = ()) -> None:
        context.answer(self._texts.here(await self._standings.of(context), note, page, undo))

    async def _exists(self, topic: str, context: Context) -> bool:
        """Whether there is still something to be told of."""
        kind, _, key = topic.partition(":")
        match kind:
            case "case":
                return key in self._report.cases
            case "b":
                return key in self._report.benchmarks
            case "d":
                return any(one.id == key for one in await self._standings.ahead(context.turn.now))
        return True

    async def _meant(self, words: str, context: Context) -> list[str]:
        """The topics that words may name: one where it is clear."""
        letter = self._finder.letter(words)
        if letter is not None:
            return [f"b:{letter}"]
        said = words.casefold()
        if said in texts.CALLED:
            return [texts.CALLED[said]]
        dated = [f"d:{one.id}" for one in await self._standings.ahead(context.turn.now) if said in one.title.casefold()]
        found = self._finder.things(words, kinds="bc")
        clear = [*dated, *(_topic(one.key) for one in found[:1] if one.sure)]
        return clear if len(clear) == 1 else [*dated, *(_topic(one.key) for one in found)][:_CHOICES]

    async def _pressed(self, context: Context) -> tuple[Deadline | None, str]:
        """The deadline of the pressed button, and the day that it names; no deadline where it has no such day, as after
        a change."""
        deadline_id, day = context.found
        deadline = await self._deadlines.get(deadline_id)
        known = self._standings.days(deadline, context.turn.now) if deadline is not None else ()
        return deadline if day in known else None, day


def _topic(ref: str) -> str:
    """What is told of a thing of the report: ``b:D`` of a benchmark, ``case:kem-sokha`` of ``c:kem-sokha``."""
    kind, _, key = ref.partition(":")
    return f"case:{key}" if kind == "c" else ref
