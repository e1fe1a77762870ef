"""The local Telegram formats texts as Telegram does: held against TDLib's own parser on texts that a grammar makes up."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType

import pytest
import tdlib
from telegram import MessageEntity
from telegram.constants import MessageEntityDateTimeFormats

from sandbox.entities import (
    Entity,
    ParseError,
    addresses,
    check_link,
    find_entities,
    finding,
    format_text,
    keeping,
    links,
    markup,
    nesting,
    parse_html,
    utf16_len,
)
from sandbox.entities.given import checked
from sandbox.entities.keeping import fix
from sandbox.entities.spans import Span

QUICK = 3_000
LONG = 100_000
SEED = 20231115

Outcome = tuple[str, list[Entity]] | str
"""A text with its entities, or the error."""


# The grammar

WORDS = (
    "a", "word", "x y", "1", "សួស្តី", "កម្ពុជា", "Ω", "é", "e\u0301", "😀", "👨‍👩‍👧‍👦", "\U0001f1f0\U0001f1ed", "\U0010fffe", "\uffff",
    "\n", " ", "\t", "\0", "\r", "\x0b", "\x0c", "\x1f", "\u200b", "\u200d", "\u2028", "\u00a0", "\ufeff",
    "google.com", "tg://user?id=7",
)  # fmt: skip
REFERENCES = (
    "&lt;", "&gt;", "&amp;", "&quot;", "&lt", "&amp", "&apos;", "&nbsp;", "&LT;", "&ltx;", "&", "&&amp;&", "&#", "&#;", "&#x;",
    "&#65;", "&#65", "&#x41;", "&#X41;", "&#x1F600;", "&#x1F600", "&#128512;", "&#xe000;", "&#13;", "&#10;", "&#32;", "&#0;",
    "&#x10fffe", "&#x10ffff;", "&#x000000041;", "&#0000065;", "&#00000065;", "&#000000065",
)  # fmt: skip
HALF_PAIRS = ("&#xD83D;", "&#xDE00;", "&#55357;")
TAGS = tuple(markup.KIND_OF_TAG)
WRONG_TAGS = (
    "foo",
    "",
    "h1",
    "p",
    "br",
    "B",
    "STRONG",
    "Code",
    "tg-date",
    "b/",
    "br/",
    "bx",
    "div",
    "ខ",
    "b\0",
    "É",
    "İ",
    "a\u00a0",
)
WHOLE_TAGS = {
    "a": ('<a href="http://a.b">', "<a href='tg://user?id=5'>", "<a>"),
    "span": ('<span class="tg-spoiler">', "<span class=tg-spoiler>"),
    "tg-emoji": ('<tg-emoji emoji-id="5">',),
    "tg-time": ('<tg-time unix="17" format="wDt">', "<tg-time unix=17>", '<tg-time unix="5" format="r">'),
    "code": ("<code>", '<code class="language-py">'),
    "blockquote": ("<blockquote>", "<blockquote expandable>"),
}
ATTRIBUTES = ("href", "class", "emoji-id", "unix", "format", "expandable", "x", "HREF", "data-1", "ខ", "a:b", "cite")
USUAL_ATTRIBUTES = {
    "a": ("href",),
    "code": ("class",),
    "span": ("class",),
    "pre": ("class",),
    "tg-emoji": ("emoji-id",),
    "tg-time": ("unix", "format"),
    "blockquote": ("expandable",),
}
LINKS = (
    "http://a.b", "https://google.com/x?y#z", "google.com", "x", "", ".", "a.", "http://a..b", "http://.", "//x.y", "?x", "#x", "a.b#",
    "http://localhost", "ftp://a.b", "mailto:a@b.c", "javascript:alert(1)", "a b", "a\\b.c", "HTTP://USER@X.Y:80", "a@", "@a.b", "x:y@a.b",
    "a.b:0", "https://x.y:65535", "x.y:65536", "x.y:080", "x.y:", "http://[::1]/x", "[::1]", "[::g]", "[::1%1]", "[::1", "a%20.b", "a%2.b",
    "http://ខ្មែរ.com/ខ្មែរ", "http://x.y/ a\tb ", "http://x.y/\x0b", "http://x.y/\0", "http://x.y/\x7f", "http://a\nb.c", "_a.b", "~a.b", "a!.b",
    "tg://resolve?domain=a", "tg:a?b", "tg:a/?b", "tg://a:1", "tg://a@b", "tg://a.b", "tg://", "tg:", "tg:http://a", "tg:https://a", "TG://A",
    "tg://a_b-c/d?e#f", "ton://a", "tonsite://a.b", "tonsite://a b", "tg://a%20",
    "tg://user?id=5", "tg:user?id=12345", "tg://USER?id=9&x", "tg://user?x&id=8#f", "tg:user/?id=3", "tg://user//?id=3", "tg://users?id=3",
    "tg://user", "tg://user?id=0", "tg://user?id=05", "tg://user?id=-5", "tg://user?id=1099511627775", "tg://user?id=1099511627776",
    f"tg://user?id={'9' * 5000}", f"a.b:{'9' * 5000}",
)  # fmt: skip
VALUES = {
    "href": LINKS,
    "class": ("language-py", "language-", "tg-spoiler", "tg-x", "tg-", "x", "language-ខ្មែរ", "Language-x"),
    "unix": (
        "17", "0", "-5", "1700000000", "2147483647", "2147483648", "4294967301", "99999999999999", "a", "17a", " 17", "+5", "",
        "-4294967290", "007", "-0", "-2147483648", "-2147483649", "9" * 5000,
    ),
    "format": ("r", "w", "wDt", "dT", "zz", "", "tD", "rr", "rw", "wr", "DdTt", "W", "R", "wwdd", " d", "dt "),
    "emoji-id": (
        "5368324170671202286", "5", "0", "-1", "a", "", "05", "5x", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
    ),
}  # fmt: skip
FINDABLE = (
    "a", "b1", "start", "/start", "/help", "/", "@durov", "@ab", "@gif", "@nft_", "@", "#tag", "#1", "#ខ្មែរ", "#", "$USD", "$1INCH", "$", "USD",
    "_", "-", ".", "..", ". ", ":", "://", "http://", "https://", "HTTPS://", "ftp://", "tg://", "ton://", "shttp://", "sftp://", "mailto:",
    "google.com", "t.me", "example.org/path?x=y", "sub.domain.kh", "a@b.com", "x.y.z@mail.gov.kh", "Com", "COM", ".COM", ".Com", ".xn--ab",
    "xn--p1ai", "127.0.0.1", "1.2.3", "256.1.1.1", "01.1.1.1", ":80", ":65536", ":0", ":00443", "?", "?q", "/(x)", "(", "[", "{", ")", "]", "}",
    "<", ">", '"', "'", "`", ",", ";", "!", "«", "»", " ", "  ", "\n", "ខ្មែរ", "កម្ពុជា", "😀", "\u200c", "\u200d", "\u200b", "\u00a0", "\u2010",
    "—", "²", "½", "Ⅷ", "é", "ß", "·", "\u0dca", "+", "+a", "~", "%", "&", "=", "*", "|", "\\", "^", "٣", "teiegram.org", "localhost",
    "user:pw@", "_bot", "a_b.com", "-a.com", "a-.com", "com", "net", "a.b.c.d.info", "a" * 33, "1" * 6,
)  # fmt: skip
CLEANABLE = (
    "a", "b", "x", ".", " ", " ", "\n", "😀", "\U0001f1f0", "សួ", "ក", "\r", "\t", "\0", "\u2028", "\u202e", "\u0333", "\u033f",
    "e\u030a", "\u200e", "\u200f", "\u200b",
)  # fmt: skip
STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
GIVEN: dict[str, Entity] = {
    **{
        kind: {}
        for kind in (
            "mention",
            "hashtag",
            "bot_command",
            "url",
            "email",
            "code",
            "pre",
            "blockquote",
            "expandable_blockquote",
        )
    },
    "text_link": {"url": "http://a.b/"},
    "text_mention": {"user": {"id": 5}},
    "custom_emoji": {"custom_emoji_id": "5"},
    "date_time": {"unix_time": 5},
}


class Grammar:
    """Makes up texts, the same ones for the same seed: mostly right, often slightly wrong, sometimes a soup."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def html(self) -> str:
        kind = self._dice.random()
        if kind < 0.3:
            return self._tree(3)
        if kind < 0.6:
            return self._right(3)
        if kind < 0.75:
            return self._soup()
        return self._spoilt(self._right(3) if kind < 0.9 else self._tree(2))

    def plain(self) -> str:
        kind = self._dice.random()
        if kind < 0.75:
            return self._row(FINDABLE, 1, 7)
        if kind < 0.95:
            return self._row(tuple("kh.@/:#$ _-K1?(){}\n<>ខ😀+~,"), 1, 14)
        return " ".join(self._row(FINDABLE, 1, 2) for _ in range(self._dice.randint(2, 8)))

    def link(self) -> str:
        link = self._dice.choice(LINKS)
        return link if self._dice.random() < 0.2 else self._spoilt(link)

    def marked(self) -> tuple[str, list[Entity]]:
        """A text and entities over it; in one of seven texts some lie outside it or cut a character."""
        text = self._row(CLEANABLE, 0, 14)
        wild = self._dice.random() < 0.15
        return text, [self._entity(text, wild=wild) for _ in range(self._dice.randint(0, 6))]

    def _row(self, pieces: tuple[str, ...], least: int, most: int) -> str:
        return "".join(self._dice.choice(pieces) for _ in range(self._dice.randint(least, most)))

    def _words(self) -> str:
        count = self._dice.choice((0, 1, 1, 2, 3, 5))
        half_pair = (self._dice.choice(HALF_PAIRS),) if self._dice.random() < 0.002 else ()
        return self._row((*WORDS * 4, *REFERENCES, *half_pair * 40), count, count)

    def _tree(self, depth: int) -> str:
        text = self._words()
        for _ in range(self._dice.choice((0, 1, 1, 2, 3)) if depth else 0):
            tag = self._dice.choice(TAGS if self._dice.random() < 0.97 else WRONG_TAGS)
            end = self._end(tag) if self._dice.random() < 0.98 else ""
            text += self._start(tag) + self._tree(depth - 1) + end + self._words()
        return text

    def _right(self, depth: int) -> str:
        text = self._words()
        for _ in range(self._dice.choice((0, 1, 2, 3)) if depth else 0):
            tag = self._dice.choice(TAGS)
            start = self._dice.choice(WHOLE_TAGS.get(tag, (f"<{tag}>",)))
            text += f"{start}{self._right(depth - 1)}</{tag}>{self._words()}"
        return text

    def _soup(self) -> str:
        makers: tuple[Callable[[], str], ...] = (
            lambda: self._start(self._dice.choice(TAGS)),
            lambda: self._end(self._dice.choice(TAGS)),
            lambda: self._attribute("a"),
            lambda: self._dice.choice("<>&/=\"' \n\0;#x"),
            self._words,
        )
        return "".join(self._dice.choice(makers)() for _ in range(self._dice.randint(0, 8)))

    def _spoilt(self, text: str) -> str:
        for _ in range(self._dice.randint(1, 3)):
            at, to = sorted(self._dice.randrange(len(text) + 1) for _ in range(2))
            kind = self._dice.random()
            if kind < 0.4:
                text = text[:at] + text[at + 1 :]
            elif kind < 0.8:
                text = text[:at] + self._dice.choice("<>/&=;\"' \0\n#abx:.@%😀ខ-") + text[at:]
            else:
                text = text[:at] + text[to:]
        return text

    def _start(self, tag: str) -> str:
        least = 1 if tag in {"a", "span", "tg-emoji", "tg-time"} and self._dice.random() < 0.85 else 0
        text = f"<{tag}"
        for _ in range(max(least, self._dice.choice((0, 0, 0, 1, 1, 2, 3)))):
            text += self._dice.choice((*(" ",) * 12, "  ", "\n", "\t", "", "\x0c", "\0")) + self._attribute(tag)
        return text + self._dice.choice((*(">",) * 40, " >", "/>", " />", "", "\n>", "\0>"))

    def _end(self, tag: str) -> str:
        odd = (
            f"</{tag.upper()}>",
            f"</{tag} >",
            f"</ {tag}>",
            f"</{tag}",
            f"</{tag}\n>",
            "</b>",
            "</i>",
            f"</{tag}x>",
            "</",
            f"</{tag}\0>",
        )
        return self._dice.choice((*(f"</{tag}>",) * 60, *("</>",) * 4, *odd))

    def _attribute(self, tag: str) -> str:
        usual = USUAL_ATTRIBUTES.get(tag.lower(), ("x",))
        name = self._dice.choice(usual if self._dice.random() < 0.8 else ATTRIBUTES)
        value = self._value(name)
        gap, other_gap = (self._dice.choice((*("",) * 8, " ", "\n", "\t", "\0", "\x0b")) for _ in range(2))
        kind = self._dice.random()
        if kind < 0.6:
            quote = self._dice.choice('""\'')
            return f"{name}{gap}={other_gap}{quote}{value}{quote if kind < 0.595 else ''}"
        if kind < 0.8:
            return f"{name}{gap}={other_gap}{value}"
        return name if kind < 0.97 else self._dice.choice(("=", "/", "'", '"', "=x", "x=", "x==y", "x='a'b"))

    def _value(self, name: str) -> str:
        values = VALUES.get(name.lower(), ()) if self._dice.random() < 0.94 else ()
        value = self._dice.choice(values or (*WORDS, *REFERENCES, "v", "1.5", "a-b", "a_b"))
        return value + self._dice.choice(REFERENCES) if self._dice.random() < 0.1 else value

    def _entity(self, text: str, *, wild: bool) -> Entity:
        kind = self._dice.choice((*STYLES * 3, *GIVEN))
        edges = [0]
        for character in text:
            edges.append(edges[-1] + utf16_len(character))
        places = [at + self._dice.choice((0, 0, 0, 1, -1, 9)) for at in range(edges[-1] + 1)] if wild else edges
        start, end = sorted(self._dice.choice(places) for _ in range(2))
        entity = {"type": kind, "offset": start, "length": end - start, **GIVEN.get(kind, {})}
        if kind == "pre" and self._dice.random() < 0.5:
            entity["language"] = "py"
        return entity


