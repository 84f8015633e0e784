"""The browsers that somebody is signed in with."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import BrowserSession, User
from accounts.models.session import stored_key

_BROWSERS = (
    ("Edge", r"Edg\w*/"),
    ("Opera", r"OPR/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrom\w+/|CriOS/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux|X11"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """One session for its owner's eyes; `key` names it without opening it."""

    key: str
    words: str
    began_at: datetime | None
    seen_at: datetime
    is_here: bool


def devices_of(user: User, *, here: str | None) -> list[Device]:
    """Return the sessions of `user` that are still good, the last used first.

    `here` is the key of the session that asks.
    """
    return [
        Device(
            key=_key(row),
            words=device_words(row.device),
            began_at=row.began_at,
            seen_at=row.seen_at,
            is_here=row.session_key == stored_key(here or ""),
        )
        for row in _good_sessions(user)
    ]


def end_session(*, user: User, key: str) -> Device | None:
    """Sign the browser out that `devices_of` calls `key`; None if there is none."""
    with transaction.atomic():
        for row in _good_sessions(user):
            if _key(row) == key:
                row.delete()
                words = device_words(row.device)
                record(
                    action=Action.SESSION_ENDED,
                    actor=user,
                    target=user,
                    after={"device": words},
                )
                return Device(key, words, row.began_at, row.seen_at, is_here=False)
    return None


def end_other_sessions(*, user: User, here: str | None) -> int:
    """Sign every browser of `user` out but the one that asks; return how many."""
    with transaction.atomic():
        kept = stored_key(here or "")
        others = [row for row in _good_sessions(user) if row.session_key != kept]
        user.browser_sessions.exclude(session_key=kept).delete()
        if others:
            record(
                action=Action.SESSION_ENDED,
                actor=user,
                target=user,
                after={"devices": [device_words(row.device) for row in others]},
            )
    return len(others)


def device_words(agent: str) -> str:
    """Return what a browser says it is in two words; browsers may lie."""
    browser = next((name for name, mark in _BROWSERS if re.search(mark, agent)), "")
    system = next((name for name, mark in _SYSTEMS if re.search(mark, agent)), "")
    if not browser:
        return f"A browser on {system}" if system else "A browser that does not say"
    return f"{browser} on {system}" if system else browser


def _good_sessions(user: User) -> list[BrowserSession]:
    """Leave out those that ended by a change of password, role or factor."""
    rows = BrowserSession.objects.filter(user=user, expire_date__gt=timezone.now())
    good = user.get_session_auth_hash()
    return [
        row
        for row in rows.order_by("-seen_at")
        if row.get_decoded().get(HASH_SESSION_KEY) == good
    ]


def _key(row: BrowserSession) -> str:
    """Name a session in a page without giving its key away."""
    digest = salted_hmac("accounts.sessions", row.session_key, algorithm="sha256")
    return digest.hexdigest()[:24]
