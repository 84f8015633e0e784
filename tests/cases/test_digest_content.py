"""What a digest says, how much of it, and that its two forms say the same."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.choices import Role
from cases.digests.letter import shares
from cases.digests.safe_text import one_line
from cases.models import Digest, DigestItem
from notices.choices import ChangeKind
from notices.models import FeedRun, NoticeChange
from tests.cases.digest_makers import (
    BEFORE,
    MONDAY,
    choose,
    confirm_flag,
    delivery_of,
    follow_country,
    follow_filter,
    follow_person,
    make_change,
    send,
)
from tests.factories import NOON, make_feed, make_notice, make_person, make_user

pytestmark = pytest.mark.django_db

NASTY = (
    'Extremism <b>"x"</b>\r\nBcc: all@example.org\n\n'
    "2. You follow \u202eevil\u2066 & \x07"
)


class Words(HTMLParser):
    """The words of an HTML mail, each link followed by its address."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._links: list[str] = []
        self._skip = False

    def handle_starttag(self, tag, attrs):
        self._skip = tag in ("style", "title")
        if tag == "a":
            self._links.append(dict(attrs)["href"])
        self.text.append(" ")

    def handle_endtag(self, tag):
        self._skip = False
        self.text.append(f" {self._links.pop()} " if tag == "a" else " ")

    def handle_data(self, data):
        if not self._skip:
            self.text.append(data)


def words(text: str) -> list[str]:
    return re.findall(r"https?://\S+|\w+", text)


def words_of_html(html: str) -> list[str]:
    parser = Words()
    parser.feed(html)
    return words("".join(parser.text))


@pytest.fixture
def ana():
    return make_user("Ana Lindqvist", Role.ANALYST)


def test_it_says_why_it_comes_what_was_and_what_is(ana, mail_sink):
    notice = make_notice(reference="2026/90412")
    NoticeChange.objects.all().delete()
    follow_country(ana, note="ask Ben first")
    make_change(notice)

    assert send() == {"due": 1, "sent": 1}

    mail = mail_sink.arrived[0]
    assert mail.message["Subject"] == "Tracker: 1 change since 16 Nov"
    text = mail.part("plain")
    assert "1. You follow Russia.\n   Your note: “ask Ben first”" in text
    assert "CHANGED\n   VALTESKU Miron, Red notice 2026/90412, Russia" in text
    assert "/notices/2026-90412/" in text
    assert "Charge was “incitement”, now “incitement; fraud”. Seen 24 Nov 2026." in text
    assert "Sent every Monday at 07:00 (UTC)." in text


def test_no_longer_listed_is_said_not_to_be_a_finding(ana, mail_sink):
    notice = make_notice()
    follow_person(ana, notice.person)
    make_change(notice, kind=ChangeKind.NO_LONGER_LISTED, field="")

    send()

    text = mail_sink.arrived[0].part("plain")
    assert "NO LONGER PUBLICLY LISTED" in text
    assert "No longer publicly listed since 24 Nov 2026. This is not a finding." in text
    assert "deleted" not in text


def test_a_notice_that_was_missing_once_is_not_news(ana, mail_sink):
    notice = make_notice()
    NoticeChange.objects.all().delete()
    follow_country(ana)
    make_change(notice, kind=ChangeKind.MISSING, field="")

    assert send() == {"due": 1, "empty": 1}


def test_a_person_stands_before_a_filter_before_a_country_and_each_event_once(
    ana, mail_sink
):
    follow_country(ana)
    follow_filter(ana, "country=RU&name=orel", title="RU, speech charges")
    person = make_person("NOROUZAZIN", "Samira")
    follow_person(ana, person)
    make_notice(person=person, family_name="NOROUZAZIN", forename="Samira")
    make_notice(family_name="OREL", charge="Incitement in posts")
    make_notice(family_name="BRANDT", charge="Theft of a car")

    assert send() == {"due": 1, "sent": 1}

    text = mail_sink.arrived[0].part("plain")
    order = [
        "You follow NOROUZAZIN Samira",
        "RU, speech charges",
        "OREL",
        "You follow Russia",
    ]
    places = [text.index(part) for part in [*order, "BRANDT"]]
    assert places == sorted(places)
    assert [text.count(name) for name in ("OREL", "BRANDT")] == [1, 1]
    assert DigestItem.objects.filter(reader=ana).count() == 3


def test_what_happened_before_the_follow_or_is_older_than_35_days_is_not_told(
    ana, mail_sink
):
    notice = make_notice()
    NoticeChange.objects.all().delete()
    follow_country(ana)
    make_change(notice, at=BEFORE - timedelta(seconds=1))
    choose(ana)

    assert send() == {"due": 1, "empty": 1}
    assert send(MONDAY + timedelta(days=35)) == {"due": 1, "empty": 1}
    assert mail_sink.arrived == []


def test_a_change_that_was_committed_late_is_told_by_the_next_digest(ana, mail_sink):
    notice = make_notice()
    follow_country(ana)
    assert send() == {"due": 1, "sent": 1}

    make_change(notice, at=NOON - timedelta(days=1), after="a late row")
    assert send(MONDAY + timedelta(days=7)) == {"due": 1, "sent": 1}

    assert "a late row" in mail_sink.arrived[1].part("plain")
    assert "since 30 Nov" in mail_sink.arrived[1].message["Subject"]


