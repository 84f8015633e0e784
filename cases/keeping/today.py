"""What the first page tells of keeping, in one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import (
    STANDING_ROLES,
    ErasureScope,
    ExpiryState,
    RetentionKind,
)
from cases.models import CaseFile, Erasure, Expiry, ExpiryWarning


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to know. `code` is of a file that the reader may see, else empty."""

    about: str
    code: str
    what: str
    when: datetime
    who: str


def told_of(user: User) -> list[Told]:
    """Return what waits for `user`: `about` is `expiry`, `erasure` or `second`.

    An expiry waits for the answer of those who were warned. An erasure is told to
    everybody named on the file once its day is fixed; to administrators, without the
    file's name, that it waits for a second person.
    """
    named = user.case_memberships.current()
    seen = CaseFile.objects.visible_to(user)
    looked_after = named.filter(role__in=STANDING_ROLES)
    warned = Q(case__in=seen.filter(pk__in=looked_after.values("case_id")))
    if user.can(Capability.SET_RETENTION):
        warned |= Q(case=None)
    unanswered = ExpiryWarning.objects.filter(acknowledged_at=None)
    parts = [
        _rows(
            Expiry.objects.filter(
                warned, state=ExpiryState.AHEAD, pk__in=unanswered.values("expiry_id")
            ),
            about="expiry",
            code=F("case__code"),
            kind=F("kind"),
            when=Cast("due_on", DateTimeField()),
        ),
        _rows(
            _open_erasures().filter(
                due_at__isnull=False,
                case__in=seen.filter(pk__in=named.values("case_id")),
            ),
            about="erasure",
            code=F("case__code"),
            kind=F("scope"),
            when=F("due_at"),
        ),
    ]
    if user.can(Capability.ERASE):
        parts.append(
            _rows(
                _open_erasures().filter(confirmed_at=None),
                about="second",
                code=Value(""),
                kind=F("scope"),
                when=F("asked_at"),
                who=F("asked_by__name"),
            )
        )
    rows = parts[0].union(*parts[1:], all=True).order_by("when")
    labels = {**dict(RetentionKind.choices), **dict(ErasureScope.choices)}
    return [
        Told(about, code or "", str(labels[kind]), when, who)
        for about, code, kind, when, who in rows
    ]


def _open_erasures() -> QuerySet[Erasure]:
    return Erasure.objects.filter(stopped_at=None, done_at=None)


def _rows(
    found: QuerySet[Any],
    *,
    about: str,
    code: Any,
    kind: Any,
    when: Any,
    who: Any = None,
) -> QuerySet[Any, Any]:
    text = CharField()
    return (
        found.order_by()
        .annotate(
            told_about=Value(about, output_field=text),
            told_code=Cast(code, text),
            told_kind=Cast(kind, text),
            when=Cast(when, DateTimeField()),
            told_who=Cast(who or Value(""), text),
        )
        .values_list("told_about", "told_code", "told_kind", "when", "told_who")
    )
