"""The form that records a fact about a person."""

from typing import Any

from django import forms

from accounts.models import User
from notices.choices import Level
from notices.models import Country, Person, Warrant
from notices.screening.facts import fact_choices
from notices.screening.ruleset import load

_NOT_STATED = ("", "Not stated")


class FactForm(forms.Form):
    """What is known, who said so, since when and how well it is established."""

    what = forms.ChoiceField(
        label="What is known",
        help_text="Asylum, place, family, contact and safety are seen only by people "
        "named on a case file of the person.",
    )
    ground = forms.ChoiceField(
        required=False,
        label="Ground",
        help_text="Needed for refusals and grants: a refusal without its ground "
        "says little.",
    )
    country = forms.ModelChoiceField(
        Country.objects.none(),
        required=False,
        empty_label=_NOT_STATED[1],
        label="Who granted, refused or decided",
    )
    against = forms.ModelChoiceField(
        Country.objects.none(),
        required=False,
        empty_label=_NOT_STATED[1],
        label="Against which requesting state",
        help_text="The refugee policy only helps against the state that is feared.",
    )
    years = forms.DecimalField(
        required=False,
        min_value=0,
        max_digits=5,
        decimal_places=2,
        label="Years",
        help_text="For a penalty or a sentence; six months are 0.5.",
    )
    detail = forms.CharField(
        required=False,
        label="In the words of the source",
        widget=forms.Textarea({"rows": 3}),
        help_text="Findings quote it.",
    )
    happened_on = forms.CharField(
        required=False,
        max_length=10,
        label="When",
        help_text="1979, 1979-03 or 1979-03-14, as far as it is known.",
    )
    source = forms.CharField(
        max_length=400,
        label="Source",
        help_text="Document, page or person, so that a colleague can find it.",
    )
    level = forms.ChoiceField(
        choices=Level.choices, widget=forms.RadioSelect, label="How well established"
    )

    def __init__(self, *args: Any, person: Person, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = fact_choices()
        self._choice("what").choices = [("", "Choose")] + [
            (label, [(one.code, one.label) for one in choices])
            for label, choices in groups
        ]
        self._choice("ground").choices = [_NOT_STATED, *_ground_choices()]
        self._model("country").queryset = Country.objects.all()
        # States that ask in a notice which the reader may not see are not offered.
        warrants = Warrant.objects.visible_to(reader).filter(notice__person=person)
        asking = warrants.values("issuer")
        self._model("against").queryset = Country.objects.filter(pk__in=asking)

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        return field

    def _model(self, name: str) -> forms.ModelChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        return field

    def fact(self) -> dict[str, Any]:
        """Return the cleaned values as `record_fact` takes them."""
        values = dict(self.cleaned_data)
        kind, _, value = values.pop("what").partition(":")
        return values | {"kind": kind, "value": value}


def _ground_choices() -> list[tuple[str, str]]:
    """Return every ground of the fact table once, in words."""
    names: dict[str, str] = {}
    for table in load().facts.values():
        for grounds in table.grounds.values():
            for name in grounds:
                names.setdefault(name, name.replace("_", " ").capitalize())
    return list(names.items())
