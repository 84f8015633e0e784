"""What colleagues say about a notice: its tab, and what it posts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from cases.alerts.services import see
from cases.comments.mentions import mentions_in
from cases.comments.services import LONGEST, CommentRefused, say, withdraw
from cases.comments.tags import (
    MarkRefused,
    add_tag,
    ask_translation,
    known_tags,
    take_tag,
)
from cases.drafts.services import drafts_of
from cases.models import Comment, DeskAlert, Draft, Review, TranslationWish
from cases.models.desk import LONGEST_TAG
from cases.review.colleagues import readers_of

SHOWN = 100


class CommentForm(forms.Form):
    text = forms.CharField(
        label="Comment",
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        help_text="Everybody who reads this notice reads it. @Name tells a colleague.",
        error_messages={"required": "Write what you want to say."},
    )


class TagForm(forms.Form):
    tag = forms.CharField(
        label="Tag",
        max_length=LONGEST_TAG,
        error_messages={"required": "Write the tag."},
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a comment: plain text, or somebody's name."""

    text: str
    is_person: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as the page shows it."""

    row: Comment
    parts: tuple[Part, ...]
    is_new: bool
    is_mine: bool


def comments_of(review: Review, reader: User, form: CommentForm) -> dict[str, Any]:
    """Return what the tab of comments shows; what was told of is seen by it."""
    people = [(one.pk, one.name) for one in readers_of(review)]
    names = dict(people)
    rows = Comment.objects.visible_to(reader).filter(review=review)
    alerts = DeskAlert.objects.visible_to(reader).filter(review=review, seen_at=None)
    new = set(alerts.values_list("comment", flat=True))
    draft = drafts_of(review, reader).get(Draft.COMMENT)
    if draft is not None and not form.is_bound:
        form.initial = draft.fields
    return {
        "comments": [
            Said(
                row,
                _parts(row.text, people, names),
                row.pk in new,
                row.author_id == reader.pk,
            )
            for row in rows.select_related("author")[:SHOWN]
        ],
        "form": form,
        "draft": draft,
        "colleagues": [name for pk, name in people if pk != reader.pk],
        "unseen": bool(new),
        "works": reader.can(Capability.PROPOSE),
        "tags": list(review.taggings.values_list("name", flat=True)),
        "known_tags": known_tags(reader),
        "tag_form": TagForm(),
        "wish": TranslationWish.objects.filter(review=review, ended_at=None).first(),
    }


def _parts(
    text: str, people: list[tuple[int, str]], names: dict[int, str]
) -> tuple[Part, ...]:
    """Cut a text at the names in it."""
    parts: list[Part] = []
    at = 0
    for one in mentions_in(text, people).found:
        parts += [
            Part(text[at : one.start], is_person=False),
            Part(names[one.person], is_person=True),
        ]
        at = one.end
    return tuple(
        part for part in (*parts, Part(text[at:], is_person=False)) if part.text
    )


@needs(Capability.SEE_FINDINGS)
@require_POST
def comment(request: HttpRequest, key: str) -> HttpResponse:
    """Say something; what cannot be said is given back with the reason."""
    user, review = signed_in(request), _review(request, key)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            made = say(
                review=review,
                author=user,
                text=form.cleaned_data["text"],
                at=timezone.now(),
            )
        except CommentRefused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _told(made))
            return redirect(f"{_tab(key)}#comment-{made.key}")
    context = comments_of(review, user, form) | {"review": review}
    return render(request, "cases/work/comment.html", context, status=400)


def _told(made: Comment) -> str:
    names = [one.user.name for one in made.alerts.select_related("user")]
    return f"Said. Told: {', '.join(names)}." if names else "Said. Nobody is told."


@needs(Capability.SEE_FINDINGS)
@require_POST
def comment_withdraw(request: HttpRequest, key: str, comment: str) -> HttpResponse:
    """Take back one's own."""
    user, review = signed_in(request), _review(request, key)
    rows = Comment.objects.visible_to(user).filter(review=review)
    try:
        withdraw(
            comment=get_object_or_404(rows, key=comment), actor=user, at=timezone.now()
        )
    except CommentRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(_tab(key))


@needs(Capability.SEE_FINDINGS)
@require_POST
def comments_seen(request: HttpRequest, key: str) -> HttpResponse:
    """Take what one was told about this notice off one's list."""
    user, review = signed_in(request), _review(request, key)
    at: datetime = timezone.now()
    for alert in DeskAlert.objects.visible_to(user).filter(review=review, seen_at=None):
        see(reader=user, at=at, key=alert.key)
    return redirect(_tab(key))


@needs(Capability.PROPOSE)
@require_POST
def tag(request: HttpRequest, key: str) -> HttpResponse:
    """Put a tag on, or take one away."""
    user, review = signed_in(request), _review(request, key)
    name = request.POST.get("tag", "")
    try:
        if "take" in request.POST:
            take_tag(review=review, actor=user, name=name)
        else:
            add_tag(review=review, actor=user, name=name, at=timezone.now())
    except MarkRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(_tab(key))


@needs(Capability.PROPOSE)
@require_POST
def translation(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for a translation of the charges."""
    try:
        ask_translation(
            review=_review(request, key),
            actor=signed_in(request),
            note=request.POST.get("note", "")[:LONGEST],
            at=timezone.now(),
        )
    except MarkRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is on the list of translations.")
    return redirect(_tab(key))


def _review(request: HttpRequest, key: str) -> Review:
    mine = Review.objects.visible_to(signed_in(request))
    return get_object_or_404(mine.select_related("notice__person"), notice__key=key)


def _tab(key: str) -> str:
    return reverse("notice-tab", args=[key, "comments"])