# The comparison


@dataclass
class Comparison:
    """How many texts came out how, and the first few that came out differently here."""

    outcomes: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def add(self, text: object, theirs: Outcome, ours: Outcome) -> None:
        self.outcomes["refused" if isinstance(theirs, str) else "marked" if theirs[1] else "bare"] += 1
        if theirs != ours:
            self.differences.append(f"{text!r}\n  TDLib {theirs}\n  ours  {ours}")

    def shown(self) -> str:
        return f"{len(self.differences)} differences\n" + "\n".join(self.differences[:5])


def outcome(do: Callable[[], tuple[str, list[Entity]]]) -> Outcome:
    try:
        text, entities = do()
    except (ParseError, tdlib.Refused) as error:
        return str(error)
    return text, [_by_id(entity) for entity in entities]


def _by_id(entity: Entity) -> Entity:
    return {**entity, "user": {"id": entity["user"]["id"]}} if "user" in entity else entity


def compare_html(count: int, seed: int) -> Comparison:
    comparison, grammar = Comparison(), Grammar(seed)
    while comparison.outcomes.total() < count:
        text = grammar.html()
        if not _would_end_tdlib(text):
            comparison.add(text, outcome(lambda: tdlib.parse_html(text)), outcome(lambda: parse_html(text)))  # noqa: B023
    return comparison


