"""The search over everything and the palette: what is found, and by whom."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notices.choices import Confidentiality
from tests.factories import make_case, make_notice, make_person

pytestmark = pytest.mark.django_db


def text(answer):
    return unescape(answer.content.decode())


@pytest.fixture
def known():
    notice = make_notice(
        person=make_person("Щукин", "Осип", script="Cyrl"),
        charge="Fraud with forged seals",
        reference="2026/90412",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_notice SET search = to_tsvector('simple', charge_summary)"
        )
    return notice


@pytest.mark.parametrize("asked", ["2026/90412", " 2026-90412 ", "2026 / 90412"])
def test_an_exact_number_jumps(asked, known, dina, as_user):
    answer = as_user(dina).get("/search/", {"q": asked})
    assert answer.url == f"/notices/{known.key}/"


def test_an_exact_code_name_jumps_for_who_may_see_the_file(known, ana, carla, as_user):
    make_case(lead=carla, notice=known, code="KESTREL-7", level="restricted")
    assert as_user(carla).get("/search/?q=kestrel-7").url == "/cases/KESTREL-7/"
    outside = as_user(ana).get("/search/?q=KESTREL-7")
    assert outside.status_code == 200
    assert "Nothing found" in text(outside)
    assert "KESTREL" not in text(as_user(ana).get("/palette/?q=KESTREL"))


@pytest.mark.parametrize("asked", ["Щукин", "shchukin", "Osip SHCHUKIN"])
def test_people_are_found_in_any_script_and_it_says_what_matched(
    asked, known, dina, as_user
):
    for address in ("/search/", "/palette/"):
        page = text(as_user(dina).get(address, {"q": asked}))
        assert f"/people/{known.person.key}/" in page
        assert "Щукин" in page


def test_results_stand_in_groups(known, dina, as_user):
    page = text(as_user(dina).get("/search/?q=forged+seals"))
    assert "Notices whose charges say so" in page
    assert "2026/90412" in page
    assert "<h2>People</h2>" not in page
    assert "Nothing found" in text(as_user(dina).get("/search/?q=qqxzwv"))


def test_what_is_hidden_is_not_found_by_any_word(known, ana, olga, as_user):
    hidden = make_notice(
        family_name="ZAKRYTOV",
        confidentiality=Confidentiality.RESTRICTED,
        reference="2026/90499",
    )
    hidden.grants.create(user=ana)
    for asked in ("zakrytov", "2026/90499"):
        for address in ("/search/", "/palette/"):
            answer = as_user(olga).get(address, {"q": asked})
            assert answer.status_code == 200
            assert hidden.key not in text(answer)
            assert "ZAKRYTOV" not in text(answer)
    assert as_user(ana).get("/search/?q=2026/90499").url == f"/notices/{hidden.key}/"


def test_the_palette_keeps_the_ten_that_were_read_last(ana, olga, as_user):
    made = [make_notice(family_name=f"READ{n}") for n in range(12)]
    client = as_user(ana)
    for notice in (*made, made[5]):
        client.get(f"/notices/{notice.key}/")
    page = text(client.get("/palette/"))
    order = [n for n in range(12) if f"READ{n} " in page]
    assert order == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert page.index("READ5 ") < page.index("READ11 ")
    # What one may not see any more is not there, and it is nobody else's list.
    made[5].confidentiality = Confidentiality.RESTRICTED
    made[5].save()
    assert "READ5 " not in text(client.get("/palette/"))
    assert "READ" not in text(as_user(olga).get("/palette/"))


def test_searching_costs_the_same_for_one_hit_and_for_many(known, ana, as_user):
    client = as_user(ana)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/search/?q=shchukin")
        return len(captured)

    one = queries()
    for _ in range(25):
        make_notice(person=make_person("Щукин", "Осип", script="Cyrl"))
    assert queries() == one <= 12


def test_whoever_reads_no_notices_gets_no_results(known, emil, as_user):
    assert as_user(emil).get("/search/?q=shchukin").status_code == 403
    answer = as_user(emil).get("/palette/?q=shchukin")
    assert answer.status_code == 200
    assert "Щукин" not in text(answer)
