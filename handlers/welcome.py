"""The first minute: /start, /help, /language, /privacy, /about."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, ChatMemberHandler, CommandHandler

from handlers.incidents import Tellings
from handlers.opening import Opening
from handlers.turn import Context, Handler
from storage.chats import Chats
from storage.listeners import Listeners
from storage.members import Role
from texts.cards import Cards
from texts.frame import opened_by
from texts.incidents import BEGIN
from texts.language import LANGUAGES
from texts.welcome import Welcome


class Welcomes:
    """Greets, explains and remembers the language."""

    def __init__(
        self,
        chats: Chats,
        listeners: Listeners,
        texts: Welcome,
        cards: Cards,
        opening: Opening,
        telling: Tellings,
    ) -> None:
        self._chats = chats
        self._listeners = listeners
        self._texts = texts
        self._cards = cards
        self._opening = opening
        self._telling = telling

    def handlers(self) -> list[Handler]:
        """The commands and buttons of the first minute."""
        return [
            CommandHandler("start", self.start),
            CommandHandler("help", self.help),
            CommandHandler(["language", "settings"], self.languages),
            CommandHandler("privacy", self.privacy),
            CommandHandler("about", self.about),
            CallbackQueryHandler(self.home, "^home$"),
            CallbackQueryHandler(self.help, "^help$"),
            CallbackQueryHandler(self.privacy, "^priv$"),
            CallbackQueryHandler(self.forget, "^priv:forget$"),
            CallbackQueryHandler(self.about, "^about$"),
            CallbackQueryHandler(self.languages, "^lang$"),
            CallbackQueryHandler(self.choose, f"^lang:({'|'.join(LANGUAGES)})$"),
            ChatMemberHandler(self.joined, ChatMemberHandler.MY_CHAT_MEMBER),
        ]

    async def start(self, update: Update, context: Context) -> None:
        """Begin: a link to something opens it; else the language comes first."""
        ref = opened_by(context.words)
        if context.words == BEGIN:
            await self._telling.begin(update, context)
        elif self._cards.report.knows(ref):
            context.answer(await self._opening.card(ref, context))
        elif context.turn.chosen:
            context.answer(self._texts.home(context.language))
        else:
            context.answer(self._texts.languages())

    async def home(self, update: Update, context: Context) -> None:
        """The first screen."""
        context.answer(self._texts.home(context.language))

    async def help(self, update: Update, context: Context) -> None:
        """What people can type."""
        role = context.turn.member.role if context.turn.member is not None and context.is_private else Role.PUBLIC
        context.answer(self._texts.help(context.language, role))

    async def languages(self, update: Update, context: Context) -> None:
        """Offer the languages."""
        context.answer(self._texts.languages())

    async def choose(self, update: Update, context: Context) -> None:
        """Remember the chosen language and go on in it."""
        assert context.matches  # noqa: S101 - the pattern matched
        assert update.effective_chat  # noqa: S101 - Arrivals lets nothing pass that has none
        language = context.matches[0][1]
        await self._chats.choose(update.effective_chat.id, language, context.today)
        context.turn.language = language
        context.answer(self._texts.home(language))

    async def privacy(self, update: Update, context: Context) -> None:
        """Who can see what."""
        context.answer(self._texts.privacy(context.language))

    async def forget(self, update: Update, context: Context) -> None:
        """Keep nothing about this chat."""
        assert update.effective_chat  # noqa: S101 - as above
        await self._chats.forget(update.effective_chat.id)
        await self._listeners.forget(update.effective_chat.id)
        context.answer(self._texts.forgotten(context.language))

    async def about(self, update: Update, context: Context) -> None:
        """What this is and is not."""
        context.answer(self._texts.about(context.language))

    async def joined(self, update: Update, context: Context) -> None:
        """Say hello in a group that took the bot in; nothing is said when it is blocked or sent away."""
        change = update.my_chat_member
        assert change is not None  # noqa: S101 - what this handler is for
        present = ("member", "administrator")
        came = change.old_chat_member.status not in present and change.new_chat_member.status in present
        if came and change.chat.type != "private":
            context.greet(change.chat.id, self._texts.joined(context.language))
