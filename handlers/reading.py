"""Reading an incident: opened in the chat where the office key is here, as the sealed file where it is not."""

from __future__ import annotations

import re
from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler

from handlers.access import Rule, under
from handlers.answers import Answers
from handlers.queue_parts import REFERENCE
from handlers.showing import document, vanishing
from handlers.team import Team
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.incidents import Sealed
from storage.members import Role
from storage.opened import SUFFIXES, Incident, Listed, Note, opened
from storage.outbox import Call
from storage.reviews import Review, Went
from storage.sealing import OfficeKey, Unreadable
from storage.tables import Tables
from texts import otherwise
from texts import reading as texts
from texts.reading import Opened
from texts.reading import Reading as Texts

_WENT = {Act.OPENED: "opened", Act.FETCHED: "fetched"}


class NotShown(Exception):
    """The incident itself cannot be read; the message is a reason that texts.reading has words for."""


class Reading:
    """What whoever has the claim, or is asked to approve something about it, may read. ``key`` is the office key where
    that lies on this server. Every opening is written down in the same commit as the letters that show it."""

    def __init__(self, tables: Tables, key: OfficeKey | None, team: Team, answers: Answers, texts: Texts) -> None:
        self._incidents = tables.incidents
        self._notes = tables.notes
        self._reviews = tables.reviews
        self._proposals = tables.proposals
        self._traces = tables.traces
        self._key = key
        self._team = team
        self._answers = answers
        self._texts = texts

    def handlers(self) -> list[Handler]:
        """The buttons; there is no command."""
        return under(
            Rule(Role.COORDINATOR),
            CallbackQueryHandler(self.read, f"^rd:({REFERENCE})(?::([1-9][0-9]{{0,2}}))?$"),
            CallbackQueryHandler(self.file, f"^rd:file:({REFERENCE}):([1-9][0-9]{{0,2}})$"),
            CallbackQueryHandler(self.bundle, f"^rd:bundle:({REFERENCE})$"),
            CallbackQueryHandler(self.done, "^rd:done$"),
        )

    async def read(self, update: Update, context: Context) -> None:
        """Show it, or say how else it can be read."""
        review = await self._asked_for(context)
        if review is None:
            return
        if self._key is None:
            context.answer(self._texts.sealed_only(review.reference, context.language))
            return
        found = await self._open(context, review, self._key)
        screens = self._texts.screens(found, context.page, context.language) if found else []
        if not screens:
            if found:
                context.answer(otherwise.old_button(context.language))
            return
        await self._write_down(context, review, Act.OPENED)
        context.answer(screens[0])
        for screen in screens[1:]:
            context.greet(context.chat_id, screen)

    async def file(self, update: Update, context: Context) -> None:
        """Send a piece of evidence, as it was received. It is opened by the courier, right before it goes."""
        review = await self._asked_for(context)
        if review is None:
            return
        if self._key is None:
            context.answer(otherwise.old_button(context.language))
            return
        found = await self._open(context, review, self._key)
        if found is None:
            return
        number = int(context.found[1])
        if number > len(found.files):
            context.answer(otherwise.old_button(context.language))
        elif (listed := found.files[number - 1]).sha256 is None:
            context.answer(texts.never_came(context.language))
        else:
            await self._write_down(context, review, Act.FETCHED)
            context.answer(texts.on_its_way(context.language))
            context.turn.calls.append(self._file(context, review.reference, number, listed))

    async def bundle(self, update: Update, context: Context) -> None:
        """Send the sealed file. It stays, and may be saved: only the office key opens it."""
        review = await self._asked_for(context)
        if review is None:
            return
        await self._write_down(context, review, Act.FETCHED)
        context.answer(texts.on_its_way(context.language))
        wanted = {"bundle": review.reference, "name": f"{review.reference}.tar"}
        below = self._texts.below_bundle(review.reference, context.language)
        context.turn.calls.append(document(context.chat_id, wanted, below, texts.not_taken(context.language)))

    async def done(self, update: Update, context: Context) -> None:
        """Whoever read it wants it gone now."""
        taken = await self._traces.take_passing(context.chat_id)
        context.answer(texts.read(context.language))
        context.turn.calls += [vanishing(chat_id, numbers) for chat_id, numbers in taken.items()]

    def _file(self, context: Context, reference: str, number: int, listed: Listed) -> Call:
        wanted = {
            "evidence": listed.id,
            "reference": reference,
            "sha256": listed.sha256,
            "size": listed.size,
            "type": listed.type,
            "name": f"{reference}-{number}{SUFFIXES.get(listed.type, '.bin')}",
        }
        below = self._texts.below_file(reference, number, context.language)
        return document(context.chat_id, wanted, below, texts.not_taken(context.language))

    async def _asked_for(self, context: Context) -> Review | None:
        """The review of what the button names, if whoever pressed it may read that; if not, it is as if it never was."""
        reference = context.found[0]
        review = await self._reviews.of(reference)
        here = await self._incidents.state(reference) == "new"
        if review is not None and here and await self._may_read(context, review):
            return review
        context.answer(otherwise.old_button(context.language))
        return None

    async def _may_read(self, context: Context, review: Review) -> bool:
        me = context.me.handle
        if review.claimed_by == me:
            return True
        proposals = await self._proposals.open(context.unix)
        return any(one.subject == review.reference and one.by != me for one in proposals)

    async def _open(self, context: Context, review: Review, key: OfficeKey) -> Opened | None:
        """Everything that can be read of it; None, and that is said, when the incident itself cannot be."""
        sealed = await self._incidents.sealed(review.reference)
        notes = await self._notes.sealed(review.reference)
        try:
            return _opened(review.reference, sealed, notes, key)
        except NotShown as why:
            context.answer(self._texts.unreadable(review.reference, str(why), context.language))
            return None

    async def _write_down(self, context: Context, review: Review, act: Act) -> None:
        """Who opened it, and on which day: each time in the audit, once in the review. The reporter is told once that
        somebody has read it."""
        await self._team.note(context, act, review.reference)
        went = Went(_WENT[act], context.me.handle, context.today.isoformat())
        review = replace(review, went=tuple(dict.fromkeys((*review.went, went))))
        if review.claimed_by == context.me.handle and review.state == "received":
            review = await self._answers.send(context, review, state="read")
        await self._reviews.keep(review)


