"""Forms on one's own account."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

from accounts.choices import Theme
from accounts.models import User

_REGIONS = {
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia",
    "Europe", "Indian", "Pacific",
}  # fmt: skip


def time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the zones that people live in, grouped by region, UTC first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(available_timezones()):
        region, _, place = zone.partition("/")
        if place and region in _REGIONS:
            label = place.replace("_", " ").replace("/", ", ")
            groups.setdefault(region, []).append((zone, label))
    return [("Everywhere", [("UTC", "UTC")]), *groups.items()]


class AccountForm(forms.ModelForm):
    """Who I am to my colleagues and how pages look to me."""

    theme = forms.ChoiceField(
        choices=Theme.choices, widget=forms.RadioSelect, label="Colours"
    )
    compact = forms.BooleanField(
        required=False,
        label="Compact rows",
        help_text="Tables show more rows. Kept in this browser.",
    )
    keys = forms.BooleanField(
        required=False,
        label="Single-key shortcuts",
        help_text="Such as j and k to walk through a list; ? shows all of them. "
        "Switch off if you dictate.",
    )

    class Meta:
        model = User
        fields = ("name", "time_zone", "theme")
        labels = {"time_zone": "Time zone"}  # noqa: RUF012 - Django reads a dict
        help_texts = {  # noqa: RUF012
            "name": "Colleagues see it beside what you do. It is in the audit log.",
            "time_zone": "Times on pages and in digests are shown in it.",
        }
        widgets = {"time_zone": forms.Select}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            choices=time_zones,
            label="Time zone",
            help_text=self.fields["time_zone"].help_text,
        )
        self.fields["name"].widget.attrs["autocomplete"] = "name"


class ThemeForm(forms.Form):
    """The switch in the account menu."""

    theme = forms.ChoiceField(choices=Theme.choices)
