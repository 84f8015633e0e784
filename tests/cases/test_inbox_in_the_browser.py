"""A morning at the inbox in a real browser: by keyboard alone, on a phone, without
scripts; and how fast it is, which is reported and not judged.
"""

import json
import statistics
import sys
import time

import pytest
from playwright.sync_api import expect

from accounts.choices import Role
from cases.choices import ReviewState
from cases.models import Review, ReviewTransition
from tests.browser import accessibility_problems, sideways_scroll
from tests.cases.review_makers import step
from tests.factories import make_notice, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ana():
    return make_user("Ana Lindqvist", Role.ANALYST)


@pytest.fixture
def olga():
    return make_user("Olga Brandt", Role.ANALYST)


def make_rows(number):
    made = []
    for n in range(number):
        charge = "نشر أخبار كاذبة" if n == 1 else "Theft of a car in Riga on 4 May"
        notice = make_notice(family_name=f"ROW{n}", forename="Miron", charge=charge)
        Review.objects.filter(notice=notice).update(rank=1000 - n)
        made.append(notice)
    return made


def state_of(notice):
    return Review.objects.get(notice=notice).state


def row(page, n):
    return page.locator(".row-link", has_text=f"ROW{n} ")


def test_a_morning_by_keyboard_alone(open_page, ana, olga):
    rows = make_rows(7)
    page = open_page("/inbox/", user=ana)
    press = page.keyboard.press
    press("j")
    expect(row(page, 0)).to_be_focused()
    title = page.locator("#pane-title")
    expect(title).to_have_text("ROW0 Miron")
    # Dismissed with a digit and a sentence; the next row has the focus and the pane.
    press("d")
    press("1")
    page.keyboard.type("A car, a day and a place; jd2z are letters here.")
    press("Control+Enter")
    expect(row(page, 1)).to_be_focused()
    expect(title).to_have_text("ROW1 Miron")
    expect(page.get_by_role("status").get_by_text("Dismissed")).to_be_visible()
    assert state_of(rows[0]) == ReviewState.PROPOSED
    # Taken back: the row stands again where it was.
    press("z")
    expect(row(page, 0)).to_be_focused()
    assert state_of(rows[0]) == ReviewState.WAITING
    names = page.locator(".row-link").all_inner_texts()
    assert [name.split()[0] for name in names] == [f"ROW{n}" for n in range(7)]
    # Snoozed by a digit, marked as urgent, taken, given to a colleague.
    press("s")
    press("2")
    expect(row(page, 1)).to_be_focused()
    assert state_of(rows[0]) == ReviewState.SNOOZED
    press("u")
    page.keyboard.type("Hearing on 3 December")
    press("Control+Enter")
    expect(page.get_by_role("status").get_by_text("Marked as urgent")).to_be_visible()
    expect(row(page, 1)).to_be_focused()
    assert Review.objects.get(notice=rows[1]).is_urgent
    press("j")
    expect(title).to_have_text("ROW2 Miron")
    press("m")
    colleague = page.locator("select[name=assignee]")
    expect(colleague).to_be_focused()
    page.keyboard.type("Olga")
    expect(colleague).to_have_value(str(olga.pk))
    press("Tab")
    press("Tab")
    press("Enter")
    expect(
        page.get_by_role("status").get_by_text("Given to a colleague")
    ).to_be_visible()
    assert Review.objects.get(notice=rows[2]).assignee == olga
    # Into the pane and back, typed text stays; Esc leaves a form, then the pane.
    expect(row(page, 3)).to_be_focused()
    expect(title).to_have_text("ROW3 Miron")
    press("Enter")
    expect(title).to_be_focused()
    press("d")
    press("4")
    page.keyboard.type("Half a sentence")
    press("Escape")
    press("Escape")
    expect(row(page, 3)).to_be_focused()
    press("j")
    expect(title).to_have_text("ROW4 Miron")
    press("k")
    expect(title).to_have_text("ROW3 Miron")
    assert (
        page.locator("textarea[name=reason]").first.input_value() == "Half a sentence"
    )
    # Somebody was faster: nothing is written, and it says who.
    press("j")
    expect(title).to_have_text("ROW4 Miron")
    step(Review.objects.get(notice=rows[4]), olga, "take")
    press("a")
    expect(page.get_by_text("This changed while you were writing")).to_be_visible()
    expect(page.locator(".pane .banner-body")).to_be_focused()
    assert Review.objects.get(notice=rows[4]).assignee == olga
    # The map, the places, and a closer look.
    press("Escape")
    press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Dismiss")
    press("Escape")
    row(page, 5).focus()
    press("j")
    expect(title).to_have_text("ROW6 Miron")
    press("l")
    page.wait_for_url("**/screening/**")
    assert state_of(rows[6]) == ReviewState.TAKEN
    press("g")
    press("t")
    page.wait_for_url(lambda url: url.endswith("/"))
    # No key flagged anybody.
    assert not ReviewTransition.objects.filter(outcome="flagged").exists()


