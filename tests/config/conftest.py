import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def open_tmp_factory() -> Iterator[Path]:
    """A folder for data of embedded servers, for all tests of a file.

    As root they run as another user, and every pytest that starts closes the folder of
    `tmp_path` to others again.
    """
    folder = Path(tempfile.mkdtemp(prefix="tracker-test-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def open_tmp(open_tmp_factory: Path) -> Path:
    """The same, for one test."""
    return Path(tempfile.mkdtemp(dir=open_tmp_factory))
