"""The main job once, in a real browser, by five people with log-ins of their own.

Everything runs as `bin/demo` runs it: PostgreSQL, broker, worker, beat, web server
and a mail catcher on a data folder that is thrown away.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cases.demo.logins import DEMO_PASSWORD
from config.demo.feed_record import KEY, feed_file
from config.demo.ports import any_free
from config.demo.stack import Stack
from config.embedded import Installation
from tests.browser import ARGUMENTS

pytestmark = pytest.mark.browser
PATIENCE_MS = 20_000


@pytest.fixture
def stack() -> Iterator[Stack]:
    # pytest closes its own folders to the account that PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="tracker-thread-"))
    stack = Stack(Installation(folder / "data"), any_free(), size="small", tell=print)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def chromium_alone() -> Iterator[Browser]:
    """A browser that shares no database connection with this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        yield browser
        browser.close()


def sign_in(browser: Browser, stack: Stack, name: str) -> Page:
    context = browser.new_context(base_url=stack.address, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(f"{name}@demo.example")
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    return page


def test_from_the_feed_file_to_the_mail(
    stack: Stack, chromium_alone: Browser, tmp_path: Path
) -> None:
    ana = sign_in(chromium_alone, stack, "ana")
    feed = tmp_path / "feed.json"
    feed.write_bytes(feed_file())
    ana.goto("/imports/new/")
    ana.get_by_label("Files").set_input_files(feed)
    ana.get_by_label("Dry run first").uncheck()
    ana.get_by_role("button", name="Go on").click()
    ana.wait_for_url("**/runs/*/")
    expect(ana.get_by_text("Complete").first).to_be_visible(timeout=PATIENCE_MS)

    ana.goto(f"/notices/{KEY}/screening/")
    expect(ana.get_by_role("heading", name=re.compile("^For misuse"))).to_be_visible()
    ana.goto(f"/notices/{KEY}/decision/")
    ana.get_by_label("Likely politically motivated").check()
    ana.get_by_label(re.compile("The charge is political")).check()
    ana.locator("#id_propose_reason").fill("The charge is about words alone.")
    ana.get_by_label(re.compile("^The innocent explanation")).fill(
        "The posts could have called for violence; none is quoted."
    )
    ana.get_by_role("button", name="Propose", exact=True).click()
    expect(ana.get_by_text("It waits for a second person")).to_be_visible()
    ana.goto(f"/notices/{KEY}/decision/")
    expect(ana.get_by_role("button", name=re.compile("^Confirm"))).to_have_count(0)

    ben = sign_in(chromium_alone, stack, "ben")
    ben.goto(f"/notices/{KEY}/")
    ben.get_by_role("link", name=re.compile("Read and sign")).first.click()
    expect(ben.get_by_text("The charge is about words alone.")).to_be_visible()
    ben.get_by_role("button", name=re.compile("^Confirm")).click()
    expect(ben.get_by_text("Confirmed.")).to_be_visible()

    carla = sign_in(chromium_alone, stack, "carla")
    carla.goto(f"/notices/{KEY}/")
    carla.get_by_role("link", name=re.compile("Open a case file")).first.click()
    carla.get_by_label(re.compile("Only people named")).check()
    carla.get_by_role("button", name=re.compile("^Open")).click()
    expect(carla.get_by_text("You are its lead")).to_be_visible()
    case = carla.url
    carla.goto(f"{case}exports/")
    carla.get_by_label(re.compile("Copy for counsel")).check()
    carla.get_by_label("Who will get it").fill("Counsel")
    carla.get_by_label("What it is for").fill("Hearing")
    carla.get_by_role("button", name="Make the copy").click()
    carla.wait_for_url("**/exports/*/")
    with carla.expect_download(timeout=PATIENCE_MS) as download:
        carla.get_by_role("link", name=re.compile("Download")).click()
    assert download.value.path().read_bytes().startswith(b"%PDF")

    olga = sign_in(chromium_alone, stack, "olga")
    answer = olga.goto(case)
    assert answer is not None and answer.status == 404
    expect(olga.get_by_text(case.rstrip("/").rpartition("/")[2])).to_have_count(0)

    stack.manage("send_digests")
    dina = sign_in(chromium_alone, stack, "dina")
    dina.goto("/mail/")
    mails = dina.get_by_role("row", name=re.compile("dina@demo.example"))
    mails.get_by_role("link", name=re.compile("^Tracker:")).first.click()
    expect(dina.get_by_text(re.compile("You follow")).first).to_be_visible()
