"""Which screens there are: what a person's links lead to, one of each kind."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

# Parts, files and ways out: no screens.
NO_SCREENS = {
    "account_logout",
    "api-schema",
    "digest-html",
    "preview-html",
    "mail-html",
    "inbox-counts",
}
# Parameters whose values are screens of their own.
_TELLING = ("tab", "action", "kind")


def screen_of(address: str) -> str | None:
    """Return the name of the screen at an address of this site, None if it is none."""
    path = urlsplit(address).path
    try:
        match = resolve(path)
    except Resolver404:
        return None
    name = match.url_name
    if not name or name in NO_SCREENS or path.startswith(("/api/n", "/static/")):
        return None
    told = [str(match.kwargs[key]) for key in _TELLING if key in match.kwargs]
    return "-".join([name, *told]).replace("_", "-")


class Walk:
    """The screens that one person reached, and those still to look at."""

    def __init__(self, *starts: str) -> None:
        self._known: set[str] = set()
        self._waiting: list[tuple[str, str]] = []
        self.add(starts)

    def add(self, addresses: Iterable[str]) -> None:
        """Keep addresses of screens that were not seen yet."""
        for address in addresses:
            name = screen_of(address)
            if name and name not in self._known:
                self._known.add(name)
                self._waiting.append((name, address))

    def next(self) -> tuple[str, str] | None:
        """Return the name and address of the next screen, None at the end."""
        return self._waiting.pop(0) if self._waiting else None
