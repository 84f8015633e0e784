"""Who is who: the panel of a person, what colleagues say, and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from notices.identity.choices import Answer, PairOrigin
from notices.identity.cluster import together
from notices.identity.deciding import IdentityError, answer, put_side_by_side
from notices.identity.evidence import (
    Row,
    Side,
    is_worth_a_look,
    leaning,
    side_by_side,
)
from notices.identity.search import others_named
from notices.identity.sides import sides_of
from notices.models import IdentityPair, IdentityStep, Merge, Person

SHOWN = 50
FOUND = 10
# What may be said, with the key that picks it.
SAID = ((Answer.SAME, "1"), (Answer.DIFFERENT, "2"), (Answer.UNSURE, "3"))


@dataclass(frozen=True)
class Beside:
    """A pair as a reader sees it from one of the two."""

    pair: IdentityPair
    other: Person
    left: Side
    right: Side

    @cached_property
    def rows(self) -> list[Row]:
        return side_by_side(self.left, self.right)

    @property
    def leaning(self) -> Answer:
        return leaning(self.rows)

    def by(self, verdict: str) -> list[Row]:
        return [row for row in self.rows if row.verdict == verdict]


@needs(Capability.SEE_FINDINGS)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """People who may be one, most evidence first, and what was said of the others."""
    user = signed_in(request)
    said = request.GET.get("said", Answer.OPEN)
    if said not in Answer.values:
        raise BadRequest("There is no such list.")
    pairs = IdentityPair.objects.visible_to(user).filter(answer=said)
    after = request.GET.get("after")
    if after:
        last = get_object_or_404(pairs, key=after)
        pairs = pairs.filter(
            Q(likeness__lt=last.likeness) | Q(likeness=last.likeness, pk__lt=last.pk)
        )
    found = list(_in_order(pairs)[: SHOWN + 1])
    context = {
        "answers": [
            (label, f"?said={value}", value == said) for value, label in Answer.choices
        ],
        "said": said,
        "rows": besides(found[:SHOWN], user),
        "older": f"?{urlencode({'said': said, 'after': found[SHOWN - 1].key})}"
        if len(found) > SHOWN
        else None,
    }
    return render(request, "notices/identity_list.html", context)


@needs(Capability.SEE_FINDINGS)
@require_safe
def panel(request: HttpRequest, key: str) -> HttpResponse:
    """One human or two? The pairs of a person, one of them field by field."""
    user = signed_in(request)
    person = get_object_or_404(Person.objects.visible_to(user), key=key)
    rows = besides(_in_order(_pairs_of(person, user))[:SHOWN], user, of=person)
    wanted = request.GET.get("with")
    chosen = next((row for row in rows if row.pair.key == wanted), None)
    if wanted and chosen is None:
        raise Http404
    if chosen is None:
        chosen = next((row for row in rows if row.pair.answer == Answer.OPEN), None)
    name = request.GET.get("name", "").strip()[:200]
    one = together(person, user)
    context = {
        "person": person,
        "one": one,
        "merges": Merge.objects.visible_to(user)
        .filter(members__person=person)
        .select_related("author", "undone_by", "kept"),
        "rows": rows,
        "chosen": chosen,
        "steps": _steps(chosen, user),
        "answers": SAID,
        "may_say": user.can(Capability.RECORD_FACTS),
        "same": [row for row in rows if row.pair.answer == Answer.SAME],
        "name": name,
        "found": others_named(name, user=user, besides=one.ids, limit=FOUND),
    }
    return render(request, "notices/identity.html", context)


@needs(Capability.RECORD_FACTS)
@require_POST
def say(request: HttpRequest, key: str) -> HttpResponse:
    """Keep what a colleague says of a pair; “same” leads on to the merge."""
    user = signed_in(request)
    person = get_object_or_404(Person.objects.visible_to(user), key=key)
    pair = _pairs_of(person, user).filter(key=request.POST.get("pair", "")).first()
    if pair is None:
        messages.error(request, "Choose whom to compare with.")
        return redirect("identity", key)
    said = request.POST.get("answer", "")
    try:
        answer(
            pair=pair,
            said=said,
            reason=request.POST.get("reason", ""),
            actor=user,
            at=timezone.now(),
        )
    except IdentityError as problem:
        messages.error(request, str(problem))
        return redirect(f"{reverse('identity', args=[key])}?with={pair.key}")
    if said == Answer.SAME:
        other = pair.right if pair.left_id == person.pk else pair.left
        return redirect(f"{reverse('identity-merge', args=[key])}?with={other.key}")
    messages.success(request, "Kept. You can say otherwise at any time.")
    return redirect("identity", key)


@needs(Capability.RECORD_FACTS)
@require_POST
def put_beside(request: HttpRequest, key: str) -> HttpResponse:
    """Put somebody whom a colleague found by hand beside the person."""
    user = signed_in(request)
    visible = Person.objects.visible_to(user)
    person = get_object_or_404(visible, key=key)
    other = visible.filter(key=request.POST.get("other", "")).first()
    if other is None:
        messages.error(request, "Choose somebody to compare with.")
        return redirect("identity", key)
    try:
        pair = put_side_by_side(one=person, other=other, actor=user, at=timezone.now())
    except IdentityError as problem:
        messages.error(request, str(problem))
        return redirect("identity", key)
    return redirect(f"{reverse('identity', args=[key])}?with={pair.key}")


def besides(
    pairs: Sequence[IdentityPair] | QuerySet[IdentityPair],
    user: User,
    of: Person | None = None,
) -> list[Beside]:
    """Return pairs with what `user` sees of both, seen from `of` or the left one.

    A pair that only what the user may not see has put together is left out, unless
    somebody said something of it or put it together by hand.
    """
    found = list(pairs)
    sides = sides_of({pk for one in found for pk in (one.left_id, one.right_id)}, user)
    shown = []
    for pair in found:
        turned = of is not None and pair.right_id == of.pk
        left, right = (
            (pair.right_id, pair.left_id) if turned else (pair.left_id, pair.right_id)
        )
        other = pair.left if turned else pair.right
        beside = Beside(pair, other, sides[left], sides[right])
        is_bare = pair.answer == Answer.OPEN and pair.origin == PairOrigin.FOUND
        if is_worth_a_look(beside.rows) or not is_bare:
            shown.append(beside)
    return shown


def _pairs_of(person: Person, user: User) -> QuerySet[IdentityPair]:
    return IdentityPair.objects.visible_to(user).filter(
        Q(left=person) | Q(right=person)
    )


def _in_order(pairs: QuerySet[IdentityPair]) -> QuerySet[IdentityPair]:
    return pairs.select_related("left", "right").order_by("-likeness", "-pk")


def _steps(chosen: Beside | None, user: User) -> QuerySet[IdentityStep] | list[Any]:
    if chosen is None:
        return []
    steps = IdentityStep.objects.visible_to(user).filter(pair=chosen.pair)
    return steps.select_related("author")
