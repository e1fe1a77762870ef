"""python-telegram-bot's own Bot works against the sandbox, over loopback and in process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from scene import Scene, picture, until
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    LinkPreviewOptions,
    MenuButtonCommands,
    Message,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.request import HTTPXRequest

from sandbox.app import create_app, serve
from sandbox.records import Fault, MemberStatus
from sandbox.schema import faults

Wire = Callable[[Scene], AbstractAsyncContextManager[Bot]]


def bot_at(base: str, token: str, **httpx_kwargs: Any) -> Bot:
    requests = [HTTPXRequest(httpx_kwargs={"trust_env": False, **httpx_kwargs}) for _ in range(2)]
    return Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )


@contextlib.asynccontextmanager
async def over_loopback(scene: Scene) -> AsyncIterator[Bot]:
    async with serve(scene.world) as url, bot_at(url, scene.world.token) as bot:
        yield bot


@contextlib.asynccontextmanager
async def in_process(scene: Scene) -> AsyncIterator[Bot]:
    transport = httpx.ASGITransport(create_app(scene.world))
    async with bot_at("http://127.0.0.1", scene.world.token, transport=transport) as bot:
        yield bot


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture(params=[over_loopback, in_process])
def wire(request: pytest.FixtureRequest) -> Wire:
    chosen: Wire = request.param
    return chosen


async def test_a_conversation_works(scene: Scene, wire: Wire) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Next", callback_data="next")]])
    async with wire(scene) as bot:
        assert bot.username == "sangket_bot"
        said = scene.world.say(scene.dara, "/start D")
        (update,) = await bot.get_updates(timeout=timedelta(seconds=20))
        assert update.message is not None
        assert update.message.text == "/start D"
        sent = await bot.send_message(
            scene.dara.id,
            "<b>Benchmark D</b>",
            parse_mode=ParseMode.HTML,
            reply_markup=markup,
            reply_parameters=ReplyParameters(said["message_id"]),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            protect_content=True,
        )
        assert sent.parse_entities() == {sent.entities[0]: "Benchmark D"}
        scene.world.tap(scene.dara, sent.message_id)
        (update,) = await bot.get_updates(offset=update.update_id + 1, timeout=20)
        query = update.callback_query
        assert query is not None
        assert query.data == "next"
        assert await query.answer("Here it is")
        edited = await query.edit_message_text("second")
        assert getattr(edited, "text", None) == "second"
        assert await sent.delete()
        assert await bot.get_updates(offset=update.update_id + 1) == ()
    assert scene.world.settled()


async def test_files_travel_both_ways(scene: Scene, wire: Wire) -> None:
    scene.world.send_file(scene.sok, "document", b"evidence", file_name="a.txt")
    async with wire(scene) as bot:
        (update,) = await bot.get_updates()
        assert update.message is not None
        assert update.message.document is not None
        file = await update.message.document.get_file()
        assert bytes(await file.download_as_bytearray()) == b"evidence"
        photo = await bot.send_photo(scene.sok.id, picture(), caption="c", filename="a.png")
        document = await bot.send_document(scene.sok.id, b"text", filename="b.txt")
        album = await bot.send_media_group(scene.sok.id, [InputMediaPhoto(picture()), InputMediaPhoto(photo.photo[-1])])
        edited = await photo.edit_media(InputMediaPhoto(picture(20, 10)))
    assert document.document is not None
    assert document.document.file_name == "b.txt"
    assert len(album) == 2
    assert isinstance(edited, Message)
    assert edited.photo[-1].width == 20


async def test_the_account_is_set_up(scene: Scene, wire: Wire) -> None:
    commands = [BotCommand("start", "ចាប់ផ្ដើម")]
    async with wire(scene) as bot:
        await bot.set_my_commands(commands, BotCommandScopeChat(scene.sok.id), "km")
        assert await bot.get_my_commands(BotCommandScopeChat(scene.sok.id), "km") == tuple(commands)
        await bot.set_my_name("Sangket")
        await bot.set_my_description("d", "km")
        assert (await bot.get_my_description("km")).description == "d"
        await bot.set_my_short_description("s")
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
        assert isinstance(await bot.get_chat_menu_button(scene.sok.id), MenuButtonCommands)
        await bot.set_my_default_administrator_rights()
        assert (await bot.get_chat(scene.network.id)).is_forum
        assert (await bot.get_chat_member(scene.network.id, scene.sok.id)).status == "member"
        assert not (await bot.get_webhook_info()).url
        await bot.send_chat_action(scene.sok.id, ChatAction.TYPING)
        message = await bot.send_message(scene.sok.id, "x", reply_markup=ReplyKeyboardMarkup([["a"]]))
        await bot.set_message_reaction(scene.sok.id, message.message_id, "👍")
        query_id = scene.world.ask_inline(scene.sok, "D")
        article = InlineQueryResultArticle("1", "t", InputTextMessageContent("x"))
        assert await bot.answer_inline_query(query_id, [article])


async def test_every_request_the_library_makes_fits_the_schema(scene: Scene) -> None:
    await test_a_conversation_works(scene, in_process)
    await test_the_account_is_set_up(scene, in_process)
    assert len(scene.world.calls) > 20
    assert [faults(call.method, call.params) for call in scene.world.calls] == [[] for _ in scene.world.calls]


async def test_refusals_become_the_librarys_errors(scene: Scene, wire: Wire) -> None:
    async with wire(scene) as bot:
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(1, "x")
        with pytest.raises(Forbidden, match="bot can't initiate conversation"):
            await bot.send_message(scene.dara.id, "x")
        scene.world.block(scene.sok)
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(scene.sok.id, "x")
        message = await bot.send_message(scene.chanthy.id, "x")
        with pytest.raises(BadRequest, match="Message is not modified"):
            await message.edit_text("x")
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query("1")


async def test_the_pace_becomes_retry_after(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it the library warns that whole seconds are on their way out
    scene = Scene(pace=True)
    async with wire(scene) as bot:
        for _ in range(5):
            await bot.send_message(scene.sok.id, "x")
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(scene.sok.id, "x")
    assert caught.value.retry_after == timedelta(seconds=1)


async def test_a_wrong_token_is_an_invalid_token(scene: Scene) -> None:
    async with serve(scene.world) as url:
        for token in ("1:wrong", "nonsense"):
            with pytest.raises(InvalidToken):
                async with bot_at(url, token):
                    pass
        async with bot_at(url, scene.world.token):
            pass


async def test_a_second_poller_is_a_conflict_for_the_first(scene: Scene, wire: Wire) -> None:
    async with wire(scene) as bot:
        first = asyncio.ensure_future(bot.get_updates(timeout=20))
        await until(lambda: scene.world.updates.is_polled)
        second = asyncio.ensure_future(scene.ask("getUpdates", timeout=20))
        with pytest.raises(Conflict):
            await first
        scene.world.say(scene.sok, "x")
        assert len(await second) == 1


async def test_an_outage_is_a_network_error_and_over_when_it_is_over(scene: Scene, wire: Wire) -> None:
    async with wire(scene) as bot:
        scene.world.down = True
        with pytest.raises(NetworkError):
            await bot.get_me()
        scene.world.down = False
        await bot.get_me()
        scene.world.faults = lambda method, params: Fault(500, b"<html>")
        with pytest.raises(NetworkError):
            await bot.get_me()


async def test_a_slow_telegram_times_out(scene: Scene) -> None:
    async with over_loopback(scene) as bot:
        scene.world.delay = 30.0
        with pytest.raises(TimedOut):
            await bot.get_me(read_timeout=0.05)


async def test_every_update_the_sandbox_makes_is_read_by_the_library(scene: Scene) -> None:
    scene.world.say(scene.sok, "/x", chat=scene.network, thread_id=scene.queue)
    message = scene.world.say(scene.sok, "one")
    scene.world.edit(scene.sok, message["message_id"], "two")
    scene.world.send_file(scene.sok, "photo", picture())
    for kind in ("document", "video", "voice", "audio"):
        scene.world.send_file(scene.sok, kind, b"x")
    scene.world.send_location(scene.sok, 1, 2)
    scene.world.send_contact(scene.sok, "+85512345678", "Sok")
    scene.world.send_sticker(scene.sok)
    scene.world.tap(scene.sok, message["message_id"], data="x")
    scene.world.ask_inline(scene.sok, "x")
    statuses: tuple[MemberStatus, ...] = ("administrator", "kicked", "member")
    for status in statuses:
        scene.world.set_bot_status(scene.network, status)
    scene.world.block(scene.sok)
    async with in_process(scene) as bot:
        updates = await bot.get_updates()
        assert len(updates) == 17
        assert all(isinstance(update, Update) and not update.api_kwargs for update in updates)
        messages = [update.effective_message for update in updates if update.message]
        assert all(message is not None and not message.api_kwargs for message in messages)
