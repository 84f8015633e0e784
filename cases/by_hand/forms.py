"""The form of a notice that no list shows: one part on the person, a row a charge."""

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from accounts.capabilities import Capability, roles_with
from accounts.models import User
from accounts.validators import plain_line
from cases.by_hand.services import files_of
from cases.models import CaseFile
from notices.choices import Confidentiality, NoticeKind, Origin, Sex
from notices.ingest.by_hand import ChargeSaid, Entered
from notices.models import Country
from notices.partial_dates import parse_partial_date

ROWS, MOST_ROWS = 3, 30
_NOT_STATED = "Not stated"
WHO_SEES = (
    (Confidentiality.RESTRICTED, "Only people named below or on the case file"),
    (Confidentiality.ORGANISATION, "Every analyst, reviewer and lawyer"),
)


class NoticeForm(forms.Form):
    """What the paper says of the person, where it comes from and who may see it."""

    kind = forms.ChoiceField(label="Kind", choices=NoticeKind.choices)
    origin = forms.ChoiceField(
        label="How we know of it",
        choices=[one for one in Origin.choices if one[0] != Origin.PUBLIC_LIST],
    )
    source = forms.CharField(
        label="Source",
        max_length=400,
        validators=[plain_line],
        help_text="Document, page, who gave it and when.",
    )
    family_name = forms.CharField(
        label="Family name", max_length=300, required=False, validators=[plain_line]
    )
    forename = forms.CharField(
        label="Forename", max_length=300, required=False, validators=[plain_line]
    )
    birth_date = forms.CharField(
        label="Date of birth",
        max_length=10,
        required=False,
        help_text="1979, 1979-03 or 1979-03-14, as far as it is known.",
    )
    sex = forms.ChoiceField(
        label="Sex", choices=[("", _NOT_STATED), *Sex.choices], required=False
    )
    nationality = forms.ModelChoiceField(
        Country.objects.none(),
        label="Nationality",
        required=False,
        empty_label=_NOT_STATED,
    )
    case = forms.ModelChoiceField(
        CaseFile.objects.none(),
        label="Case file",
        required=False,
        empty_label="None",
        to_field_name="code",
        help_text="Its people see the notice; it names the person of the file.",
    )
    confidentiality = forms.ChoiceField(
        label="Who sees it",
        choices=WHO_SEES,
        initial=Confidentiality.RESTRICTED,
        widget=forms.RadioSelect,
    )
    readers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="Colleagues who see it besides you",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Leave this empty for a case file: its people see the notice.",
    )

    def __init__(self, *args: Any, writer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = roles_with(Capability.SEE_FINDINGS)
        colleagues = User.objects.filter(is_active=True, role__in=roles)
        self._model("readers").queryset = colleagues.exclude(pk=writer.pk)
        self._model("nationality").queryset = Country.objects.all()
        self._model("case").queryset = files_of(writer)

    def clean_birth_date(self) -> str:
        value: str = self.cleaned_data["birth_date"].strip()
        try:
            return str(parse_partial_date(value)) if value else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def _model(self, name: str) -> forms.ModelChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        return field


class ChargeForm(forms.Form):
    """One charge; rows with one number are one warrant of one country."""

    warrant = forms.IntegerField(
        label="Warrant", min_value=1, max_value=9, initial=1, required=False
    )
    issuer = forms.ModelChoiceField(
        Country.objects.all(),
        label="Issued by",
        required=False,
        empty_label=_NOT_STATED,
    )
    text = forms.CharField(
        label="Charge, to the letter",
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    language = forms.RegexField(
        r"^[a-z]{2}$", label="Language", required=False, help_text="Such as ru or ar."
    )
    translation = forms.CharField(
        label="Translation",
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )

    def said(self) -> ChargeSaid | None:
        """Return the charge of this row; None for a row that says nothing."""
        told = self.cleaned_data
        issuer = told.get("issuer")
        if not told.get("text"):
            return None
        return ChargeSaid(
            warrant=told.get("warrant") or 1,
            issuer=issuer.pk if issuer else None,
            text=told["text"],
            language=told.get("language") or None,
            translation=told.get("translation") or None,
        )


ChargeRows = formset_factory(
    ChargeForm, extra=ROWS, max_num=MOST_ROWS, validate_max=True
)


def entered_by(form: NoticeForm, rows: "BaseFormSet[ChargeForm]") -> Entered:
    """Return what was typed, once both are valid."""
    told = form.cleaned_data
    said = (row.said() for row in rows.forms if row.has_changed())
    country = told["nationality"]
    return Entered(
        kind=told["kind"],
        origin=told["origin"],
        source=told["source"],
        charges=[one for one in said if one is not None],
        family_name=told["family_name"] or None,
        forename=told["forename"] or None,
        birth_date=told["birth_date"] or None,
        sex=told["sex"] or None,
        nationalities=[country.pk] if country else [],
        confidentiality=told["confidentiality"],
    )
