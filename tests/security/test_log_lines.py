"""A day of work, faults and attacks, and then not one name or token in the log."""

import io
import json
import logging

import pytest
from django.conf import settings
from django.core import signing
from django.db import connection
from django.test import Client
from django.utils.log import configure_logging

from accounts.choices import Role
from accounts.models import User
from config import log_lines
from tests.factories import PASSWORD, make_user
from tests.security.asking import Visitor, addresses
from tests.security.scene import make_scene

pytestmark = pytest.mark.django_db
SECRET = "quietsecret"


class Log(logging.StreamHandler):
    """The log as production writes it, at the level that tells most."""

    def __init__(self):
        self.text = io.StringIO()
        super().__init__(self.text)
        given = log_lines.formatter(as_json=True)
        made = given.pop("()")
        self.setFormatter(made(**given))

    @property
    def lines(self):
        return [json.loads(line) for line in self.text.getvalue().splitlines()]

    @property
    def written(self):
        return self.text.getvalue()


@pytest.fixture
def log():
    handler, root = Log(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(before)
    root.removeHandler(handler)


def test_a_day_of_work_names_nobody_in_the_log(log):
    reader = make_user("Rea Der", Role.LAWYER)
    scene = make_scene(reader)
    for things in (scene.world.hidden, scene.world.mine):
        # Petra's own day, whose pages hold all of it, and that of somebody else.
        for user in (things.owner, reader):
            visitor = Visitor(user)
            for method in ("GET", "POST"):
                for _, address in addresses(things, method=method):
                    asked = f"{address}?q={SECRET}" if method == "GET" else address
                    visitor.ask(method, asked, scene.world.form | {"text": SECRET})
    assert len(log.lines) > 20
    assert scene.found_in(log.written) == []
    assert SECRET not in log.written
    assert [u.email for u in User.objects.all() if u.email in log.written] == []
    assert [u.name for u in User.objects.all() if u.name in log.written] == []
    refused = next(line for line in log.lines if line.get("status") == 404)
    assert refused["route"].startswith("/")
    assert "<slug:" in " ".join(line.get("route", "") for line in log.lines)


def test_addresses_that_open_something_are_not_written(log):
    ana = make_user("Ana Lindqvist", email="ana.secret@example.org")
    client = Client(raise_request_exception=False)
    token = signing.dumps({"for": ana.pk}, salt="anything")
    for address in (
        f"/u/{token}/",
        f"/account/password/reset/key/1-{token}/",
        f"/no/such/page/{token}/?email=ana.secret@example.org",
        f"/account/login/?next=/cases/HIDDENBIRD-9/&key={token}",
    ):
        client.get(address)
        client.post(address, {"password1": PASSWORD})
    client.post(
        "/account/login/", {"login": "ana.secret@example.org", "password": PASSWORD}
    )
    client.post("/account/password/reset/", {"email": "ana.secret@example.org"})
    client.get("/account/login/", headers={"host": "ana.secret@example.org"})
    assert log.lines
    for secret in (token, token.split(":")[0], "ana.secret", PASSWORD, "HIDDENBIRD"):
        assert secret not in log.written


def test_errors_are_told_by_kind_and_place(log):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [SECRET])
    except Exception:
        logging.getLogger("cases.exports").exception("export %s went wrong", 7)
    line = log.lines[-1]
    assert line["event"] == "export 7 went wrong"
    assert line["errors"][0]["kind"] == "django.db.utils.DataError"
    assert line["errors"][1]["sqlstate"] == "22P02"
    assert any("test_log_lines.py" in place for place in line["errors"][0]["at"])
    assert SECRET not in log.written


def test_a_broken_page_tells_its_reference_and_its_route(log, settings):
    settings.ROOT_URLCONF = "tests.config.broken_urls"
    answer = Client(raise_request_exception=False).get(f"/broken/?q={SECRET}")
    reference = answer.content.decode().split('class="mono">')[1].split("<")[0]
    told = next(line for line in log.lines if reference in line["event"])
    assert told["route"] == "/broken/"
    assert SECRET not in log.written
    assert "VALTESKU" not in log.written


def test_a_task_that_fails_tells_no_arguments(log):
    context = {
        "id": "0b8f4f0e-9d0f-4f6e-8a26-1d2f3c4b5a69",
        "name": "cases.exports.tasks.render",
        "exc": f"ValueError('{SECRET}')",
        "traceback": SECRET,
        "args": f"({SECRET},)",
        "kwargs": "{}",
    }
    logging.getLogger("celery.app.trace").error(
        "Task %(name)s[%(id)s] raised unexpected: %(exc)s\n%(traceback)s", context
    )
    assert log.lines[-1]["event"] == "Task cases.exports.tasks.render: raised"
    assert log.lines[-1]["task"] == context["id"]
    assert SECRET not in log.written


@pytest.mark.parametrize(
    ("said", "struck"),
    [
        ("mail to ana@example.org bounced", "mail to <address> bounced"),
        ("postgres://tracker:pa55@db/x is away", "postgres://<login>@db/x is away"),
        ("GET /people/?name=Petrov", "GET /people/?<query>"),
        ("no file HIDDENBIRD-9 here", "no file <file> here"),
        ("key eyJhbGciOi1JIUzI1NiIsInR5 seen", "key <token> seen"),
        ("digest 2026-W48 waits, 3 of 12", "digest 2026-W48 waits, 3 of 12"),
    ],
)
def test_what_opens_or_names_is_struck_out(log, said, struck):
    logging.getLogger("cases").warning(said)
    assert log.lines[-1]["event"] == struck


def test_statements_with_their_values_are_written_at_no_level(log):
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    assert logging.getLogger("django.db.backends").level == logging.INFO
    with connection.cursor() as cursor:
        cursor.execute("SHOW log_min_error_statement")
        assert cursor.fetchone() == ("panic",)
        cursor.execute("SHOW log_error_verbosity")
        assert cursor.fetchone() == ("terse",)
        cursor.execute("SHOW log_statement")
        assert cursor.fetchone() == ("none",)


def test_no_program_of_ours_writes_an_access_log():
    for name in ("docker-compose.yml", "config/docker/Dockerfile", "bin/demo"):
        text = (settings.BASE_DIR / name).read_text()
        assert "access-log" not in text
    assert "access-log" not in (settings.BASE_DIR / "config/demo/stack.py").read_text()
