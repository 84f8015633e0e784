"""The frame and the components in a real browser: seen, tabbed, typed, torn."""

import pytest
from playwright.sync_api import expect

from accounts.choices import Role
from tests.browser import accessibility_problems, sideways_scroll
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ana():
    return make_user("Ana Lindqvist", Role.ANALYST, email="ana@example.org")


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_every_component_is_accessible_and_fits(open_page, ana, width, scheme):
    page = open_page("/design/", user=ana, width=width, scheme=scheme)
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == ("rgb(18, 24, 31)" if scheme == "dark" else "rgb(255, 255, 255)")
    for theme in ("dark", "light"):
        page.evaluate(
            "(theme) => document.documentElement.dataset.theme = theme", theme
        )
        assert sideways_scroll(page) == 0
        assert accessibility_problems(page) == []


def test_pages_of_the_frame_are_accessible_and_fit(open_page, ana):
    page = open_page("/account/login/", width=390)
    for path in ("/account/login/", "/account/password/reset/", "/no/page/"):
        page.goto(path)
        assert sideways_scroll(page) == 0
        assert accessibility_problems(page) == []
    page = open_page("/account/settings/", user=ana, width=390, scheme="dark")
    for path in ("/account/settings/", "/account/password/change/"):
        page.goto(path)
        assert sideways_scroll(page) == 0
        assert accessibility_problems(page) == []


def test_nothing_is_lost_at_double_size(open_page, ana):
    """1280 pixels at 200 per cent leave 640."""
    page = open_page("/design/", user=ana, width=640)
    assert sideways_scroll(page) == 0
    page.get_by_text("Menu", exact=True).click()
    expect(page.get_by_role("navigation", name="Main, in the menu")).to_be_visible()


def test_ana_signs_in_switches_the_colours_and_signs_out(open_page, ana, settings):
    settings.LOGIN_REDIRECT_URL = "/design/"
    page = open_page("/account/login/")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.get_by_label("E-mail address").fill("ana@example.org")
    page.get_by_label("Password").fill("an invented pass phrase")
    page.keyboard.press("Enter")
    page.wait_for_url("**/design/")
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/")
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_menus_and_sign_out_work_without_scripts(open_page, ana):
    page = open_page("/design/", user=ana, javascript=False)
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/")


def test_keys_walk_rows_press_buttons_and_show_their_map(open_page, ana):
    page = open_page("/design/", user=ana)
    links = page.locator("tbody[data-rows] a")
    links.first.focus()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.first).to_be_focused()
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="Look closer").first).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Look closer")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_keys_are_silent_while_ana_types_or_has_switched_them_off(open_page, ana):
    page = open_page("/design/", user=ana)
    page.locator("#id_reason").focus()
    page.keyboard.type("?jl")
    expect(page.locator("#id_reason")).to_have_value("?jl")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.goto("/account/settings/")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_error_summary_takes_focus_and_leads_to_the_field(open_page, ana):
    page = open_page("/account/settings/", user=ana)
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_role("button", name="Save").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Name").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(page.get_by_label("Name", exact=True)).to_have_attribute(
        "aria-invalid", "true"
    )


def test_a_form_goes_out_once_however_often_it_is_pressed(open_page, ana):
    page = open_page("/account/settings/", user=ana)
    sent = []
    page.on(
        "request", lambda one: sent.append(one.url) if one.method == "POST" else None
    )
    page.route("**/account/settings/", lambda route: _slowly(page, route))
    page.get_by_role("button", name="Save").dblclick()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert len(sent) == 1


def test_a_part_that_cannot_be_fetched_offers_to_try_again(open_page, ana):
    page = open_page("/design/", user=ana)
    page.route("**/part/", lambda route: route.abort())
    page.evaluate(
        """() => {
            const button = document.createElement("button");
            button.id = "ask";
            button.textContent = "Ask";
            button.setAttribute("hx-get", "/part/");
            button.setAttribute("hx-target", "#got");
            const got = document.createElement("div");
            got.id = "got";
            document.querySelector("main").prepend(button, got);
            htmx.process(button);
        }"""
    )
    page.locator("#ask").click()
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("No connection.")
    page.unroute("**/part/")
    page.route(
        "**/part/", lambda route: route.fulfill(body="<h2>Here it is</h2>", status=200)
    )
    toast.get_by_role("button", name="Try again").click()
    expect(page.locator("#got h2")).to_have_text("Here it is")
    expect(toast).to_be_empty()
    page.locator("#ask").click()
    expect(page.locator("#got h2")).to_be_focused()


def test_arabic_runs_right_to_left_and_numbers_do_not(open_page, ana):
    page = open_page("/design/", user=ana, width=390)
    sample = page.locator('section[dir="rtl"]')
    directions = sample.evaluate(
        """(part) => [".facts dd bdi", ".facts dd [dir=auto]"].map(
            (one) => getComputedStyle(part.querySelector(one)).direction)"""
    )
    assert directions == ["ltr", "rtl"]


def _slowly(page, route):
    page.wait_for_timeout(300)
    route.continue_()
