"""Builds the demo through the same services that people use, step by step.

Invented people, real country codes; seeded, so that the same demo comes out again.
"""

import io
import json
import random
from datetime import datetime
from typing import Any

from accounts.administration.services import set_export_right
from accounts.models import User
from cases.choices import Rhythm
from cases.demo.casework import make_cases
from cases.demo.events import record_events
from cases.demo.feed_files import feed_of_demo, table_with_mistakes
from cases.demo.identity import say_who_is_who
from cases.demo.logins import DEMO_LOGINS
from cases.demo.research import record_facts
from cases.demo.reviews import decide_some
from cases.demo.scene import Demo
from cases.digests.follows import Target, add_follow
from cases.intake.services import receive, run_import
from cases.intake.store import store
from cases.models import CaseFile, DigestSetting
from notices.choices import NameKind, NameSource
from notices.models import Country, Feed, Notice, Person, PersonName
from notices.names import latin

SEED = 13
SHARES = {"small": 0.3, "full": 1.0}
# Days before now at which the feed sent its whole list.
RUN_DAYS = (21, 14, 7, 1)
# When a colleague sends a table, between the last two lists.
TABLE_DAYS = 3


class DemoRefused(Exception):
    """The database holds other data; the text says so, for people."""


def make_demo(*, at: datetime, size: str) -> dict[str, int]:
    """Fill an empty database; return how many notices, people and case files it has.

    Raises `DemoRefused` for a database that holds anything.
    """
    if User.objects.exists() or Notice.objects.exists():
        raise DemoRefused(
            "This database holds data already. The demo needs an empty one: choose "
            "another folder with TRACKER_DATA_DIR."
        )
    demo = Demo(
        at=at,
        chance=random.Random(SEED),  # noqa: S311 - invented data, not secrets
        feed=feed_of_demo(seed=SEED, share=SHARES[size]),
    )
    for login in DEMO_LOGINS:
        user = User.objects.create_user(
            email=login.email, password=login.password, name=login.name, role=login.role
        )
        demo.people[user.get_short_name().lower()] = user
    _allow_exports(demo)
    _import_runs(demo)
    _original_names(demo)
    record_facts(demo)
    record_events(demo)
    decide_some(demo)
    make_cases(demo)
    say_who_is_who(demo)
    _follows(demo)
    return {
        "notices": Notice.objects.count(),
        "people": Person.objects.count(),
        "cases": CaseFile.objects.count(),
    }


def _allow_exports(demo: Demo) -> None:
    """Exports are off until an administrator allows them to each person."""
    for login in DEMO_LOGINS:
        if login.may_export:
            user = demo.people[login.name.split()[0].lower()]
            set_export_right(
                user_id=user.pk,
                actor=demo.people["emil"],
                allowed=True,
                reason="Takes case files to hearings.",
            )
            user.refresh_from_db()


def _import_runs(demo: Demo) -> None:
    Feed.objects.create(
        slug="interpol",
        name="INTERPOL public notices",
        kind="interpol",
        attribution="Demo: invented records in the shape of the public list.",
    )
    *earlier, latest = enumerate(zip(RUN_DAYS, demo.feed.runs, strict=True), start=1)
    for one in earlier:
        _import_list(demo, *one)
    _import(demo, "from-a-colleague.csv", table_with_mistakes(), days=TABLE_DAYS)
    _import_list(demo, *latest)


def _import_list(demo: Demo, number: int, run: tuple[float, list[Any]]) -> None:
    days, records = run
    text = json.dumps(records, ensure_ascii=False, indent=1)
    _import(demo, f"list-{number}.json", text, days=days, is_full=True)


def _import(
    demo: Demo, name: str, text: str, *, days: float, is_full: bool = False
) -> None:
    at = demo.ago(days=days)
    run = receive(
        files=[store(name, io.BytesIO(text.encode()))],
        actor=demo.people["ana"],
        at=at,
        is_full=is_full,
    )
    run_import(run_id=run.pk, at=at, clock=lambda: at)


def _original_names(demo: Demo) -> None:
    """Colleagues add the names in their own script: the feed sends Latin letters."""
    for notice in Notice.objects.filter(reference__in=demo.feed.people).select_related(
        "person"
    ):
        invented = demo.feed.people[notice.reference or ""]
        if notice.family_name is None or demo.chance.random() < 0.25:
            continue
        person = notice.person
        PersonName.objects.create(
            person=person,
            kind=NameKind.ORIGINAL,
            source=NameSource.PERSON,
            family_name=invented.family_name_original,
            forename=invented.forename_original,
            script=invented.script,
        )
        person.search_name = latin(
            [
                person.display_name,
                f"{invented.family_name_original} {invented.forename_original}",
            ]
        )
        person.save(update_fields=["search_name"])


def _follows(demo: Demo) -> None:
    since = demo.ago(days=20)
    country = {one.code: one for one in Country.objects.filter(code__in=["RU", "TR"])}
    gone = Notice.objects.filter(listing="no_longer_listed").first()
    dina, ana = demo.people["dina"], demo.people["ana"]
    for reader, target, note in (
        (dina, Target(country=country["RU"]), "for the Monday brief"),
        (dina, Target(country=country["TR"]), ""),
        (dina, Target(person=gone.person) if gone else None, "spoke to the family"),
        (ana, Target(query="band=strong&state=waiting"), "ask Ben first"),
        (demo.people["carla"], Target(country=country["TR"]), ""),
    ):
        if target:
            add_follow(reader=reader, target=target, at=since, note=note)
    # The demo shows a digest at once, whatever the day and the hour.
    DigestSetting.objects.filter(reader=dina).update(rhythm=Rhythm.DAILY, hour=0)
