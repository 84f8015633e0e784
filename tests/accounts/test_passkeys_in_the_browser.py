"""Second factors in a real browser, with a virtual authenticator and our own policy."""

import json
import re
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.choices import Role
from accounts.models import AuditEntry, User
from tests.browser import OpenPage, accessibility_problems, sideways_scroll
from tests.factories import PASSWORD, make_user
from tests.proofs import code_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ana(settings, transactional_db) -> User:
    settings.REQUIRE_SECOND_FACTOR = True
    return make_user("Ana Lindqvist", Role.ANALYST, email=f"{uuid4().hex}@example.org")


def plug_in(page: Page) -> None:
    """Give the browser a device that makes passkeys and asks for a finger."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def sign_in(page: Page, user: User) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/")


def settings_of(page: Page) -> None:
    page.goto("/account/settings/")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_ana_enrols_a_passkey_and_signs_in_with_it_alone(
    ana: User, open_page: OpenPage, own_broker: str
) -> None:
    page = open_page("/account/login/")
    plug_in(page)
    sign_in(page, ana)
    expect(page.get_by_text("One more step before you go on")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("textbox", name="Name (optional)").fill("Key ring")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert page.locator(".recovery-codes code").count() == 10
    page.get_by_role("link", name="I have written them down").click()
    expect(page.get_by_role("rowheader", name="Key ring")).to_be_visible()
    settings_of(page)

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    settings_of(page)

    sign_out(page)
    sign_in(page, ana)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    settings_of(page)
    said = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"account.passkey_added", "account.signed_in"} <= said


def test_an_answer_that_was_changed_on_its_way_opens_nothing(
    ana: User, open_page: OpenPage, own_broker: str
) -> None:
    page = open_page("/account/login/")
    plug_in(page)
    sign_in(page, ana)
    page.goto("/account/second-factors/passkey/")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    sign_out(page)
    seen = []

    def change(route: Route) -> None:
        sent = dict(parse_qsl(route.request.post_data or ""))
        credential = json.loads(sent["credential"])
        signature = credential["response"]["signature"]
        turned = "A" if signature[20] != "A" else "B"
        credential["response"]["signature"] = signature[:20] + turned + signature[21:]
        seen.append(credential)
        form = urlencode({**sent, "credential": json.dumps(credential)})
        route.continue_(post_data=form)

    is_post = re.compile(r"/account/passkey/$")
    page.route(
        is_post,
        lambda route: (
            change(route) if route.request.method == "POST" else route.continue_()
        ),
    )
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This passkey opens no account here")).to_be_visible()
    assert len(seen) == 1
    page.goto("/account/settings/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_passkey_proves_presence(
    ana: User, open_page: OpenPage, own_broker: str, time_machine
) -> None:
    page = open_page("/account/login/")
    plug_in(page)
    sign_in(page, ana)
    page.goto("/account/second-factors/passkey/")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    session = ana.browser_sessions.get()
    data = session.get_decoded()
    for one in data["account_authentication_methods"]:
        one["at"] -= 3600
    session.session_data = session.get_session_store_class()().encode(data)
    session.save()
    page.goto("/account/second-factors/app/")
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    expect(
        page.get_by_text("You are about to add an authenticator app")
    ).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Add an authenticator app")).to_be_visible()


def test_ana_enrols_an_app_and_signs_in_with_a_code_and_a_recovery_code(
    ana: User, open_page: OpenPage, own_broker: str
) -> None:
    page = open_page("/account/login/", width=390)
    sign_in(page, ana)
    page.get_by_role("link", name="Add an app").click()
    assert sideways_scroll(page) == 0
    expect(page.locator(".qr svg")).to_be_visible()
    secret = page.locator("[data-secret]").inner_text()
    page.get_by_label("Code from the app").fill(code_from(secret))
    page.get_by_role("button", name="Add the app").click()
    recovery = page.locator(".recovery-codes code").first.inner_text()
    assert accessibility_problems(page) == []

    sign_out(page)
    sign_in(page, ana)
    page.get_by_label("Code").fill(code_from(secret, ahead=1))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    settings_of(page)

    sign_out(page)
    sign_in(page, ana)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    assert accessibility_problems(page) == []
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    page.goto("/account/second-factors/")
    expect(page.get_by_text("9 codes left")).to_be_visible()
    assert accessibility_problems(page) == []


def test_without_a_script_a_code_is_enough_and_the_page_says_what_is_not(
    ana: User, open_page: OpenPage
) -> None:
    page = open_page("/account/login/", javascript=False)
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_disabled()
