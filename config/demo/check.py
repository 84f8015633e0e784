"""The main job, done once through the doors that people use: `bin/demo --check`.

Pages are asked for and forms are filled in as they stand, by people with log-ins of
their own; the worker makes what it has to make; mail goes through SMTP.
"""

import email
import email.policy
import time
from collections.abc import Callable
from typing import TextIO, TypeVar

from accounts.choices import Role
from cases.demo.logins import DEMO_LOGINS, DEMO_PASSWORD
from config.demo.browser import Browser, Form, Page
from config.demo.feed_record import (
    COUNTRY,
    FAMILY_NAME,
    KEY,
    QUOTE,
    REFERENCE,
    feed_file,
)
from config.demo.stack import DemoError, Stack

PATIENCE_SECONDS = 60.0
SEND_DIGESTS = "cases.digests.tasks.send_digests"
T = TypeVar("T")
# Who is named on no restricted file of the demo.
OUTSIDER = "olga@demo.example"


class StepFailed(Exception):
    """A step did not lead where it should; the text says what came instead."""


def run_check(stack: Stack, out: TextIO) -> bool:
    """Do every step in order, tell each, and return whether all of them worked.

    A step needs those before it, so the first that fails is the last.
    """
    job = MainJob(stack)
    for words, step in job.steps():
        begun = time.monotonic()
        try:
            step()
        except (StepFailed, LookupError, OSError, DemoError) as error:
            out.write(f"FAILED  {words}: {error}\n{stack.last_words()}\n")
            return False
        out.write(f"ok      {words} ({time.monotonic() - begun:.1f} s)\n")
        out.flush()
    out.write("The main job works from the feed file to the mail.\n")
    return True


