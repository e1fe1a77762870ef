"""Copies of evidence that may be shared: the picture alone, without what the camera or a program wrote beside it.

Only the person who opens an incident runs this; the server decodes no media.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from forms.files import sniffed

MOST_PIXELS = 64_000_000
"""More than a telephone takes; few enough that decoding three times over fits into a small machine's memory."""

_SAVED_AS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
_QUALITY = {"JPEG": {"quality": 92}, "PNG": {}, "WEBP": {"quality": 92}}


class NotStripped(Exception):
    """No working copy can be made; the message is half a sentence with the reason."""


@dataclass(frozen=True)
class WorkingCopy:
    """A picture that carries nothing but its pixels, and the ending its file's name should have."""

    data: bytes
    suffix: str


def working_copy(original: bytes) -> WorkingCopy:
    """The same picture, upright, drawn anew: no EXIF, XMP, colour profile, comment or second picture is left.

    JPEG, PNG and WebP stills of at most MOST_PIXELS. Raises NotStripped for everything else and for damaged ones.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd metadata, which is thrown away, and of sizes, which are checked here
        try:
            return _redrawn(original)
        except NotStripped:
            raise
        except Image.DecompressionBombError:
            raise NotStripped("it claims to be far larger than any photo") from None
        except UnidentifiedImageError:
            raise NotStripped(_why_not(original)) from None
        except Exception:  # a decoder fed with a damaged file may raise anything
            raise NotStripped("the picture is damaged") from None


def _redrawn(original: bytes) -> WorkingCopy:
    with Image.open(io.BytesIO(original), formats=["JPEG", "PNG", "WEBP"]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise NotStripped(f"it has more than {MOST_PIXELS // 1_000_000} million pixels")
        shape = _SAVED_AS[picture.format or ""]
        if shape != "JPEG" and getattr(picture, "n_frames", 1) > 1:
            raise NotStripped("it moves, and only still pictures can be drawn anew")
        pixels = _plain(ImageOps.exif_transpose(picture))
    blank = Image.new(pixels.mode, pixels.size)
    blank.paste(pixels)
    copy = io.BytesIO()
    blank.save(copy, shape, **_QUALITY[shape])
    return WorkingCopy(copy.getvalue(), _SUFFIXES[shape])


def _plain(picture: Image.Image) -> Image.Image:
    """In shades of grey or three colours, with transparency where there is some: what all three formats can hold."""
    if picture.mode.startswith("I"):
        raise NotStripped("it has 65,536 shades of grey, of which a copy would keep 256")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture if picture.mode == "L" else picture.convert("RGB")


def _why_not(original: bytes) -> str:
    kind = sniffed(original)
    if kind == "image/heic":
        return "HEIC pictures cannot be drawn anew here"
    if kind.startswith(("video/", "audio/")):
        return "videos and recordings cannot be stripped here"
    if kind == "application/pdf":
        return "a PDF keeps traces in many places, and cannot be stripped here"
    return "it is no JPEG, PNG or WebP picture, or its beginning is damaged"
