"""The pages of one notice and of its person: who sees what, where they lead on."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Review
from notices.choices import Confidentiality, FactKind, Level
from notices.models import (
    Charge,
    Finding,
    NoticeGrant,
    NoticeVersion,
    Person,
    PersonFact,
    PersonName,
    RawRecord,
    Screening,
    Warrant,
)
from tests.factories import NOON, make_case, make_feed, make_notice

pytestmark = pytest.mark.django_db
TABS = ("", "warrants/", "screening/", "versions/", "received/", "history/")


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


def ranked(*names):
    """Make notices of these names, the first standing highest in the inbox."""
    made = {}
    for place, name in enumerate(names):
        made[name] = make_notice(family_name=name, forename="", issuer="RU")
        Review.objects.filter(notice=made[name]).update(rank=100 - place)
    return made


def neighbours(page):
    found = {
        unescape(label): href
        for href, label in re.findall(
            r'href="([^"]+)" data-key="[jk]"[^>]*><span>(\w+)</span>', page
        )
    }
    return found.get("Previous"), found.get("Next")


def test_a_notice_leads_on_in_the_list_one_came_from(ana, as_user):
    made = ranked("FIRST", "SECOND", "THIRD")
    make_notice(family_name="ELSEWHERE", issuer="TR")
    back = "?back=country%3DRU%26state%3Dwaiting"
    client = as_user(ana)
    page = read(client, f"/notices/{made['SECOND'].key}/{back}")
    before, after = neighbours(page)
    assert before == f"/notices/{made['FIRST'].key}/{back}"
    assert after == f"/notices/{made['THIRD'].key}/{back}"
    assert neighbours(read(client, before)) == (
        None,
        f"/notices/{made['SECOND'].key}/{back}",
    )
    assert neighbours(read(client, after))[1] is None
    assert neighbours(read(client, f"/notices/{made['SECOND'].key}/")) == (None, None)


def test_neighbours_are_only_those_one_may_see(ana, olga, as_user):
    made = ranked("FIRST", "HIDDENNAME", "THIRD")
    hidden = made["HIDDENNAME"]
    type(hidden).objects.filter(pk=hidden.pk).update(
        confidentiality=Confidentiality.RESTRICTED, origin="client"
    )
    NoticeGrant.objects.create(notice=hidden, user=ana)
    address = f"/notices/{made['FIRST'].key}/?back=state%3Dwaiting"
    assert hidden.key in neighbours(read(as_user(ana), address))[1]
    assert made["THIRD"].key in neighbours(read(as_user(olga), address))[1]
    assert hidden.key not in read(as_user(olga), address)


@pytest.mark.parametrize("back", ["state=gone", "country=XX&a=b", "%00", "x" * 900])
def test_a_strange_way_back_is_no_error(back, ana, as_user):
    notice = make_notice()
    page = as_user(ana).get(f"/notices/{notice.key}/", {"back": back})
    assert page.status_code in (200, 400)


def test_a_notice_that_the_desk_has_not_taken_in_still_opens(ana, dina, as_user):
    notice = make_notice(review=False)
    for tab in TABS:
        page = read(as_user(ana), f"/notices/{notice.key}/{tab}")
        assert "VALTESKU" in page
    assert "Not in the inbox yet" in page
    assert read(as_user(dina), f"/notices/{notice.key}/")
    assert as_user(ana).get(f"/notices/{notice.key}/decision/").status_code == 404


def test_who_has_no_name_reads_well_everywhere(ana, as_user):
    person = Person.objects.create(display_name="", search_name="", birth_date=None)
    notice = make_notice(
        person=person, family_name=None, forename=None, birth_date=None
    )
    client = as_user(ana)
    for path in (
        "/",
        "/inbox/",
        "/notices/",
        "/people/",
        "/countries/RU/",
        f"/people/{person.key}/",
        f"/notices/{notice.key}/",
        f"/notices/{notice.key}/decision/",
    ):
        page = read(client, path)
        assert "Name not stated" in page or "name not stated" in page, path
        # One of the bands that can be chosen is called so.
        assert not re.search(r">\s*None\s*<(?!/option)", page), path


@pytest.fixture
def marked():
    """A notice whose marks changed and whose record was kept."""
    notice = make_notice(distinguishing_marks="scar after an operation")
    record = RawRecord.objects.create(
        feed=make_feed(),
        run=make_feed().runs.create(created_at=NOON),
        notice=notice,
        received_at=NOON,
        source="list-1.json",
        row=3,
        text='{"distinguishing_marks": "scar after an operation"}',
        sha256="a" * 64,
    )
    values = {"family_name": "VALTESKU", "distinguishing_marks": "scar after"}
    NoticeVersion.objects.create(
        notice=notice, number=2, seen_at=NOON, values=values, record=record
    )
    return notice


@pytest.mark.parametrize("tab", ["", "versions/", "received/"])
def test_health_data_is_shown_when_it_is_asked_for(tab, marked, ana, as_user):
    page = read(as_user(ana), f"/notices/{marked.key}/{tab}").split("<main")[1]
    assert "scar after" in page
    outside = re.sub(
        r"<details(?! class=\"rail)[^>]*>.*?</details>", "", page, flags=re.S
    )
    assert "scar after" not in outside


def test_what_was_received_is_for_readers_of_findings(
    marked, ana, ben, carla, dina, as_user
):
    address = f"/notices/{marked.key}/received/"
    for user in (ana, ben, carla):
        assert "list-1.json" in read(as_user(user), address)
    assert f'href="/runs/{marked.records.get().run_id}/"' not in read(
        as_user(carla), address
    )
    assert as_user(dina).get(address).status_code == 404
    assert "As received" not in read(as_user(dina), f"/notices/{marked.key}/")


def test_a_charge_in_english_asks_for_no_translation(ana, as_user):
    charge = "Fraud against a company on 4 May 2019 in the city of Perm"
    notice = make_notice(charge=charge)
    page = read(as_user(ana), f"/notices/{notice.key}/warrants/")
    assert charge in page
    assert "no translation yet" not in page
    foreign = make_notice(charge="Мошенничество в особо крупном размере")
    page = read(as_user(ana), f"/notices/{foreign.key}/warrants/")
    assert "no translation yet" in page


def test_a_flag_leads_to_its_case_file(ana, ben, carla, as_user):
    notice = make_notice()
    Review.objects.filter(notice=notice).update(
        state="flagged",
        outcome="flagged",
        proposed_by=ana,
        decided_by=ben,
        decided_at=NOON,
    )
    page = read(as_user(carla), f"/notices/{notice.key}/")
    assert f'href="/cases/new/{notice.key}/"' in page
    case = make_case(lead=carla, notice=notice)
    page = read(as_user(carla), f"/notices/{notice.key}/")
    assert case.code in page
    assert "/cases/new/" not in page


def fill(notice, ana, number):
    """Add `number` of everything that a notice and its person can have."""
    screening, _ = Screening.objects.get_or_create(
        notice=notice,
        defaults={
            "rules_version": "2026.1",
            "made_at": NOON,
            "input_hash": "x",
            "breach_band": "some",
            "article_band": "some",
            "evidence_band": "none",
        },
    )
    run = make_feed().runs.create(created_at=NOON)
    for one in range(number):
        tag = f"{notice.warrants.count()}-{one}"
        warrant = Warrant.objects.create(
            notice=notice, issuer_id="TR", fingerprint=f"{tag:0>64}"
        )
        Charge.objects.create(warrant=warrant, text=f"Fraud {tag}", language="en")
        Finding.objects.create(
            screening=screening,
            indicator="I05",
            strength=2,
            level=Level.ALLEGED,
            reason="Words",
        )
        latest = notice.versions.first().number
        NoticeVersion.objects.create(
            notice=notice, number=latest + 1, seen_at=NOON, run=run, values={}
        )
        PersonName.objects.create(
            person=notice.person, family_name=f"ALIAS {tag}", script="Latn"
        )
        PersonFact.objects.create(
            person=notice.person,
            kind=FactKind.OTHER,
            value="other",
            level=Level.DOCUMENTED,
            source="Letter",
            recorded_by=ana,
            recorded_at=NOON,
        )
        make_notice(person=notice.person)
        RawRecord.objects.create(
            feed=make_feed(),
            run=run,
            notice=notice,
            received_at=NOON,
            source="x",
            text="{}",
            sha256="b" * 64,
        )


@pytest.mark.parametrize("who", ["ana", "ben", "carla", "dina"])
def test_records_take_as_many_queries_however_much_they_hold(who, request, as_user):
    ana = request.getfixturevalue("ana")
    client = as_user(request.getfixturevalue(who))
    notice = make_notice()
    back = "?back=state%3Dwaiting"
    pages = [f"/notices/{notice.key}/{tab}{back}" for tab in TABS]
    pages += [f"/people/{notice.person.key}/", f"/notices/{notice.key}/decision/{back}"]

    def queries(path):
        with CaptureQueriesContext(connection) as captured:
            status = client.get(path).status_code
        assert status in (200, 403, 404)
        return len(captured)

    fill(notice, ana, 2)
    for path in pages:
        # A refusal is recorded once a minute: only the first look costs that.
        client.get(path)
    few = {path: queries(path) for path in pages}
    fill(notice, ana, 48)
    assert {path: queries(path) for path in pages} == few
    assert max(few.values()) <= 15, few
