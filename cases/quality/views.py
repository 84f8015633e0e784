"""The quality page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from cases.quality.measures import ENOUGH_PAIRS
from cases.quality.own import ENOUGH, own_figures
from cases.quality.shipped import shipped
from notices.screening.tables import versions


@needs(Capability.SEE_FINDINGS)
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """How often the screening is right, by what is known here."""
    return render(
        request,
        "cases/quality.html",
        {
            "shipped": [shipped(version) for version in reversed(versions())],
            "own": own_figures(reader=signed_in(request), at=timezone.now()),
            "enough": ENOUGH,
            "enough_pairs": ENOUGH_PAIRS,
        },
    )
