"""What the code must not even be able to do, and that the page about it is true."""

import ast
import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("accounts", "notices", "cases")
# Libraries that fetch what an address names.
FETCHERS = {"urllib.request", "http.client", "requests", "httpx", "aiohttp", "urllib3"}
# Read by a person: names of our own columns, or statements of the ORM with their values
# beside them; and markup that a library escaped.
GLUED = {
    "cases/desk/counting.py",
    "notices/ingest/fresh.py",
    "notices/ingest/versions.py",
}
MARKED_SAFE = {
    "accounts/signing_in/factor_pages.py: mark_safe(",
    "cases/digests/demo_views.py: mark_safe(",
    "cases/review/widgets.py: mark_safe(",
}
_RAW = re.compile(
    r"\.(raw|extra)\(|RawSQL|mark_safe\(|\beval\(|\bexec\(|pickle|yaml\.load\("
)


def sources(*folders: str) -> list[tuple[Path, str]]:
    found = [p for one in folders for p in (ROOT / one).rglob("*.py")]
    return [(p, p.read_text()) for p in found if "migrations" not in p.parts]


def test_nothing_is_fetched_by_address():
    used = {
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in sources(*APPS)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in _modules(node)
        if name in FETCHERS or name.split(".")[0] in FETCHERS
    }
    assert used == set()


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
    return [one.name for one in node.names]


def test_no_query_is_glued_together():
    """Statements are literals; values and names of tables travel beside them."""
    glued = set()
    for path, text in sources(*APPS):
        for node in ast.walk(ast.parse(text)):
            if not (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("execute", "executemany")
                and node.args
            ):
                continue
            said = node.args[0]
            if isinstance(said, ast.JoinedStr) or (
                isinstance(said, ast.BinOp) and isinstance(said.op, ast.Mod | ast.Add)
            ):
                glued.add(path.relative_to(ROOT).as_posix())
    assert glued == GLUED


def test_no_door_around_the_rules_is_used():
    found = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path, text in sources(*APPS)
        for match in _RAW.finditer(text)
    }
    assert found == MARKED_SAFE


def test_every_test_that_the_page_on_security_names_exists():
    page = (ROOT / "docs" / "security.md").read_text()
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", page))
    assert len(named) > 50
    missing = [
        f"{path}::{name}"
        for path, name in sorted(named)
        if not (ROOT / path).is_file()
        or not re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.MULTILINE)
    ]
    assert missing == []


def test_every_row_of_the_table_has_a_test_or_says_that_it_is_a_gap():
    page = (ROOT / "docs" / "security.md").read_text()
    rows = re.findall(r"^\| (\d+\.\d+\.\d+) \|[^|]+\|([^|]+)\|$", page, re.MULTILINE)
    assert len(rows) >= 45
    assert [
        n for n, shown in rows if "::test_" not in shown and "gap:" not in shown
    ] == []
