"""What is installed: pinned by hash, under licences that an NGO can live with."""

import json
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from django.conf import settings

from tests import advisories

ROOT = Path(settings.BASE_DIR)
LOCKS = ("requirements.lock", "requirements-dev.lock")
FREE = re.compile(
    r"MIT|BSD|Apache|MPL|Mozilla|LGPL|Lesser General|PSF|Python Software|ISC|Unlicense"
    r"|OFL|Public Domain|0BSD|Zlib|HPND|CC0",
    re.IGNORECASE,
)
BINDING = re.compile(
    r"\bA?GPL|(?<!Lesser )(?<!Library or )General Public|SSPL|BUSL|Commons Clause",
    re.IGNORECASE,
)


def licence_of(found: Distribution) -> str:
    """Return every word of a package about its licence."""
    told = found.metadata
    said = [told.get("License-Expression") or "", (told.get("License") or "")[:200]]
    said += [
        line.rpartition("::")[2]
        for line in told.get_all("Classifier") or ()
        if line.startswith("License")
    ]
    texts = [one for one in found.files or () if re.match(r"LICEN[CS]E", one.name)]
    return "; ".join(filter(None, said)) or " ".join(t.read_text() for t in texts)


def installed() -> dict[str, Distribution]:
    found = {}
    for name in advisories.pins(ROOT / "requirements.lock"):
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # a pin for another system or an older Python
    return found


def test_every_installed_package_has_a_free_licence():
    packages = installed()
    assert len(packages) > 40
    licences = {name: licence_of(one) for name, one in packages.items()}
    assert {n: said for n, said in licences.items() if not FREE.search(said)} == {}
    assert {n: said for n, said in licences.items() if BINDING.search(said)} == {}


@pytest.mark.parametrize(
    "said", ["GPL-3.0-only", "GNU General Public License", "AGPLv3"]
)
def test_a_binding_licence_would_be_seen(said):
    assert BINDING.search(said)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_lock_names_an_address(lock):
    text = (ROOT / lock).read_text()
    blocks = re.split(r"\n(?=[\w.\-]+==)", text)[1:]
    assert len(blocks) > 40
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"https?://|--(extra-)?index-url|@ file:|git\+", text)


def test_what_is_installed_is_what_is_pinned():
    pinned = advisories.pins(ROOT / "requirements.lock")
    assert {
        n: p.version for n, p in installed().items() if p.version != pinned[n]
    } == {}


def test_an_advisory_for_a_pinned_version_is_found(tmp_path, monkeypatch, capsys):
    def write(number, fixed, **more):
        path = tmp_path / f"X-{number}.json"
        affected = {
            "package": {"ecosystem": "PyPI", "name": "Some_Package"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [{"introduced": "0"}, {"fixed": fixed}],
                }
            ],
        }
        told = {"id": f"X-{number}", "summary": "An invented hole"}
        path.write_text(json.dumps({**told, "affected": [affected], **more}))

    write(1, "2.1")
    write(2, "1.9")
    write(3, "9", withdrawn="2026-01-01T00:00:00Z")
    found = list(advisories.known_faults({"some-package": "2.0"}, tmp_path))
    assert found == ["some-package 2.0: X-1: An invented hole"]
    assert list(advisories.known_faults({"other": "2.0"}, tmp_path)) == []

    monkeypatch.setenv("ADVISORY_DB", str(tmp_path))
    assert advisories.main() == 0
    monkeypatch.delenv("ADVISORY_DB")
    assert advisories.main() == 0
    assert "Advisories not checked" in capsys.readouterr().out
