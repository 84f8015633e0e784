"""What other records point to: copied texts, earlier alerts, other states, events.

Pure: a `Known` in, findings out. What rests on a country and a time alone is context:
shown apart, never weighed.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from notices.context.dates import last_day
from notices.context.known import Event, Known, Recorded, SameText
from notices.context.tables import ContextTables, EventRule
from notices.screening.person import fact_rule
from notices.screening.ruleset import Ruleset
from notices.screening.types import FactIn, Finding, NoticeFacts

# Return the offence classes of charges under a rule set.
Classes = Callable[[Sequence[str]], frozenset[str]]
# Tell whether a charge text names a date, a place or a sum.
IsConcrete = Callable[[str], bool]
LONGEST_QUOTE = 400
_OTHER_NOTICES = "other notices"
_BY_TEXT = (
    "This is recorded of somebody whom the same state seeks in exactly the same words. "
    "Whether it is the same case, a person must check."
)
_BY_MATTER = (
    "This is recorded of somebody whom colleagues put into one matter with the person."
)
_FIRM = frozenset({"documented", "authority"})


def context_findings(
    facts: NoticeFacts,
    classes: frozenset[str],
    rules: Ruleset,
    *,
    classes_of: Classes,
    is_concrete: IsConcrete,
) -> list[Finding]:
    """Return what the other records that come with `facts` point to.

    `classes` are those of the notice itself. Nothing without such records, and nothing
    under a rule set that has no table for them.
    """
    known, tables = facts.context, rules.context
    if known is None or tables is None:
        return []
    return [
        *_same_text(known, classes, rules, tables, is_concrete),
        *_outcomes(known, rules, tables, is_concrete),
        *_issued_again(facts, known, classes, rules, tables, classes_of),
        *_other_states(facts, known, classes, rules, classes_of),
        *_events(known, rules, tables),
        *_record(known, rules),
    ]


def is_telling(text: str, tables: ContextTables, is_concrete: IsConcrete) -> bool:
    """Whether a text is more than the name of an offence or the words of a law."""
    return len(text.split()) >= tables.telling_words or is_concrete(text)


def _name(known: Known, code: str) -> str:
    return dict(known.names).get(code, code)


def _same_text(
    known: Known,
    classes: frozenset[str],
    rules: Ruleset,
    tables: ContextTables,
    is_concrete: IsConcrete,
) -> Iterator[Finding]:
    """I19: many others are sought by the same state in the same words."""
    natures = {rules.offences.classes[name].nature for name in classes}
    group_crime = bool(natures) and natures <= tables.same_text_natures
    for one in known.same_text:
        if not one.people:
            continue
        telling = is_telling(one.text, tables, is_concrete)
        asks = _name(known, one.issuer)
        told = f"{asks} seeks at least {one.people} other people in exactly these words"
        told += (
            "."
            if telling
            else "; they may be no more than the words of a law or a form."
        )
        yield rules.finding(
            "I19",
            quote=_head(one.text),
            field=one.field,
            reason=told,
            level="documented",
            strength=2 if telling and not group_crime else 1,
            is_context=not telling or group_crime,
            rests_on=_notices(one),
        )


def _notices(one: SameText) -> tuple[tuple[str, str], ...]:
    return tuple(("notice", key) for key in one.notices)


def _outcomes(
    known: Known, rules: Ruleset, tables: ContextTables, is_concrete: IsConcrete
) -> Iterator[Finding]:
    """I20: others in the matter, or sought in the same words, were freed."""
    for one in known.outcomes:
        if (one.kind, one.value) in tables.outcomes_left_out:
            continue
        field = f"others: {one.kind}"
        fact = FactIn(one.kind, one.value, one.words, field, ground=one.ground)
        rule = fact_rule(fact, rules)
        if rule is None or rule.indicator not in tables.outcome_indicators:
            continue
        # Who shares but the words of a law is accused of the like, not of the same.
        if one.text and not is_telling(one.text, tables, is_concrete):
            continue
        sure = one.level in _FIRM
        yield rules.finding(
            "I20",
            quote=one.words,
            field=field,
            reason=_BY_TEXT if one.text else _BY_MATTER,
            # An authority found it of somebody else: here it is documented at best.
            level="documented" if sure else one.level,
            strength=2 if sure else 1,
            rests_on=(("notice", one.notice),),
        )


def _issued_again(
    facts: NoticeFacts,
    known: Known,
    classes: frozenset[str],
    rules: Ruleset,
    tables: ContextTables,
    classes_of: Classes,
) -> Iterator[Finding]:
    """I30: an alert after a deletion by the CCF, or after one that left the list."""
    came = known.listed_on
    if came is None:
        return
    issuers = {one.issuer for one in facts.warrants}
    for fact in facts.facts:
        if (
            fact.kind == "ccf"
            and fact.value in tables.deletions
            and fact.happened_on
            and last_day(fact.happened_on) < came
        ):
            yield rules.finding(
                "I30",
                quote=fact.quote,
                field=fact.field,
                reason=f"This alert came on {_day(came)}, after the decision "
                f"of {fact.happened_on} on the person's data.",
                level=fact.level,
                strength=3 if fact.level in _FIRM else 2,
            )
    for other in known.others:
        if other.gone_on is None or other.issuer not in issuers:
            continue
        if not other.gone_on < came:
            continue
        differs = other.kind != facts.kind or classes_of(other.charges) != classes
        yield rules.finding(
            "I30",
            quote=other.label,
            field=_OTHER_NOTICES,
            reason=f"{_name(known, other.issuer)} had an earlier alert that is no "
            f"longer publicly listed since {_day(other.gone_on)}; this one came on "
            f"{_day(came)}"
            + (", of another kind or on another charge." if differs else ".")
            + " Leaving the public list is no deletion by the CCF.",
            level="documented",
            strength=2 if differs else 1,
            rests_on=(("notice", other.notice),),
        )


def _other_states(
    facts: NoticeFacts,
    known: Known,
    classes: frozenset[str],
    rules: Ruleset,
    classes_of: Classes,
) -> Iterator[Finding]:
    """C12: another state seeks the person on another charge."""
    issuers = {one.issuer for one in facts.warrants if one.issuer}
    if not issuers or not classes:
        return
    for other in known.others:
        theirs = classes_of(other.charges)
        if other.issuer in issuers or not theirs or theirs & classes:
            continue
        yield rules.finding(
            "C12",
            quote=other.label,
            field=_OTHER_NOTICES,
            reason=f"{_name(known, other.issuer)} seeks the person too, on a charge of "
            "another kind. Whether the cases are separate, a person must say.",
            level="documented",
            strength=2,
            rests_on=(("notice", other.notice),),
        )
        return


def _events(known: Known, rules: Ruleset, tables: ContextTables) -> Iterator[Finding]:
    """I17, I39, I41: the alert came near an event. Context, which weighs nothing."""
    if known.alert_on is None:
        return
    near = [
        (distance, event, rule)
        for event in known.events
        if (rule := tables.events.get(event.kind)) is not None
        and (distance := _distance(known.alert_on, event, rule)) is not None
    ]
    near.sort(key=lambda one: (abs(one[0]), one[1].key))
    for distance, event, rule in near[: tables.most_events]:
        yield rules.finding(
            rule.indicator,
            quote=event.what,
            field=f"event: {event.kind}",
            reason=f"{rule.reason} {_apart(distance)} Nothing shows that the person "
            "had a part in it.",
            level="documented",
            strength=1,
            is_context=True,
            rests_on=(("entry", event.key),),
        )


def _distance(alert: date, event: Event, rule: EventRule) -> int | None:
    """Return days from the event to the alert, 0 while it lasts; None if too far."""
    if alert > event.last:
        days = (alert - event.last).days
        return days if days <= rule.after else None
    if alert < event.first:
        days = (event.first - alert).days
        return -days if days <= rule.before else None
    return 0


def _apart(days: int) -> str:
    if not days:
        return "It came while the event lasted."
    unit = "day" if abs(days) == 1 else "days"
    return f"It came {abs(days)} {unit} {'after' if days > 0 else 'before'} it."


def _record(known: Known, rules: Ruleset) -> Iterator[Finding]:
    """I38: the state's record. Context, which weighs nothing."""
    for one in known.record:
        if not one.count:
            continue
        entries = "entry" if one.count == 1 else "entries"
        yield rules.finding(
            "I38",
            quote=one.what,
            field=f"record: {one.country}"[:60],
            reason=f"On record about {_name(known, one.country)}: {one.count} "
            f"{entries}, the latest of {one.dated}. A state's record never decides "
            "about a person.",
            level=one.level,
            strength=1,
            is_context=True,
            rests_on=tuple(("entry", key) for key in one.keys),
        )


