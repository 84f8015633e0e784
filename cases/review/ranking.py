"""Where a review stands in the inbox: one whole number, never shown to people.

Urgency comes first, then reappeared, then the concern of the screening, then how good
the evidence is; age breaks ties by the id. Pure.
"""

from collections.abc import Mapping

from notices.choices import Band

URGENT = 4_000_000
BACK = 2_000_000
STEPS_OF_CONCERN = 1_000
EVIDENCE: Mapping[str, int] = {Band.STRONG: 3, Band.SOME: 2, Band.NONE: 1}


def rank(
    *, is_urgent: bool, is_back: bool, concern: float, evidence_band: str | None
) -> int:
    """Return the rank; higher stands higher. `concern` is between 0 and 1."""
    bounded = min(max(concern, 0.0), 1.0)
    return (
        URGENT * is_urgent
        + BACK * is_back
        + round(bounded * STEPS_OF_CONCERN) * 10
        + EVIDENCE.get(evidence_band or "", 0)
    )
