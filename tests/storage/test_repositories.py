"""Inbox, outbox, chats and identity: what they keep, in which order, and what a thief would find."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import identity
from storage.chats import Chats
from storage.database import Database, Row
from storage.inbox import Arrival, Inbox, Waiting
from storage.outbox import Call, Letter, Outbox, Priority
from storage.sealing import DraftKeys, KeyFault, ServerKey

MONDAY = dt.date(2026, 11, 23)
TUESDAY = MONDAY + dt.timedelta(days=1)
CHAT = 6_123_456_789
GROUP = -1_002_123_456_789
WORDS = "ខ្ញុំឃើញ the march at noon"


class Store:
    """Every repository on one database, with keys of its own; each deed is a transaction."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.server = ServerKey.load(folder / "server.key", MONDAY)
        self.drafts = DraftKeys.load(folder / "draft.keys", MONDAY)
        self.inbox = Inbox(database, self.drafts.sealer, self.server)
        self.outbox = Outbox(database, self.drafts.sealer, self.server)
        self.chats = Chats(database, self.server)

    async def do(self, *deeds: Callable[[], Awaitable[Any] | Any]) -> Any:
        """Do these in one transaction; what the last one gives."""

        async def work() -> Any:
            found = None
            for deed in deeds:
                found = deed()
                if isinstance(found, Awaitable):
                    found = await found
            return found

        return await self.database.write(work)

    async def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """What stands in the tables."""
        return await self.database.write(lambda: self.database.read(sql, values))

    async def arrive(self, *update_ids: int, day: dt.date = MONDAY) -> None:
        """Updates come in, each with its number in its text."""
        arrivals = [Arrival(number, f"{WORDS} {number}".encode(), CHAT) for number in update_ids]
        await self.do(lambda: self.inbox.store(arrivals, day))

    async def waiting(self, most: int = 100) -> list[Waiting]:
        """The updates to handle."""
        found: list[Waiting] = await self.do(lambda: self.inbox.waiting(most))
        return found

    async def queue(self, *letters: Letter, day: dt.date = MONDAY) -> list[int]:
        """Put letters into the outbox; their row ids."""
        return [one.id for one in await self.do(lambda: self.outbox.add(letters, day))]

    def power_cut(self) -> Store:
        """The same database and server key with fresh draft keys."""
        (self.folder / "draft.keys").unlink()
        return Store(self.folder, self.database)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


def letter(
    key: str, chat_id: int | None = CHAT, text: str = WORDS, priority: Priority = Priority.CONVERSATION
) -> Letter:
    return Letter(key, chat_id, Call("sendMessage", {"chat_id": chat_id, "text": text}), "km", priority)


# Inbox


async def test_updates_come_out_in_the_order_they_came_in(store: Store) -> None:
    await store.arrive(900, 901)
    await store.arrive(5)
    found = await store.waiting()
    assert [one.update_id for one in found] == [900, 901, 5], "numbers may begin anew after a quiet week"
    assert [one.raw for one in found] == [f"{WORDS} {number}".encode() for number in (900, 901, 5)]
    assert {one.chat_id for one in found} == {CHAT}
    assert [one.update_id for one in await store.waiting(2)] == [900, 901]


async def test_an_update_is_taken_once_however_often_it_is_repeated(store: Store) -> None:
    await store.arrive(7, 7)
    await store.arrive(7, 8)
    assert [one.update_id for one in await store.waiting()] == [7, 8]
    seqs = [one.seq for one in await store.waiting()]
    await store.do(lambda: store.inbox.done(seqs))
    await store.arrive(7, 8)
    assert await store.waiting() == [], "not even after it was handled"


async def test_what_is_done_says_nothing_any_more(store: Store) -> None:
    await store.arrive(7, 8)
    first, _ = await store.waiting()
    await store.do(lambda: store.inbox.done([first.seq]))
    assert [one.update_id for one in await store.waiting()] == [8]
    assert await store.rows("SELECT state, sealed, address FROM inbox WHERE update_id = 7") == [("done", None, None)]


async def test_an_update_set_aside_keeps_its_words_sealed_and_no_address(store: Store) -> None:
    await store.arrive(7)
    [one] = await store.waiting()
    await store.do(lambda: store.inbox.set_aside(one.seq, "E-7F3K"))
    assert await store.waiting() == []
    [(state, sealed, address, error)] = await store.rows("SELECT state, sealed, address, error FROM inbox")
    assert (state, address, error) == ("aside", None, "E-7F3K")
    assert sealed is not None


