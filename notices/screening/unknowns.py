"""What is not known yet and would tell most, in that order."""

from collections.abc import Sequence

from notices.screening.types import Finding, NoticeFacts

_NAMES = {
    "family_name": "family name",
    "forename": "forename",
    "sex": "sex",
    "birth_year": "year of birth",
    "description": "physical description",
}


def unknowns(
    facts: NoticeFacts, findings: Sequence[Finding], classes: Sequence[str]
) -> tuple[str, ...]:
    """Return questions to look up, the most informative first."""
    kinds = {fact.kind for fact in facts.facts}
    values = {(fact.kind, fact.value) for fact in facts.facts}
    shown = {one.indicator for one in findings}
    wanted: list[tuple[int, str]] = []

    def ask(rank: int, question: str, *, when: bool) -> None:
        if when:
            wanted.append((rank, question))

    ask(
        1,
        "Protection: is the person a refugee or asylum seeker, and from which state?",
        when="protection" not in kinds and "I01" not in shown,
    )
    ask(
        1,
        "Protection: against which state was it given?",
        when=any(
            fact.kind == "protection" and fact.value == "refugee" and not fact.against
            for fact in facts.facts
        ),
    )
    ask(
        2,
        "Ground of the extradition refusal: a refusal without its ground says little.",
        when=any(
            fact.kind == "extradition"
            and fact.value == "refused"
            and fact.ground in {"", "not_known"}
            for fact in facts.facts
        )
        and "I03" not in shown,
    )
    ask(
        2,
        "What exactly is the person said to have done, where and when?",
        when=bool(shown & {"I07", "I13"}) or not classes,
    )
    ask(
        3,
        "Earlier decisions of the CCF on this person or case.",
        when="ccf" not in kinds and "I02" not in shown,
    )
    ask(
        4,
        "Extradition decisions, each with its ground.",
        when="extradition" not in kinds and "I03" not in shown,
    )
    ask(
        5,
        "Profession and public role of the person.",
        when="profession" not in kinds and "I16" not in shown,
    )
    ask(
        6,
        "What happened before the charge: activism, a falling-out, a change of power?",
        when="timing" not in kinds and not shown & {"I17", "I39"},
    )
    ask(
        7,
        "Right to a retrial, and whether the person was summoned.",
        when=("conviction", "in_absentia") in values,
    )
    ask(8, "Outcomes for co-accused.", when="co_accused" not in kinds)
    ask(
        9,
        "A copy of the warrant, and whether it stands.",
        when="warrant_state" not in kinds and "I08" not in shown,
    )
    ask(10, "The maximum penalty or the sentence.", when="penalty" not in kinds)
    ask(
        11,
        f"Minimum identity data not in the record: {_missing(facts)}; a good "
        "photograph with one more datum would do instead.",
        when=bool(_missing(facts)),
    )
    return tuple(question for _, question in sorted(wanted, key=lambda one: one[0]))


def _missing(facts: NoticeFacts) -> str:
    if facts.identity is None:
        return ""
    return ", ".join(
        name for key, name in _NAMES.items() if not getattr(facts.identity, key)
    )