def _opened(reference: str, sealed: list[Sealed], notes: list[Sealed], key: OfficeKey) -> Opened:
    """What was sealed under this reference by this server, and the numbers of what was not. Raises NotShown."""
    if not sealed:
        raise NotShown("damaged")
    first, *rest = sealed
    incident = _incident(first, reference, key)
    additions: dict[int, Incident] = {}
    spoilt = []
    for one in rest:
        try:
            additions[_number(one)] = _incident(one, reference, key)
        except NotShown:
            spoilt.append(_number(one))
    read = {_number(one): _note(one, key) for one in notes}
    return Opened(
        incident,
        additions,
        {number: note for number, note in read.items() if note is not None},
        tuple(spoilt),
        tuple(number for number, note in read.items() if note is None),
    )


def _incident(one: Sealed, reference: str, key: OfficeKey) -> Incident:
    """An incident or an addition, in the place where it was written. Raises NotShown."""
    if not one.genuine:
        raise NotShown("planted")
    try:
        incident = opened(one.sealed, key, Incident)
    except Unreadable as why:
        raise NotShown("foreign" if str(why) == "sealed to another key" else "damaged") from None
    if (incident.ctx, incident.reference) != (one.name, reference):
        raise NotShown("swapped")
    return incident


def _note(one: Sealed, key: OfficeKey) -> Note | None:
    try:
        note = opened(one.sealed, key, Note)
    except Unreadable:
        return None
    return note if one.genuine and note.ctx == one.name else None


def _number(one: Sealed) -> int:
    """``addition:R-7F3K:2:1`` is the second."""
    found = re.search(r":(\d+):1$", one.name)
    assert found is not None  # noqa: S101 - so they are named in the repository
    return int(found[1])
