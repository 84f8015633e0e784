"""Administration: who has an account and what they may do."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.access import needs, signed_in
from accounts.administration import second, services
from accounts.administration.forms import (
    ClosingForm,
    ExportRightForm,
    NewUserForm,
    PersonForm,
    RoleForm,
)
from accounts.administration.invitations import NotSent, invite, tell_old_address
from accounts.administration.rights import rights_of, rows_by_group
from accounts.capabilities import Capability, exports
from accounts.choices import Role
from accounts.models import User
from accounts.signing_in.step_up import step_up


@needs(Capability.SEE_USERS, Capability.SEE_HEALTH)
@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """The users, and ways to the log and the state of the system."""
    context = {
        "users": User.objects.order_by("-is_active", "name"),
        "waiting": second.waiting_requests(at=timezone.now()),
        "exporting": [role.value for role in Role if exports(role)],
        "who_sees_url": _address("who-sees"),
        "glass_url": _address("glass"),
        "health_url": _address("health"),
        "keeping_url": _address("keeping"),
    }
    return render(request, "accounts/administration.html", context)


@needs(Capability.SEE_USERS)
@require_safe
def roles_page(request: HttpRequest) -> HttpResponse:
    """What each role may do."""
    context = {"roles": list(Role), "groups": list(rows_by_group())}
    return render(request, "accounts/roles.html", context)


@needs(Capability.SEE_USERS)
@step_up(doing="add a user")
@require_http_methods(["GET", "HEAD", "POST"])
def add_user(request: HttpRequest) -> HttpResponse:
    """Make an account and send its invitation."""
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = signed_in(request)
        try:
            user = services.add_user(
                actor=actor, at=timezone.now(), **form.cleaned_data
            )
        except services.EmailTaken as error:
            form.add_error("email", str(error))
        else:
            if not user.is_active:
                return _ask_second(request, user, "")
            _invite(request, user)
            return redirect("user", pk=user.pk)
    status = 400 if form.errors else 200
    return render(request, "accounts/user_new.html", {"form": form}, status=status)


@needs(Capability.SEE_USERS)
@require_safe
def user_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One user: what they may do, their state, and what can be done about them."""
    user = get_object_or_404(User, pk=pk)
    context = {
        "person": user,
        "is_oneself": user.pk == signed_in(request).pk,
        "exports": exports(user.role),
        "tokens": user.tokens.live(timezone.now()),
        "rights": rights_of(user),
        "administrator": second.standing(
            user=user, reader=signed_in(request), at=timezone.now()
        ),
        "role_form": RoleForm(initial={"role": user.role}, prefix="role"),
        "export_form": ExportRightForm(prefix="export"),
        "reason_form": ClosingForm(prefix="reason"),
    }
    return render(request, "accounts/user.html", context)


@needs(Capability.SEE_USERS)
@step_up(doing="change a colleague's role")
@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST, prefix="role")
    if not form.is_valid():
        return _back(request, user, "Choose a role from the list.", failed=True)
    try:
        changed = services.change_role(
            user_id=user.pk,
            actor=signed_in(request),
            at=timezone.now(),
            **form.cleaned_data,
        )
    except services.NeedsSecond:
        return _ask_second(request, user, form.cleaned_data["reason"])
    except services.Refused as error:
        return _back(request, user, str(error), failed=True)
    label = changed.get_role_display().lower()
    return _back(request, user, f"{user.name} is now {label} and has to sign in anew.")


