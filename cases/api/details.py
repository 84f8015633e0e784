"""One notice, one person or one country with everything that the reader may know."""

from typing import Any

from accounts.capabilities import Capability
from accounts.models import User
from cases.api.rows import (
    FINDING_COLUMNS,
    NOTICE_COLUMNS,
    Json,
    country,
    notice,
)
from notices.choices import NameSource
from notices.models import (
    Country,
    Finding,
    Notice,
    NoticeChange,
    Person,
    Screening,
    Warrant,
)
from notices.screening.protected import read_by
from notices.screening.shown_facts import shown_facts

# They may hold health data: pages show them only to those who ask, the API never does.
HIDDEN_FIELDS = {"distinguishing_marks"}
LAST_CHANGES, LAST_NOTICES = 100, 100


def notice_columns(reader: User) -> tuple[str, ...]:
    """Return the columns of a notice in a list that the role of `reader` may read."""
    if reader.can(Capability.SEE_FINDINGS):
        return NOTICE_COLUMNS + FINDING_COLUMNS
    return NOTICE_COLUMNS


def notice_detail(found: Notice, *, reader: User, base: str) -> Json:
    """Return everything about a notice that `reader` may see."""
    row = Notice.objects.values_list(*notice_columns(reader)).get(pk=found.pk)
    said = notice(row, base) | {
        "version": found.version_number,
        "birth_country": country(found.birth_country),
        "birth_place": found.birth_place,
        "height_m": found.height_m,
        "weight_kg": found.weight_kg,
        "eye_colours": found.eye_colours,
        "hair_colours": found.hair_colours,
        "languages": found.languages,
        "source": _source(found),
        "warrants": _warrants(found),
        "changes": _changes(found),
    }
    if reader.can(Capability.SEE_FINDINGS):
        said["findings"] = _findings(found, reader)
    return said


def person_detail(found: Person, *, reader: User, base: str) -> Json:
    """Return a person, the names, the notices and the facts that `reader` may see."""
    sees_findings = reader.can(Capability.SEE_FINDINGS)
    names = found.names.all()
    if not sees_findings:
        names = names.filter(source=NameSource.FEED)
    columns = notice_columns(reader)
    visible = Notice.objects.visible_to(reader).filter(person=found).order_by("-pk")
    said: Json = {
        "id": found.key,
        "url": f"{base}people/{found.key}/",
        "name": found.display_name,
        "birth_date": found.birth_date,
        "sex": found.sex,
        "names": [
            {
                "kind": name.kind,
                "family_name": name.family_name,
                "forename": name.forename,
                "script": name.script,
            }
            for name in names
        ],
        "notices": [
            notice(row, base) for row in visible.values_list(*columns)[:LAST_NOTICES]
        ],
    }
    if sees_findings:
        said["facts"] = _facts(found, reader)
    return said


def country_detail(found: Country, *, base: str) -> Json:
    """Return a country with its bureau and where its notices are."""
    bureau = getattr(found, "bureau", None)
    return {
        "id": found.slug,
        "url": f"{base}countries/{found.slug}/",
        "code": found.code,
        "name": found.name,
        "alpha3": found.alpha3,
        "kind": found.kind,
        "bureau": (
            {"city": bureau.city, "ministry": bureau.ministry, "source": bureau.source}
            if bureau
            else None
        ),
        "notices": f"{base}notices/?country={found.slug}",
    }


def _source(found: Notice) -> Json | None:
    feed = found.feed
    return (
        {
            "feed": feed.name,
            "attribution": feed.attribution or None,
            "licence": feed.licence or None,
        }
        if feed
        else None
    )


def _warrants(found: Notice) -> list[Json]:
    warrants = Warrant.objects.filter(notice=found).prefetch_related("charges")
    return [
        {
            "issuer": country(warrant.issuer_id),
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
        for warrant in warrants
    ]


def _changes(found: Notice) -> list[Json]:
    rows = (
        NoticeChange.objects.filter(notice=found)
        .exclude(field__in=HIDDEN_FIELDS)
        .values_list("kind", "at", "field", "before", "after")[:LAST_CHANGES]
    )
    return [
        {"kind": kind, "at": at, "field": field or None, "before": old, "after": new}
        for kind, at, field, old, new in rows
    ]


def _findings(found: Notice, reader: User) -> Json | None:
    screenings = Screening.objects.visible_to(reader)
    screening = screenings.filter(notice=found, is_current=True).first()
    if screening is None:
        return None
    holds: dict[bool, list[Json]] = {False: [], True: []}
    for finding in read_by(screening, person=found.person_id, reader=reader):
        if finding.field not in HIDDEN_FIELDS:
            holds[finding.is_counter].append(_finding(finding))
    return {
        "rules_version": screening.rules_version,
        "made_at": screening.made_at,
        "for": holds[False],
        "against": holds[True],
        "unknown": screening.unknown,
    }


def _finding(finding: Finding) -> Json:
    return {
        "indicator": finding.indicator,
        "articles": finding.articles,
        "strength": finding.strength,
        "level": finding.level,
        "quote": finding.quote,
        "field": finding.field or None,
        "reason": finding.reason,
        "is_context": finding.is_context,
    }


def _facts(found: Person, reader: User) -> list[dict[str, Any]]:
    return [
        {
            "kind": fact.kind,
            "value": fact.value,
            "country": country(fact.country_id),
            "against": country(fact.against_id),
            "ground": fact.ground or None,
            "detail": fact.detail or None,
            "happened_on": fact.happened_on,
            "level": fact.level,
            "source": fact.source,
            "recorded_at": fact.recorded_at,
        }
        for fact in shown_facts(person=found, reader=reader)
    ]
