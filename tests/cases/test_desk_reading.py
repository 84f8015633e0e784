"""The desk's lists and records: who finds what, by which filter, at what cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Review
from notices.choices import Confidentiality
from notices.models import Notice, NoticeGrant, PersonName
from tests.factories import make_notice, make_person

PAGES = (
    "/",
    "/inbox/",
    "/inbox/?view=all",
    "/inbox/counts/",
    "/notices/",
    "/people/",
    "/people/?name=valtesku",
    "/countries/",
    "/countries/RU/",
    "/search/?q=valtesku",
)
# Named filters that must not get lost: query string and rows of the data below.
GOLDEN = {
    "everything": ("view=all", 5),
    "waiting": ("state=waiting", 4),
    "for a second reading": ("state=proposed", 1),
    "waiting or proposed": ("state=waiting&state=proposed", 5),
    "from Russia": ("view=all&country=RU", 2),
    "from Türkiye": ("view=all&country=TR", 2),
    "from the court": ("view=all&country=914", 1),
    "Russians": ("view=all&nationality=RU", 2),
    "speech": ("view=all&offence=speech_press", 2),
    "fraud": ("view=all&offence=fraud", 1),
    "strong": ("view=all&band=strong", 1),
    "insufficient": ("view=all&band=insufficient", 1),
    "new": ("view=all&why=new", 4),
    "changed": ("view=all&why=changed", 1),
    "to nobody": ("view=all&assigned=nobody", 4),
    "red": ("view=all&kind=red", 5),
    "no longer listed": ("view=all&listing=no_longer_listed", 1),
    "since today": ("view=all&since=2026-11-24", 5),
    "by words": ("view=all&text=fraud", 1),
    "by a Cyrillic name": ("view=all&name=Вальтеску", 1),
}


@pytest.fixture
def desk(ana, ben):
    """Five notices that differ in one way each."""
    speech = make_notice(issuer="RU", offence_classes=["speech_press"])
    other = {"family_name": "DEMIRFENER", "forename": "Teoman"}
    strong = make_notice(
        issuer="TR", article_band="strong", offence_classes=["speech_press"], **other
    )
    fraud = make_notice(
        issuer="TR",
        charge="Fraud on a large scale",
        offence_classes=["fraud"],
        breach_band="insufficient",
        **other,
    )
    gone = make_notice(issuer="RU", listing="no_longer_listed", **other)
    court = make_notice(issuer="914", **other)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_notice SET search = to_tsvector('simple', charge_summary)"
        )
    Review.objects.filter(notice=strong).update(
        state="proposed", proposed_by=ben, outcome="flagged"
    )
    Review.objects.filter(notice=gone).update(assignee=ana)
    Review.objects.filter(notice=court).update(why="changed")
    return speech, strong, fraud, gone, court


def rows(page: str) -> int:
    return page.count('class="row-link"')


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_filters(name, desk, ana, as_user):
    query, expected = GOLDEN[name]
    answer = as_user(ana).get(f"{reverse('inbox')}?{query}")
    assert answer.status_code == 200
    assert rows(answer.content.decode()) == expected


@pytest.mark.parametrize(
    "query",
    ["country=XX", "state=gone", "since=yesterday", "band=7", "since=2026-02-31"],
)
def test_a_value_that_cannot_be_is_said_at_its_field(query, desk, ana, as_user):
    answer = as_user(ana).get(f"{reverse('inbox')}?{query}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "There is a problem" in page
    assert rows(page) == 0


def test_filters_that_do_not_exist_are_named(desk, ana, as_user):
    page = as_user(ana).get("/inbox/?view=all&colour=red").content.decode()
    assert "colour" in page


def test_pages_follow_each_other_without_loss(ana, as_user):
    person = make_person()
    for _ in range(120):
        make_notice(person=person)
    client, address, seen = as_user(ana), "/inbox/?state=waiting", []
    while address:
        page = client.get(address).content.decode()
        seen += [
            part.split("/")[0].split("?")[0]
            for part in page.split('class="row-link" href="/inbox/notice/')[1:]
        ]
        _, _, rest = page.partition('rel="next" href="')
        address = rest.split('"')[0].replace("&amp;", "&") if rest else ""
        address = f"/inbox/{address}" if address.startswith("?") else address
    assert len(seen) == len(set(seen)) == 120


def test_a_restricted_notice_is_there_for_those_it_names_alone(ana, olga, as_user):
    hidden = make_notice(
        family_name="ZVONOGORTSEV",
        issuer="KZ",
        confidentiality=Confidentiality.RESTRICTED,
    )
    NoticeGrant.objects.create(notice=hidden, user=ana)
    make_notice(issuer="RU")
    for path in (
        "/inbox/?view=all",
        "/notices/",
        "/people/?name=zvonogortsev",
        "/search/?q=zvonogortsev",
        "/countries/KZ/",
    ):
        assert "ZVONOGORTSEV" in as_user(ana).get(path).content.decode(), path
        assert "ZVONOGORTSEV" not in as_user(olga).get(path).content.decode(), path
    for path in (f"/notices/{hidden.key}/", f"/people/{hidden.person.key}/"):
        assert as_user(ana).get(path).status_code == 200
        assert as_user(olga).get(path).status_code == 404
    assert "Kazakhstan" not in as_user(olga).get("/countries/").content.decode()


def test_advocacy_reads_notices_and_nothing_we_make_of_them(desk, dina, as_user):
    client = as_user(dina)
    notice = desk[1]
    page = client.get(f"/notices/{notice.key}/").content.decode()
    assert "DEMIRFENER" in page
    for word in ("Article 2/3", "Rule breach", "Second reading", "Reads as", "Facts"):
        assert word not in page
    for tab in ("screening", "received", "history"):
        assert client.get(f"/notices/{notice.key}/{tab}/").status_code == 404
    assert client.get("/inbox/").status_code == 403
    # A filter on findings narrows nothing for them, so it tells nothing.
    assert rows(client.get("/notices/?band=strong").content.decode()) in (0, 5)


def test_names_that_colleagues_entered_stay_with_readers_of_findings(
    ana, dina, as_user
):
    person = make_notice(family_name="LARKMERE", forename="Isolde").person
    PersonName.objects.create(
        person=person,
        kind="original",
        source="person",
        family_name="Сребролист",
        script="Cyrl",
    )
    person.search_name += " srebrolist"
    person.save()
    for path in (
        "/people/?name=srebrolist",
        "/search/?q=Сребролист",
        f"/people/{person.key}/",
        f"/notices/{person.notices.get().key}/",
    ):
        assert "Сребролист" in as_user(ana).get(path).content.decode(), path
    for path in (f"/people/{person.key}/", f"/notices/{person.notices.get().key}/"):
        assert "Сребролист" not in as_user(dina).get(path).content.decode(), path
    for path in ("/people/?name=srebrolist", "/search/?q=Сребролист"):
        assert "LARKMERE" not in as_user(dina).get(path).content.decode(), path
    assert rows(as_user(dina).get("/notices/?name=srebrolist").content.decode()) == 0
    assert rows(as_user(ana).get("/notices/?name=srebrolist").content.decode()) == 1


def test_an_administrator_opens_no_notice(desk, emil, as_user):
    for path in ("/inbox/", "/notices/", f"/notices/{desk[0].key}/", "/people/"):
        assert as_user(emil).get(path).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_pages_take_as_many_queries_for_20_rows_as_for_2(path, ana, as_user):
    client = as_user(ana)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    for _ in range(2):
        make_notice()
    few = queries()
    for _ in range(18):
        make_notice()
    assert queries() == few <= 12
    assert Notice.objects.count() == 20