class MainJob:
    """The steps, and what one leaves for the next."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        by_role = {login.role: login.email for login in reversed(DEMO_LOGINS)}
        self.emails = {
            "analyst": by_role[Role.ANALYST],
            "reviewer": by_role[Role.REVIEWER],
            "lawyer": by_role[Role.LAWYER],
            "advocacy": by_role[Role.ADVOCACY],
            "outsider": OUTSIDER,
        }
        self.people: dict[str, Browser] = {}
        self.case_path = ""

    def steps(self) -> list[tuple[str, Callable[[], None]]]:
        """Return what is done, in words, and how."""
        return [
            ("five people sign in", self.sign_in),
            ("advocacy follows a country", self.follow),
            ("the analyst imports a feed file, the worker reads it", self.import_file),
            ("the notice page says what speaks for misuse", self.read_findings),
            ("the analyst proposes a flag", self.propose),
            ("the analyst cannot sign it", self.refuse_own_signature),
            ("the reviewer signs it", self.confirm),
            ("the lawyer opens a restricted case file", self.open_case),
            ("an outsider gets 404 on it", self.keep_outsider_out),
            ("the lawyer gets the PDF that the worker made", self.export),
            ("the worker mails the digest", self.get_digest),
        ]

    def sign_in(self) -> None:
        for who, address in self.emails.items():
            browser = Browser(self.stack.address)
            page = browser.get("/account/login/")
            form = page.form("login", "password")
            page = browser.submit(
                page, form, {"login": address, "password": DEMO_PASSWORD}
            )
            expect(page, 200)
            if page.path.startswith("/account/login"):
                raise StepFailed(f"{address} is not let in")
            self.people[who] = browser

    def follow(self) -> None:
        browser = self.people["advocacy"]
        page = browser.get(f"/follows/add/?country={COUNTRY}")
        expect(page, 200)
        page = browser.submit(page, page.form("note"), {"note": "for the check"})
        expect(page, 200, "/follows/")

    def import_file(self) -> None:
        browser = self.people["analyst"]
        page = browser.get("/imports/new/")
        expect(page, 200)
        form = page.form("uploads", "is_dry_run")
        file = ("check.json", feed_file())
        page = browser.submit(page, form, {"is_dry_run": None}, {"uploads": file})
        expect(page, 200)
        if not page.path.startswith("/runs/"):
            raise StepFailed(f"the upload led to {page.path}")
        self._wait_for(browser, f"/notices/{KEY}/")

    def read_findings(self) -> None:
        browser = self.people["analyst"]
        found = wait_until(
            lambda: browser.get(f"/notices/{KEY}/screening/"),
            lambda page: page.status == 200 and QUOTE in page.text,
        )
        for words in ("For misuse", "Constitution Art. 3", FAMILY_NAME):
            if words not in found.text:
                raise StepFailed(f"the page does not say “{words}”")

    def propose(self) -> None:
        browser = self.people["analyst"]
        page = browser.get(f"/notices/{KEY}/decision/")
        expect(page, 200)
        values = {
            "outcome": "flagged",
            "reason_code": "political_charge",
            "reason": "The charge names a rally and speech, no act of violence.",
            "innocent_explanation": "Violence at the rally; no report mentions any.",
        }
        form = page.form(*values)
        expect(browser.submit(page, form, values), 200)

    def refuse_own_signature(self) -> None:
        browser = self.people["analyst"]
        page = browser.get(f"/notices/{KEY}/decision/")
        if any(form.action.endswith("/confirm/") for form in page.forms):
            raise StepFailed("the proposer is offered to sign")

    def confirm(self) -> None:
        browser = self.people["reviewer"]
        page = browser.get(f"/notices/{KEY}/decision/")
        expect(page, 200)
        form = form_to(page, "/confirm/")
        expect(browser.submit(page, form, {"reason": "Read, and agreed."}), 200)

    def open_case(self) -> None:
        browser = self.people["lawyer"]
        page = browser.get(f"/cases/new/{KEY}/")
        expect(page, 200)
        values = {"level": "restricted", "summary": "Opened by the check."}
        page = browser.submit(page, page.form(*values), values)
        expect(page, 200)
        self.case_path = page.path
        if "/new/" in page.path or not page.path.startswith("/cases/"):
            raise StepFailed(f"the form led to {page.path}")

    def keep_outsider_out(self) -> None:
        expect(self.people["lawyer"].get(self.case_path), 200)
        expect(self.people["outsider"].get(self.case_path), 404)

    def export(self) -> None:
        browser = self.people["lawyer"]
        page = browser.get(f"{self.case_path}exports/")
        values = {
            "profile": "counsel",
            "export_format": "pdf",
            "purpose": "The check of the demo",
            "recipient": "Nobody",
        }
        page = browser.submit(page, page.form(*values), values)
        expect(page, 200)
        path = page.path
        if not path.startswith("/exports/"):
            raise StepFailed(f"the form led to {path}")
        copy = self._wait_for(browser, f"{path}file/")
        if not copy.body.startswith(b"%PDF-"):
            raise StepFailed(f"the copy begins with {copy.body[:20]!r}")
        expect(self.people["outsider"].get(f"{path}file/"), 404)

    def get_digest(self) -> None:
        browser = self.people["advocacy"]
        page = browser.get("/follows/")
        form = page.form("rhythm", "hour")
        # The other rhythm begins a period in which nothing was sent yet.
        other = {"daily": "weekly", "weekly": "daily"}[dict(form.values)["rhythm"]]
        page = browser.submit(page, form, {"rhythm": other, "hour": "0"})
        expect(page, 200)
        self.stack.ring(SEND_DIGESTS)
        self._wait_for_mail(to=self.emails["advocacy"], about=REFERENCE)

    def _wait_for(self, browser: Browser, path: str) -> Page:
        return wait_until(lambda: browser.get(path), lambda page: page.status == 200)

    def _wait_for_mail(self, *, to: str, about: str) -> None:
        def arrived() -> list[str]:
            messages = [
                email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                for path in self.stack.mail_folder.glob("*.eml")
            ]
            texts = [
                part.get_content()
                for message in messages
                if to in str(message["To"])
                for part in message.walk()
                if part.get_content_type() == "text/plain"
            ]
            return [text for text in texts if about in text]

        wait_until(arrived, bool)


def wait_until(look: Callable[[], T], good: Callable[[T], object]) -> T:
    """Return what `look` finds as soon as it is good; raise StepFailed if it is not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not good(found := look()):
        if time.monotonic() > deadline:
            what = (
                f"last {found.path}: {found.status}" if isinstance(found, Page) else ""
            )
            raise StepFailed(f"not within {PATIENCE_SECONDS:.0f} s; {what}")
        time.sleep(0.2)
    return found


def form_to(page: Page, end: str) -> Form:
    """Return the form of the page whose address ends so."""
    for form in page.forms:
        if form.action.endswith(end):
            return form
    raise LookupError(f"{page.path} has no form to …{end}")


def expect(page: Page, status: int, path: str = "") -> None:
    """Raise StepFailed unless the page came with this status, and from this path."""
    if page.status != status or (path and page.path != path):
        raise StepFailed(f"{page.path} answered {page.status}")
