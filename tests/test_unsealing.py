"""``open``: what a reviewer reads, what is noticed when something does not fit, and what reaches the disk."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from photos import canaries_in, photo
from PIL import Image

from bot.bundles import MOST_BYTES, NotOpened
from bot.unsealing import Shown, unseal
from storage.sealing import OfficeKey, OfficeLock, padded_file, padded_json
from texts.told import calm

KEY = OfficeKey.new()
LOCK = OfficeLock(KEY.recipients)
ACCOUNT = "ខ្ញុំឃើញប៉ូលិស ៤ នាក់ at the market"
PHOTO = photo("JPEG")
VIDEO = b"\x00\x00\x00\x18ftypmp42" + bytes(900)


def listed(file_id: str, data: bytes, **given: Any) -> dict[str, Any]:
    return {
        "id": file_id,
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "kind": "document",
        "type": "image/jpeg",
        "declared_type": "image/jpeg",
        "file_name": "IMG_1.jpg",
        "received_at": "2026-11-23T09:10:00+00:00",
        "step": "evidence",
    } | given


def incident(reference: str = "R-7F3K", **given: Any) -> dict[str, Any]:
    return {
        "ctx": f"incident:{reference}:1",
        "reference": reference,
        "form": "incident",
        "received_at": "2026-11-23T09:12:00+00:00",
        "language": "km",
        "answers": {
            "category": "arrest",
            "account": [{"text": ACCOUNT, "message": 7}],
            "when": {"at": "2026-11-22T15:00", "precision": "minute", "part": "", "about": True, "until": None},
            "affected": {"n": 3},
            "consent": ["statistics"],
        },
        "huridocs": {
            "Event": {"event_description": ACCOUNT},
            "Act": {"type_of_act": {"term": "arrest", "code": "030101"}},
        },
        "evidence": [],
        "mailbox": "age1x",
        "flood": False,
    } | given


def addition(number: int, reference: str = "R-7F3K", **given: Any) -> dict[str, Any]:
    words = {"account": [{"text": "They came back.", "message": 9}]}
    return incident(reference, ctx=f"addition:{reference}:{number}:1", form="addition", answers=words) | given


def note(number: int, reference: str = "R-7F3K", **given: Any) -> dict[str, Any]:
    told = {"by": f"Lotus-{number}", "on": "2026-11-24", "words": f"Ask the lawyer, {number}."}
    return {"ctx": f"note:{reference}:{number}:1"} | told | given


def sealed(value: Mapping[str, Any]) -> bytes:
    return LOCK.seal(padded_json(value))


def kept(data: bytes) -> bytes:
    return LOCK.seal(padded_file(data))


FIRST, SECOND = "a" * 32, "b" * 32


def parts() -> dict[str, bytes]:
    """An incident with a photo and a video, one addition, and two notes."""
    files = [listed(FIRST, PHOTO), listed(SECOND, VIDEO, kind="video", type="video/mp4", file_name=None)]
    return {
        "incident.age": sealed(incident(evidence=files)),
        "additions/1.age": sealed(addition(1)),
        "notes/1.age": sealed(note(1)),
        "notes/2.age": sealed(note(2)),
        f"evidence/{FIRST}.age": kept(PHOTO),
        f"evidence/{SECOND}.age": kept(VIDEO),
    }


def tar_of(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return file.getvalue()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reviewer's folder with the office key in it."""
    (tmp_path / "office.key").write_text(KEY.text)
    (tmp_path / "office.key").chmod(0o600)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def open_(desk: Path) -> Callable[..., Shown]:
    """Open these bytes, or these parts as a bundle, under a file name."""

    def opener(content: bytes | Mapping[str, bytes], name: str = "R-7F3K.tar", **how: Any) -> Shown:
        (desk / name).write_bytes(content if isinstance(content, bytes) else tar_of(content))
        return unseal(desk / name, keys_dir=desk / "keys", **how)

    return opener


Open = Callable[..., Shown]


# Reading