def context_notes(facts: NoticeFacts, rules: Ruleset) -> tuple[str, ...]:
    """Return what was compared and what there was nothing to compare with, in words.

    What nobody recorded is never called none.
    """
    known, tables = facts.context, rules.context
    if known is None or tables is None:
        return ()
    recorded = {one.country: one for one in known.record}
    notes = [_about_events(known, code, tables) for code, _ in known.names]
    notes += [
        _about_record(name, recorded.get(code), tables) for code, name in known.names
    ]
    return tuple(note for note in dict.fromkeys(notes) if note)


def _about_events(known: Known, code: str, tables: ContextTables) -> str:
    name = _name(known, code)
    if known.alert_on is None:
        return (
            f"Events, {name}: the day of the warrant or of the first listing is not "
            "known, so no event was compared."
        )
    back, ahead = tables.widest
    first, last = (
        known.alert_on - timedelta(days=back),
        known.alert_on + timedelta(days=ahead),
    )
    span = f"{_day(first)} to {_day(last)}"
    mine = [one for one in known.events if one.country == code]
    if not mine:
        return f"Events, {name}: no events recorded for this country and time ({span})."
    near = sum(
        _distance(known.alert_on, one, rule) is not None
        for one in mine
        if (rule := tables.events.get(one.kind)) is not None
    )
    return (
        f"Events, {name}: {len(mine)} recorded for {span}, {near} of them close to "
        f"the alert of {_day(known.alert_on)} ({known.alert_by})."
    )


def _about_record(name: str, one: Recorded | None, tables: ContextTables) -> str:
    if one is not None and one.count:
        return ""
    if one is not None and one.old_since:
        return (
            f"Record, {name}: the last entry is of {one.old_since}, older than "
            f"{tables.record_months} months, and is not read."
        )
    return f"Record, {name}: no misuse of notices recorded or looked up here."


@lru_cache(maxsize=4_096)
def _day(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def _head(text: str) -> str:
    return text[:LONGEST_QUOTE]
