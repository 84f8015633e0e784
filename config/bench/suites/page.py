"""The inbox page of 50 rows: against the framework's admin list and its own floor."""

import re
from collections.abc import Callable
from html import unescape

from allauth.account.internal.flows.login import record_authentication
from django.db import connection
from django.http import HttpRequest
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from cases.models import Review
from config.bench.harness import LIMIT, OURS, PEER, TWIN, Job, measure
from notices.querysets import notices_open_to

INBOX = "?state=waiting&country=RU"
ROWS = (
    "pk", "state", "why", "why_detail", "why_at", "rank", "is_urgent",
    "notice__key", "notice__reference", "notice__person__display_name",
    "notice__birth_date", "notice__issuers", "notice__charge_summary",
    "notice__breach_band", "notice__article_band", "notice__evidence_band",
)  # fmt: skip
_OLDER = re.compile(r'rel="next" href="([^"]+)"')
# What any page of fifty rows has to write at least.
BARE = """<table>{% for row in rows %}<tr>
{% for value in row.values() %}<td>{{ value }}</td>{% endfor %}
</tr>{% endfor %}</table>"""


def signed_in(role: Role) -> tuple[Client, User]:
    """Return a browser of a colleague with `role`."""
    user, _ = User.objects.get_or_create(
        email=f"{role}@bench.example", defaults={"name": "Bench", "role": role}
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, method="mfa")
    request.session.save()
    return client, user


def get(client: Client, address: str) -> Callable[[], None]:
    """Return a call that fetches `address` and insists on an answer of 200."""

    def fetch() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    return fetch


def jobs(*, rows: int, seed: int, say: Callable[[str], None]) -> list[Job]:
    return [_inbox(rows), _against_the_admin(rows), _deep(rows)]


def _inbox(rows: int) -> Job:
    client, user = signed_in(Role.ANALYST)
    page = reverse("inbox") + INBOX
    ours = get(client, page)
    timings = measure(
        {
            OURS: ours,
            TWIN: ours,
            LIMIT: _floor(client, user),
        },
        blocks=6,
        calls=40,
    )
    return Job(
        name="inbox page of 50",
        rows=rows,
        timings=timings,
        names={
            OURS: f"GET {page}",
            TWIN: "the same again",
            LIMIT: "empty view + values() query + bare Jinja2 of 50 rows",
        },
        goals={LIMIT: ("at most 2x the component floor", 2.0)},
        extra={"queries": queries(ours)},
    )


def _against_the_admin(rows: int) -> Job:
    """The same list as a team without an app of its own would see it."""
    client, _ = signed_in(Role.ANALYST)
    page = reverse("inbox") + INBOX
    ours = get(client, page)
    admin = reverse("bench-admin:notices_notice_changelist")
    timings = measure(
        {
            OURS: ours,
            TWIN: ours,
            PEER: get(client, f"{admin}?review__state__exact=waiting&country=RU"),
        },
        blocks=5,
        calls=8,
    )
    return Job(
        name="inbox page, admin as peer",
        rows=rows,
        timings=timings,
        names={
            OURS: f"GET {page}",
            PEER: "Django admin, same columns, same filter, a list of 100",
        },
        goals={PEER: ("at least 50x faster than the admin's filtered list", 1 / 50)},
    )


def _deep(rows: int) -> Job:
    """A keyset page far down the list against the first page."""
    client, user = signed_in(Role.ANALYST)
    first = reverse("inbox") + "?state=waiting"
    deep = _far_down(client, first, steps=40)
    timings = measure(
        {OURS: get(client, deep), TWIN: get(client, deep), LIMIT: get(client, first)},
        blocks=6,
        calls=30,
    )
    return Job(
        name="inbox, 40 pages down",
        rows=rows,
        timings=timings,
        names={OURS: "GET page 41 by keyset", TWIN: "again", LIMIT: "GET page 1"},
        goals={LIMIT: ("at most 1.5x the first page", 1.5)},
    )


def _far_down(client: Client, address: str, *, steps: int) -> str:
    for _ in range(steps):
        found = _OLDER.search(client.get(address).content.decode())
        if not found:
            break
        address = reverse("inbox") + unescape(found[1])
    return address


def _floor(client: Client, user: User) -> Callable[[], None]:
    template = engines["jinja2"].from_string(BARE)
    empty = get(client, reverse("bench-empty"))

    def floor() -> None:
        empty()
        found = Review.objects.filter(
            notices_open_to(user, "notice__"),
            state="waiting",
            notice__issuers__contains=["RU"],
        ).order_by("-rank", "-pk")
        template.render({"rows": list(found.values(*ROWS)[:50])})

    return floor


def queries(call: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)
