"""The pages on which a reader chooses what to follow and looks at digests."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
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
from cases.digests import follows, frames, page
from cases.digests.compose import title_of
from cases.digests.forms import FollowForm, RhythmForm
from cases.digests.settling import SETTLEMENTS, settle_unknown
from cases.models import Digest, Follow
from notices.models import Country, Person


@needs(Capability.FOLLOW)
@require_safe
def follows_page(request: HttpRequest) -> HttpResponse:
    """Everything the reader follows, when the digest comes, and past digests."""
    reader, at = signed_in(request), timezone.now()
    setting = follows.setting_of(reader, at=at)
    context = {
        "page": page.follows_page(reader=reader, setting=setting, at=at),
        "setting": setting,
        "form": RhythmForm({"rhythm": setting.rhythm, "hour": setting.hour}),
    }
    return render(request, "cases/digests/follows.html", context)


@needs(Capability.FOLLOW)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_add(request: HttpRequest) -> HttpResponse:
    """Follow a country, a person or a filter; the address says which."""
    reader, at = signed_in(request), timezone.now()
    target = _target(request.GET, reader)
    context: dict[str, Any] = {"target": target, "refusal": "", "form": None}
    try:
        follows.check(target, reader)
        known = follows.existing(target, reader)
    except follows.CannotFollow as refusal:
        context["refusal"] = str(refusal)
        return render(request, "cases/digests/add.html", context, status=422)
    form = FollowForm(
        request.POST if request.method == "POST" else None,
        is_filter=target.query is not None,
        initial={"title": known.title, "note": known.note} if known else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            follow = follows.add_follow(
                reader=reader, target=target, at=at, **form.cleaned_data
            )
        except follows.CannotFollow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"You follow {title_of(follow)}.")
            return redirect("follows")
    context |= {
        "form": form,
        "known": known,
        "title": title_of(known or target.follow(reader, at=at)),
        "a_week": follows.events_a_week(target=target, reader=reader, at=at),
    }
    return render(request, "cases/digests/add.html", context)


@needs(Capability.FOLLOW)
@require_POST
def follow_end(request: HttpRequest, key: str) -> HttpResponse:
    """Stop following one thing."""
    reader = signed_in(request)
    follow = get_object_or_404(Follow.objects.visible_to(reader), key=key)
    follows.end_follow(follow=follow, actor=reader)
    messages.success(request, "You no longer follow it.")
    return redirect("follows")


@needs(Capability.FOLLOW)
@require_POST
def digest_rhythm(request: HttpRequest) -> HttpResponse:
    """Choose how often and at which hour."""
    form = RhythmForm(request.POST)
    if not form.is_valid():
        raise BadRequest("No such rhythm or hour.")
    follows.set_rhythm(
        reader=signed_in(request), at=timezone.now(), **form.cleaned_data
    )
    messages.success(request, "Saved when your digest comes.")
    return redirect("follows")


@needs(Capability.FOLLOW)
@require_POST
def digest_switch(request: HttpRequest) -> HttpResponse:
    """Turn digests off, or on again."""
    reader, at = signed_in(request), timezone.now()
    if request.POST.get("digests") == "on":
        follows.start_digest(reader=reader, at=at)
        messages.success(request, "Digests are on.")
    else:
        setting = follows.setting_for(reader, at=at)
        follows.stop_digest(setting=setting, at=at, actor=reader)
        messages.success(request, "Digests are off until you turn them on again.")
    return redirect("follows")


@needs(Capability.FOLLOW)
@require_safe
@frames.shows_mail_frame
def digest_preview(request: HttpRequest) -> HttpResponse:
    """The next mail, as it would be sent if nothing more happened."""
    setting = follows.setting_of(signed_in(request), at=timezone.now())
    mail = page.preview(setting=setting, at=timezone.now())
    return render(request, "cases/digests/preview.html", {"mail": mail})


@needs(Capability.FOLLOW)
@require_safe
@frames.mail_frame
def digest_preview_html(request: HttpRequest) -> HttpResponse:
    """The HTML of the next mail, for the frame on its page."""
    setting = follows.setting_of(signed_in(request), at=timezone.now())
    mail = page.preview(setting=setting, at=timezone.now())
    if mail is None:
        raise Http404
    return frames.as_frame(mail.html)


@needs()
@require_safe
@frames.shows_mail_frame
def digest(request: HttpRequest, key: str) -> HttpResponse:
    """What was sent, for its reader only, with the rights of this moment."""
    reader = signed_in(request)
    found = _digest(reader, key)
    context = {
        "digest": found,
        "words": page.SHOWN_STATES[found.delivery.state],
        "items": page.items_page(
            digest=found, reader=reader, after=_number(request.GET.get("after", ""))
        ),
        "is_as_sent": page.is_as_sent(found),
    }
    return render(request, "cases/digests/digest.html", context)


@needs()
@require_safe
@frames.mail_frame
def digest_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML that was sent, for the frame on its page."""
    found = _digest(signed_in(request), key)
    if not page.is_as_sent(found):
        raise Http404
    return frames.as_frame(found.html)


@needs()
@require_POST
def digest_settle(request: HttpRequest, key: str) -> HttpResponse:
    """Say whether a mail arrived of which we do not know."""
    reader = signed_in(request)
    settlement = SETTLEMENTS.get(request.POST.get("answer", ""))
    if settlement is None:
        raise BadRequest("No such answer.")
    found = _digest(reader, key)
    settle_unknown(digest=found, actor=reader, to=settlement, at=timezone.now())
    messages.success(request, "Thank you, that is noted.")
    return redirect("digest", key)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _digest(reader: User, key: str) -> Digest:
    mine = Digest.objects.visible_to(reader).select_related("delivery", "reader")
    return get_object_or_404(mine, key=key)


def _target(query: QueryDict, reader: User) -> follows.Target:
    """Return what the address asks to follow, among what the reader may see."""
    if code := query.get("country"):
        return follows.Target(country=get_object_or_404(Country, slug=code))
    if key := query.get("person"):
        visible = Person.objects.visible_to(reader)
        return follows.Target(person=get_object_or_404(visible, key=key))
    if (words := query.get("query")) is not None:
        return follows.Target(query=words)
    raise Http404
