"""The schema of the API and the page that explains it, from the same description."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.tokens.authentication import BearerToken
from cases.api.base import Session
from cases.api.described import TOKEN
from cases.api.paging import LIMIT, MAX_LIMIT


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    description: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """One address; `scope` is what a token needs, `example` is JSON text or empty."""

    path: str
    summary: str
    description: str
    scope: str
    parameters: tuple[Parameter, ...]
    fields: tuple[tuple[str, str], ...]
    example: str


class ApiSchema(SpectacularAPIView):
    """The OpenAPI schema, YAML or JSON; nothing in the address changes what it says."""

    permission_classes = (IsAuthenticated,)
    authentication_classes = (BearerToken, Session)
    api_version = "1"
    schema = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._get_schema_response(request)


@needs()
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Resources with their parameters and an example, limits and errors."""
    context = {
        "resources": _resources(),
        "limit": LIMIT,
        "max_limit": MAX_LIMIT,
        "may_make_tokens": signed_in(request).can(Capability.MAKE_TOKENS),
    }
    return render(request, "cases/api/docs.html", context)


@cache
def _resources() -> tuple[Resource, ...]:
    schema = SchemaGenerator().get_schema(public=True)
    shapes = schema["components"]["schemas"]
    paths = sorted(schema["paths"].items(), key=lambda pair: _rank(pair[0]))
    return tuple(_resource(path, methods["get"], shapes) for path, methods in paths)


def _rank(path: str) -> tuple[int, str]:
    """Notices first, then whom they name, then who asks."""
    order = ("/notices/", "/people/", "/countries/")
    return next(n for n, part in enumerate(order) if part in path), path


def _resource(path: str, described: dict[str, Any], shapes: dict[str, Any]) -> Resource:
    answer = described["responses"]["200"]["content"]["application/json"]
    examples = list(answer.get("examples", {}).values())
    shape = _named(answer["schema"], shapes)
    if "results" in shape["properties"]:
        shape = _named(shape["properties"]["results"]["items"], shapes)
    return Resource(
        path=path,
        summary=described["summary"],
        description=described.get("description", ""),
        scope=", ".join(
            scope for way in described["security"] for scope in way.get(TOKEN, ())
        ),
        parameters=tuple(_parameter(one) for one in described.get("parameters", [])),
        fields=tuple(
            (name, _without_values(one.get("description", "")))
            for name, one in shape["properties"].items()
        ),
        example=_written(examples[0]["value"]) if examples else "",
    )


def _without_values(description: str) -> str:
    """Return a description without the list of codes that the schema adds to it."""
    return description.split("* `", 1)[0].strip()


def _parameter(described: dict[str, Any]) -> Parameter:
    schema = described["schema"]
    values = schema.get("enum") or schema.get("items", {}).get("enum") or []
    return Parameter(
        described["name"], described.get("description", ""), tuple(map(str, values))
    )


def _named(schema: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = shapes[schema["$ref"].rsplit("/", 1)[-1]]
    return found


def _written(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
