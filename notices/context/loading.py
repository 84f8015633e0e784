"""Fetches what other records say beside notices: seven queries for any number of them.

Only public notices are compared, and only facts that every reader of findings sees: a
screening is read by many, and must not tell of what somebody else may not know.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Min

from notices.choices import (
    PROTECTED_FACTS,
    Confidentiality,
    FactKind,
    Listing,
    Origin,
    RunState,
)
from notices.context.affairs import co_accused
from notices.context.known import Known, OtherAlert, Outcome, SameText
from notices.context.states import Around, of_states
from notices.context.tables import ContextTables
from notices.countries import country_name
from notices.models import FeedRun, PersonFact
from notices.screening.ruleset import Ruleset

# A fact of a person in code: kind, value, ground, level.
Coded = tuple[str, str, str, str]
_MOST_OUTCOMES = 4
_MOST_LINKED = 5
# Of one text: enough for every step and every person that is looked up.
_MOST_ROWS = 400
_DAY = len("2026-11-24")
_SAME_TEXT = """
    SELECT wanted.fingerprint, found.id, found.person_id, found.key
    FROM unnest(%s::text[]) AS wanted (fingerprint)
    CROSS JOIN LATERAL (
        SELECT notice.id, notice.person_id, notice.key
        FROM notices_warrant AS warrant
        JOIN notices_notice AS notice ON notice.id = warrant.notice_id
        WHERE warrant.fingerprint = wanted.fingerprint
            AND notice.confidentiality = %s
        LIMIT %s
    ) AS found
"""
_OTHERS = """
    SELECT mine.id, other.key, coalesce(other.reference, other.key), other.kind,
        other.listing, other.absent_since, warrant.issuer_id,
        (
            SELECT array_agg(charge.text ORDER BY charge.position, charge.id)
            FROM notices_charge AS charge WHERE charge.warrant_id = warrant.id
        )
    FROM notices_notice AS mine
    JOIN notices_notice AS other
        ON other.person_id = mine.person_id AND other.id <> mine.id
    JOIN notices_warrant AS warrant ON warrant.notice_id = other.id
    WHERE mine.id = ANY(%s) AND other.confidentiality = %s
        AND warrant.issuer_id IS NOT NULL
    ORDER BY mine.id, other.id, warrant.position, warrant.id
