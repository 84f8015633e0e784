"""What is known by one case file alone, and goes with it: notices entered by hand for
it, and the person whom nothing else names."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model, Q

from cases.models import CaseFile, CaseNotice, Comment, Review, TranslationWish
from notices.choices import Confidentiality, Origin
from notices.models import Judgement, Notice, Person, PersonFact, Translation


@dataclass(frozen=True, slots=True)
class OwnNotices:
    """All by number; `told` selects what the log says of them."""

    notices: list[int]
    reviews: list[int]
    people: list[int]
    told: Q


def own_notices(case: CaseFile) -> OwnNotices:
    """Find the notices that nobody sees but by this file.

    One that stands in another file, or that somebody may read without a file, stays.
    """
    elsewhere = CaseNotice.objects.exclude(case=case).values("notice")
    found = Notice.objects.filter(
        case_links__case=case, confidentiality=Confidentiality.RESTRICTED, grants=None
    )
    found = found.exclude(origin=Origin.PUBLIC_LIST).exclude(pk__in=elsewhere)
    notices = list(found.values_list("pk", flat=True))
    reviews = _ids(Review, notice__in=notices)
    people = _known_by(case, notices)
    told = (
        _about(Notice, notices)
        | _about(Review, reviews)
        | _about(Judgement, _ids(Judgement, notice__in=notices))
        | _about(PersonFact, _ids(PersonFact, person__in=people))
        | _about(Translation, _ids(Translation, notice__in=notices))
        | _about(Comment, _ids(Comment, review__in=reviews))
        | _about(TranslationWish, _ids(TranslationWish, review__in=reviews))
    )
    return OwnNotices(notices, reviews, people, told)


def _known_by(case: CaseFile, notices: list[int]) -> list[int]:
    """Return the person of the file, unless something outside of it names them."""
    named = Person.objects.filter(pk=case.person_id)
    named = named.exclude(notices__in=Notice.objects.exclude(pk__in=notices))
    named = named.exclude(cases__in=CaseFile.objects.exclude(pk=case.pk))
    named = named.exclude(merges__isnull=False)
    return list(named.values_list("pk", flat=True))


def take(own: OwnNotices) -> None:
    """Delete them with all that hangs on them; the file is gone by now."""
    # Reviews hold on to the screenings that they were decided by.
    Review.objects.filter(pk__in=own.reviews).delete()
    Notice.objects.filter(pk__in=own.notices).delete()
    Person.objects.filter(pk__in=own.people).delete()


def _ids(model: type[Model], **where: object) -> list[int]:
    return list(model._base_manager.filter(**where).values_list("pk", flat=True))


def _about(model: type[Model], ids: Iterable[int]) -> Q:
    return Q(object_type=model._meta.label_lower, object_id__in=[str(pk) for pk in ids])
