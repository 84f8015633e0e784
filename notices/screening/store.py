"""Keeps assessments: screening, findings and what lists show of them, in few
statements.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2.extras import execute_values

from notices.models import Finding, Screening
from notices.screening.casefiles import finding_as_json
from notices.screening.types import Assessment
from notices.screening.types import Finding as Found

_LONGEST_URGENCY = 120
_CACHE = """
    UPDATE notices_notice AS notice
    SET breach_band = new.breach, article_band = new.article,
        evidence_band = new.evidence, concern = new.concern, urgency = new.urgency,
        needs_second_analyst = new.second, offence_classes = new.classes
    FROM (VALUES %s) AS new (
        id, breach, article, evidence, concern, urgency, second, classes
    )
    WHERE notice.id = new.id
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
    screenings = Screening.objects.bulk_create(
        screening_of(notice_id, key, assessment, at)
        for notice_id, key, assessment in fresh
    )
    Finding.objects.bulk_create(
        _finding(screening, one)
        for screening, (_, _, assessment) in zip(screenings, fresh, strict=True)
        for one in (*assessment.findings, *assessment.counter)
    )
    with connection.cursor() as cursor:
        execute_values(
            cursor.cursor,
            _CACHE,
            [_cached(notice_id, assessment) for notice_id, _, assessment in fresh],
            template=_ROW,
            page_size=len(fresh),
        )


def screening_of(
    notice_id: int, key: str, assessment: Assessment, at: datetime
) -> Screening:
    """Return the unsaved row that keeps `assessment`."""
    outputs = outputs_of(assessment)
    return Screening(
        notice_id=notice_id,
        rules_version=assessment.rules_version,
        made_at=at,
        input_hash=key,
        rule_breach=outputs["rule_breach"],
        article_2_3=outputs["article_2_3"],
        evidence=outputs["evidence"]
        | {"suggestions": [finding_as_json(one) for one in assessment.suggestions]},
        urgency=outputs["urgency"],
        unknown=list(assessment.unknown),
        context_notes=list(assessment.context_notes),
        breach_band=assessment.rule_breach.band,
        article_band=assessment.article_2_3.band,
        evidence_band=assessment.evidence.band,
        concern=assessment.concern,
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


def _finding(screening: Screening, one: Found) -> Finding:
    return Finding(
        screening=screening,
        indicator=one.indicator,
        is_counter=one.is_counter,
        articles=list(one.articles),
        is_verified=one.verified,
        strength=one.strength,
        level=one.level,
        quote=one.quote,
        field=one.field[:60],
        reason=one.reason,
        is_context=one.is_context,
        rests_on=[list(record) for record in one.rests_on],
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
