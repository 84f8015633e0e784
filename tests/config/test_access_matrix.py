"""Every route, for a stranger and each role: what opens, what refuses, what leaks.

The answers are those of `config.access.RULES`. Beside the status the body counts: no
word of what is walled off for Petra may stand in anything that somebody else gets, and
Petra must find those words, so that their absence means something.
"""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.choices import Role
from cases.models import Glass
from config.access import ANONYMOUS, EVERYBODY, RULES, Route, Rule
from tests.config.context_things import context_addresses
from tests.config.world import CANARIES, make_world
from tests.factories import NOON, make_user
from tests.security.asking import ROUTES, Visitor, parameters, without_asked

pytestmark = pytest.mark.django_db
# A page that says no, to somebody who is signed in.
REFUSED, ASKED_TO_SIGN_IN = {403}, {302, 401}
# There is nothing to show as long as nothing happened.
MAY_BE_EMPTY = {"preview-html", "digest-html"}
OPEN = set(range(200, 500)) - {401, 403, 404, 405}


def test_every_route_is_decided_and_every_decision_has_a_route():
    assert {route.name for route in ROUTES} == set(RULES)


def address_of(route: Route, kwargs_by_kind, other):
    """Return the address of a route for the objects of someone; None: has no such."""
    names = parameters(route)
    if route.name == "follow-add":
        person = kwargs_by_kind["person"]["key"]
        return f"{reverse(route.name)}?{kwargs_by_kind.get('to', f'person={person}')}"
    if not names:
        return reverse(route.name) if route.name != "api-nothing" else "/api/zz/"
    if route.name in other:
        return other[route.name]
    rule = RULES[route.name]
    kwargs = kwargs_by_kind.get(route.name) or kwargs_by_kind[rule.of]
    return reverse(route.name, kwargs={name: kwargs[name] for name in names})


@pytest.fixture
def free_addresses():
    """Addresses with a parameter that names nothing of anybody's."""
    somebody = make_user("Nia Nobody", Role.ANALYST)
    glass = Glass.objects.create(
        code="NOBIRD-1", reason="Try", asked_by=somebody, asked_at=NOON
    )
    return {
        **{
            name: reverse(name, kwargs={"key": glass.key})
            for name in ("glass-answer", "glass-end")
        },
        **{
            name: reverse(name, kwargs={"pk": somebody.pk})
            for name in RULES
            if name == "user"
            or (name.startswith(("user-", "lost-factor")) and name != "user-new")
        },
        **{
            name: reverse(name, kwargs={"kind": "digest"})
            for name in ("keeping-rule", "keeping-seen")
        },
        **context_addresses(somebody),
        "api-country": "/api/countries/RU/",
        "country": "/countries/RU/",
        "rule": "/method/I05/",
        "mail": "/mail/none/",
        "mail-html": "/mail/none/html/",
        "unsubscribe": "/u/forged.token/",
        "account_reset_password_from_key": "/account/password/reset/key/1-forged/",
    }


@pytest.mark.parametrize("role", EVERYBODY)
def test_every_route_answers_as_decided_and_leaks_nothing(role, free_addresses):
    reader = None if role == ANONYMOUS else make_user("Rea Der", role)
    world = make_world(reader or make_user("Some Analyst", Role.ANALYST))
    visitor = Visitor(reader)
    faults = []

    def expect(method, address, allowed, why):
        answer = visitor.ask(method, address, world.form)
        status = answer.status
        if status not in allowed:
            faults.append(f"{method} {address} ({why}): {status}")
        body = without_asked(answer.told, address)
        leaks = [word for word in CANARIES if word in body]
        if leaks:
            faults.append(f"{method} {address} ({why}) leaks {leaks}")
        return status, body

    def same(method, hidden, missing, allowed):
        found = expect(method, hidden, allowed, "hidden")
        absent = expect(method, missing, allowed, "missing")
        if found != absent:
            faults.append(f"{method} {hidden} differs from {missing}")

    for route in ROUTES:
        rule: Rule = RULES[route.name]
        answer = rule.answer(role)
        address = address_of(route, world.mine.kwargs, free_addresses)
        hidden = address_of(route, world.hidden.kwargs, free_addresses)
        missing = address_of(route, world.missing, free_addresses)
        for method in rule.methods:
            if rule.demo or rule.of in ("token", "nothing"):
                expect(method, address, OPEN | {401, 403, 404}, "nothing there")
            elif answer == "deny" and role == ANONYMOUS:
                expect(method, hidden, ASKED_TO_SIGN_IN, "deny")
            elif answer == "deny":
                # An act that is refused on what one sees is not there on what one
                # does not see.
                refused = REFUSED | ({404} if rule.of else set())
                expect(method, address, refused, "deny")
                if address != hidden:
                    same(method, hidden, missing, refused)
            elif answer == "allow":
                empty = {404} if route.name in MAY_BE_EMPTY else set()
                expect(method, address, OPEN | empty, "allow")
            else:
                # Whether a member may also write in the file is the service's to say.
                mine = OPEN | ({403} if method == "POST" else set())
                mine |= {404} if route.name in MAY_BE_EMPTY else set()
                expect(method, address, mine, "own")
                same(method, hidden, missing, {404})
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMINISTRATOR])
def test_no_route_takes_a_method_that_is_not_decided(role, free_addresses):
    reader = make_user("Rea Der", role)
    mine = make_world(reader).mine.kwargs
    visitor = Visitor(reader)
    faults = []
    for route in ROUTES:
        rule = RULES[route.name]
        if rule.answer(role) == "deny" or rule.of in ("token", "nothing"):
            continue
        for method in {"GET", "POST"} - set(rule.methods):
            address = address_of(route, mine, free_addresses)
            status = visitor.ask(method, address, {}).status
            if status != 405:
                faults.append(f"{method} {address}: {status}")
    assert not faults, "\n".join(faults)


