"""Who can be asked to work on a notice, or to read what is said about it.

Of a restricted notice these are the people it names itself. Who reads it for a case
file is left out: to find them here would tell of the file.
"""

from django.db.models import Q, QuerySet

from accounts.capabilities import Capability, roles_with
from accounts.models import User
from cases.models import Review
from notices.choices import Confidentiality


def workers_on(review: Review) -> QuerySet[User]:
    """Return the colleagues who can have this review, in the order of their names."""
    return _with(review, Capability.PROPOSE)


def readers_of(review: Review) -> QuerySet[User]:
    """Return the colleagues who read what is said about this notice."""
    return _with(review, Capability.SEE_FINDINGS)


def _with(review: Review, capability: Capability) -> QuerySet[User]:
    people = User.objects.filter(is_active=True, role__in=roles_with(capability))
    if review.notice.confidentiality == Confidentiality.RESTRICTED:
        people = people.filter(notice_grants__notice=review.notice_id)
    return people.order_by("name", "pk")


def reviews_for(worker: User) -> QuerySet[Review]:
    """Return the reviews that `worker` can be given."""
    open_to_all = ~Q(notice__confidentiality=Confidentiality.RESTRICTED)
    named = Q(notice__in=worker.notice_grants.values("notice"))
    return Review.objects.visible_to(worker).filter(open_to_all | named)
