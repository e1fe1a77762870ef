"""Working copies: the picture stays, everything that tells where, when and by whom is gone."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from photos import CANARIES, canaries_in, photo
from PIL import Image

from documents.working_copies import MOST_PIXELS, NotStripped, WorkingCopy, working_copy

FORMATS = ["JPEG", "PNG", "WEBP"]


def opened(copy: WorkingCopy) -> Image.Image:
    picture = Image.open(io.BytesIO(copy.data))
    picture.load()
    return picture


@pytest.mark.parametrize("shape", FORMATS)
def test_nothing_but_the_pixels_is_left(shape: str) -> None:
    original = photo(shape)
    assert canaries_in(original) == CANARIES, "control: all of them are in the original"
    copy = working_copy(original)
    assert canaries_in(copy.data) == []
    with opened(copy) as picture:
        assert picture.format == shape
        assert not dict(picture.getexif())
        assert not {"exif", "xmp", "icc_profile", "comment", "Comment", "XML:com.adobe.xmp"} & set(picture.info)


@pytest.mark.parametrize("shape", FORMATS)
def test_the_picture_is_the_same_to_the_eye(shape: str) -> None:
    with opened(working_copy(photo(shape))) as picture:
        assert picture.size == (64, 32)
        left, right = (picture.convert("RGB").getpixel((x, 16)) for x in (8, 56))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > 60 > left[2]
    assert right[2] > 200 > 60 > right[0]


@pytest.mark.parametrize("shape", FORMATS)
def test_a_photo_taken_sideways_stands_upright_without_the_note_that_says_so(shape: str) -> None:
    with opened(working_copy(photo(shape, orientation=6))) as picture:
        assert picture.size == (32, 64), "control: the original is 64 wide"
        assert 0x0112 not in picture.getexif()


@pytest.mark.parametrize(("shape", "suffix"), [("JPEG", ".jpg"), ("PNG", ".png"), ("WEBP", ".webp")])
def test_the_ending_is_that_of_what_the_copy_is(shape: str, suffix: str) -> None:
    assert working_copy(photo(shape)).suffix == suffix


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"])
def test_every_way_of_keeping_colours_gives_a_copy(mode: str) -> None:
    shape = "JPEG" if mode == "CMYK" else "PNG"
    file = io.BytesIO()
    Image.new(mode, (20, 20)).save(file, shape)
    with opened(working_copy(file.getvalue())) as picture:
        assert picture.size == (20, 20)


def test_a_picture_whose_shades_would_be_lost_is_refused() -> None:
    file = io.BytesIO()
    Image.new("I;16", (20, 20), 30_000).save(file, "PNG")
    with pytest.raises(NotStripped, match="shades"):
        working_copy(file.getvalue())


def test_transparency_stays() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(file, "PNG")
    with opened(working_copy(file.getvalue())) as picture:
        assert picture.getpixel((5, 5)) == (255, 0, 0, 0)


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size, with a few bytes behind the claim."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(50_000)))]
    written = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in [*chunks, (b"IEND", b"")]
    )
    return b"\x89PNG\r\n\x1a\n" + written


@pytest.mark.parametrize("side", [8_001, 12_000, 20_000, 60_000])
def test_a_picture_that_claims_to_be_enormous_is_refused_before_it_is_decoded(side: int) -> None:
    bomb = png_of(side, side)
    assert len(bomb) < 1_000
    with pytest.raises(NotStripped, match=r"larger than any photo|million pixels"):
        working_copy(bomb)


def test_control_a_small_picture_made_the_same_way_is_taken() -> None:
    with opened(working_copy(png_of(200, 200))) as picture:
        assert picture.size == (200, 200)
    assert MOST_PIXELS < 8_001**2


@pytest.mark.parametrize("shape", FORMATS)
def test_a_picture_cut_short_is_refused(shape: str) -> None:
    whole = io.BytesIO()
    Image.effect_noise((200, 200), 80).convert("RGB").save(whole, shape)
    working_copy(whole.getvalue())
    for part in (2, 3, 10):
        with pytest.raises(NotStripped):
            working_copy(whole.getvalue()[: len(whole.getvalue()) // part])


@settings(deadline=None, max_examples=150)
@given(
    places=st.lists(st.integers(0, 10**6), min_size=1, max_size=12),
    value=st.integers(0, 255),
    shape=st.sampled_from(FORMATS),
)
def test_a_damaged_picture_gives_a_clean_copy_or_a_reason_and_nothing_worse(
    places: list[int], value: int, shape: str
) -> None:
    damaged = bytearray(photo(shape))
    for place in places:
        damaged[place % len(damaged)] = value
    try:
        copy = working_copy(bytes(damaged))
    except NotStripped:
        return
    assert canaries_in(copy.data) == []


def test_a_moving_picture_is_refused_and_not_cut_to_its_first_moment() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    for shape in ("PNG", "WEBP"):
        file = io.BytesIO()
        frames[0].save(file, shape, save_all=True, append_images=frames[1:], duration=100)
        with pytest.raises(NotStripped, match="moves"):
            working_copy(file.getvalue())


def test_of_a_photo_with_a_second_picture_inside_only_the_first_is_left() -> None:
    file = io.BytesIO()
    first, second = Image.new("RGB", (40, 20), "red"), Image.new("RGB", (30, 30), "blue")
    first.save(file, "MPO", save_all=True, append_images=[second])
    copy = working_copy(file.getvalue())
    with opened(copy) as picture:
        assert (picture.format, picture.size) == ("JPEG", (40, 20))
    assert file.getvalue().count(b"\xff\xd8\xff") == 2, "control"
    assert copy.data.count(b"\xff\xd8\xff") == 1


@pytest.mark.parametrize(
    ("beginning", "word"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "HEIC"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "videos"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00", "videos"),
        (b"OggS\x00\x02", "recordings"),
        (b"ID3\x04", "recordings"),
        (b"\x1a\x45\xdf\xa3", "no JPEG"),
        (b"%PDF-1.7", "PDF"),
        (b"plain words", "no JPEG"),
        (b"GIF89a" + bytes(20), "no JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no JPEG"),
        (b"", "no JPEG"),
    ],
)
def test_what_cannot_be_stripped_is_refused_with_the_reason(beginning: bytes, word: str) -> None:
    with pytest.raises(NotStripped, match=word):
        working_copy(beginning + bytes(200) if beginning else b"")
