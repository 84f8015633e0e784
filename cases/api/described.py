"""What the schema and the help page say about parameters, examples and errors."""

from datetime import date
from typing import Any

from django_filters import (
    DateFilter,
    Filter,
    MultipleChoiceFilter,
)
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

from accounts.choices import Scope
from cases.api.paging import LIMIT, MAX_LIMIT
from cases.api.shapes import Errors
from cases.review.filters import OF_FINDINGS, ReviewFilter

# How the schema calls the way in by a token.
TOKEN = "token"  # noqa: S105 - a name
# Too many to list; any code that has a page of its own.
_CODES = ("country", "nationality")
_HELP = {
    "country": "The country that asks, by the id of `/api/countries/`.",
    "nationality": "A nationality, by the id of `/api/countries/`.",
    "name": "Part of a name in any script; a letter may be wrong.",
    "text": "Words in the charges, in any order.",
    "since": "Changed on this day or later.",
    "assigned": "`me` or `nobody`.",
}

PAGING = [
    OpenApiParameter(
        "limit",
        int,
        description=f"Rows of a page, 1 to {MAX_LIMIT}. Without it {LIMIT}.",
    ),
    OpenApiParameter(
        "after",
        str,
        description="The id of the last row before this page. “next” holds it.",
    ),
]
_BAD_QUERY = OpenApiExample(
    "A parameter that cannot be used",
    {"errors": [{"field": "colour", "reason": "There is no such filter."}]},
    response_only=True,
    status_codes=["400"],
)


class SessionOfPages(SessionScheme):
    """Tells the schema how `cases.api.base.Session` signs in: as the pages do."""

    target_class = "cases.api.base.Session"
    priority = 1


class TokenOfPrograms(OpenApiAuthenticationExtension):
    """Tells the schema of tokens, and which scope each address asks of one."""

    target_class = "accounts.tokens.authentication.BearerToken"
    name = TOKEN

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        scopes = "; ".join(f"`{one.value}`: {one.label}" for one in Scope)
        return {
            "type": "http",
            "scheme": "bearer",
            "description": (
                "A token that somebody made on the page of their account. It reads "
                f"what its owner may see, within its scopes. {scopes}."
            ),
        }

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        scope = auto_schema.view.scope
        return {self.name: [scope.value] if scope else []}


ERRORS: dict[int, Any] = {401: Errors, 403: Errors}


def filters_of(declared: dict[str, Filter]) -> list[OpenApiParameter]:
    """Return the query parameters that the filters of a list take."""
    return [_parameter(name, one) for name, one in declared.items()]


def listed(
    *, name: str, shape: Any, summary: str, filters: Any = (), example: Any
) -> Any:
    """Describe a list: its filters, paging, shape, errors and one row as an example."""
    page = {"next": "https://tracker.example.org/api/…?after=…", "results": [example]}
    return extend_schema(
        operation_id=name,
        summary=summary,
        parameters=[*filters, *PAGING],
        responses={200: shape, 400: Errors, **ERRORS},
        examples=[
            OpenApiExample("A page", page, response_only=True, status_codes=["200"]),
            _BAD_QUERY,
        ],
    )


def single(*, name: str, shape: Any, summary: str, path: OpenApiParameter) -> Any:
    """Describe one object that is found by its id."""
    return extend_schema(
        operation_id=name,
        summary=summary,
        parameters=[path],
        responses={200: shape, **ERRORS, 404: Errors},
    )


def path_id(description: str) -> OpenApiParameter:
    return OpenApiParameter("key", str, OpenApiParameter.PATH, description=description)


def _parameter(name: str, declared: Filter) -> OpenApiParameter:
    label = _HELP.get(name) or f"{declared.label}."
    if name in OF_FINDINGS:
        label += " Only for roles that read findings."
    return OpenApiParameter(
        name,
        _type(declared),
        description=label,
        enum=None if name in _CODES else _enum(declared),
        many=isinstance(declared, MultipleChoiceFilter),
    )


def _type(declared: Filter) -> Any:
    if isinstance(declared, DateFilter):
        return date
    return str


def _enum(declared: Filter) -> list[str] | None:
    choices = declared.extra.get("choices")
    if choices is None:
        return None
    return [str(code) for code, _ in (choices() if callable(choices) else choices)]


NOTICE_FILTERS = filters_of(ReviewFilter.base_filters)
NAME_FILTER = [OpenApiParameter("name", str, description=_HELP["name"])]
