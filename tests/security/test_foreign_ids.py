"""Ids of others in forms, filters and the API's bodies, and fields nobody asked for.

The attacker is Olga, an analyst with files of her own: whatever hidden thing she names
is to her as one that is not there, and whatever she sends besides is not taken.
"""

import json
import re

import pytest
from django.test import Client
from django.utils.http import urlencode

from accounts.choices import Role
from accounts.models import User
from cases.models import CaseFile, CaseMember, Export, Follow
from config.access import RULES
from notices.models import Notice, PersonFact
from tests.config.world import Things
from tests.factories import make_user
from tests.security.asking import ROUTES, Visitor, address_of, addresses, without_asked
from tests.security.scene import NAMED, WALLED, make_scene

pytestmark = pytest.mark.django_db
# Names of fields and parameters by which some form or filter takes an object.
BY_NAME = (
    *("notice", "number", "person", "case", "code", "file", "key", "keys", "id", "ids"),
    *("pk", "notices", "reviews", "selected", "user", "assignee", "member", "export"),
    *("follow", "digest", "object", "q", "name", "text", "actor", "lead"),
)
# What no form offers, and what would matter if it were taken.
EXTRA = {
    "is_superuser": "1",
    "is_staff": "1",
    "is_active": "0",
    "role": "administrator",
    "role-role": "administrator",
    "may_export": "1",
    "email": "olga@evil.example",
    "password": "owned",
    "sessions_ended_at": "2020-01-01",
    "level": "organisation",
    "state": "closed",
    "version": "99",
    "opened_by": "1",
    "author": "1",
    "requested_by": "1",
    "recorded_by": "1",
    "reader": "1",
    "is_counsel_only": "",
    "confidentiality": "public",
    "sha256": "0" * 64,
    "path": "/etc/passwd",
}


@pytest.fixture
def scene():
    return make_scene(make_user("Olga Brandt", Role.ANALYST, email="olga@example.org"))


def _ids(things: Things) -> set[str]:
    """Return everything by which an object of someone's can be named."""
    named = {
        str(v)
        for kw in things.kwargs.values()
        if isinstance(kw, dict)
        for v in kw.values()
    }
    return {one for one in named if one} - {"warrants", "reopen", "x"}


def test_no_form_and_no_filter_takes_an_object_of_others(scene):
    visitor = Visitor(scene.world.reader)
    hidden = sorted(
        {*_ids(scene.world.hidden), WALLED, NAMED, str(scene.world.petra.pk)}
    )
    faults = []
    for route in ROUTES:
        rule = RULES[route.name]
        address = address_of(route, scene.world.mine.kwargs)
        if address is None or rule.answer(Role.ANALYST) == "deny":
            continue
        for one in (
            hidden[:8] if "GET" in rule.methods and _has_filter(route.name) else ()
        ):
            asked = f"{address}?{urlencode(dict.fromkeys(BY_NAME, one))}"
            answer = visitor.get(asked)
            words = scene.found_in(without_asked(answer.all_text, asked))
            if words or answer.status >= 500:
                faults.append(f"GET {asked}: {answer.status} {words}")
        for one in hidden[:4] if "POST" in rule.methods else ():
            form = scene.world.form | dict.fromkeys(BY_NAME, one)
            answer = visitor.post(address, form)
            words = scene.found_in(without_asked(answer.all_text, f"{address}/{one}"))
            if words or answer.status >= 500:
                faults.append(f"POST {address} with {one}: {answer.status} {words}")
    assert not faults, "\n".join(faults)


def _has_filter(name):
    return "list" in name or name in {
        *("inbox", "people", "search", "follows", "audit-log", "case-list", "today"),
        *(
            "api-notices",
            "api-people",
            "follow-add",
            "who-sees",
            "run",
            "digest-preview",
        ),
    }


def test_linking_a_hidden_notice_reads_as_linking_one_that_is_not_there(scene):
    mine = address_of(_route("case-notices"), scene.world.mine.kwargs)
    visitor = Visitor(scene.world.reader)
    key = scene.world.hidden.kwargs["notice"]["key"]
    answers = [
        visitor.post(mine, {"number": one, "reason": "x"}).body.replace(one, "")
        for one in (key, "bcdfghjkmnpq")
    ]
    assert without_asked(answers[0], mine) == without_asked(answers[1], mine)
    assert "There is no notice with the number" in answers[0]


def _route(name):
    return next(route for route in ROUTES if route.name == name)


def test_fields_that_no_form_offers_are_not_taken(scene):
    olga = scene.world.reader
    before = _state(olga)
    client = Client(raise_request_exception=False)
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    for route, address in addresses(scene.world.mine, method="POST"):
        if route.name.startswith(("account_logout", "session", "account-signout")):
            continue
        client.post(address, scene.world.form | EXTRA)
    assert _state(olga) == before


def _state(olga):
    """Return what only an administrator, or its owner, may change."""
    olga.refresh_from_db()
    return {
        "user": (olga.role, olga.email, olga.is_active, olga.may_export),
        "password": olga.check_password("owned"),
        "others": list(
            User.objects.exclude(pk=olga.pk)
            .order_by("pk")
            .values_list("pk", "role", "email")
        ),
        "walls": list(
            CaseFile.objects.filter(code__in=(WALLED, NAMED)).order_by("pk").values()
        ),
        "named": list(
            CaseMember.objects.filter(case__code__in=(WALLED, NAMED))
            .order_by("pk")
            .values()
        ),
        "notices": list(
            Notice.objects.order_by("pk").values_list("pk", "confidentiality")
        ),
        "facts": set(
            PersonFact.objects.exclude(recorded_by=olga).values_list("pk", "value")
        ),
        "copies": set(
            Export.objects.exclude(requested_by=olga).values_list("pk", "path")
        ),
        "follows": set(Follow.objects.exclude(reader=olga).values_list("pk", "note")),
    }


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_takes_no_body(scene, method):
    client = Client(raise_request_exception=False)
    client.force_login(
        scene.world.reader, backend="django.contrib.auth.backends.ModelBackend"
    )
    key = scene.world.mine.kwargs["notice"]["key"]
    body = json.dumps({"confidentiality": "public", "person": 1, "key": WALLED})
    for address in ("/api/notices/", f"/api/notices/{key}/", "/api/people/"):
        send = getattr(client, method)
        answer = send(address, body, content_type="application/json")
        assert answer.status_code in (403, 405)
        assert scene.found_in(answer.content.decode()) == []


def test_counts_and_suggestions_leave_the_hidden_out(scene):
    """The same numbers as for somebody for whom the hidden things never were."""
    visitor = Visitor(scene.world.reader)
    listed = visitor.get("/api/notices/").body
    assert scene.world.mine.kwargs["notice"]["key"] in listed
    assert scene.world.hidden.kwargs["notice"]["key"] not in listed
    shown = re.findall(r"/people/([a-z0-9]+)/", visitor.get("/people/").body)
    assert scene.world.hidden.kwargs["person"]["key"] not in shown
    assert shown
