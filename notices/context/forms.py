"""The forms of events and records of states."""

from typing import Any

from django import forms

from notices.choices import EVENT_KINDS, RECORD_KINDS, Level
from notices.context.entries import LONGEST, Told
from notices.models import ContextEntry, Country

_KINDS = [
    ("Events", [(one.value, one.label) for one in EVENT_KINDS]),
    ("On record", [(one.value, one.label) for one in RECORD_KINDS]),
]


class EntryForm(forms.Form):
    """An event in a state, or what a source says of it."""

    country = forms.ModelChoiceField(
        Country.objects.none(), label="State", empty_label="Choose"
    )
    kind = forms.ChoiceField(choices=[("", "Choose"), *_KINDS], label="Kind")
    what = forms.CharField(
        max_length=LONGEST,
        label="What happened, or what the source says",
        widget=forms.Textarea({"rows": 3}),
        help_text="One sentence that a finding can quote. Never name somebody who is "
        "protected: everybody who reads notices reads this.",
    )
    happened_on = forms.CharField(
        max_length=10,
        label="When",
        help_text="2026-03-14 or 2026-03. Of a report, when it was published.",
    )
    until = forms.CharField(
        required=False, max_length=10, label="Until", help_text="Where it lasted."
    )
    source = forms.CharField(
        max_length=LONGEST,
        label="Source",
        help_text="Title, publisher, date and page, so that a colleague can find it.",
    )
    level = forms.ChoiceField(
        choices=Level.choices, widget=forms.RadioSelect, label="How well established"
    )
    is_invented = forms.BooleanField(
        required=False, label="Invented, for a demonstration"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["country"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = Country.objects.all()

    def told(self) -> Told:
        """Return the cleaned values as the services take them."""
        values = dict(self.cleaned_data)
        return Told(**values | {"country": values["country"].pk})


def initial_of(entry: ContextEntry) -> dict[str, Any]:
    """Return an entry as the form shows it."""
    return {
        "country": entry.country_id,
        "kind": entry.kind,
        "what": entry.what,
        "happened_on": entry.happened_on,
        "until": entry.until or "",
        "source": entry.source,
        "level": entry.level,
        "is_invented": entry.is_invented,
    }


class EntryFilter(forms.Form):
    """Which entries are listed."""

    country = forms.ModelChoiceField(
        Country.objects.none(), required=False, to_field_name="slug", label="State",
        empty_label="All",
    )  # fmt: skip
    kind = forms.ChoiceField(
        required=False, choices=[("", "All"), *_KINDS], label="Kind"
    )
    state = forms.ChoiceField(
        required=False,
        choices=[("", "Standing"), ("withdrawn", "Withdrawn")],
        label="Entries",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["country"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        with_entries = ContextEntry.objects.order_by().values("country").distinct()
        field.queryset = Country.objects.filter(pk__in=with_entries)

    def narrow(self, rows: Any) -> Any:
        """Return those of `rows` that are asked for; wrong answers ask for none."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        rows = rows.filter(withdrawn_at__isnull=asked["state"] != "withdrawn")
        if asked["country"]:
            rows = rows.filter(country=asked["country"])
        return rows.filter(kind=asked["kind"]) if asked["kind"] else rows


class SheetForm(forms.Form):
    table = forms.FileField(label="Table (CSV)")
