"""Who is who in the demo: one human under two ids, homonyms, and affairs."""

import csv
import io
from collections import defaultdict
from datetime import timedelta

from cases.demo.people import DemoPerson
from cases.demo.scene import Demo
from cases.intake.services import receive, run_import
from cases.intake.store import store
from notices.identity.choices import Answer, Ground
from notices.identity.deciding import answer, put_side_by_side
from notices.identity.matters import open_matter
from notices.identity.merging import merge, unmerge
from notices.identity.suggesting import suggest_waiting
from notices.models import Notice, Person

# Days before now at which a colleague sends the list of an archive.
ARCHIVE_DAYS = 2
TITLES = ("The refinery, 2019", "A bank in liquidation", "A square, two evenings")
HEADINGS = (
    "entity_id", "name", "forename", "date_of_birth", "nationalities",
    "issuing_country_id", "charge",
)  # fmt: skip


def say_who_is_who(demo: Demo) -> None:
    """Import people once more under other ids, and let colleagues say who they are."""
    known = _known(demo)
    if len(known) < 6:
        return
    at = demo.ago(days=ARCHIVE_DAYS)
    doubles = _import_doubles(demo, known[:5])
    suggest_waiting(at=at)
    later = at + timedelta(hours=3)
    ana, ben = demo.people["ana"], demo.people["ben"]
    pairs = [(notice.person, doubles[place].person) for place, notice in known[:5]]
    merge(
        kept=pairs[0][0],
        others=[pairs[0][1]],
        fields={},
        reason="The same day of birth, the same town, and the archive's photograph.",
        actor=ana,
        at=later,
    )
    taken_back = merge(
        kept=pairs[1][0],
        others=[pairs[1][1]],
        fields={},
        reason="The same name and day of birth.",
        actor=ana,
        at=later,
    )
    unmerge(
        merge=taken_back,
        reason="Two passports with two numbers: cousins, born on one day.",
        actor=ben,
        at=later + timedelta(hours=1),
    )
    _say(demo, pairs[2], Answer.UNSURE, "Only the year is known; asked the archive.")
    _say(demo, pairs[3], Answer.DIFFERENT, "Ten years apart, and another father.")
    _affairs(demo, known[5:])


def _known(demo: Demo) -> list[tuple[int, Notice]]:
    """Return notices of people whose day of birth is known, with a place for each."""
    found = (
        Notice.objects.filter(
            reference__in=demo.feed.people, birth_date__regex=r"^\d{4}-\d{2}-\d{2}$"
        )
        .exclude(family_name=None)
        .select_related("person")
        .order_by("pk")
    )
    return list(enumerate(found))


def _import_doubles(demo: Demo, known: list[tuple[int, Notice]]) -> dict[int, Notice]:
    """Import the people of `known` under other ids; return the new notices by place."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(HEADINGS)
    for place, notice in known:
        person = demo.feed.people[notice.reference or ""]
        family, forename, born = _as_another_list_has_it(place, person, notice)
        table.writerow(
            (_reference(place), family, forename, born, person.country, person.country,
             notice.charge_summary)
        )  # fmt: skip
    at = demo.ago(days=ARCHIVE_DAYS)
    run = receive(
        files=[store("archive.csv", io.BytesIO(text.getvalue().encode()))],
        actor=demo.people["ana"],
        at=at,
        is_full=False,
    )
    run_import(run_id=run.pk, at=at, clock=lambda: at)
    made = Notice.objects.filter(
        reference__in=[_reference(place) for place, _ in known]
    ).select_related("person")
    by_reference = {one.reference: one for one in made}
    return {place: by_reference[_reference(place)] for place, _ in known}


def _reference(place: int) -> str:
    return f"2009/{41000 + place}"


def _as_another_list_has_it(
    place: int, person: DemoPerson, notice: Notice
) -> tuple[str, str, str]:
    born = notice.birth_date or ""
    if place == 0:  # in the script of the person
        return person.family_name_original, person.forename_original, born
    if place == 2:  # as far as the archive knew
        return person.family_name, person.forename, born[:4]
    if place == 3:  # somebody else of that name
        return person.family_name, person.forename, f"{int(born[:4]) - 10}{born[4:]}"
    return person.family_name, person.forename, born


def _say(demo: Demo, pair: tuple[Person, Person], said: Answer, reason: str) -> None:
    at = demo.ago(days=ARCHIVE_DAYS - 1)
    ana = demo.people["ana"]
    found = put_side_by_side(one=pair[0], other=pair[1], actor=ana, at=at)
    answer(pair=found, said=said, reason=reason, actor=ana, at=at)


def _affairs(demo: Demo, known: list[tuple[int, Notice]]) -> None:
    """Open an affair of the largest groups that are wanted in the same words."""
    groups: dict[tuple[str, ...], list[Person]] = defaultdict(list)
    for _, notice in known:
        groups[(notice.charge_summary, *notice.issuers)].append(notice.person)
    largest = sorted(groups.values(), key=len, reverse=True)
    for title, people in zip(TITLES, largest, strict=False):
        if len(people) > 1:
            open_matter(
                title=title,
                people=[(one, Ground.CHARGE) for one in people[:7]],
                reason="Named in one indictment (invented).",
                actor=demo.people["ana"],
                at=demo.ago(days=1),
            )
