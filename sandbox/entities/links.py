"""Addresses that a link may open, in the form in which Telegram keeps them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.entities.reading import ParseError, lower, whole_number
from sandbox.entities.spans import mention_of

_PORT: Final = re.compile(r"(?s)(.+):([^:\]@]*)")
_SYMBOL: Final = r"[A-Za-z0-9.\-_!$,~*'();&+=]|%[0-9A-Fa-f]{2}|[^\x00-\x7f]"
_SYMBOLS: Final = {"host": re.compile(rf"\A(?:{_SYMBOL})+"), "userinfo": re.compile(rf"\A(?:{_SYMBOL}|:)+")}
_APP_SCHEMES: Final = ("tg", "ton", "tonsite")
_LARGEST_USER_ID: Final = 2**40 - 1
LARGEST_PORT: Final = 0xFFFF


class NoAddress(Exception):
    """Why a text is no address to open, in TDLib's words."""


def check_link(url: str) -> str:
    """The normal form of an address to open, as Telegram keeps it. Raises ParseError with its reason."""
    try:
        return normal_url(url)
    except NoAddress as reason:
        raise ParseError(f"URL '{url}' is invalid: {reason}") from None


@dataclass(frozen=True, slots=True)
class _Address:
    """The parts of a web address as TDLib takes them apart; `path` begins with a slash and holds the query too."""

    scheme: str
    userinfo: str
    host: str
    port: int | None
    path: str

    def __str__(self) -> str:
        user = f"{self.userinfo}@" if self.userinfo else ""
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{user}{self.host}{port}{self.path}"


def opened(target: str) -> tuple[str | None, Mapping[str, Any]]:
    """What an `a` stands for: a person, a web or application address, or nothing when it is no address."""
    if user_id := linked_user(target):
        return "text_mention", mention_of(user_id)
    try:
        return "text_link", {"url": normal_url(target)}
    except NoAddress:
        return None, {}


def linked_user(target: str) -> int | None:
    """The person of a `tg://user?id=…` link."""
    match = re.match(r"tg:(?://)?user/?\?([^#]*)", lower(target))
    for parameter in match[1].split("&") if match else ():
        key, _, value = parameter.partition("=")
        if key == "id":
            user_id = whole_number(value, bits=64) or 0
            return user_id if 0 < user_id <= _LARGEST_USER_ID else None
    return None


def normal_url(target: str) -> str:
    """An address as Telegram keeps it. Raises NoAddress."""
    scheme, colon, rest = target.partition(":")
    if colon and lower(scheme) in _APP_SCHEMES:
        return _normal_app_url(lower(scheme), rest.removeprefix("//"))
    address = _address(target)
    if "." not in address.host and not _is_bracketed(address.host):
        raise NoAddress("Wrong HTTP URL")
    return str(address)


def _normal_app_url(scheme: str, rest: str) -> str:
    """A link into an application: `tg://resolve?domain=x`."""
    address = _address(rest)
    plain = not lower(rest).startswith("http://") and address.scheme == "http"
    if not plain or address.userinfo or address.port or _is_bracketed(address.host):
        raise NoAddress("Wrong tg URL" if scheme == "tg" else "Wrong ton URL")
    if not re.fullmatch(r"[a-z0-9._\-]+" if scheme == "tonsite" else r"[a-z0-9_\-]+", address.host):
        raise NoAddress("Unallowed characters in URL host")
    path = address.path.removeprefix("/") if address.path.startswith("/?") else address.path
    return f"{scheme}://{address.host}{path}"


def _address(text: str) -> _Address:
    """An address with or without `http://`, taken apart. Raises NoAddress."""
    match = re.match(r"([^:/?#@\[\]]*)://", text)
    scheme = lower(match[1]) if match else "http"
    if scheme not in {"http", "https"}:
        raise NoAddress("Unsupported URL protocol")
    place, path = split_at(text[match.end() if match else 0 :], "/?#")
    place, port = _port(place)
    userinfo, _, host = place.rpartition("@")
    host = lower(host)
    _require_host(host, userinfo)
    return _Address(scheme, userinfo, host, port, _normal_path(path))


def _port(place: str) -> tuple[str, int | None]:
    """What stands before the port, and the port if there is one. Raises NoAddress."""
    match = _PORT.fullmatch(place)
    if not match:
        return place, None
    port = whole_number(match[2].lstrip("0"), bits=32)
    if port is None or not 0 < port <= LARGEST_PORT:
        raise NoAddress("Wrong port number specified in the URL")
    return match[1], port


def _require_host(host: str, userinfo: str) -> None:
    if _is_bracketed(host):
        if not _is_ipv6(host[1:-1]):
            raise NoAddress("Wrong IPv6 address specified in the URL")
        return
    if host in {"", "."}:
        raise NoAddress("Host is invalid" if host else "URL host is empty")
    _require_symbols("host", host)
    _require_symbols("userinfo", userinfo)


def _is_bracketed(host: str) -> bool:
    return host.startswith("[") and host.endswith("]")


def _require_symbols(part: str, text: str) -> None:
    """A part of an address may hold letters, marks that need no escape, and escapes. Raises NoAddress."""
    if wrong := _SYMBOLS[part].sub("", text):
        kind = "Wrong percent-encoded symbol" if wrong.startswith("%") else "Disallowed character"
        raise NoAddress(f"{kind} in URL {part}")


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.IPv6Address(text).scope_id is None
    except ValueError:
        return False


def split_at(text: str, characters: str) -> tuple[str, str]:
    """The text before the first of these characters, and the rest."""
    match = re.search(f"[{characters}]", text)
    at = match.start() if match else len(text)
    return text[:at], text[at:]


def _normal_path(path: str) -> str:
    path = re.sub(r"[\0- ]", lambda blank: f"%{ord(blank[0]):02X}", path.rstrip(" \t\r\n\v\0"))
    return path if path.startswith("/") else f"/{path}"
