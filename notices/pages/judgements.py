"""What a colleague says of findings: the panel on the sheet, and what it posts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.backends.utils import csrf_input
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.way_back import way_back
from notices.choices import Verdict
from notices.models import Judgement, Notice
from notices.pages.judgement_forms import FindingForm, JudgementForm
from notices.screening.judgements import (
    JudgementError,
    add_finding,
    judge,
    withdraw_judgement,
)


@dataclass(frozen=True, slots=True)
class Judging:
    """What the sheet needs to show words on findings, and to take them."""

    notice_key: str
    may_judge: bool
    reader_id: int
    # The hidden field that protects the forms.
    token: SafeString
    # The page that shows it, to come back to.
    back: str
    _words: Mapping[tuple[str, str, str], Sequence[Judgement]]

    def words_on(self, indicator: str, field: str, quote: str) -> Sequence[Judgement]:
        """Return what colleagues said of one finding, the earliest first."""
        return self._words.get((indicator, field, quote), ())


def judging_of(notice: Notice, request: HttpRequest) -> Judging:
    """Return what the reader may read and say of the findings of `notice`."""
    user = signed_in(request)
    words: dict[tuple[str, str, str], list[Judgement]] = defaultdict(list)
    for one in (
        Judgement.objects.visible_to(user)
        .filter(notice=notice, withdrawn_at=None)
        .select_related("author")
    ):
        words[one.indicator, one.field, one.quote].append(one)
    may_judge = user.can(Capability.RECORD_FACTS)
    token = csrf_input(request) if may_judge else SafeString()
    back = request.get_full_path()
    return Judging(notice.key, may_judge, user.pk, token, back, words)


@needs(Capability.RECORD_FACTS)
@require_POST
def say(request: HttpRequest, key: str) -> HttpResponse:
    """Agree, disagree, accept or reject."""
    user = signed_in(request)
    notice = get_object_or_404(Notice.objects.visible_to(user), key=key)
    form = JudgementForm(request.POST)
    if not form.is_valid():
        messages.error(request, "This could not be kept: the form was not complete.")
        return _back(request, notice)
    try:
        judge(
            notice=notice,
            actor=user,
            at=timezone.now(),
            verdict=Verdict(form.cleaned_data["verdict"]),
            key=form.key(),
            reason=form.cleaned_data["reason"],
        )
    except JudgementError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "Kept. You can take it back on this page.")
    return _back(request, notice)


@needs(Capability.RECORD_FACTS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Add a finding of the catalogue by hand."""
    user = signed_in(request)
    notice = get_object_or_404(
        Notice.objects.visible_to(user).select_related("person"), key=key
    )
    form = FindingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_finding(
                notice=notice, actor=user, at=timezone.now(), **form.cleaned_data
            )
        except JudgementError as problem:
            form.add_error(problem.field, str(problem))
        else:
            messages.success(request, "Added. The notice was screened again.")
            return _back(request, notice)
    return render(
        request,
        "notices/finding_add.html",
        {"form": form, "notice": notice, "back": _sheet(notice)},
        status=400 if form.errors else 200,
    )


@needs(Capability.RECORD_FACTS)
@require_POST
def withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Take back one's own word; the row stays for the record."""
    user = signed_in(request)
    notice = get_object_or_404(Notice.objects.visible_to(user), key=key)
    taken = withdraw_judgement(
        notice=notice, judgement_id=pk, actor=user, at=timezone.now()
    )
    if taken is None:
        raise Http404
    messages.success(request, "Taken back.")
    return _back(request, notice)


def _sheet(notice: Notice) -> str:
    return reverse("notice-tab", args=[notice.key, "screening"])


def _back(request: HttpRequest, notice: Notice) -> HttpResponse:
    """Go on where the word was said: the sheet, or the page of the decision."""
    return HttpResponseRedirect(way_back(request, otherwise=_sheet(notice)))