def test_a_whole_bundle_is_read_from_consent_to_additions(open_: Open) -> None:
    shown = open_(parts())
    assert shown.whole
    told = [
        "CONSENT",
        "yes  count it in statistics",
        "NO   use it without names",
        "R-7F3K, an incident",
        "2026-11-23 09:12 UTC",
        "ខ្មែរ",
        "all fit",
        "Kind of incident",
        "Arrest",
        ACCOUNT,
        "Sunday 22 November 2026, about 15:00",
        "How many people",
        "Act.type_of_act: 030101 arrest",
        "1. document, image/jpeg",
        hashlib.sha256(PHOTO).hexdigest(),
        "IMG_1.jpg",
        "2. video, video/mp4, 912 bytes",
        "ADDITION 1",
        "They came back.",
        "NOTES",
        "1. Lotus-1, 2026-11-24",
        "| Ask the lawyer, 1.",
        "2. Lotus-2, 2026-11-24",
    ]
    places = [shown.text.find(words) for words in told]
    assert -1 not in places, told[places.index(-1)]
    assert places == sorted(places), "in this order"
    assert shown.text.count(ACCOUNT) == 1


def test_a_single_incident_is_read_without_its_evidence(open_: Open) -> None:
    shown = open_(parts()["incident.age"], "incident.age")
    assert shown.whole
    assert ACCOUNT in shown.text
    assert "it is in the bundle" in shown.text


def test_a_single_addition_is_read_and_points_to_the_consent_of_its_incident(open_: Open) -> None:
    shown = open_(sealed(addition(3)), "3.age")
    assert shown.whole
    assert "What the incident itself says about consent holds" in shown.text


@pytest.mark.parametrize(
    ("consent", "words"),
    [
        ([], "ONLY reading inside the network"),
        (["network"], "ONLY reading inside the network"),
        (None, "No consent is recorded. ONLY reading inside the network"),
        ("public", "No consent is recorded. ONLY reading inside the network"),
        (["film rights"], "???  film rights"),
        (["public", "government"], "yes  name people in public"),
    ],
)
def test_consent_comes_first_and_in_doubt_allows_nothing(open_: Open, consent: Any, words: str) -> None:
    shown = open_(sealed(incident(answers={"consent": consent})), "incident.age")
    assert shown.text.startswith("CONSENT")
    assert words in shown.text.partition("\n\n")[0]
    assert ("ONLY reading" in shown.text) == ("public" not in (consent if isinstance(consent, list) else []))


def test_what_came_during_a_flood_says_so(open_: Open) -> None:
    assert "flood" in open_(sealed(incident(flood=True)), "incident.age").text
    assert "flood" not in open_(sealed(incident()), "incident.age").text


def test_a_voice_note_is_shown_as_the_file_it_is(open_: Open) -> None:
    told = incident(answers={"account": [{"file": FIRST}]}, evidence=[listed(FIRST, b"OggS", kind="voice")])
    shown = open_({"incident.age": sealed(told), f"evidence/{FIRST}.age": kept(b"OggS")})
    assert shown.whole
    assert "(spoken: evidence 1)" in shown.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
STEPS = st.sampled_from(["category", "account", "when", "where", "actors", "consent", "evidence", "never heard of"])
SHAPES = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("n", "words", "term", "at", "precision", "part", "until", "code", "pin", "elsewhere", "text", "file"), JSON
    ),
)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.dictionaries(STEPS, JSON | SHAPES | st.lists(SHAPES, max_size=3)), huridocs=JSON)
def test_no_answer_of_whatever_shape_stops_the_reading(open_: Open, answers: dict[str, Any], huridocs: Any) -> None:
    shown = open_(sealed(incident(answers=answers, huridocs=huridocs)), "incident.age")
    assert shown.whole


# Noticing


def replaced(**swaps: bytes | None) -> dict[str, bytes]:
    members: dict[str, bytes | None] = {**parts(), **swaps}
    return {name: data for name, data in members.items() if data is not None}


