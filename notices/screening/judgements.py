"""What people say of findings: agree, disagree, accept, reject, add one by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from notices.choices import VERDICTS_THAT_FIND, Level, Verdict
from notices.models import Judgement, Notice, Screening
from notices.screening.protected import read_by
from notices.screening.ruleset import load
from notices.screening.services import screen_notices
from notices.wrong_field import WrongField

LONGEST = 2_000
_OF_FINDINGS = (Verdict.AGREE, Verdict.DISAGREE)


class JudgementError(WrongField):
    """A judgement cannot stand as given; `field` names what is wrong."""


@dataclass(frozen=True, slots=True)
class Key:
    """Which finding or suggestion is meant, whatever screening it stands in."""

    indicator: str
    field: str
    quote: str


@transaction.atomic
def judge(
    *,
    notice: Notice,
    actor: User,
    at: datetime,
    verdict: Verdict,
    key: Key,
    reason: str = "",
) -> Judgement:
    """Keep what `actor` says of a finding or a suggestion in the current screening.

    A word on the same one replaces the earlier word of the same person. What is
    accepted counts as a finding from now on; what is rejected is no longer suggested.
    Raises MissingCapability, and JudgementError where the finding is not there or a
    reason is missing.
    """
    require(actor, Capability.RECORD_FACTS)
    _lock(notice)
    told = reason.strip()
    if verdict in (Verdict.DISAGREE, Verdict.REJECT) and not told:
        raise JudgementError("reason", "Say why.")
    values: dict[str, Any] = {}
    if verdict in (Verdict.ACCEPT, Verdict.REJECT):
        suggestion = _suggestion(notice, actor, key)
        if verdict == Verdict.ACCEPT:
            values = {
                "strength": suggestion["strength"],
                "level": suggestion["level"],
            }
            told = told or suggestion["reason"]
    elif verdict in _OF_FINDINGS:
        _finding(notice, actor, key)
    else:
        raise JudgementError("verdict", "Choose what you say of it.")
    return _keep(notice, actor, at, verdict, key, told, values)


@transaction.atomic
def add_finding(
    *,
    notice: Notice,
    actor: User,
    at: datetime,
    indicator: str,
    quote: str,
    source: str,
    level: str,
    strength: int,
    reason: str,
) -> Judgement:
    """Add a finding of the catalogue that the machine did not make.

    `quote` are the words that show it and `source` is where they stand. Raises
    MissingCapability, and JudgementError naming the field that is not usable.
    """
    require(actor, Capability.RECORD_FACTS)
    _lock(notice)
    if indicator not in load().catalogue:
        raise JudgementError("indicator", "Choose an indicator of the catalogue.")
    if level not in Level.values:
        raise JudgementError("level", "Choose how well it is established.")
    if strength not in (1, 2, 3):
        raise JudgementError("strength", "Choose a strength from 1 to 3.")
    for name, text in (("quote", quote), ("source", source), ("reason", reason)):
        if not text.strip():
            raise JudgementError(name, "Fill this in: a finding is nothing without it.")
    return _keep(
        notice,
        actor,
        at,
        Verdict.ADD,
        Key(indicator, source.strip()[:60], quote.strip()),
        reason.strip(),
        {"strength": strength, "level": level},
    )


@transaction.atomic
def withdraw_judgement(
    *, notice: Notice, judgement_id: int, actor: User, at: datetime
) -> Judgement | None:
    """Take back one's own word; None if it is not there or somebody else's."""
    require(actor, Capability.RECORD_FACTS)
    _lock(notice)
    standing = Judgement.objects.filter(
        pk=judgement_id, notice=notice, author=actor, withdrawn_at=None
    ).first()
    if standing is None:
        return None
    standing.withdrawn_at = at
    standing.save(update_fields=["withdrawn_at"])
    _screen_again(notice, standing, at)
    record(
        action=Action.FINDING_WORD_WITHDRAWN,
        actor=actor,
        target=standing,
        before=_told(standing),
    )
    return standing


def _keep(
    notice: Notice,
    actor: User,
    at: datetime,
    verdict: Verdict,
    key: Key,
    reason: str,
    values: Mapping[str, Any],
) -> Judgement:
    before = Judgement.objects.filter(
        notice=notice,
        author=actor,
        indicator=key.indicator,
        field=key.field,
        quote=key.quote,
        withdrawn_at=None,
    )
    earlier = before.first()
    if earlier and earlier.verdict in VERDICTS_THAT_FIND and verdict in _OF_FINDINGS:
        raise JudgementError("", "This finding is your own; take it back instead.")
    before.update(withdrawn_at=at)
    judgement = Judgement.objects.create(
        notice=notice,
        verdict=verdict,
        indicator=key.indicator,
        field=key.field,
        quote=key.quote,
        reason=reason[:LONGEST],
        rules_version=load().version,
        author=actor,
        made_at=at,
        **values,
    )
    _screen_again(notice, judgement, at)
    record(
        action=Action.FINDING_JUDGED,
        actor=actor,
        target=judgement,
        before=_told(earlier) if earlier else None,
        after=_told(judgement),
        reason=judgement.reason,
    )
    return judgement


def _lock(notice: Notice) -> None:
    """While it is locked nobody else judges or screens this notice."""
    Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)


def _finding(notice: Notice, actor: User, key: Key) -> None:
    """Raise JudgementError unless `actor` may read this finding, words and all."""
    screening = _current(notice, actor)
    rows = (
        read_by(screening, person=notice.person_id, reader=actor) if screening else ()
    )
    if key not in {Key(row.indicator, row.field, row.quote) for row in rows}:
        raise JudgementError("", "This finding is no longer in the screening.")


def _suggestion(notice: Notice, actor: User, key: Key) -> Mapping[str, Any]:
    screening = _current(notice, actor)
    if screening is not None:
        read_by(screening, person=notice.person_id, reader=actor)
        for one in screening.evidence.get("suggestions", ()):
            if Key(one["indicator"], one["field"], one["quote"]) == key:
                found: Mapping[str, Any] = one
                return found
    raise JudgementError("", "This suggestion is no longer in the screening.")


def _current(notice: Notice, actor: User) -> Screening | None:
    return (
        Screening.objects.visible_to(actor)
        .filter(notice=notice, is_current=True)
        .first()
    )


def _screen_again(notice: Notice, judgement: Judgement, at: datetime) -> None:
    """Agreeing changes no finding; everything else may."""
    if judgement.verdict not in _OF_FINDINGS:
        screen_notices(notice_ids=[notice.pk], at=at)


def _told(judgement: Judgement) -> dict[str, Any]:
    return {
        "verdict": judgement.verdict,
        "indicator": judgement.indicator,
        "field": judgement.field,
        "quote": judgement.quote,
        "level": judgement.level,
        "strength": judgement.strength,
        "reason": judgement.reason,
    }
