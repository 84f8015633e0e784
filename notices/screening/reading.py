"""The sheet of a stored screening as one reader may read it."""

from collections.abc import Iterable

from accounts.models import User
from notices.models import Finding, Notice, Screening
from notices.screening.in_use import version_in_use
from notices.screening.protected import read_by
from notices.screening.sheet import Sheet, sheet_of


def sheet_for(screening: Screening, *, person: int, reader: User) -> Sheet:
    """Return the sheet of `screening`, about `person`, in what `reader` may see."""
    rows = read_by(screening, person=person, reader=reader)
    return sheet_of(
        screening,
        rows,
        linked=linked_notices(rows, reader=reader),
        in_use=version_in_use(),
    )


def linked_notices(rows: Iterable[Finding], *, reader: User) -> dict[str, str]:
    """Return the notices that findings rest on, key and label: those `reader` may see.

    One query, and none where no finding rests on a notice.
    """
    keys = {key for row in rows for kind, key in row.rests_on if kind == "notice"}
    if not keys:
        return {}
    seen = Notice.objects.visible_to(reader).filter(key__in=keys)
    return {
        key: reference or key
        for key, reference in seen.order_by("pk").values_list("key", "reference")
    }
