"""The chat page in a real browser: what people see and can do, against a stand-in bot that calls the Bot API."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, FilePayload, Locator, Page, Route, async_playwright, expect
from scene import picture, until

from sandbox.app import serve
from sandbox.cast import Cast, cast
from sandbox.records import Chat, Person
from sandbox.world import World

CHROMIUM: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SOURCES: Final = Path(__file__).parents[2] / "sandbox" / "page"
WIDE: Final = {"width": 1400, "height": 900}
PHONE: Final = {"width": 360, "height": 740}
MORNING: Final = 1_779_411_600
"""22 May 2026, 08:00 in Phnom Penh, 01:00 UTC."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome in PATH"),
]


class StandIn:
    """A bot of a few lines: calls the Bot API over loopback as any bot does."""

    def __init__(self, world: World, base: str) -> None:
        self._http = httpx.AsyncClient(base_url=f"{base}/bot{world.token}", trust_env=False, timeout=20)
        self._offset = 0

    async def ask(self, method: str, files: Any = None, **params: Any) -> Any:
        """The method's result."""
        answer = (await self.post(method, files, **params)).json()
        assert answer["ok"], answer
        return answer["result"]

    async def post(self, method: str, files: Any = None, **params: Any) -> httpx.Response:
        fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
        return await self._http.post(f"/{method}", data=fields, files=files)

    async def heard(self, kind: str) -> Any:
        """The next update of this kind."""
        for _ in range(20):
            for update in await self.ask("getUpdates", offset=self._offset, limit=1, timeout=2):
                self._offset = update["update_id"] + 1
                if kind in update:
                    return update[kind]
        raise AssertionError(f"the bot never heard of a {kind}")

    async def close(self) -> None:
        await self._http.aclose()


@dataclass(frozen=True)
class Desk:
    """A browser window on the sandbox, the people in it, and the bot they talk to."""

    page: Page
    base: str
    world: World
    bot: StandIn
    cast: Cast

    def column(self, of: Person | Chat) -> Locator:
        """The chat of a person with the bot, or a group's."""
        return self.page.locator(f'.column[data-chat="{of.id}"]')

    def field(self, of: Person | Chat) -> Locator:
        return self.column(of).get_by_role("combobox", name=re.compile("^(Message|សារ)"))

    def bubbles(self, of: Person | Chat) -> Locator:
        return self.column(of).locator(".message:visible")

    def newest(self, of: Person | Chat) -> Locator:
        return self.bubbles(of).last

    async def write(self, of: Person | Chat, text: str) -> None:
        """Write and send, as a person does."""
        await self.field(of).fill(text)
        await self.field(of).press("Enter")

    async def choose(self, bubble: Locator, action: str) -> None:
        """Open a message's menu and choose from it."""
        await bubble.locator(".bubble").click(button="right", position={"x": 8, "y": 8})
        await self.page.get_by_role("menuitem", name=action).click()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of this module."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def base(world: World) -> AsyncIterator[str]:
    """The served sandbox's address."""
    async with serve(world) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="module")
async def bot(world: World, base: str) -> AsyncIterator[StandIn]:
    stand_in = StandIn(world, base)
    yield stand_in
    await stand_in.close()


class Windows:
    """Opens browser windows; afterwards none of them may have met an error or asked anybody else for anything."""

    def __init__(self, browser: Browser, base: str) -> None:
        self._browser = browser
        self._base = base
        self._contexts: list[BrowserContext] = []
        self.requests: list[str] = []
        self.errors: list[str] = []

    async def open(self, **options: Any) -> Page:
        settings: dict[str, Any] = {"viewport": WIDE, "locale": "en-GB", "timezone_id": "Asia/Phnom_Penh"}
        context = await self._browser.new_context(**settings | options)
        context.set_default_timeout(8_000)
        self._contexts.append(context)
        await context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self._base)
        page = await context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda entry: self.errors.append(entry.text) if entry.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        await page.goto(self._base)
        await page.locator(".column").first.wait_for(state="attached")
        return page

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()
        assert [url for url in self.requests if not url.startswith(self._base)] == []
        assert self.errors == []


@pytest_asyncio.fixture(loop_scope="module")
async def windows(browser: Browser, base: str) -> AsyncIterator[Windows]:
    windows = Windows(browser, base)
    yield windows
    await windows.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(world: World, base: str, bot: StandIn, windows: Windows) -> Desk:
    """A wide screen with everybody's phone on it."""
    people = cast(world)
    return Desk(await windows.open(), base, world, bot, people)


def button(text: str, **what: Any) -> dict[str, Any]:
    """An inline button; one that sends its own words when nothing else is said."""
    return {"text": text, **(what or {"callback_data": text})}


