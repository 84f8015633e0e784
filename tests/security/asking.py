"""Asks for every route as somebody, and undoes whatever an answer changed."""

import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from config.access import RULES, Route, routes
from tests.config.world import Things
from tests.proofs import prove

ROUTES = list(routes())
_WRITING = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
_OWN_TABLES = {"accounts_auditentry", "accounts_browsersession"}
# Headers that tell of the moment, or hang on the address that was asked for.
_OWN_HEADERS = {"set-cookie", "date", "location", "content-length"}


# Parameters of addresses that name nothing of anybody's.
_NOBODYS = {"uidb36": "1", "key": "forged", "kind": "digest", "indicator": "I05"}


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    headers: dict[str, str]
    queries: int
    # Tables that were written to, other than the log and the session's own row.
    wrote: frozenset[str]

    @property
    def told(self) -> str:
        """What is read: the body, and where a browser is sent."""
        return self.body + self.headers.get("location", "")

    @property
    def all_text(self) -> str:
        """Everything that travelled: the body, and every header."""
        return self.body + "\n".join(self.headers.values())


class Visitor:
    """A browser of somebody; None is a stranger. What it does is rolled back."""

    def __init__(self, user: User | None) -> None:
        self.client = Client(raise_request_exception=False)
        if user is not None:
            self.client.force_login(
                user, backend="django.contrib.auth.backends.ModelBackend"
            )
            prove(self.client, user, "mfa")
        self._cookies = self.client.cookies.output(header="", sep=";")

    def get(self, address: str, **extra: Any) -> Answer:
        return self.ask("GET", address, **extra)

    def post(self, address: str, form: Any = None, **extra: Any) -> Answer:
        return self.ask("POST", address, form, **extra)

    def ask(self, method: str, address: str, form: Any = None, **extra: Any) -> Answer:
        client = self.client
        client.cookies = SimpleCookie(self._cookies)
        send = client.post if method == "POST" else client.get
        given = (form or {},) if method == "POST" else ()
        reset_queries()  # the list of queries ends at 9000, and then nothing counts
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            response = send(address, *given, **extra)
            body = (
                b"".join(response.streaming_content)
                if response.streaming
                else response.content
            )
            transaction.set_rollback(True)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(
            response.status_code,
            body.decode(errors="replace"),
            headers,
            len(queries),
            frozenset(
                found[1] for query in queries if (found := _WRITING.match(query["sql"]))
            )
            - _OWN_TABLES,
        )


def parameters(route: Route) -> list[str]:
    return re.findall(r"<(?:\w+:)?(\w+)>", route.address)


def address_of(route: Route, kwargs_by_kind: dict[str, Any]) -> str | None:
    """Return the address of a route for someone's objects, or None: has no such."""
    if route.name == "api-nothing":
        return "/api/zz/"
    names = parameters(route)
    kwargs = kwargs_by_kind.get(route.name) or kwargs_by_kind.get(RULES[route.name].of)
    if kwargs is None or not set(names) <= set(kwargs):
        if RULES[route.name].of not in ("", "token"):
            return None
        kwargs = {name: _NOBODYS.get(name, "none") for name in names}
        if "pk" in names:  # of a user: the newest one
            kwargs["pk"] = User.objects.latest("pk").pk
        if "country" in route.name:
            kwargs |= {"slug": "RU", "key": "RU"}
    return reverse(route.name, kwargs={name: kwargs[name] for name in names})


def addresses(things: Things, *, method: str = "GET") -> list[tuple[Route, str]]:
    """Return every route that takes `method`, with its address for these things."""
    found = []
    for route in ROUTES:
        address = address_of(route, things.kwargs)
        if address and method in RULES[route.name].methods:
            found.append((route, address))
    return found


def without_asked(text: str, address: str) -> str:
    """Return a text without the token of its forms, its time and the address asked."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    # The time at the foot of each page.
    text = re.sub(r"\d\d:\d\d UTC", "", text)
    text = text.replace(address, "")
    for part in sorted(re.split(r"[/=]", address), key=len, reverse=True):
        text = text.replace(part, "") if len(part) > 3 else text
    return text


def same_headers(answer: Answer) -> dict[str, str]:
    return {k: v for k, v in answer.headers.items() if k not in _OWN_HEADERS}
