"""Forms of the administration pages."""

from django import forms

from accounts.choices import Role
from accounts.models import User
from accounts.validators import plain_line


class PersonForm(forms.Form):
    """What somebody is called and signs in with."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    name = forms.CharField(
        label="Name",
        max_length=120,
        validators=[plain_line],
        help_text="As colleagues see it beside what this person does.",
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if not email.isascii():
            # Mails could not be sent there, and letters of two scripts look alike.
            raise forms.ValidationError("Write the address in Latin letters alone.")
        return email


class NewUserForm(PersonForm):
    """Somebody who shall get an account."""

    role = forms.ChoiceField(
        label="Role", choices=Role.choices, widget=forms.RadioSelect
    )

    def clean_email(self) -> str:
        email = super().clean_email()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("A user has this address already.")
        return email


class ReasonForm(forms.Form):
    """Why; it is kept in the log."""

    reason = forms.CharField(
        label="Reason", max_length=300, required=False, validators=[plain_line]
    )


class ClosingForm(ReasonForm):
    """Closes an account."""

    at_once = forms.BooleanField(
        label="Close it even if something needs this person",
        required=False,
        help_text="For a theft or a threat. The people who work with them are told.",
    )


class RoleForm(ReasonForm):
    """What somebody may do from now on."""

    role = forms.ChoiceField(label="Role", choices=Role.choices)
    field_order = ("role", "reason")


class ExportRightForm(forms.Form):
    """Whether somebody may export from now on, and why."""

    allowed = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")], coerce=lambda word: word == "yes"
    )
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        validators=[plain_line],
        error_messages={"required": "Say why; it is kept in the log."},
    )
