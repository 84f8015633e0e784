"""What the charges and warrants of a notice point to.

A charge text is a weak sign: it is what a state alleges, in a few words. Findings from
it are `alleged`, and ordinary-law counts beside a political one make it weaker.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from notices.screening.cues import Suggestion, cue_tables
from notices.screening.offences import offence_tables
from notices.screening.ruleset import Ruleset
from notices.screening.text import words_of
from notices.screening.types import ChargeIn, Finding, NoticeFacts, WarrantIn

ACT_NATURES = frozenset({"grave", "violent", "ordinary"})
# Ordinary-law classes that name no act of the person by themselves.
NO_ACT = frozenset({"organised_crime", "public_order", "justice"})
GRAVE_NATURES = frozenset({"grave", "violent"})
# Beside an excluded category these show the serious or organised crime of the
# exception.
SERIOUS = frozenset({"organised_crime", "drugs", "trafficking"})
# Longer charges are not kept, and amounts and dates are sought in this much of them.
_LONGEST_KEPT = 2_000
_ARRESTING = frozenset({"blue", "green"})
_LAW_WORD = re.compile(
    r"^(?:\d.*|[ivxlc]+|art\w*|sec\w*|par\w*|code\w*|codigo|criminal|penal\w*|act|law\w*"
    r"|ley|loi|no|of|the|de|del|du|and|et|y|und|german|cp|stgb|dpr|d|p|r|n|abs)$"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """The words that show a class and the field in which they stand."""

    quote: str
    field: str


@dataclass(frozen=True, slots=True)
class WarrantReading:
    """The offence classes of one warrant, each with the words that show it."""

    warrant: WarrantIn
    classes: dict[str, Shown]
    bare: tuple[ChargeIn, ...]


@dataclass(frozen=True, slots=True)
class ChargeReading:
    """What one text shows: quoted classes, amounts and dates, or only provisions."""

    classes: tuple[tuple[str, str], ...]
    hints: tuple[Suggestion, ...]
    is_bare: bool


def read_warrant(warrant: WarrantIn, rules: Ruleset) -> WarrantReading:
    """Classify every charge of `warrant`, in the original and in translation."""
    classes: dict[str, Shown] = {}
    bare: list[ChargeIn] = []
    for charge in warrant.charges:
        versions = [(charge.text, charge.field)]
        if charge.translation:
            versions.append((charge.translation, f"{charge.field}.translation"))
        for text, field in versions:
            for name, quote in read_charge(text, rules.version).classes:
                classes.setdefault(name, Shown(quote, field))
        for stated in charge.stated:
            classes.setdefault(stated.offence, Shown(stated.quote, stated.field))
        if not charge.stated and read_charge(charge.text, rules.version).is_bare:
            bare.append(charge)
    return WarrantReading(warrant, classes, tuple(bare))


def read_charge(text: str, version: str) -> ChargeReading:
    """Return what `text` shows under rule set `version`; feeds repeat their charges."""
    if len(text) > _LONGEST_KEPT:
        return _read(text, version)
    return _read_kept(text, version)


@lru_cache(maxsize=50_000)
def _read_kept(text: str, version: str) -> ChargeReading:
    return _read(text, version)


def _read(text: str, version: str) -> ChargeReading:
    words = words_of(text)
    found = offence_tables(version).classify(text, words)
    bare = len(words) < 40 and all(_LAW_WORD.match(word.form) for word in words)
    head = text[:_LONGEST_KEPT]
    return ChargeReading(
        tuple((name, found.quote_of(name)) for name in found.classes),
        tuple(
            cue_tables(version).suggestions(
                head, words if head == text else None, charge=True
            )
        ),
        bare,
    )


def charge_findings(
    facts: NoticeFacts, readings: list[WarrantReading], rules: Ruleset
) -> list[Finding]:
    """Return what the charges, the warrants and the kind of alert show."""
    found: list[Finding] = []
    for reading in readings:
        found += _by_class(reading, rules)
        found += _bare_provisions(reading, rules)
        for charge in reading.warrant.charges:
            found += _concrete(charge, rules)
    found += _by_kind(facts, readings, rules)
    found += _several_states(readings, rules)
    return found


def _by_class(reading: WarrantReading, rules: Ruleset) -> Iterator[Finding]:
    table = rules.offences.classes
    natures = {table[name].nature for name in reading.classes}
    acts = {
        name
        for name in reading.classes
        if table[name].nature in ACT_NATURES and name not in NO_ACT
    }
    mixed = bool(acts) or "economic" in natures
    for name, shown in reading.classes.items():
        offence = table[name]
        if offence.indicator is None:
            continue
        strength = offence.strength or rules.catalogue[offence.indicator].strength
        if offence.nature == "label" and (acts or _named_by_group(name, reading)):
            continue
        if offence.nature == "excluded":
            if GRAVE_NATURES & natures or SERIOUS & reading.classes.keys():
                continue
            strength = min(strength, 2) if mixed else strength
        if offence.nature == "political" and mixed:
            strength = min(strength, 2)
        yield rules.finding(
            offence.indicator,
            quote=shown.quote,
            field=shown.field,
            reason=offence.reason,
            level="alleged",
            strength=strength,
        )


def _named_by_group(name: str, reading: WarrantReading) -> bool:
    """Whether a terrorism label only repeats the name of the group in a membership."""
    return name == "terrorism_label" and "membership" in reading.classes


def _bare_provisions(reading: WarrantReading, rules: Ruleset) -> Iterator[Finding]:
    for charge in reading.bare:
        if charge.text.strip():
            yield rules.finding(
                "I13",
                quote=charge.text,
                field=charge.field,
                reason="The charge names a provision, or nothing, and no act.",
                level="documented",
            )


def _concrete(charge: ChargeIn, rules: Ruleset) -> Iterator[Finding]:
    for hint in read_charge(charge.text, rules.version).hints:
        yield rules.finding(
            hint.cue.indicator,
            quote=hint.quote,
            field=charge.field,
            reason=hint.cue.reason,
            level=hint.cue.level,
            strength=hint.cue.strength,
        )


def _by_kind(
    facts: NoticeFacts, readings: list[WarrantReading], rules: Ruleset
) -> Iterator[Finding]:
    """A kind of alert used for what it is not made for."""
    for reading in readings:
        charges = [charge for charge in reading.warrant.charges if charge.text.strip()]
        if facts.kind in _ARRESTING and charges:
            yield rules.finding(
                "I31",
                quote=charges[0].text,
                field=charges[0].field,
                reason="The alert asks for information, yet it names charges and a "
                "state that issued a warrant.",
                level="documented",
            )
        if facts.kind == "yellow" and "family_custody" in reading.classes:
            shown = reading.classes["family_custody"]
            yield rules.finding(
                "I33",
                quote=shown.quote,
                field=shown.field,
                reason="A missing-person notice is used in a custody dispute.",
                level="alleged",
            )


def _several_states(
    readings: list[WarrantReading], rules: Ruleset
) -> Iterator[Finding]:
    """Several states, different charges; whether unrelated, a person must say."""
    by_issuer: dict[str, frozenset[str]] = {}
    for reading in readings:
        if reading.warrant.issuer and reading.classes:
            by_issuer[reading.warrant.issuer] = frozenset(reading.classes)
    if len(by_issuer) > 1 and len(set(by_issuer.values())) > 1:
        last = list(by_issuer)[-1]
        yield rules.finding(
            "C12",
            quote=last,
            field="warrants.issuer",
            reason="Several states seek the person on different charges.",
            level="documented",
            strength=2,
        )
