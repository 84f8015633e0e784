"""What a line of the log says: where something went wrong and of what kind.

Never who or about whom: addresses of pages give way to the route they belong to,
messages of exceptions (which repeat the values that were refused) to the kind of error
and the places in the program; e-mail addresses, tokens, passwords in addresses of
servers and code names of files are struck out wherever they stand. Names of people
cannot be told from other words, so no message of ours may hold one.
"""

import re
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest

Event = MutableMapping[str, Any]

_STRUCK = (
    (re.compile(r"[^\s@<>\"'(),;:=]+@[\w-]+(?:\.[\w-]+)+"), "<address>"),
    (re.compile(r"(\w+://)[^\s/@]*@"), r"\1<login>@"),
    (re.compile(r"\?[^\s\"'?]*=[^\s\"']*"), "?<query>"),
    (re.compile(r"\b[A-Z]{4,}-\d{1,4}\b"), "<file>"),
    # A run of letters and digits that nobody typed: keys, tokens, hashes, cookies.
    (
        re.compile(r"(?=[\w.~+=-]*\d)(?=[\w.~+=-]*[A-Za-z])[\w.~+=-]{24,}"),
        "<token>",
    ),
)
# Task numbers are drawn at random and lead nowhere.
_TASK = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_OUTCOME = re.compile(r"\] ([a-z]+)")
_MOST_CAUSES = 4


def strike(text: str) -> str:
    """Return `text` without addresses, tokens, queries and code names of files."""
    for pattern, stand_in in _STRUCK:
        text = pattern.sub(stand_in, text)
    return text


def name_the_route(_: Any, __: str, event: Event) -> Event:
    """Say the route and the status of a request, not the address that was asked for."""
    record = event["_record"]
    request = getattr(record, "request", None)
    if not isinstance(request, HttpRequest):
        return event
    route = request.resolver_match
    event["event"] = str(event["event"]).partition(": ")[0]
    event["method"] = request.method
    event["route"] = f"/{route.route}" if route else "none"
    if status := getattr(record, "status_code", None):
        event["status"] = status
    return event


def name_the_task(_: Any, __: str, event: Event) -> Event:
    """Say which task ended how, without its arguments and the words of its error."""
    told = event.pop("positional_args", None)
    if isinstance(told, dict) and "name" in told and "id" in told:
        # The library's own text has the word; a failure's stands in a value.
        word = _OUTCOME.search(str(event["_record"].msg))
        event["event"] = f"Task {told['name']}: {word[1] if word else 'failed'}"
        if _TASK.match(str(told["id"])):
            event["task"] = str(told["id"])
    return event


def keep_places_only(_: Any, __: str, event: Event) -> Event:
    """Turn an exception into its kind and its places; its words may name people."""
    info = event.pop("exc_info", None)
    if isinstance(info, tuple) and info[1] is not None:
        event["errors"] = list(_errors(info[1]))
    event.pop("stack_info", None)
    return event


def _errors(error: BaseException | None) -> Iterator[dict[str, Any]]:
    """Yield the error and what it came from, the last first."""
    for _ in range(_MOST_CAUSES):
        if error is None:
            return
        kind = type(error)
        told: dict[str, Any] = {"kind": f"{kind.__module__}.{kind.__qualname__}"}
        # The database's own number for what was wrong, such as 23505.
        if code := getattr(error, "pgcode", None):
            told["sqlstate"] = code
        told["at"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        yield told
        error = error.__cause__ or error.__context__


def strike_everything(_: Any, __: str, event: Event) -> Event:
    """Strike out what may stand in any text of the line."""
    for key, value in event.items():
        if isinstance(value, str) and key not in ("task", "timestamp"):
            event[key] = strike(value)
    return event


def formatter(*, as_json: bool) -> dict[str, Any]:
    """Return the formatter of every handler, for `LOGGING`."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.processors.KeyValueRenderer(
            key_order=["timestamp", "level", "logger", "event"], repr_native_str=False
        )
    )
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        "processors": [
            name_the_route,
            name_the_task,
            keep_places_only,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            strike_everything,
            renderer,
        ],
        "pass_foreign_args": True,
    }


def logging_config(*, level: str, as_json: bool) -> dict[str, Any]:
    """Return Django's `LOGGING`: one handler, and what is never written."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter(as_json=as_json)},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # No mails of errors, which would hold the whole request.
            "django": {"handlers": [], "propagate": True},
            # Statements hold their values: they are never written, at no level.
            "django.db.backends": {"level": "INFO"},
            # The anchor of each hour, however quiet the log is.
            "accounts.audit.anchors": {"level": "INFO"},
        },
    }
