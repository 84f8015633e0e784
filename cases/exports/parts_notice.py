"""The parts of a case document that come from the notices."""

from collections.abc import Iterable, Sequence
from functools import cache

from django.db.models import Prefetch

from accounts.models import User
from cases.exports import document as doc
from cases.exports.profiles import Part
from cases.exports.wording import coded, day, language_name, moment, partial_date
from notices.choices import Band, Level, Listing, Sex
from notices.countries import country_name
from notices.models import Charge, Finding, Notice, NoticeVersion, Screening, Warrant
from notices.screening.catalogue import Indicator, read_catalogue
from notices.screening.offences import classify
from notices.screening.protected import hidden_fields, without_words
from notices.screening.seals import sealed_findings, without_sealed
from notices.screening.tables import TableError, UnknownRules, current_version

# What a query of notices has to fetch for `notice_parts`.
CHARGES = Prefetch(
    "warrants", Warrant.objects.select_related("issuer").prefetch_related("charges")
)
_STRENGTHS = {1: "context", 2: "serious", 3: "may decide"}


def title_of(notice: Notice) -> str:
    """Return how a heading names a notice: "Red notice 2026/90412".

    One that is not on a public list has only the key that this app gave it.
    """
    name = f"{notice.get_kind_display()} {notice}"
    return name if notice.reference else f"{name} (not public)"


def notice_parts(notices: Iterable[Notice]) -> tuple[doc.Notice, ...]:
    """Set each notice with its warrants and charges, as received and translated.

    Distinguishing marks may hold health data and are in no export.
    """
    return tuple(
        doc.Notice(
            title=title_of(notice),
            number=str(notice),
            kind=notice.get_kind_display(),
            status=_status(notice),
            rows=_rows(notice),
            warrants=tuple(
                _warrant(warrant, number)
                for number, warrant in enumerate(notice.warrants.all(), start=1)
            ),
        )
        for notice in notices
    )


def assessment_parts(
    *, notices: Sequence[Notice], reader: User, parts: frozenset[Part]
) -> tuple[doc.Assessment, ...]:
    """Set the current screening of each notice, as far as `parts` goes."""
    screenings = {
        screening.notice_id: screening
        for screening in Screening.objects.visible_to(reader)
        .filter(notice__in=notices, is_current=True)
        .prefetch_related("findings")
    }
    people = {notice.person_id for notice in notices}
    hidden = hidden_fields(people=people, reader=reader)
    closed = sealed_findings(screenings, reader)
    for notice, screening in screenings.items():
        # The rows that were fetched along lose their closed words where they stand.
        without_sealed(screening.findings.all(), closed.get(notice, frozenset()))
    return tuple(
        _assessment(notice, screenings[notice.pk], parts, hidden[notice.person_id])
        for notice in notices
        if notice.pk in screenings
    )


def source_parts(notices: Sequence[Notice]) -> tuple[doc.Source, ...]:
    """List the records as received behind the versions of the notices."""
    versions = (
        NoticeVersion.objects.filter(notice__in=notices, record__isnull=False)
        .select_related("record", "notice")
        .order_by("notice_id", "number")
    )
    return tuple(
        doc.Source(
            label=f"{title_of(version.notice)}, version {version.number}",
            received=moment(version.record.received_at),
            sha256=version.record.sha256,
        )
        for version in versions
        if version.record
    )


def _status(notice: Notice) -> str:
    listing = notice.get_listing_display()
    if notice.listing == Listing.LISTED:
        return f"{listing}, last seen {day(notice.last_seen)}"
    if notice.listing == Listing.NEVER_LISTED:
        return listing
    since = f" since {day(notice.absent_since)}" if notice.absent_since else ""
    return f"{listing}{since}. This is not a finding."


