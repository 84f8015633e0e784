"""What stops the start: secrets that could be guessed, wires that could be read.

Each rule raises `ImproperlyConfigured` with one sentence that says what to do. They
hold wherever a database of one's own is named; a machine with embedded servers, which
listen on Unix sockets, has to keep only those about hosts and debugging.
"""

from collections.abc import Collection
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 32
SHORTEST_PASSWORD = 16
_LOOPBACK = {"", "localhost", "127.0.0.1", "::1", "[::1]"}
# How PostgreSQL's own programs call a wire on which the other end proved who it is.
_PROVEN = "verify-full"


def is_loopback(host: str) -> bool:
    """Tell whether a host or the folder of a Unix socket is on this very machine."""
    return host in _LOOPBACK or unquote(host).startswith("/")


def check_secret(name: str, value: str) -> None:
    """Refuse a secret that is short, an example, or hardly more than one letter."""
    if len(value) < SHORTEST_SECRET:
        raise ImproperlyConfigured(
            f"{name} (or {name}_FILE) must hold at least {SHORTEST_SECRET} characters."
        )
    if len(set(value)) < 8 or value.startswith(("django-insecure", "change")):
        raise ImproperlyConfigured(
            f"{name} (or {name}_FILE) must be drawn at random; this one can be guessed."
        )


def check_site(
    *, base_url: str, hosts: Collection[str], debug: bool, demo: bool
) -> None:
    """Refuse made-up hosts, an address without https, and pages meant for engineers.

    Of this machine alone an address may do without https, and pages may tell of the
    program's inside.
    """
    if not hosts or any("*" in host for host in hosts):
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must name the hosts that serve this site, and never '*'."
        )
    _check_address(base_url)
    others = sorted(host for host in hosts if not is_loopback(host))
    for name, wanted in (("DEBUG", debug), ("DEMO", demo)):
        if wanted and others:
            raise ImproperlyConfigured(
                f"{name} must be off where others reach the site: ALLOWED_HOSTS names "
                f"{', '.join(others)}."
            )


def _check_address(base_url: str) -> None:
    parts = urlsplit(base_url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ImproperlyConfigured(
            "BASE_URL must be the address of this site, such as "
            "https://tracker.example."
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ImproperlyConfigured(
            "BASE_URL must begin with https: without it everybody on the way reads "
            "along."
        )


def check_database(name: str, url: str, *, private: Collection[str]) -> None:
    """Refuse a database over a wire that others read, or with a guessable password."""
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    host = parts.hostname or options.get("host", [""])[0]
    if is_loopback(host):
        return
    _check_password(name, parts.username, parts.password)
    if host not in private and options.get("sslmode") != [_PROVEN]:
        raise ImproperlyConfigured(
            f"{name} must end with ?sslmode={_PROVEN}, or PRIVATE_HOSTS must name "
            f"{host} as a host on a network of this installation alone."
        )


def check_broker(url: str, *, private: Collection[str]) -> None:
    """Refuse a broker over a wire that others read."""
    parts = urlsplit(url)
    if parts.scheme in ("rediss", "unix") or is_loopback(parts.hostname or ""):
        return
    if parts.hostname not in private:
        raise ImproperlyConfigured(
            "REDIS_URL must begin with rediss://, or PRIVATE_HOSTS must name "
            f"{parts.hostname} as a host on a network of this installation alone."
        )


def check_mail(url: str, *, private: Collection[str]) -> None:
    """Refuse a mail server over a wire that others read: links to sign in go there."""
    parts = urlsplit(url)
    if parts.scheme != "smtp" or is_loopback(parts.hostname or ""):
        return
    if parts.hostname not in private:
        raise ImproperlyConfigured(
            "EMAIL_URL must begin with smtp+tls:// or smtp+ssl://, or PRIVATE_HOSTS "
            f"must name {parts.hostname} as a host on a network of this installation "
            "alone."
        )


def _check_password(name: str, user: str | None, password: str | None) -> None:
    given = unquote(password or "")
    if len(given) < SHORTEST_PASSWORD or given == user or len(set(given)) < 6:
        raise ImproperlyConfigured(
            f"The password in {name} must be drawn at random and hold at least "
            f"{SHORTEST_PASSWORD} characters."
        )
