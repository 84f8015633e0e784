"""The reading pane: one notice of the inbox, open beside its list.

Its address is a page of its own: list and notice, or on a phone the notice alone. The
script of the inbox fetches the pane alone.
"""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from cases.desk.asking import AskedFilter, asked, query_of
from cases.desk.decisions import MoveForm
from cases.desk.inbox import LISTED, frame_of, list_of
from cases.desk.notice import (
    NoticePage,
    charges_of,
    page_of_notice,
    screening_of,
)
from cases.desk.quick import form_of, quick_steps, refused_steps, rests
from cases.desk.readers import note_reading, readers_of
from cases.models import Review
from cases.review.services import today
from notices.choices import Confidentiality
from notices.models import Notice, PersonName

PANE = "pane"
# Of a request for a notice that the reader has not come to yet.
AHEAD = "Desk-Ahead"


@needs(Capability.PROPOSE, Capability.SIGN)
@require_safe
def reading(request: HttpRequest, key: str) -> HttpResponse:
    """Show a notice beside the list that the address asks for."""
    if request.headers.get(AHEAD) and _is_restricted(request, key):
        # Each reading of these is recorded, and this would not be one.
        return HttpResponse(status=204)
    opened, review = open_in_inbox(request, key)
    if asks_for_pane(request):
        # The script asks ahead, too; what is really read it tells by itself.
        return show(request, opened, review)
    at = timezone.now()
    note_reading(notice=opened.notice, reader=opened.user, at=at)
    readers = readers_of([opened.notice.key], besides=opened.user, at=at)
    return show(request, opened, review, readers=readers.get(opened.notice.key, []))


def _is_restricted(request: HttpRequest, key: str) -> bool:
    visible = Notice.objects.visible_to(signed_in(request))
    return visible.filter(key=key, confidentiality=Confidentiality.RESTRICTED).exists()


def open_in_inbox(request: HttpRequest, key: str) -> tuple[NoticePage, Review]:
    """Return the notice with its review, and the way back to this list.

    Raises Http404 for what the reader may not see, or what is not in the inbox yet.
    """
    opened = page_of_notice(request, key, "summary")
    if opened.review is None:
        raise Http404
    opened.review.notice = opened.notice
    return replace(opened, back=query_of(asked(request.GET))), opened.review


def show(
    request: HttpRequest,
    opened: NoticePage,
    review: Review,
    bound: dict[str, MoveForm] | None = None,
    **said: Any,
) -> HttpResponse:
    """Answer with the pane, or with the whole page for who asks without the script.

    `bound` are forms that came back with errors; `said` is what else to tell.
    """
    pane = pane_of(opened, review, bound or {}) | said
    status = said.get("status") or (400 if bound else 200)
    if asks_for_pane(request):
        return render(request, "cases/desk/_pane.html", pane, status=status)
    data = asked(request.GET)
    wanted = AskedFilter(data, user=signed_in(request), rows=LISTED)
    context = list_of(data, wanted) | frame_of(data, wanted) | pane
    context["can_import"] = opened.user.can(Capability.IMPORT)
    return render(request, "cases/desk/inbox.html", context, status=status)


def asks_for_pane(request: HttpRequest) -> bool:
    """Whether the script of the inbox asks."""
    return request.headers.get("HX-Target") == PANE


def pane_of(
    opened: NoticePage, review: Review, bound: dict[str, MoveForm]
) -> dict[str, Any]:
    """Return what the pane shows of a notice, and the steps it offers."""
    names = PersonName.objects.visible_to(opened.user)
    steps = quick_steps(review, opened.user)
    forms = {name: form_of(name, review) for name in steps} | bound
    return {
        "opened": opened,
        "review": review,
        "names": list(names.filter(person=opened.notice.person_id)),
        "forms": forms,
        "refused": refused_steps(review, opened.user),
        "unfolded": next(iter(bound), ""),
        "rests": rests(today(timezone.now())),
        "pane_query": opened.back,
        "refusal": "",
        "since": [],
        "readers": [],
        **charges_of(opened.notice),
        **screening_of(opened),
    }


def address_in_inbox(key: str, query: QueryDict) -> str:
    """Return where a notice stands open beside the list that `query` asks for."""
    return f"{reverse('inbox-notice', args=[key])}?{query_of(query)}"
