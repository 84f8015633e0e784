"""The method page and a page for each rule: law, what leads to it, examples."""

import pytest

from accounts.choices import Role
from notices.screening.ruleset import load
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_the_method_page_names_every_rule(carla, as_user):
    page = as_user(carla).get("/method/").content.decode()
    for one in load().catalogue.values():
        assert f'href="/method/{one.id}/"' in page
    assert "Nationality. The country that asks." in page


@pytest.mark.parametrize("indicator", list(load().catalogue))
def test_a_rule_shows_its_law_and_its_examples_come_out(indicator, ana, as_user):
    page = as_user(ana).get(f"/method/{indicator}/").content.decode()
    for article in load().catalogue[indicator].articles:
        assert article.cite in page
        assert article.certainty in page
    assert "please report it" not in page


def test_a_rule_that_is_not_there_is_not_found(ana, as_user):
    assert as_user(ana).get("/method/I99/").status_code == 404


@pytest.mark.parametrize("role", [Role.ADVOCACY, Role.ADMINISTRATOR, Role.AUDITOR])
def test_it_is_for_readers_of_findings(role, as_user):
    client = as_user(make_user("Mia Kovač", role))
    assert client.get("/method/").status_code == 403
    assert client.get("/method/I05/").status_code == 403
