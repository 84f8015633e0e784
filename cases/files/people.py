"""The people with access to a case file: the page on which a lead names them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import needs
from cases.files.access import CaseRefused
from cases.files.forms import EndForm, MemberForm
from cases.files.members import add_member, remove_member
from cases.files.page import CasePage, case_page, find_by_key, key_of


@needs()
@require_http_methods(["GET", "HEAD", "POST"])
def case_people(request: HttpRequest, code: str) -> HttpResponse:
    """Who is named, why and until when; a lead names more."""
    page = case_page(request, code, "people")
    form = MemberForm(request.POST or None, case=page.case)
    if request.method == "POST" and form.is_valid():
        try:
            add_member(
                case=page.case,
                actor=page.reader,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except CaseRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{form.cleaned_data['user']} has access now.")
            return redirect("case-people", code)
    return _show(request, page, form)


@needs()
@require_POST
def case_end_access(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """End someone's access."""
    page = case_page(request, code, "people")
    member = find_by_key(page.case.members.current(), key)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was changed: say why the access ends.")
        return redirect("case-people", code)
    try:
        remove_member(
            case=page.case,
            member=member,
            actor=page.reader,
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
    except CaseRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("case-people", code)
    messages.success(request, "The access has ended.")
    ended_own = member.user_id == page.reader.pk
    return redirect("case-list") if ended_own else redirect("case-people", code)


def _show(request: HttpRequest, page: CasePage, form: MemberForm) -> HttpResponse:
    past = page.case.members.exclude(
        pk__in=[member.pk for member in page.members]
    ).select_related("user")
    context = {
        "page": page,
        "form": form,
        "rows": [(member, key_of(member)) for member in page.members],
        "past": past,
    }
    return render(
        request, "cases/files/people.html", context, status=422 if form.errors else 200
    )
