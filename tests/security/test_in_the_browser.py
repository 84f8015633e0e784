"""Every page in a real browser: nothing is asked of others, nothing is refused."""

from urllib.parse import urlsplit

import pytest

from accounts.choices import Role
from config.access import RULES
from tests.factories import make_user
from tests.security.asking import addresses
from tests.security.scene import make_scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# They give a file and no page, or end the session.
NO_PAGE = {
    "account_logout",
    "export-file",
    "audit-csv",
    "events-csv",
    "notice-record",
    "audit-whole",
    "audit-verifier",
}


@pytest.mark.parametrize("role", [Role.LAWYER, Role.ADMINISTRATOR])
def test_no_page_asks_others_for_anything_or_breaks_its_policy(
    open_page, live_server, role
):
    """`open_page` itself fails over any report of a policy and any script error."""
    reader = make_user("Rea Der", role)
    scene = make_scene(reader)
    page = open_page("/", user=reader)
    asked = []
    page.context.on("request", lambda request: asked.append(request.url))
    seen = 0
    for route, address in addresses(scene.world.mine):
        if route.name in NO_PAGE or RULES[route.name].answer(role) == "deny":
            continue
        if route.name.startswith("api-") and route.name != "api-docs":
            continue
        answer = page.goto(address, wait_until="load")
        seen += answer is not None and answer.status == 200
    assert seen > 15
    elsewhere = {
        url for url in asked if urlsplit(url).netloc != urlsplit(live_server.url).netloc
    }
    assert {url for url in elsewhere if not url.startswith(("data:", "blob:"))} == set()


def test_what_a_page_kept_is_gone_after_signing_out(open_page):
    reader = make_user("Rea Der", Role.LAWYER)
    page = open_page("/account/settings/", user=reader)
    page.evaluate("() => localStorage.setItem('kept', 'Zakrytov')")
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/")
    assert page.evaluate("() => localStorage.getItem('kept')") is None
    kept = page.evaluate("() => JSON.stringify(sessionStorage)")
    assert "settings" not in kept
    page.go_back()
    page.wait_for_load_state()
    assert "Rea Der" not in page.content()
