"""A browser for the check: pages, cookies, forms as they stand in the page, files."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import uuid4

SECONDS = 30
REDIRECTS = 10


@dataclass
class Form:
    """One form: where it goes and what is in it before anybody fills it in."""

    action: str
    method: str
    multipart: bool
    values: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


@dataclass
class Page:
    """What came back, after all redirects."""

    url: str
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    forms: list[Form] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def form(self, *names: str) -> Form:
        """Return the first form that has all of these fields.

        Raises LookupError with what the page has instead.
        """
        for found in self.forms:
            if set(names) <= found.names:
                return found
        have = [sorted(form.names) for form in self.forms]
        raise LookupError(f"{self.path} has no form with {names}, only {have}")


class Browser:
    """Follows redirects and keeps cookies, for one person."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> Page:
        return self._follow("GET", urljoin(self._address, path), b"", "")

    def submit(
        self,
        page: Page,
        form: Form,
        values: Mapping[str, str | None] | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
    ) -> Page:
        """Send the form with these values in place of those in the page.

        None takes a value away, as unticking a box does.
        """
        given = values or {}
        pairs = [(name, value) for name, value in form.values if name not in given]
        pairs += [(name, value) for name, value in given.items() if value is not None]
        target = urljoin(page.url, form.action or page.url)
        if form.method == "get":
            return self.get(f"{target.split('?')[0]}?{urlencode(pairs)}")
        if form.multipart or files:
            boundary = uuid4().hex
            body = _multipart(pairs, files or {}, boundary)
            kind = f"multipart/form-data; boundary={boundary}"
            return self._follow("POST", target, body, kind)
        body = urlencode(pairs).encode()
        return self._follow("POST", target, body, "application/x-www-form-urlencoded")

    def _follow(self, method: str, url: str, body: bytes, kind: str) -> Page:
        for _ in range(REDIRECTS):
            page = self._ask(method, url, body, kind)
            target = page.headers.get("Location")
            if page.status not in (301, 302, 303, 307, 308) or not target:
                reader = _Reader(page)
                if "html" in page.headers.get("Content-Type", ""):
                    reader.feed(page.text)
                return page
            method, url, body, kind = "GET", urljoin(url, target), b"", ""
        raise LookupError(f"{url} goes round in circles")

    def _ask(self, method: str, url: str, body: bytes, kind: str) -> Page:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=SECONDS)
        headers = {
            "Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items()),
            "Referer": url,
        }
        if method == "POST":
            headers["Content-Type"] = kind
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        try:
            connection.request(method, target, body or None, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        return Page(url, response.status, response.headers, content)


class _Reader(HTMLParser):
    """Collects forms and links; a form's fields may also name it by `form=`."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._form: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._select = ""
        self._area = ""
        self._area_text = ""

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "a" and "href" in given:
            self._page.links.append(given["href"])
        elif tag == "form":
            self._form = Form(
                given.get("action", ""),
                given.get("method", "get").lower(),
                given.get("enctype", "") == "multipart/form-data",
            )
            self._page.forms.append(self._form)
            self._by_id[given.get("id", "")] = self._form
        elif tag in ("input", "button", "select", "textarea", "option"):
            self._handle_field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._area:
            if self._form:
                self._form.values.append((self._area, self._area_text.lstrip("\n")))
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area_text += data

    def _handle_field(self, tag: str, given: dict[str, str]) -> None:
        form = self._by_id.get(given["form"]) if "form" in given else self._form
        name = given.get("name", "")
        if tag == "option":
            if form and self._select and "selected" in given:
                form.values.append((self._select, given.get("value", "")))
            return
        if form is None or not name or "disabled" in given:
            return
        form.names.add(name)
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area, self._area_text = name, ""
        elif tag == "input":
            kind = given.get("type", "text")
            ticked = "checked" in given
            if kind in ("checkbox", "radio") and not ticked:
                return
            if kind not in ("submit", "file", "image", "button"):
                default = "on" if kind == "checkbox" else ""
                form.values.append((name, given.get("value", default)))


def _multipart(
    pairs: list[tuple[str, str]], files: dict[str, tuple[str, bytes]], boundary: str
) -> bytes:
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in pairs
    ]
    parts += [
        (
            f'Content-Disposition: form-data; name="{name}"; filename="{title}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        + content
        for name, (title, content) in files.items()
    ]
    mark = f"--{boundary}\r\n".encode()
    body = b"".join(mark + part + b"\r\n" for part in parts)
    return body + f"--{boundary}--\r\n".encode()
