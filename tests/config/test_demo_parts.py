"""The parts of the demo: the mail catcher, the children, the little browser."""

import os
import smtplib
import socket
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import psutil
import pytest

from config.demo.browser import Browser, Form, Page
from config.demo.children import Child
from config.demo.mail import MailCatcher
from config.demo.ports import any_free, is_free, next_free
from tests.services import wait_until


def test_mail_is_kept_as_received_and_delivered_nowhere(tmp_path: Path) -> None:
    catcher = MailCatcher(tmp_path / "mail")
    address = catcher.start()
    try:
        for number in (1, 2):
            message = EmailMessage()
            message["Subject"] = f"Digest {number}: Шевченко"
            message["From"], message["To"] = "a@demo.example", "b@demo.example"
            message.set_content("Nothing happened.")
            with smtplib.SMTP("127.0.0.1", int(address.rpartition(":")[2])) as server:
                server.send_message(message)
    finally:
        catcher.stop()
    kept = sorted((tmp_path / "mail").iterdir())
    assert [path.suffix for path in kept] == [".eml", ".eml"]
    assert b"Digest 1" in kept[0].read_bytes()
    assert is_free(int(address.rpartition(":")[2]))


def test_a_taken_port_is_passed_over() -> None:
    port = any_free()
    assert next_free(port) == port
    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)
        assert next_free(port) > port


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    script = (
        "import subprocess, sys, time;"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print('up', flush=True); time.sleep(600)"
    )
    made = Child(
        "sleeper", [sys.executable, "-c", script], os.environ, tmp_path / "log"
    )
    made.start()
    wait_until(lambda: "up" in (tmp_path / "log").read_text())
    yield made
    made.stop(patience=5)


def family(child: Child) -> list[psutil.Process]:
    assert child.process
    parent = psutil.Process(child.process.pid)
    return [parent, *parent.children(recursive=True)]


def test_a_child_is_stopped_with_its_helpers(child: Child) -> None:
    everyone = family(child)
    assert len(everyone) == 2
    child.stop(patience=5)
    wait_until(lambda: not any(process.is_running() for process in everyone))


def test_a_child_that_dies_is_started_again_and_its_helpers_are_not_kept(
    child: Child,
) -> None:
    everyone = family(child)
    assert child.revive() is None
    everyone[0].kill()
    wait_until(lambda: child.process and child.process.poll() is not None)
    said = child.revive()
    assert said
    assert said.startswith("sleeper ended (code -9), again in 1 s")
    wait_until(lambda: not any(process.is_running() for process in everyone))
    wait_until(lambda: child.revive() is None and child.process)


def test_a_child_that_keeps_failing_is_started_less_and_less_often(
    tmp_path: Path,
) -> None:
    broken = Child(
        "broken", [sys.executable, "-c", "exit(3)"], os.environ, tmp_path / "log"
    )
    broken.start()
    pauses: list[str] = []

    def failed_thrice() -> bool:
        said = broken.revive()
        if said:
            assert "(code 3)" in said
            pauses.append(said.partition("again in ")[2].partition(" ")[0])
        return len(pauses) == 3

    wait_until(failed_thrice)
    assert pauses == ["1", "2", "4"]


def page_of(html: str) -> Page:
    class Still(Browser):
        def _ask(self, method: str, url: str, body: bytes, kind: str) -> Page:
            page = Page(url, 200, {"Content-Type": "text/html"}, html.encode())
            self.sent = (method, url, body.decode())
            return page

    browser = Still("http://demo.example")
    page = browser.get("/page/")
    page.browser = browser
    return page


def test_a_form_is_sent_as_it_stands_with_what_was_filled_in() -> None:
    page = page_of(
        """
        <form method="post" action="/decide/" id="f">
          <input type="hidden" name="token" value="t1">
          <select name="state"><option value="a">A</option>
            <option value="b" selected>B</option></select>
          <textarea name="reason">
old words</textarea>
          <input type="checkbox" name="ticked" checked>
          <input type="checkbox" name="not">
          <button name="action" value="go">Go</button>
        </form>
        <input name="outside" form="f" value="yes"><a href="/next/">Next</a>
        """
    )
    form = page.form("reason", "state")
    assert form == Form(
        "/decide/",
        "post",
        multipart=False,
        values=[
            *(("token", "t1"), ("state", "b"), ("reason", "old words")),
            *(("ticked", "on"), ("outside", "yes")),
        ],
        names={"token", "state", "reason", "ticked", "not", "action", "outside"},
    )
    assert page.links == ["/next/"]
    page.browser.submit(
        page, form, {"reason": "new words", "ticked": None, "action": "go"}
    )
    assert page.browser.sent == (
        "POST",
        "http://demo.example/decide/",
        "token=t1&state=b&outside=yes&reason=new+words&action=go",
    )


def test_a_missing_form_says_what_the_page_has_instead() -> None:
    page = page_of('<form><input name="text"></form>')
    with pytest.raises(
        LookupError, match=r"no form with .*reason.* only \[\['text'\]\]"
    ):
        page.form("reason")
