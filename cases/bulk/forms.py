"""What is asked for each kind of act on many notices, before anything is shown."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from accounts.capabilities import Capability, roles_with
from accounts.models import User
from cases.bulk.choosing import LONGEST_NOTE, Filled
from cases.choices import BulkKind
from cases.desk.decisions import ColleagueField
from cases.models import Bulk
from cases.models.desk import LONGEST_TAG
from cases.review.table import DISMISSALS


class FillForm(forms.Form):
    """What goes to each; `kind` says which of the fields there are."""

    assignee = ColleagueField(
        label="Who gets them",
        queryset=User.objects.none(),
        empty_label="Choose",
        error_messages={
            "required": "Choose who gets them.",
            "invalid_choice": "Choose one of these colleagues.",
        },
    )
    tag = forms.CharField(
        label="Tag",
        max_length=LONGEST_TAG,
        help_text="A word by which you find them again.",
        error_messages={"required": "Write the tag."},
    )
    until = forms.DateField(
        label="Look again on",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day."},
    )
    reason_code = forms.ChoiceField(
        label="Main reason",
        choices=[(one.value, one.label) for one in DISMISSALS],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the main reason."},
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        help_text="It stands in the history of each of them.",
    )

    FIELDS = {
        BulkKind.ASSIGN: ("assignee", "note"),
        BulkKind.TAG: ("tag",),
        BulkKind.SNOOZE: ("until", "note"),
        BulkKind.DISMISS: ("reason_code", "note"),
        BulkKind.TRANSLATE: ("note",),
    }

    def __init__(self, *args: Any, kind: BulkKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(self.FIELDS[kind]):
            del self.fields[name]
        if "assignee" in self.fields:
            cast(Any, self.fields["assignee"]).queryset = _workers()
        if kind == BulkKind.DISMISS:
            note = self.fields["note"]
            note.required, note.label = True, "Why"
            note.error_messages["required"] = "Write why."

    def filled(self) -> Filled:
        """Return the values as the service takes them."""
        given = {k: v for k, v in self.cleaned_data.items() if v is not None}
        return Filled(**given)


def form_of(bulk: Bulk, data: Any = None) -> FillForm:
    """Return the form of an act, with what was filled in before."""
    initial = {
        "assignee": bulk.assignee_id,
        "tag": bulk.tag,
        "until": bulk.until,
        "reason_code": bulk.reason_code,
        "note": bulk.note,
    }
    return FillForm(data, kind=BulkKind(bulk.kind), initial=initial)


def _workers() -> QuerySet[User]:
    roles = roles_with(Capability.PROPOSE)
    return User.objects.filter(is_active=True, role__in=roles).order_by("name", "pk")
