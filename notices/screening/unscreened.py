"""Kinds of fact that are recorded for the people on a file and that no rule reads."""

from collections.abc import Mapping
from types import MappingProxyType

from notices.choices import FactKind
from notices.screening.ruleset import FactKindTable, FactRule


def _table(kind: FactKind, **labels: str) -> FactKindTable:
    values = {
        value: FactRule(
            label=label,
            indicator=None,
            strength=None,
            reason="",
            needs_against=False,
            urgency=None,
        )
        for value, label in labels.items()
    }
    return FactKindTable(str(kind.label), values, {}, frozenset(), takes_years=False)


UNSCREENED: Mapping[str, FactKindTable] = MappingProxyType(
    {
        FactKind.LOCATION: _table(
            FactKind.LOCATION, whereabouts="Whereabouts", route="Route or travel"
        ),
        FactKind.FAMILY: _table(
            FactKind.FAMILY,
            relatives="Relatives and where they are",
            pressure="Pressure on relatives",
        ),
        FactKind.CONTACT: _table(
            FactKind.CONTACT,
            safe_way="A safe way to reach the person",
            unsafe_way="A way that is not safe",
        ),
        FactKind.SAFETY: _table(
            FactKind.SAFETY, plan="Safety plan", threat="Threat or attack"
        ),
    }
)
