"""The cast: who signs in, and who must not see."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client

from accounts.choices import Role
from accounts.models import User
from tests.factories import make_user
from tests.proofs import give_app, prove


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    """Files that a test writes stay in its own folder."""
    settings.FILES_DIR = tmp_path / "files"
    settings.MAIL_FOLDER = tmp_path / "mail"


@pytest.fixture(autouse=True)
def own_tries() -> None:
    """No test is refused for the tries of another: limits are counted in the cache.

    Test processes share the cache, so each test counts under names of its own; threads
    that it starts make their connections by the same settings.
    """
    caches.settings["default"]["KEY_PREFIX"] = cache.key_prefix = secrets.token_hex(8)


@pytest.fixture
def ana(db: None) -> User:
    """Analyst."""
    return make_user("Ana Lindqvist", Role.ANALYST)


@pytest.fixture
def ben(db: None) -> User:
    """Reviewer."""
    return make_user("Ben Okafor", Role.REVIEWER)


@pytest.fixture
def carla(db: None) -> User:
    """Lawyer."""
    return make_user("Carla Meyer", Role.LAWYER)


@pytest.fixture
def dina(db: None) -> User:
    """Advocacy reader."""
    return make_user("Dina Haddad", Role.ADVOCACY)


@pytest.fixture
def emil(db: None) -> User:
    """Administrator."""
    return make_user("Emil Novak", Role.ADMINISTRATOR)


@pytest.fixture
def fay(db: None) -> User:
    """Auditor."""
    return make_user("Fay Ndiaye", Role.AUDITOR)


@pytest.fixture
def olga(db: None) -> User:
    """An analyst who is named on no restricted file: the outsider."""
    return make_user("Olga Brandt", Role.ANALYST)


@pytest.fixture
def as_user() -> Callable[..., Client]:
    """Return a maker of clients signed in as someone who just proved who they are.

    `stale`: an hour ago. `factor`: with an authenticator app, which is made for them.
    """

    def sign_in(user: User, *, stale: bool = False, factor: bool = False) -> Client:
        if factor:
            give_app(user)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        prove(client, user, "mfa" if factor else "password", stale=stale)
        return client

    return sign_in
