"""A browser that takes pictures of pages and measures what they weigh."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, Response

from config.screens.states import State

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS = (1440, 390)
SCHEMES = ("light", "dark")
HEIGHT = 900
# Taller than this nobody looks at a picture.
TALLEST = 6_000
PATIENCE_MS = 60_000

_SHIFT = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value;
    }).observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => setTimeout(() => done(sum), 50));
})"""
_LINKS = """() => Array.from(document.querySelectorAll("a[href]:not([download])"))
    .filter((one) => one.origin === location.origin)
    .map((one) => one.pathname + one.search)"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Taken:
    """One screen as one person saw it, in all its pictures."""

    name: str
    who: str
    path: str
    pictures: int = 0
    shift: float = 0.0
    # By rule of axe-core: how many elements break it, in any picture.
    violations: dict[str, int] = field(default_factory=dict)
    # Pixels that one has to scroll sideways.
    sideways: int = 0
    trouble: str = ""

    @property
    def is_good(self) -> bool:
        return not (self.violations or self.sideways or self.trouble)


class Camera:
    """Takes the pictures of one person; `axe` is the script that finds violations."""

    def __init__(
        self, browser: Browser, address: str, folder: Path, axe: str, who: str
    ) -> None:
        self._browser = browser
        self._address = address
        self._folder = folder
        self._axe = axe
        self.who = who
        self._cookies: list[Any] = []

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as people do; raises RuntimeError if nobody is let in."""
        with self._opened() as page:
            page.goto("/account/login/")
            page.fill("input[name=login]", email)
            page.fill("input[name=password]", password)
            page.locator("input[name=password]").press("Enter")
            page.wait_for_url(lambda url: "/account/login" not in url)
            self._cookies = list(page.context.cookies())

    def weigh(self, path: str) -> int:
        """Return the bytes that a first visit fetches, compressed as they came."""
        with self._opened() as page:
            session = page.context.new_cdp_session(page)
            session.send("Network.enable")
            sizes: list[float] = []
            session.on(
                "Network.loadingFinished",
                lambda told: sizes.append(told["encodedDataLength"]),
            )
            self._go(page, path)
            return int(sum(sizes))

    def take(self, name: str, path: str) -> tuple[Taken, list[str]]:
        """Take a screen at every width in every scheme; also return its links."""
        taken = Taken(name, self.who, path)
        links: list[str] = []
        for width in WIDTHS:
            with self._opened(width) as page:
                try:
                    answer = self._go(page, path)
                    if answer and not _is_page(answer):
                        return taken, links
                    if answer and answer.status != HTTPStatus.OK:
                        taken.trouble = f"answers {answer.status}"
                    taken.shift = max(taken.shift, page.evaluate(_SHIFT))
                    links = page.evaluate(_LINKS) if width == WIDTHS[0] else links
                    self._both_schemes(page, taken, width)
                except Error as error:
                    # A link to a file ends in no page.
                    if "Download is starting" not in str(error):
                        taken.trouble = str(error).splitlines()[0]
        return taken, links

    def take_state(self, state: State) -> Taken:
        """Take a state of a screen after its steps were done."""
        taken = Taken(state.name, self.who, state.path)
        for width in (state.width,) if state.width else WIDTHS:
            with self._opened(width, javascript=state.javascript) as page:
                try:
                    start, _, follow = state.path.partition(" > ")
                    self._go(page, start)
                    if follow:
                        href = page.locator(follow).first.get_attribute("href")
                        self._go(page, href or start)
                    if state.javascript:
                        taken.shift = max(taken.shift, page.evaluate(_SHIFT))
                    for step in state.steps:
                        _do(page, *step)
                    # Forced colours are the reader's own, whatever the page says.
                    checked = state.javascript and ("contrast",) not in state.steps
                    self._both_schemes(page, taken, width, with_axe=checked)
                except Error as error:
                    taken.trouble = str(error).splitlines()[0]
        return taken

    def _go(self, page: Page, path: str) -> Response | None:
        answer = page.goto(path)
        page.wait_for_load_state("networkidle")
        return answer

    def _both_schemes(
        self, page: Page, taken: Taken, width: int, *, with_axe: bool = True
    ) -> None:
        taken.sideways = max(taken.sideways, page.evaluate(_WIDER))
        folder = self._folder / (self.who or "anybody")
        folder.mkdir(parents=True, exist_ok=True)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            height = page.evaluate("document.documentElement.scrollHeight")
            page.screenshot(
                path=folder / f"{taken.name}-{width}-{scheme}.png",
                full_page=True,
                clip={"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)},
            )
            taken.pictures += 1
            if with_axe:
                # The second scheme has the same elements in other colours.
                only = () if scheme == SCHEMES[0] else ("color-contrast",)
                for rule, count in self._violations(page, *only).items():
                    taken.violations[rule] = max(taken.violations.get(rule, 0), count)

    def _violations(self, page: Page, *only: str) -> dict[str, int]:
        page.evaluate(self._axe)
        asked: dict[str, Any] = {"resultTypes": ["violations"]}
        if only:
            asked["runOnly"] = list(only)
        found = page.evaluate("(asked) => axe.run(document, asked)", asked)
        return {one["id"]: len(one["nodes"]) for one in found["violations"]}

    @contextmanager
    def _opened(
        self, width: int = WIDTHS[0], *, javascript: bool = True
    ) -> Iterator[Page]:
        """A page in a browser that has seen nothing of this site yet."""
        context: BrowserContext = self._browser.new_context(
            base_url=self._address,
            viewport={"width": width, "height": HEIGHT},
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies(self._cookies)
        try:
            yield context.new_page()
        finally:
            context.close()


def _is_page(answer: Response) -> bool:
    """Tell whether somebody looks at it, and does not keep it as a file."""
    kept = "attachment" in answer.headers.get("content-disposition", "")
    return "html" in answer.headers.get("content-type", "") and not kept


def _do(page: Page, verb: str, *what: str) -> None:
    """Do one step of a state."""
    if verb == "open":
        for one in page.locator(what[0]).all():
            one.evaluate("(part) => { part.open = true; }")
    elif verb == "press":
        page.keyboard.press(what[0])
        page.wait_for_timeout(200)
    elif verb == "fill":
        page.fill(*what)
    elif verb == "submit":
        with page.expect_navigation():
            page.locator(what[0]).first.evaluate("(form) => form.requestSubmit()")
        page.wait_for_load_state("networkidle")
    elif verb == "rtl":
        page.evaluate("document.documentElement.dir = 'rtl'")
    elif verb == "print":
        page.emulate_media(media="print")
    elif verb == "contrast":
        page.emulate_media(forced_colors="active")
    else:
        raise ValueError(verb)
