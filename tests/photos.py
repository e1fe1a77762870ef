"""Photos as telephones make them, with a canary in every place where a file can keep more than the picture."""

from __future__ import annotations

import io
import struct
from typing import Any

from PIL import Image, PngImagePlugin

CANARIES = [b"CANARY-MAKER", b"CANARY-GPS", b"CANARY-COMMENT", b"CANARY-XMP", b"CANARY-PROFILE"]
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>CANARY-XMP</a></x:xmpmeta>'


def exif(orientation: int = 1) -> Image.Exif:
    """What a telephone writes: its maker, the place, and which way up it was held."""
    tags = Image.Exif()
    tags[0x010F] = "CANARY-MAKER"
    tags[0x0112] = orientation
    tags[0x8825] = {1: "N", 2: (11.0, 33.0, 12.5), 3: "E", 4: (104.0, 55.0, 1.5), 27: b"CANARY-GPS"}
    return tags


def photo(shape: str, *, orientation: int = 1, size: tuple[int, int] = (64, 32), mode: str = "RGB") -> bytes:
    """A picture, red on the left and blue on the right, with a canary in every place that metadata can hide."""
    picture = Image.new(mode, size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    beside: dict[str, Any] = {"exif": exif(orientation), "icc_profile": b"CANARY-PROFILE", "xmp": XMP}
    if shape == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", "CANARY-COMMENT")
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
        beside["pnginfo"] = texts
    if shape == "JPEG":
        beside["comment"] = b"CANARY-COMMENT"
    file = io.BytesIO()
    picture.save(file, shape, **beside)
    if shape == "WEBP":
        return with_chunk(file.getvalue(), b"CANARY-COMMENT")
    return file.getvalue() + b"CANARY-COMMENT behind the end"


def with_chunk(webp: bytes, words: bytes) -> bytes:
    """A WebP file with a chunk that nobody knows."""
    words += b" " * (len(words) % 2)
    longer = webp + b"NOTE" + struct.pack("<I", len(words)) + words
    return longer[:4] + struct.pack("<I", len(longer) - 8) + longer[8:]


def unpacked(data: bytes) -> bytes:
    """The bytes, and what PNG keeps compressed in them."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        kept = picture.info.values()
        return data + b"".join(value if isinstance(value, bytes) else str(value).encode() for value in kept)


def canaries_in(data: bytes) -> list[bytes]:
    return [canary for canary in CANARIES if canary in unpacked(data)]