def entity(kind: str, words: str, text: str, **more: Any) -> dict[str, Any]:
    """The entity of this kind that covers `words` in `text`."""
    before, length = text[: text.index(words)], len(words.encode("utf-16-le")) // 2
    return {"type": kind, "offset": len(before.encode("utf-16-le")) // 2, "length": length, **more}


# ---- beginning and writing


async def test_a_newcomer_reads_what_the_bot_can_do_and_begins_with_one_button(desk: Desk) -> None:
    await desk.bot.ask("setMyDescription", description="Ask me about a benchmark.")
    await desk.bot.ask("setMyDescription", description="សួរខ្ញុំអំពីលក្ខខណ្ឌ។", language_code="km")
    await expect(desk.column(desk.cast.dara)).to_contain_text("Ask me about a benchmark.")
    await expect(desk.column(desk.cast.sok)).to_contain_text("សួរខ្ញុំអំពីលក្ខខណ្ឌ។")
    await desk.column(desk.cast.dara).get_by_role("button", name="Start").click()
    assert (await desk.bot.heard("message"))["text"] == "/start"
    await expect(desk.bubbles(desk.cast.dara)).to_contain_text(["/start"])
    await expect(desk.column(desk.cast.dara).get_by_role("button", name="Start", exact=True)).to_have_count(0)


async def test_people_sit_side_by_side_and_each_sees_only_their_own_chat(desk: Desk) -> None:
    await desk.bot.ask("getMe")
    await desk.write(desk.cast.dara, "hello")
    await desk.bot.ask("sendMessage", chat_id=(await desk.bot.heard("message"))["chat"]["id"], text="Good day, Dara.")
    await expect(desk.newest(desk.cast.dara)).to_contain_text("Good day, Dara.")
    await expect(desk.bubbles(desk.cast.sok)).to_have_count(0)
    boxes = [await column.bounding_box() for column in await desk.page.locator(".column").all()]
    lefts = [box["x"] for box in boxes if box]
    assert len(lefts) == 4
    assert lefts == sorted(set(lefts)), "four chats, beside each other"


async def test_enter_sends_and_shift_enter_begins_a_new_line(desk: Desk) -> None:
    field = desk.field(desk.cast.dara)
    await field.fill("one")
    await field.press("Shift+Enter")
    await field.press_sequentially("two")
    await field.press("Enter")
    assert (await desk.bot.heard("message"))["text"] == "one\ntwo"
    await expect(field).to_have_value("")


async def test_what_telegram_refuses_is_said_and_stays_in_the_field(desk: Desk) -> None:
    await desk.write(desk.cast.dara, "x" * 5000)
    await expect(desk.column(desk.cast.dara).locator(".toast.failed")).to_be_visible()
    await expect(desk.field(desk.cast.dara)).to_have_value("x" * 5000)


async def test_messages_arrive_in_the_order_they_were_written_over_an_uneven_line(desk: Desk) -> None:
    waits = iter([0.3, 0.1])

    async def unevenly(route: Route) -> None:
        await asyncio.sleep(next(waits, 0))
        await route.continue_()

    await desk.page.route("**/page/act", unevenly)
    for number in range(8):
        await desk.write(desk.cast.dara, f"line {number}")
    heard = [(await desk.bot.heard("message"))["text"] for _ in range(8)]
    assert heard == [f"line {number}" for number in range(8)]


# ---- commands


async def _set_commands(bot: StandIn) -> None:
    commands = [("start", "Begin"), ("benchmark", "One benchmark"), ("benchmarks", "All twenty")]
    await bot.ask("setMyCommands", commands=[{"command": name, "description": about} for name, about in commands])
    khmer = [{"command": "benchmark", "description": "លក្ខខណ្ឌមួយ"}]
    await bot.ask("setMyCommands", commands=khmer, language_code="km")


async def test_a_slash_lists_the_commands_in_the_language_of_whoever_writes(desk: Desk) -> None:
    await _set_commands(desk.bot)
    await desk.field(desk.cast.dara).fill("/ben")
    options = desk.column(desk.cast.dara).get_by_role("option")
    await expect(options).to_have_text(["/benchmarkOne benchmark", "/benchmarksAll twenty"])
    await desk.field(desk.cast.sok).fill("/")
    await expect(desk.column(desk.cast.sok).get_by_role("option")).to_have_text(["/benchmarkលក្ខខណ្ឌមួយ"])


async def test_arrow_keys_and_enter_choose_a_command(desk: Desk) -> None:
    await _set_commands(desk.bot)
    field = desk.field(desk.cast.dara)
    await field.fill("/ben")
    await field.press("ArrowDown")
    chosen = await field.get_attribute("aria-activedescendant")
    await expect(desk.page.locator(f"#{chosen}")).to_have_attribute("aria-selected", "true")
    await field.press("Enter")
    assert (await desk.bot.heard("message"))["text"] == "/benchmarks"


async def test_tab_completes_a_command_so_that_words_can_follow(desk: Desk) -> None:
    await _set_commands(desk.bot)
    field = desk.field(desk.cast.dara)
    await field.fill("/be")
    await field.press("Tab")
    await expect(field).to_have_value("/benchmark ")
    await field.press_sequentially("D")
    await field.press("Enter")
    assert (await desk.bot.heard("message"))["text"] == "/benchmark D"


async def test_esc_closes_the_commands_and_keeps_what_was_written(desk: Desk) -> None:
    await _set_commands(desk.bot)
    field = desk.field(desk.cast.dara)
    await field.fill("/ben")
    await expect(desk.column(desk.cast.dara).get_by_role("listbox")).to_be_visible()
    await field.press("Escape")
    await expect(desk.column(desk.cast.dara).get_by_role("listbox")).to_be_hidden()
    await expect(field).to_have_value("/ben")


async def test_the_menu_button_lists_every_command_and_one_click_sends(desk: Desk) -> None:
    await _set_commands(desk.bot)
    column = desk.column(desk.cast.dara)
    await column.get_by_role("button", name="Menu").click()
    await expect(column.get_by_role("option")).to_have_count(3)
    await column.get_by_role("option", name="/start").click()
    assert (await desk.bot.heard("message"))["text"] == "/start"


# ---- buttons under messages


async def test_a_tap_reaches_the_bot_and_the_edit_takes_the_messages_place(desk: Desk) -> None:
    dara, bot = desk.cast.dara, desk.bot
    await desk.write(dara, "/start")
    await bot.heard("message")
    keys = {"inline_keyboard": [[button("◀"), button("1/20"), button("▶")]]}
    sent = await bot.ask("sendMessage", chat_id=dara.id, text="First page", reply_markup=keys)
    await desk.newest(dara).get_by_role("button", name="▶").click()
    tap = await bot.heard("callback_query")
    assert tap["data"] == "▶"
    place = {"chat_id": dara.id, "message_id": sent["message_id"]}
    await bot.ask("editMessageText", **place, text="Second page", reply_markup=keys)
    await bot.ask("answerCallbackQuery", callback_query_id=tap["id"])
    await expect(desk.newest(dara)).to_contain_text("Second page")
    await expect(desk.newest(dara)).to_contain_text("edited")
    await expect(desk.bubbles(dara)).to_have_count(2)
    await expect(desk.newest(dara).get_by_role("button", name="▶")).to_be_focused()


async def test_a_button_shows_that_it_waits_until_the_bot_answers(desk: Desk) -> None:
    dara, bot = desk.cast.dara, desk.bot
    await desk.write(dara, "/start")
    await bot.heard("message")
    keys = {"inline_keyboard": [[button("Slow")]]}
    await bot.ask("sendMessage", chat_id=dara.id, text="Wait for it", reply_markup=keys)
    slow = desk.newest(dara).get_by_role("button", name="Slow")
    await slow.click()
    await expect(slow).to_have_attribute("aria-busy", "true")
    await bot.ask("answerCallbackQuery", callback_query_id=(await bot.heard("callback_query"))["id"])
    await expect(slow).not_to_have_attribute("aria-busy", "true")


async def test_a_short_answer_is_a_toast_and_an_alert_waits_for_ok(desk: Desk) -> None:
    dara, bot = desk.cast.dara, desk.bot
    await desk.write(dara, "/start")
    await bot.heard("message")
    keys = {"inline_keyboard": [[button("Save"), button("Delete", callback_data="d", style="danger")]]}
    await bot.ask("sendMessage", chat_id=dara.id, text="What now?", reply_markup=keys)
    column = desk.column(dara)
    await column.get_by_role("button", name="Save").click()
    await bot.ask("answerCallbackQuery", callback_query_id=(await bot.heard("callback_query"))["id"], text="Saved")
    await expect(column.locator(".toast.shown")).to_have_text("Saved")
    await expect(column.get_by_role("alertdialog")).to_have_count(0)
    await column.get_by_role("button", name="Delete").click()
    tap = (await bot.heard("callback_query"))["id"]
    await bot.ask("answerCallbackQuery", callback_query_id=tap, text="Not yours to delete", show_alert=True)
    alert = column.get_by_role("alertdialog")
    await expect(alert).to_contain_text("Not yours to delete")
    await expect(alert.get_by_role("button", name="OK")).to_be_focused()
    await desk.page.keyboard.press("Escape")
    await expect(alert).to_have_count(0)
    await expect(column.get_by_role("button", name="Delete")).to_be_focused()


async def test_a_copy_button_copies_and_says_so(desk: Desk) -> None:
    dara, bot = desk.cast.dara, desk.bot
    await desk.write(dara, "/start")
    await bot.heard("message")
    keys = {"inline_keyboard": [[button("Copy", copy_text={"text": "A/HRC/54/75, para. 41"})]]}
    await bot.ask("sendMessage", chat_id=dara.id, text="Citation", reply_markup=keys)
    await desk.newest(dara).get_by_role("button", name="Copy").click()
    await expect(desk.column(dara).locator(".toast.shown")).to_have_text("Copied")
    assert await desk.page.evaluate("navigator.clipboard.readText()") == "A/HRC/54/75, para. 41"


async def test_a_link_to_the_bot_itself_starts_it_with_the_payload(desk: Desk) -> None:
    group, bot = desk.cast.network, desk.bot
    keys = {"inline_keyboard": [[button("In private", url=f"https://t.me/{desk.world.bot.username}?start=b_D")]]}
    await bot.ask("sendMessage", chat_id=group.id, text="Too long for a group", reply_markup=keys)
    await desk.newest(group).get_by_role("button", name="In private").click()
    heard = await bot.heard("message")
    assert (heard["chat"]["id"], heard["text"]) == (desk.cast.chanthy.id, "/start b_D")


async def test_the_bots_own_keyboard_sends_its_words(desk: Desk) -> None:
    dara, bot = desk.cast.dara, desk.bot
    await desk.write(dara, "/start")
    await bot.heard("message")
    keys = {"keyboard": [[{"text": "Yes"}, {"text": "No"}]], "resize_keyboard": True}
    await bot.ask("sendMessage", chat_id=dara.id, text="Sure?", reply_markup=keys)
    await desk.column(dara).get_by_role("button", name="Yes").click()
    assert (await bot.heard("message"))["text"] == "Yes"
    await bot.ask("sendMessage", chat_id=dara.id, text="Thanks", reply_markup={"remove_keyboard": True})
    await expect(desk.column(dara).get_by_role("button", name="Yes")).to_have_count(0)


async def test_an_inline_result_is_chosen_from_a_list_and_sent(desk: Desk) -> None:
    dara, bot = desk.cast.dara, desk.bot
    await desk.field(dara).fill(f"@{desk.world.bot.username} mass")
    query = await bot.heard("inline_query")
    assert query["query"] == "mass"
    content = {"message_text": "Benchmark about mass trials"}
    result = {"type": "article", "id": "1", "title": "Mass trials", "input_message_content": content}
    await bot.ask("answerInlineQuery", inline_query_id=query["id"], results=[result])
    await desk.column(dara).get_by_role("option", name="Mass trials").click()
    await expect(desk.newest(dara)).to_contain_text("Benchmark about mass trials")
    await expect(desk.newest(dara)).to_contain_text(f"via @{desk.world.bot.username}")


# ---- text


async def test_markup_that_people_write_stays_text(desk: Desk) -> None:
    hostile = '<img src=x onerror="window.struck = true"><b>bold</b> & <script>window.struck = true</script>'
    desk.world.say(desk.cast.dara, hostile)
    await desk.bot.ask("sendMessage", chat_id=desk.cast.dara.id, text=hostile)
    await expect(desk.bubbles(desk.cast.dara).first.locator(".text")).to_have_text(hostile)
    await expect(desk.newest(desk.cast.dara).locator(".text")).to_have_text(hostile)
    assert await desk.column(desk.cast.dara).locator(".message :is(img, script, b)").count() == 0
    assert await desk.page.evaluate("window.struck") is None


MARKUP_WRITERS: Final = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|DOMParser"
)


