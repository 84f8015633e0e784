"""Settings are read loudly: what is missing in production stops the start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

PRODUCTION = {
    "DATABASE_URL": (
        "postgres://tracker:k2v8w5m1q7z4t9x3@db:5432/tracker?sslmode=verify-full"
    ),
    "REDIS_URL": "rediss://broker:6379/0",
    "SECRET_KEY": "k7f2w9x4m1q8z5t3" * 4 + "-_v",
    "FIELD_KEY": "q8z5t3k7f2w9x4m1" * 3,
    "ALLOWED_HOSTS": "tracker.example",
    "BASE_URL": "https://tracker.example",
}
SHOW = (
    "from django.conf import settings as s; d = s.DATABASES['default'];"
    "print(s.SECRET_KEY, d['NAME'], d['HOST'], d['PASSWORD'], s.CELERY_BROKER_URL,"
    " s.EMBEDDED, s.DEBUG, s.SESSION_COOKIE_SECURE, s.EMAIL_HOST, sep='|')"
)


def read(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of its own, with this environment alone."""
    return run([sys.executable, "-c", SHOW], tmp_path, environment)


def run(
    command: list[str], tmp_path: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.defpath,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "TRACKER_DATA_DIR": str(tmp_path),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_takes_what_it_is_told_and_nothing_embedded(tmp_path: Path) -> None:
    result = read(tmp_path, **PRODUCTION, EMAIL_URL="smtp+tls://mail:1025")
    assert result.stdout.strip().split("|") == [
        PRODUCTION["SECRET_KEY"],
        *("tracker", "db", "k2v8w5m1q7z4t9x3", "rediss://broker:6379/0"),
        *("False", "False", "True", "mail"),
    ]
    assert list(tmp_path.iterdir()) == []


def test_secrets_come_from_files_without_the_line_break_at_their_end(
    tmp_path: Path,
) -> None:
    environment = {"ALLOWED_HOSTS": "tracker.example", "BASE_URL": "https://t.example"}
    for name in ("SECRET_KEY", "FIELD_KEY", "DATABASE_URL", "REDIS_URL"):
        path = tmp_path / name
        path.write_text(PRODUCTION[name] + "\n")
        environment[f"{name}_FILE"] = str(path)
    result = read(tmp_path, **environment)
    assert result.stdout.split("|")[:5] == [
        PRODUCTION["SECRET_KEY"],
        *("tracker", "db", "k2v8w5m1q7z4t9x3", "rediss://broker:6379/0"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "", "SECRET_KEY (or SECRET_KEY_FILE) must hold"),
        ("SECRET_KEY", "short", "SECRET_KEY (or SECRET_KEY_FILE) must hold"),
        ("FIELD_KEY", "", "FIELD_KEY (or FIELD_KEY_FILE) must hold"),
        ("FIELD_KEY", "long enough " * 3 + ",short", "FIELD_KEY (or FIELD_KEY_FILE)"),
        ("SECRET_KEY_FILE", "/nowhere/key", "SECRET_KEY_FILE names a file that cannot"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS must name the hosts"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must name the hosts"),
        ("BASE_URL", "", "BASE_URL must be the address of this site"),
    ],
)
def test_a_command_says_in_one_sentence_what_production_lacks(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    environment = PRODUCTION | {name: value}
    result = run([sys.executable, "manage.py", "check"], tmp_path, environment)
    assert result.returncode == 1
    assert result.stderr.startswith(sentence)
    assert len(result.stderr.splitlines()) == 1


def test_a_machine_of_its_own_keeps_its_secret_and_its_unix_sockets(
    tmp_path: Path,
) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.stdout == second.stdout
    secret, name, host, _, broker, embedded, *_ = first.stdout.split("|")
    assert len(secret) >= 50
    assert (name, embedded) == ("tracker", "True")
    assert broker == f"redis+socket://{host}/broker.sock?virtual_host=0"
    assert read(tmp_path / "other").stdout.split("|")[0] != secret
