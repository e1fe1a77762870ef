"""Which files are taken, and how a file's kind is known: by its first bytes, never by its name."""

from __future__ import annotations

from collections.abc import Iterable

MOST_FILES = 5
MOST_BYTES = 10_000_000
"""Of one file."""
MOST_TOGETHER = 25_000_000
"""Of all files of one incident."""

_STARTS = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"%PDF-", "application/pdf"),
)
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"isom": "video/mp4",
    b"iso2": "video/mp4",
    b"iso5": "video/mp4",
    b"iso6": "video/mp4",
    b"mp41": "video/mp4",
    b"mp42": "video/mp4",
    b"avc1": "video/mp4",
    b"MSNV": "video/mp4",
    b"M4V ": "video/mp4",
    b"iso4": "video/mp4",
    b"dash": "video/mp4",
    b"msf1": "image/heic",
}
"""Of ISO base media files, whose first box says what they are (ISO/IEC 14496-12); those of 3GPP begin with ``3g``."""


def sniffed(data: bytes) -> str:
    """The media type of these bytes; empty when it is none that is taken. Nothing is decoded but plain text."""
    for offset, start, kind in _STARTS:
        if data[offset : offset + len(start)] == start:
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "video/mp4" if data[8:10] == b"3g" else _BRANDS.get(data[8:12], "")
    return "text/plain" if _is_plain(data) else ""


def _is_plain(data: bytes) -> bool:
    """Text that no program would run or render: no control characters, and no markup at the start."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if any(ord(letter) < 32 and letter not in "\t\r\n" for letter in text):
        return False
    return bool(text.strip()) and not text.lstrip().startswith(("<", "#!", "{\\rtf"))


def too_much(sizes: Iterable[int], size: int) -> str:
    """Why one more file of this many bytes is not taken beside these: ``many``, ``large``; empty when it is."""
    held = list(sizes)
    if len(held) >= MOST_FILES:
        return "many"
    return "large" if size > MOST_BYTES or sum(held) + size > MOST_TOGETHER else ""