def test_petra_finds_every_word_that_is_hidden_from_the_others(free_addresses):
    world = make_world(make_user("Rea Der", Role.ANALYST))
    petra = Visitor(world.petra)
    seen = {}
    for route in ROUTES:
        rule = RULES[route.name]
        if "GET" in rule.methods and rule.answer(Role.LAWYER) != "deny":
            address = address_of(route, world.hidden.kwargs, free_addresses)
            body = petra.get(address).told
            seen[route.name] = {word for word in CANARIES if word in body}
    assert set().union(*seen.values()) == set(CANARIES)
    for name in CONTROL:
        assert seen[name], f"{name} shows nothing of it to Petra"


CONTROL = {
    "today",
    "notice-list",
    "notice",
    "notice-tab",
    "people",
    "person",
    "audit-log",
    "case-list",
    "case",
    "case-chronology",
    "case-notices",
    "export",
    "follows",
    "api-notices",
    "api-notice",
    "api-people",
    "api-person",
}


@pytest.mark.parametrize("role", list(Role))
def test_search_and_filters_do_not_find_what_is_hidden(role):
    reader = make_user("Rea Der", role)
    make_world(reader)
    visitor = Visitor(reader)
    for address in (
        "/api/notices/?name=ZAKRYTOV",
        "/api/notices/?text=quietcharge",
        "/api/people/?name=Закрытов",
        "/notices/?name=ZAKRYTOV",
        "/notices/?text=quietcharge",
        "/people/?name=Закрытов",
        "/search/?q=ZAKRYTOV",
        "/search/?q=HIDDENBIRD-9",
        "/search/?q=WALLEDBIRD",
        "/search/?q=quietcharge",
        "/inbox/?text=quietcharge",
        "/administration/audit/?object=HIDDENBIRD-9",
        "/cases/?q=HIDDENBIRD",
    ):
        body = visitor.get(address).told
        asked = address.split("=")[1]
        # What was typed stands in the field again, once or twice, and nowhere else.
        hits = [word for word in CANARIES if word in body and word not in asked]
        assert not hits, f"{address} leaks {hits}"


def test_the_command_prints_each_route_with_an_answer_for_everybody(capsys):
    call_command("access_matrix", "--json")
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == len(ROUTES)
    for row in rows:
        assert row["route"].startswith("/")
        assert set(row["methods"]) <= {"GET", "POST"}
        assert set(row["roles"]) == set(EVERYBODY)
        assert set(row["roles"].values()) <= {"allow", "deny", "own"}
    case = next(row for row in rows if row["route"] == "/cases/<slug:code>/")
    assert case["roles"][ANONYMOUS] == "deny"
    assert case["roles"][Role.LAWYER] == "own"
    assert case["roles"][Role.ADMINISTRATOR] == case["roles"][Role.AUDITOR] == "deny"
    call_command("access_matrix")
    assert "/api/notices/" in capsys.readouterr().out


def test_the_command_says_who_sees_a_case_file_and_why(capsys):
    make_world(make_user("Rea Der", Role.ANALYST))
    make_user("Emil Admin", Role.ADMINISTRATOR)
    call_command("access_matrix", "--case", "HIDDENBIRD-9", "--json")
    rows = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in rows if one["sees"]] == [
        "Kofi Warden",
        "Petra Keeper",
    ]
    found = {one["name"]: one for one in rows}
    assert "named as lead" in found["Petra Keeper"]["why"]
    assert "only named people" in found["Emil Admin"]["why"]
    call_command("access_matrix", "--case", "KESTREL-7")
    said = capsys.readouterr().out
    assert "Ben Signer" in said
    assert "open to the organisation" in said
    with pytest.raises(CommandError, match="no case file"):
        call_command("access_matrix", "--case", "NOBIRD-1")
