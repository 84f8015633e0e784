"""The form that asks for a token."""

from django import forms

from accounts.choices import Scope
from accounts.models.token import LONGEST_LIFE
from accounts.validators import plain_line

_DAYS = (7, 30, LONGEST_LIFE.days)


class TokenForm(forms.Form):
    """What it is for, what it opens and how long it lasts."""

    name = forms.CharField(
        label="What it is for",
        max_length=80,
        validators=[plain_line],
        help_text="Such as the program and the machine that will use it.",
    )
    scopes = forms.MultipleChoiceField(
        label="What it opens",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label="It ends after",
        coerce=int,
        choices=[(days, f"{days} days") for days in _DAYS],
        initial=30,
        widget=forms.RadioSelect,
    )
