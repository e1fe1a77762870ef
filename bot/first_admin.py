"""At the start: a code on the console that makes whoever uses it an admin."""

from __future__ import annotations

from collections.abc import Callable

from bot.clock import Clock
from handlers.invites import BY_CONSOLE, link
from storage.database import Database
from storage.invites import CONSOLE, Invites
from storage.members import Members, Role
from storage.sealing import ServerKey


async def offer(
    database: Database, server: ServerKey, username: str, clock: Clock, say: Callable[[str], None], *, wanted: bool
) -> None:
    """Print a code if there is no admin, or when the operator wants one because an account was lost."""

    async def work() -> str | None:
        if not wanted and any(one.role == Role.ADMIN for one in await Members(database, server).all()):
            return None
        return await Invites(database, server).make(Role.ADMIN, CONSOLE, int(clock().timestamp()))

    token = await database.write(work)
    if token is not None:
        payload = BY_CONSOLE + token
        say(
            ("\nTo make somebody an admin" if wanted else "\nThere is no admin yet. To become one")
            + f", open {link(username, payload)} in Telegram, or send the bot:\n/start {payload}\n"
            "It works once, within 48 hours. Whoever uses it can invite and revoke everybody: show it to nobody else."
        )
