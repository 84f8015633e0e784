"""The pages of users, roles and tokens in a browser: they fit, and everybody can use
them. Fay, the auditor, is offered the log and nothing that is closed to her.
"""

import pytest
from django.urls import reverse

from tests.browser import accessibility_problems, sideways_scroll
from tests.factories import make_token

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_of_rights_are_accessible_and_fit(open_page, emil, ana, width):
    make_token(ana, name="The newsroom's script on the machine by the window")
    for user, path in (
        (emil, reverse("administration")),
        (emil, reverse("roles")),
        (emil, reverse("user", args=[ana.pk])),
        (ana, reverse("token-list")),
    ):
        page = open_page(path, user=user, width=width)
        assert not accessibility_problems(page), path
        assert sideways_scroll(page) == 0, path


def test_a_phone_shows_the_rights_of_a_role_as_a_list(open_page, emil):
    page = open_page(reverse("roles"), user=emil, width=390)
    assert page.locator("table").is_hidden()
    page.get_by_text("Advocacy reader", exact=True).last.click()
    assert page.get_by_text(
        "Read restricted case files that name them"
    ).last.is_visible()


def test_an_auditor_is_offered_the_log_and_nothing_else(open_page, fay):
    page = open_page("/", user=fay)
    links = page.locator("main a, nav a").evaluate_all(
        "all => all.map(one => new URL(one.href).pathname)"
    )
    assert reverse("audit-log") in links
    closed = {"administration", "feeds", "follows", "inbox", "people", "case-list"}
    assert not {reverse(name) for name in closed}.intersection(links)
    for link in set(links):
        assert page.goto(link).status == 200, link
