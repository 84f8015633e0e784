"""Described cases in a file of JSON lines: read, screen, judge."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from notices.screening.described import facts_of_case
from notices.screening.evaluation import ABUSIVE, Evaluation, Judged, evaluate
from notices.screening.rules import assess
from notices.screening.ruleset import Ruleset
from notices.screening.types import Assessment, Finding

_LABELS = frozenset({ABUSIVE, "compliant"})


class CaseFileError(ValueError):
    """A file of cases cannot be read; the message says which line and why."""


def read_cases(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the cases of `path`, one JSON object a line; empty lines are skipped.

    A case without an id gets its line number. Raises CaseFileError for a file or a line
    that cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise CaseFileError(f"There is no file {path}.") from None
    except (OSError, UnicodeDecodeError):
        raise CaseFileError(f"{path} cannot be read as UTF-8 text.") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            raise CaseFileError(f"{path}, line {number}: this is not JSON.") from None
        if not isinstance(case, dict):
            raise CaseFileError(f"{path}, line {number}: a case is a JSON object.")
        yield {"id": str(number)} | case


def screen_case(case: Mapping[str, Any], rules: Ruleset) -> dict[str, Any]:
    """Return the answer for one described case in the shape of `screen_cases`."""
    return _answer(case, assess(facts_of_case(case, rules), rules))


def _answer(case: Mapping[str, Any], one: Assessment) -> dict[str, Any]:
    return {
        "id": case.get("id"),
        "concern": one.concern,
        "band": one.band,
        "rule_breach": asdict(one.rule_breach),
        "article_2_3": asdict(one.article_2_3),
        "evidence": asdict(one.evidence),
        "urgency": asdict(one.urgency),
        "findings": [finding_as_json(finding) for finding in one.findings],
        "counter": [finding_as_json(finding) for finding in one.counter],
        "unknown": list(one.unknown),
        "rules_version": one.rules_version,
    }


def finding_as_json(one: Finding) -> dict[str, Any]:
    """Return a finding as JSON values, in the words of `design/commands.md`."""
    return {
        "indicator": one.indicator,
        "articles": list(one.articles),
        "strength": one.strength,
        "level": one.level,
        "quote": one.quote,
        "field": one.field,
        "reason": one.reason,
        "verified": one.verified,
        "suggestion": one.suggestion,
    }


def judge_cases(
    cases: Iterator[dict[str, Any]], rules: Ruleset
) -> tuple[Evaluation, list[Judged]]:
    """Screen `cases` without their answers and hold the result against them.

    Raises CaseFileError for a case without one of the two labels.
    """
    judged = [_judged(case, rules) for case in cases]
    return evaluate(judged), judged


def _judged(case: Mapping[str, Any], rules: Ruleset) -> Judged:
    if case.get("label") not in _LABELS:
        raise CaseFileError(
            f"Case {case['id']}: the label must be abusive or compliant."
        )
    assessment = assess(facts_of_case(case, rules), rules)
    return Judged(
        id=str(case["id"]),
        concern=assessment.concern,
        band=assessment.band,
        is_abusive=case["label"] == ABUSIVE,
        is_hard=case.get("hard") is True,
        country=_word(case.get("requesting_country")),
        ground=_word(case.get("noncompliance_ground")),
    )


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
