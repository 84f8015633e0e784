import pytest

from config.attach import attach
from tests.flush import teach_flush

pytest_plugins = ["tests.services"]


def pytest_configure() -> None:
    """Tests run on the real database and broker of the data folder they were given."""
    attach()


@pytest.fixture(scope="session", autouse=True)
def _flush_that_knows_the_log() -> None:
    teach_flush()
