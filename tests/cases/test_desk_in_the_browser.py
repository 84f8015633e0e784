"""The desk in a real browser: filters that swap the list, keys, and what axe says."""

import pytest
from django.db import connection
from playwright.sync_api import expect

from accounts.choices import Role
from cases.models import Review
from notices.choices import Level
from notices.models import Finding, Screening
from tests.browser import accessibility_problems, sideways_scroll
from tests.factories import NOON, make_feed, make_notice, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONGEST = "Membership of an organisation that was banned " * 40


@pytest.fixture
def ana():
    return make_user("Ana Lindqvist", Role.ANALYST)


@pytest.fixture
def notices():
    """Three notices in the order of the inbox, in three scripts; the first screened."""
    made = [
        make_notice(family_name="FIRST", forename="Miron", charge=LONGEST),
        make_notice(
            family_name="SECOND",
            forename="Leyla",
            issuer="TR",
            charge="نشر أخبار كاذبة والانضمام إلى جماعة محظورة",
        ),
        make_notice(family_name="THIRD", forename="", charge="Мошенничество"),
    ]
    for place, notice in enumerate(made):
        Review.objects.filter(notice=notice).update(rank=100 - place)
    screening = Screening.objects.create(
        notice=made[0],
        rules_version="2026.1",
        made_at=NOON,
        input_hash="x",
        rule_breach={"conditions": {"83(1)(a)(i)": "doubt"}},
        article_2_3={"factors": {"a": "points"}, "second_analyst": True},
        urgency={"reasons": ["hearing 3 Dec"]},
        unknown=["Extradition decisions, each with its ground."],
        breach_band="some",
        article_band="strong",
        evidence_band="none",
    )
    for indicator, is_counter in (("I05", False), ("C04", True)):
        Finding.objects.create(
            screening=screening,
            indicator=indicator,
            is_counter=is_counter,
            strength=2,
            level=Level.ALLEGED,
            reason="What the charge says.",
            quote=LONGEST[:90],
            field="warrant 1, charge 1",
            articles=["Constitution Art. 3"],
        )
    make_feed().runs.create(created_at=NOON)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_notice SET search = to_tsvector('simple', charge_summary)"
        )
    return made


def test_filters_swap_the_list_and_the_way_back_leads_through_them(
    open_page, ana, notices
):
    page = open_page("/inbox/", user=ana)
    rows = page.locator(".row-link")
    expect(rows).to_have_count(3)
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Issuing country").select_option("RU")
    expect(rows).to_have_count(2)
    page.wait_for_url("**/inbox/?country=RU&state=waiting")
    expect(page.get_by_role("status").get_by_text("2 notices")).to_be_visible()
    page.get_by_label("Words in the charges").fill("мошенничество")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    # The field keeps its focus: one can go on typing.
    expect(page.get_by_label("Words in the charges")).to_be_focused()
    page.go_back()
    expect(rows).to_have_count(2)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_keys_walk_the_list_and_lead_on_from_notice_to_notice(open_page, ana, notices):
    page = open_page("/inbox/", user=ana)
    for _ in range(2):
        page.keyboard.press("j")
    expect(page.get_by_role("link", name="SECOND Leyla")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="FIRST Miron")).to_be_focused()
    page.keyboard.press("o")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("FIRST Miron")
    page.keyboard.press("j")
    expect(heading).to_have_text("SECOND Leyla")
    page.keyboard.press("k")
    expect(heading).to_have_text("FIRST Miron")
    page.keyboard.press("p")
    page.wait_for_url("**/decision/**")
    page.keyboard.press("3")
    expect(page.get_by_label("An authority found misuse before")).to_be_checked()
    # No key flags anybody, and in a field keys are letters.
    page.get_by_label("Why", exact=True).first.fill("jk1")
    expect(page.get_by_label("An authority found misuse before")).to_be_checked()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_every_page_of_the_desk_is_accessible_and_fits(
    open_page, ana, notices, width, scheme
):
    key, person = notices[0].key, notices[0].person.key
    page = open_page("/", user=ana, width=width, scheme=scheme)
    for path in (
        "/",
        "/inbox/",
        "/inbox/?country=RU&text=banned&filters=open",
        "/inbox/?country=XX",
        f"/inbox/notice/{key}/?state=waiting",
        "/inbox/views/?country=RU",
        f"/notices/{key}/?back=state%3Dwaiting",
        f"/notices/{key}/screening/",
        f"/notices/{key}/versions/",
        f"/notices/{key}/history/",
        f"/notices/{key}/decision/",
        f"/notices/{notices[1].key}/warrants/",
        f"/people/{person}/",
        "/people/",
        "/notices/",
        "/countries/",
        "/countries/RU/",
        "/search/?q=valtesku",
    ):
        page.goto(path)
        assert sideways_scroll(page) == 0, path
        assert accessibility_problems(page) == [], path
