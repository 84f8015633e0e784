"""How dates, numbers, names and codes read on a page."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from config import filters

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ("2019", "2019"),
        ("2019-03", "March 2019"),
        ("2019-03-05", "5 Mar 2019"),
        (date(2026, 11, 24), "24 Nov 2026"),
        ("about 1950", "about 1950"),
        ("2019-02-30", "2019-02-30"),
    ],
)
def test_a_date_shows_no_more_than_is_known(known, words):
    assert filters.partial_date(known) == words


def test_a_moment_names_the_zone_of_the_reader():
    assert filters.moment(NOON) == "24 Nov 2026, 12:00 UTC"
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Vienna")):
        assert filters.moment(late) == "25 Nov 2026, 00:30 CET"
        assert filters.day(late) == "25 Nov 2026"
        assert filters.short_moment(late, now=NOON) == "25 Nov"


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3, minutes=50), "3 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=14), "14 days ago"),
        (timedelta(days=40), "15 Oct 2026"),
        (timedelta(minutes=-5), "in 5 min"),
        (timedelta(days=-2), "in 2 days"),
    ],
)
def test_how_long_ago(distance, words):
    assert filters.ago(NOON - distance, now=NOON) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "no notices"), (1, "1 notice"), (2, "2 notices"), (18204, "18,204 notices")],
)
def test_plurals(count, words):
    assert filters.plural(count, "notice") == words


def test_plurals_of_other_words():
    assert filters.plural(2, "country") == "2 countries"
    assert filters.plural(2, "day") == "2 days"
    assert filters.plural(2, "match") == "2 matches"
    assert filters.plural(2, "person", "people") == "2 people"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("VALTESKU Miron", None),
        ("GÜLVARDAR", None),
        ("Вальтеску Мирон", "und-Cyrl"),
        ("سمیرا نوروزآذین", "und-Arab"),
        ("梁苇素茵", "und-Hani"),
        ("ლიანგვეი", "und-Geor"),
        ("2026/90412 Мирон", "und-Cyrl"),
        ("1979", None),
        ("", None),
    ],
)
def test_the_script_of_a_text_gives_its_language_tag(text, lang):
    assert filters.script_lang(text) == lang


@given(st.text())
def test_any_text_has_a_script_or_none(text):
    lang = filters.script_lang(text)
    assert lang is None or lang.startswith("und-")


def test_spellings_show_once_in_order_with_the_script_they_are_stored_with():
    names = [
        "VALTESKU, Miron",
        "Valtesku  Miron",
        "",
        _Name("Вальтеску Мирон", "Cyrl"),
        _Name("VALTESCU Myron", "Latn"),
    ]
    shown = filters.distinct_names(names)
    assert [(name.text, name.lang) for name in shown] == [
        ("VALTESKU, Miron", None),
        ("Вальтеску Мирон", "und-Cyrl"),
        ("VALTESCU Myron", None),
    ]


def test_a_link_keeps_the_other_filters():
    request = RequestFactory().get("/inbox/?country=RU&country=IR&after=9&q=a%26b")
    link = filters.query_string(request, after=None, view="mine")
    assert link == "?country=RU&country=IR&q=a%26b&view=mine"
    assert filters.query_string(request, country=["TR"], after="", q=None) == (
        "?country=TR"
    )
    nothing = filters.query_string(request, country=None, after=None, q=None)
    assert nothing == "?"


def test_a_role_reads_as_its_name():
    assert filters.role_name("advocacy") == "Advocacy reader"
    assert filters.role_name("auditor") == "Auditor"
    assert filters.role_name("keeper") == "keeper"


def test_pages_escape_and_mails_do_not():
    engine = engines.all()[0]
    page = engine.from_string("{{ name }}").render({"name": "<b>"})
    assert page == "&lt;b&gt;"
    mail = engine.get_template("accounts/mail/reset_link.txt")
    context = {"user": SimpleNamespace(name="O’Neil & Co"), "reset_url": "x?a=1&b=2"}
    assert "O’Neil & Co" in mail.render(context)
    assert "x?a=1&b=2" in mail.render(context)


class _Name:
    def __init__(self, text: str, script: str) -> None:
        self.text, self.script = text, script

    def __str__(self) -> str:
        return self.text