def test_an_import_that_was_undone_is_news_only_to_those_who_were_told(ana, mail_sink):
    ben = make_user("Ben Okafor", Role.REVIEWER)
    feed = make_feed()
    run = FeedRun.objects.create(feed=feed, created_at=NOON, state="complete")
    notice = make_notice()
    NoticeChange.objects.all().delete()
    make_change(notice, run=run)
    follow_country(ana)
    assert send() == {"due": 1, "sent": 1}

    FeedRun.objects.update(state="undone", undone_at=MONDAY)
    make_change(notice, run=run, kind=ChangeKind.UNDONE, field="", at=MONDAY)
    follow_country(ben)
    assert send(MONDAY + timedelta(days=7)) == {"due": 2, "sent": 1, "empty": 1}

    text = mail_sink.mails_to(ana.email)[1].part("plain")
    assert "An import was undone on 30 Nov 2026" in text
    assert mail_sink.mails_to(ben.email) == []


def test_a_confirmed_flag_is_told_once_it_stands(ana, mail_sink):
    ben = make_user("Ben Okafor", Role.REVIEWER)
    notice = make_notice()
    NoticeChange.objects.all().delete()
    follow_country(ben)
    confirm_flag(notice, by=ana, signed_by=ben)

    assert send() == {"due": 1, "sent": 1}

    text = mail_sink.arrived[0].part("plain")
    assert "FLAG CONFIRMED" in text
    assert "Two colleagues agreed on 24 Nov 2026: likely politically motivated." in text
    assert send(MONDAY + timedelta(days=7)) == {"due": 1, "empty": 1}


def test_500_events_and_40_follows_are_one_mail_of_bounded_size(
    ana, mail_sink, django_assert_max_num_queries
):
    people = [make_person(f"PERSON{n}", "Invented") for n in range(39)]
    for person in people:
        follow_person(ana, person)
    follow_country(ana)
    notices = [make_notice(person=person, charge="x" * 3000) for person in people]
    notices.append(make_notice(charge="x" * 3000))
    NoticeChange.objects.all().delete()
    NoticeChange.objects.bulk_create(
        NoticeChange(
            notice=notices[n % 40],
            kind=ChangeKind.CHANGED,
            at=NOON + timedelta(minutes=n),
            field="charge",
            before="y" * 3000,
            after=f"event {n} " + "z" * 3000,
        )
        for n in range(500)
    )

    with django_assert_max_num_queries(44):
        assert send() == {"due": 1, "sent": 1}

    assert len(mail_sink.arrived) == 1
    mail = mail_sink.arrived[0]
    assert mail.message["Subject"] == "Tracker: 500 changes since 16 Nov"
    text = mail.part("plain")
    assert "And 460 more in all.\nRead them: http" in text
    assert text.count("You follow") == 40
    assert len(mail.raw) < 150_000
    assert DigestItem.objects.filter(reader=ana).count() == 500
    assert send(MONDAY + timedelta(days=7)) == {"due": 1, "empty": 1}


def test_text_and_html_have_the_same_words_and_links_in_the_same_order(
    ana, mail_sink, settings
):
    settings.DEMO = True
    ben = make_user("Ben Okafor", Role.REVIEWER)
    person = make_person("نوروزعظیم", "سمیرا", script="Arab")
    follow_person(ben, person, note=NASTY[:200])
    follow_country(ben, note="ask <Ana> & Carla")
    notice = make_notice(person=person, family_name="نوروزعظیم", charge=NASTY)
    make_change(notice, before=None, after="تبلیغ علیه نظام")
    make_change(notice, field="birth_date", before="1979", after=None)
    for n in range(50):
        make_notice(family_name=f"OREL{n}", forename="<i>Ян</i>", charge=NASTY)
    confirm_flag(notice, by=ana, signed_by=ben)

    assert send() == {"due": 1, "sent": 1}

    mail = mail_sink.arrived[0]
    assert words(mail.part("plain")) == words_of_html(mail.part("html"))
    assert len(words(mail.part("plain"))) > 500


def test_text_from_outside_cannot_forge_lines_markup_or_direction(ana, mail_sink):
    make_notice(charge=NASTY)
    follow_country(ana, note=NASTY)

    send()

    mail = mail_sink.arrived[0]
    assert mail.message["Bcc"] is None
    text, html = mail.part("plain"), mail.part("html")
    assert not re.search(r"^(2\. You follow|Bcc:)", text, re.MULTILINE)
    assert not set(text + html) & set("\u202e\u2066\x07\r")
    assert "<b>" not in html and "&lt;b&gt;" in html
    assert "<img" not in html and "http-equiv" not in html and "<script" not in html


def test_nothing_in_the_headers_comes_from_outside(ana, mail_sink):
    make_notice(family_name="SECRET\r\nBcc: x@example.org")
    follow_country(ana, note="SECRET")

    send()

    headers = str(mail_sink.arrived[0].message.items())
    assert "SECRET" not in headers
    assert "Russia" not in headers


@given(st.text(max_size=400))
def test_any_text_becomes_one_clean_line(text: str):
    line = one_line(text, limit=100)

    assert len(line) <= 102
    assert line.encode().decode() == line
    assert line.splitlines() in ([], [line])
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200e\u200f")
    assert one_line(line.strip("\u2068\u2069"), limit=100) == line


@given(st.lists(st.integers(0, 500), max_size=60))
def test_every_group_gets_one_place_before_any_gets_two(counts: list[int]):
    given_places = shares(counts)

    assert sum(given_places) == min(40, sum(counts))
    assert all(got <= count for got, count in zip(given_places, counts, strict=True))
    wanting = [
        got for got, count in zip(given_places, counts, strict=True) if got < count
    ]
    assert not wanting or max(given_places) - min(wanting) <= 1


def test_the_words_are_kept_with_the_stop_address_left_out(ana, mail_sink):
    make_notice()
    follow_country(ana)
    send()

    digest = Digest.objects.get(reader=ana)
    sent = mail_sink.arrived[0].part("plain")
    assert "/u/TOKEN/" in digest.text and "/u/TOKEN/" in digest.html
    assert "/u/TOKEN/" not in sent
    assert delivery_of(ana).state == "sent"