def _would_end_tdlib(text: str) -> bool:
    return "=" in text and re.search(r"&#(?:x0*d[89a-f]|0*5[5-7]\d{3})", text, re.IGNORECASE) is not None


def compare_found(count: int, seed: int) -> Comparison:
    """Phone numbers aside, which TDLib leaves to the server, and texts in which it finds what has no name here."""
    comparison, grammar = Comparison(), Grammar(seed)
    for text in (grammar.plain() for _ in range(count)):
        ours = find_entities(text)
        try:
            theirs = tdlib.find_entities(text)
        except tdlib.Shadowed:
            comparison.outcomes["left out"] += 1
            continue
        if not any(entity["type"] == "phone_number" for entity in ours):
            comparison.add(text, (text, theirs), (text, ours))
    return comparison


def compare_fixed(count: int, seed: int) -> Comparison:
    comparison, grammar = Comparison(), Grammar(seed)
    for text, entities in (grammar.marked() for _ in range(count)):
        theirs = outcome(lambda: tdlib.fix_entities(text, entities))  # noqa: B023
        comparison.add((text, entities), theirs, outcome(lambda: _fixed(text, entities)))  # noqa: B023
    return comparison


def compare_links(count: int, seed: int) -> Comparison:
    comparison, grammar = Comparison(), Grammar(seed)
    for link in (grammar.link() for _ in range(count)):
        entities = [{"type": "text_link", "offset": 0, "length": 1, "url": link}]
        theirs = outcome(lambda: tdlib.fix_entities("a", entities))  # noqa: B023
        comparison.add(link, theirs, outcome(lambda: _fixed("a", entities)))  # noqa: B023
    return comparison


