"""The loop is closed: once the network's submission went out, each reporter finds in the mailbox whether it has theirs.

Nothing says in which paragraph, nor on which benchmark: whoever finds an opened mailbox must not find the incident in a
published text.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from storage.audit import Act
from storage.database import Database
from storage.outbox import Call, Letter, Queued
from storage.reviews import Went
from storage.submissions import Submission
from storage.tables import Tables
from texts.mailbox import answered
from texts.screen import Screen

AT_ONCE = 100
"""Reporters a tick: each letter is sealed to a key of its own, and nobody waits for it."""


class SubmissionsSent:
    """Tells who has not been told yet, each once. ``notice`` makes the call; ``hand_over`` gives what was queued to the
    sender."""

    def __init__(
        self,
        database: Database,
        tables: Tables,
        notice: Callable[[int, Screen], Call],
        hand_over: Callable[[list[Queued]], None],
    ) -> None:
        self._database = database
        self._tables = tables
        self._notice = notice
        self._hand_over = hand_over

    async def tend(self, now: dt.datetime) -> None:
        """Some of those of each submission that went out."""
        for call in await self._database.write(self._tables.deadlines.all):
            if call.sent_on:
                self._hand_over(await self._database.write(partial(self._tell, call.id, now)))

    async def _tell(self, deadline: str, now: dt.datetime) -> list[Queued]:
        one = await self._tables.submissions.of(deadline)
        if one.told_on or not one.built_on:
            return []
        untold = sorted((one.used.keys() | one.left_out.keys()) - set(one.told))
        letters = [letter for each in untold[:AT_ONCE] for letter in await self._letter(each, one, now)]
        told, day = (*one.told, *untold[:AT_ONCE]), now.date().isoformat()
        over = len(untold) <= AT_ONCE
        await self._tables.submissions.keep(replace(one, told=told, told_on=day if over else ""))
        if over:
            await self._tables.audit.note(now.date(), "bot", Act.SUBMISSION, f"{deadline}:told")
        return await self._tables.outbox.add(letters, now.date())

    async def _letter(self, reference: str, one: Submission, now: dt.datetime) -> list[Letter]:
        """Into the mailbox; and a word to whoever asked to be told in the chat."""
        review = await self._tables.reviews.of(reference)
        if review is None or review.state == "withdrawn":
            return []
        day = now.date().isoformat()
        used = reference in one.used and not one.used[reference].startswith("A")
        letter = {"on": day, "sent": "used" if used else one.left_out.get(reference, "annex")}
        if reference in one.used:
            went = Went("submitted", one.by, day)
            await self._tables.reviews.keep(replace(review, state="used", went=(*review.went, went)))
            letter["state"] = "used"
        if not review.head.reply_to:
            return []
        await self._tables.replies.put(reference, review.head.reply_to, letter)
        chat_id = await self._tables.replies.whom_to_tell(now, reference=reference)
        if chat_id is None:
            return []
        language = await self._tables.chats.language(chat_id) or "en"
        return [Letter(f"sent:{secrets.token_hex(8)}", chat_id, self._notice(chat_id, answered(language)), language)]
