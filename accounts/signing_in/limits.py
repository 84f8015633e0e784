"""Counts tries, so that guessing ends and nobody can be shut out by somebody else.

Browsers that are new to an account are counted by network address and by account;
one that signed in to it before is counted alone (`accounts.signing_in.devices`). So a
stranger who guesses stops strangers, not the person. Passkeys cannot be guessed and
are not counted.
"""

import hashlib
import ipaddress
from dataclasses import dataclass

from allauth.core.internal.httpkit import get_client_ip
from django.core.cache import cache
from django.http import HttpRequest

from accounts.signing_in.devices import known_device


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries for the same key in `seconds` from the first."""

    name: str
    most: int
    seconds: int


PASSWORD_BY_ADDRESS = Limit("password-address", 20, 5 * 60)
PASSWORD_BY_ACCOUNT = Limit("password-account", 10, 5 * 60)
PASSWORD_BY_DEVICE = Limit("password-device", 10, 5 * 60)
# Whoever gets to a code knows the password: guessing a million codes must take years.
CODE_BY_ACCOUNT = Limit("code-account", 10, 60 * 60)
CODE_BY_DEVICE = Limit("code-device", 20, 60 * 60)
# In one sign-in, and in one session that asks who is there.
CODE_BY_SESSION = Limit("code-session", 5, 60 * 60)


@dataclass(frozen=True, slots=True)
class Try:
    """One try, counted before it is looked at, so that a hundred at once count too."""

    keys: tuple[tuple[Limit, str], ...]
    allowed: bool

    def give_back(self) -> None:
        """Take it out of the count again: it was the right person."""
        for limit, key in self.keys:
            if cache.get(_name(limit, key)) is not None:
                cache.decr(_name(limit, key))


def password_try(request: HttpRequest, *, email: str) -> Try:
    """Count a try with a password for `email`, known or not."""
    device = known_device(request, email=email)
    if device:
        return _take((PASSWORD_BY_DEVICE, device))
    return _take(
        (PASSWORD_BY_ADDRESS, network_of(request)),
        (PASSWORD_BY_ACCOUNT, email.strip().lower()),
    )


def code_try(request: HttpRequest, *, email: str) -> Try:
    """Count a try with a code by somebody who knew the password of `email`."""
    device = known_device(request, email=email)
    if device:
        return _take((CODE_BY_DEVICE, device))
    return _take((CODE_BY_ACCOUNT, email.strip().lower()))


def session_tries(request: HttpRequest) -> int:
    """Count a try of this session, and return the how manieth it is."""
    return _count(CODE_BY_SESSION, request.session.session_key or "")


def network_of(request: HttpRequest) -> str:
    """Return where a request comes from; of IPv6 the part that one household gets.

    The forwarded header counts only behind a proxy (setting `BEHIND_PROXY`).
    """
    address = get_client_ip(request)
    if not address:
        return ""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False))


def _take(*keys: tuple[Limit, str]) -> Try:
    counts = [(limit, _count(limit, key)) for limit, key in keys]
    return Try(keys, all(count <= limit.most for limit, count in counts))


def _count(limit: Limit, key: str) -> int:
    """Add one and return the sum; both in one step each, whoever else counts."""
    name = _name(limit, key)
    cache.add(name, 0, limit.seconds)
    try:
        return int(cache.incr(name))
    except ValueError:  # it ran out between the two
        cache.add(name, 0, limit.seconds)
        return int(cache.incr(name))


def _name(limit: Limit, key: str) -> str:
    return f"tries:{limit.name}:{hashlib.sha256(key.encode()).hexdigest()}"
