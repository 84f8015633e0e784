"""The mail page of the demo: it stands in for the mail program of every reader.

It is open to anybody who reaches the demo, because a link to a new password has to be
read while signed out. Outside the demo it does not exist.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import urlize
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.digests import frames
from cases.digests.demo_mail import Caught, caught_mail, caught_mails

View = Callable[..., HttpResponse]


def only_in_the_demo(view: View) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(*args, **kwargs)

    return guarded


@only_in_the_demo
@require_safe
@never_cache
def mail_list(request: HttpRequest) -> HttpResponse:
    """What the demo sent, newest first."""
    context = {"mails": caught_mails(settings.MAIL_FOLDER)}
    return render(request, "cases/digests/mail_list.html", context)


@only_in_the_demo
@require_safe
@never_cache
@frames.shows_mail_frame
def mail_page(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: headers, text, and its HTML in a frame that can do nothing."""
    mail = _mail(name)
    # Django's urlize escapes all of the text but the links that it makes.
    text = mark_safe(urlize(mail.text, autoescape=True))  # noqa: S308
    return render(request, "cases/digests/mail_page.html", {"mail": mail, "text": text})


@only_in_the_demo
@require_safe
@frames.mail_frame
def mail_html(_: HttpRequest, name: str) -> HttpResponse:
    """The HTML part, for the frame."""
    mail = _mail(name)
    if not mail.html:
        raise Http404
    return frames.as_frame(mail.html)


def _mail(name: str) -> Caught:
    mail = caught_mail(settings.MAIL_FOLDER, name)
    if mail is None:
        raise Http404
    return mail
