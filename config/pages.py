"""Pages that belong to no app."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe


class SpecimenForm(forms.Form):
    """Every kind of field, for the page that shows the components."""

    name = forms.CharField(help_text="As the notice writes it.", max_length=40)
    born = forms.CharField(required=False, label="Year of birth", max_length=4)
    country = forms.ChoiceField(choices=[("", "Any"), ("RU", "Russia"), ("IR", "Iran")])
    outcome = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[("flagged", "Flagged"), ("not_flagged", "Not flagged")],
    )
    kinds = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        choices=[("red", "Red notice"), ("diffusion", "Diffusion")],
        required=False,
    )
    reason = forms.CharField(widget=forms.Textarea, help_text="At least one sentence.")
    letter = forms.FileField(required=False)
    consent = forms.BooleanField(label="The person agreed in writing")


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Show every token and component in all its states."""
    if not (request.user.is_authenticated or settings.DEBUG or settings.DEMO):
        return redirect_to_login(request.get_full_path())
    now = timezone.now()
    context = {
        "earlier": now - timedelta(hours=3),
        "form": SpecimenForm(initial={"name": "VALTESKU Miron"}),
        "filters": SpecimenForm(prefix="filter"),
        "bad_form": SpecimenForm({"bad-country": "XX"}, prefix="bad"),
        "part": request.GET.get("part", "all"),
    }
    return render(request, "design/page.html", context)
