"""Web and mail addresses in a text that nobody marked as links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sandbox.entities.links import LARGEST_PORT, split_at
from sandbox.entities.reading import lower

Found = Iterator[tuple[str, int, int]]
"""Kinds with the indexes, not yet UTF-16 offsets, where they begin and end."""

_GAP: Final = r" \n\u00a0\u1680\u2000-\u200b\u200e\u200f\u2016-\u206f\u3000"
_DOMAIN_SYMBOL: Final = re.compile(rf"[A-Za-z0-9._~\-]|[^\0-\u00bf{_GAP}]")
_DOMAIN: Final = re.compile(rf"(?:{_DOMAIN_SYMBOL.pattern}|@)*")
_USER_SYMBOL: Final = re.compile(rf"""[^{_GAP}/\[\]{{}}()'`<>"@\u00ab\u00bb]""")
_PROTOCOL_SYMBOL: Final = re.compile(
    r"[A-Za-z0-9+\-]|[^\0-\x7f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
)
_PATH: Final = re.compile(rf"""[/?#][^{_GAP}<>"\u00ab\u00bb]*""")
_PORT_PART: Final = re.compile(r":0*([1-9][0-9]{0,4})(?![0-9])")
_PATH_END: Final = ".:;,('?!`"
_BRACKETS: Final = {")": "(", "]": "[", "}": "{"}
_APP_LINK: Final = re.compile(rf"(?i:tg|ton)(?=(://[A-Za-z0-9_\-]{{1,253}})({_PATH.pattern})?)")
_EMAIL: Final = re.compile(
    r"(?:[A-Za-z0-9_\-]{0,26}[.+]){0,10}[A-Za-z0-9_\-]{1,35}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9_\-]{0,28}[A-Za-z0-9])?\.){1,6}[A-Za-z]{2,8}"
)
_WEB_PROTOCOL: Final = re.compile(r"(?i:https?|ftp)://")
_OCTET: Final = re.compile("0|[1-9][0-9]{0,2}")
_IMPOSTOR: Final = "teiegram.org"  # the one address that Telegram never makes a link
_TOPS: Final = """
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz
ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm
fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is
it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm
mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr
ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg
th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
aero app arpa asia bank bio biz blog bot business cafe camp care cat center charity church city click cloud club
com community company coop date day dev digital earth edu education email energy events expert express farm
film finance foundation fund gallery games gov group guide health help host house info ink institute int
international jobs land law legal life link live love management market media mil mobi money museum music
name net network news ngo ong online org page partners photos place plus post press pro pub radio red rent
report review run school science services shop show site social software solutions space store studio style
support systems team tech tel tips today ton tools top tours town trade training travel university video vip
vote watch website wiki win work works world xyz zone
"""
TOP_DOMAINS: Final = frozenset(_TOPS.split())
"""The ends of domains that count without a protocol: every country's, and of the generic ones those in common use."""


def find_app_links(text: str) -> Found:
    for match in _APP_LINK.finditer(text):
        yield "url", match.start(), match.end() + len(match[1]) + len(_kept_path(match[2] or ""))


def find_addresses(text: str) -> Found:
    """Web and mail addresses, each around a dot."""
    begin = 0
    while 0 <= (dot := text.find(".", begin)) < len(text) - 1:
        if text[dot + 1] == " ":
            begin = dot + 2
            continue
        candidate = _Candidate(text, begin, dot)
        if not candidate.bad:
            yield from candidate.address()
        begin = candidate.next_begin()


class _Candidate:
    """What may be an address around one dot of a text, no part of it before `begin`."""

    def __init__(self, text: str, begin: int, dot: int) -> None:
        self._text = text
        self._begin = begin
        self._dot = dot
        domain = _DOMAIN.match(text, dot)
        domain_end = domain.end() if domain else dot
        has_user = "@" in text[dot:domain_end]
        self.bad = False
        self._start = self._back(dot, _USER_SYMBOL if has_user else _DOMAIN_SYMBOL)
        self._end = self._path_end(self._port_end(domain_end))
        self._take_user(has_user=has_user)
        self._take_protocol()

    def address(self) -> Found:
        """The mail or web address found here, if it is one."""
        found = self._text[self._start : self._end]
        mail = found.removeprefix("mailto:")
        if _EMAIL.fullmatch(mail):
            yield "email", self._end - len(mail), self._end
        elif length := _web_length(found):
            yield "url", self._start, self._start + length

    def next_begin(self) -> int:
        """Where to look on."""
        end = self._end
        if self.bad:
            while self._text[end - 1] != ".":
                end -= 1
        else:
            while self._text[end : end + 1] == ".":
                end += 1
        return max(end, self._dot + 1)

    def _back(self, at: int, symbol: re.Pattern[str]) -> int:
        """The first of the symbols that stand in a row before `at`."""
        while at > self._begin and symbol.match(self._text, at - 1):
            at -= 1
        return at

    def _port_end(self, at: int) -> int:
        port = _PORT_PART.match(self._text, at)
        return port.end() if port and int(port[1]) <= LARGEST_PORT else at

    def _path_end(self, at: int) -> int:
        path = _PATH.match(self._text, at)
        end = at + len(_kept_path(path[0])) if path else at
        while end > self._dot + 1 and self._text[end - 1] == ".":
            end -= 1
        return end

    def _take_user(self, *, has_user: bool) -> None:
        """The `user@` before a domain, which must not have one already."""
        if self._start > self._begin and self._text[self._start - 1] == "@":
            start = self._back(self._start - 1, _USER_SYMBOL)
            self.bad = has_user or start == self._start - 1
            self._start = start

    def _take_protocol(self) -> None:
        """The `https://` before it all; no address can follow a word, a slash, a `#` or an `@` directly."""
        if self._start == self._begin:
            return
        before = self._text[self._begin : self._start]
        if len(before) < 6 or not before.endswith("://"):
            self.bad = self.bad or re.search(r"[\w/#@]\Z", before) is not None
            return
        protocol = lower(self._text[self._back(self._start - 3, _PROTOCOL_SYMBOL) : self._start - 3])
        for name, strangers in (("http", {"shttp"}), ("https", set()), ("ftp", {"tftp", "sftp"})):
            if protocol.endswith(name) and protocol not in strangers:
                self._start -= len(name) + 3
                return
        self.bad = True


def _kept_path(path: str) -> str:
    """A path without the punctuation that rather ends a sentence; a lone `?` or `#` is no path."""
    kept = path[:1] + path[1:].rstrip(_PATH_END)
    return "" if kept in {"?", "#"} else kept


def _web_length(found: str) -> int:
    """How much of a candidate is a web address; 0 for none of it."""
    protocol = _WEB_PROTOCOL.match(found)
    domain, path = split_at(found[protocol.end() if protocol else 0 :], "/?#")
    host = domain.partition("@")[2] if "@" in domain else domain
    host = host.rpartition(":")[0] if ":" in host else host
    if not _is_web_host(host, any_top=protocol is not None):
        return 0
    return len(found) - len(path) + len(_balanced(path).rstrip(_PATH_END))


def _balanced(path: str) -> str:
    """The path up to a closing bracket that was not opened in it."""
    open_brackets: dict[str, int] = {}
    for at, character in enumerate(path):
        if character in _BRACKETS.values():
            open_brackets[character] = open_brackets.get(character, 0) + 1
        elif opening := _BRACKETS.get(character):
            open_brackets[opening] = open_brackets.get(opening, 0) - 1
            if open_brackets[opening] < 0:
                return path[:at]
    return path


def _is_web_host(host: str, *, any_top: bool) -> bool:
    """Whether this is an IPv4 address or a domain whose end is known, or `any_top`."""
    parts = host.split(".")
    if len(parts) < 2 or any(not 0 < len(part.encode()) < 64 or part.endswith("-") for part in parts):
        return False
    if all(part.isascii() and part.isdecimal() for part in parts):
        return len(parts) == 4 and all(_OCTET.fullmatch(part) and int(part) < 256 for part in parts)
    top = parts[-1]
    if "_" in parts[-2] or lower(host) == _IMPOSTOR:
        return False
    if top.startswith("xn--"):
        return re.fullmatch("[A-Za-z0-9]{2,}", top[4:]) is not None
    return len(top) > 1 and not set(top) & set("_-") and (any_top or _is_known_top(top))


def _is_known_top(top: str) -> bool:
    """Whether a host may end so without a protocol; `Com` may not, as it rather begins the next sentence."""
    small = lower(top)
    capitalised = top[0] != small[0] and top[1:] == small[1:]
    return small in TOP_DOMAINS and not capitalised
