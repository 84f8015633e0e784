"""The notices that were entered by hand for one case file, and go with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model, Q

from cases.models import CaseFile, CaseNotice, Comment, Review, TranslationWish
from notices.choices import Confidentiality, Origin
from notices.models import Judgement, Notice, Translation


@dataclass(frozen=True, slots=True)
class OwnNotices:
    """`notices` and `reviews` by number; `told` selects what the log says of them."""

    notices: list[int]
    reviews: list[int]
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
    told = (
        _about(Notice, notices)
        | _about(Review, reviews)
        | _about(Judgement, _ids(Judgement, notice__in=notices))
        | _about(Translation, _ids(Translation, notice__in=notices))
        | _about(Comment, _ids(Comment, review__in=reviews))
        | _about(TranslationWish, _ids(TranslationWish, review__in=reviews))
    )
    return OwnNotices(notices, reviews, told)


def take(own: OwnNotices) -> None:
    """Delete them with all that hangs on them; the file is gone by now."""
    # Reviews hold on to the screenings that they were decided by.
    Review.objects.filter(pk__in=own.reviews).delete()
    Notice.objects.filter(pk__in=own.notices).delete()


def _ids(model: type[Model], **where: object) -> list[int]:
    return list(model._base_manager.filter(**where).values_list("pk", flat=True))


def _about(model: type[Model], ids: Iterable[int]) -> Q:
    return Q(object_type=model._meta.label_lower, object_id__in=[str(pk) for pk in ids])
