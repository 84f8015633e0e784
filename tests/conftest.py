import pytest
from django.conf import settings

from config.attach import attach
from config.feed_state import last_run
from tests.flush import teach_flush

pytest_plugins = ["tests.browser", "tests.cast", "tests.services"]


def pytest_configure() -> None:
    """Tests run on the real database and broker of the data folder they were given."""
    attach()
    # A password that is hard to guess costs a third of a second; tests make hundreds.
    # Tests of it switch it on; the others sign in with a password alone.
    settings.REQUIRE_SECOND_FACTOR = False
    # Tests that import between two pages want the second to say so.
    last_run.kept_for = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def _flush_that_knows_the_log() -> None:
    teach_flush()
