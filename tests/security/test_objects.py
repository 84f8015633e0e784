"""Every route × everybody × own, a colleague's, a restricted and a walled object.

What the table in `config.access` says about roles is held in `tests.config`; here the
object counts, and whether "invisible" can be told from "not there": by status, body,
headers or the number of queries. Petra and Rita, who may see what is hidden, are the
control: a word that not even they find would prove nothing.
"""

import pytest

from accounts.capabilities import Capability, capabilities_of
from accounts.choices import Role
from config.access import ANONYMOUS, EVERYBODY, RULES
from tests.factories import make_user
from tests.security.asking import (
    ROUTES,
    Visitor,
    address_of,
    addresses,
    same_headers,
    without_asked,
)
from tests.security.scene import make_scene

pytestmark = pytest.mark.django_db
# Things that whoever holds the right of the route, or the token, may see.
SHARED = {
    *("notice", "person", "run", "token", "matter", "translation"),
    "export-signature",
}
GONE = {404}

# What an administrator or a lawyer writes to the second administrator whom it needs:
# why a glass shall be broken and on which code, why a file shall be erased.
TO_ADMINISTRATORS = ("saltglassreason", "salterasurereason", "NAMEDBIRD")


def test_every_route_is_tried():
    mine = make_scene(make_user("Rea Der", Role.ANALYST)).world.mine
    assert {r.name for r in ROUTES if address_of(r, mine.kwargs) is None} == set()


@pytest.mark.parametrize("role", EVERYBODY)
def test_what_is_hidden_is_not_there_for_anybody_else(role):
    reader = None if role == ANONYMOUS else make_user("Rea Der", role)
    scene = make_scene(reader or make_user("Some Analyst", Role.ANALYST))
    visitor = Visitor(reader)
    faults = []
    for things in scene.keepers:
        for route in ROUTES:
            rule = RULES[route.name]
            if not rule.of or (rule.of == "run" and things is scene.restricted):
                continue
            hidden = address_of(route, things.kwargs)
            missing = address_of(route, scene.world.missing)
            if hidden is None or missing is None or hidden == missing:
                continue
            for method in rule.methods:
                found = visitor.ask(method, hidden, scene.world.form)
                absent = visitor.ask(method, missing, scene.world.form)
                faults += _differences(
                    f"{method} {hidden}",
                    (found, without_asked(found.body, hidden)),
                    (absent, without_asked(absent.body, missing)),
                )
                if reader and rule.answer(role) == "own" and found.status not in GONE:
                    faults.append(f"{method} {hidden}: {found.status}")
                words = scene.found_in(without_asked(found.all_text, hidden))
                if words:
                    faults.append(f"{method} {hidden} tells {words}")
    assert not faults, "\n".join(faults)


def _differences(what, hidden, missing):
    """Yield how the answer about a hidden thing differs from that about none."""
    (found, body), (absent, other_body) = hidden, missing
    if found.status != absent.status:
        yield f"{what}: {found.status}, missing: {absent.status}"
    if found.status in (302, 401):
        return
    if body != other_body:
        yield f"{what}: another body than for what is missing"
    if same_headers(found) != same_headers(absent):
        yield f"{what}: other headers than for what is missing"
    if found.queries != absent.queries:
        yield f"{what}: {found.queries} queries, missing: {absent.queries}"


@pytest.mark.parametrize("role", EVERYBODY)
def test_no_route_tells_a_hidden_word(role):
    """Lists, counts, previews and pages of the reader's and a colleague's objects."""
    reader = None if role == ANONYMOUS else make_user("Rea Der", role)
    scene = make_scene(reader or make_user("Some Analyst", Role.ANALYST))
    visitor = Visitor(reader)
    faults = []
    for things in (scene.world.mine, scene.colleague):
        for method in ("GET", "POST"):
            for _, address in addresses(things, method=method):
                answer = visitor.ask(method, address, scene.world.form)
                words = scene.found_in(answer.all_text)
                if role == Role.ADMINISTRATOR:
                    words = [w for w in words if not w.startswith(TO_ADMINISTRATORS)]
                if words:
                    faults.append(f"{method} {address} tells {words}")
                if answer.status >= 500:
                    faults.append(f"{method} {address}: {answer.status}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", Role.values)
def test_a_colleague_keeps_what_is_their_own(role):
    """A file of the organisation is read by its readers and written by its people."""
    reader = make_user("Rea Der", role)
    scene = make_scene(reader)
    visitor = Visitor(reader)
    faults = []
    opens = Capability.OPEN_CASE in capabilities_of(role)
    for route in ROUTES:
        rule = RULES[route.name]
        address = address_of(route, scene.colleague.kwargs)
        if not rule.of or rule.of in SHARED or address is None:
            continue
        for method in rule.methods:
            answer = visitor.ask(method, address, scene.world.form)
            if rule.of != "case" or not opens:
                allowed = {403, 404}
            else:
                # There may be nothing to lift or stop: then it leads back.
                allowed = {200} if method == "GET" else {302, 403, 404, 422}
            if answer.status not in allowed or answer.wrote:
                faults.append(
                    f"{method} {address}: {answer.status}, wrote {set(answer.wrote)}"
                )
    assert not faults, "\n".join(faults)


def test_those_who_may_see_it_find_every_word():
    scene = make_scene(make_user("Rea Der", Role.ANALYST))
    read = ""
    for things in scene.keepers:
        visitor = Visitor(things.owner)
        for _, address in addresses(things):
            answer = visitor.get(address)
            read += answer.all_text
    names = [word for word in scene.canaries if not word.startswith("salt")]
    assert [word for word in names if word not in read] == []
    assert len([w for w in scene.canaries if w.startswith("salt") and w in read]) > 20
