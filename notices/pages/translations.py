"""Adding a translation of a charge by hand."""

from collections.abc import Sequence
from typing import Any

from babel import Locale
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from notices.models import Notice
from notices.screening.offences import offence_tables
from notices.screening.tables import current_version
from notices.translating import (
    INTO,
    LANGUAGES,
    LONGEST,
    LONGEST_NAME,
    TranslationError,
    add_translation,
    charge_text,
    translations_of,
)

_NAMES = Locale("en").languages


def _choices(codes: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, str(_NAMES[code])) for code in codes]


def _by_name(code: str) -> str:
    return str(_NAMES[code])


class TranslationForm(forms.Form):
    """Who translated what into which language."""

    language = forms.ChoiceField(
        label="Language of the original",
        choices=_choices(sorted(LANGUAGES, key=_by_name)),
    )
    into = forms.ChoiceField(label="Into", choices=_choices(INTO))
    text = forms.CharField(
        label="Translation",
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 6, "dir": "auto"}),
        help_text="As close to the words as it can be; remarks in [brackets].",
    )
    translator = forms.CharField(
        label="Translated by",
        max_length=LONGEST_NAME,
        help_text="The name of the person, or of the service and who read it.",
    )


@needs(Capability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, key: str, charge: str) -> HttpResponse:
    """Write a translation of one charge; the original cannot be changed."""
    user = signed_in(request)
    notice = get_object_or_404(
        Notice.objects.visible_to(user).select_related("person"), key=key
    )
    original = charge_text(notice, charge)
    if original is None:
        raise Http404
    language = offence_tables(current_version()).classify(original).language
    form = TranslationForm(
        request.POST or None,
        initial={"language": language, "into": "en", "translator": user.name},
    )
    if request.method == "POST" and form.is_valid():
        try:
            add_translation(
                notice=notice,
                actor=user,
                at=timezone.now(),
                original=original,
                **form.cleaned_data,
            )
        except TranslationError as problem:
            form.add_error(problem.field, str(problem))
        else:
            messages.success(request, "Kept, with the name of the translator.")
            return redirect("notice-tab", notice.key, "warrants")
    context: dict[str, Any] = {
        "form": form,
        "notice": notice,
        "original": original,
        "spoken": language,
        "earlier": translations_of(notice).get(original, ()),
        "back": reverse("notice-tab", args=[notice.key, "warrants"]),
    }
    status = 400 if form.errors else 200
    return render(request, "notices/translation_add.html", context, status=status)
