"""The house is kept: linters, types, layers, small files, strict pages, no strays."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = settings.BASE_DIR
TOP = {
    *("manage.py", "config", "accounts", "notices", "cases", "templates", "static"),
    *("tests", "bin", "docs", "docker-compose.yml", "pyproject.toml", "README.md"),
    *("LICENSE", "requirements.lock", "requirements-dev.lock"),
}
MOST_LINES = 400
OURS = {".py", ".js", ".css", ".html", ".txt", ".sql", ".typ", ".sh", ""}
# Written by others, or by a program.
NOT_OURS = re.compile(r"(^|/)(migrations|vendor|fonts|data)/|\.lock$|^LICENSE$")


def tracked() -> list[Path]:
    """Every file that belongs to the repository, or would at the next commit."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted(set(filter(None, listing.stdout.split("\0"))))
    return [path for path in map(Path, names) if (ROOT / path).is_file()]


def text_of(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def tool(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / command[0]), *command[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [
        "ruff check --no-fix .",
        "ruff format --check .",
        "lint-imports",
        "mypy",
    ],
)
def test_the_linters_are_content(command: str) -> None:
    result = tool(*command.split())
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_model_change_has_its_migration(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_the_top_level_holds_what_the_plan_says_and_nothing_else() -> None:
    found = {path.parts[0] for path in tracked()}
    assert {name for name in found if not name.startswith(".")} - TOP == set()


def test_no_file_of_our_own_is_too_long() -> None:
    lengths = {
        path: len(text_of(path).splitlines())
        for path in tracked()
        if path.suffix in OURS and not NOT_OURS.search(path.as_posix())
    }
    assert len(lengths) > 100
    assert {p: n for p, n in lengths.items() if n > MOST_LINES} == {}


def test_pages_hold_no_inline_script_style_or_handler() -> None:
    pages = [
        path
        for path in tracked()
        if path.parts[0] == "templates" and path.suffix == ".html"
    ]
    assert len(pages) > 20
    forbidden = re.compile(
        r"<script(?![^>]*\bsrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:",
        re.IGNORECASE,
    )
    # Mail readers know no style sheets, so mails carry their own style.
    pages = [path for path in pages if "mail" not in path.parts]
    assert {
        path: found.group()
        for path in pages
        if (found := forbidden.search(text_of(path)))
    } == {}


def test_partials_are_named_as_such() -> None:
    """A page extends another page; what is only included begins with `_`.

    Below `account/` the names are those that the sign-in library asks for.
    """
    unmarked = [
        path
        for path in tracked()
        if path.parts[0] == "templates"
        and path.suffix == ".html"
        and not path.name.startswith("_")
        and path.name != "base.html"
        and not {"account", "mail"} & set(path.parts)
        and not re.search(r"{%-?\s*extends\b|<!doctype html>", text_of(path), re.I)
    ]
    assert unmarked == []


def test_every_vendored_folder_carries_its_licence() -> None:
    folders = {
        path.parent
        for path in tracked()
        if {"vendor", "fonts"} & set(path.parts)
        and path.suffix not in {".md", ".py", ".txt"}
    }
    assert folders
    without = [
        folder
        for folder in folders
        if not any(
            re.search(r"(LICEN[SC]E|OFL|COPYING)", entry.name, re.IGNORECASE)
            for place in (folder, folder.parent)
            for entry in (ROOT / place).iterdir()
        )
    ]
    assert without == []


def test_no_file_names_a_registry_or_this_machine() -> None:
    strange = re.compile(
        r"(pypi\.org|pythonhosted\.org|registry\.npmjs|registry\.yarnpkg|deb\.debian\.org"
        r"|index-url\s+\S+://|/work/(main|shared)|/tmp/team)"
    )
    here = Path("tests/config/test_house.py")
    assert {
        path: found.group()
        for path in tracked()
        if path != here and (found := strange.search(text_of(path)))
    } == {}


def test_the_development_lock_holds_the_runtime_lock() -> None:
    """So that an environment for the tests also runs the app as it is shipped."""
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert len(runtime) > 30
    assert {name: pin for name, pin in runtime.items() if dev.get(name) != pin} == {}


def pins(lock: str) -> dict[str, str]:
    text = text_of(Path(lock))
    found = re.findall(r"^([\w.\-]+)==(\S+)[^\n]*\\\n\s+--hash=", text, re.MULTILINE)
    assert len(found) == len(re.findall(r"^\w", text, re.MULTILINE))
    return dict(found)


def test_the_commands_are_scripts_that_a_shell_understands() -> None:
    scripts = [ROOT / "bin" / name for name in ("demo", "manage", "test", "_setup")]
    for script in (*scripts, ROOT / ".ci" / "run"):
        done = subprocess.run(
            [shutil.which("bash") or "bash", "-n", str(script)], check=False
        )
        assert done.returncode == 0, script
        if not script.name.startswith("_"):
            assert script.stat().st_mode & 0o111, script
            assert "set -euo pipefail" in script.read_text()
