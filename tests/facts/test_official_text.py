"""Importing the official text: what is read from a text and a .docx, and what is refused and why."""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import CUT, Invented
from the_report import load

from bot.importing import NotImported, import_text
from facts.official import docx
from facts.official.passages import NotTheText, Passage
from facts.official.reading import each, read, recognise, searchable
from facts.report import Report

REPORT = load()
DOCUMENT = Invented(REPORT)
TEXT = DOCUMENT.as_text()
TYPED = DOCUMENT.as_docx(automatic=False)
COUNTED = DOCUMENT.as_docx(automatic=True)
NAME = "official.db"
REAL = sorted((Path(__file__).parents[3] / "shared" / "report").glob("*.txt"))

real_text = pytest.mark.skipif(not REAL, reason="the report's text does not lie beside the checkout")


def at(passages: tuple[Passage, ...], place: str) -> str:
    """The text at a place, which there must be once."""
    (text,) = (passage.text for passage in passages if passage.place == place)
    return text


def refused(data: bytes | str, name: str = "text.txt") -> NotTheText:
    """Why the data is refused, by reading or by recognising."""
    with pytest.raises(NotTheText) as why:
        recognise(read(data.encode() if isinstance(data, str) else data, name), [REPORT])
    return why.value


def line_of(text: str, beginning: str) -> int:
    """The number of the line that begins so."""
    return next(n for n, line in enumerate(text.split("\n"), 1) if line.startswith(beginning))


# Reading


def test_a_plain_text_gives_every_passage_in_order_word_for_word() -> None:
    assert read(TEXT.encode(), "text.txt") == tuple(DOCUMENT.passages)


def test_a_byte_order_mark_and_lines_of_windows_change_nothing() -> None:
    assert read(("\ufeff" + TEXT).replace("\n", "\r\n").encode(), "text.txt") == tuple(DOCUMENT.passages)


@pytest.mark.parametrize("width", [60, 72, 100])
def test_hard_wrapped_lines_are_joined(width: int) -> None:
    wrapped = DOCUMENT.as_text(width=width)
    assert wrapped.count("\n") > TEXT.count("\n") + 100
    assert read(wrapped.encode(), "text.txt") == tuple(DOCUMENT.passages)


def test_a_wrapped_line_that_begins_with_a_number_begins_no_paragraph() -> None:
    text = TEXT.replace("which pages do,", "which pages do in the year of\n12. That\nis all,", 1)
    assert "in the year of 12. That is all," in at(read(text.encode(), "text.txt"), "1")


def test_lines_without_any_blank_between_them_are_read_all_the_same() -> None:
    dense = re.sub("\n+", "\n", TEXT)
    assert read(dense.encode(), "text.txt") == tuple(DOCUMENT.passages)


@pytest.mark.parametrize("data", [TYPED, COUNTED], ids=["typed numbers", "automatic numbers"])
def test_a_docx_gives_the_same_passages_as_the_text(data: bytes) -> None:
    assert read(data, "text.docx") == tuple(DOCUMENT.passages)
    assert read(data, "no ending at all") == tuple(DOCUMENT.passages)


