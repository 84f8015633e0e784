"""A real browser for tests: Chromium through Playwright, on the live server.

`open_page` opens pages as somebody, at a width and in a colour scheme. When the test
ends it fails if any page ran into an error of its script or broke its own security
policy, so that no test has to ask. `accessibility_problems` asks axe-core about a page.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from config.screens.camera import ARGUMENTS

_AXE = Path(__file__).parent / "vendor" / "axe" / "axe.min.js"
_HEIGHT = 900


class OpenPage(Protocol):
    def __call__(
        self,
        path: str,
        *,
        user: User | None = None,
        width: int = 1440,
        scheme: str = "light",
        javascript: bool = True,
    ) -> Page: ...


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """A browser of the system, else Playwright's own, for one test.

    Playwright's loop runs in this thread as long as it is open. Django takes that for
    async code and gives it database connections of its own: they are closed here, and
    the fixtures around find theirs again.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        yield browser
        browser.close()
        connections.close_all()


@pytest.fixture
def open_page(live_server: Any, chromium: Browser) -> Iterator[OpenPage]:
    """Return a function that opens a path and gives its page."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_(
        path: str,
        *,
        user: User | None = None,
        width: int = 1440,
        scheme: str = "light",
        javascript: bool = True,
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": _HEIGHT},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies([_session_cookie(user, live_server.url)])
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"{path}: {error}"))
        page.on("console", lambda line: problems.extend(_policy(path, line.text)))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


def accessibility_problems(page: Page) -> list[str]:
    """Return every violation that axe-core finds: rule, words, elements."""
    page.evaluate(_AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']}: "
        + json.dumps([node["html"][:160] for node in one["nodes"]][:4])
        for one in found["violations"]
    ]


def sideways_scroll(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def _policy(path: str, line: str) -> list[str]:
    return [f"{path}: {line}"] if "Content Security Policy" in line else []


def _session_cookie(user: User, url: str) -> Any:
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}


__all__ = ["OpenPage", "accessibility_problems", "sideways_scroll"]