def _rows(notice: Notice) -> tuple[doc.Row, ...]:
    name = ", ".join(part for part in (notice.family_name, notice.forename) if part)
    born = partial_date(notice.birth_date) if notice.birth_date else ""
    place = ", ".join(
        part
        for part in (
            notice.birth_place,
            country_name(notice.birth_country) if notice.birth_country else None,
        )
        if part
    )
    values = (
        ("Issued by", "; ".join(country_name(code) for code in notice.issuers)),
        ("Name, as stated", name),
        ("Born, as stated", born),
        ("Place of birth, as stated", place),
        ("Sex, as stated", Sex(notice.sex).label if notice.sex in Sex.values else ""),
        (
            "Nationality, as stated",
            "; ".join(country_name(code) for code in notice.nationalities or ()),
        ),
        ("Known from", notice.get_origin_display()),
        ("First seen", day(notice.first_seen)),
        ("Last changed", day(notice.last_changed)),
    )
    return tuple(doc.Row(label, doc.Text(value)) for label, value in values if value)


def language_of_charge(charge: Charge) -> str | None:
    """Return the language that the feed states, else the one the text reads as."""
    return charge.language or classify(charge.text, current_version()).language


def _warrant(warrant: Warrant, number: int) -> doc.Warrant:
    issuer = warrant.issuer.name if warrant.issuer else "a state that is not named"
    return doc.Warrant(
        title=f"Warrant {number}: issued by {issuer}",
        rows=(),
        charges=tuple(
            doc.Charge(
                original=doc.Text(charge.text, language_of_charge(charge) or ""),
                language=language_name(language_of_charge(charge)),
                translation=(
                    doc.Text(charge.translation, "en") if charge.translation else None
                ),
                translated_by=(
                    f"Translated by {charge.translator}"
                    if charge.translator
                    else "Translator not stated"
                ),
            )
            for charge in warrant.charges.all()
        ),
    )


def _assessment(
    notice: Notice,
    screening: Screening,
    parts: frozenset[Part],
    hidden: frozenset[str],
) -> doc.Assessment:
    catalogue = _catalogue(screening.rules_version)
    findings = without_words(screening.findings.all(), hidden)
    whole = Part.FINDINGS_AGAINST in parts
    return doc.Assessment(
        notice=title_of(notice),
        made=f"Rules {screening.rules_version}, screened {day(screening.made_at)}",
        outputs=_outputs(screening) if whole else (),
        findings_for=tuple(
            _finding(one, catalogue) for one in findings if not one.is_counter
        ),
        findings_against=tuple(
            _finding(one, catalogue) for one in findings if one.is_counter and whole
        ),
        unknown=tuple(screening.unknown) if Part.UNKNOWN in parts else (),
    )


def _outputs(screening: Screening) -> tuple[doc.Row, ...]:
    outputs = (
        ("Rule breach", screening.breach_band, screening.rule_breach),
        ("Articles 2 and 3", screening.article_band, screening.article_2_3),
        ("Evidence", screening.evidence_band, screening.evidence),
    )
    return tuple(
        doc.Row(label, doc.Text(_band(band, stored))) for label, band, stored in outputs
    )


def _band(band: str, stored: dict[str, object]) -> str:
    reasons = stored.get("reasons")
    words = Band(band).label
    if isinstance(reasons, list) and reasons:
        return f"{words}: {'; '.join(str(reason) for reason in reasons)}"
    return words


def _finding(finding: Finding, catalogue: dict[str, Indicator]) -> doc.Finding:
    known = catalogue.get(finding.indicator)
    return doc.Finding(
        code=finding.indicator,
        title=known.name if known else "",
        reason=finding.reason,
        articles=tuple(finding.articles),
        verified=finding.is_verified,
        strength=finding.strength,
        strength_in_words="context, cannot decide"
        if finding.is_context
        else _STRENGTHS[finding.strength],
        level=finding.level,
        level_in_words=Level(finding.level).label.lower(),
        quote=doc.Text(finding.quote) if finding.quote else None,
        quoted_from=coded(finding.field.replace(".", ", ")).lower(),
    )


@cache
def _catalogue(version: str) -> dict[str, Indicator]:
    """The rule set of a screening; one that is gone leaves findings without titles."""
    try:
        return read_catalogue(version)
    except (TableError, UnknownRules):
        return {}
