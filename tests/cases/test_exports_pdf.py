"""The PDF of a case file: what it says, how it is built, and what cannot break it."""

import hashlib
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.exports.document import DISCLAIMER, Event, Text
from cases.exports.pdf import Rendered, render
from tests.cases.documents import (
    ARABIC,
    CHINESE,
    CYRILLIC,
    GEORGIAN,
    PERSIAN,
    RUSSIAN,
    make_document,
    make_notice_part,
)

ROOT = Path(__file__).resolve().parents[2]


def text_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as pdf:
        pages = [page.get_textpage().get_text_range() for page in pdf]
    return "\n".join(pages).replace("\r\n", "\n")


def outline_of(content: bytes) -> list[str]:
    def titles(entries):
        for entry in entries:
            if isinstance(entry, list):
                yield from titles(entry)
            else:
                yield entry.title

    return list(titles(pypdf.PdfReader(io.BytesIO(content)).outline))


def tags_of(content: bytes) -> set[str]:
    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                yield from walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                yield node["/S"]
            if "/K" in node:
                yield from walk(node["/K"])

    root = pypdf.PdfReader(io.BytesIO(content)).trailer["/Root"]
    return set(walk(root["/StructTreeRoot"]["/K"]))


@pytest.fixture(scope="module")
def rendered() -> Rendered:
    return render(make_document())


@pytest.mark.parametrize(
    "words", [CYRILLIC, ARABIC, PERSIAN, CHINESE, GEORGIAN, RUSSIAN]
)
def test_text_in_every_script_comes_back_exactly(rendered, words):
    assert words in text_of(rendered.content)


def test_the_cover_says_who_for_whom_and_that_nobody_is_found_guilty(rendered):
    with pypdfium2.PdfDocument(rendered.content) as pdf:
        cover = pdf[0].get_textpage().get_text_range()
    for words in (
        "KESTREL-7",
        CYRILLIC,
        CHINESE,
        "Named people only",
        "Internal copy",
        "The reading group",
        "3f9ac1d2" * 8,
        "Demo: people are invented",
        DISCLAIMER,
        f"page 1 of {rendered.pages}",
    ):
        assert words in cover


def test_every_page_carries_its_number_and_the_mark(rendered):
    with pypdfium2.PdfDocument(rendered.content) as pdf:
        assert len(pdf) == rendered.pages
        for number, page in enumerate(pdf, start=1):
            text = page.get_textpage().get_text_range()
            assert f"page {number} of {rendered.pages}" in text
            assert "Named people only" in text


def test_it_is_tagged_archival_and_bookmarked(rendered):
    root = pypdf.PdfReader(io.BytesIO(rendered.content)).trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2<" in metadata
    assert "<pdfaid:conformance>A<" in metadata
    assert "<pdfuaid:part>1<" in metadata
    assert root["/Lang"] == "en-GB"
    assert {"/Document", "/H1", "/H2", "/Table", "/TH", "/TD", "/BlockQuote"} <= (
        tags_of(rendered.content)
    )
    assert outline_of(rendered.content)[:3] == [
        "1 Summary of the person",
        "1.1 Names",
        "2 Notices",
    ]


def test_the_title_holds_the_code_name_and_no_name_of_a_person(rendered):
    metadata = pypdf.PdfReader(io.BytesIO(rendered.content)).metadata
    assert metadata.title == "KESTREL-7: Internal copy"
    assert "VALTESKU" not in str(dict(metadata))


def test_findings_state_strength_level_and_unverified_articles(rendered):
    text = text_of(rendered.content)
    assert "may decide · alleged" in text
    assert "RPD Art. 83(1)(a)(i) · not verified against the primary text" in text
    assert "Not known" in text


def test_a_section_the_profile_does_not_hold_leaves_no_heading():
    content = render(make_document(notes=None, members=None, decisions=None)).content
    titles = " ".join(outline_of(content))
    assert "Chronology" in titles
    for heading in ("Notes", "People with access", "Review decision"):
        assert heading not in titles


def test_an_empty_section_says_that_nothing_is_recorded():
    content = render(make_document(chronology=(), notes=())).content
    text = text_of(content)
    assert "Nothing is recorded yet." in text
    assert "No note is recorded." in text


def test_same_document_gives_same_bytes_in_another_process(rendered):
    script = (
        "import hashlib;from tests.cases.documents import make_document;"
        "from cases.exports.pdf import render;"
        "print(hashlib.sha256(render(make_document()).content).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "4711"},
    )
    assert run.stdout.strip() == hashlib.sha256(rendered.content).hexdigest()


def test_text_from_outside_stays_text():
    hostile = (
        '#read("/etc/passwd") *bold* $x^2$ #eval("1") = Heading\n<pages> @ref '
        '#image("case.typ") \\u{41} https://example.org/ `code` // comment'
    )
    content = render(make_document(notices=(make_notice_part(hostile, "en"),))).content
    text = " ".join(text_of(content).split())
    assert '#read("/etc/passwd") *bold* $x^2$ #eval("1") = Heading' in text
    assert '#image("case.typ") \\u{41}' in text
    assert "root:" not in text


def test_unknown_letters_are_replaced_visibly_and_named():
    event = Event("2024", "event", Text("한국 and 😀 end"), Text(""))
    result = render(make_document(chronology=(event,)))
    assert "\ufffd\ufffd and \ufffd end" in text_of(result.content)
    (lost,) = result.replaced
    assert lost.place == "chronology entry 1, text"
    assert "U+1F600 GRINNING FACE" in lost.letters
    assert lost.count == 3
    assert "U+1F600 GRINNING FACE" in text_of(result.content)


def test_controls_and_lone_surrogates_do_not_stop_the_export():
    event = Event("2024", "event", Text("a\x00b\ud800c\u202ed\ufeffe\rf"), Text("\x1b"))
    result = render(make_document(chronology=(event,)))
    text = text_of(result.content)
    assert "a\ufffdb\ufffdcde" in text
    assert "\u202e" not in text
    assert {lost.place for lost in result.replaced} == {
        "chronology entry 1, text",
        "chronology entry 1, source",
    }


def test_a_language_code_that_is_none_is_left_out():
    event = Event("2024", "event", Text(PERSIAN, 'fa"#'), Text("", "x" * 400))
    assert PERSIAN in text_of(render(make_document(chronology=(event,))).content)


def test_a_long_file_keeps_its_numbers_and_time():
    events = tuple(
        Event(
            f"{1990 + at % 30}", "event", Text(f"{RUSSIAN} {at}. " * 5), Text("paper")
        )
        for at in range(400)
    )
    result = render(make_document(chronology=events))
    assert result.pages > 30
    assert f"page {result.pages} of {result.pages}" in text_of(result.content)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=12))
def test_no_text_at_all_can_stop_an_export(text, lang):
    document = make_document(
        chronology=(Event(text, text, Text(text, lang), Text(text, lang)),),
        purpose=Text(text, lang),
    )
    result = render(replace(document, notices=(make_notice_part(text, lang),)))
    assert result.content.startswith(b"%PDF")
