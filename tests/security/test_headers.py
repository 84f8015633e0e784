"""What every answer carries, on every route, for strangers and for whoever is in."""

import runpy

import pytest
from django.conf import settings
from django.test import Client

from accounts.choices import Role
from config.access import RULES
from config.environment import Environment, Values
from tests.config.test_settings import PRODUCTION
from tests.factories import make_user
from tests.security.asking import ROUTES, Visitor, address_of
from tests.security.scene import make_scene

pytestmark = pytest.mark.django_db
CLOSED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# A mail as it was sent stands in a frame of its own page.
FRAMED = {"digest-html", "mail-html", "preview-html"}
FRAMED_HEADERS = {
    (name, header)
    for name in FRAMED
    for header in ("x-frame-options", "referrer-policy")
}
# They hold nothing of anybody's: a style sheet and the health of the site.
FOR_ALL = {"healthz", "readyz"}


def answers(reader):
    """Yield every route with the answer to each of its methods, as `reader`."""
    scene = make_scene(reader or make_user("Some Analyst", Role.ANALYST))
    visitor = Visitor(reader)
    for route in ROUTES:
        address = address_of(route, scene.world.mine.kwargs)
        for method in RULES[route.name].methods if address else ():
            yield route, method, visitor.ask(method, address, scene.world.form)


@pytest.mark.parametrize("role", [None, Role.LAWYER, Role.ADMINISTRATOR])
def test_every_answer_is_closed_to_other_sites_and_to_caches(role):
    faults = []
    for route, method, answer in answers(role and make_user("Rea Der", role)):
        for name, value in CLOSED.items():
            given = answer.headers.get(name)
            if given != value and (route.name, name) not in FRAMED_HEADERS:
                faults.append(f"{method} {route.name}: {name} is {given}")
        if "camera=()" not in answer.headers.get("permissions-policy", ""):
            faults.append(f"{method} {route.name}: no permissions policy")
        policy = _policy(answer)
        if policy.get("default-src") != "'none'":
            faults.append(f"{method} {route.name}: policy {policy}")
        sources = {word for value in policy.values() for word in value.split()}
        if not sources <= {"'none'", "'self'"} and route.name not in FRAMED:
            faults.append(f"{method} {route.name}: policy lets in {sources}")
        kept = "no-store" not in answer.headers.get("cache-control", "")
        if role and kept and route.name not in FOR_ALL:
            faults.append(f"{method} {route.name} may be kept by a cache")
    assert not faults, "\n".join(faults)


def _policy(answer):
    parts = answer.headers.get("content-security-policy", "").split(";")
    return {
        name: value
        for name, _, value in (part.strip().partition(" ") for part in parts)
        if name
    }


def test_signing_out_leaves_nothing_in_the_browser():
    ana = make_user("Ana Lindqvist")
    visitor = Visitor(ana)
    assert "clear-site-data" not in visitor.get("/account/logout/").headers
    answer = visitor.post("/account/logout/")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'


def test_pages_stay_out_of_the_history_that_scripts_keep():
    page = Client().get("/account/login/").content.decode()
    assert '"historyCacheSize": 0' in page
    assert '"allowEval": false' in page
    assert '"selfRequestsOnly": true' in page


def test_cookies_belong_to_this_host_alone_and_no_script_reads_them(
    tmp_path, monkeypatch
):
    given = {"TRACKER_DATA_DIR": str(tmp_path), **PRODUCTION}
    monkeypatch.setattr(Environment, "ENVIRON", Values(env=given))
    read = runpy.run_path(str(settings.BASE_DIR / "config" / "settings.py"))
    for name in ("SESSION", "CSRF"):
        assert read[f"{name}_COOKIE_NAME"].startswith("__Host-")
        assert read[f"{name}_COOKIE_SECURE"] is True
        assert read[f"{name}_COOKIE_HTTPONLY"] is True
    assert read["SECURE_HSTS_SECONDS"] >= 31_536_000
    cookie = Client().get("/account/login/").cookies[settings.CSRF_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["domain"]
