"""What the access layer costs: each page against itself with its doors open.

The peer is the same view, template and data, with `visible_to` giving every row. The
reader is an analyst who is named on some files and granted some notices, so that each
way of the conditions is walked.
"""

from collections.abc import Callable

from django.urls import reverse

from accounts.choices import Role
from cases.models import CaseMember
from config.bench.case_files import put_up, settle, take_down
from config.bench.harness import OURS, PEER, TWIN, Job, measure
from config.bench.open_doors import open_doors
from config.bench.suites.page import INBOX, get, queries, signed_in
from notices.models import Person

MOST_RATIO, MOST_QUERIES = 1.5, 1


def jobs(*, rows: int, seed: int, say: Callable[[str], None]) -> list[Job]:
    """Measure inbox, case list, a person with a file, search and the API's list."""
    client, reader = signed_in(Role.ANALYST)
    say("Making case files …")
    take_down()
    put_up(rows=rows, seed=seed, reader=reader)
    settle()
    named = CaseMember.objects.filter(user=reader).select_related("case__person")[0]
    family = Person.objects.get(pk=named.case.person_id).display_name.split()[0]
    pages = {
        "inbox": reverse("inbox") + INBOX,
        "case list": reverse("case-list"),
        "case list, searched": f"{reverse('case-list')}?q={family}",
        "person": reverse("person", args=[named.case.person.key]),
        "search": f"{reverse('search')}?q={family}",
        "API, 100 notices": reverse("api-notices") + "?limit=100",
    }
    try:
        return [
            _job(name, get(client, page), page, rows, say)
            for name, page in pages.items()
        ]
    finally:
        take_down()
        settle()


def _job(
    name: str,
    ours: Callable[[], None],
    page: str,
    rows: int,
    say: Callable[[str], None],
) -> Job:
    def without() -> None:
        with open_doors():
            ours()

    timings = measure({OURS: ours, TWIN: ours, PEER: without}, blocks=8, calls=8)
    asked, asked_without = queries(ours), queries(without)
    if asked > asked_without + MOST_QUERIES:
        say(f"NOT MET {page}: {asked} queries, with open doors {asked_without}.")
    return Job(
        name=f"access, {name}",
        rows=rows,
        timings=timings,
        names={OURS: f"GET {page}", TWIN: "the same again", PEER: "with open doors"},
        goals={PEER: ("at most 1.5x the page without the access layer", MOST_RATIO)},
        extra={"queries": asked, "queries_without": asked_without},
    )