def test_the_two_documents_differ_in_who_counts() -> None:
    typed, counted = (zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml") for data in (TYPED, COUNTED))
    assert b"105." in typed
    assert b"105." not in counted


def word(*paragraphs: tuple[str, str], xml: str = "") -> list[str]:
    """The lines of a Word document of these paragraphs, each with its style, and of one more given as XML."""
    document = Document()
    for text, style in paragraphs:
        document.add_paragraph(text, style=style)
    if xml:
        document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>"))
    file = io.BytesIO()
    document.save(file)
    return [line.text for line in docx.lines(file.getvalue())]


def test_numbers_that_a_style_counts_are_read_as_word_prints_them() -> None:
    numbered = [("Apples", "List Number"), ("Between", "Normal"), ("Pears", "List Number"), ("Plums", "List Bullet")]
    assert word(*numbered) == ["1. Apples", "Between", "2. Pears", "- Plums"]


def test_what_was_deleted_from_a_docx_is_gone_and_what_was_put_in_is_there() -> None:
    inserted = "<w:ins><w:r><w:t>new </w:t></w:r></w:ins>"
    deleted = (
        "<w:del><w:r><w:delText>old </w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved </w:t></w:r></w:moveFrom>"
    )
    link = "<w:hyperlink><w:r><w:t>words</w:t></w:r></w:hyperlink>"
    raised = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>12</w:t></w:r>'
    assert word(xml=inserted + deleted + link + raised) == ["new words¹²"]


def test_a_frame_around_paragraphs_is_no_table() -> None:
    document = Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.paragraphs[0].text = "Summary"
    cell.add_paragraph("In a frame.")
    file = io.BytesIO()
    document.save(file)
    assert [(line.text, line.cells) for line in docx.lines(file.getvalue())] == [("Summary", ()), ("In a frame.", ())]


def test_paragraphs_that_a_page_break_cuts_are_whole_and_their_footnotes_are_taken_out() -> None:
    passages = read(TEXT.encode(), "text.txt")
    for number in CUT:
        assert "for a page to end in the middle of it" in at(passages, str(number))
        assert "See volume" not in at(passages, str(number))


def test_page_breaks_really_cut_the_text_with_footnotes() -> None:
    """Control: without the reader's care the halves lie apart."""
    after = TEXT.split("for a page to end\n\n")
    assert len(after) == len(CUT) + 1
    assert sum(half.startswith(tuple("⁰¹²³⁴⁵⁶⁷⁸⁹")) for half in after) > 1


def test_annexes_number_their_footnotes_anew() -> None:
    passages = read(TEXT.encode(), "text.txt")
    notes = [passage.place for passage in passages if "footnote" in passage.place]
    assert notes == [*(f"footnote {n}" for n in range(1, 36)), "annex I footnote 1", "annex II footnote 1"]


def test_a_footnote_stands_under_the_heading_of_its_mark_not_of_its_page() -> None:
    passages = {passage.place: passage for passage in read(TEXT.encode(), "text.txt")}
    for note in REPORT.footnotes:
        if note.part == "body" and note.paragraphs:
            assert passages[f"footnote {note.number}"].heading == passages[str(note.paragraphs[0])].heading


def test_a_table_cut_by_a_page_has_its_head_once_and_spaces_within_numbers() -> None:
    table = at(read(TEXT.encode(), "text.txt"), "table")
    assert TEXT.count("Place\tBallots") == 2
    assert table.count("Place | Ballots") == 1
    assert sum(bool(re.search(r"\d \d{3} \| ", line)) for line in table.split("\n")) == 25


def test_markup_is_taken_off_and_nothing_else() -> None:
    text = TEXT.replace(
        "of mango and of", "of *mango* and **of** <i>the</i> \\$5 & <https://example.org/a_b> 5 * 3,", 1
    )
    assert "of mango and of the $5 & https://example.org/a_b 5 * 3," in "\n".join(
        passage.text for passage in read(text.encode(), "text.txt")
    )


def test_the_furniture_of_pages_is_left_out() -> None:
    text = TEXT.replace("for a page to end\n", "for a page to end\n\nGE.23-01234 (E)\n\n\f7\n\nA/HRC/54/75\n", 2)
    assert read(text.encode(), "text.txt") == tuple(DOCUMENT.passages)


def test_marks_do_not_stick_to_words_that_are_searched() -> None:
    assert searchable("independence¹³ and refugees.³¹") == "independence and refugees"


def test_a_source_of_several_paragraphs_names_each() -> None:
    assert each("39–41") == ("39", "40", "41")
    assert each("7, 36") == ("7", "36")
    assert each("105 (d)") == ("105 (d)",)
    assert each("annex III") == ("annex III",)


# Recognising


@pytest.mark.parametrize("data", [TEXT.encode(), TYPED, COUNTED], ids=["text", "typed", "counted"])
def test_the_report_is_recognised(data: bytes) -> None:
    assert recognise(read(data, ""), [REPORT]) is REPORT


def test_a_numbered_document_that_is_no_report_of_ours_is_refused() -> None:
    foreign = "I. Beginning\n\n" + "\n\n".join(f"{n}. A paragraph of another document." for n in range(1, 108))
    assert "another document" in refused(foreign).sentence


@pytest.mark.parametrize("letter", "ADIMT")
def test_a_missing_heading_is_named_with_the_line(letter: str) -> None:
    benchmark = REPORT.benchmarks[letter]
    text = TEXT.replace(f"\n{letter}. {benchmark.title.en}\n\n", "\n", 1)
    why = refused(text)
    assert why.sentence.startswith(f"The heading of benchmark {letter} is missing")
    assert why.line == line_of(text, f"{benchmark.paragraphs[0]}. ")


def test_two_headings_in_each_others_place_are_refused() -> None:
    d, e = (REPORT.benchmarks[letter].title.en for letter in "DE")
    text = TEXT.replace(f"D. {d}", "D. *").replace(f"E. {e}", f"E. {d}").replace("D. *", f"D. {e}")
    assert "benchmark D is missing" in refused(text).sentence


@pytest.mark.parametrize("number", [1, 2, 29, 41, 74, 104])
def test_a_missing_paragraph_is_named_with_the_line(number: int) -> None:
    text = re.sub(rf"\n{number}\. [^\n]*\n", "\n", TEXT, count=1)
    why = refused(text)
    assert re.search(rf"\b{number}( is| to \d+ are) missing", why.sentence), why.sentence
    assert why.line == line_of(text, f"{number + 1}. ")


def test_a_missing_paragraph_is_named_by_the_points_that_it_leaves_behind() -> None:
    text = re.sub(r"\n106\. [^\n]*\n", "\n", TEXT, count=1)
    assert refused(text).sentence == "Paragraph 106 is missing: points begin anew after 105 (k)."


def test_a_paragraph_that_is_there_twice_is_named_with_the_line() -> None:
    text = re.sub(r"\n(40\. [^\n]*\n)", r"\n\1\n\1", TEXT, count=1)
    why = refused(text)
    assert why.sentence.startswith("Paragraph 40 stands after paragraph 40")
    assert why.line == line_of(text, "40. ") + 2


def test_a_misread_number_is_named() -> None:
    assert refused(TEXT.replace("\n57. ", "\n51. ", 1)).sentence.startswith("Paragraph 51 stands after paragraph 56")


def test_a_paragraph_whose_second_half_is_missing_is_named_with_the_line() -> None:
    text = re.sub(r"\nin the middle of it[^\n]*\n", "\n", TEXT, count=1)
    why = refused(text)
    assert why.sentence == f"The text breaks off in the middle of a sentence, in {CUT[0]}."
    assert why.line == line_of(text, f"{CUT[0]}. ")


def test_rules_and_remarks_about_languages_are_no_text() -> None:
    text = TEXT.replace("Annex I\n", "Annex I\n\n[English only]\n") + "\n__________\n"
    assert read(text.encode(), "text.txt") == tuple(DOCUMENT.passages)


def test_a_missing_point_and_a_missing_footnote_are_named() -> None:
    assert refused(re.sub(r"\n\(d\) Point d of paragraph 105[^\n]*\n", "\n", TEXT)).sentence.startswith(
        "Point (e) of 105"
    )
    assert refused(re.sub(r"\n¹⁴ [^\n]*\n", "\n", TEXT)).sentence == "Footnote 15 follows footnote 13: 14 is missing."


def test_a_text_that_ends_too_early_is_refused_wherever_it_ends() -> None:
    ends = [place.start() for place in re.finditer("\n", TEXT) if "2. " in TEXT[: place.start()]]
    last = TEXT.index("Trial 5 of nobody")
    for end in (end for end in ends[::7] if end < last):
        refused(TEXT[:end])
    for end in range(1, len(TEXT) - 60, 997):
        refused(TEXT[:end])


def test_a_text_that_ends_between_paragraphs_says_which_is_the_last() -> None:
    assert (
        refused(TEXT[: TEXT.index("\n61. ")]).sentence == "The text ends with paragraph 60; A/HRC/54/75 ends with 107."
    )


def test_a_table_without_one_of_its_rows_is_refused() -> None:
    assert "no row for Takeo" in refused(re.sub(r"\nTakeo\t[^\n]*", "", TEXT)).sentence
    assert (
        "annex II"
        in refused(
            re.sub(r"\nAllocate additional[^\n]*\t2[^\n]*|\nAllocate additional[^\n]*\tP[^\n]*", "", TEXT)
        ).sentence
    )
    assert "4 trials" in refused(re.sub(r"\nTrial 2 of nobody\n[^\n]*", "", TEXT)).sentence


def later(report: Report) -> Report:
    """The same facts as those of the next report."""
    return replace(report, document=report.document.model_copy(update={"symbol": "A/HRC/99/1"}))


def test_of_several_reports_the_one_whose_text_it_is_is_recognised() -> None:
    first, *others = REPORT.benchmarks.values()
    renamed = first.model_copy(update={"title": first.title.model_copy(update={"en": "Plant trees"})})
    other = replace(later(REPORT), benchmarks={"A": renamed, **{b.letter: b for b in others}})
    passages = read(TEXT.encode(), "")
    assert recognise(passages, [REPORT, other]) is REPORT
    assert recognise(passages, [other, REPORT]) is REPORT
    with pytest.raises(NotTheText, match=r"The heading of benchmark A is missing: “A\. Plant trees”"):
        recognise(passages, [other])


# What is no text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\t\n", "empty"),
        (TEXT.encode("utf-16"), "no text in UTF-8"),
        (TEXT.encode("cp1252", "ignore"), "no text in UTF-8"),
        (TEXT.encode().replace(b"papaya", b"pap\0ya", 1), "control characters"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Word document of the old kind"),
        (b"{\\rtf1 hello}", "rich text"),
        (b"Only a line.", "no numbered paragraphs"),
        (b"x" * 20_000_001, "20 MB"),
        (TYPED[: len(TYPED) // 2], "damaged"),
        (b"PK\x03\x04", "damaged"),
    ],
)
def test_what_is_no_text_is_refused_in_plain_words(data: bytes, said: str) -> None:
    assert said in refused(data).sentence


def archive(**parts: bytes) -> bytes:
    """A zip file of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def test_an_archive_that_is_no_docx_is_refused() -> None:
    assert "no .docx" in refused(archive(notes_xml=b"<a/>")).sentence
    assert "damaged" in refused(archive(word__document_xml=b"<a/>")).sentence


def test_a_docx_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = archive(word__document_xml=b" " * 61_000_000)
    assert len(bomb) < 100_000
    assert "unpacks to far more" in refused(bomb).sentence


def test_entities_of_xml_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "hahaha">' + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    parts = zipfile.ZipFile(io.BytesIO(TYPED))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:document", bomb.encode() + b"]><w:document", 1).replace(
                    b"mango", b"&i;", 1
                )
            made.writestr(name, content)
    try:
        passages = read(file.getvalue(), "bomb.docx")
    except NotTheText:
        return
    assert sum(len(passage.text) for passage in passages) < 200_000


@given(st.binary(max_size=3000), st.sampled_from(["a.txt", "a.docx", ""]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    with suppress(NotTheText):
        recognise(read(data, name), [REPORT])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, len(COUNTED) - 1), st.integers(1, 400), st.binary(max_size=40))
def test_any_damage_to_a_docx_is_survived(place: int, length: int, new: bytes) -> None:
    with suppress(NotTheText):
        read(COUNTED[:place] + new + COUNTED[place + length :], "a.docx")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_to_a_text_is_survived(data: st.DataObject) -> None:
    lines = TEXT.split("\n")
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(lines) - 1))
        piece = st.sampled_from(
            [
                "Annex I",
                "Annex X",
                "Summary",
                "Contents",
                "I. One",
                "B. Two",
                "7. x",
                "- (c) y",
                "¹ z",
                "a\tb",
                "\t",
                "²",
                "(a) b",
                "***",
                "<p>",
            ]
        )
        lines[place : place + data.draw(st.integers(0, 3))] = [data.draw(piece)]
    with suppress(NotTheText):
        recognise(read("\n".join(lines).encode(), "a.txt"), [REPORT])


# Importing


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a text to import lies."""
    return tmp_path / "text.txt"


def imported(file: Path, data: bytes, report: Report = REPORT) -> str:
    """What is said when this is imported into the folder beside the file."""
    file.write_bytes(data)
    return import_text(file, file.parent / "data" / NAME, [report])


def test_an_import_says_what_it_read(file: Path) -> None:
    assert imported(file, TEXT.encode()).startswith(
        "A/HRC/54/75: 107 paragraphs, 37 footnotes, 10 points in annexes and 3 tables."
    )


def test_an_import_leaves_one_private_file_and_importing_again_replaces_it(file: Path) -> None:
    imported(file, TEXT.encode())
    stored = file.parent / "data" / NAME
    first = stored.stat()
    imported(file, TEXT.replace("mango", "medlar").encode())
    assert [path.name for path in stored.parent.iterdir()] == [NAME]
    assert stored.stat().st_mode & 0o777 == 0o600
    assert stored.stat().st_ino != first.st_ino
    assert b"medlar" in stored.read_bytes()
    assert b"mango" not in stored.read_bytes()


@pytest.mark.parametrize(
    "damaged",
    [
        TEXT.encode()[: len(TEXT) // 2],
        re.sub(r"\n41\. [^\n]*\n", "\n", TEXT).encode(),
        b"\x00\x01\x02\x03" * 1000,
        COUNTED[: len(COUNTED) // 2],
        "\n\n".join(f"{n}. Well-formed, and foreign." for n in range(1, 108)).encode(),
    ],
    ids=["truncated", "one paragraph missing", "binary", "half a docx", "foreign"],
)
def test_a_damaged_or_foreign_file_changes_nothing_and_says_what_is_wrong(file: Path, damaged: bytes) -> None:
    imported(file, TEXT.encode())
    stored = file.parent / "data" / NAME
    before, content = stored.stat(), stored.read_bytes()
    with pytest.raises(NotImported, match=r"text\.txt(:\d+)?: .+ Nothing was imported\."):
        imported(file, damaged)
    assert (stored.stat().st_ino, stored.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert stored.read_bytes() == content
    assert [path.name for path in stored.parent.iterdir()] == [NAME]


def test_the_text_of_an_older_report_is_not_put_in_place_of_the_newest(file: Path) -> None:
    file.write_text(TEXT)
    with pytest.raises(NotImported, match="It is the text of A/HRC/54/75; the bot answers from A/HRC/99/1"):
        import_text(file, file.parent / NAME, [REPORT, later(REPORT)])
    assert not (file.parent / NAME).exists()


def test_a_file_that_is_not_there_and_a_folder_that_cannot_be_written_are_said(file: Path) -> None:
    with pytest.raises(NotImported, match="cannot be read: No such file"):
        import_text(file, file.parent / NAME, [REPORT])
    with pytest.raises(NotImported, match="cannot be read: Is a directory"):
        import_text(file.parent, file.parent / NAME, [REPORT])
    file.write_text(TEXT)
    with pytest.raises(NotImported, match="cannot be written: "):
        import_text(file, file / "below a file" / NAME, [REPORT])


# The real text


@real_text
def test_the_real_text_has_every_paragraph_and_is_recognised() -> None:
    passages = read(REAL[0].read_bytes(), REAL[0].name)
    assert recognise(passages, [REPORT]) is REPORT
    assert [passage.place for passage in passages if passage.place.isdecimal()] == [str(n) for n in range(1, 108)]
    assert not any(re.search(r"\*|</?[ip]>|\\|\t", passage.text) for passage in passages)


@real_text
@pytest.mark.parametrize(
    ("number", "joined"),
    [
        (28, "and non-governmental organizations, constraining"),
        (68, "participation in key positions"),
        (74, "documentation, education"),
        (89, "separate victims from other"),
        (102, "elections to be held"),
    ],
)
def test_the_real_texts_paragraphs_are_whole_across_pages(number: int, joined: str) -> None:
    assert joined in at(read(REAL[0].read_bytes(), ""), str(number))


@real_text
def test_no_paragraph_of_the_real_text_has_a_footnote_in_it_or_lacks_its_end() -> None:
    for passage in read(REAL[0].read_bytes(), ""):
        if passage.place.isdecimal():
            assert not re.search(r"\n[⁰¹²³⁴⁵⁶⁷⁸⁹]", passage.text), passage.place
            assert re.search(r"[.:][”\"⁰¹²³⁴⁵⁶⁷⁸⁹]*$", passage.text), passage.place


@real_text
def test_the_real_texts_footnotes_annexes_and_tables_are_there() -> None:
    passages = read(REAL[0].read_bytes(), "")
    places = [passage.place for passage in passages]
    notes = [place for place in places if "footnote" in place]
    assert notes == [*(f"footnote {n}" for n in range(1, 36)), "annex I footnote 1", "annex II footnote 1"]
    assert [place for place in places if place.startswith("annex I (")] == [f"annex I ({x})" for x in "abcdefghij"]
    rows = [line for line in at(passages, "table").split("\n") if re.search(r" \| \d+$", line)]
    assert len(rows) == 25 + 1  # the provinces and the percentages; the grand total has a space in it
    trials = [passage for passage in passages if passage.place == "annex III" and passage.text.startswith("Trial of")]
    assert len(trials) == 5
    assert all(re.search(r"\n\d+ [A-Z][a-z]+ (20)?2\d \| ", trial.text) for trial in trials)
    assert places.count("annex II") == 21
