"""New versions of notices that exist: their rows, many notices in few statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from notices.choices import ChangeKind
from notices.feeds.parsed import FIELDS, ParsedNotice
from notices.ingest.copying import Json, copy_in, reserve_ids
from notices.ingest.differences import FieldChange, fingerprint, pairs_of
from notices.ingest.fresh import (
    column,
    copy_charges,
    copy_records,
    issuers_of,
    once,
    search_text_of,
    stage_notices,
    summary_of,
)
from notices.ingest.values import Values
from notices.models import (
    Charge,
    FeedRun,
    NoticeVersion,
    Person,
    PersonName,
    RawRecord,
    Warrant,
)
from notices.names import display_name, names_of, search_name

# What the person of a notice shows of it.
_OF_PERSON = frozenset({"family_name", "forename", "birth_date", "sex"})
_UPDATED = (
    *FIELDS, "detail", "version_number", "last_changed", "issuers", "charge_summary",
)  # fmt: skip


@dataclass(slots=True)
class Edit:
    """What becomes of one notice; `number` is that of its new version.

    `parsed` is the row that said so; without one, `record_id` may name an earlier one.
    """

    notice_id: int
    person_id: int
    number: int
    detail: int
    values: Values
    changes: Sequence[FieldChange] = ()
    kind: ChangeKind = ChangeKind.CHANGED
    parsed: ParsedNotice | None = None
    record_id: int | None = None
    aliases: tuple[str, ...] = field(default=())

    @property
    def renames(self) -> bool:
        """Whether its person has to be shown differently."""
        return bool(
            self.aliases
            or self.kind != ChangeKind.CHANGED
            or _OF_PERSON & {change.field for change in self.changes}
        )


def write_versions(edits: Sequence[Edit], *, run: FeedRun, at: datetime) -> None:
    """Make the values of each edit the current version of its notice.

    Needs a transaction; a notice may stand in one edit only.
    """
    if not edits:
        return
    warrants = [once(edit.values.get("warrants") or []) for edit in edits]
    _update_notices(edits, warrants, at)
    _write_warrants(edits, warrants)
    _write_history(edits, run, at)
    _rename([edit for edit in edits if edit.renames])


def _update_notices(
    edits: Sequence[Edit], warrants: Sequence[Sequence[Values]], at: datetime
) -> None:
    stage_notices(
        ("id", *_UPDATED, "search_text"),
        (
            (
                edit.notice_id, *(column(edit.values, name) for name in FIELDS),
                edit.detail, edit.number, at, issuers_of(found), summary_of(found),
                search_text_of(found),
            )
            for edit, found in zip(edits, warrants, strict=True)
        ),
    )  # fmt: skip
    columns = ", ".join(f"{name} = f.{name}" for name in _UPDATED)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE notices_notice n SET {columns}, "  # noqa: S608 - our own names
            "search = to_tsvector('simple', f.search_text) "
            "FROM fresh_notice f WHERE n.id = f.id"
        )
        cursor.execute("DELETE FROM fresh_notice")


def _write_warrants(edits: Sequence[Edit], after: Sequence[Sequence[Values]]) -> None:
    """Keep the rows of warrants that stayed or were edited; add and remove the rest."""
    stored: dict[int, list[Warrant]] = {edit.notice_id: [] for edit in edits}
    rows = Warrant.objects.filter(notice__in=stored).prefetch_related("charges")
    for row in rows:
        stored[row.notice_id].append(row)
    gone: list[int] = []
    moved: list[Warrant] = []
    new: list[Warrant] = []
    rewritten: list[tuple[Warrant, Values]] = []
    for edit, wanted in zip(edits, after, strict=True):
        old = stored[edit.notice_id]
        for left, right in pairs_of([_values(row) for row in old], wanted):
            if right is None:
                if left is not None:
                    gone.append(old[left].pk)
                continue
            values = wanted[right]
            row = old[left] if left is not None else Warrant(notice_id=edit.notice_id)
            place = (values["issuer"], right, fingerprint(values))
            if left is None:
                new.append(row)
            elif place != (row.issuer_id, row.position, row.fingerprint):
                moved.append(row)
            row.issuer_id, row.position, row.fingerprint = place
            if left is None or _values(row)["charges"] != values["charges"]:
                rewritten.append((row, values))
    Charge.objects.filter(
        warrant__in=[*gone, *(row.pk for row, _ in rewritten if row.pk)]
    ).delete()
    Warrant.objects.filter(pk__in=gone).delete()
    _move(moved)
    Warrant.objects.bulk_create(new)
    copy_charges([(row.pk, values["charges"]) for row, values in rewritten])


def _move(warrants: Sequence[Warrant]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_warrant w SET issuer_id = m.issuer, position = m.position, "
            "fingerprint = m.fingerprint FROM unnest(%s::bigint[], %s::text[], "
            "%s::smallint[], %s::text[]) AS m (id, issuer, position, fingerprint) "
            "WHERE w.id = m.id",
            [
                [row.pk for row in warrants],
                [row.issuer_id for row in warrants],
                [row.position for row in warrants],
                [row.fingerprint for row in warrants],
            ],
        )


def _values(warrant: Warrant) -> Values:
    if warrant.pk is None:
        return {"issuer": warrant.issuer_id, "charges": []}
    return {
        "issuer": warrant.issuer_id,
        "charges": [
            {
                "text": charge.text,
                "language": charge.language,
                "translation": charge.translation,
                "translator": charge.translator,
            }
            for charge in warrant.charges.all()
        ],
    }


def _write_history(edits: Sequence[Edit], run: FeedRun, at: datetime) -> None:
    received = [edit for edit in edits if edit.parsed is not None]
    records = reserve_ids(RawRecord, len(received))
    rows = []
    for edit in received:
        edit.record_id = next(records)
        if edit.parsed is not None:
            rows.append((edit.record_id, edit.notice_id, edit.parsed))
    copy_records(rows, run=run, at=at)
    ids = list(reserve_ids(NoticeVersion, len(edits)))
    copy_in(
        "notices_noticeversion",
        ("id", "notice_id", "number", "run_id", "record_id", "seen_at", "values"),
        (
            (pk, e.notice_id, e.number, run.pk, e.record_id, at, Json(e.values))
            for pk, e in zip(ids, edits, strict=True)
        ),
    )
    copy_in(
        "notices_noticechange",
        ("notice_id", "version_id", "run_id", "kind", "at", "field", "before", "after"),
        (
            (
                edit.notice_id, pk, run.pk, edit.kind.value, at, change.field,
                change.before, change.after,
            )
            for pk, edit in zip(ids, edits, strict=True)
            for change in edit.changes or (FieldChange("", None, None),)
        ),
    )  # fmt: skip


def _rename(edits: Sequence[Edit]) -> None:
    """Add names that are new; a name once received is never forgotten."""
    if not edits:
        return
    PersonName.objects.bulk_create(
        [
            PersonName(
                person_id=edit.person_id,
                kind=name.kind,
                source=name.source,
                family_name=name.family_name,
                forename=name.forename,
                script=name.script,
                name_key=name.name_key,
                frames=name.frames,
            )
            for edit in edits
            for name in names_of(edit.aliases, edit.values)
        ],
        ignore_conflicts=True,
    )
    shown: dict[int, Person] = Person.objects.prefetch_related("names").in_bulk(
        [edit.person_id for edit in edits]
    )
    for edit in edits:
        person, values = shown[edit.person_id], edit.values
        every = [str(name) for name in person.names.all()]
        person.display_name = display_name(values)
        person.search_name = search_name([*edit.aliases, *every], values)
        for name in ("birth_date", "sex"):
            setattr(person, name, values.get(name))
    Person.objects.bulk_update(
        list(shown.values()), ["display_name", "search_name", "birth_date", "sex"]
    )