def _fixed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """The step of ours that TDLib lets one ask for: cleaned and nested, but not trimmed."""
    own = {"type", "offset", "length"}
    spans = [
        Span(
            one["type"], one["offset"], one["offset"] + one["length"], {key: one[key] for key in one if key not in own}
        )
        for one in entities
    ]
    clean, fixed = fix(text, [checked(span) for span in spans])
    return (clean, [span.entity() for span in fixed]) if clean.strip(" \n") else ("", [])


COMPARISONS = {"html": compare_html, "found": compare_found, "fixed": compare_fixed, "links": compare_links}


@pytest.mark.parametrize("name", COMPARISONS)
def test_made_up_texts_come_out_as_they_do_at_tdlib(name: str) -> None:
    comparison = COMPARISONS[name](QUICK, SEED)
    assert not comparison.differences, comparison.shown()


@pytest.mark.long
@pytest.mark.parametrize("name", COMPARISONS)
def test_a_hundred_thousand_made_up_texts_come_out_as_they_do_at_tdlib(name: str) -> None:
    comparison = COMPARISONS[name](LONG, SEED + 1)
    assert not comparison.differences, comparison.shown()


def test_the_made_up_texts_are_a_fair_mix() -> None:
    html = compare_html(QUICK, SEED).outcomes
    assert min(html["refused"], html["marked"], html["bare"]) > QUICK / 8, html
    found = compare_found(QUICK, SEED).outcomes
    assert found["marked"] > QUICK / 4, found
    assert found["left out"] < QUICK / 100, found
    grammar = Grammar(SEED)
    outcomes = [outcome(lambda: parse_html(grammar.html())) for _ in range(QUICK)]
    kinds = {entity["type"] for one in outcomes if not isinstance(one, str) for entity in one[1]}
    assert kinds == {*markup.KIND_OF_TAG.values(), "expandable_blockquote", "text_mention"}
    errors = "\n".join(one for one in outcomes if isinstance(one, str))
    assert [words for words in ERRORS if words not in errors] == []


