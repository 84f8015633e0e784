"""Text that nobody types by accident, in every address and every form of the app."""

import pytest
from django.utils.http import urlencode

from accounts.choices import Role
from config.access import RULES
from tests.config.context_things import context_addresses
from tests.config.test_access_matrix import address_of
from tests.config.world import make_world
from tests.factories import make_user
from tests.security.asking import ROUTES, Visitor

pytestmark = pytest.mark.django_db
# Parameters that some page reads from its address.
NAMES = [
    *("action", "after", "back", "before", "code", "country", "format", "from", "lang"),
    *("name", "next", "number", "object", "page", "part", "person", "q", "query"),
    *("reason", "search", "sort", "state", "tab", "text", "to", "v", "version"),
]
FREE = {
    "api-country": "/api/countries/RU/",
    "country": "/countries/RU/",
    "rule": "/method/I05/",
}
STRANGE = {
    "NUL": "a\0b",
    "turned": "\u202egnp.exe",
    "formula": "=1+1\r\nBcc: all@example.org",
    "huge number": "9" * 400,
    "broken date": "2026-13-45",
    "markup": "<img src=x onerror=alert(1)>'\"",
    "long": "ж" * 3_000,
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_no_address_and_no_form_breaks_over_strange_text(text):
    reader = make_user("Rea Der", Role.REVIEWER)
    world = make_world(reader)
    visitor = Visitor(reader)
    free = FREE | context_addresses(make_user("Nia Nobody", Role.ANALYST))
    faults = []
    for route in ROUTES:
        rule = RULES[route.name]
        if rule.answer(Role.REVIEWER) == "deny" or rule.of in ("token", "nothing"):
            continue
        address = address_of(route, world.mine.kwargs, free)
        asked = [f"{address}?{urlencode(dict.fromkeys(NAMES, text))}"]
        asked += [f"{address}?{urlencode({name: text})}" for name in ("q", "name")]
        for one in asked if "GET" in rule.methods else ():
            answer = visitor.get(one)
            if answer.status >= 500 or "<img src=x" in answer.told:
                faults.append(f"GET {one[:200]}: {answer.status}")
        if "POST" in rule.methods:
            form = dict.fromkeys((*world.form, *NAMES), text)
            answer = visitor.post(address, form)
            if answer.status >= 500 or "<img src=x" in answer.told:
                faults.append(f"POST {address}: {answer.status}")
    assert not faults, "\n".join(faults)
