"""Keeps assessments: screening, findings and what lists show of them, in few
statements.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2.extras import execute_values

from notices.ingest.copying import Json, copy_in, reserve_ids
from notices.models import Finding, Screening
from notices.screening.casefiles import finding_as_json
from notices.screening.types import Assessment
from notices.screening.types import Finding as Found

_LONGEST_URGENCY = 120
_SCREENING = (
    "id", "notice_id", "rules_version", "made_at", "input_hash", "is_current",
    "rule_breach", "article_2_3", "evidence", "urgency", "unknown", "context_notes",
    "breach_band", "article_band", "evidence_band", "concern",
)  # fmt: skip
_FINDING = (
    "screening_id", "indicator", "is_counter", "articles", "is_verified", "strength",
    "level", "quote", "field", "reason", "is_context", "rests_on",
)  # fmt: skip
_CACHE = """
    UPDATE notices_notice AS notice
    SET breach_band = new.breach, article_band = new.article,
        evidence_band = new.evidence, concern = new.concern, urgency = new.urgency,
        needs_second_analyst = new.second, offence_classes = new.classes
    FROM (VALUES %s) AS new (
        id, breach, article, evidence, concern, urgency, second, classes
    )
    WHERE notice.id = new.id AND (
        notice.breach_band, notice.article_band, notice.evidence_band, notice.concern,
        notice.urgency, notice.needs_second_analyst, notice.offence_classes
    ) IS DISTINCT FROM (
        new.breach, new.article, new.evidence, new.concern, new.urgency, new.second,
        new.classes
    )
"""
_ROW = "(%s, %s, %s, %s, %s::float, %s, %s, %s::varchar[])"


def store(fresh: Sequence[tuple[int, str, Assessment]], *, at: datetime) -> None:
    """Make each (notice id, input hash, assessment) the current screening of its
    notice.

    The screenings before stay, no longer current. Needs a transaction and locked
    notices.
    """
    if not fresh:
        return
    ids = [notice_id for notice_id, _, _ in fresh]
    Screening.objects.filter(notice__in=ids, is_current=True).update(is_current=False)
    keys = list(reserve_ids(Screening, len(fresh)))
    copy_in(
        Screening._meta.db_table,
        _SCREENING,
        (_screening(pk, one, at=at) for pk, one in zip(keys, fresh, strict=True)),
    )
    copy_in(
        Finding._meta.db_table,
        _FINDING,
        (
            _finding(pk, one)
            for pk, (_, _, assessment) in zip(keys, fresh, strict=True)
            for one in (*assessment.findings, *assessment.counter)
        ),
    )
    with connection.cursor() as cursor:
        execute_values(
            cursor.cursor,
            _CACHE,
            [_cached(notice_id, assessment) for notice_id, _, assessment in fresh],
            template=_ROW,
            page_size=len(fresh),
        )


def _screening(
    pk: int, one: tuple[int, str, Assessment], *, at: datetime
) -> tuple[Any, ...]:
    notice_id, key, assessment = one
    outputs = outputs_of(assessment)
    told = [finding_as_json(one) for one in assessment.suggestions]
    return (
        pk,
        notice_id,
        assessment.rules_version,
        at,
        key,
        True,
        Json(outputs["rule_breach"]),
        Json(outputs["article_2_3"]),
        Json(outputs["evidence"] | {"suggestions": told}),
        Json(outputs["urgency"]),
        list(assessment.unknown),
        list(assessment.context_notes),
        assessment.rule_breach.band,
        assessment.article_2_3.band,
        assessment.evidence.band,
        assessment.concern,
    )


def outputs_of(assessment: Assessment) -> dict[str, dict[str, Any]]:
    """Return the outputs as JSON values, each by itself.

    `conditions` maps a condition to its state, `factors` a letter of RPD Art. 34(3) to
    its state; names and findings follow from the catalogue of the rule set.
    """
    breach, article = assessment.rule_breach, assessment.article_2_3
    return {
        "rule_breach": {
            "band": breach.band,
            "reasons": list(breach.reasons),
            "conditions": {one.condition: one.state for one in breach.conditions},
        },
        "article_2_3": {
            "band": article.band,
            "reasons": list(article.reasons),
            "factors": {one.factor: one.state for one in article.factors},
            "second_analyst": article.second_analyst,
        },
        "evidence": {
            "band": assessment.evidence.band,
            "reasons": list(assessment.evidence.reasons),
            "authority": assessment.evidence.authority,
            "documented": assessment.evidence.documented,
            "alleged": assessment.evidence.alleged,
        },
        "urgency": {
            "level": assessment.urgency.level,
            "reasons": list(assessment.urgency.reasons),
        },
    }


def _finding(screening: int, one: Found) -> tuple[Any, ...]:
    return (
        screening,
        one.indicator,
        one.is_counter,
        list(one.articles),
        one.verified,
        one.strength,
        one.level,
        one.quote,
        one.field[:60],
        one.reason,
        one.is_context,
        json.dumps(one.rests_on),
    )


def _cached(notice_id: int, assessment: Assessment) -> tuple[Any, ...]:
    urgent = "; ".join(assessment.urgency.reasons)[:_LONGEST_URGENCY]
    return (
        notice_id,
        assessment.rule_breach.band,
        assessment.article_2_3.band,
        assessment.evidence.band,
        assessment.concern,
        urgent,
        assessment.article_2_3.second_analyst,
        list(assessment.offence_classes),
    )
