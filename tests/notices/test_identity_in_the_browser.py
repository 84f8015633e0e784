"""Merge and un-merge by hand in a real browser, with keys."""

import pytest
from playwright.sync_api import expect

from accounts.choices import Role
from notices.identity.choices import Ground, PairOrigin
from notices.models import IdentityPair, Matter, MatterPerson
from tests.browser import OpenPage, accessibility_problems, sideways_scroll
from tests.factories import NOON, make_notice, make_person, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_ana_says_same_by_a_key_merges_and_takes_it_back(open_page: OpenPage) -> None:
    ana = make_user("Ana Lindqvist", Role.ANALYST)
    one, other = (
        make_notice(person=make_person(*name), birth_date="1979-05-06").person
        for name in (("VALTESKU", "Miron"), ("Вальтеску", "Мирон"))
    )
    IdentityPair.objects.create(
        left=one, right=other, origin=PairOrigin.FOUND, likeness=1.4, made_at=NOON
    )
    matter = Matter.objects.create(title="Affair", opened_by=ana, opened_at=NOON)
    MatterPerson.objects.create(
        matter=matter,
        person=one,
        ground=Ground.HAND,
        reason="Named in it",
        added_by=ana,
        added_at=NOON,
    )
    page = open_page("/identity/", user=ana, width=390)
    for address in (
        "/identity/",
        f"/people/{one.key}/identity/",
        f"/people/{one.key}/merge/?with={other.key}",
        f"/people/{one.key}/matters/new/",
        f"/matters/{matter.key}/",
    ):
        page.goto(address)
        assert sideways_scroll(page) == 0
        assert accessibility_problems(page) == []

    page = open_page(f"/people/{one.key}/identity/", user=ana)
    page.keyboard.press("1")
    expect(page.get_by_label("Why", exact=True)).to_be_focused()
    page.keyboard.type("The same passport")
    page.get_by_role("button", name="Keep").click()
    page.get_by_label("Why they are the same person").fill("The same passport")
    page.get_by_role("button", name="Take as one person").click()
    expect(page.get_by_role("heading", name="2 notices")).to_be_visible()
    page.goto(f"/people/{other.key}/")
    assert page.url.endswith(f"/people/{one.key}/")
    page.get_by_role("link", name="One human or two?").click()
    page.get_by_text("Un-merge", exact=True).click()
    page.get_by_label("Why they are not the same after all").fill("Two passports")
    page.get_by_role("button", name="Take the merge back").click()
    expect(page.get_by_text("Everybody stands as before")).to_be_visible()
    page.goto(f"/people/{other.key}/")
    assert page.url.endswith(f"/people/{other.key}/")
