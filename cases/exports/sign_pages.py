"""The page on which a reviewer signs a public copy that somebody else asked for."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.signing_in.step_up import step_up
from accounts.validators import plain_line
from cases.choices import ExportState
from cases.exports.document import fingerprint
from cases.exports.profiles import PROFILES
from cases.exports.services import ExportRefused
from cases.exports.signing import refuse_export, sign_export, what_is_signed
from cases.exports.tasks import ring
from cases.files.services import record_reading
from cases.models import Export


class RefusalForm(forms.Form):
    """Why a copy is not signed."""

    reason = forms.CharField(
        label="Why you do not sign",
        max_length=300,
        validators=[plain_line],
        help_text="The person who asked reads it.",
        error_messages={"required": "Say why; the person who asked reads it."},
    )


@needs(Capability.SIGN)
@step_up(doing="sign a public copy of a case file", posts_only=True)
@require_http_methods(["GET", "HEAD", "POST"])
def export_signature(request: HttpRequest, key: str) -> HttpResponse:
    """What is to be published, for whom and with which consent; sign it or not."""
    reader = signed_in(request)
    copies = Export.objects.to_sign_by(reader)
    related = copies.select_related("case", "requested_by", "answered_by")
    export = related.filter(key=key).first()
    if export is None:
        raise Http404
    record_reading(case=export.case, reader=reader, part="exports")
    signs = request.POST.get("answer") == "sign"
    form = RefusalForm(request.POST if request.method == "POST" and not signs else None)
    if request.method == "POST" and (signs or form.is_valid()):
        try:
            if signs:
                signed = sign_export(
                    export=export,
                    actor=reader,
                    at=timezone.now(),
                    seen=request.POST.get("seen", ""),
                )
                ring(signed.pk)
                messages.success(request, "You signed. The copy is being made.")
            else:
                refuse_export(
                    export=export,
                    actor=reader,
                    reason=form.cleaned_data["reason"],
                    at=timezone.now(),
                )
                messages.success(request, "Not signed. No copy is made.")
        except ExportRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("export-signature", key)
    waits = export.state == ExportState.UNSIGNED
    document = what_is_signed(export, at=timezone.now()) if waits else None
    context = {
        "export": export,
        "document": document,
        "seen": fingerprint(document) if document else "",
        "profile": PROFILES[export.profile],
        "form": form,
        "waits": waits,
        "is_own": export.requested_by_id == reader.pk,
        "consent_holds": export.case.public_consent == export.consent != "",
    }
    status = 422 if form.errors else 200
    return render(request, "cases/exports/signature.html", context, status=status)
