"""Follows every link and sends every GET form of the site, as a browser would."""

import re
from collections import deque
from html.parser import HTMLParser
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

from tests.security.asking import Visitor

_STATIC = re.compile(r"^/static/")
# What differs between two readings of the same page.
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


class _Page(HTMLParser):
    """Collects where a page leads: links, parts that it fetches, forms by GET."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self._form: str | None = None
        self._fields: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.links += [values[n] for n in ("href", "src", "hx-get") if n in values]
        if tag == "form":
            is_get = values.get("method", "get").lower() == "get"
            self._form, self._fields = values.get("action", "") if is_get else None, []
        elif tag == "input" and values.get("name") and self._form is not None:
            self._fields.append((values["name"], values.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form is not None:
            self.links.append(f"{self._form}?{urlencode(self._fields)}")
            self._form = None


def crawl(visitor: Visitor, *, start: str = "/", most: int = 80) -> dict[str, str]:
    """Return what each address that leads on from `start` answers.

    Goes by breadth and stops after `most` pages. Static files are left out.
    """
    seen: dict[str, str] = {}
    waiting = deque([start])
    while waiting and len(seen) < most:
        address = waiting.popleft()
        if address in seen:
            continue
        answer = visitor.get(address)
        body = _TOKEN.sub("", answer.body)
        seen[address] = f"{answer.status} {answer.headers.get('location', '')}\n{body}"
        found = [answer.headers.get("location", "")]
        if answer.headers.get("content-type", "").startswith("text/html"):
            page = _Page()
            page.feed(answer.body)
            found += page.links
        for link in found:
            waiting.extend(_inside(address, link))
    return seen


def _inside(page: str, link: str) -> list[str]:
    """Return the address a link leads to, if it is a page of this site."""
    whole, _ = urldefrag(urljoin(f"http://testserver{page}", link))
    parts = urlsplit(whole)
    if parts.netloc != "testserver" or _STATIC.match(parts.path) or not link:
        return []
    return [parts.path + (f"?{parts.query}" if parts.query else "")]
