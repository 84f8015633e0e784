"""What goes into a screening and what comes out: plain data."""

from dataclasses import dataclass

from notices.context.known import Known

LEVELS = ("alleged", "documented", "authority")
BANDS = ("none", "some", "strong", "insufficient")


@dataclass(frozen=True, slots=True)
class StatedClass:
    """An offence class that a record names itself, beside the charge text."""

    offence: str
    quote: str
    field: str


@dataclass(frozen=True, slots=True)
class ChargeIn:
    """A charge as received; `field` says where it stands."""

    text: str
    field: str
    translation: str | None = None
    stated: tuple[StatedClass, ...] = ()


@dataclass(frozen=True, slots=True)
class WarrantIn:
    """One issuing state's basis; `issuer` is its code or None where not stated."""

    issuer: str | None
    charges: tuple[ChargeIn, ...]


@dataclass(frozen=True, slots=True)
class FactIn:
    """A structured fact about the person.

    `country` granted, refused or decided; `against` is the state it concerns. `years`
    goes with penalties. `quote` holds the words as recorded, `field` where they stand.
    """

    kind: str
    value: str
    quote: str
    field: str
    level: str = "alleged"
    country: str | None = None
    against: str | None = None
    ground: str = ""
    years: float | None = None
    happened_on: str | None = None


@dataclass(frozen=True, slots=True)
class TextIn:
    """Free text about the case and the field in which it stands."""

    text: str
    field: str


@dataclass(frozen=True, slots=True)
class JudgedIn:
    """A person's word on a suggestion, or a finding of their own.

    `counts` is False for a suggestion that was rejected. `field` and `quote` name the
    suggestion, or the source that the person cites and its words.
    """

    indicator: str
    quote: str
    field: str
    reason: str
    counts: bool
    level: str = "alleged"
    strength: int | None = None


@dataclass(frozen=True, slots=True)
class IdentityIn:
    """Which minimum identity data of RPD Art. 83(2)(a) a complete record holds."""

    family_name: bool
    forename: bool
    sex: bool
    birth_year: bool
    description: bool


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """Everything that a screening reads. None and empty mean not known, never “no”."""

    kind: str = "red"
    warrants: tuple[WarrantIn, ...] = ()
    facts: tuple[FactIn, ...] = ()
    texts: tuple[TextIn, ...] = ()
    # None where the source is too thin to tell (a list row or a table).
    identity: IdentityIn | None = None
    judged: tuple[JudgedIn, ...] = ()
    # What other records say; None for a described case, which stands alone.
    context: Known | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One indicator or counter-indicator that holds, with the words that show it.

    `quote` is part of the input as received. A `suggestion` was read from free text by
    the machine and waits for a person. What `is_context` is shown apart and weighs
    nothing. `rests_on` names records: ("notice", key) or ("entry", key).
    """

    indicator: str
    articles: tuple[str, ...]
    verified: bool
    strength: int
    level: str
    quote: str
    field: str
    reason: str
    is_counter: bool = False
    suggestion: bool = False
    factors: tuple[str, ...] = ()
    condition: str | None = None
    is_context: bool = False
    rests_on: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FactorState:
    """One factor of RPD Art. 34(3): `points` or `some`, `against`, or `unknown`."""

    factor: str
    name: str
    state: str
    findings: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConditionState:
    """A rule it may breach: `breach`, `doubt`, `no_sign` or `unknown`."""

    condition: str
    name: str
    state: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleBreach:
    band: str
    reasons: tuple[str, ...]
    conditions: tuple[ConditionState, ...]


@dataclass(frozen=True, slots=True)
class ArticleCase:
    band: str
    reasons: tuple[str, ...]
    factors: tuple[FactorState, ...]
    second_analyst: bool


@dataclass(frozen=True, slots=True)
class EvidenceQuality:
    band: str
    reasons: tuple[str, ...]
    authority: int
    documented: int
    alleged: int


@dataclass(frozen=True, slots=True)
class Urgency:
    """Why this cannot wait; `level` is `none` or `urgent`."""

    level: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The outcome of a screening under one rule set.

    The outputs are never merged for people; `concern` (0 to 1) only orders lists and
    `band` only picks the lists a notice stands in.
    """

    rules_version: str
    rule_breach: RuleBreach
    article_2_3: ArticleCase
    evidence: EvidenceQuality
    urgency: Urgency
    findings: tuple[Finding, ...]
    counter: tuple[Finding, ...]
    unknown: tuple[str, ...]
    band: str
    concern: float
    offence_classes: tuple[str, ...] = ()
    # Read from free text and not counted: each waits for a person.
    suggestions: tuple[Finding, ...] = ()
    # What was compared with other records, and what there was nothing to compare with.
    context_notes: tuple[str, ...] = ()
