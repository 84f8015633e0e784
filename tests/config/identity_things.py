"""What the world of the tests has of who is who: a pair, a merge, a matter."""

from typing import Any

from accounts.models import User
from notices.identity.choices import Answer, Ground, PairOrigin
from notices.models import (
    IdentityPair,
    IdentityStep,
    Matter,
    MatterPerson,
    Merge,
    MergeMember,
    Notice,
)
from tests.factories import NOON, make_notice


def identity_things(notice: Notice, owner: User, words: str) -> dict[str, Any]:
    """Put the person of `notice` beside another like them, and into an affair.

    `words` stands in every free text. Returns what addresses need, by kind.
    """
    person = notice.person
    values = {"confidentiality": notice.confidentiality}
    double = make_notice(family_name="DOPPEL", review=False, **values)
    for grant in notice.grants.all():
        double.grants.create(user=grant.user)
    pair = IdentityPair.objects.create(
        left=min(person, double.person, key=lambda one: one.pk),
        right=max(person, double.person, key=lambda one: one.pk),
        origin=PairOrigin.HAND,
        made_at=NOON,
    )
    IdentityStep.objects.create(
        pair=pair, answer=Answer.OPEN, reason=words, author=owner, at=NOON
    )
    merge = Merge.objects.create(
        kept=person,
        reason=words,
        author=owner,
        at=NOON,
        undone_at=NOON,
        undone_by=owner,
        undone_reason=words,
    )
    for one in (person, double.person):
        MergeMember.objects.create(merge=merge, person=one)
    matter = Matter.objects.create(title=words, opened_by=owner, opened_at=NOON)
    MatterPerson.objects.create(
        matter=matter,
        person=person,
        ground=Ground.HAND,
        reason=words,
        added_by=owner,
        added_at=NOON,
    )
    return {"matter": {"key": matter.key}}