def test_the_palette_goes_acts_and_says_why_not(open_page, ana):
    rows = make_rows(2)
    step(Review.objects.get(notice=rows[0]), ana, "take")
    page = open_page(f"/inbox/notice/{rows[0].key}/?view=all", user=ana)
    palette = page.get_by_role("dialog", name="Go and do")
    page.keyboard.press("Control+k")
    expect(palette.get_by_role("option", name="Snooze")).to_be_visible()
    why = palette.get_by_role("option", name="Read and sign")
    expect(why).to_have_attribute("aria-disabled", "true")
    expect(why).to_contain_text("not possible while")
    page.keyboard.type("ROW1")
    found = palette.get_by_role("option", name="ROW1 Miron").first
    expect(found).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/**")
    page.keyboard.press("Control+k")
    page.keyboard.type("countr")
    page.keyboard.press("Enter")
    page.wait_for_url("**/countries/")
    page.keyboard.press("/")
    expect(page.locator("#site-search")).to_be_focused()


def test_keys_that_are_switched_off_do_nothing_and_the_rest_goes_on(open_page, ana):
    make_rows(2)
    page = open_page("/account/settings/", user=ana)
    page.get_by_label("Single-key shortcuts").uncheck()
    page.get_by_role("button", name="Save").click()
    # On another computer, too: the account remembers it.
    page = open_page("/inbox/", user=ana)
    page.keyboard.press("j")
    expect(page.locator(".row-link:focus")).to_have_count(0)
    row(page, 0).click()
    expect(page.locator("#pane-title")).to_be_focused()
    page.keyboard.press("d")
    expect(page.locator(".pane-fold[open]")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Go and do")).to_be_visible()


def test_on_a_phone_a_row_opens_alone_and_its_steps_are_at_the_thumb(open_page, ana):
    rows = make_rows(3)
    page = open_page("/inbox/", user=ana, width=390, scheme="dark")
    assert sideways_scroll(page) == 0
    assert accessibility_problems(page) == []
    row(page, 0).click()
    page.wait_for_url(f"**/inbox/notice/{rows[0].key}/**")
    expect(page.locator("#pane-title")).to_be_visible()
    expect(page.locator(".row-link").first).to_be_hidden()
    assert sideways_scroll(page) == 0
    bar = page.locator(".pane-main").bounding_box()
    assert bar["y"] + bar["height"] <= 900
    page.locator("[data-fold=snooze] summary").click()
    assert accessibility_problems(page) == []
    page.get_by_role("button", name="In a week").click()
    page.wait_for_url(f"**/inbox/notice/{rows[1].key}/**")
    assert state_of(rows[0]) == ReviewState.SNOOZED
    page.keyboard.press("Escape")
    page.wait_for_url("**/inbox/?state=waiting")
    expect(page.locator(".row-link")).to_have_count(2)


def test_everything_works_without_scripts(open_page, ana):
    rows = make_rows(3)
    page = open_page("/inbox/", user=ana, javascript=False)
    row(page, 0).click()
    expect(page.locator("#pane-title")).to_have_text("ROW0 Miron")
    expect(page.locator(".row-link[aria-current]")).to_have_text("ROW0 Miron")
    page.locator("[data-fold=dismiss] summary").click()
    page.get_by_label("Ordinary crime").check()
    page.locator("[data-fold=dismiss] textarea").fill("A car and a day are named.")
    page.locator("[data-fold=dismiss]").get_by_role("button", name="Dismiss").click()
    expect(page.locator("#pane-title")).to_have_text("ROW1 Miron")
    assert state_of(rows[0]) == ReviewState.PROPOSED
    page.get_by_text("Views", exact=True).click()
    page.get_by_role("link", name="Show the saved views").click()
    page.get_by_role("textbox", name="Name").fill("What waits")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".row-link")).to_have_count(2)


def test_how_long_fifty_rows_take_by_keyboard(open_page, ana, capsys):
    """A script decides fifty rows; a person reads in between. Reported, not judged."""
    make_rows(50)
    page = open_page("/inbox/", user=ana)
    press, title = page.keyboard.press, page.locator("#pane-title")
    painted = _times_of_walking(page)
    press("k")
    row(page, 0).focus()
    row(page, 0).click()
    began = time.monotonic()
    for n in range(50):
        expect(title).to_have_text(f"ROW{n} Miron")
        press("d")
        press(str(1 + n % 4))
        page.keyboard.type("It names a day and a place.")
        press("Control+Enter")
    expect(page.get_by_text("Nothing to review.")).to_be_visible()
    took = time.monotonic() - began
    assert Review.objects.filter(state=ReviewState.PROPOSED).count() == 50
    told = {
        "next item by key to painted, median of 50, ms": round(painted, 1),
        "fifty rows dismissed by a script, seconds": round(took, 1),
    }
    with capsys.disabled():
        sys.stdout.write(f"\n{json.dumps(told)}\n")


def _times_of_walking(page):
    """Return the median of fifty steps, from the key to the notice on the screen."""
    return statistics.median(
        page.evaluate(
            """async (number) => {
              const times = [];
              const painted = () => new Promise((resolve) => {
                const told = () => setTimeout(() => resolve(performance.now()));
                const opened = () => requestAnimationFrame(told);
                document.addEventListener("desk:opened", opened, { once: true });
              });
              for (let n = 0; n < number; n += 1) {
                const end = painted();
                const began = performance.now();
                const key = { key: "j", bubbles: true, cancelable: true };
                document.activeElement.dispatchEvent(new KeyboardEvent("keydown", key));
                times.push((await end) - began);
                await new Promise((resolve) => setTimeout(resolve, 100));
              }
              return times;
            }""",
            50,
        )
    )