def _scripts() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in SOURCES.glob("*.js")}


async def test_no_script_of_the_page_can_turn_text_into_markup() -> None:
    scripts = _scripts()
    assert len(scripts) > 5
    assert [name for name, script in scripts.items() if MARKUP_WRITERS.search(script)] == []
    assert MARKUP_WRITERS.search("node.innerHTML = text"), "the control: the pattern finds what it looks for"


async def test_inline_script_does_not_run_in_the_page(windows: Windows, desk: Desk) -> None:
    await desk.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.struck = 1'; document.body.append(s) }"
    )
    assert await desk.page.evaluate("window.struck") is None
    refused = [error for error in windows.errors if "Content Security Policy" in error]
    assert refused, "the browser says that it refused"
    windows.errors.clear()


async def test_entities_become_bold_quotes_links_and_code_even_inside_each_other(desk: Desk) -> None:
    html = (
        "🏛 <b>Benchmark <i>D</i></b> <code>R-7F3K</code> <a href='https://example.org/x'>source</a>"
        "<blockquote>said <u>so</u></blockquote><pre><code class='language-python'>f()</code></pre>"
    )
    desk.world.say(desk.cast.dara, "/start")
    await desk.bot.ask("sendMessage", chat_id=desk.cast.dara.id, text=html, parse_mode="HTML")
    text = desk.newest(desk.cast.dara).locator(".text")
    await expect(text.locator("strong")).to_have_text(["Benchmark ", "D"])  # as Telegram cuts them
    await expect(text.locator("strong em")).to_have_text("D")
    await expect(text.locator("code").first).to_have_text("R-7F3K")
    await expect(text.locator("blockquote u")).to_have_text("so")
    await expect(text.locator("pre")).to_have_text("f()")
    link = text.get_by_role("link", name="source")
    await expect(link).to_have_attribute("href", "https://example.org/x")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_entities_that_cross_each_other_lose_no_letter(desk: Desk) -> None:
    text = "one two three four"
    crossing = [entity("bold", "one two three", text), entity("italic", "two three four", text)]
    _post(desk, desk.cast.dara, text=text, entities=crossing)
    shown = desk.newest(desk.cast.dara).locator(".text")
    await expect(shown).to_have_text(text)
    await expect(shown.locator("em")).to_have_text(["two three", " four"])