ERRORS = (
    "Unclosed start tag at",
    'Unclosed start tag "',
    "Unsupported start tag",
    "Empty attribute name",
    "Unexpected end of name token",
    'must have class "tg-spoiler"',
    "Unexpected end tag",
    "Unclosed end tag",
    "Unmatched end tag",
    "Can't find end tag",
    "Invalid date format used",
    "Invalid custom emoji identifier",
    "Text contains invalid Unicode characters",
)


def _always(*_: object) -> bool:
    return True


@pytest.mark.parametrize(
    ("name", "module", "attribute", "broken"),
    [
        pytest.param("html", markup, "utf16_len", len, id="offsets counted in code points"),
        pytest.param("html", markup, "_NAMED", {"lt": "<"}, id="ampersands not decoded"),
        pytest.param("html", markup, "_CLASS_PREFIX", {"span": "tg-", "code": "lang-"}, id="other names of languages"),
        pytest.param("html", markup, "_TAG_NAME", re.compile(r"[^\s\0>]*"), id="more blanks than TDLib knows"),
        pytest.param("found", finding, "_COMMAND", re.compile("/[A-Za-z0-9_]+"), id="commands anywhere"),
        pytest.param("found", finding, "_SHORT_USERNAMES", frozenset(), id="no short user names"),
        pytest.param("found", addresses, "_is_known_top", _always, id="any end of a domain"),
        pytest.param("fixed", nesting, "_nests", _always, id="nothing made to nest"),
        pytest.param("fixed", nesting, "_fits", _always, id="everything fits"),
        pytest.param("fixed", keeping, "_REMOVED", re.compile("\r"), id="changes of direction kept"),
        pytest.param("links", links, "LARGEST_PORT", 99_999, id="any port"),
        pytest.param("links", links, "_is_ipv6", _always, id="any address in brackets"),
    ],
)
def test_the_comparison_catches_a_broken_formatter(
    monkeypatch: pytest.MonkeyPatch, name: str, module: ModuleType, attribute: str, broken: object
) -> None:
    monkeypatch.setattr(module, attribute, broken)
    assert COMPARISONS[name](QUICK, SEED).differences