def other_incident() -> bytes:
    return sealed(incident("R-9ZZZ"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: {"incident.age": other_incident()}, "The file is called R-7F3K, but the incident in it is R-9ZZZ"),
        (lambda: {"incident.age": sealed(incident("R-7F3K", ctx="incident:R-9ZZZ:1"))}, "sealed as incident:R-9ZZZ:1"),
        (lambda: {"incident.age": sealed(incident("R-9ZZZ", ctx="incident:R-7F3K:1"))}, "calls itself R-9ZZZ"),
        (lambda: {"incident.age": sealed(addition(1))}, "sealed as addition:R-7F3K:1:1"),
        (lambda: {"additions/1.age": sealed(addition(1, "R-9ZZZ"))}, "Addition 1 was sealed as addition:R-9ZZZ:1:1"),
        (lambda: {"additions/1.age": sealed(addition(2))}, "Addition 1 was sealed as addition:R-7F3K:2:1"),
        (lambda: {"additions/1.age": sealed(incident())}, "Addition 1 was sealed as incident:R-7F3K:1"),
        (lambda: {"additions/1.age": kept(b"no JSON")}, "Addition 1: it opens, but is no incident"),
        (lambda: {"additions/1.age": b"age-encryption.org/v1\n"}, "Addition 1: DAMAGED"),
        (lambda: {"notes/1.age": sealed(note(2))}, "Note 1 was sealed as note:R-7F3K:2:1"),
        (lambda: {"notes/1.age": sealed(note(1, "R-9ZZZ"))}, "Note 1 was sealed as note:R-9ZZZ:1:1"),
        (lambda: {"notes/1.age": sealed(addition(1))}, "Note 1: it opens, but is no note"),
        (lambda: {"additions/1.age": sealed(note(1))}, "Addition 1: it opens, but is no incident"),
        (lambda: {"notes/2.age": b"age-encryption.org/v1\n"}, "Note 2: DAMAGED"),
        (lambda: {f"evidence/{FIRST}.age": None}, f"Evidence {FIRST}: MISSING"),
        (lambda: {f"evidence/{FIRST}.age": kept(PHOTO[:-1] + b"!")}, f"Evidence {FIRST}: ALTERED"),
        (lambda: {f"evidence/{FIRST}.age": kept(PHOTO + b"more")}, f"Evidence {FIRST}: ALTERED"),
        (lambda: {f"evidence/{FIRST}.age": kept(PHOTO[:-3])}, f"Evidence {FIRST}: ALTERED"),
        (lambda: {f"evidence/{FIRST}.age": kept(VIDEO)}, "SWAPPED: in its place is evidence 2"),
        (lambda: {f"evidence/{FIRST}.age": kept(PHOTO)[:-1]}, f"Evidence {FIRST}: DAMAGED"),
        (
            lambda: {f"evidence/{FIRST}.age": OfficeLock(OfficeKey.new().recipients).seal(PHOTO)},
            f"Evidence {FIRST}: it is sealed to another office key",
        ),
        (lambda: {f"evidence/{'c' * 32}.age": kept(PHOTO)}, "is listed by nobody"),
        (
            lambda: {"incident.age": sealed(incident(evidence=[{"id": FIRST, "kind": "photo", "coming": True}]))},
            f"Evidence {FIRST}: LOST",
        ),
        (lambda: {"notes.txt": b"hello"}, "belongs to no bundle was not read: notes.txt"),
    ],
)
def test_what_does_not_fit_is_said_and_the_rest_is_still_shown(
    open_: Open, change: Callable[[], dict[str, bytes | None]], words: str
) -> None:
    shown = open_(replaced(**change()))
    assert not shown.whole
    assert words in shown.text
    assert "WHAT DOES NOT FIT" in shown.text
    assert "all fit" not in shown.text
    assert "SHA-256" in shown.text or "incident.age" in change()