async def test_an_address_that_runs_code_is_no_link(desk: Desk) -> None:
    text = "good and bad"
    entities = [
        entity("text_link", "good", text, url="https://example.org"),
        entity("text_link", "bad", text, url="javascript:alert(1)"),
    ]
    _post(desk, desk.cast.dara, text=text, entities=entities)
    await expect(desk.newest(desk.cast.dara).get_by_role("link")).to_have_text(["good"])


def _post(desk: Desk, person: Person, **content: Any) -> None:
    """A message of the bot's as Telegram could carry it, without asking the Bot API's rules."""
    desk.world.post(desk.world.chats[person.id], desk.world.bot.user(), content)


async def test_a_moment_is_told_in_the_readers_zone_and_language(desk: Desk, windows: Windows) -> None:
    for person in (desk.cast.dara, desk.cast.sok):
        text = "the deadline"
        moment = entity("date_time", text, text, unix_time=MORNING, date_time_format="wDt")
        _post(desk, person, text=text, entities=[moment])
    await expect(desk.newest(desk.cast.dara).locator(".text")).to_have_text(
        re.compile(r"Friday,? 22 May 2026 at 08:00")
    )
    await expect(desk.newest(desk.cast.sok).locator(".text")).to_have_text("ថ្ងៃសុក្រ 22 ឧសភា 2026 ម៉ោង 8:00")
    geneva = await windows.open(timezone_id="Europe/Zurich")
    shown = geneva.locator(f'[data-chat="{desk.cast.dara.id}"] .text')
    await expect(shown).to_have_text(re.compile(r"Friday,? 22 May 2026 at 03:00"))


async def test_a_moment_without_a_format_keeps_the_bots_words_and_shows_the_rest_on_demand(desk: Desk) -> None:
    text = "on the deadline"
    _post(desk, desk.cast.dara, text=text, entities=[entity("date_time", "the deadline", text, unix_time=MORNING)])
    moment = desk.newest(desk.cast.dara).locator("time.moment")
    await expect(moment).to_have_text("the deadline")
    await moment.click()
    await expect(desk.column(desk.cast.dara).locator(".toast.shown")).to_contain_text("Asia/Phnom_Penh")


async def test_a_countdown_follows_the_sandboxs_clock(desk: Desk) -> None:
    text = "soon"
    due = int(desk.world.now()) + 3 * 86400 + 1800
    for person in (desk.cast.dara, desk.cast.sok):
        moment = entity("date_time", text, text, unix_time=due, date_time_format="r")
        _post(desk, person, text=text, entities=[moment])
    countdown = desk.newest(desk.cast.dara).locator("time.moment")
    await expect(countdown).to_have_text("in 3 days")
    await expect(desk.newest(desk.cast.sok).locator("time.moment")).to_have_text("3 ថ្ងៃទៀត")
    await desk.page.get_by_role("button", name="+1 day").click()
    await expect(countdown).to_have_text("in 2 days")
    await desk.page.get_by_role("spinbutton", name="How much").fill("3")
    await desk.page.get_by_role("button", name="Advance").click()
    await expect(countdown).to_have_text("23 hours ago")
    assert desk.world.switches()["offset"] == 4 * 86400


