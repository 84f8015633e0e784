"""How a reader wants pages to look: theme, row height, single keys."""

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest, HttpResponse

from accounts.choices import Theme

# A year: the sign-in page of a browser stays as it was, too.
_KEPT_FOR = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Display:
    """`theme` is a value of `Theme`; the browser keeps the row height."""

    theme: str = Theme.SYSTEM
    compact: bool = False
    keys: bool = True

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """Read the choices of a request: the account's, else the browser's."""
        user = getattr(request, "user", None)
        theme = getattr(user, "theme", "") or request.COOKIES.get("theme", "")
        return cls(
            theme=theme if theme in Theme.values else Theme.SYSTEM,
            compact=request.COOKIES.get("density") == "compact",
            keys=getattr(user, "single_keys", True),
        )

    def keep(self, response: HttpResponse, *, secure: bool) -> None:
        """Let the browser remember the choices; none of them says who someone is."""
        for name, value in (
            ("theme", str(self.theme)),
            ("density", "compact" if self.compact else "normal"),
        ):
            response.set_cookie(
                name,
                value,
                max_age=_KEPT_FOR,
                secure=secure,
                httponly=True,
                samesite="Lax",
            )
