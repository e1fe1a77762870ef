"""The measurements can be believed: the lean server keeps the Bot API's rules, and a bot that cheats is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession

from bench import lookups
from bench.figures import Figure, percentile, ratios
from bench.ledger import Ledger, Tally
from bench.rounds import Round, Run
from bench.server import BATCH, QUESTION, Telegram, listen
from bench.wire import UnreadableRequestError, parameters, take_request

TOKEN = "1234567890:bench"
CHATS = 7
QUESTIONS = 250


@dataclass
class Line:
    """A bot's way to the server, and the server itself behind it."""

    telegram: Telegram
    root: str
    session: ClientSession

    async def call(self, method: str, **sent: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.root}/bot{TOKEN}/{method}", json=sent) as reply:
            answer: dict[str, Any] = await reply.json()
            return answer

    async def order(self, name: str, **sent: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.root}/bench/{name}", json=sent) as reply:
            answer: dict[str, Any] = await reply.json()
            return answer

    async def until_polled(self) -> None:
        while not (await self.order("progress"))["result"]["first_poll_at"]:
            pass


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    telegram = Telegram()
    server, port = await listen(telegram)
    async with ClientSession() as session:
        yield Line(telegram, f"http://127.0.0.1:{port}", session)
    server.close()
    await server.wait_closed()


Answering = Callable[[Line, int, dict[str, Any]], Awaitable[None]]
"""What a bot does with one message: the way to the server, how many messages came before, the message."""


async def honest(line: Line, number: int, message: dict[str, Any]) -> None:
    await line.call("sendMessage", chat_id=message["chat"]["id"], text=message["text"])


async def lossy(line: Line, number: int, message: dict[str, Any]) -> None:
    if number % 50:
        await honest(line, number, message)


async def doubling(line: Line, number: int, message: dict[str, Any]) -> None:
    await honest(line, number, message)
    if number % CHATS == CHATS - 1 and number >= QUESTIONS - CHATS:
        await honest(line, number, message)


async def apologising(line: Line, number: int, message: dict[str, Any]) -> None:
    await line.call("sendMessage", chat_id=message["chat"]["id"], text="Something went wrong.")


async def interview(line: Line, bot: Answering) -> Tally:
    """Ask everything at once and let the bot fetch until nothing is left."""
    await line.order("reset", marker=QUESTION.lower())
    await line.order("burst", count=QUESTIONS, chats=CHATS, first_chat=1)
    number = offset = 0
    while batch := (await line.call("getUpdates", offset=offset))["result"]:
        for update in batch:
            await bot(line, number, update["message"])
            number += 1
        offset = batch[-1]["update_id"] + 1
    return Tally.from_json((await line.order("tally"))["result"])


async def test_an_honest_bot_has_every_question_answered_once(line: Line) -> None:
    tally = await interview(line, honest)
    assert (tally.asked, tally.answered, tally.faults) == (QUESTIONS, QUESTIONS, "")
    assert len(tally.waits) == QUESTIONS
    assert all(0 < wait <= tally.seconds for wait in tally.waits)


async def test_a_bot_that_loses_questions_is_noticed(line: Line) -> None:
    assert (await interview(line, lossy)).faults == "5 lost"


async def test_a_bot_that_answers_twice_is_noticed(line: Line) -> None:
    assert (await interview(line, doubling)).faults == "1 answered twice or unasked"


async def test_a_bot_that_says_something_else_is_noticed(line: Line) -> None:
    assert (await interview(line, apologising)).faults == f"{QUESTIONS} with a wrong text"


def test_an_answer_before_its_question_was_handed_out_does_not_count() -> None:
    ledger = Ledger()
    ledger.ask(chat_id=1, update_id=10, at=1.0)
    ledger.answer(1, "early", at=1.5)
    ledger.hand_out(10)
    ledger.answer(1, "in time", at=3.0)
    assert (ledger.tally().surplus, ledger.tally().waits) == (1, (2.0,))


def test_a_lost_answer_and_a_doubled_one_do_not_cancel_each_other_out() -> None:
    ledger = Ledger()
    for update_id, chat_id in ((10, 1), (11, 2)):
        ledger.ask(chat_id, update_id, at=1.0)
        ledger.hand_out(update_id)
    for _ in range(2):
        ledger.answer(1, "twice", at=2.0)
    assert ledger.tally().faults == "1 lost, 1 answered twice or unasked"


async def test_updates_come_a_hundred_at_a_time_until_the_offset_confirms_them(line: Line) -> None:
    line.telegram.burst(QUESTIONS, CHATS, first_chat=1)
    first = (await line.call("getUpdates"))["result"]
    assert len(first) == BATCH
    assert (await line.call("getUpdates"))["result"] == first
    second = (await line.call("getUpdates", offset=first[-1]["update_id"] + 1, limit=3))["result"]
    assert [update["update_id"] - first[-1]["update_id"] for update in second] == [1, 2, 3]


