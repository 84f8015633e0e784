"""Addresses without parameters, looked up once: the frame of a page names a dozen."""

from functools import lru_cache

from django.urls import (
    NoReverseMatch,
    get_script_prefix,
    get_urlconf,
    reverse,
)


def address(name: str) -> str | None:
    """Return the address of `name`, or None where this site has no such page."""
    return _address(name, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=256)
def _address(name: str, urlconf: str | None, prefix: str) -> str | None:
    try:
        return reverse(name, urlconf=urlconf)
    except NoReverseMatch:
        return None
