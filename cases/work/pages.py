"""Work in hand: what is told to me, what I have, what the team has."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from cases.alerts.services import alerts_of
from cases.comments.tags import end_translation_wish
from cases.desk.counting import shown
from cases.models import TranslationWish
from cases.work import figures


@needs(Capability.SEE_FINDINGS)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """Lines for the reader first, then the work, their own and everybody's."""
    user, at = signed_in(request), timezone.now()
    works = user.can(Capability.PROPOSE)
    context = {
        "alerts": alerts_of(user),
        "works": works,
        "mine": figures.in_hand(user) if works else [],
        "loads": figures.loads(reader=user, at=at) if works else [],
        "ages": [
            (words, shown(first), shown(second))
            for words, first, second in (
                figures.ages(reader=user, at=at) if works else []
            )
        ],
        "wishes": figures.wishes(user),
        "bulks": figures.recent_bulks(user, at=at),
    }
    return render(request, "cases/work/work.html", context)


@needs(Capability.PROPOSE)
@require_POST
def translation_done(request: HttpRequest, key: str) -> HttpResponse:
    """Take a wish for a translation off the list."""
    user = signed_in(request)
    wish = get_object_or_404(TranslationWish.objects.visible_to(user), key=key)
    end_translation_wish(wish=wish, actor=user, at=timezone.now())
    messages.success(request, "Taken off the list of translations.")
    return redirect("work")
