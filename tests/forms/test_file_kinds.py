"""Files are taken by what their first bytes say, never by their name, and within limits that were told before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.files import MOST_BYTES, MOST_FILES, MOST_TOGETHER, sniffed, too_much
from texts.questions import QUESTIONS

TELEGRAM_GIVES = 20_000_000
"""Bytes of one file that a bot can fetch."""


def box(brand: bytes) -> bytes:
    """The beginning of an ISO base media file."""
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe1\x00\x10Exif", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (box(b"heic"), "image/heic"),
        (box(b"mif1"), "image/heic"),
        (b"OggS\0\x02OpusHead", "audio/ogg"),
        (b"ID3\x04\0\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (box(b"M4A "), "audio/mp4"),
        (box(b"isom"), "video/mp4"),
        (box(b"mp42"), "video/mp4"),
        (box(b"3gp4"), "video/mp4"),
        (box(b"qt  "), "video/quicktime"),
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        ("ខ្ញុំឃើញ\n".encode(), "text/plain"),
        (b"\xef\xbb\xbfnotes\r\n\tmore", "text/plain"),
    ],
)
def test_what_telephones_make_is_recognised_by_its_first_bytes(data: bytes, kind: str) -> None:
    assert sniffed(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01",
        b"PK\x03\x04word/document.xml",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"Rar!\x1a\x07\x00",
        b"RIFF\x10\0\0\0WAVEfmt ",
        box(b"jp2 "),
        b"GIF89a\x01\x00",
        b"<html><script>alert(1)</script>",
        b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>",
        b"#!/bin/sh\nrm -rf /\n",
        b"{\\rtf1\\ansi",
        b"  \n\t ",
        b"text with \x00 in it",
        b"text with \x1b[31m colour",
        "កាណារី".encode("utf-16"),
        b"caf\xe9",
    ],
)
def test_what_could_run_or_hide_something_is_not_taken(data: bytes) -> None:
    assert sniffed(data) == ""


@given(st.binary(max_size=64))
def test_any_bytes_get_a_known_kind_or_none(data: bytes) -> None:
    kind = sniffed(data)
    assert kind == "" or kind.split("/")[0] in ("image", "audio", "video", "application", "text")


def test_as_many_files_as_were_told_are_taken_and_no_more() -> None:
    assert too_much([1] * (MOST_FILES - 1), 1) == ""
    assert too_much([1] * MOST_FILES, 1) == "many"


def test_a_file_is_taken_up_to_its_size_and_no_further() -> None:
    assert too_much([], MOST_BYTES) == ""
    assert too_much([], MOST_BYTES + 1) == "large"


def test_files_are_taken_up_to_their_sum_and_no_further() -> None:
    held = [MOST_BYTES, MOST_BYTES]
    assert too_much(held, MOST_TOGETHER - 2 * MOST_BYTES) == ""
    assert too_much(held, MOST_TOGETHER - 2 * MOST_BYTES + 1) == "large"


def test_the_limits_lie_within_what_telegram_gives_to_bots() -> None:
    assert MOST_BYTES < TELEGRAM_GIVES


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_limits_are_told_before_the_upload_with_the_numbers_in_force(language: str) -> None:
    question = QUESTIONS["evidence"](language)
    for number in (MOST_FILES, MOST_BYTES // 1_000_000, MOST_TOGETHER // 1_000_000):
        assert f" {number} " in question.replace("\n", " ").replace(".", " ").replace(",", " ")
