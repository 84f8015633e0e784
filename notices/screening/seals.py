"""Closing a colleague's words on the findings of a notice for a while.

The layer above says when: while somebody is to read a notice without knowing what the
first reader made of it. Findings that the first reader added count as before, with the
words that they quote; why the reader thinks so stays closed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Exists, OuterRef

from accounts.models import User
from notices.choices import VERDICTS_THAT_FIND
from notices.models import Finding, Judgement, JudgementSeal, Notice

SEALED_REASON = "A colleague's words; they open with the second reading."
Named = tuple[str, str, str]


def seal_words(*, notice: Notice, author: User) -> None:
    """Let nobody but `author` read their words on findings of `notice`."""
    JudgementSeal.objects.get_or_create(notice=notice, author=author)


def open_words(*, notice: Notice, author: User | None = None) -> None:
    """Let everybody who reads findings read words on those of `notice` again.

    The words of everybody, or of `author` alone.
    """
    seals = JudgementSeal.objects.filter(notice=notice)
    if author is not None:
        seals = seals.filter(author=author)
    seals.delete()


def sealed_findings(
    notices: Iterable[int], reader: User
) -> Mapping[int, frozenset[Named]]:
    """Return, by notice, the findings whose reasons are closed to `reader`."""
    found: dict[int, set[Named]] = defaultdict(set)
    seals = JudgementSeal.objects.filter(
        notice=OuterRef("notice"), author=OuterRef("author")
    )
    added = Judgement.objects.filter(
        Exists(seals),
        notice__in=list(notices),
        withdrawn_at=None,
        verdict__in=VERDICTS_THAT_FIND,
    ).exclude(author=reader)
    for notice, *named in added.values_list("notice", "indicator", "field", "quote"):
        found[notice].add((named[0], named[1], named[2]))
    return {notice: frozenset(named) for notice, named in found.items()}


def without_sealed(rows: Iterable[Finding], closed: frozenset[Named]) -> list[Finding]:
    """Return the unsaved view of `rows` without the reasons that `closed` names."""
    shown = list(rows)
    for row in shown:
        if (row.indicator, row.field, row.quote) in closed:
            row.reason = SEALED_REASON
    return shown
