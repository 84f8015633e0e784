"""Forms of the administration pages."""

from django import forms

from accounts.choices import Role
from accounts.models import User
from accounts.validators import plain_line


class NewUserForm(forms.Form):
    """Somebody who shall get an account."""

    email = forms.EmailField(
        label="E-mail address", max_length=254, help_text="The invitation goes there."
    )
    name = forms.CharField(
        label="Name",
        max_length=120,
        validators=[plain_line],
        help_text="As colleagues see it beside what this person does.",
    )
    role = forms.ChoiceField(
        label="Role", choices=Role.choices, widget=forms.RadioSelect
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("A user has this address already.")
        return email


class ReasonForm(forms.Form):
    """Why; it is kept in the log."""

    reason = forms.CharField(
        label="Reason", max_length=300, required=False, validators=[plain_line]
    )


class RoleForm(ReasonForm):
    """What somebody may do from now on."""

    role = forms.ChoiceField(label="Role", choices=Role.choices)
    field_order = ("role", "reason")
