"""Keys and sealed values: what opens them, what does not, and what their files look like."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.sealing import DraftKeys, Key, KeyFault, Sealer, ServerKey, Unreadable, key_id

MONDAY = dt.date(2026, 11, 23)
TUESDAY = MONDAY + dt.timedelta(days=1)
WORDS = "ខ្ញុំឃើញ the march".encode()
A_KEY = Key.of(bytes(range(32)), MONDAY)
ANOTHER_KEY = Key.of(bytes(range(1, 33)), MONDAY)


@pytest.fixture
def sealer() -> Sealer:
    return Sealer([A_KEY])


@pytest.fixture
def server(tmp_path: Path) -> ServerKey:
    return ServerKey.load(tmp_path / "keys" / "server.key", MONDAY)


# Sealing


@settings(deadline=None)
@given(data=st.binary(max_size=2000), context=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_is_sealed_opens_again_under_its_own_name(data: bytes, context: str) -> None:
    sealer = Sealer([A_KEY])
    assert sealer.open(sealer.seal(data, context), context) == data


@settings(deadline=None)
@given(data=st.binary(max_size=300), block=st.integers(1, 600))
def test_every_block_size_gives_back_what_was_sealed(data: bytes, block: int) -> None:
    sealer = Sealer([A_KEY], block=block)
    assert sealer.open(sealer.seal(data, "row"), "row") == data


def test_a_value_moved_to_another_row_is_unreadable(sealer: Sealer) -> None:
    sealed = sealer.seal(WORDS, "inbox:1")
    with pytest.raises(Unreadable):
        sealer.open(sealed, "inbox:2")


def test_another_key_opens_nothing(sealer: Sealer) -> None:
    with pytest.raises(Unreadable):
        Sealer([ANOTHER_KEY]).open(sealer.seal(WORDS, "row"), "row")


def test_another_key_under_the_same_id_opens_nothing(sealer: Sealer) -> None:
    impostor = Sealer([Key(A_KEY.id, ANOTHER_KEY.secret, MONDAY)])
    with pytest.raises(Unreadable):
        impostor.open(sealer.seal(WORDS, "row"), "row")


@pytest.mark.parametrize("bit", range(8))
def test_a_flipped_bit_anywhere_makes_the_value_unreadable(sealer: Sealer, bit: int) -> None:
    sealed = sealer.seal(WORDS, "row")
    for place in range(len(sealed)):
        damaged = bytearray(sealed)
        damaged[place] ^= 1 << bit
        with pytest.raises(Unreadable):
            sealer.open(bytes(damaged), "row")


def test_a_value_cut_short_anywhere_is_unreadable(sealer: Sealer) -> None:
    sealed = sealer.seal(WORDS, "row")
    for length in range(len(sealed)):
        with pytest.raises(Unreadable):
            sealer.open(sealed[:length], "row")


@settings(deadline=None)
@given(st.binary(max_size=600))
def test_nonsense_is_unreadable_and_nothing_worse(nonsense: bytes) -> None:
    with pytest.raises(Unreadable):
        Sealer([A_KEY]).open(b"\x01" + A_KEY.id + nonsense, "row")
    with pytest.raises(Unreadable):
        Sealer([A_KEY]).open(nonsense, "row")


def test_the_size_on_disk_does_not_tell_a_yes_from_a_sentence(sealer: Sealer) -> None:
    sizes = {len(sealer.seal(b"x" * length, "row")) for length in range(512)}
    assert len(sizes) == 1
    assert len(sealer.seal(b"x" * 512, "row")) > min(sizes), "control: the next block is longer"


def test_the_same_words_look_different_each_time(sealer: Sealer) -> None:
    assert len({sealer.seal(WORDS, "row") for _ in range(200)}) == 200


def test_nothing_of_the_words_shows(sealer: Sealer) -> None:
    sealed = sealer.seal(WORDS, "row")
    assert not any(WORDS[n : n + 4] in sealed for n in range(len(WORDS) - 4))
    assert A_KEY.secret not in sealed


def test_older_keys_still_open_and_the_newest_seals() -> None:
    before = Sealer([A_KEY]).seal(WORDS, "row")
    both = Sealer([A_KEY, ANOTHER_KEY])
    assert both.open(before, "row") == WORDS
    assert key_id(both.seal(WORDS, "row")) == ANOTHER_KEY.id == both.newest.id
    assert key_id(before) == A_KEY.id


def test_a_dropped_key_no_longer_opens(sealer: Sealer) -> None:
    sealed = sealer.seal(WORDS, "row")
    sealer.use([ANOTHER_KEY])
    with pytest.raises(Unreadable):
        sealer.open(sealed, "row")


def test_the_public_id_of_a_key_is_no_part_of_the_key() -> None:
    key = Key.new(MONDAY)
    assert len(key.id) == 4
    assert key.id not in key.secret


# Pseudonyms and return addresses


def test_a_chat_has_the_same_pseudonym_after_a_restart(tmp_path: Path) -> None:
    first = ServerKey.load(tmp_path / "server.key", MONDAY)
    again = ServerKey.load(tmp_path / "server.key", TUESDAY)
    assert first.pseudonym(815) == again.pseudonym(815)
    assert first.id == again.id


def test_a_pseudonym_without_its_key_is_no_guess_away(server: ServerKey, tmp_path: Path) -> None:
    chat_id = 6_123_456_789
    pseudonym = server.pseudonym(chat_id)
    assert len(pseudonym) == 16
    assert ServerKey.load(tmp_path / "other.key", MONDAY).pseudonym(chat_id) != pseudonym
    for digest in (hashlib.sha256, hashlib.md5, hashlib.blake2b):
        assert digest(str(chat_id).encode()).digest()[:16] != pseudonym
    assert chat_id.to_bytes(6, "big") not in pseudonym


@settings(deadline=None)
@given(st.lists(st.integers(-(2**62), 2**62), unique=True, min_size=2))
def test_every_chat_has_a_pseudonym_of_its_own(chat_ids: list[int]) -> None:
    server = ServerKey(A_KEY)
    assert len({server.pseudonym(chat_id) for chat_id in chat_ids}) == len(chat_ids)


@settings(deadline=None)
@given(st.one_of(st.none(), st.integers(-(2**62), 2**62)))
def test_a_return_address_leads_back_to_its_chat(chat_id: int | None) -> None:
    server = ServerKey(A_KEY)
    assert server.open_chat(server.seal_chat(chat_id, "inbox:1"), "inbox:1") == chat_id


def test_a_return_address_of_another_row_or_server_leads_nowhere(server: ServerKey) -> None:
    address = server.seal_chat(815, "inbox:1")
    assert server.open_chat(address, "inbox:2") is None
    assert ServerKey(A_KEY).open_chat(address, "inbox:1") is None


def test_all_return_addresses_are_equally_long(server: ServerKey) -> None:
    ids = (1, 6_123_456_789, -1_002_123_456_789)
    assert len({len(server.seal_chat(chat_id, "row") or b"") for chat_id in ids}) == 1


# The server key's file


def test_the_key_file_is_for_its_owner_only(server: ServerKey, tmp_path: Path) -> None:
    file = tmp_path / "keys" / "server.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert list(file.parent.iterdir()) == [file], "no draft of the file is left behind"


def test_a_key_file_that_others_can_read_is_refused_with_the_cure(tmp_path: Path) -> None:
    file = tmp_path / "server.key"
    ServerKey.load(file, MONDAY)
    for mode in (0o604, 0o640, 0o666):
        file.chmod(mode)
        with pytest.raises(KeyFault, match=r"chmod 600 .*server\.key"):
            ServerKey.load(file, MONDAY)
    file.chmod(0o600)
    ServerKey.load(file, MONDAY)


SECRET = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"something else entirely\n",
        f"sangket-server-key-2 {SECRET}\n".encode(),
        b"sangket-server-key-1",
        b"sangket-server-key-1 \n",
        b"sangket-server-key-1 not-base64!\n",
        f"sangket-server-key-1 {SECRET[:-8]}\n".encode(),
        f"sangket-server-key-1 {SECRET}{SECRET}\n".encode(),
        "sangket-server-key-1 ក\n".encode(),
        b"\xff\xfe\x00\x00",
    ],
)
def test_a_damaged_server_key_is_named_and_never_replaced(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "server.key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(KeyFault, match=r"server\.key") as fault:
        ServerKey.load(file, MONDAY)
    assert SECRET[:20] not in str(fault.value)
    assert file.read_bytes() == content


# The draft keys


def draft_file(folder: Path) -> Path:
    return folder / "memory" / "draft.keys"


def test_a_restart_on_the_same_day_opens_what_was_sealed_before(tmp_path: Path) -> None:
    sealed = DraftKeys.load(draft_file(tmp_path), MONDAY).sealer.seal(WORDS, "row")
    again = DraftKeys.load(draft_file(tmp_path), MONDAY)
    assert again.sealer.open(sealed, "row") == WORDS
    assert key_id(again.sealer.seal(WORDS, "row")) == key_id(sealed)


def test_each_day_seals_with_a_key_of_its_own_and_opens_those_before(tmp_path: Path) -> None:
    drafts = DraftKeys.load(draft_file(tmp_path), MONDAY)
    monday = drafts.sealer.seal(WORDS, "row")
    drafts.renew(MONDAY)
    assert key_id(drafts.sealer.seal(WORDS, "row")) == key_id(monday), "one key a day"
    drafts.renew(TUESDAY)
    assert key_id(drafts.sealer.seal(WORDS, "row")) != key_id(monday)
    assert drafts.sealer.open(monday, "row") == WORDS


def test_a_start_on_a_later_day_takes_a_fresh_key(tmp_path: Path) -> None:
    monday = DraftKeys.load(draft_file(tmp_path), MONDAY).sealer.seal(WORDS, "row")
    drafts = DraftKeys.load(draft_file(tmp_path), TUESDAY)
    assert key_id(drafts.sealer.seal(WORDS, "row")) != key_id(monday)
    assert drafts.sealer.open(monday, "row") == WORDS


def test_a_key_that_no_row_needs_is_gone_from_memory_and_file(tmp_path: Path) -> None:
    drafts = DraftKeys.load(draft_file(tmp_path), MONDAY)
    sealed = drafts.sealer.seal(WORDS, "row")
    drafts.renew(TUESDAY)
    assert drafts.drop({key_id(sealed)}) == 0, "control: a needed key stays"
    assert drafts.sealer.open(sealed, "row") == WORDS
    assert drafts.drop(set()) == 1
    for ring in (drafts, DraftKeys.load(draft_file(tmp_path), TUESDAY)):
        with pytest.raises(Unreadable):
            ring.sealer.open(sealed, "row")
    assert len(draft_file(tmp_path).read_text().splitlines()) == 1


def test_the_newest_key_is_never_dropped(tmp_path: Path) -> None:
    drafts = DraftKeys.load(draft_file(tmp_path), MONDAY)
    sealed = drafts.sealer.seal(WORDS, "row")
    assert drafts.drop(set()) == 0
    assert drafts.sealer.open(sealed, "row") == WORDS


def test_a_power_cut_takes_the_drafts(tmp_path: Path) -> None:
    sealed = DraftKeys.load(draft_file(tmp_path), MONDAY).sealer.seal(WORDS, "row")
    draft_file(tmp_path).unlink()
    with pytest.raises(Unreadable):
        DraftKeys.load(draft_file(tmp_path), MONDAY).sealer.open(sealed, "row")


def test_the_draft_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    file = draft_file(tmp_path)
    DraftKeys.load(file, MONDAY)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    file.chmod(0o644)
    with pytest.raises(KeyFault, match="chmod 600"):
        DraftKeys.load(file, MONDAY)


@pytest.mark.parametrize(
    "content", [b"\n", b"2026-11-23\n", b"2026-11-23 AAAA\n", f"monday {SECRET}\n".encode(), b"\xff", b"\x00" * 80]
)
def test_damaged_draft_keys_are_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "draft.keys"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(KeyFault, match=r"draft\.keys"):
        DraftKeys.load(file, MONDAY)
