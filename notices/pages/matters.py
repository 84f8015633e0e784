"""Matters: several people wanted over one affair."""

from collections import Counter, defaultdict
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from notices.identity.choices import Ground
from notices.identity.deciding import IdentityError
from notices.identity.matters import join, leave, likely_others, open_matter
from notices.identity.search import others_named
from notices.models import Matter, MatterPerson, Notice, Person, Warrant

SHOWN = 50
FOUND = 10


@needs(Capability.SEE_FINDINGS)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Affairs of which the reader may see somebody, the newest first."""
    user = signed_in(request)
    matters = Matter.objects.visible_to(user)
    before = request.GET.get("before")
    if before:
        matters = matters.filter(pk__lt=get_object_or_404(matters, key=before).pk)
    people = MatterPerson.objects.visible_to(user).select_related("person")
    found = list(
        matters.prefetch_related(Prefetch("people", people, to_attr="seen")).order_by(
            "-pk"
        )[: SHOWN + 1]
    )
    context = {
        "matters": found[:SHOWN],
        "older": f"?before={found[SHOWN - 1].key}" if len(found) > SHOWN else None,
    }
    return render(request, "notices/matters.html", context)


@needs(Capability.SEE_FINDINGS)
@require_safe
def matter(request: HttpRequest, key: str) -> HttpResponse:
    """One affair: who is wanted over it, for what, and what their charges share."""
    user = signed_in(request)
    found = get_object_or_404(
        Matter.objects.visible_to(user).select_related("opened_by"), key=key
    )
    rows = list(
        MatterPerson.objects.visible_to(user)
        .filter(matter=found)
        .select_related("person", "added_by")
    )
    name = request.GET.get("name", "").strip()[:200]
    inside = {row.person_id for row in rows}
    context = {
        "matter": found,
        "rows": _with_notices(rows, user),
        "grounds": Ground.choices,
        "may_say": user.can(Capability.RECORD_FACTS),
        "name": name,
        "found": others_named(name, user=user, besides=inside, limit=FOUND),
    }
    return render(request, "notices/matter.html", context)


@needs(Capability.RECORD_FACTS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, key: str) -> HttpResponse:
    """Open a matter from a person, with those who are wanted in the same words."""
    user = signed_in(request)
    visible = Person.objects.visible_to(user)
    person = get_object_or_404(visible, key=key)
    likely = likely_others(person, user)
    problem = ""
    if request.method == "POST":
        grounds = {one.person.key: one.ground for one in likely}
        chosen = visible.filter(key__in=request.POST.getlist("person")[:SHOWN])
        people = [(person, _ground_of(likely))] + [
            (one, grounds.get(one.key, Ground.HAND))
            for one in chosen.exclude(pk=person.pk).order_by("pk")
        ]
        try:
            made = open_matter(
                title=request.POST.get("title", ""),
                people=people,
                reason=request.POST.get("reason", ""),
                actor=user,
                at=timezone.now(),
            )
        except IdentityError as found:
            problem = str(found)
        else:
            messages.success(request, "Opened. Add others by name on its page.")
            return redirect("matter", made.key)
    context = {
        "person": person,
        "likely": likely,
        "chosen": request.POST.getlist("person"),
        "title": request.POST.get("title", ""),
        "reason": request.POST.get("reason", ""),
        "problem": problem,
    }
    status = 400 if problem else 200
    return render(request, "notices/matter_new.html", context, status=status)


@needs(Capability.RECORD_FACTS)
@require_POST
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Add somebody to the matter, with a ground and a reason."""
    user = signed_in(request)
    found = get_object_or_404(Matter.objects.visible_to(user), key=key)
    person = _named(request, user)
    try:
        if person is None:
            raise IdentityError("Choose somebody to add.")
        join(
            matter=found,
            person=person,
            ground=request.POST.get("ground", ""),
            reason=request.POST.get("reason", ""),
            actor=user,
            at=timezone.now(),
        )
    except IdentityError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "Added.")
    return redirect("matter", key)


@needs(Capability.RECORD_FACTS)
@require_POST
def take_out(request: HttpRequest, key: str) -> HttpResponse:
    """Take somebody out of the matter, with a reason."""
    user = signed_in(request)
    found = get_object_or_404(Matter.objects.visible_to(user), key=key)
    person = _named(request, user)
    try:
        if person is None:
            raise IdentityError("This person is not in the matter.")
        leave(
            matter=found,
            person=person,
            reason=request.POST.get("reason", ""),
            actor=user,
            at=timezone.now(),
        )
    except IdentityError as problem:
        messages.error(request, str(problem))
        return redirect("matter", key)
    messages.success(request, "Taken out.")
    left = Matter.objects.visible_to(user).filter(pk=found.pk).exists()
    return redirect("matter", key) if left else redirect("matters")


def _named(request: HttpRequest, user: User) -> Person | None:
    asked = request.POST.get("person", "")
    return Person.objects.visible_to(user).filter(key=asked).first()


def _ground_of(likely: list[Any]) -> Ground:
    return likely[0].ground if likely else Ground.HAND


def _with_notices(rows: list[MatterPerson], user: User) -> list[dict[str, Any]]:
    """Return the people with their notices, and which charges several share."""
    people = [row.person_id for row in rows]
    notices: dict[int, list[Notice]] = defaultdict(list)
    for one in Notice.objects.visible_to(user).filter(person__in=people).order_by("pk"):
        notices[one.person_id].append(one)
    warrants = Warrant.objects.visible_to(user).filter(notice__person__in=people)
    prints: dict[int, set[str]] = defaultdict(set)
    for person, mark in warrants.values_list("notice__person", "fingerprint"):
        prints[person].add(mark)
    shared = Counter(mark for marks in prints.values() for mark in marks)
    return [
        {
            "row": row,
            "notices": notices[row.person_id],
            "is_shared": any(shared[mark] > 1 for mark in prints[row.person_id]),
        }
        for row in rows
    ]