def test_two_incidents_with_their_parts_swapped_are_both_noticed(open_: Open) -> None:
    here, there = sealed(incident("R-7F3K")), sealed(incident("R-9ZZZ"))
    assert open_({"incident.age": here}, "R-7F3K.tar").whole, "control"
    assert open_({"incident.age": there}, "R-9ZZZ.tar").whole, "control"
    assert not open_({"incident.age": there}, "R-7F3K.tar").whole
    assert not open_({"incident.age": here}, "R-9ZZZ.tar").whole
    assert not open_(there, "R-7F3K.age").whole
    assert open_(there, "incident.age").whole, "a name without a reference claims nothing"


def test_the_same_file_listed_twice_is_noticed(open_: Open) -> None:
    twice = incident(evidence=[listed(FIRST, PHOTO), listed(FIRST, PHOTO)])
    shown = open_({"incident.age": sealed(twice), f"evidence/{FIRST}.age": kept(PHOTO)})
    assert "listed twice" in shown.text


@pytest.mark.parametrize("bit", [0, 7])
def test_a_flipped_bit_anywhere_in_the_incident_opens_nothing_or_nothing_else(open_: Open, bit: int) -> None:
    whole = sealed(incident())
    for place in range(0, len(whole), 41):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << bit
        with pytest.raises(NotOpened, match=r"DAMAGED|another office key|neither"):
            open_(bytes(damaged), "incident.age")


def test_an_incident_cut_short_is_damaged(open_: Open) -> None:
    whole = sealed(incident())
    for length in (30, 100, len(whole) // 2, len(whole) - 1):
        with pytest.raises(NotOpened, match="DAMAGED"):
            open_(whole[:length], "incident.age")


def test_a_bundle_cut_short_anywhere_is_never_taken_for_whole(open_: Open) -> None:
    whole = tar_of(parts())
    end = len(whole.rstrip(b"\0"))
    for length in [*range(0, end, 997), end - 1]:
        try:
            shown = open_(whole[:length])
        except NotOpened:
            continue
        assert not shown.whole, length
    assert open_(whole).whole, "control"


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.integers(0, 10**6), min_size=1, max_size=8), value=st.integers(0, 255))
def test_a_bundle_with_bytes_changed_never_stops_the_program(open_: Open, places: list[int], value: int) -> None:
    damaged = bytearray(tar_of({"incident.age": sealed(incident())}))
    for place in places:
        damaged[place % len(damaged)] = value
    with suppress(NotOpened):
        open_(bytes(damaged))


# Keys


def test_another_key_opens_nothing_and_says_so(open_: Open, desk: Path) -> None:
    other = desk / "other.key"
    other.write_text(OfficeKey.new().text)
    other.chmod(0o600)
    with pytest.raises(NotOpened, match="another office key"):
        open_(parts(), key=other)
    assert open_(parts(), key=desk / "office.key").whole, "control"


def test_the_key_is_looked_for_here_and_then_beside_the_server_key(open_: Open, desk: Path) -> None:
    (desk / "keys").mkdir()
    (desk / "office.key").rename(desk / "keys" / "office.key")
    assert open_(parts()).whole
    (desk / "keys" / "office.key").unlink()
    with pytest.raises(NotOpened, match="--key FILE"):
        open_(parts())
    with pytest.raises(NotOpened, match=r"no office key at .*nowhere"):
        open_(parts(), key=desk / "nowhere")


def test_a_key_that_others_can_read_is_refused_with_the_cure(open_: Open, desk: Path) -> None:
    (desk / "office.key").chmod(0o644)
    with pytest.raises(NotOpened, match="chmod 600"):
        open_(parts())


def test_a_file_that_is_not_there_is_named(desk: Path) -> None:
    with pytest.raises(NotOpened, match=r"R-NONE\.tar cannot be read"):
        unseal(desk / "R-NONE.tar", keys_dir=desk)


# Hostile bundles


