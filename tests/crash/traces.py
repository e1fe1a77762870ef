"""Looking for what must not be there: every file below a folder, every encoding a program could write a word in."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_COMPRESSED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_LONGEST_STREAM = 4_000_000


@dataclass(frozen=True)
class Trace:
    """A canary that was found."""

    canary: str
    encoding: str
    file: str

    def __str__(self) -> str:
        return f"{self.canary} as {self.encoding} in {self.file}"


@dataclass(frozen=True)
class _Pattern:
    canary: str
    encoding: str
    bytes: bytes
    least: int = 1
    """How often it has to be there to be no chance: any four bytes turn up once in 4 GB of sealed rows."""


class Hunt:
    """Knows the canaries (name to text, number of a chat, or coordinate) in all their encodings."""

    def __init__(self, canaries: Mapping[str, str | int | float]) -> None:
        self.canaries = len(canaries)
        self.files = 0
        self.bytes = 0
        self._patterns = [pattern for name, value in canaries.items() for pattern in _patterns(name, value)]

    @property
    def patterns(self) -> int:
        """How many byte strings are looked for."""
        return len(self._patterns)

    def through(self, folder: Path) -> set[Trace]:
        """The canaries in any file below this folder, also within what was compressed."""
        found: set[Trace] = set()
        for file, data in _read(folder):
            self.files += 1
            self.bytes += len(data)
            name = str(file.relative_to(folder))
            found.update(self.within(name.encode(), "a file name"))
            found.update(self.within(data, name))
            for stream in _streams(data):
                found.update(self.within(stream, f"{name}, decompressed"))
        return found

    def within(self, data: bytes, name: str) -> Iterator[Trace]:
        """The canaries in these bytes."""
        for pattern in self._patterns:
            if pattern.bytes in data and data.count(pattern.bytes) >= pattern.least:
                yield Trace(pattern.canary, pattern.encoding, name)


def _read(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """All files and what is in them; all of them anew when a bot that runs put one in the place of another meanwhile."""
    changed = True
    while changed:
        changed = False
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                changed = True
                continue
            yield path, data


def _patterns(name: str, value: str | int | float) -> Iterator[_Pattern]:
    if isinstance(value, float):
        yield _Pattern(name, "double, big-endian", struct.pack(">d", value))
        yield _Pattern(name, "double, little-endian", struct.pack("<d", value))
    if isinstance(value, int):
        yield from _as_number(name, value)
    seen = set()
    for encoding, written in _as_text(str(value)):
        if written not in seen:
            seen.add(written)
            yield _Pattern(name, encoding, written)


def _as_number(name: str, value: int) -> Iterator[_Pattern]:
    """Two's complement in four, six (as SQLite writes most chat ids) and eight bytes, where it fits."""
    for size, least in ((4, 2), (6, 1), (8, 1)):
        if -(1 << 8 * size - 1) <= value < 1 << 8 * size - 1:
            yield _Pattern(name, f"{size} bytes, big-endian", value.to_bytes(size, "big", signed=True), least)
            yield _Pattern(name, f"{size} bytes, little-endian", value.to_bytes(size, "little", signed=True), least)


def _as_text(text: str) -> Iterator[tuple[str, bytes]]:
    plain = text.encode()
    yield "UTF-8", plain
    yield "UTF-16, little-endian", text.encode("utf-16-le")
    yield "UTF-16, big-endian", text.encode("utf-16-be")
    escaped = json.dumps(text)[1:-1]
    yield "JSON escapes", escaped.encode()
    yield "JSON escapes in capitals", re.sub(r"\\u[0-9a-f]{4}", _capitals, escaped).encode()
    yield "hexadecimal", plain.hex().encode()
    yield "hexadecimal in capitals", plain.hex().upper().encode()
    yield "percent escapes", quote(plain, safe="").encode()
    yield "Python's bytes", repr(plain)[2:-1].encode()
    for offset in range(3):
        yield f"base64 at offset {offset}", _middle(base64.b64encode, plain, offset)
        yield f"URL-safe base64 at offset {offset}", _middle(base64.urlsafe_b64encode, plain, offset)


def _capitals(match: re.Match[str]) -> str:
    return "\\u" + match[0][2:].upper()


def _middle(encode: Callable[[bytes], bytes], plain: bytes, offset: int) -> bytes:
    """What surely stands in the base64 of anything that holds these bytes at this offset modulo three."""
    whole = encode(b"\x00" * offset + plain)
    return whole[-(-offset * 8 // 6) : (offset + len(plain)) * 8 // 6]


def _streams(data: bytes) -> Iterator[bytes]:
    """Whatever in these bytes can be decompressed."""
    for match in _COMPRESSED.finditer(data):
        try:
            stream = zlib.decompressobj(wbits=47).decompress(data[match.start() :], _LONGEST_STREAM)
        except zlib.error:
            continue
        if stream:
            yield stream
