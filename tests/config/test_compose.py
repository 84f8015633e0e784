"""The compose file is safe in its words, and every command of the app in it runs."""

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
import yaml
from django.conf import settings

from config.demo.ports import any_free
from tests.services import wait_until

FILE = settings.BASE_DIR / "docker-compose.yml"
APP = ["migrate", "web", "worker", "beat"]
OTHERS = ["postgres", "redis", "mail"]
SETTINGS = {
    "BASE_URL": "https://tracker.example",
    "ALLOWED_HOSTS": "tracker.example",
    "DEFAULT_FROM_EMAIL": "Tracker <tracker@tracker.example>",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as compose reads it, with the variables that an operator sets."""
    text = FILE.read_text()
    for name, value in SETTINGS.items():
        text = re.sub(rf"\$\{{{name}:\?[^}}]+}}", f'"{value}"', text)
    text = re.sub(r"\$\{\w+:-([^}]*)}", r'"\1"', text)
    assert "${" not in text
    return yaml.safe_load(text)


def test_it_has_every_part_and_nothing_else(compose: dict[str, Any]) -> None:
    assert sorted(compose["services"]) == sorted(APP + OTHERS)


def test_an_operator_must_name_the_site(compose: dict[str, Any]) -> None:
    text = FILE.read_text()
    for name in SETTINGS:
        assert f"${{{name}:?" in text


@pytest.mark.parametrize("name", APP)
def test_the_app_is_one_image_without_privileges(
    compose: dict[str, Any], name: str
) -> None:
    service = compose["services"][name]
    assert service["image"] == "red-notice-tracker"
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    dockerfile = settings.BASE_DIR / service["build"]["dockerfile"]
    text = dockerfile.read_text()
    assert "USER tracker" in text
    assert "--require-hashes" in text
    assert "collectstatic" in text


def test_migrations_run_once_and_before_everything_else(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    assert services["migrate"]["restart"] == "no"
    assert services["migrate"]["depends_on"] == {
        "postgres": {"condition": "service_healthy"}
    }
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "redis": {"condition": "service_healthy"},
        }


def test_only_the_migrations_sign_in_as_the_owner(compose: dict[str, Any]) -> None:
    for name in APP:
        service = compose["services"][name]
        is_owner = name == "migrate"
        assert ("owner_database_url" in service["secrets"]) is is_owner
        assert ("OWNER_DATABASE_URL_FILE" in service["environment"]) is is_owner


def test_every_part_that_stays_up_has_a_health_check(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        check = service["healthcheck"]
        if name == "migrate":
            assert check == {"disable": True}
        else:
            assert check["test"][0] == "CMD"
            assert {"interval", "timeout", "retries"} <= set(check)


def test_nothing_is_reachable_from_other_machines(compose: dict[str, Any]) -> None:
    assert compose["networks"]["inside"] == {"internal": True}
    for name, service in compose["services"].items():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), name
    for name in ("postgres", "redis"):
        assert compose["services"][name]["networks"] == ["inside"]
        assert "ports" not in compose["services"][name]


def test_no_secret_stands_in_the_file(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for key, value in service.get("environment", {}).items():
            if re.search("SECRET|PASSWORD|DATABASE_URL|EMAIL_URL", key):
                assert key.endswith("_FILE")
                assert value.startswith("/run/secrets/")
                assert Path(value).name in service["secrets"]
                assert Path(value).name in compose["secrets"]
    for secret in compose["secrets"].values():
        ignored = subprocess.run(
            ["git", "check-ignore", "--quiet", secret["file"]],  # noqa: S607
            cwd=settings.BASE_DIR,
            check=False,
        )
        assert ignored.returncode == 0, secret


class Installation:
    """The services of the compose file, started by hand on this machine."""

    def __init__(
        self, compose: dict[str, Any], folder: Path, secrets: dict[str, str], redis: str
    ) -> None:
        self.compose = compose
        self.folder = folder
        self.redis = redis
        self.port = str(any_free())
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        for name, value in secrets.items():
            (folder / name).write_text(value + "\n")

    def environment(self, name: str) -> dict[str, str]:
        given = self.compose["services"][name]["environment"]
        return {
            "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
            **{
                key: value.replace("/run/secrets", str(self.folder))
                for key, value in given.items()
            },
            "REDIS_URL": self.redis,
            "TRACKER_DATA_DIR": str(self.folder / "data"),
            "STATIC_ROOT": str(self.folder / "static"),
        }

    def here(self, command: list[str]) -> list[str]:
        """The command with the port and address of this test."""
        changed = {
            "--port=8000": f"--port={self.port}",
            "--host=0.0.0.0": "--host=127.0.0.1",
        }
        return [changed.get(word, word) for word in command]

    def run(self, name: str, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env=self.environment(name),
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, name: str) -> None:
        with self.log(name).open("w") as output:
            self.running[name] = subprocess.Popen(
                self.here(self.compose["services"][name]["command"]),
                cwd=settings.BASE_DIR,
                env=self.environment(name),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def is_healthy(self, name: str) -> bool:
        assert self.running[name].poll() is None, self.log(name).read_text()
        command = self.compose["services"][name]["healthcheck"]["test"][1:]
        if name == "web":
            command = [*command, self.port]
        return self.run(name, command).returncode == 0

    def get(self, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", int(self.port), timeout=20)
        names = {key.replace("_", "-"): value for key, value in headers.items()}
        connection.request("GET", path, headers=names)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response, body


@pytest.fixture
def owner() -> Iterator[str]:
    """An empty database, and a role that owns it and may make the app's own role.

    Its value is a DATABASE_URL. The app's role has the same name, `_app` at its end.
    """
    name = f"production_{uuid4().hex[:8]}"
    host = settings.INSTALLATION.socket_dir
    connection = psycopg2.connect(settings.INSTALLATION.database_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD 'se-cret'")
        cursor.execute(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0")
        yield f"postgres://{name}:se-cret@/{name}?host={host}"
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        cursor.execute(f"DROP ROLE IF EXISTS {name}_app")
        cursor.execute(f"DROP ROLE {name}")
    connection.close()


@pytest.fixture
def by_hand(
    compose: dict[str, Any], owner: str, own_broker: str, tmp_path: Path
) -> Iterator[Installation]:
    secrets = {
        "secret_key": uuid4().hex + uuid4().hex + "-_x",
        "field_key": uuid4().hex + uuid4().hex,
        "database_url": owner.replace(":se-cret@", "_app:se-cret-too@"),
        "owner_database_url": owner,
        "email_url": "smtp://127.0.0.1:9",
    }
    made = Installation(compose, tmp_path, secrets, own_broker)
    yield made
    for process in made.running.values():
        process.terminate()
    for process in made.running.values():
        process.wait(20)


def test_every_command_of_the_app_runs_against_real_servers(
    by_hand: Installation, compose: dict[str, Any]
) -> None:
    migrate = compose["services"]["migrate"]["command"]
    for _ in range(2):  # a second start of everything runs it again
        done = by_hand.run("migrate", migrate)
        assert done.returncode == 0, done.stderr
        assert "has its rights" in done.stderr
    for command in (
        ["check", "--deploy", "--fail-level", "WARNING"],
        ["collectstatic", "--no-input", "--verbosity", "0"],
        ["verify_audit"],
    ):
        done = by_hand.run("web", ["python", "manage.py", *command])
        assert done.returncode == 0, done.stderr
    assert "could switch the guards off" not in done.stderr

    for name in ("web", "worker", "beat"):
        by_hand.start(name)
    for name in ("web", "worker", "beat"):
        wait_until(lambda name=name: by_hand.is_healthy(name))

    behind_proxy = {"Host": "tracker.example", "X_Forwarded_Proto": "https"}
    page, body = by_hand.get("/account/login/", **behind_proxy)
    assert page.status == 200
    assert "__Host-csrf" in page.headers["Set-Cookie"]
    assert "Secure" in page.headers["Set-Cookie"]
    assert page.headers["Strict-Transport-Security"]
    (style,) = re.findall(rb'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', body)[:1]
    sheet, _ = by_hand.get(style.decode(), **behind_proxy)
    assert sheet.status == 200
    assert "immutable" in sheet.headers["Cache-Control"]

    plain, _ = by_hand.get("/account/login/", Host="tracker.example")
    assert plain.status == 301
    assert plain.headers["Location"] == "https://tracker.example/account/login/"
    forged, _ = by_hand.get("/account/login/", Host="evil.example")
    assert forged.status == 400

    for name, process in by_hand.running.items():
        process.terminate()
        assert process.wait(30) == 0, by_hand.log(name).read_text()


def test_a_part_that_does_not_work_is_not_healthy(
    by_hand: Installation, compose: dict[str, Any], owner: str
) -> None:
    """Before the migrations nothing is ready, and nobody gave a sign of life."""
    # The app's own role is made after them.
    (by_hand.folder / "database_url").write_text(owner)
    for name in ("worker", "beat"):
        command = compose["services"][name]["healthcheck"]["test"][1:]
        assert by_hand.run(name, command).returncode == 1
    probe = compose["services"]["web"]["healthcheck"]["test"][1:]
    assert by_hand.run("web", [*probe, by_hand.port]).returncode == 1
    by_hand.start("web")
    ready = [*probe, by_hand.port]
    wait_until(lambda: "not ready: migrations" in by_hand.run("web", ready).stderr)
