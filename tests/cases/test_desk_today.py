"""Today: what needs whom, and that each number opens a list of as many rows."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.desk import counting, today
from cases.models import Review
from notices.choices import ChangeKind, Confidentiality
from notices.models import NoticeChange
from tests.cases.review_makers import decided, step
from tests.factories import make_case, make_feed, make_notice

pytestmark = pytest.mark.django_db
STAT = re.compile(
    r'class="stat" href="([^"]+)"><span class="stat-number">([^<]+)</span>'
    r'<span class="stat-label">([^<]+)<'
)
PROPOSAL = {
    "outcome": "not_flagged",
    "reason_code": "ordinary_crime",
    "reason": "A time and a place are named.",
}


def read(client, address="/"):
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def section(page, title):
    """Return the part of the page below a heading."""
    return page.split(f"<h2>{title}</h2>")[1].split("<h2>")[0]


@pytest.fixture
def desk(ana, ben):
    """Reviews in several states; Ana has one and proposed another."""
    made = {}
    for name in ("NEWS", "CHANGED", "WITHANA", "PROPOSED", "HIDDENNAME"):
        notice = make_notice(family_name=name, forename="")
        made[name] = Review.objects.get(notice=notice)
    Review.objects.filter(pk=made["CHANGED"].pk).update(why="changed")
    step(made["WITHANA"], ana, "take")
    step(made["PROPOSED"], ana, "propose", **PROPOSAL)
    type(made["HIDDENNAME"].notice).objects.filter(
        pk=made["HIDDENNAME"].notice_id
    ).update(confidentiality=Confidentiality.RESTRICTED, origin="client")
    return made


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_each_number_opens_a_list_of_as_many_rows(who, desk, request, as_user):
    client = as_user(request.getfixturevalue(who))
    numbers = STAT.findall(client.get("/").content.decode())
    assert len(numbers) == 5
    for href, number, label in numbers:
        page = read(client, unescape(href))
        assert page.count('class="row-link"') == int(number), label
    assert {label: number for _, number, label in numbers}["for review"] == "2"


def test_beyond_the_cap_a_number_says_so_and_no_more(desk, ana, as_user, monkeypatch):
    for module in (counting, today):
        monkeypatch.setattr(module, "CAP", 1)
    numbers = STAT.findall(as_user(ana).get("/").content.decode())
    assert ("1+", "for review") in [number[1:] for number in numbers]
    assert not [label for *_, label in numbers if label.startswith("of these")]


def test_reviewers_see_what_waits_for_their_signature_first(desk, ana, ben, as_user):
    own = make_notice(family_name="BENSOWN", forename="")
    step(Review.objects.get(notice=own), ben, "propose", **PROPOSAL)
    page = read(as_user(ben))
    part = section(page, "Waiting for your signature")
    assert "PROPOSED" in part
    assert f"/notices/{desk['PROPOSED'].notice.key}/decision/" in part
    # One's own proposal is for somebody else to read.
    assert "BENSOWN" not in part
    assert page.index("Waiting for your signature") < page.index("New and changed")
    assert "Waiting for your signature" not in read(as_user(ana))


def test_analysts_see_what_is_with_them_or_where_to_begin(desk, ana, olga, as_user):
    assert "WITHANA" in section(read(as_user(ana)), "With you")
    page = read(as_user(olga))
    assert "<h2>With you</h2>" not in page
    begin = section(page, "Begin here")
    assert "NEWS" in begin
    assert "CHANGED" in begin
    assert "PROPOSED" not in begin
    assert "HIDDENNAME" not in page


def test_lawyers_see_their_files_and_flags_without_one(ana, ben, carla, as_user):
    flagged = make_notice(family_name="FLAGGED", forename="")
    decided(Review.objects.get(notice=flagged), by=ana, signed_by=ben)
    case = make_case(lead=carla)
    other = make_case(lead=ana, level="restricted")
    page = read(as_user(carla))
    assert case.code in section(page, "Case files that name you")
    assert "FLAGGED" in section(page, "Flagged, without a case file")
    assert other.code not in page
    assert "for a second reading" not in page
    assert "/inbox/" not in page


def test_advocacy_sees_public_changes_and_nothing_of_the_desk(desk, dina, as_user):
    now = timezone.now()
    for name in ("NEWS", "HIDDENNAME"):
        NoticeChange.objects.create(
            notice=desk[name].notice, kind=ChangeKind.BACK, at=now
        )
    page = read(as_user(dina))
    assert "NEWS" in section(page, "New and changed, last seven days")
    assert "HIDDENNAME" not in page
    for word in ("for review", "Second reading", "/inbox/", "signature", "Imports"):
        assert word not in page


def test_administrators_see_what_they_look_after_and_no_notice(desk, emil, as_user):
    make_feed().runs.create(created_at=timezone.now())
    page = read(as_user(emil))
    assert 'href="/administration/"' in section(page, "What you look after")
    assert "Imports" in page
    for name in desk:
        assert name not in page


def test_a_notice_is_news_once_however_much_changed(ana, as_user):
    notice = make_notice(family_name="MANYCHANGES", forename="")
    old = make_notice(family_name="LONGAGO", forename="")
    NoticeChange.objects.all().delete()
    now = timezone.now()
    for minutes, field in enumerate(("charge", "birth_date", "charge")):
        NoticeChange.objects.create(
            notice=notice,
            kind=ChangeKind.CHANGED,
            field=field,
            at=now - timedelta(minutes=minutes),
        )
    NoticeChange.objects.create(
        notice=old, kind=ChangeKind.BACK, at=now - timedelta(days=8)
    )
    part = section(read(as_user(ana)), "New and changed, last seven days")
    assert part.count("MANYCHANGES") == 1
    assert "Changed: charge, date of birth" in part
    assert "LONGAGO" not in part


@pytest.mark.parametrize("who", ["ana", "ben", "carla", "dina", "emil"])
def test_the_page_takes_as_many_queries_however_much_there_is(
    who, desk, ana, ben, request, as_user
):
    user = request.getfixturevalue(who)
    client = as_user(user)

    def fill():
        notice = make_notice()
        NoticeChange.objects.create(
            notice=notice, kind=ChangeKind.BACK, at=timezone.now()
        )
        step(Review.objects.get(notice=notice), ana, "take")
        proposed = Review.objects.get(notice=make_notice())
        step(proposed, ana, "propose", **PROPOSAL)
        make_case(lead=user)
        make_feed().runs.create(created_at=timezone.now())

    def queries():
        with CaptureQueriesContext(connection) as captured:
            read(client)
        return len(captured)

    fill()
    few = queries()
    for _ in range(10):
        fill()
    assert queries() == few <= 12
