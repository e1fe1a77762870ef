"""Filling in a form: what is written, sent or pressed while one is open is an answer to its question."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, MessageHandler, TypeHandler, filters

from forms.files import too_much
from forms.form import Form, Given, Progress, Refused, Wrong
from forms.register import FORMS
from forms.steps import reworded
from handlers.allowance import Allowance
from handlers.desks import CONVERSATIONS, HOURS, Desks
from handlers.turn import Context, Handler, current
from storage.drafts import Draft
from storage.evidence import Evidence
from storage.outbox import Call
from texts import otherwise
from texts.filling import Filling, key
from texts.screen import Screen


class _Open(filters.UpdateFilter):
    """A form is open in this chat, and the person has not left it."""

    def filter(self, update: Update) -> bool:
        return open_draft(current.get().desk) is not None


def open_draft(desk: dict[str, Draft]) -> Draft | None:
    """The form whose question is asked in this chat."""
    return next((desk[form] for form in CONVERSATIONS if form in desk and not desk[form].left), None)


class _Held(filters.UpdateFilter):
    """An edited message belongs to an account that is on the desk, or a question is open."""

    def filter(self, update: Update) -> bool:
        desk, message = current.get().desk, update.edited_message
        if message is None or message.chat.type != "private":
            return False
        return open_draft(desk) is not None or _reworded(desk, message) is not None


_PRIVATE = filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL & _Open()
_FRESH_AFTER = 20 * 3600
"""A message older than this is not edited into a question: it could not be deleted any more when the form ends."""
_STEP = "([a-z_]{1,20}[+]?)"


@dataclass(frozen=True)
class _File:
    """A file in a message."""

    file_id: str
    kind: str
    size: int
    declared_type: str
    name: str | None

    def facts(self, step: str, caption: str | None, now: int) -> dict[str, Any]:
        """What is known of it before it is here."""
        return {
            "step": step,
            "kind": self.kind,
            "size": self.size,
            "declared_type": _text(self.declared_type),
            "file_name": _text(self.name),
            "caption": _text(caption),
            "coming": now,
        }


class Fillings:
    """One method for each thing a person can do to the question that is open."""

    def __init__(self, desks: Desks, evidence: Evidence, texts: Filling, zone: ZoneInfo, files: Allowance) -> None:
        self._desks = desks
        self._evidence = evidence
        self._texts = texts
        self._zone = zone
        self._files = files

    def handlers(self) -> list[Handler]:
        """Must come before those that look up words, and after nothing that answers in a private chat."""
        verbs = (
            ("ok", self.finish),
            ("skip", self.skip),
            ("back", self.back),
            ("yes", self.agree),
            ("no", self.disagree),
        )
        return [
            MessageHandler(_Held(), self.edited),
            MessageHandler(_PRIVATE & filters.UpdateType.MESSAGE & ~filters.COMMAND, self.given),
            CallbackQueryHandler(self.chosen, f"^f:c:{_STEP}:([A-Za-z0-9_:]{{1,40}})$"),
            *(CallbackQueryHandler(method, f"^f:{verb}:{_STEP}$") for verb, method in verbs),
            CallbackQueryHandler(self.anew, f"^f:anew:{_STEP}$"),
            CallbackQueryHandler(self.change, f"^f:change:{_STEP}$"),
            CallbackQueryHandler(self.stay, "^f:stay$"),
        ]

    def sends(self, how: Callable[[Update, Context], Awaitable[None]]) -> None:
        """What happens when a whole form is sent."""
        self._send = how

    async def begin(self, context: Context, form: str, about: dict[str, Any], progress: Progress | None = None) -> None:
        """The first question of a member's form that ``progress`` has not answered, or back to the open one about the
        same."""
        held = context.turn.desk.get(form)
        if held is not None and held.about == about:
            draft = replace(held, left=False)
            await self._desks.keep(context, draft)
        else:
            answered = (progress or Progress()).to_json()
            draft = Draft(form, context.unix, context.unix + HOURS * 3600, answered, about=about)
            await self._desks.begin(context, draft)
        self.show(context, self._texts.screen(draft, context.language))

    async def ask_again(self, context: Context, draft: Draft, step: str, why: Wrong) -> None:
        """What was sent cannot be taken: this question once more, with the reason; nothing else is lost."""
        form, progress = FORMS[draft.form], Progress.from_json(draft.progress)
        draft = replace(draft, progress=(form.change(progress, step) or progress).to_json())
        await self._desks.keep(context, draft)
        self.show(context, self._texts.refused(draft, Refused(why), context.language))

    async def look_again(self, context: Context, draft: Draft, note: Markup) -> None:
        """All answers once more, with this above them."""
        await self._desks.keep(context, draft)
        self.show(context, self._texts.screen(draft, context.language, note))

    def returning(self) -> list[Handler]:
        """What comes after all others: back to the question once a command was answered."""
        return [TypeHandler(Update, self.come_back)]

    async def given(self, update: Update, context: Context) -> None:
        """Words, a file, a place on the map, or something that is no answer to anything."""
        message, draft = update.message, open_draft(context.turn.desk)
        assert message is not None  # noqa: S101 - the filter asked for one
        assert draft is not None  # noqa: S101 - as above
        if (file := _file_in(message)) is not None:
            await self._sent(file, message, draft, context)
        elif message.text is None and message.location is None:
            self.show(context, self._texts.refused(draft, Refused(Wrong.KIND), context.language))
        else:
            given = self._given(message, draft, context)
            await self._typed(self._texts.verb(given.words), update, context, given, draft)

    async def _typed(self, verb: str, update: Update, context: Context, given: Given, draft: Draft) -> None:
        """The label of a button, typed, does what the button does."""
        form, progress = FORMS[draft.form], Progress.from_json(draft.progress)
        if verb == "send" and form.asked(progress) is None:
            await self._send(update, context)
            return
        outcome = _done(verb, form, progress) or form.take(progress, given)
        if isinstance(outcome, Refused):
            self.show(context, self._texts.refused(draft, outcome, context.language))
        else:
            await self._go_on(context, draft, outcome)

    async def edited(self, update: Update, context: Context) -> None:
        """An edited message changes the account that it is part of. Other answers are changed at the end."""
        message, draft = update.edited_message, open_draft(context.turn.desk)
        assert message is not None  # noqa: S101 - the filter asked for one
        changed = _reworded(context.turn.desk, message)
        if changed is not None:
            await self._desks.keep(context, changed)
            if not changed.left:
                note = self._texts.changed(context.language)
                self.show(context, self._texts.screen(changed, context.language, note))
        elif draft is not None and (message.text or message.caption):  # a moving point on the map is no edit
            self.show(context, self._texts.not_by_editing(draft, context.language))

    async def chosen(self, update: Update, context: Context) -> None:
        """A button of the question."""
        draft = self._at(context)
        if draft is not None:
            await self._take(context, draft, Given(self.now(context), choice=context.found[1]))

    async def finish(self, update: Update, context: Context) -> None:
        """That was all."""
        await self._do(context, lambda form, progress: form.finish(progress))

    async def skip(self, update: Update, context: Context) -> None:
        """No answer to this one."""
        await self._do(context, lambda form, progress: form.skip(progress))

    async def back(self, update: Update, context: Context) -> None:
        """The question before."""
        await self._do(context, lambda form, progress: form.back(progress) or progress)

    async def agree(self, update: Update, context: Context) -> None:
        """Yes, that is what was meant."""
        await self._do(context, lambda form, progress: form.agree(progress) or progress)

    async def disagree(self, update: Update, context: Context) -> None:
        """No, ask again."""
        await self._do(context, lambda form, progress: form.disagree(progress) or progress)

    async def anew(self, update: Update, context: Context) -> None:
        """Begin the answer to this question again; files that were given to it go."""
        draft = self._at(context)
        if draft is None:
            return
        form, progress = FORMS[draft.form], Progress.from_json(draft.progress)
        await self._go_on(context, draft, form.begin_anew(progress))

    async def change(self, update: Update, context: Context) -> None:
        """Ask one of the answered questions again."""
        draft = open_draft(context.turn.desk)
        if draft is None:
            context.answer(otherwise.old_button(context.language))
            return
        form, progress = FORMS[draft.form], Progress.from_json(draft.progress)
        step = form.step(context.found[0].rstrip("+"))
        mine = step is not None and key(form, step) == context.found[0] and form.asked(progress) is None
        changing = form.change(progress, step.name) if mine and step is not None else None
        if changing is None:
            context.answer(self._texts.not_now(context.language))
        else:
            await self._go_on(context, draft, changing)

    async def stay(self, update: Update, context: Context) -> None:
        """No, do not cancel: on with what is open, or was left."""
        draft = resumed(context.turn.desk)
        if draft is None:
            context.answer(otherwise.old_button(context.language))
            return
        await self._desks.keep(context, draft)
        self.show(context, self._texts.screen(draft, context.language))

    async def come_back(self, update: Update, context: Context) -> None:
        """After a command in the middle of a form, another language, or a form that interrupted it, its question again."""
        draft = open_draft(context.turn.desk)
        query = update.callback_query
        spoke = update.message is not None or (query is not None and (query.data or "").startswith("lang:"))
        if draft is not None and (context.turn.resumed or (spoke and not context.turn.asked)):
            screen = self._texts.screen(draft, context.language, self._texts.where_we_were(context.language))
            self.show(context, replace(screen, fresh=True))

    def now(self, context: Context) -> dt.datetime:
        """Naive local time, as forms take it."""
        return context.turn.now.astimezone(self._zone).replace(tzinfo=None)

    def show(self, context: Context, screen: Screen) -> None:
        """Show the question."""
        context.turn.asked = True
        query = context.incoming.callback_query
        pressed = query.message if query is not None else None
        old = isinstance(pressed, Message) and context.unix - pressed.date.timestamp() > _FRESH_AFTER
        context.answer(replace(screen, fresh=True) if old else screen)

    async def _do(self, context: Context, deed: Callable[[Form, Progress], Progress | Refused]) -> None:
        """Do this to the open question, if the pressed button belongs to it."""
        draft = self._at(context)
        if draft is None:
            return
        outcome = deed(FORMS[draft.form], Progress.from_json(draft.progress))
        if isinstance(outcome, Refused):
            self.show(context, self._texts.refused(draft, outcome, context.language))
        else:
            await self._go_on(context, draft, outcome)

    async def _take(self, context: Context, draft: Draft, given: Given) -> None:
        outcome = FORMS[draft.form].take(Progress.from_json(draft.progress), given)
        if isinstance(outcome, Refused):
            self.show(context, self._texts.refused(draft, outcome, context.language))
        else:
            await self._go_on(context, draft, outcome)

    async def _go_on(self, context: Context, draft: Draft, progress: Progress, note: Markup | None = None) -> None:
        """Keep how far the person is, and ask what comes next: both are one commit."""
        draft = replace(draft, progress=progress.to_json())
        wanted = {one: facts for one, facts in draft.files.items() if _holds(draft.progress, one)}
        await self._evidence.drop([one for one in draft.files if one not in wanted])
        draft = replace(draft, files=wanted)
        await self._desks.keep(context, draft)
        self.show(context, self._texts.screen(draft, context.language, note))

    async def _sent(self, file: _File, message: Message, draft: Draft, context: Context) -> None:
        """A file: have it fetched. The question comes again once it is here; the files of an album come as one."""
        form, progress = FORMS[draft.form], Progress.from_json(draft.progress)
        file_id = secrets.token_hex(16)
        given = Given(self.now(context), _text(message.caption) or "", file=file_id, message=message.message_id)
        outcome = form.take(progress, given)
        why = too_much([facts["size"] for facts in draft.files.values()], file.size)
        if isinstance(outcome, Refused):
            await self._refuse_file(context, draft, message, self._texts.refused(draft, outcome, context.language))
        elif why or not self._files.take(context.chat_id, context.turn.now)[0]:
            screen = self._texts.not_taken_in(draft, why or "many", context.language)
            await self._refuse_file(context, draft, message, screen)
        else:
            step = form.asked(progress)
            assert step is not None  # noqa: S101 - it took the file
            facts = file.facts(step.name, message.caption, context.unix)
            draft = replace(draft, progress=outcome.to_json(), files={**draft.files, file_id: facts})
            await self._desks.keep(context, draft)
            await self._evidence.expect(file_id, context.chat_id, context.today)
            context.turn.asked = True
            context.turn.calls.append(
                fetching(context.chat_id, draft.form, file_id, file.file_id, album=message.media_group_id or "")
            )

    async def _refuse_file(self, context: Context, draft: Draft, message: Message, screen: Screen) -> None:
        """Say why, once for an album."""
        album = message.media_group_id or ""
        context.turn.asked = True
        if album and album == draft.refused_album:
            return
        await self._desks.keep(context, replace(draft, refused_album=album))
        self.show(context, screen)

    def _at(self, context: Context) -> Draft | None:
        """The open form, if its open question is the one that the pressed button belongs to; else that is said."""
        draft = open_draft(context.turn.desk)
        if draft is None:
            context.answer(otherwise.old_button(context.language))
            return None
        form = FORMS[draft.form]
        asked = form.asked(Progress.from_json(draft.progress))
        if asked is None or key(form, asked) != context.found[0]:
            context.answer(self._texts.not_now(context.language))
            return None
        return draft

    def _given(self, message: Message, draft: Draft, context: Context) -> Given:
        """What a message without a file says; the label of a button, typed, is as good as the button."""
        now = self.now(context)
        if message.location is not None:
            spot = (message.location.latitude, message.location.longitude)
            return Given(now, pin=spot) if all(isinstance(one, float | int) for one in spot) else Given(now)
        words = message.text or ""
        asked = FORMS[draft.form].asked(Progress.from_json(draft.progress))
        choice = self._texts.meant(asked.name, words) if asked is not None else ""
        return Given(now, choice=choice) if choice else Given(now, words, message=message.message_id)


def _done(verb: str, form: Form, progress: Progress) -> Progress | Refused | None:
    """What a typed verb does to the open question; None when it means nothing here."""
    if progress.unsure is not None:
        return form.agree(progress) if verb == "yes" else form.disagree(progress) if verb == "no" else None
    if verb == "ok":
        return form.finish(progress)
    if verb == "skip":
        return form.skip(progress)
    return form.back(progress) if verb == "back" else None


def resumed(desk: dict[str, Draft]) -> Draft | None:
    """The form that is gone on with: the open one, else one that was left."""
    held = open_draft(desk) or next((desk[form] for form in CONVERSATIONS if form in desk), None)
    return None if held is None else replace(held, left=False)


def _holds(progress: Mapping[str, Any], file_id: str) -> bool:
    """Whether an answer, or what was given to the open question, has this file in it."""
    held = [progress["partial"], *progress["answers"].values()]
    return any(
        part == file_id or (isinstance(part, dict) and part.get("file") == file_id)
        for value in held
        if isinstance(value, list)
        for part in value
    )


def _reworded(desk: dict[str, Draft], message: Message) -> Draft | None:
    """The draft whose account holds this message, with its new words."""
    for form in CONVERSATIONS:
        if form in desk:
            progress = Progress.from_json(desk[form].progress)
            changed = reworded(progress, message.message_id, message.text or message.caption or "")
            if changed is not None:
                return replace(desk[form], progress=changed.to_json())
    return None


def _text(value: object) -> str | None:
    """The text in a field that may hold anything: PTB does not look."""
    return value if isinstance(value, str) else None


def fetching(chat_id: int, form: str, file_id: str, telegram_id: str, *, album: str) -> Call:
    """Have a file fetched, sealed and noted in its draft (bot.courier)."""
    params = {"chat_id": chat_id, "form": form, "id": file_id, "album": album}
    return Call("fetch", params | {"file_id": telegram_id}, otherwise=Call("unfetched", params))


def _file_in(message: Message) -> _File | None:
    """The file in a message; of a photo the largest size."""
    if message.photo:
        largest = message.photo[-1]
        return _File(largest.file_id, "photo", largest.file_size or 0, "image/jpeg", None)
    voice = message.voice
    if voice is not None:
        return _File(voice.file_id, "voice", voice.file_size or 0, voice.mime_type or "", None)
    round_video = message.video_note
    if round_video is not None:
        return _File(round_video.file_id, "video", round_video.file_size or 0, "video/mp4", None)
    for kind, media in (("video", message.video), ("audio", message.audio), ("document", message.document)):
        if media is not None:
            return _File(media.file_id, kind, media.file_size or 0, media.mime_type or "", media.file_name)
    return None
