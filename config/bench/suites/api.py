"""A hundred notices as JSON: against the defaults of the REST framework."""

from collections.abc import Callable

import orjson
from django.urls import reverse

from accounts.choices import Role
from cases.api.details import notice_columns
from cases.api.rows import through_review
from cases.review.filters import listing_for
from config.bench.harness import LIMIT, OURS, PEER, TWIN, Job, measure
from config.bench.suites.page import get, signed_in


def jobs(*, rows: int, seed: int, say: Callable[[str], None]) -> list[Job]:
    """Measure the list of notices with a hundred rows."""
    client, user = signed_in(Role.ANALYST)
    address = reverse("api-notices") + "?limit=100"
    ours = get(client, address)
    columns = through_review(notice_columns(user))
    empty = get(client, reverse("bench-empty"))

    def floor() -> None:
        empty()
        found = listing_for(user).order_by("-notice_id")
        orjson.dumps(list(found.values(*columns)[:100]))

    timings = measure(
        {
            OURS: ours,
            TWIN: ours,
            PEER: get(client, reverse("bench-drf")),
            LIMIT: floor,
        },
        blocks=6,
        calls=25,
    )
    return [
        Job(
            name="API, 100 notices",
            rows=rows,
            timings=timings,
            names={
                OURS: f"GET {address}",
                TWIN: "the same again",
                PEER: "ModelSerializers of the same fields with numbered pages",
                LIMIT: "empty view + values() + orjson",
            },
            goals={
                PEER: ("at least 5x faster than the framework's defaults", 1 / 5),
                LIMIT: ("at most 2x the limit", 2.0),
            },
        )
    ]
