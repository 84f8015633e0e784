"""What colleagues of the demo found out about people, each fact with its source."""

from typing import Any

from cases.demo.scene import Demo
from notices.models import Country, Notice
from notices.screening.facts import record_fact

# Sets of facts; `against` and `by` are filled in per person.
_POLITICAL: tuple[tuple[dict[str, Any], ...], ...] = (
    (
        {
            "kind": "profession",
            "value": "journalist",
            "level": "documented",
            "source": "Press card and by-lines, exhibit list of the intake",
            "detail": "Edited a news channel with an audience abroad.",
        },
        {
            "kind": "protection",
            "value": "refugee",
            "level": "authority",
            "by": "AT",
            "source": "Grant decision of the asylum office",
            "detail": "Refugee status granted because of persecution for reporting.",
            "happened_on": "2023-05",
        },
    ),
    (
        {
            "kind": "profession",
            "value": "opposition_politician",
            "level": "documented",
            "source": "Party register, copy in the file",
        },
        {
            "kind": "extradition",
            "value": "refused",
            "ground": "political_motive",
            "level": "authority",
            "by": "PL",
            "source": "Judgment of the regional court",
            "detail": "The court found that the request pursued a political opponent.",
            "happened_on": "2024-11-18",
        },
    ),
    (
        {
            "kind": "profession",
            "value": "human_rights_defender",
            "level": "documented",
            "source": "Letter of the association",
        },
        {
            "kind": "ccf",
            "value": "not_compliant",
            "level": "authority",
            "source": "Decision of the CCF, copy in the file",
            "detail": "An earlier notice on the same facts was deleted.",
            "happened_on": "2022",
        },
    ),
    (
        {
            "kind": "profession",
            "value": "protester",
            "level": "alleged",
            "source": "Interview with a relative",
        },
    ),
)
_ORDINARY: tuple[tuple[dict[str, Any], ...], ...] = (
    (
        {
            "kind": "profession",
            "value": "none_known",
            "level": "documented",
            "source": "Press search in two languages",
        },
    ),
    (
        {
            "kind": "extradition",
            "value": "granted",
            "ground": "full_hearing",
            "level": "authority",
            "by": "SE",
            "source": "Judgment of the court of appeal",
            "happened_on": "2025-02",
        },
    ),
)


def record_facts(demo: Demo) -> None:
    """Record facts on some people of each theme."""
    for theme, sets, most in (
        ("political", _POLITICAL, 16),
        ("ordinary", _ORDINARY, 8),
        ("business", _POLITICAL[1:], 3),
    ):
        wanted = [ref for ref, name in demo.feed.themes.items() if name == theme]
        found = (
            Notice.objects.filter(reference__in=wanted)
            .exclude(issuers=[])
            .select_related("person")
            .order_by("reference")[:most]
        )
        for number, notice in enumerate(found):
            for fact in sets[number % len(sets)]:
                _record(demo, notice, fact)


def _record(demo: Demo, notice: Notice, fact: dict[str, Any]) -> None:
    values = dict(fact)
    by = values.pop("by", None)
    asks_against = values["kind"] in ("protection", "extradition", "ccf")
    record_fact(
        person=notice.person,
        actor=demo.people["ana"],
        at=demo.ago(days=6, hours=2),
        country=Country.objects.get(code=by) if by else None,
        against=(Country.objects.get(code=notice.issuers[0]) if asks_against else None),
        **values,
    )
