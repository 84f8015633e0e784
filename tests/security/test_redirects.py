"""No address of ours sends people elsewhere, and nobody writes in our headers."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils.http import urlencode

from accounts.choices import Role
from config.access import RULES
from tests.factories import PASSWORD, make_user
from tests.security.asking import ROUTES, Visitor, address_of
from tests.security.scene import make_scene

pytestmark = pytest.mark.django_db
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "\\\\evil.example/",
    "/\\evil.example/",
    "/%2f%2fevil.example/",
    "https:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,evil.example",
    "http://testserver@evil.example/",
    "http://evil.example#@testserver/",
    " https://evil.example/",
    "\thttps://evil.example/",
    "/\t/evil.example/",
    "/\r\nLocation: https://evil.example/",
    "．．//evil.example",
)
OURS = "/design/"
NAMES = ("next", "back", "to", "return", "url", "redirect", "continue", "from")


def _leads_elsewhere(page, to):
    """Tell whether a browser that is on `page` would follow `to` off this site."""
    # Browsers drop blanks and controls, and read a backslash as a slash.
    seen = re.sub(r"[\x00-\x20]", "", to).replace("\\", "/")
    whole = urlsplit(urljoin(f"http://testserver{page}", seen))
    return whole.scheme not in ("http", "https") or whole.netloc != "testserver"


def _goes_to(answer):
    """Return every address that an answer leads to."""
    headers = ("location", "hx-redirect", "hx-location", "hx-push-url", "refresh")
    in_body = re.findall(r'(?:href|action|src|hx-\w+)="([^"]*)"', answer.body)
    given = [answer.headers[name] for name in headers if name in answer.headers]
    return [unescape(one) for one in (*given, *in_body) if not one.startswith("{")]


@pytest.mark.parametrize("role", [None, Role.LAWYER])
def test_no_route_sends_people_elsewhere(role):
    reader = make_user("Rea Der", role or Role.ANALYST)
    scene = make_scene(reader)
    visitor = Visitor(reader if role else None)
    obeying, faults = set(), []
    for route in ROUTES:
        address = address_of(route, scene.world.mine.kwargs)
        for method in RULES[route.name].methods if address else ():
            asked, form = _with(address, scene.world.form, OURS)
            answer = visitor.ask(method, asked, form)
            if not any(OURS in one for one in _goes_to(answer)):
                targets = ELSEWHERE[:2]  # it obeys nobody; two are enough to see
            else:
                obeying.add(route.name)
                targets = ELSEWHERE
            for target in targets:
                asked, form = _with(address, scene.world.form, target)
                answer = visitor.ask(method, asked, form)
                if answer.status >= 500:
                    faults.append(f"{method} {asked}: {answer.status}")
                faults += [
                    f"{method} {asked} leads to {to}"
                    for to in _goes_to(answer)
                    if _leads_elsewhere(address, to)
                ]
    assert obeying, "no route goes where it is told to, so nothing was tried"
    assert not faults, "\n".join(faults)


def _with(address, form, target):
    asked = dict.fromkeys(NAMES, target)
    return f"{address}?{urlencode(asked)}", form | asked


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_to_this_site_alone(target):
    make_user("Ana Lindqvist", email="ana@example.org")
    client = Client(raise_request_exception=False)
    answer = client.post(
        f"/account/login/?{urlencode({'next': target})}",
        {"login": "ana@example.org", "password": PASSWORD, "next": target},
    )
    assert answer.status_code in (200, 302)
    assert not _leads_elsewhere("/account/login/", answer.get("Location", "/"))


@pytest.mark.parametrize(
    "name",
    [
        "Eve\r\nBcc: all@example.org",
        "Eve\nSubject: x",
        "Eve\x00",
        "Eve\u202egnp",
        "Eve\x7f",
    ],
)
def test_no_header_of_a_mail_can_be_written_by_a_name(name):
    emil = make_user("Emil Novak", Role.ADMINISTRATOR)
    visitor = Visitor(emil)
    answer = visitor.post(
        "/administration/users/new/",
        {"name": name, "email": "eve@example.org", "role": "analyst"},
    )
    assert answer.status in (400, 422)
    answer = visitor.post(
        "/administration/users/new/",
        {"name": "Eve", "email": f"eve@example.org{name}", "role": "analyst"},
    )
    assert answer.status in (400, 422)
    assert mail.outbox == []


@pytest.mark.parametrize(
    "host",
    ["evil.example", "testserver@evil.example", "testserver:80@evil", "127.0.0.1#"],
)
def test_another_host_is_not_answered(host):
    client = Client(raise_request_exception=False)
    answer = client.get("/account/login/", headers={"host": host})
    assert answer.status_code == 400
    forwarded = client.get(
        "/account/login/", headers={"x-forwarded-host": "evil.example"}
    )
    assert forwarded.status_code == 200
    assert "evil.example" not in forwarded.content.decode()
