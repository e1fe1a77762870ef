"""The numbers for people in danger come from a file in both languages; a mistake in it is named, in a plain sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.contacts import Contacts, ContactsFault, load

EXAMPLE = Path(__file__).parents[2] / "contacts.example.toml"
LINE = 'en = "Call 012"\nkm = "ទូរស័ព្ទ 012"\n'


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "contacts.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_example_can_be_used_as_it_is() -> None:
    contacts = load(EXAMPLE)
    assert contacts.other_channel is not None
    assert contacts.help
    assert contacts.trained


def test_each_line_is_there_in_both_languages(tmp_path: Path) -> None:
    contacts = load(written(tmp_path, f"[other_channel]\n{LINE}[[help]]\n{LINE}[[trained]]\n{LINE}"))
    for words in (contacts.other_channel, contacts.help[0], contacts.trained[0]):
        assert words is not None
        assert (words["en"], words["km"]) == ("Call 012", "ទូរស័ព្ទ 012")


def test_an_empty_file_names_nobody(tmp_path: Path) -> None:
    assert load(written(tmp_path, "")) == Contacts()


def test_a_file_from_windows_is_read(tmp_path: Path) -> None:
    text = f"[other_channel]\n{LINE}".replace("\n", "\r\n")
    assert load(written(tmp_path, b"\xef\xbb\xbf" + text.encode())).other_channel is not None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[other_channel]\nen = "only English"\n', "other_channel.km"),
        (f"[[help]]\n{LINE}fr = 'Appelez'\n", "help.0.fr"),
        (f"[halp]\n{LINE}", "halp"),
        (f"[[help]]\n{LINE}" * 9, "help"),
        (f"[[trained]]\n{LINE}" * 5, "trained"),
        (f'[[help]]\nen = "{"x" * 301}"\nkm = "ក"\n', "help.0.en"),
        ('[[help]]\nen = ""\nkm = "ក"\n', "help.0.en"),
        ("[other_channel\n", "TOML"),
        (b"[other_channel]\nen = '\xff'\n", "UTF-8"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str | bytes, named: str) -> None:
    with pytest.raises(ContactsFault) as fault:
        load(written(tmp_path, text))
    assert named in str(fault.value)
    assert str(fault.value).endswith(".")
    assert "\n" not in str(fault.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContactsFault, match=r"none\.toml cannot be read"):
        load(tmp_path / "none.toml")


def test_no_number_is_quoted_in_a_fault(tmp_path: Path) -> None:
    secret = "+855 12 987 654 " * 30
    with pytest.raises(ContactsFault) as fault:
        load(written(tmp_path, f'[[help]]\nen = "{secret}"\nkm = "ក"\n'))
    assert "987" not in str(fault.value)
