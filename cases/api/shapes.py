"""The shapes of the answers, for the schema and the page that explains the API.

Answers are made by `cases.api.rows` and `cases.api.details` without these classes,
which would be slow; a test holds each answer against the schema.

A field called `source` or `errors` shadows an attribute of the class only on paper: the
metaclass takes declared fields out before there is an instance.
"""

from typing import Any

from rest_framework import serializers as s

from cases.choices import Outcome, ReviewState, WhyHere
from notices.choices import (
    Band,
    ChangeKind,
    Confidentiality,
    CountryKind,
    FactKind,
    Level,
    Listing,
    NameKind,
    NoticeKind,
    Origin,
    Sex,
)

PARTIAL = "What is known of the date: `1979`, `1979-03` or `1979-03-14`."
FINDINGS_ONLY = "Only for roles that read findings."


def _text(help_text: str = "", **options: Any) -> s.CharField:
    return s.CharField(allow_null=True, help_text=help_text, **options)


def _texts(help_text: str = "") -> s.ListField:
    return s.ListField(child=s.CharField(), allow_null=True, help_text=help_text)


class CodeAndName(s.Serializer[Any]):
    """A country, territory or body: the code as sources write it, and its name."""

    code = s.CharField()
    name = s.CharField()


class PersonLink(s.Serializer[Any]):
    id = s.CharField()
    url = s.URLField()
    name = s.CharField()


class Bands(s.Serializer[Any]):
    """Three outputs of the screening, never one number, and the reason for haste."""

    rule_breach = s.ChoiceField(Band.choices)
    article_2_3 = s.ChoiceField(Band.choices)
    evidence = s.ChoiceField(Band.choices)
    urgency = _text("Why it is urgent, in words.")


class ReviewShape(s.Serializer[Any]):
    """Where the human side stands."""

    state = s.ChoiceField(ReviewState.choices)
    outcome = s.ChoiceField(Outcome.choices, allow_null=True)
    why = s.ChoiceField(WhyHere.choices)
    why_detail = _text()
    why_at = s.DateTimeField()

    class Meta:
        ref_name = "Review"


class NoticeRow(s.Serializer[Any]):
    """A notice in a list."""

    id = s.CharField(help_text="The key in addresses, such as `2026-10001`.")
    url = s.URLField()
    reference = _text("INTERPOL's public number, such as `2026/10001`.")
    kind = s.ChoiceField(NoticeKind.choices)
    listing = s.ChoiceField(Listing.choices)
    person = PersonLink()
    family_name = _text()
    forename = _text()
    birth_date = _text(PARTIAL)
    sex = s.ChoiceField(Sex.choices, allow_null=True)
    nationalities = CodeAndName(many=True, allow_null=True)
    issuers = CodeAndName(many=True, help_text="Who asks, from the warrants.")
    charge = s.CharField(
        allow_blank=True, help_text="The first charge, cut to 300 letters."
    )
    first_seen = s.DateTimeField()
    last_seen = s.DateTimeField()
    last_changed = s.DateTimeField()
    absent_since = s.DateTimeField(
        allow_null=True, help_text="Since when no complete run shows it."
    )
    confidentiality = s.ChoiceField(
        Confidentiality.choices, required=False, help_text=FINDINGS_ONLY
    )
    origin = s.ChoiceField(Origin.choices, required=False, help_text=FINDINGS_ONLY)
    offence_classes = s.ListField(
        child=s.CharField(),
        required=False,
        help_text=f"{FINDINGS_ONLY} What the charges are about, by their words.",
    )
    screening = Bands(
        required=False,
        allow_null=True,
        help_text=f"{FINDINGS_ONLY} Null: not screened yet.",
    )
    review = ReviewShape(required=False, allow_null=True, help_text=FINDINGS_ONLY)


class ChargeShape(s.Serializer[Any]):
    text = s.CharField(help_text="As received.")
    language = _text("ISO 639-1, as far as the text tells.")
    translation = _text()
    translator = _text("A person's name, or the service.")

    class Meta:
        ref_name = "Charge"


class WarrantShape(s.Serializer[Any]):
    """One country's basis in the notice."""

    issuer = CodeAndName(allow_null=True)
    charges = ChargeShape(many=True)

    class Meta:
        ref_name = "Warrant"


class ChangeShape(s.Serializer[Any]):
    kind = s.ChoiceField(ChangeKind.choices)
    at = s.DateTimeField()
    field = _text()
    before = _text()
    after = _text()

    class Meta:
        ref_name = "Change"


class SourceShape(s.Serializer[Any]):
    feed = s.CharField()
    attribution = _text()
    licence = _text()

    class Meta:
        ref_name = "Source"


