"""What holds for each page that has an address of its own, whoever reads it."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.choices import Role
from tests.factories import make_user

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
    "manifest-src": "'self'",
}

# Parts of pages, which are fetched by a page and never stand alone.
PARTS = {"/inbox/counts/", "/palette/", "/work/alerts/"}


def _names(resolver: URLResolver) -> set[str]:
    names = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            names |= _names(entry) if not entry.namespace else set()
        elif isinstance(entry, URLPattern) and entry.name:
            names.add(entry.name)
    return names


def _paths() -> list[str]:
    """Return the addresses without parameters."""
    paths = set()
    for name in _names(get_resolver()):
        try:
            paths.add(reverse(name))
        except NoReverseMatch:
            continue
    return sorted(paths)


class _Reader(HTMLParser):
    """Counts headings and collects whatever a strict policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.refused: list[str] = []
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(tag)
        if tag == "html":
            self.language = values.get("lang") or ""
        if tag == "style" or (tag == "script" and not values.get("src")):
            self.refused.append(f"<{tag}>")
        self.refused += [
            f"{tag} {name}"
            for name, value in attrs
            if name == "style"
            or name.startswith("on")
            or (name in {"src", "href"} and (value or "").startswith("javascript:"))
        ]


@pytest.fixture
def readers(db):
    found = [Client()]
    for role in Role.values:
        client = Client()
        client.force_login(make_user(f"{role.title()} Reader", role))
        found.append(client)
    return found


def test_each_page_keeps_the_policy_and_one_heading(readers):
    seen = 0
    for path in _paths():
        for client in readers:
            answer = client.get(path)
            if not answer.get("Content-Type", "").startswith("text/html"):
                continue
            policy = dict(
                part.strip().split(" ", 1)
                for part in answer["Content-Security-Policy"].split(";")
            )
            # A page may hold a frame of this site: a mail as it was sent.
            assert policy.pop("frame-src", "'self'") == "'self'", path
            assert policy == POLICY, path
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Referrer-Policy"] == "same-origin"
            if not answer.content:
                continue
            page = _Reader()
            page.feed(answer.content.decode())
            assert not page.refused, f"{path}: {page.refused}"
            if path not in PARTS:
                assert page.headings.count("h1") == 1, f"{path}: {page.headings}"
                assert page.language, path
            seen += 1
    assert seen > 20


def test_pages_of_someone_signed_in_stay_out_of_caches(readers):
    assert "no-store" in readers[1].get("/design/")["Cache-Control"]
    assert "no-store" in readers[1].get("/account/settings/")["Cache-Control"]


def test_the_navigation_offers_only_what_a_role_may_open(readers):
    offered = {}
    for client, role in zip(readers[1:], Role.values, strict=True):
        page = client.get("/design/").content.decode()
        nav = page.split('aria-label="Main">')[1].split("</nav>")[0]
        offered[role] = re.findall(r'href="([^"]+)"', nav)
        for path in offered[role]:
            assert client.get(path).status_code == 200, f"{role}: {path}"
    assert "/inbox/" in offered[Role.ANALYST]
    assert "/inbox/" not in offered[Role.ADVOCACY]
    assert "/administration/" in offered[Role.ADMINISTRATOR]
    assert "/administration/" not in offered[Role.REVIEWER]