async def test_attempts_are_counted(store: Store) -> None:
    await store.arrive(7)
    for attempts in range(3):
        [one] = await store.waiting()
        assert one.attempts == attempts
        await store.do(partial(store.inbox.attempted, one.seq))


async def test_after_a_power_cut_the_words_are_gone_but_the_writer_can_be_told(store: Store) -> None:
    await store.arrive(7)
    after = store.power_cut()
    [one] = await after.waiting()
    assert one.raw is None
    assert one.chat_id == CHAT
    await after.do(lambda: after.inbox.lost(one.seq))
    assert await after.waiting() == []
    assert await after.rows("SELECT state, sealed, address FROM inbox") == [("lost", None, None)]


async def test_only_waiting_updates_need_their_keys(store: Store) -> None:
    await store.arrive(7)
    monday = store.drafts.sealer.newest.id
    store.drafts.renew(TUESDAY)
    await store.arrive(8)
    assert await store.do(store.inbox.needed_keys) == {monday, store.drafts.sealer.newest.id}
    first, second = await store.waiting()
    await store.do(lambda: store.inbox.done([first.seq]))
    assert await store.do(store.inbox.needed_keys) == {store.drafts.sealer.newest.id}
    await store.do(lambda: store.inbox.set_aside(second.seq, "E"))
    assert await store.do(store.inbox.needed_keys) == set()


async def test_what_ended_is_forgotten_by_day_and_what_waits_is_not(store: Store) -> None:
    await store.arrive(1, 2, day=MONDAY)
    await store.arrive(3, day=TUESDAY)
    first, _, third = await store.waiting()
    await store.do(lambda: store.inbox.done([first.seq, third.seq]))
    assert await store.do(lambda: store.inbox.forget(MONDAY)) == 0, "control: that day is not over"
    assert await store.do(lambda: store.inbox.forget(TUESDAY)) == 1
    assert await store.rows("SELECT update_id FROM inbox ORDER BY seq") == [(2,), (3,)]


async def test_the_words_of_what_was_set_aside_are_emptied_by_day(store: Store) -> None:
    await store.arrive(1)
    [one] = await store.waiting()
    await store.do(lambda: store.inbox.set_aside(one.seq, "E-7F3K"))
    await store.do(lambda: store.inbox.forget_words(MONDAY))
    assert (await store.rows("SELECT sealed IS NULL FROM inbox")) == [(0,)], "control"
    await store.do(lambda: store.inbox.forget_words(TUESDAY))
    assert (await store.rows("SELECT sealed IS NULL, error FROM inbox")) == [(1, "E-7F3K")]


# Outbox


async def test_a_letter_comes_back_from_the_table_as_it_was_queued(store: Store) -> None:
    call = Call(
        "editMessageText", {"chat_id": CHAT, "text": WORDS}, Call("sendMessage", {"chat_id": CHAT, "text": "x"})
    )
    sent = Letter("7:0", CHAT, call, "km", Priority.REMINDER)
    await store.queue(sent)
    [queued] = await store.do(lambda: store.outbox.ready(0, 10))
    assert queued.letter == sent
    assert (queued.chat_id, queued.attempts, queued.due_at) == (CHAT, 0, 0.0)


async def test_an_answer_to_a_press_has_no_chat_and_comes_back_too(store: Store) -> None:
    sent = Letter("7:0", None, Call("answerCallbackQuery", {"callback_query_id": "1"}), "en")
    await store.queue(sent)
    [queued] = await store.do(lambda: store.outbox.ready(0, 10))
    assert queued.letter == sent
    assert queued.chat_id is None


async def test_letters_to_one_chat_share_a_lane_and_letters_to_others_do_not(store: Store) -> None:
    queued = await store.do(
        lambda: store.outbox.add([letter("7:0"), letter("7:1"), letter("8:0", GROUP), letter("9:0", None)], MONDAY)
    )
    lanes = [one.lane for one in queued]
    assert lanes[0] == lanes[1]
    assert len(set(lanes)) == 3
    read_back = await store.do(lambda: store.outbox.ready(0, 10))
    assert [one.lane for one in read_back] == lanes