class FindingShape(s.Serializer[Any]):
    """One indicator of misuse, or one that speaks against it."""

    indicator = s.CharField()
    articles = s.ListField(child=s.CharField())
    strength = s.IntegerField(min_value=1, max_value=3)
    level = s.ChoiceField(Level.choices)
    quote = s.CharField(allow_blank=True)
    field = _text()
    reason = s.CharField()
    is_context = s.BooleanField(help_text="Shown apart; it can decide nothing.")

    class Meta:
        ref_name = "Finding"


class FindingsShape(s.Serializer[Any]):
    rules_version = s.CharField()
    made_at = s.DateTimeField()
    against = FindingShape(many=True)
    unknown = s.ListField(child=s.CharField())

    class Meta:
        ref_name = "Findings"

    def get_fields(self) -> dict[str, Any]:
        """`for` is a word of Python, so the field gets its name here."""
        return {**super().get_fields(), "for": FindingShape(many=True)}


class NoticeDetail(NoticeRow):
    """A notice with everything that it says."""

    version = s.IntegerField()
    birth_country = CodeAndName(allow_null=True)
    birth_place = _text()
    height_m = s.FloatField(allow_null=True)
    weight_kg = s.FloatField(allow_null=True)
    eye_colours = _texts("INTERPOL's codes.")
    hair_colours = _texts("INTERPOL's codes.")
    languages = _texts("ISO 639-2, with INTERPOL's own.")
    source = SourceShape(allow_null=True)  # type: ignore[assignment]
    warrants = WarrantShape(many=True)
    changes = ChangeShape(many=True, help_text="The last 100, newest first.")
    findings = FindingsShape(
        required=False,
        allow_null=True,
        help_text=f"{FINDINGS_ONLY} Null: not screened yet.",
    )


class PersonRow(s.Serializer[Any]):
    """A person in a list."""

    id = s.CharField()
    url = s.URLField()
    name = s.CharField(allow_blank=True)
    birth_date = _text(PARTIAL)
    sex = s.ChoiceField(Sex.choices, allow_null=True)


class NameShape(s.Serializer[Any]):
    kind = s.ChoiceField(NameKind.choices)
    family_name = _text()
    forename = _text()
    script = s.CharField(help_text="ISO 15924, such as `Latn`, `Cyrl`, `Arab`.")

    class Meta:
        ref_name = "Name"


class FactShape(s.Serializer[Any]):
    """A structured fact with its source."""

    kind = s.ChoiceField(FactKind.choices)
    value = s.CharField()
    country = CodeAndName(allow_null=True)
    against = CodeAndName(allow_null=True)
    ground = _text()
    detail = _text()
    happened_on = _text(PARTIAL)
    level = s.ChoiceField(Level.choices)
    source = s.CharField()  # type: ignore[assignment]
    recorded_at = s.DateTimeField()

    class Meta:
        ref_name = "Fact"


class PersonDetail(PersonRow):
    """A person with names, notices and facts."""

    names = NameShape(many=True)
    notices = NoticeRow(many=True, help_text="The last 100, newest first.")
    facts = FactShape(many=True, required=False, help_text=FINDINGS_ONLY)


class CountryRow(s.Serializer[Any]):
    """A country, territory or body in a list."""

    id = s.CharField()
    url = s.URLField()
    code = s.CharField()
    name = s.CharField()
    alpha3 = _text()
    kind = s.ChoiceField(CountryKind.choices)


class BureauShape(s.Serializer[Any]):
    city = _text()
    ministry = _text()
    source = _text()  # type: ignore[assignment]

    class Meta:
        ref_name = "Bureau"


class CountryDetail(CountryRow):
    """A country with the bureau that sends its requests."""

    bureau = BureauShape(allow_null=True)
    notices = s.URLField(help_text="Where the notices are that this country asked for.")


def page_shape(rows: type[s.Serializer[Any]], name: str) -> type[s.Serializer[Any]]:
    """Return the shape of a page of `rows`."""
    following = s.URLField(allow_null=True, help_text="The page behind this one.")
    return type(name, (s.Serializer,), {"next": following, "results": rows(many=True)})


NoticePage = page_shape(NoticeRow, "NoticePage")
PersonPage = page_shape(PersonRow, "PersonPage")
CountryPage = page_shape(CountryRow, "CountryPage")


class Problem(s.Serializer[Any]):
    field = _text("The parameter, if it is one.")
    reason = s.CharField()


class Errors(s.Serializer[Any]):
    """What is wrong, one entry a fault."""

    errors = Problem(many=True)  # type: ignore[assignment]