"""


@dataclass(frozen=True, slots=True)
class WarrantText:
    """The words of a warrant and the field of its first charge."""

    fingerprint: str
    issuer: str | None
    text: str
    field: str


@dataclass(slots=True)
class Sharing:
    """Public notices in one text: (id, person, key), and the step that is reached."""

    rows: list[tuple[int, int, str]]
    people: int = 0
    step: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """What was found beside notices, and the texts that several of them share."""

    known: Mapping[int, Known]
    sharing: Mapping[str, Sharing]


def beside(
    rows: Sequence[Mapping[str, Any]],
    warrants: Mapping[int, Sequence[WarrantText]],
    facts: Mapping[int, Sequence[Mapping[str, Any]]],
    *,
    rules: Ruleset,
    on: date,
) -> Beside:
    """Return what other records say beside notices, as of the day `on`.

    `rows` are values of notices, `warrants` their words by notice and `facts` what is
    recorded by person. Nothing under a rule set that reads no other records.
    """
    tables = rules.context
    if tables is None or not rows:
        return Beside({}, {})
    whole = _read_whole()
    sharing = shared_texts(warrants, tables)
    linked = co_accused({row["person_id"] for row in rows})
    outcomes = _outcomes(sharing, linked, tables, rules)
    others = _others([row["pk"] for row in rows])
    days = {row["pk"]: _days(row, facts, whole) for row in rows}
    states = of_states(
        {one.issuer for texts in warrants.values() for one in texts if one.issuer},
        alerts=[alert for _, alert, _ in days.values() if alert],
        on=on,
        tables=tables,
    )
    return Beside(
        {
            row["pk"]: _known(
                row,
                warrants.get(row["pk"], ()),
                days[row["pk"]],
                others.get(row["pk"], ()),
                sharing,
                linked.get(row["person_id"], {}),
                outcomes,
                states,
            )
            for row in rows
        },
        sharing,
    )


def _known(
    row: Mapping[str, Any],
    texts: Sequence[WarrantText],
    days: tuple[date | None, date | None, str],
    others: Sequence[OtherAlert],
    sharing: Mapping[str, Sharing],
    linked: Mapping[int, str],
    outcomes: Mapping[int, Sequence[tuple[Coded, str]]],
    states: Around,
) -> Known:
    listed, alert, by = days
    codes = tuple(dict.fromkeys(one.issuer for one in texts if one.issuer))
    same = [
        (one, sharing[one.fingerprint]) for one in texts if one.fingerprint in sharing
    ]
    person = row["person_id"]
    return Known(
        names=tuple((code, country_name(code)) for code in codes),
        listed_on=listed,
        alert_on=alert,
        alert_by=by,
        same_text=tuple(_same_text(person, same)) if same else (),
        outcomes=tuple(_of_others(person, linked, same, outcomes)) if outcomes else (),
        others=tuple(others),
        events=states.events_near(codes, alert),
        record=states.record_of(codes),
    )


def _read_whole() -> dict[int, datetime]:
    """Return, by feed, when its whole list had been read for the first time.

    What came later is new; before it a notice may be years older than its first sight.
    """
    return dict(
        FeedRun.objects.filter(state=RunState.COMPLETE, is_full=True, is_dry_run=False)
        .order_by()
        .values_list("feed")
        .annotate(first=Min("ended_at"))
    )


def _days(
    row: Mapping[str, Any],
    facts: Mapping[int, Sequence[Mapping[str, Any]]],
    whole: Mapping[int, datetime],
) -> tuple[date | None, date | None, str]:
    """Return the day of the first listing, that of the alert, and how it is known."""
    listed = None
    read = whole.get(row["feed_id"])
    if row["origin"] == Origin.PUBLIC_LIST and read and row["first_seen"] > read:
        listed = row["first_seen"].date()
    warrant = min(
        (
            one["happened_on"]
            for one in facts.get(row["person_id"], ())
            if one["kind"] == FactKind.WARRANT_STATE
            and len(one["happened_on"] or "") == _DAY
        ),
        default=None,
    )
    if warrant:
        return listed, date.fromisoformat(warrant), "the day of the warrant"
    return listed, listed, "first seen on the public list" if listed else ""


def shared_texts(
    warrants: Mapping[int, Sequence[WarrantText]], tables: ContextTables
) -> dict[str, Sharing]:
    """Return the public notices in each text that is long enough to say something."""
    wanted = {
        one.fingerprint
        for texts in warrants.values()
        for one in texts
        if one.issuer and len(one.text.split()) >= tables.fewest_words
    }
    found: dict[str, Sharing] = {}
    if not wanted:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_SAME_TEXT, [list(wanted), Confidentiality.PUBLIC, _MOST_ROWS])
        for fingerprint, pk, person, key in cursor.fetchall():
            if fingerprint in found:
                found[fingerprint].rows.append((pk, person, key))
            else:
                found[fingerprint] = Sharing([(pk, person, key)])
    for one in found.values():
        one.rows.sort()
        one.people = len({person for _, person, _ in one.rows})
        others = one.people - 1
        one.step = max((step for step in tables.steps if step <= others), default=0)
    return found


def _same_text(
    person: int, same: Iterable[tuple[WarrantText, Sharing]]
) -> Iterator[SameText]:
    for text, sharing in same:
        if sharing.step:
            others = (key for _, who, key in sharing.rows if who != person)
            # The first ones, so that a later one alone changes no screening.
            linked = tuple(islice(others, _MOST_LINKED))
            yield SameText(
                text.issuer or "", text.text, text.field, sharing.step, linked
            )


def _outcomes(
    sharing: Mapping[str, Sharing],
    linked: Mapping[int, Mapping[int, str]],
    tables: ContextTables,
    rules: Ruleset,
) -> dict[int, list[tuple[Coded, str]]]:
    """Return what became of co-accused, coded and in words, by person."""
    people = {
        person
        for one in sharing.values()
        if 1 < one.people <= tables.most_people
        for _, person, _ in one.rows
    } | {other for others in linked.values() for other in others}
    found: dict[int, list[tuple[Coded, str]]] = defaultdict(list)
    if not people:
        return found
    kinds = [kind for kind in _kinds(tables, rules) if kind not in PROTECTED_FACTS]
    for person, kind, value, ground, level in (
        PersonFact.objects.filter(person__in=people, kind__in=kinds, withdrawn_at=None)
        .order_by("person_id", "pk")
        .values_list("person_id", "kind", "value", "ground", "level")
    ):
        words = rules.fact_words(kind, value)
        found[person].append(((kind, value, ground, level), words))
    return found


def _kinds(tables: ContextTables, rules: Ruleset) -> Iterator[str]:
    """Yield the kinds of fact that can say how a case of somebody ended."""
    for kind, table in rules.facts.items():
        rows = (*table.values.values(), *_flat(table.grounds.values()))
        if any(row.indicator in tables.outcome_indicators for row in rows):
            yield kind


def _flat(groups: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    for group in groups:
        yield from group.values()


def _of_others(
    person: int,
    linked: Mapping[int, str],
    same: Iterable[tuple[WarrantText, Sharing]],
    outcomes: Mapping[int, Sequence[tuple[Coded, str]]],
) -> Iterator[Outcome]:
    told: dict[tuple[int, Coded], Outcome] = {}
    # First those whom people linked: that says more than equal words.
    others = [(other, key, "") for other, key in linked.items()]
    others += [
        (other, key, text.text)
        for text, sharing in same
        for _, other, key in sharing.rows
        if other != person
    ]
    for other, key, text in others:
        for coded, words in outcomes.get(other, ()):
            kind, value, ground, level = coded
            told.setdefault(
                (other, coded), Outcome(kind, value, ground, level, words, text, key)
            )
    yield from islice(told.values(), _MOST_OUTCOMES)


def _others(notice_ids: Sequence[int]) -> dict[int, list[OtherAlert]]:
    """Return other public alerts about the same people, a row for each state."""
    found: dict[int, list[OtherAlert]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [list(notice_ids), Confidentiality.PUBLIC])
        for mine, key, label, kind, listing, absent, issuer, texts in cursor.fetchall():
            gone = listing == Listing.NO_LONGER_LISTED and absent is not None
            found[mine].append(
                OtherAlert(
                    notice=key,
                    label=label,
                    kind=kind,
                    issuer=issuer,
                    charges=tuple(texts or ()),
                    gone_on=absent.date() if gone else None,
                )
            )
    return found