async def test_letters_are_read_in_pages_in_the_order_they_were_decided(store: Store) -> None:
    ids = await store.queue(*(letter(f"{n}:0") for n in range(5)))
    first = await store.do(lambda: store.outbox.ready(0, 3))
    rest = await store.do(lambda: store.outbox.ready(first[-1].id, 3))
    assert [one.id for one in first + rest] == ids == sorted(ids)


async def test_an_update_cannot_queue_the_same_answer_twice(store: Store) -> None:
    await store.queue(letter("7:0"))
    with pytest.raises(sqlite3.IntegrityError):
        await store.queue(letter("7:0"))
    assert len(await store.do(lambda: store.outbox.ready(0, 10))) == 1


@pytest.mark.parametrize("state", ["sent", "refused", "gone", "expired", "lost"])
async def test_what_ended_is_emptied_and_not_sent_again(store: Store, state: str) -> None:
    first, second = await store.queue(letter("7:0"), letter("8:0"))
    await store.do(lambda: store.outbox.ended([(state, "E-7F3K", first)]))
    assert [one.id for one in await store.do(lambda: store.outbox.ready(0, 10))] == [second]
    rows = await store.rows("SELECT state, error, sealed, address FROM outbox WHERE id = ?", (first,))
    assert rows == [(state, "E-7F3K", None, None)]


async def test_a_postponed_letter_remembers_its_attempts_and_its_time(store: Store) -> None:
    [row] = await store.queue(letter("7:0"))
    await store.do(lambda: store.outbox.postponed([(2, 1_800_000_000.5, row)]))
    [queued] = await store.do(lambda: store.outbox.ready(0, 10))
    assert (queued.attempts, queued.due_at) == (2, 1_800_000_000.5)


async def test_a_replaced_letter_stands_in_the_same_place_with_other_words(store: Store) -> None:
    [row] = await store.queue(letter("7:0"))
    await store.do(lambda: store.outbox.replaced(row, letter("7:0", text="other words")))
    [queued] = await store.do(lambda: store.outbox.ready(0, 10))
    assert queued.letter == letter("7:0", text="other words")
    assert queued.id == row


async def test_row_ids_are_never_used_again_after_a_restart_or_a_failure(store: Store) -> None:
    """The row id is the name under which a letter is sealed."""
    first = await store.queue(letter("7:0"))
    await store.do(lambda: store.outbox.ended([("sent", None, first[0])]))
    await store.do(lambda: store.outbox.forget(TUESDAY))
    again = Store(store.folder, store.database)
    second = await again.queue(letter("8:0"))

    async def failing() -> None:
        await again.outbox.add([letter("9:0")], MONDAY)
        raise ValueError

    with pytest.raises(ValueError):
        await again.do(failing)
    third = await again.queue(letter("9:0"))
    assert first < second < third


async def test_letters_after_a_power_cut_are_known_by_their_chat_alone(store: Store) -> None:
    await store.queue(letter("7:0"))
    after = store.power_cut()
    [queued] = await after.do(lambda: after.outbox.ready(0, 10))
    assert queued.letter is None
    assert queued.chat_id == CHAT


async def test_only_unsent_letters_need_their_keys(store: Store) -> None:
    [row] = await store.queue(letter("7:0"))
    monday = store.drafts.sealer.newest.id
    store.drafts.renew(TUESDAY)
    assert await store.do(store.outbox.needed_keys) == {monday}
    await store.do(lambda: store.outbox.replaced(row, letter("7:0", text="other")))
    assert await store.do(store.outbox.needed_keys) == {store.drafts.sealer.newest.id}
    await store.do(lambda: store.outbox.ended([("sent", None, row)]))
    assert await store.do(store.outbox.needed_keys) == set()


async def test_letters_that_ended_are_forgotten_by_day_and_unsent_ones_are_not(store: Store) -> None:
    first, second = await store.queue(letter("7:0"), letter("8:0"))
    await store.do(lambda: store.outbox.ended([("sent", None, first)]))
    assert await store.do(lambda: store.outbox.forget(MONDAY)) == 0, "control"
    assert await store.do(lambda: store.outbox.forget(TUESDAY)) == 1
    assert [one.id for one in await store.do(lambda: store.outbox.ready(0, 10))] == [second]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(
    method=st.text(max_size=20), params=st.dictionaries(st.text(max_size=8), JSON, max_size=4), depth=st.integers(0, 3)
)
def test_every_call_survives_being_written_down(method: str, params: dict[str, Any], depth: int) -> None:
    call = Call(method, params)
    for _ in range(depth):
        call = Call(method, params, call)
    assert Call.from_json(call.to_json()) == call