def odd_member(kind: bytes, name: str, target: str = "") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for part, data in parts().items():
            entry = tarfile.TarInfo(part)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        odd = tarfile.TarInfo(name)
        odd.type, odd.linkname = kind, target
        tar.addfile(odd)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (tarfile.REGTYPE, "../escaped.age"),
        (tarfile.REGTYPE, "/tmp/escaped.age"),
        (tarfile.REGTYPE, "evidence/../../escaped.age"),
        (tarfile.REGTYPE, f"evidence/{FIRST}.age\nincident.age"),
        (tarfile.REGTYPE, "./incident.age"),
        (tarfile.SYMTYPE, f"evidence/{'c' * 32}.age"),
        (tarfile.LNKTYPE, "additions/2.age"),
        (tarfile.CHRTYPE, "additions/2.age"),
        (tarfile.FIFOTYPE, "additions/2.age"),
        (tarfile.DIRTYPE, "evidence"),
        (tarfile.GNUTYPE_SPARSE, "additions/2.age"),
    ],
)
def test_a_member_that_belongs_to_no_bundle_is_not_read_and_touches_nothing(
    open_: Open, desk: Path, kind: bytes, name: str
) -> None:
    bundle = odd_member(kind, name, target="/etc/passwd")
    shown = open_(bundle, save=desk / "out")
    assert not shown.whole
    assert "was not read" in shown.text
    assert "root:" not in shown.text
    assert not list(desk.rglob("*escaped*"))
    assert not (desk.parent / "escaped.age").exists()
    assert {file.suffix for file in (desk / "out").iterdir()} == {".jpg", ".mp4"}


def header_claiming(name: str, size: int) -> bytes:
    """A tar that says its one member is this large."""
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry.tobuf(tarfile.GNU_FORMAT) + bytes(1024)


@pytest.mark.parametrize("size", [MOST_BYTES + 1, 2**40, 2**62])
def test_a_member_that_claims_to_be_enormous_is_refused(open_: Open, size: int) -> None:
    with pytest.raises(NotOpened, match="neither"):
        open_(header_claiming("incident.age", size))


def test_a_file_larger_than_any_bundle_is_not_even_read(desk: Path) -> None:
    with (desk / "R-7F3K.tar").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(NotOpened, match="larger than any bundle"):
        unseal(desk / "R-7F3K.tar", keys_dir=desk)


def test_a_member_that_comes_twice_is_refused(open_: Open) -> None:
    first, again = tar_of(parts()), tar_of({"incident.age": other_incident()})
    with pytest.raises(NotOpened, match="twice"):
        open_(first.rstrip(b"\0") + bytes(-len(first.rstrip(b"\0")) % 512) + again)


def test_thousands_of_members_are_refused(open_: Open) -> None:
    with pytest.raises(NotOpened, match="more parts"):
        open_({f"additions/{number}.age": b"" for number in range(1, 1200)})


def test_headers_within_headers_are_refused(open_: Open) -> None:
    entry = tarfile.TarInfo("x")
    entry.type, entry.size = tarfile.XHDTYPE, 0
    with pytest.raises(NotOpened, match="neither"):
        open_(entry.tobuf(tarfile.USTAR_FORMAT) * 5000)


@pytest.mark.parametrize("content", [b"", b"words", bytes(2048), b"\x1f\x8b" + bytes(100), b"PK\x03\x04"])
def test_what_is_no_bundle_at_all_is_refused(open_: Open, content: bytes) -> None:
    with pytest.raises(NotOpened, match=r"neither|no incident\.age"):
        open_(content)


def test_evidence_alone_is_no_incident(open_: Open) -> None:
    with pytest.raises(NotOpened, match="it opens, but is no incident"):
        open_(kept(PHOTO), "a.age")


# The terminal


ESCAPES = [
    "\x1b[2J\x1b[31mred",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x9b31m",
    "back\b\b\bspace",
    "over\rwritten",
    "bell\x07",
    "nul\x00",
    "gpj.\u202eexe",
    "\u2066hidden\u2069",
    "\u061c\u200f\u200e",
    "\ufeff",
    "\x7f\x85",
]
FORBIDDEN = set(map(chr, [*range(32), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F)])) | set(
    "\u2066\u2067\u2068\u2069\ufeff"
)