async def test_a_waiting_poll_is_answered_as_soon_as_somebody_writes(line: Line) -> None:
    poll = asyncio.ensure_future(line.call("getUpdates", timeout=50))
    await line.until_polled()
    line.telegram.ask(chat_id=1)
    (update,) = (await poll)["result"]
    assert update["message"]["text"] == QUESTION


async def test_a_second_poller_ends_the_first_with_a_conflict(line: Line) -> None:
    first = asyncio.ensure_future(line.call("getUpdates", timeout=50))
    await line.until_polled()
    assert (await line.call("getUpdates"))["result"] == []
    assert (await first)["error_code"] == 409


async def test_a_call_on_a_slow_line_does_not_hold_up_another(line: Line) -> None:
    line.telegram.reset(delay=3600)
    slow = asyncio.ensure_future(line.call("getUpdates"))
    await line.until_polled()
    line.telegram.delay = 0.0
    assert (await line.call("getMe"))["ok"]
    assert not slow.done()
    slow.cancel()


async def test_a_call_on_a_slow_line_is_answered_in_the_end(line: Line) -> None:
    line.telegram.reset(delay=0.001)
    assert (await line.call("getMe"))["ok"]


async def test_steady_questions_all_come(line: Line) -> None:
    await line.order("pace", count=20, chats=CHATS, first_chat=1, rate=2000.0, seed=1)
    seen = offset = 0
    while seen < 20:
        batch = (await line.call("getUpdates", offset=offset, timeout=50))["result"]
        seen, offset = seen + len(batch), batch[-1]["update_id"] + 1
    assert line.telegram.ledger.tally().asked == 20


async def test_forms_and_queries_are_read_like_json(line: Line) -> None:
    line.telegram.burst(1, 1, first_chat=5)
    place = f"{line.root}/bot{TOKEN}"
    async with line.session.get(f"{place}/getUpdates?limit=1") as reply:
        assert len((await reply.json())["result"]) == 1
    async with line.session.post(f"{place}/sendMessage", data={"chat_id": 5, "text": "សួស្តី & <b>"}) as reply:
        assert (await reply.json())["result"]["text"] == "សួស្តី & <b>"
    assert line.telegram.ledger.answered == 1


async def test_a_request_without_its_parameters_is_refused(line: Line) -> None:
    assert (await line.call("sendMessage", text="to nobody"))["error_code"] == 400


def test_a_request_is_taken_only_when_all_of_it_has_come() -> None:
    whole = b"POST /bot1:a/sendMessage HTTP/1.1\r\nHost: x\r\ncontent-length: 13\r\n\r\nchat_id=1&t=b"
    buffer = bytearray()
    for byte in whole[:-1]:
        buffer.append(byte)
        assert take_request(buffer) is None
    buffer += whole[-1:] + b"GET /next"
    request = take_request(buffer)
    assert request is not None
    assert request.path == b"/bot1:a/sendMessage"
    assert parameters(request.body) == {"chat_id": "1", "t": "b"}
    assert buffer == b"GET /next"


def test_a_body_of_unknown_length_is_refused() -> None:
    with pytest.raises(UnreadableRequestError):
        take_request(bytearray(b"POST /bot1:a/getMe HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"))


def run_of(ledger: Ledger) -> Run:
    return Run(ledger.tally(), bot_cpu=0.0, server_cpu=0.0)


def played(seconds: float, burst: Ledger | None = None, slow: Ledger | None = None) -> Round:
    return Round(
        seconds,
        resting_bytes=0,
        loaded_bytes=0,
        paced=run_of(Ledger()),
        burst=run_of(burst or Ledger()),
        slow=run_of(slow or Ledger()),
    )


def test_a_question_lost_in_the_burst_is_a_fault_and_one_cut_off_on_the_slow_line_is_not() -> None:
    unanswered = Ledger()
    unanswered.ask(chat_id=1, update_id=10, at=1.0)
    assert played(1.0, burst=unanswered).faults == ["in the burst: 1 lost"]
    assert played(1.0, slow=unanswered).faults == []


def test_ratios_pair_the_rounds_and_leave_out_those_one_side_missed() -> None:
    start = Figure("start", "s", 1, lambda one: one.started_after)
    assert ratios(start, [played(1.0), None, played(6.0)], [played(2.0), played(1.0), played(3.0)]) == [0.5, 2.0]


def test_a_percentile_is_a_value_that_was_seen() -> None:
    waits = [float(number) for number in range(100, 0, -1)]
    assert (percentile(waits, 0.5), percentile(waits, 0.99), percentile(waits, 1.0)) == (50.0, 99.0, 100.0)


def test_the_made_up_text_is_large_and_hides_one_word_in_one_paragraph() -> None:
    rows = list(lookups.rows(paragraphs=200))
    assert len(rows) == 307
    assert [number for _, number, _, text, _ in rows if lookups.HIDDEN in text] == [41]
    assert list(lookups.rows(paragraphs=200)) == rows, "the same in every run"
