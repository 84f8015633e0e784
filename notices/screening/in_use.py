"""Which rule set screens: the one that two reviewers switched on last."""

from notices.models import RulesSwitch
from notices.screening.tables import current_version, versions


def version_in_use() -> str:
    """Return the version that was switched on last.

    An installation that never switched, or whose rules are gone, uses the one that the
    app names.
    """
    switched = (
        RulesSwitch.objects.filter(confirmed_at__isnull=False)
        .order_by("-confirmed_at", "-pk")
        .values_list("version", flat=True)
        .first()
    )
    return switched if switched in versions() else current_version()