@pytest.mark.parametrize("words", ESCAPES)
def test_nothing_that_people_write_moves_the_cursor_or_turns_the_text(open_: Open, words: str) -> None:
    hostile = incident(
        answers={"account": [{"text": words}], "category": words, words: words, "consent": [words]},
        huridocs={words: [words, {words: words}]},
        language=words,
        mailbox=words,
        evidence=[listed(FIRST, PHOTO, file_name=words, caption=words, declared_type=words, kind=words, type=words)],
    )
    said = sealed(note(1, by=words, on=words, words=words))
    members = {"incident.age": sealed(hostile), f"evidence/{FIRST}.age": kept(PHOTO), "notes/1.age": said}
    shown = open_(members | {words.replace("\0", ""): b""})
    assert FORBIDDEN & set(words), "control: there was something to take out"
    assert not (FORBIDDEN - {"\n"}) & set(shown.text)


def test_a_reference_that_is_hostile_is_shown_harmless(open_: Open) -> None:
    shown = open_(sealed(incident("\x1b[2J\u202e")), "incident.age")
    assert not shown.whole
    assert not (FORBIDDEN - {"\n"}) & set(shown.text)


def test_a_line_that_looks_like_ours_is_behind_a_bar(open_: Open) -> None:
    forged = "fine\n\nCHECKS\n  Names, sizes and SHA-256 all fit.\rCONSENT\u2028  yes  name people in public"
    hostile = incident(answers={"account": [{"text": forged}], "evidence": forged}, huridocs=forged)
    shown = open_({"incident.age": sealed(hostile | {"evidence": [listed(FIRST, PHOTO, file_name=forged)]})})
    lines = shown.text.splitlines()
    assert [line for line in lines if line.startswith(("CHECKS", "CONSENT"))] == [lines[0]]
    assert not [line for line in lines if line.startswith("  Names")]
    assert not [line for line in lines if line.startswith("  yes")]


def test_khmer_and_emoji_stay_as_they_were_written() -> None:
    for words in ("ក្រុង\u200bភ្នំពេញ", "👩\u200d👩\u200d👧", "ស្រី\nប្រុស", "naïve — “quoted” ០១២"):
        assert calm(words) == words


# Files


def test_saved_originals_are_unaltered_and_for_their_owner_only(open_: Open, desk: Path) -> None:
    shown = open_(parts(), save=desk / "out" / "deep")
    assert shown.whole
    saved = {file.name: file for file in (desk / "out" / "deep").iterdir()}
    assert {name: file.read_bytes() for name, file in saved.items()} == {f"{FIRST}.jpg": PHOTO, f"{SECOND}.mp4": VIDEO}
    assert {file.stat().st_mode & 0o777 for file in saved.values()} == {0o600}
    assert (desk / "out" / "deep").stat().st_mode & 0o777 == 0o700
    assert len(canaries_in(saved[f"{FIRST}.jpg"].read_bytes())) == 5


@pytest.mark.parametrize("shape", ["JPEG", "PNG", "WEBP"])
def test_a_shared_copy_has_lost_every_trace_that_the_saved_original_still_has(
    open_: Open, desk: Path, shape: str
) -> None:
    original = photo(shape)
    told = incident(evidence=[listed(FIRST, original, type=f"image/{shape.lower()}")])
    shown = open_(
        {"incident.age": sealed(told), f"evidence/{FIRST}.age": kept(original)}, save=desk / "kept", share=desk / "out"
    )
    assert shown.whole
    (saved,), (copy,) = (desk / "kept").iterdir(), (desk / "out").iterdir()
    assert len(canaries_in(saved.read_bytes())) == 5, "control"
    assert canaries_in(copy.read_bytes()) == []
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.name in shown.text
    with Image.open(copy) as picture:
        assert picture.size == (64, 32)


