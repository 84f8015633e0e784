"""The app does not start with a secret that can be guessed or a wire others read."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment, Values
from tests.config.test_settings import PRODUCTION

GOOD = "k2v8w5m1q7z4t9x3"
HERE = {"DATABASE_URL": "", "REDIS_URL": "", "BASE_URL": "", "ALLOWED_HOSTS": ""}


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return how settings refuse an environment: the sentence, or none."""

    def read(**changed: str) -> str:
        given = {"TRACKER_DATA_DIR": str(tmp_path), **PRODUCTION, **changed}
        monkeypatch.setattr(Environment, "ENVIRON", Values(env=given))
        try:
            runpy.run_path(str(settings.BASE_DIR / "config" / "settings.py"))
        except ImproperlyConfigured as refusal:
            return str(refusal)
        return ""

    return read


@pytest.mark.parametrize(
    "name",
    ["SECRET_KEY", "FIELD_KEY"],
)
@pytest.mark.parametrize(
    "value", ["short", "x" * 64, "django-insecure-k7f2w9x4m1q8z5t3k7f2w9x4m1q8z5t3"]
)
def test_a_secret_that_can_be_guessed_is_refused(
    refused: Callable[..., str], name: str, value: str
) -> None:
    said = refused(**{name: value})
    assert said.startswith(f"{name} (or {name}_FILE) must")
    assert value not in said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"postgres://tracker:{GOOD}@db.example/t", "?sslmode=verify-full"),
        (f"postgres://tracker:{GOOD}@db.example/t?sslmode=require", "verify-full"),
        (f"postgres://tracker:{GOOD}@10.0.0.4/t?sslmode=prefer", "verify-full"),
        (f"postgres://tracker:{GOOD}@/t?host=db.example", "verify-full"),
        ("postgres://tracker@db.example/t?sslmode=verify-full", "password"),
        ("postgres://postgres:postgres@db.example/t?sslmode=verify-full", "password"),
    ],
)
def test_no_database_over_a_wire_that_others_read(
    refused: Callable[..., str], url: str, said: str
) -> None:
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL"):
        sentence = refused(**{name: url})
        assert name in sentence
        assert said in sentence
        assert GOOD not in sentence


@pytest.mark.parametrize(
    "changed",
    [
        {"DATABASE_URL": f"postgres://tracker:{GOOD}@127.0.0.1/tracker"},
        {"DATABASE_URL": "postgres://tracker@/tracker?host=/run/postgresql"},
        {
            "DATABASE_URL": f"postgres://tracker:{GOOD}@postgres/tracker",
            "REDIS_URL": "redis://redis:6379/0",
            "EMAIL_URL": "smtp://mail:1025",
            "PRIVATE_HOSTS": "postgres,redis,mail",
        },
        {"REDIS_URL": "unix:///run/redis.sock?db=0"},
        {"EMAIL_URL": "smtp+tls://u:p@mail.example:587"},
        {**HERE, "DEBUG": "1", "DEMO": "1"},
        {"BASE_URL": "http://localhost:8000", "ALLOWED_HOSTS": "localhost"},
    ],
)
def test_one_machine_and_a_network_of_its_own_need_no_more(
    refused: Callable[..., str], changed: dict[str, str]
) -> None:
    assert refused(**changed) == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"REDIS_URL": "redis://broker:6379/0"}, "REDIS_URL must begin with rediss"),
        ({"EMAIL_URL": "smtp://mail.example:25"}, "EMAIL_URL must begin with smtp+"),
        ({"BASE_URL": "http://tracker.example"}, "BASE_URL must begin with https"),
        ({"DEBUG": "1"}, "DEBUG must be off where others reach the site"),
        ({"DEMO": "1"}, "DEMO must be off where others reach the site"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts"),
        ({"ALLOWED_HOSTS": "tracker.example,*"}, "ALLOWED_HOSTS must name the hosts"),
        ({**HERE, "ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts"),
        ({**HERE, "ALLOWED_HOSTS": "t.example", "DEBUG": "1"}, "DEBUG must be off"),
    ],
)
def test_production_fails_closed(
    refused: Callable[..., str], changed: dict[str, str], said: str
) -> None:
    assert refused(**changed).startswith(said)
