"""Taking several people on record as one, field by field, and taking that back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from notices.identity.cluster import FIELDS
from notices.identity.deciding import IdentityError
from notices.identity.merging import merge, unmerge
from notices.models import Merge, Notice, Person

MOST = 20
LABELS = {"display_name": "Name shown", "birth_date": "Birth date", "sex": "Sex"}


@needs(Capability.RECORD_FACTS)
@require_http_methods(["GET", "HEAD", "POST"])
def take_as_one(request: HttpRequest, key: str) -> HttpResponse:
    """Choose whose page leads and which value is shown; then merge all at once."""
    user = signed_in(request)
    visible = Person.objects.visible_to(user)
    person = get_object_or_404(visible, key=key)
    data = request.POST if request.method == "POST" else request.GET
    keys = data.getlist("with")[:MOST]
    others = list(visible.filter(key__in=keys).exclude(pk=person.pk).order_by("pk"))
    people = [person, *others]
    problem = ""
    if request.method == "POST":
        by_key = {one.key: one for one in people}
        kept = by_key.get(data.get("kept", ""), person)
        try:
            merge(
                kept=kept,
                others=[one for one in people if one != kept],
                fields={
                    name: by_key[data[name]]
                    for name in FIELDS
                    if data.get(name) in by_key
                },
                reason=data.get("reason", ""),
                actor=user,
                at=timezone.now(),
            )
        except IdentityError as found:
            problem = str(found)
        else:
            messages.success(
                request, "Merged. Every id and address stays; you can take it back."
            )
            return redirect("person", kept.key)
    context = {
        "person": person,
        "others": others,
        "people": people,
        "choices": _choices(people),
        "moved": _moved(people, user),
        "reason": data.get("reason", ""),
        "chosen": {name: data.get(name, person.key) for name in ("kept", *FIELDS)},
        "problem": problem,
    }
    status = 400 if problem else 200
    return render(request, "notices/identity_merge.html", context, status=status)


@needs(Capability.RECORD_FACTS)
@require_POST
def take_apart(request: HttpRequest, key: str) -> HttpResponse:
    """Take a merge of the person back: everybody stands as before."""
    user = signed_in(request)
    person = get_object_or_404(Person.objects.visible_to(user), key=key)
    made = (
        Merge.objects.visible_to(user)
        .filter(members__person=person, key=request.POST.get("merge", ""))
        .first()
    )
    try:
        if made is None:
            raise IdentityError("There is no such merge.")
        unmerge(
            merge=made,
            reason=request.POST.get("reason", ""),
            actor=user,
            at=timezone.now(),
        )
    except IdentityError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "Taken back. Everybody stands as before.")
    return redirect(reverse("identity", args=[key]))


def _choices(people: list[Person]) -> list[dict[str, Any]]:
    """Return the fields in which they differ, with who says what."""
    found = []
    for name, label in LABELS.items():
        values: dict[str, str] = {}
        for one in people:
            if value := getattr(one, name):
                values.setdefault(value, one.key)
        if len(values) > 1:
            found.append({"name": name, "label": label, "values": values.items()})
    return found


def _moved(people: list[Person], user: User) -> dict[int, list[str]]:
    """Return the notices that the reader sees of each of them, by number or kind."""
    found: dict[int, list[str]] = {one.pk: [] for one in people}
    rows = Notice.objects.visible_to(user).filter(person__in=people).order_by("pk")
    for one in rows.only("person_id", "reference", "kind"):
        found[one.person_id].append(one.reference or one.get_kind_display())
    return found
