"""Versions of a notice as differences, and what was received to the letter."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from cases.desk.wording import colour_name, language_name
from notices.countries import country_name
from notices.feeds.parsed import FIELDS
from notices.ingest.differences import (
    FieldChange,
    changes_between,
    fingerprint,
    readable,
)
from notices.keys import key_of
from notices.models import Notice, NoticeChange, NoticeVersion, RawRecord
from notices.wording import FIELD_NAMES

# Fields that may hold health data: shown when asked for.
HEALTH = {"distinguishing_marks"}
_CODES = {
    "eye_colours": colour_name,
    "hair_colours": colour_name,
    "languages": language_name,
}
_WORDS_OF_SEX = {"M": "male", "F": "female", "U": None}
MOST_RECORDS = 20


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A field of two versions as the page shows it."""

    label: str
    before: str | None
    after: str | None
    is_private: bool


def versions_of(request: HttpRequest, notice: Notice, address: str) -> dict[str, Any]:
    """Return the versions and how the two that were asked for differ.

    `address` is the page itself, with its query.
    """
    versions = list(
        NoticeVersion.objects.filter(notice=notice)
        .select_related("run__feed")
        .order_by("-number")
    )
    numbers = {one.number: one for one in versions}
    newer = _number(request.GET.get("to"), versions[0].number if versions else 1)
    older = _number(request.GET.get("from"), newer - 1)
    whole = request.GET.get("fields") == "all"
    differences: list[ShownChange] = []
    same: list[ShownChange] = []
    if newer in numbers and older in numbers:
        before, after = numbers[older].values, numbers[newer].values
        differences = [_shown(one) for one in changes_between(before, after)]
        if whole:
            same = _unchanged(before, after)
    changes = NoticeChange.objects.filter(notice=notice).exclude(kind="changed")
    joint = "&" if "?" in address else "?"

    fields = "&fields=all" if whole else ""

    def pair(first: int) -> str:
        if first not in numbers or first + 1 not in numbers:
            return ""
        return f"{address}{joint}from={first}&to={first + 1}{fields}"

    return {
        "versions": [(one, _record_key(one)) for one in versions],
        "older": older,
        "newer": newer,
        "is_pair": newer in numbers and older in numbers,
        "differences": differences,
        "same": same,
        "whole": whole,
        "other_fields": f"{address}{joint}from={older}&to={newer}"
        + ("" if whole else "&fields=all"),
        "earlier_pair": pair(newer - 2),
        "later_pair": pair(newer),
        "changes": changes.order_by("-at", "-pk")[:50],
    }


def _record_key(version: NoticeVersion) -> str:
    return key_of(RawRecord(pk=version.record_id)) if version.record_id else ""


def _unchanged(before: dict[str, Any], after: dict[str, Any]) -> list[ShownChange]:
    changed = {one.field for one in changes_between(before, after)}
    found = [
        _shown(FieldChange(name, text, text))
        for name in FIELDS
        if name not in changed and (text := readable(name, after.get(name)))
    ]
    known = {fingerprint(one) for one in before.get("warrants") or []}
    for warrant in after.get("warrants") or []:
        if fingerprint(warrant) in known:
            charges = "; ".join(charge["text"] for charge in warrant["charges"])
            issuer = country_name(warrant["issuer"])
            text = f"{issuer}: {charges or 'no charge'}"
            found.append(_shown(FieldChange("warrants", text, text)))
    return found


def _shown(change: FieldChange) -> ShownChange:
    return ShownChange(
        FIELD_NAMES.get(change.field, change.field).capitalize(),
        _words(change.field, change.before),
        _words(change.field, change.after),
        change.field in HEALTH,
    )


def _words(field: str, text: str | None) -> str | None:
    """Return a value in words where it came as codes."""
    if text is None:
        return None
    if field == "sex":
        return _WORDS_OF_SEX.get(text, text)
    if named := _CODES.get(field):
        return ", ".join(named(code) for code in text.split(", "))
    return text


def received_of(notice: Notice, user: User) -> dict[str, Any]:
    """Return the records of a notice that `user` may read, the latest first."""
    records = (
        RawRecord.objects.visible_to(user)
        .filter(notice=notice)
        .select_related("feed", "run")
        .order_by("-pk")[:MOST_RECORDS]
    )
    return {
        "records": [
            (
                one,
                key_of(one),
                reverse("notice-record", args=[notice.key, key_of(one)]),
            )
            for one in records
        ],
        "may_see_runs": user.can(Capability.SEE_RUNS),
    }


@needs(Capability.SEE_FINDINGS)
@require_safe
def record_file(request: HttpRequest, key: str, record: str) -> HttpResponse:
    """One record as a file whose bytes have the hash that the page shows."""
    user = signed_in(request)
    notice = Notice.objects.visible_to(user).filter(key=key).first()
    rows = RawRecord.objects.visible_to(user).filter(notice=notice).defer("text")
    meant = next((one for one in rows if key_of(one) == record), None)
    if notice is None or meant is None:
        raise Http404
    answer = HttpResponse(
        meant.text.encode("utf-8", "surrogatepass"),
        content_type="application/json; charset=utf-8",
    )
    # The name of the file tells no name of a person.
    answer["Content-Disposition"] = f'attachment; filename="{notice.key}-{record}.json"'
    return answer


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 8 else default
