"""The menu of saved filters, and the page on which they are kept in order."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.models import User
from cases.models import SavedView
from cases.review.filters import describe
from cases.views.services import (
    CannotSave,
    canonical_view,
    change_view,
    delete_view,
    save_view,
)


class ViewForm(forms.Form):
    """A name for a filter, and whether colleagues get it, too."""

    name = forms.CharField(
        label="Name", max_length=80, error_messages={"required": "Give it a name."}
    )
    is_shared = forms.BooleanField(
        label="Share with all who work in the inbox", required=False
    )


class NewViewForm(ViewForm):
    """The same for a filter that has none yet."""

    query = forms.CharField(max_length=4000, required=False, widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class Row:
    """A view as it is listed."""

    view: SavedView
    href: str
    words: str
    is_own: bool
    is_here: bool
    form: ViewForm | None


@needs(Capability.PROPOSE, Capability.SIGN)
@require_safe
def views(request: HttpRequest) -> HttpResponse:
    """Own and shared views; the menu of the inbox gets them without a page around."""
    query = canonical_view(request.GET.urlencode())
    form = NewViewForm(initial={"query": query})
    return _show(request, form, query)


@needs(Capability.PROPOSE, Capability.SIGN)
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Keep a filter under a name and go back to it."""
    form = NewViewForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            view = save_view(owner=signed_in(request), at=timezone.now(), **data)
        except CannotSave as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, f"Saved as “{view.name}”.")
            return redirect(_address(view))
    return _show(request, form, canonical_view(request.POST.get("query", "")[:4000]))


@needs(Capability.PROPOSE, Capability.SIGN)
@require_POST
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Rename a view of one's own, share it or keep it to oneself."""
    view = _own(request, key)
    form = _bound(view, request)
    if form.is_valid():
        try:
            change_view(view=view, actor=signed_in(request), **form.cleaned_data)
        except CannotSave as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("views")
    return _show(request, NewViewForm(), "", changed=(view.pk, form))


@needs(Capability.PROPOSE, Capability.SIGN)
@require_POST
def delete(request: HttpRequest, key: str) -> HttpResponse:
    """Delete a view of one's own."""
    view = _own(request, key)
    delete_view(view=view, actor=signed_in(request))
    messages.success(request, f"“{view.name}” is deleted.")
    return redirect("views")


def _own(request: HttpRequest, key: str) -> SavedView:
    user = signed_in(request)
    return get_object_or_404(SavedView.objects.visible_to(user), key=key, owner=user)


def _bound(view: SavedView, request: HttpRequest) -> ViewForm:
    form = ViewForm(request.POST)
    form.auto_id = f"{view.key}_%s"
    return form


def _show(
    request: HttpRequest,
    form: NewViewForm,
    query: str,
    changed: tuple[int, ViewForm] | None = None,
) -> HttpResponse:
    user = signed_in(request)
    rows = _rows(user, query, dict([changed] if changed else []))
    context: dict[str, Any] = {
        "form": form,
        "query": query,
        "words": describe(query),
        "own": [row for row in rows if row.is_own],
        "shared": [row for row in rows if not row.is_own],
    }
    is_menu = request.headers.get("HX-Target") == "inbox-views"
    page = "_menu" if is_menu else "views"
    is_bad = bool(form.errors or changed)
    return render(
        request, f"cases/views/{page}.html", context, status=400 if is_bad else 200
    )


def _rows(user: User, query: str, changed: dict[int, ViewForm]) -> list[Row]:
    found = SavedView.objects.visible_to(user).select_related("owner")
    return [
        Row(
            view=view,
            href=_address(view),
            words=describe(view.query),
            is_own=view.owner_id == user.pk,
            is_here=view.query == query,
            form=changed.get(view.pk) or _form_of(view, user),
        )
        for view in found
    ]


def _form_of(view: SavedView, user: User) -> ViewForm | None:
    if view.owner_id != user.pk:
        return None
    form = ViewForm(initial={"name": view.name, "is_shared": view.is_shared})
    form.auto_id = f"{view.key}_%s"
    return form


def _address(view: SavedView) -> str:
    return f"{reverse('inbox')}?{view.query}" if view.query else reverse("inbox")