# Chats


async def test_a_chat_keeps_the_language_it_chose_last(store: Store) -> None:
    assert await store.do(lambda: store.chats.language(CHAT)) is None
    for language in ("km", "en"):
        await store.do(partial(store.chats.choose, CHAT, language, MONDAY))
        assert await store.do(lambda: store.chats.language(CHAT)) == language
    assert await store.do(lambda: store.chats.language(GROUP)) is None
    again = Store(store.folder, store.database)
    assert await again.do(lambda: again.chats.language(CHAT)) == "en"


async def test_a_chat_that_is_forgotten_is_gone_and_others_stay(store: Store) -> None:
    for chat in (CHAT, GROUP):
        await store.do(partial(store.chats.choose, chat, "km", MONDAY))
    await store.do(lambda: store.chats.forget(CHAT))
    assert await store.do(lambda: store.chats.language(CHAT)) is None
    assert await store.do(lambda: store.chats.language(GROUP)) == "km"


async def test_a_group_that_moves_keeps_its_language_even_where_another_was_chosen(store: Store) -> None:
    new = GROUP - 1
    await store.do(lambda: store.chats.choose(GROUP, "km", MONDAY), lambda: store.chats.choose(new, "en", MONDAY))
    await store.do(lambda: store.chats.moved(GROUP, new))
    assert await store.do(lambda: store.chats.language(new)) == "km"
    assert await store.do(lambda: store.chats.language(GROUP)) is None
    await store.do(lambda: store.chats.moved(GROUP, new))
    assert await store.do(lambda: store.chats.language(new)) == "km", "being told twice changes nothing"


async def test_a_language_that_does_not_exist_is_not_stored(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await store.do(lambda: store.chats.choose(CHAT, "fr", MONDAY))


# Identity


async def test_a_new_database_takes_its_server_key_and_no_other_after_that(store: Store) -> None:
    for _ in range(2):
        await identity.recognise(store.database, store.server)
    with pytest.raises(KeyFault, match="right key file"):
        await identity.recognise(store.database, ServerKey.load(store.folder / "other.key", MONDAY))
    await identity.recognise(store.database, store.server)


# What a thief finds


def traces(chat_id: int) -> list[bytes]:
    """The ways in which SQLite or JSON would write a chat's id down."""
    return [str(chat_id).encode(), chat_id.to_bytes(6, "big", signed=True), chat_id.to_bytes(8, "big", signed=True)]


async def test_neither_words_nor_chats_are_in_any_file(store: Store) -> None:
    await store.arrive(7, 8)
    await store.queue(letter("7:0"), letter("8:0", GROUP))
    await store.do(lambda: store.chats.choose(CHAT, "km", MONDAY), lambda: store.chats.choose(GROUP, "km", MONDAY))
    [one, _] = await store.waiting()
    await store.do(lambda: store.inbox.set_aside(one.seq, "E-7F3K"))
    canaries = [WORDS.encode(), b"march", "ឃើញ".encode(), *traces(CHAT), *traces(GROUP)]
    files = [file for file in store.folder.iterdir() if file.name.startswith("sangket.db")]
    assert len(files) == 3
    found = [(file.name, canary) for file in files for canary in canaries if canary in file.read_bytes()]
    assert found == []
    assert b"E-7F3K" in b"".join(file.read_bytes() for file in files), "control: what is not sealed is found"


async def test_a_chat_id_in_a_plain_column_would_be_found(store: Store) -> None:
    """Control: SQLite writes such a number in six bytes, which a search for digits misses."""
    await store.do(
        lambda: store.database.execute(
            "INSERT INTO inbox (update_id, state, arrived_on) VALUES (?, 'done', '')", (CHAT,)
        )
    )
    await store.database.tidy()
    content = (store.folder / "sangket.db").read_bytes()
    assert [trace in content for trace in traces(CHAT)[:2]] == [False, True]
