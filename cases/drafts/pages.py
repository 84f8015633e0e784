"""Where forms are kept while somebody types, and forgotten when they ask."""

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.way_back import way_back
from cases.drafts.services import DraftTooLong, discard_draft, save_draft
from cases.models import Draft, Review


@needs(Capability.SEE_FINDINGS)
@require_POST
def save(request: HttpRequest, key: str, purpose: str) -> HttpResponse:
    """Keep what stands in a form; the script of the page shows when."""
    user, review = signed_in(request), _review(request, key)
    if purpose not in Draft.PURPOSES:
        raise Http404
    at = timezone.now()
    seen = request.POST.get("seen_version", "")
    try:
        draft = save_draft(
            review=review,
            author=user,
            purpose=purpose,
            fields=request.POST.dict(),
            seen_version=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
            at=at,
        )
    except DraftTooLong as problem:
        return JsonResponse({"problem": str(problem)}, status=413)
    return JsonResponse(
        {
            "saved": f"{timezone.localtime(at):%H:%M}" if draft else "",
            "moved": review.version
            != (draft.seen_version if draft else review.version),
        }
    )


@needs(Capability.SEE_FINDINGS)
@require_POST
def discard(request: HttpRequest, key: str, purpose: str) -> HttpResponse:
    """Forget one's own draft and go back to the form."""
    review = _review(request, key)
    discard_draft(review=review, author=signed_in(request), purpose=purpose)
    return HttpResponseRedirect(
        way_back(request, otherwise=reverse("notice", args=[key]))
    )


def _review(request: HttpRequest, key: str) -> Review:
    mine = Review.objects.visible_to(signed_in(request))
    return get_object_or_404(mine, notice__key=key)
