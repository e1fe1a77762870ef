"""Files people and the bot sent each other: kept in memory, named as Telegram names them, within Telegram's limits."""

from __future__ import annotations

import mimetypes
import random
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from sandbox.refusal import Refusal, bad_request
from sandbox.schema import Upload

UPLOAD_LIMIT: Final = 50 * 1024 * 1024
"""Bytes a bot may send in one file (core.telegram.org/bots/api#sending-files)."""
DOWNLOAD_LIMIT: Final = 20 * 1024 * 1024
"""Bytes a bot may fetch in one file (core.telegram.org/bots/api#getfile)."""
PHOTO_LIMIT: Final = 10 * 1024 * 1024
"""Bytes of a photo; its sides add up to 10,000 at most and differ 20 times at most (#sendphoto)."""
LINK_SECONDS: Final = 3600
"""How long a `file_path` works after getFile; Telegram promises one hour at least."""

KINDS: Final = ("photo", "document", "video", "voice", "audio", "sticker")
_FOLDERS: Final = {"photo": "photos", "document": "documents", "video": "videos", "voice": "voice", "audio": "music"}
_SUFFIXES: Final = {"photo": ".jpg", "video": ".mp4", "voice": ".oga", "audio": ".mp3", "sticker": ".webp"}
_MIMES: Final = {"video": "video/mp4", "voice": "audio/ogg", "audio": "audio/mpeg", "sticker": "image/webp"}
_THUMBNAIL_SIDE: Final = 90
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file: its bytes, what Telegram calls it, and which message field it belongs to."""

    file_id: str
    file_unique_id: str
    kind: str
    name: str
    mime: str
    data: bytes
    path: str
    media: dict[str, Any]
    """The fields of this file in a Message, such as `duration` or `file_name`."""
    thumbnail: StoredFile | None = None

    def described(self) -> Any:
        """The value of the Message field named after the file's kind."""
        if self.kind == "photo":
            return [self.thumbnail.media, self.media] if self.thumbnail else [self.media]
        return self.media


class Files:
    """Every file of the world, by `file_id` and by the path it is fetched from."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._by_id: dict[str, StoredFile] = {}
        self._links: dict[str, tuple[StoredFile, float]] = {}
        self._count = 0

    def add(self, kind: str, upload: Upload, extra: dict[str, Any]) -> StoredFile:
        """Store a file; a photo must be a picture within Telegram's limits, else `Refusal`.

        `extra` holds what the sender said about it: `duration`, `width`, `height`, `title`, `performer`.
        """
        if not upload.data:
            raise bad_request("file must be non-empty")
        if kind == "photo":
            return self._add_photo(upload)
        mime = upload.mime or mimetypes.guess_type(upload.name)[0] or _MIMES.get(kind, "application/octet-stream")
        media: dict[str, Any] = {"duration": 0} if kind in {"video", "voice", "audio"} else {}
        if kind in {"video", "sticker"}:
            media |= {"width": 512, "height": 512}
        if kind == "sticker":
            media |= {"type": "regular", "is_animated": False, "is_video": False}
        if kind not in {"voice", "sticker"}:
            media["file_name"] = upload.name
        return self._keep(kind, Upload(upload.name, mime, upload.data), media | {"mime_type": mime} | extra)

    def get(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def reused(self, file_id: str, kind: str) -> StoredFile:
        """A file sent again by its id; Telegram lets no file change its kind that way."""
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if stored.kind != kind:
            raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
        return stored

    def link(self, file_id: str, now: float) -> dict[str, Any]:
        """The Bot API's File for `getFile`; from here on its path can be fetched for an hour."""
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if len(stored.data) > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        self._links[stored.path] = (stored, now + LINK_SECONDS)
        return {**_identity(stored), "file_path": stored.path}

    def linked(self, path: str, now: float) -> StoredFile | None:
        stored, until = self._links.get(path, (None, 0.0))
        return stored if now < until else None

    def _add_photo(self, upload: Upload) -> StoredFile:
        if len(upload.data) > PHOTO_LIMIT:
            raise bad_request("file is too big for a photo")
        width, height = picture_size(upload.data)
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        small_width, small_height = _fitted(width, height, _THUMBNAIL_SIDE)
        small = Upload("thumbnail.png", "image/png", grey_png(small_width, small_height))
        thumbnail = self._keep("photo", small, {"width": small_width, "height": small_height})
        picture = Upload(upload.name, mimetypes.guess_type(upload.name)[0] or picture_mime(upload.data), upload.data)
        return self._keep("photo", picture, {"width": width, "height": height}, thumbnail)

    def _keep(
        self, kind: str, upload: Upload, media: dict[str, Any], thumbnail: StoredFile | None = None
    ) -> StoredFile:
        number, self._count = self._count, self._count + 1
        folder = _FOLDERS.get(kind, f"{kind}s")
        suffix = _SUFFIXES.get(kind) or PurePosixPath(upload.name.replace("\\", "/")).suffix[:12]
        path = f"{folder}/file_{number}{suffix if suffix.isascii() and suffix[1:].isalnum() else ''}"
        file_id = f"{kind[:2].upper()}{self._letters(60)}"
        unique = self._letters(15)
        identity = {"file_id": file_id, "file_unique_id": unique, "file_size": len(upload.data)}
        stored = StoredFile(
            file_id, unique, kind, upload.name, upload.mime, upload.data, path, {**identity, **media}, thumbnail
        )
        self._by_id[file_id] = stored
        return stored

    def _letters(self, count: int) -> str:
        return "".join(self._dice.choices(_ALPHABET, k=count))


def _identity(stored: StoredFile) -> dict[str, Any]:
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.file_unique_id,
        "file_size": len(stored.data),
    }


def too_large(uploads: Iterator[Upload]) -> Refusal | None:
    """Telegram's refusal when one of the request's files is over 50 MB."""
    if any(len(upload.data) > UPLOAD_LIMIT for upload in uploads):
        return Refusal(413, "Request Entity Too Large")
    return None


def _fitted(width: int, height: int, side: int) -> tuple[int, int]:
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def picture_mime(data: bytes) -> str:
    """The media type of a picture by its first bytes; `Refusal` when it is none that Telegram takes as a photo."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    raise bad_request("IMAGE_PROCESS_FAILED")


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG, JPEG, GIF or WebP file, read from its header."""
    readers = {"image/png": _png_size, "image/jpeg": _jpeg_size, "image/gif": _gif_size, "image/webp": _webp_size}
    try:
        width, height = readers[picture_mime(data)](data)
    except (struct.error, IndexError, ValueError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if width < 1 or height < 1:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


def _png_size(data: bytes) -> tuple[int, int]:
    return struct.unpack(">II", data[16:24])


def _gif_size(data: bytes) -> tuple[int, int]:
    return struct.unpack("<HH", data[6:10])


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Walks the segments to the start-of-frame marker (ITU T.81, B.1.1.3)."""
    at = 2
    while True:
        marker, length = struct.unpack(">xBH", data[at : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length


def _webp_size(data: bytes) -> tuple[int, int]:
    """The three WebP layouts: lossy, lossless, extended (RFC 9649, section 2)."""
    if data[12:16] == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if data[12:16] == b"VP8L":
        (bits,) = struct.unpack("<I", data[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if data[12:16] == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    raise ValueError


def grey_png(width: int, height: int) -> bytes:
    """A plain grey picture: the smallest size of every photo, so that a bot which takes the wrong one is noticed."""
    rows = (b"\0" + b"\x99" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_part(name, body) for name, body in parts)


def _png_part(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
