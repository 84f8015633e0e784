"""Every operation of the API's own schema, asked with anything, as each kind of reader.

What is asked for comes from the schema: its paths, its parameters and their types. The
answer must be one that the schema declares, in its shape, and tell no hidden word.
"""

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from accounts.choices import Role
from tests.factories import make_token, make_user
from tests.security.scene import Scene, make_scene

pytestmark = pytest.mark.django_db
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
NASTY = st.sampled_from(
    [
        *("", "0", "-1", "9" * 40, "1e309", "NaN", "null", "true", "[]", "{}"),
        *("\0", "\u202e", "'; DROP TABLE x;--", "../../etc/passwd", "%00", "%2e%2e"),
        *("=1+1", "<script>", "ZAKRYTOV", "HIDDENBIRD-9", "Закрытов", "a" * 5000),
    ]
)
METHODS = st.sampled_from(["get", "get", "get", "get", "head", "options", "post"])
DECLARED_ANYWAY = {401, 403, 404, 405}


def operations() -> list[tuple[str, dict[str, Any]]]:
    schema = SchemaGenerator().get_schema(public=True)
    return [(path, one["get"]) for path, one in schema["paths"].items()]


def value_of(parameter: dict[str, Any]) -> st.SearchStrategy[str]:
    """Return values that fit the parameter, and others that do not."""
    shape = parameter.get("schema", {})
    shape = shape.get("items", shape)
    fitting: st.SearchStrategy[str] = TEXT
    if "enum" in shape:
        fitting = st.sampled_from([str(one) for one in shape["enum"]])
    elif shape.get("type") in ("integer", "number"):
        fitting = st.integers().map(str)
    elif shape.get("format") == "date":
        fitting = st.dates().map(str)
    return st.one_of(fitting, fitting, TEXT, NASTY)


@pytest.fixture
def scene() -> Scene:
    return make_scene(make_user("Rea Der", Role.ANALYST))


def readers(scene: Scene) -> list[Client]:
    """A browser of an analyst, one of an advocacy reader, a program with a token."""
    browser, other = Client(), Client()
    browser.force_login(scene.world.reader)
    other.force_login(make_user("Dina Haddad", Role.ADVOCACY))
    secret = "rnt_" + "q" * 40
    make_token(scene.world.reader, secret=secret)
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    return [browser, other, program, Client()]


def test_whatever_is_asked_is_answered_as_the_schema_says(scene):
    schema = SchemaGenerator().get_schema(public=True)
    known = operations()
    assert len(known) >= 6
    clients = readers(scene)
    things = (scene.world.hidden.kwargs, scene.world.mine.kwargs)
    keys = [one[kind]["key"] for one in things for kind in ("notice", "person")]
    counts = {"ok": 0}

    @settings(
        max_examples=100,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        path, operation = data.draw(st.sampled_from(known))
        query = []
        for one in operation.get("parameters", ()):
            if one["in"] == "path":
                strange = TEXT | NASTY | st.sampled_from([*keys, "RU"])
                name = "{" + one["name"] + "}"
                path = path.replace(name, quote(data.draw(strange), safe=""))
            elif data.draw(st.integers(0, 3)) == 0:
                query.append((one["name"], data.draw(value_of(one))))
        if data.draw(st.integers(0, 9)) == 0:
            query.append((data.draw(TEXT), data.draw(TEXT)))
        client, method = data.draw(st.sampled_from(clients)), data.draw(METHODS)
        address = f"{path}?{urlencode(query)}"
        answer = getattr(client, method)(address)
        declared = {int(code) for code in operation["responses"]}
        assert answer.status_code in declared | DECLARED_ANYWAY | {200}, address
        words = scene.found_in(answer.content.decode())
        asked = "".join(text for _, text in query) + address
        assert not [word for word in words if word not in asked], address
        if answer.status_code == 200 and method == "get":
            counts["ok"] += 1
            shape = operation["responses"]["200"]["content"]["application/json"]
            validator = Draft202012Validator(
                {**shape["schema"], "components": schema["components"]}
            )
            validator.validate(answer.json())

    ask()
    assert counts["ok"] >= 5, "nearly everything was refused, so little was tried"