# What cannot be asked of TDLib offline, and what users see most


def kinds(entities: list[Entity]) -> list[tuple[str, int, int]]:
    return [(entity["type"], entity["offset"], entity["length"]) for entity in entities]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("/start", ["/start"]),
        ("/start@sangket_bot hello", ["/start@sangket_bot"]),
        ("hi /start, /help.", ["/start", "/help"]),
        ("/report 😀 /case", ["/report", "/case"]),
        ("សូម/start", []),
        ("សូម /ជំនួយ", []),
        ("ស្តី្/start", ["/start"]),
        ("/startក", []),
        ("a/b", []),
        ("/a/b", []),
        ("//start", []),
        ("/start@ab", []),
        ("/start@", []),
        ("/START_2-x", ["/START_2"]),
        ("/" + "a" * 64, ["/" + "a" * 64]),
        ("/" + "a" * 65, []),
        ("<b>/start</b>", []),
    ],
)
def test_commands_are_found_where_telegram_finds_them(text: str, commands: list[str]) -> None:
    units = text.encode("utf-16-le")
    found = [one for one in find_entities(text) if one["type"] == "bot_command"]
    said = [units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le") for one in found]
    assert said == commands
    assert find_entities(text) == tdlib.find_entities(text)


@pytest.mark.parametrize("number", ["+1-212-555-0123", "+12025550123", "+855 12 345 678", "+855 (12) 345678"])
def test_a_phone_number_is_found_whole(number: str) -> None:
    assert kinds(find_entities(f"ring {number}, please")) == [("phone_number", 5, len(number))]


@pytest.mark.parametrize("text", ["+12345", "0123456789", "+" + "1" * 16, "a+12025550123", "1+1"])
def test_other_numbers_are_no_phone_numbers(text: str) -> None:
    assert find_entities(text) == []


def test_every_end_of_a_domain_known_here_is_known_to_tdlib() -> None:
    text = " ".join(f"a1.{top}" for top in sorted(addresses.TOP_DOMAINS))
    assert tdlib.find_entities(text) == find_entities(text)
    assert len(find_entities(text)) == len(addresses.TOP_DOMAINS)


def test_a_message_is_trimmed_and_its_entities_move_along() -> None:
    assert format_text(" \n ab <b>cd</b> \n", "HTML", None) == ("ab cd", [{"type": "bold", "offset": 3, "length": 2}])
    assert format_text("<i> ab </i> ", "HTML", None) == (" ab", [{"type": "italic", "offset": 0, "length": 3}])
    assert format_text("a<b> \n</b>", "HTML", None) == ("a", [])
    assert format_text("\u00a0a\t", None, None) == ("\u00a0a", [])


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b", "\u2800", "\u00a0\ufeff\u200d ", "\r\u202e"])
def test_a_text_with_nothing_to_see_comes_back_empty(text: str) -> None:
    assert format_text(text, None, None) == ("", [])
    assert format_text(f"<b>{text}</b>", "HTML", None) == ("", [])


@pytest.mark.parametrize("text", ["\u200b \u200b", "ក", "\u0301", "😀", "."])
def test_a_text_with_something_to_see_does_not(text: str) -> None:
    assert format_text(text, None, None) == (text, [])


def test_found_entities_join_the_marked_ones() -> None:
    text, entities = format_text("<b>see /help now</b> and @durov", "HTML", None)
    assert text == "see /help now and @durov"
    assert kinds(entities) == [
        ("bold", 0, 4),
        ("bot_command", 4, 5),
        ("bold", 4, 5),
        ("bold", 9, 4),
        ("mention", 18, 6),
    ]


def test_nothing_is_found_in_code_links_and_dates() -> None:
    for tag in ("code", "pre", 'a href="http://a.b"', "tg-time unix=5"):
        _, entities = format_text(f"<{tag}>/help</{tag.split()[0]}>", "HTML", None)
        assert [entity["type"] for entity in entities] == [markup.KIND_OF_TAG[tag.split()[0]]]
    assert kinds(format_text("<blockquote>/help</blockquote>", "HTML", None)[1]) == [
        ("blockquote", 0, 5),
        ("bot_command", 0, 5),
    ]


def test_entities_of_a_request_count_only_without_a_parse_mode() -> None:
    given: list[Entity] = [{"type": "bold", "offset": 0, "length": 2}, {"type": "mention", "offset": 0, "length": 1}]
    assert format_text("😀b", None, given) == ("😀b", given[:1])
    assert format_text("😀b", "HTML", given) == ("😀b", [])


@pytest.mark.parametrize(
    ("entity", "error"),
    [
        (
            {"type": "bold", "offset": 0, "length": 1},
            "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4",
        ),
        ({"type": "bold", "offset": 0}, "can't parse MessageEntity: Can't find field \"length\""),
        ({"type": "text_link", "offset": 0, "length": 2, "url": "x"}, "entity URL 'x' is invalid: Wrong HTTP URL"),
    ],
)
def test_a_wrong_entity_of_a_request_is_refused(entity: Entity, error: str) -> None:
    with pytest.raises(ParseError, match=f"^{re.escape(error)}$"):
        format_text("😀b", None, [entity])


def test_only_html_is_spoken() -> None:
    for mode in ("Markdown", "MarkdownV2"):
        with pytest.raises(ParseError, match=f'^sandbox: parse_mode "{mode}" is not spoken here, use HTML$'):
            format_text("*a*", mode, None)
    with pytest.raises(ParseError, match=r"^unsupported parse_mode$"):
        format_text("a", "XML", None)
    assert format_text("<b>a</b>", "html", None)[0] == "a"


def test_a_text_of_more_than_32_kibibytes_is_refused_before_it_is_read() -> None:
    assert format_text("<b>" + "ក" * 10_920 + "</b>", "HTML", None)[0] == "ក" * 10_920
    with pytest.raises(ParseError, match=r"^text is too long$"):
        format_text("<foo>" + "ក" * 10_922, "HTML", None)


def test_half_a_surrogate_pair_is_refused() -> None:
    for text, mode, error in (
        ("a\ud83d", "HTML", "text must be encoded in UTF-8"),
        ("a\ud83d", None, "strings must be encoded in UTF-8"),
        ('<a href="http://a.b/&#xD83D;">a</a>', "HTML", "messageEntityTextUrl.url must be encoded in UTF-8"),
        (
            '<pre><code class="language-&#xD83D;">a</code></pre>',
            "HTML",
            "messageEntityPreCode.language must be encoded in UTF-8",
        ),
    ):
        with pytest.raises(ParseError, match=f"^{error}$"):
            format_text(text, mode, None)


def test_every_date_format_that_the_library_knows_comes_back_as_it_was() -> None:
    for letters in MessageEntityDateTimeFormats:
        text, [entity] = format_text(f'<tg-time unix="1798995600" format="{letters}">soon</tg-time>', "HTML", None)
        assert text == "soon"
        assert MessageEntity(**entity).date_time_format == letters
        assert entity["unix_time"] == 1798995600


def test_a_link_to_open_is_given_its_normal_form_or_a_reason() -> None:
    assert check_link("HTTPS://Example.org?a b") == "https://example.org/?a%20b"
    with pytest.raises(ParseError, match=r"^URL 'http://localhost' is invalid: Wrong HTTP URL$"):
        check_link("http://localhost")