@needs(Capability.SEE_USERS)
@step_up(doing="change how a colleague signs in")
@require_http_methods(["GET", "HEAD", "POST"])
def change_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the name, or the e-mail address somebody signs in with."""
    user = get_object_or_404(User, pk=pk)
    form = PersonForm(
        request.POST or None, initial={"name": user.name, "email": user.email}
    )
    if request.method == "POST" and form.is_valid():
        actor, old = signed_in(request), user.email
        try:
            changed = services.change_person(
                user_id=user.pk, actor=actor, at=timezone.now(), **form.cleaned_data
            )
        except services.Refused as error:
            form.add_error("email", str(error))
        else:
            if changed.email != old and not tell_old_address(old):
                messages.warning(request, f"No mail about it could be sent to {old}.")
            return _back(request, changed, "Saved.")
    context = {"person": user, "form": form}
    status = 400 if form.errors else 200
    return render(request, "accounts/user_change.html", context, status=status)


@needs(Capability.SEE_USERS)
@step_up(doing="change who may export")
@require_POST
def export_right(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody export, or no longer."""
    user = get_object_or_404(User, pk=pk)
    form = ExportRightForm(request.POST, prefix="export")
    if not form.is_valid():
        words = next(iter(form.errors.values()))[0]
        return _back(request, user, str(words), failed=True)
    try:
        changed = services.set_export_right(
            user_id=user.pk, actor=signed_in(request), **form.cleaned_data
        )
    except services.Refused as error:
        return _back(request, user, str(error), failed=True)
    may = "may export" if changed.may_export else "may no longer export"
    return _back(request, user, f"{user.name} {may}.")


@needs(Capability.SEE_USERS)
@step_up(doing="close a colleague's access")
@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = ClosingForm(request.POST, prefix="reason")
    told = form.cleaned_data if form.is_valid() else {"reason": "", "at_once": False}
    try:
        services.deactivate(
            user_id=user.pk, actor=signed_in(request), at=timezone.now(), **told
        )
    except services.Refused as error:
        return _back(request, user, str(error), failed=True)
    return _back(request, user, f"{user.name} can no longer sign in.")


@needs(Capability.SEE_USERS)
@step_up(doing="open a colleague's access again")
@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    try:
        services.reactivate(
            user_id=user.pk, actor=signed_in(request), at=timezone.now()
        )
    except services.NeedsSecond:
        return _ask_second(request, user, "")
    return _back(request, user, f"{user.name} can sign in again.")


@needs(Capability.SEE_USERS)
@step_up(doing="answer whether somebody becomes administrator")
@require_POST
def answer_administrator(request: HttpRequest, pk: int) -> HttpResponse:
    """The second administrator's word on a new one, or one's own request back."""
    user, actor = get_object_or_404(User, pk=pk), signed_in(request)
    try:
        if request.POST.get("answer") != "confirm":
            second.refuse(user_id=pk, actor=actor, at=timezone.now())
            return _back(request, user, "Nothing was changed.")
        made = second.confirm(user_id=pk, actor=actor, at=timezone.now())
    except services.Refused as error:
        return _back(request, user, str(error), failed=True)
    if not made.has_usable_password():
        _invite(request, made)
    return _back(request, made, f"{made.name} is administrator now.")


@needs(Capability.SEE_USERS)
@step_up(doing="sign a colleague out everywhere")
@require_POST
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    services.end_sessions(user_id=user.pk, actor=signed_in(request), at=timezone.now())
    return _back(request, user, f"{user.name} is signed out everywhere.")


@needs(Capability.SEE_USERS)
@step_up(doing="send a link to choose a password")
@require_POST
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk, is_active=True)
    _invite(request, user)
    return redirect("user", pk=user.pk)


def _ask_second(request: HttpRequest, user: User, reason: str) -> HttpResponse:
    """Ask another administrator; until then nothing changes."""
    try:
        second.ask(
            user_id=user.pk, actor=signed_in(request), reason=reason, at=timezone.now()
        )
    except services.Refused as error:
        return _back(request, user, str(error), failed=True)
    words = "Asked. Another administrator confirms it within 7 days on this page."
    return _back(request, user, words)


def _invite(request: HttpRequest, user: User) -> None:
    try:
        invite(user=user, actor=signed_in(request))
    except NotSent as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"A link to choose a password went to {user.email}.")


def _back(
    request: HttpRequest, user: User, text: str, *, failed: bool = False
) -> HttpResponse:
    messages.add_message(request, messages.ERROR if failed else messages.SUCCESS, text)
    return redirect("user", pk=user.pk)


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
