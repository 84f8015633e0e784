"""A megabyte, turned letters and formulas in every field that takes text."""

import pytest

from accounts.choices import Role
from config.access import RULES
from tests.factories import make_user
from tests.security.asking import ROUTES, Visitor, address_of
from tests.security.scene import make_scene

pytestmark = pytest.mark.django_db
MEGABYTE = "ж" * 500_000
# Choices refuse anything; these hold prose, or become part of a query or a header.
PROSE = (
    *("name", "note", "purpose", "recipient", "reason", "reason-reason", "source"),
    *("summary", "text", "title", "number", "detail", "value", "email"),
)
SHORT = {
    "NUL": "a\0b",
    "turned": "\u202egnp.exe",
    "lone surrogate": "\ud800",
    "line breaks": "a\r\nBcc: all@example.org\r\n\r\nb",
}


@pytest.mark.parametrize("role", [Role.LAWYER, Role.ADMINISTRATOR])
def test_no_field_breaks_over_a_megabyte(role, settings):
    # The app refuses a form of five megabytes whole; here each field gets one.
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
    reader = make_user("Rea Der", role)
    scene = make_scene(reader)
    visitor = Visitor(reader)
    faults = []
    for route in ROUTES:
        rule = RULES[route.name]
        address = address_of(route, scene.world.mine.kwargs)
        if "POST" not in rule.methods or address is None or rule.answer(role) == "deny":
            continue
        form = scene.world.form | dict.fromkeys(PROSE, MEGABYTE)
        answer = visitor.post(address, form)
        if answer.status >= 500:
            faults.append(f"POST {address}: {answer.status}")
        for text in SHORT.values():
            body = "&".join(f"{name}={_raw(text)}" for name in scene.world.form)
            answer = visitor.post(
                address, body, content_type="application/x-www-form-urlencoded"
            )
            if answer.status >= 500:
                faults.append(f"POST {address} {text!r}: {answer.status}")
    assert not faults, "\n".join(faults)


def _raw(text):
    """Percent-encode as no browser would, lone surrogates included."""
    return "".join(f"%{byte:02x}" for byte in text.encode(errors="surrogatepass"))
