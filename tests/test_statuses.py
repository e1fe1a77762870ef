"""What a reporter reads of each state comes from a file in both languages, which a network may replace by its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import House
from incident_story import Teller

from bot.__main__ import _STATES
from bot.ask import local_settings
from bot.settings import WrongSetting
from bot.settings import statuses as in_force
from bot.talk import Talk
from sandbox.world import World
from texts import statuses
from texts.statuses import STATES, StatusesFault, load

OURS = Path(statuses.__file__).with_name("statuses.toml")


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    yield
    statuses.use(load())


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "statuses.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def whole(**changed: str) -> str:
    """A file with every state; ``changed`` gives the lines of some."""
    lines = {state: f'en = "{state} in English"\nkm = "{state} ជាខ្មែរ"\n' for state in STATES} | changed
    return "".join(f"[{state}]\n{said}" for state, said in lines.items() if said)


def test_there_are_words_for_every_state_in_both_languages_and_no_two_are_the_same() -> None:
    said = [load().words(state, language) for state in STATES for language in ("en", "km")]
    assert len(set(said)) == 2 * len(STATES)
    assert all(0 < len(words) <= 300 for words in said)
    for state in STATES:
        assert any("\u1780" <= letter <= "\u17ff" for letter in load().words(state, "km"))
        assert not any("\u1780" <= letter <= "\u17ff" for letter in load().words(state, "en"))


def test_the_states_that_wait_for_others_say_how_long_it_may_take() -> None:
    for state in ("received", "read", "checking"):
        assert any(time in load().words(state, "en") for time in ("days", "weeks", "months"))


def test_khmer_ends_its_sentences_and_has_latin_digits_and_no_invisible_letters() -> None:
    for state in STATES:
        words = load().words(state, "km")
        assert words.endswith("។")
        assert not any(letter in words for letter in "\u200b\u200c\u200d០១២៣៤៥៦៧៨៩")


def test_the_command_line_knows_the_same_states() -> None:
    assert STATES[:-1] == _STATES, "the last is the reporter's own"


def test_a_file_of_the_networks_own_takes_their_place(tmp_path: Path) -> None:
    statuses.use(load(written(tmp_path, whole())))
    assert statuses.words("checking", "km") == "checking ជាខ្មែរ"
    assert statuses.words("checking", "en") == "checking in English"
    assert statuses.words("unheard of", "en") == "received in English"


def test_our_own_file_can_be_copied_as_it_is(tmp_path: Path) -> None:
    assert load(written(tmp_path, OURS.read_bytes())) == load()


def test_a_file_from_windows_is_read(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + whole().replace("\n", "\r\n").encode()
    assert load(written(tmp_path, text)).words("used", "en") == "used in English"


FAULTS = [
    (whole(used=""), "used"),
    (whole(used='en = "only English"\n'), "used.km"),
    (whole(used='en = "a"\nkm = "ក"\nfr = "c"\n'), "used.fr"),
    (whole(lost='en = "a"\nkm = "ក"\n'), "lost"),
    (whole(used=f'en = "{"x" * 301}"\nkm = "ក"\n'), "used.en"),
    (whole(used='en = ""\nkm = "ក"\n'), "used.en"),
    (whole(used='en = "  "\nkm = "ក"\n'), "used.en"),
    (whole(used='en = "<b>bold</b>"\nkm = "ក"\n'), "used.en"),
    (whole(used='en = "a &amp; b"\nkm = "ក"\n'), "used.en"),
    (whole(used='en = 7\nkm = "ក"\n'), "used.en"),
    ("[received\n", "TOML"),
    (b"[received]\nen = '\xff'\n", "UTF-8"),
]


@pytest.mark.parametrize(("text", "named"), FAULTS)
def test_a_mistake_is_named_with_its_place_in_one_plain_sentence(tmp_path: Path, text: str | bytes, named: str) -> None:
    with pytest.raises(StatusesFault) as fault:
        load(written(tmp_path, text))
    assert named in str(fault.value)
    assert str(fault.value).endswith(".")
    assert "\n" not in str(fault.value).removesuffix("\n")


@pytest.mark.parametrize("text", [whole(used=""), None])
def test_a_faulty_file_is_a_wrong_setting(tmp_path: Path, text: str | None) -> None:
    path = written(tmp_path, text) if text is not None else tmp_path / "nowhere.toml"
    settings = local_settings(World(pace=False), "http://127.0.0.1", tmp_path, statuses_file=path)
    with pytest.raises(WrongSetting, match="STATUSES_FILE"):
        in_force(settings)


def test_control_a_whole_file_is_a_right_setting(tmp_path: Path) -> None:
    path = written(tmp_path, whole())
    settings = local_settings(World(pace=False), "http://127.0.0.1", tmp_path, statuses_file=path)
    assert in_force(settings).words("used", "en") == "used in English"


async def test_the_reporter_reads_the_networks_own_words(house: House, dara: Talk, tmp_path: Path) -> None:
    path = written(tmp_path, whole(received='en = "Here it is, one & all."\nkm = "ក"\n').replace(" & ", " and "))
    await house.stop()
    house.settings = house.settings.model_copy(update={"statuses_file": path})
    await house.start()
    teller = Teller(house, dara)
    receipt = await teller.hand_in()
    seen = await teller.do(receipt)
    assert "Here it is, one and all." in seen[-1].text