def test_a_copy_that_cannot_be_stripped_is_not_written_and_the_reason_is_said(open_: Open, desk: Path) -> None:
    shown = open_(parts(), share=desk / "out")
    assert [file.suffix for file in (desk / "out").iterdir()] == [".jpg"]
    assert "2. NOT written: videos and recordings cannot be stripped here" in shown.text
    assert not shown.whole


def test_the_name_of_a_shared_copy_leads_nowhere(open_: Open, desk: Path) -> None:
    open_(parts(), share=desk / "out")
    (copy,) = (desk / "out").iterdir()
    original = hashlib.sha256(PHOTO).hexdigest()
    for trace in ("7F3K", FIRST[:6], "IMG_1", original[:6]):
        assert trace not in copy.name


@pytest.mark.parametrize(
    ("declared", "suffix"),
    [("image/jpeg", ".jpg"), ("application/x-sh", ".bin"), ("../../x.sh", ".bin"), ("", ".bin")],
)
def test_the_name_of_a_file_is_never_the_senders(open_: Open, desk: Path, declared: str, suffix: str) -> None:
    told = incident(evidence=[listed(FIRST, PHOTO, type=declared, file_name="../../../.bashrc")])
    open_({"incident.age": sealed(told), f"evidence/{FIRST}.age": kept(PHOTO)}, save=desk / "out")
    assert [file.name for file in (desk / "out").iterdir()] == [FIRST + suffix]


@pytest.mark.parametrize("where", ["save", "share"])
def test_a_file_that_is_there_already_is_left_as_it_is(open_: Open, desk: Path, where: str) -> None:
    open_(parts(), **{where: desk / "out"})
    files = sorted((desk / "out").iterdir())
    for file in files:
        file.write_bytes(b"the reviewer's own")
    shown = open_(parts(), **{where: desk / "out"})
    assert not shown.whole
    assert "is there already" in shown.text
    assert sorted((desk / "out").iterdir()) == files
    assert {file.read_bytes() for file in files} == {b"the reviewer's own"}


def test_a_link_waiting_at_the_place_is_not_followed(open_: Open, desk: Path) -> None:
    (desk / "out").mkdir()
    (desk / "out" / f"{FIRST}.jpg").symlink_to(desk / "victim")
    assert not open_(parts(), save=desk / "out").whole
    assert not (desk / "victim").exists()


def test_altered_evidence_is_neither_saved_nor_shared(open_: Open, desk: Path) -> None:
    altered = replaced(**{f"evidence/{FIRST}.age": kept(PHOTO + b"!")})
    shown = open_(altered, save=desk / "kept", share=desk / "out")
    assert [file.name for file in (desk / "kept").iterdir()] == [f"{SECOND}.mp4"]
    assert not (desk / "out").exists() or not list((desk / "out").iterdir())
    assert shown.text.count("1. NOT written: ALTERED") == 2


def test_without_being_asked_nothing_reaches_the_disk(open_: Open, desk: Path) -> None:
    bundle = parts()
    open_(bundle)
    assert sorted(file.name for file in desk.rglob("*")) == ["R-7F3K.tar", "office.key"]
    everything = b"".join(file.read_bytes() for file in desk.rglob("*") if file.is_file())
    assert ACCOUNT.encode()[:20] not in everything
    assert PHOTO[:200] not in everything
    open_(bundle, save=desk / "out")
    assert PHOTO[:200] in (desk / "out" / f"{FIRST}.jpg").read_bytes(), "control"


@pytest.mark.skipif(os.getuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_named(open_: Open, desk: Path) -> None:
    (desk / "out").mkdir(mode=0o500)
    shown = open_(parts(), save=desk / "out")
    assert "cannot be written" in shown.text
    assert not shown.whole


def test_a_file_where_the_folder_should_be_is_named(open_: Open, desk: Path) -> None:
    (desk / "out").write_text("mine")
    shown = open_(parts(), save=desk / "out")
    assert "NOT written" in shown.text
    assert not shown.whole