async def test_a_spoiler_is_hidden_until_it_is_opened_also_by_keyboard(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    html = "Name: <tg-spoiler>hidden</tg-spoiler>"
    await desk.bot.ask("sendMessage", chat_id=desk.cast.dara.id, text=html, parse_mode="HTML")
    words = desk.newest(desk.cast.dara).locator(".spoiler > span")
    await expect(words).to_be_hidden()
    await desk.newest(desk.cast.dara).get_by_role("button", name="Hidden text").press("Enter")
    await expect(words).to_be_visible()


async def test_a_long_expandable_quote_is_folded_and_unfolds(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    html = f"Quote: <blockquote expandable>{'a long sentence of the document. ' * 20}</blockquote>"
    await desk.bot.ask("sendMessage", chat_id=desk.cast.dara.id, text=html, parse_mode="HTML")
    quote = desk.newest(desk.cast.dara).locator("blockquote")
    more = quote.get_by_role("button", name="Show more")
    folded = await _height(quote, more)
    await more.click()
    await expect(quote.get_by_role("button", name="Show less")).to_have_attribute("aria-expanded", "true")
    assert await _height(quote, quote.locator(".quote-text")) > folded * 2


async def test_a_short_expandable_quote_has_nothing_to_unfold(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    html = "<blockquote expandable>short</blockquote>"
    await desk.bot.ask("sendMessage", chat_id=desk.cast.dara.id, text=html, parse_mode="HTML")
    await expect(desk.newest(desk.cast.dara).locator("blockquote")).to_have_text("short")
    await expect(desk.newest(desk.cast.dara).locator("blockquote button")).to_be_hidden()


async def _height(of: Locator, once_visible: Locator) -> float:
    await expect(once_visible).to_be_visible()
    box = await of.bounding_box()
    assert box is not None
    return box["height"]


async def test_khmer_is_drawn_with_the_font_the_page_brings_along(desk: Desk) -> None:
    desk.world.say(desk.cast.sok, "នៅខេត្តត្បូងឃ្មុំ")
    text = desk.newest(desk.cast.sok).locator(".text")
    await expect(text).to_have_attribute("lang", "km")
    await desk.page.evaluate("document.fonts.ready.then(() => true)")
    protocol = await desk.page.context.new_cdp_session(desk.page)
    await protocol.send("DOM.enable")
    await protocol.send("CSS.enable")
    root = await protocol.send("DOM.getDocument")
    found = await protocol.send("DOM.querySelector", {"nodeId": root["root"]["nodeId"], "selector": ".text[lang=km]"})
    fonts = (await protocol.send("CSS.getPlatformFontsForNode", {"nodeId": found["nodeId"]}))["fonts"]
    assert [(font["familyName"], font["isCustomFont"]) for font in fonts] == [("Noto Sans Khmer", True)]


# ---- media


async def test_a_photo_of_the_bots_is_seen_and_opens_large(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    photo = {"photo": ("chart.png", picture(64, 48), "image/png")}
    await desk.bot.ask("sendPhoto", files=photo, chat_id=desk.cast.dara.id, caption="The grades")
    image = desk.newest(desk.cast.dara).get_by_role("img", name="The grades")
    await expect(image).to_be_visible()
    await until_true(lambda: image.evaluate("node => node.complete && node.naturalWidth > 0"))
    await desk.newest(desk.cast.dara).get_by_role("button", name="Open the photo").click()
    await expect(desk.page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await expect(desk.page.get_by_role("dialog")).to_have_count(0)


async def until_true(condition: Callable[[], Any]) -> None:
    """Wait until an asynchronous condition holds."""
    for _ in range(200):
        if await condition():
            return
    raise AssertionError("never became true")


async def test_a_file_of_the_bots_is_downloaded_under_its_khmer_name(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    file = {"document": ("ការដាក់ស្នើ.txt", b"the submission", "text/plain")}
    await desk.bot.ask("sendDocument", files=file, chat_id=desk.cast.dara.id)
    async with desk.page.expect_download() as download:
        await desk.newest(desk.cast.dara).get_by_role("link", name="Download ការដាក់ស្នើ.txt").click()
    saved = await download.value
    at = await saved.path()
    assert saved.suggested_filename == "ការដាក់ស្នើ.txt"
    assert at.stat().st_size == len(b"the submission")


async def _attach(desk: Desk, person: Person, choice: str, *files: FilePayload) -> Locator:
    await desk.column(person).get_by_role("button", name="Attach").click()
    async with desk.page.expect_file_chooser() as chooser:
        await desk.page.get_by_role("menuitem", name=choice).click()
    await (await chooser.value).set_files(list(files))
    return desk.page.get_by_role("dialog")


async def test_a_person_sends_a_photo_with_words(desk: Desk) -> None:
    file: FilePayload = {"name": "street.png", "mimeType": "image/png", "buffer": picture(40, 30)}
    window = await _attach(desk, desk.cast.dara, "Photo or video", file)
    await window.get_by_role("textbox", name="Caption").fill("the street")
    await window.get_by_role("button", name="Send", exact=True).click()
    heard = await desk.bot.heard("message")
    assert heard["photo"][-1]["width"] == 40
    assert heard["caption"] == "the street"
    await expect(desk.newest(desk.cast.dara).get_by_role("img", name="the street")).to_be_visible()


async def test_the_same_picture_sent_as_a_file_stays_as_it_is(desk: Desk) -> None:
    file: FilePayload = {"name": "street.png", "mimeType": "image/png", "buffer": picture(40, 30)}
    window = await _attach(desk, desk.cast.dara, "File", file)
    await window.get_by_role("button", name="Send", exact=True).click()
    heard = await desk.bot.heard("message")
    assert heard["document"]["file_name"] == "street.png"
    assert heard["document"]["file_size"] == len(picture(40, 30))
    assert "photo" not in heard


async def test_a_file_dropped_on_a_chat_is_sent_there(desk: Desk) -> None:
    drop = """column => {
        const data = new DataTransfer();
        data.items.add(new File(["notes"], "notes.txt", {type: "text/plain"}));
        column.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
    }"""
    await desk.column(desk.cast.sok).evaluate(drop)
    await desk.page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    heard = await desk.bot.heard("message")
    assert (heard["from"]["first_name"], heard["document"]["file_name"]) == ("Sok", "notes.txt")


async def test_a_place_is_sent_and_drawn_without_asking_anybody_for_a_map(desk: Desk) -> None:
    await desk.column(desk.cast.dara).get_by_role("button", name="Attach").click()
    await desk.page.get_by_role("menuitem", name="Location").click()
    await desk.page.get_by_role("spinbutton", name="Latitude").fill("13.73940")
    await desk.page.get_by_role("spinbutton", name="Longitude").fill("106.98730")
    await desk.page.get_by_role("dialog").get_by_role("button", name="Send").click()
    assert (await desk.bot.heard("message"))["location"]["latitude"] == 13.7394
    await expect(desk.newest(desk.cast.dara)).to_contain_text("13.73940, 106.98730")


async def test_a_protected_message_cannot_be_copied_and_an_ordinary_one_can(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    for protected in (False, True):
        await desk.bot.ask("sendMessage", chat_id=desk.cast.dara.id, text="R-7F3K", protect_content=protected)
    await expect(desk.bubbles(desk.cast.dara)).to_have_count(3)
    ordinary, guarded = desk.bubbles(desk.cast.dara).nth(1), desk.newest(desk.cast.dara)
    await expect(guarded.get_by_role("img", name="Protected")).to_be_visible()
    assert await guarded.locator(".bubble").evaluate("node => getComputedStyle(node).userSelect") == "none"
    assert await ordinary.locator(".bubble").evaluate("node => getComputedStyle(node).userSelect") == "auto"
    for bubble, offered in ((ordinary, 1), (guarded, 0)):
        await bubble.locator(".bubble").click(button="right", position={"x": 8, "y": 8})
        await expect(desk.page.get_by_role("menuitem", name="Reply")).to_be_visible()
        await expect(desk.page.get_by_role("menuitem", name="Copy text")).to_have_count(offered)
        await desk.page.keyboard.press("Escape")


# ---- answering, editing, deleting


async def test_a_person_replies_and_the_reply_quotes_what_it_answers(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    sent = await desk.bot.ask("sendMessage", chat_id=desk.cast.dara.id, text="Where was it?")
    await expect(desk.newest(desk.cast.dara)).to_contain_text("Where was it?")
    await desk.choose(desk.newest(desk.cast.dara), "Reply")
    await desk.write(desk.cast.dara, "In Kratie")
    await desk.bot.heard("message")
    heard = await desk.bot.heard("message")
    assert heard["reply_to_message"]["message_id"] == sent["message_id"]
    await expect(desk.newest(desk.cast.dara).locator(".reply-quote")).to_contain_text("Where was it?")


async def test_a_person_corrects_a_message_and_the_bot_hears_of_it(desk: Desk) -> None:
    await desk.write(desk.cast.dara, "Krati")
    await expect(desk.bubbles(desk.cast.dara)).to_have_count(1)
    await desk.field(desk.cast.dara).press("ArrowUp")
    await expect(desk.field(desk.cast.dara)).to_have_value("Krati")
    await desk.write(desk.cast.dara, "Kratie")
    assert (await desk.bot.heard("edited_message"))["text"] == "Kratie"
    await expect(desk.newest(desk.cast.dara)).to_contain_text("edited")


async def test_a_deleted_message_is_gone(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    sent = await desk.bot.ask("sendMessage", chat_id=desk.cast.dara.id, text="A secret")
    await expect(desk.bubbles(desk.cast.dara)).to_have_count(2)
    await desk.bot.ask("deleteMessage", chat_id=desk.cast.dara.id, message_id=sent["message_id"])
    await expect(desk.bubbles(desk.cast.dara)).to_have_count(1)
    await desk.choose(desk.newest(desk.cast.dara), "Delete")
    await expect(desk.bubbles(desk.cast.dara)).to_have_count(0)


async def test_the_chat_says_that_the_bot_is_typing(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    await desk.bot.ask("sendChatAction", chat_id=desk.cast.dara.id, action="typing")
    await expect(desk.column(desk.cast.dara).locator(".status")).to_have_text("typing…")
    await desk.bot.ask("sendMessage", chat_id=desk.cast.dara.id, text="Here")
    await expect(desk.column(desk.cast.dara).locator(".status")).to_have_text("with Sangket")


async def test_a_reaction_of_the_bots_stands_under_the_message(desk: Desk) -> None:
    said = desk.world.say(desk.cast.dara, "thank you")
    reaction = [{"type": "emoji", "emoji": "👌"}]
    place = {"chat_id": desk.cast.dara.id, "message_id": said["message_id"]}
    await desk.bot.ask("setMessageReaction", **place, reaction=reaction)
    await expect(desk.newest(desk.cast.dara).locator(".reaction")).to_have_text("👌")


async def test_new_messages_are_read_out(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    log = desk.column(desk.cast.dara).get_by_role("log")
    await expect(log).to_have_attribute("aria-label", "Messages with Dara")
    await expect(log).to_contain_text("/start")


# ---- groups


async def test_in_a_group_one_chooses_who_speaks(desk: Desk) -> None:
    group = desk.cast.network
    await desk.write(group, "/help")
    assert (await desk.bot.heard("message"))["from"]["first_name"] == "Chanthy"
    await expect(desk.newest(group)).to_have_class(re.compile("mine"))
    await desk.column(group).get_by_label("Speaking as").select_option("Sok")
    await expect(desk.newest(group)).to_have_class(re.compile("theirs"))
    await desk.write(group, "/help")
    assert (await desk.bot.heard("message"))["from"]["first_name"] == "Sok"


async def test_each_topic_has_a_tab_with_its_own_messages(desk: Desk) -> None:
    group = desk.cast.network
    deadlines = next(number for number, name in group.topics.items() if name == "Deadlines")
    await desk.bot.ask("sendMessage", chat_id=group.id, text="Seven days left", message_thread_id=deadlines)
    tab = desk.column(group).get_by_role("tab", name="Deadlines")
    await expect(tab).to_have_class("fresh")
    await expect(desk.column(group).get_by_text("Seven days left")).to_be_hidden()
    await tab.click()
    await expect(desk.newest(group)).to_contain_text("Seven days left")
    await desk.write(group, "/help")
    assert (await desk.bot.heard("message"))["message_thread_id"] == deadlines
    await desk.column(group).get_by_role("tab", name="General").click()
    await expect(desk.column(group).get_by_text("Seven days left")).to_be_hidden()


async def test_arrow_keys_move_between_topics(desk: Desk) -> None:
    tabs = desk.column(desk.cast.network).get_by_role("tab")
    await tabs.first.focus()
    await desk.page.keyboard.press("ArrowRight")
    await expect(tabs.nth(1)).to_be_focused()
    await expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")


# ---- behind the scenes


async def test_the_log_shows_each_call_and_its_parameters(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    await desk.bot.ask("sendMessage", chat_id=desk.cast.dara.id, text="Hello from the log")
    entry = desk.page.locator(".calls li", has_text="sendMessage")
    await expect(entry).to_contain_text("200")
    await expect(entry.locator("pre")).to_have_count(0)
    await entry.locator("summary").click()
    await expect(entry.locator("pre")).to_contain_text("Hello from the log")


async def test_a_refused_call_is_red_and_says_why(desk: Desk) -> None:
    await desk.bot.post("sendMessage", chat_id=desk.cast.dara.id, text="too early")
    entry = desk.page.locator(".calls li.failed", has_text="sendMessage")
    await expect(entry).to_contain_text("403")
    await expect(entry).to_contain_text("bot can't initiate conversation")
    colour = await entry.locator(".method").evaluate("node => getComputedStyle(node).color")
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    assert red > 2 * max(green, blue)


async def test_polling_stays_out_of_the_log_until_it_is_wanted(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "hello")
    await desk.bot.heard("message")
    await desk.bot.ask("getMe")
    calls = desk.page.locator(".calls .method")
    await expect(calls).to_have_text(["getMe"])
    await desk.page.get_by_role("checkbox", name="hide getUpdates").uncheck()
    await expect(calls).to_have_text(["getMe", "getUpdates"])


async def test_a_person_blocks_the_bot_and_comes_back(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    await desk.column(desk.cast.dara).get_by_role("button", name="Options").click()
    await desk.page.get_by_role("menuitem", name="Block the bot").click()
    await expect(desk.field(desk.cast.dara)).to_be_hidden()
    await expect(desk.column(desk.cast.dara).locator(".status")).to_have_text("has blocked the bot")
    refused = await desk.bot.post("sendMessage", chat_id=desk.cast.dara.id, text="Are you there?")
    assert refused.status_code == 403
    await desk.column(desk.cast.dara).get_by_role("button", name="Unblock the bot").click()
    await expect(desk.field(desk.cast.dara)).to_be_visible()
    assert not desk.cast.dara.blocked


async def test_the_panel_takes_telegram_down_slows_it_and_blocks_for_anybody(desk: Desk) -> None:
    panel = desk.page.get_by_role("complementary", name="Behind the scenes")
    await panel.get_by_role("switch", name="Down").click()
    await expect(desk.page.locator("#banner")).to_contain_text("Telegram is down")
    assert desk.world.down
    await panel.get_by_role("switch", name="Down").click()
    await expect(desk.page.locator("#banner")).to_be_hidden()
    await panel.get_by_label("Slow").select_option("0.5")
    await until(lambda: desk.world.delay == 0.5)
    await panel.get_by_role("switch", name="Sok blocks the bot").click()
    await until(lambda: desk.cast.sok.blocked)
    await expect(desk.column(desk.cast.sok).locator(".status")).to_have_text("has blocked the bot")


async def test_the_language_of_a_persons_telegram_can_be_changed(desk: Desk) -> None:
    await _set_commands(desk.bot)
    await desk.column(desk.cast.dara).get_by_role("button", name="Options").click()
    await desk.page.get_by_role("menuitemradio", name="Khmer").click()
    await until(lambda: desk.cast.dara.language_code == "km")
    await desk.field(desk.cast.dara).fill("/")
    await expect(desk.column(desk.cast.dara).get_by_role("option")).to_have_text(["/benchmarkលក្ខខណ្ឌមួយ"])


async def test_a_lost_server_is_said_calmly_and_what_was_missed_appears(world: World, browser: Browser) -> None:
    people = cast(world)
    async with serve(world) as base:
        windows = Windows(browser, base)
        page = await windows.open()
        port = int(base.rpartition(":")[2])
        mark = await page.evaluate("window.mark = 'same page'")
        world.say(people.dara, "said before")
        messages = page.locator(f'[data-chat="{people.dara.id}"] .message')
        await expect(messages).to_contain_text(["said before"])
    await expect(page.locator("#banner")).to_contain_text("Trying again by itself")
    seen = world.journal.last
    world.say(people.dara, "said meanwhile")
    async with serve(world, port=port):
        await expect(messages).to_contain_text(["said before", "said meanwhile"])
        await expect(page.locator("#banner")).not_to_contain_text("Trying again")
        assert await page.evaluate("window.mark") == mark, "without a reload"
        streams = [url for url in windows.requests if "/page/events" in url]
        assert streams[-1].endswith(f"?after={seen}"), "only what was missed is asked for"
        await page.evaluate("window.stop()")
        windows.errors.clear()  # the browser's own words about the lost connection
        await windows.close()


async def test_a_new_sandbox_at_the_same_address_is_shown_as_it_is(world: World, browser: Browser) -> None:
    people = cast(world)
    world.say(people.dara, "in the old world")
    async with serve(world) as base:
        windows = Windows(browser, base)
        page = await windows.open()
        await expect(page.locator(".message").first).to_contain_text("in the old world")
        port = int(base.rpartition(":")[2])
    another = World(pace=False, seed=99)
    vanna = another.add_person("Vanna")
    for number in range(20):  # more has happened here than in the old world
        another.say(vanna, f"line {number}")
    async with serve(another, port=port):
        await expect(page.locator(f'[data-chat="{vanna.id}"]')).to_be_visible()
        await expect(page.locator(".message")).to_have_count(20)
        windows.errors.clear()
        await windows.close()


# ---- phones, keyboards, languages


async def test_on_a_phone_one_chat_fills_the_screen_and_the_switcher_changes_it(desk: Desk, windows: Windows) -> None:
    phone = await windows.open(viewport=PHONE, has_touch=True, is_mobile=True)
    await expect(phone.locator(".column:visible")).to_have_count(1)
    await desk.bot.ask("getMe")
    desk.world.say(desk.cast.sok, "សួស្ដី")
    chip = phone.get_by_role("navigation").get_by_role("button", name="Sok")
    await expect(chip.locator(".unread")).to_have_text("1")
    await chip.tap()
    await expect(phone.locator(".column:visible .message")).to_contain_text("សួស្ដី")
    await expect(chip.locator(".unread")).to_have_count(0)
    wider = await phone.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wider, "nothing sticks out at the side"


async def test_on_a_phone_the_log_waits_behind_a_button(windows: Windows, desk: Desk) -> None:
    phone = await windows.open(viewport=PHONE, has_touch=True, is_mobile=True)
    await expect(phone.locator("#backstage")).to_be_hidden()
    await phone.get_by_role("button", name="Behind the scenes").tap()
    await expect(phone.locator(".calls")).to_be_visible()
    await phone.get_by_role("button", name="Close this panel").tap()
    await expect(phone.locator("#backstage")).to_be_hidden()


async def test_on_a_phone_a_touch_on_a_message_opens_its_menu(desk: Desk, windows: Windows) -> None:
    desk.world.say(desk.cast.dara, "touch me")
    phone = await windows.open(viewport=PHONE, has_touch=True, is_mobile=True)
    await phone.locator(".message .text").first.tap()
    await expect(phone.get_by_role("menuitem", name="Reply")).to_be_visible()


async def test_a_wide_screen_hides_and_shows_columns_but_always_keeps_one(desk: Desk) -> None:
    chips = desk.page.get_by_role("navigation").get_by_role("button")
    for number in range(4):
        await chips.nth(number).click()
    await expect(desk.page.locator(".column:visible")).to_have_count(1)
    await chips.first.click()
    await expect(desk.page.locator(".column:visible")).to_have_count(2)


async def test_every_control_has_a_name_for_those_who_cannot_see_it(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    keys = {"inline_keyboard": [[button("◀"), button("Open", url="https://example.org")]]}
    await desk.bot.ask("sendMessage", chat_id=desk.cast.dara.id, text="x", reply_markup=keys)
    await expect(desk.bubbles(desk.cast.dara)).to_have_count(2)
    nameless = "[...document.querySelectorAll('button, input, select, textarea, a')].filter(" + (
        "node => !(node.getAttribute('aria-label') || node.textContent.trim() || node.labels?.length))"
        ".map(node => node.outerHTML)"
    )
    assert await desk.page.evaluate(nameless) == []
    await desk.page.evaluate("document.body.append(document.createElement('button'))")
    assert len(await desk.page.evaluate(nameless)) == 1, "the control: a nameless button is found"


async def test_the_page_can_be_used_without_a_mouse(desk: Desk) -> None:
    desk.world.say(desk.cast.dara, "/start")
    keys = {"inline_keyboard": [[button("First"), button("Second")]]}
    await desk.bot.ask("sendMessage", chat_id=desk.cast.dara.id, text="Choose", reply_markup=keys)
    await desk.newest(desk.cast.dara).get_by_role("button", name="First").focus()
    await desk.page.keyboard.press("Tab")
    await expect(desk.newest(desk.cast.dara).get_by_role("button", name="Second")).to_be_focused()
    outline = await desk.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "one sees where one is"
    await desk.page.keyboard.press("Enter")
    assert (await desk.bot.heard("callback_query"))["data"] == "Second"
    await desk.newest(desk.cast.dara).locator(".message-menu").focus()
    await desk.page.keyboard.press("ArrowUp")
    await expect(desk.bubbles(desk.cast.dara).first.locator(".message-menu")).to_be_focused()
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.get_by_role("menuitem", name="Reply")).to_be_focused()
    await desk.page.keyboard.press("Escape")
    await expect(desk.bubbles(desk.cast.dara).first.locator(".message-menu")).to_be_focused()


async def test_the_page_speaks_khmer_and_english_and_keeps_what_is_being_written(desk: Desk) -> None:
    await desk.field(desk.cast.dara).fill("half a sentence")
    await desk.page.get_by_role("button", name="ខ្មែរ").click()
    await expect(desk.page.locator("html")).to_have_attribute("lang", "km")
    await expect(desk.column(desk.cast.dara).get_by_role("button", name="ចាប់ផ្ដើម")).to_be_visible()
    await expect(desk.field(desk.cast.dara)).to_have_value("half a sentence")
    await desk.page.get_by_role("button", name="English").click()
    await expect(desk.column(desk.cast.dara).get_by_role("button", name="Start", exact=True)).to_be_visible()


async def test_every_word_of_the_page_exists_in_both_languages_with_the_same_blanks(desk: Desk) -> None:
    words = await desk.page.evaluate("import('/page/words.js').then(module => module.words)")
    assert words["en"].keys() == words["km"].keys()

    def blanks(text: str) -> list[str]:
        return sorted(re.findall(r"\{\w+\}", text))

    assert [key for key, text in words["en"].items() if blanks(text) != blanks(words["km"][key])] == []
    same = {key for key, text in words["en"].items() if text == words["km"][key]}
    assert same == {"telegram", "english", "milliseconds", "bot"}, "everything else is translated"


async def test_the_page_is_dark_where_the_reader_likes_it_dark(desk: Desk, windows: Windows) -> None:
    dark = await windows.open(color_scheme="dark")
    brightness = "getComputedStyle(document.querySelector('.column')).backgroundColor.match(/\\d+/g).map(Number)[0]"
    assert await dark.evaluate(brightness) < 60
    assert await desk.page.evaluate(brightness) > 200


async def test_the_page_asks_nobody_but_the_sandbox(windows: Windows, desk: Desk) -> None:
    html = '<a href="https://example.org/picture.png">a picture</a> https://example.com'
    desk.world.say(desk.cast.dara, "/start")
    await desk.bot.ask("sendMessage", chat_id=desk.cast.dara.id, text=html, parse_mode="HTML")
    await expect(desk.newest(desk.cast.dara).get_by_role("link")).to_have_count(2)
    assert windows.requests, "the control: requests are noticed"
    assert [url for url in windows.requests if not url.startswith(desk.base)] == []
