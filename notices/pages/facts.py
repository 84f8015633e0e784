"""Facts about a person: the panel on other pages, recording and withdrawing."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from accounts.way_back import way_back
from notices.choices import PROTECTED_FACTS
from notices.keys import key_of
from notices.models import Person, PersonFact
from notices.pages.fact_form import FactForm
from notices.screening.facts import FactError, fact_label, record_fact, withdraw_fact
from notices.screening.shown_facts import shown_facts


def facts_panel(
    person: Person, user: User, *, back: str = "", others: Iterable[int] = ()
) -> dict[str, Any]:
    """Return the context of `notices/_facts.html`: what `user` may see and record.

    `back` is the path to return to after recording; `others` are people taken as one
    with the person.
    """
    facts = shown_facts(person=person, reader=user, others=others)
    may_record = user.can(Capability.RECORD_FACTS)
    return {
        "person": person,
        "may_see_facts": user.can(Capability.SEE_FINDINGS),
        "may_record_facts": may_record,
        "facts": [
            {"row": fact, "label": fact_label(fact), "key": key_of(fact)}
            for fact in facts
        ],
        "add_fact_url": f"{reverse('person-fact-add', args=[person.key])}"
        f"?next={quote(back)}",
        "facts_back": back,
    }


@needs(Capability.RECORD_FACTS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Record a fact; the person's notices are screened again at once."""
    user = signed_in(request)
    person = get_object_or_404(Person.objects.visible_to(user), key=key)
    form = FactForm(request.POST or None, person=person, reader=user)
    if request.method == "POST" and form.is_valid():
        try:
            record_fact(person=person, actor=user, at=timezone.now(), **form.fact())
        except FactError as problem:
            form.add_error(problem.field, str(problem))
        else:
            messages.success(request, _said(form.fact()["kind"]))
            return redirect(_back(request, person))
    return render(
        request,
        "notices/fact_add.html",
        {"form": form, "person": person, "back": _back(request, person)},
        status=400 if form.errors else 200,
    )


@needs(Capability.RECORD_FACTS)
@require_POST
def withdraw(request: HttpRequest, key: str, fact: str) -> HttpResponse:
    """Withdraw a fact, with a reason; the row stays for the record."""
    user = signed_in(request)
    person = get_object_or_404(Person.objects.visible_to(user), key=key)
    reason = request.POST.get("reason", "")
    rows = PersonFact.objects.visible_to(user).filter(person=person)
    meant = next((row for row in rows if key_of(row) == fact), None)
    if meant is None:
        raise Http404
    try:
        withdrawn = withdraw_fact(
            person=person,
            fact_id=meant.pk,
            actor=user,
            at=timezone.now(),
            reason=reason,
        )
    except FactError as problem:
        messages.error(request, str(problem))
        return redirect(_back(request, person))
    if withdrawn is None:
        raise Http404
    messages.success(request, "Withdrawn. The notices were screened again.")
    return redirect(_back(request, person))


def _said(kind: str) -> str:
    if kind in PROTECTED_FACTS:
        return (
            "Recorded. Besides you only analysts and lawyers named on a case file of "
            "the person see it."
        )
    return "Recorded. The notices were screened again."


def _back(request: HttpRequest, person: Person) -> str:
    """Return the path of this site that the request names, or the person's page."""
    return way_back(request, otherwise=reverse("person", args=[person.key]))
