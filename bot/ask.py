"""``python -m bot ask``: questions through the whole pipeline, without a browser and without a network."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot import clock
from bot.application import sangket
from bot.settings import Settings
from bot.talk import NoSuchButton, Seen, Talk, running
from bot.wire import LocalWire
from facts.loader import load_all
from sandbox.app import create_app
from sandbox.records import NotPossible
from sandbox.world import World
from storage.database import Database
from storage.keyfiles import write_private
from storage.members import Member, Members, Role
from storage.sealing import OfficeKey, ServerKey
from texts.language import NAMES


async def ask(
    messages: Sequence[str],
    *,
    name: str,
    language: str | None,
    role: Role = Role.PUBLIC,
    official: Path | None = None,
) -> list[list[Seen]]:
    """What somebody called ``name`` with this role sees after each message; ``[Label]`` presses a button instead.
    ``official`` is where the imported official text is, if it is.

    Everything happens on a data directory of its own, in memory where there is such a place, and is gone after.
    """
    world = World(pace=False)
    person = world.add_person(name)
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        settings = local_settings(world, "http://127.0.0.1", Path(folder), official_text=official)
        make_office(settings.keys_dir)
        if role is not Role.PUBLIC:
            await give_role(settings, person.id, role)
        async with (
            sangket(settings, LocalWire(create_app(world)), load_all(), world.clock, say=_to_nobody) as bot,
            running(bot),
        ):
            talk = Talk(world, person, bot)
            if language is not None:
                await talk.say("/language")
                await talk.press(NAMES[language])
            return [await _one(talk, message) for message in messages]


def _to_nobody(sentence: str) -> None:
    """What a start tells the operator is not part of an answer."""


async def give_role(settings: Settings, user_id: int, role: Role) -> Member:
    """Make somebody a member without an invite: for a place that is gone afterwards."""
    today = clock.now().date()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = ServerKey.load(settings.server_key, today)
    database = await Database.open(settings.database)
    try:
        return await database.write(lambda: Members(database, server).admit(user_id, role, today))
    finally:
        await database.close()


def memory() -> Path | None:
    """A place in memory for what must not touch a disk, where there is one."""
    shared = Path("/dev/shm")  # noqa: S108 - a private folder is made in it
    return shared if shared.is_dir() else None


def local_settings(world: World, url: str, folder: Path, **given: object) -> Settings:
    """Settings for a bot in the local Telegram that keeps everything in ``folder``."""
    ours: dict[str, object] = {
        "telegram_token": world.token,
        "telegram_api_url": url,
        "data_dir": folder / "data",
        "keys_dir": folder / "keys",
        "draft_key_dir": folder / "draft-keys",
        "messages_per_second": 0,
        "webhook_url": None,
    }
    return Settings(_env_file=None, **(ours | given))  # type: ignore[arg-type]


def make_office(keys_dir: Path) -> OfficeKey:
    """An office key for a place that is gone afterwards: only its public half is put there."""
    key = OfficeKey.new()
    write_private(keys_dir / "office.pub", "\n".join([*key.recipients, ""]))
    return key


def as_text(messages: Sequence[str], answers: Sequence[Sequence[Seen]]) -> str:
    """The conversation to read; the answer alone when there was one question."""
    if len(messages) == 1:
        return "\n\n".join(str(seen) for seen in answers[0])
    blocks = []
    for message, seen in zip(messages, answers, strict=True):
        blocks.append("\n\n".join([f"> {message}", *(str(one) for one in seen)]))
    return "\n\n".join(blocks)


def as_json(messages: Sequence[str], answers: Sequence[Sequence[Seen]]) -> str:
    """The same for other programs."""
    whole = [
        {"asked": m, "answers": [one.as_json() for one in seen]} for m, seen in zip(messages, answers, strict=True)
    ]
    return json.dumps(whole, ensure_ascii=False, indent=2)


async def _one(talk: Talk, message: str) -> list[Seen]:
    if message.startswith("[") and message.endswith("]"):
        try:
            return await talk.press(message[1:-1])
        except NoSuchButton as missing:
            return [Seen("toast", f"There is no button called {missing} here.")]
        except NotPossible as reason:
            return [Seen("toast", str(reason))]
    try:
        return await talk.say(message)
    except NotPossible as reason:
        return [Seen("toast", str(reason))]
