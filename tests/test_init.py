"""``init``: the keys that last are made once, explained, and never replaced."""

from __future__ import annotations

import base64
import datetime as dt
import re
from pathlib import Path

import pytest

from bot.keys import NotMade, make_keys
from storage.sealing import OfficeKey, OfficeLock, ServerKey

TODAY = dt.date(2026, 11, 23)


def made(folder: Path, *, office_only: bool = False) -> str:
    """Make the keys; what was shown."""
    shown: list[str] = []
    make_keys(folder, TODAY, shown.append, office_only=office_only)
    (screen,) = shown
    return screen


def secret_on(screen: str) -> str:
    (secret,) = re.findall(r"AGE-SECRET-KEY-1[0-9A-Z]+", screen)
    return str(secret)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def files_with(word: str, folder: Path) -> list[str]:
    """The files in which a word stands in clear, encoded, or as a whole line turned around."""
    raw = word.encode()
    shapes = [raw, raw.lower(), raw[16:], raw.hex().encode(), base64.b64encode(raw)[:40]]
    return [name for name, data in contents(folder).items() if any(shape in data for shape in shapes)]


def test_what_is_sealed_to_the_public_half_opens_with_the_key_that_was_shown(tmp_path: Path) -> None:
    key = OfficeKey([secret_on(made(tmp_path / "keys"))])
    lock = OfficeLock.load(tmp_path / "keys" / "office.pub")
    assert lock is not None
    assert key.open(lock.seal(b"incident")) == b"incident"
    assert lock.recipients == key.recipients


def test_the_office_key_is_in_no_file(tmp_path: Path) -> None:
    secret = secret_on(made(tmp_path / "keys"))
    assert sorted(contents(tmp_path)) == ["keys/office.pub", "keys/server.key"]
    assert files_with(secret, tmp_path) == []
    (tmp_path / "left-behind").write_text(f"x{secret.lower()}")
    assert files_with(secret, tmp_path) == ["left-behind"], "control: the search finds it"


def test_the_public_half_says_what_it_is_of_which_day_and_by_what_it_is_told(tmp_path: Path) -> None:
    screen = made(tmp_path)
    remark, recipient, end = (tmp_path / "office.pub").read_text().split("\n")
    (fingerprint,) = OfficeLock([recipient]).fingerprints
    assert remark.startswith("# Public half of the office key made on 2026-11-23")
    assert fingerprint in remark
    assert fingerprint in screen
    assert end == ""


def test_the_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    made(tmp_path / "keys")
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "keys").iterdir()} == {0o600}


def test_one_screen_explains_the_four_holders(tmp_path: Path) -> None:
    screen = made(tmp_path / "keys")
    lines = screen.splitlines()
    assert len(lines) <= 24
    assert max(len(line) for line in lines[1:]) <= 100, "the first line names a folder, which may be long"
    for holder in ("server key", "draft keys", "office key", "receipts"):
        (place,) = [number for number, line in enumerate(lines) if line.startswith(f"{holder} ")]
        assert lines[place + 1].strip().startswith("Lost")
    for word in ("chmod 600 office.key", "paper", "once", "weaker mode", "KEYS_DIR/office.key", "reads every incident"):
        assert word in screen, word


def test_two_servers_get_two_keys(tmp_path: Path) -> None:
    assert secret_on(made(tmp_path / "one")) != secret_on(made(tmp_path / "two"))


@pytest.mark.parametrize("office_only", [False, True])
def test_keys_that_are_there_are_never_replaced(tmp_path: Path, office_only: bool) -> None:
    made(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(NotMade, match="exist already") as refused:
        made(tmp_path, office_only=office_only)
    assert contents(tmp_path) == before
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("office_only", [False, True])
@pytest.mark.parametrize(
    ("there", "word"),
    [
        (["office.pub"], "server.key is missing"),
        (["office.key"], "office.pub is missing"),
        (["server.key", "office.key"], "office.pub is missing"),
    ],
)
def test_half_a_set_of_keys_is_named_and_left_as_it_is(
    tmp_path: Path, there: list[str], word: str, office_only: bool
) -> None:
    for name in there:
        (tmp_path / name).write_text(f"not for us: {name}")
    before = contents(tmp_path)
    with pytest.raises(NotMade, match=re.escape(word)):
        made(tmp_path, office_only=office_only)
    assert contents(tmp_path) == before


def test_a_server_that_ran_before_gets_only_the_key_it_lacks(tmp_path: Path) -> None:
    ServerKey.load(tmp_path / "server.key", TODAY)
    before = contents(tmp_path)
    with pytest.raises(NotMade, match="init --office"):
        made(tmp_path)
    assert contents(tmp_path) == before
    made(tmp_path, office_only=True)
    assert contents(tmp_path)["server.key"] == before["server.key"]
    assert OfficeLock.load(tmp_path / "office.pub") is not None


def test_the_office_key_alone_is_not_made_where_there_is_no_server_key(tmp_path: Path) -> None:
    with pytest.raises(NotMade, match=r"server\.key is missing"):
        made(tmp_path, office_only=True)
    assert contents(tmp_path) == {}


def test_nothing_is_ever_sealed_to_a_key_that_could_not_be_shown(tmp_path: Path) -> None:
    def torn(screen: str) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    with pytest.raises(NotMade, match="could not be shown"):
        make_keys(tmp_path, TODAY, torn)
    assert list(contents(tmp_path)) == ["server.key"], "a crash in the middle leaves no public half"
    with pytest.raises(NotMade, match="init --office"):
        made(tmp_path)
    made(tmp_path, office_only=True)
    assert sorted(contents(tmp_path)) == ["office.pub", "server.key"]


def test_a_public_half_that_appears_meanwhile_is_kept_and_the_shown_key_is_void(tmp_path: Path) -> None:
    def meanwhile(screen: str) -> None:
        (tmp_path / "office.pub").write_text("another's")

    with pytest.raises(NotMade, match="void"):
        make_keys(tmp_path, TODAY, meanwhile)
    assert contents(tmp_path)["office.pub"] == b"another's"
    assert len(contents(tmp_path)) == 2, "no draft of the file is left behind"


def test_a_folder_that_cannot_be_written_shows_no_key(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="keys"):
        make_keys(tmp_path / "keys", TODAY, pytest.fail)
