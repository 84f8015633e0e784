"""Moving a review from its pages: one form an action, one service for all."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.html import format_html

from accounts.models import User
from cases.choices import Outcome, ReasonCode, ReviewAction, ReviewState
from cases.models import Review
from cases.review.colleagues import workers_on
from cases.review.said import Decision
from cases.review.sealing import readings_of
from cases.review.table import MOVES, REASONS, missing_fields

# What the page says at a field that the table asks for.
MISSING = {
    "outcome": "Choose an outcome.",
    "reason_code": "Choose the main reason.",
    "reason": "Write why.",
    "innocent_explanation": "Write the innocent explanation that you considered.",
    "snoozed_until": "Choose a day.",
    "assignee": "Choose who gets it.",
}
LONGEST = 10_000
KEYS = "1234567890"


class KeyedRadio(forms.RadioSelect):
    """Radio buttons that the digits press; `app.js` listens for `data-key`."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        key = KEYS[int(option["index"])]
        option["attrs"] |= {"data-key": key, "aria-keyshortcuts": key}
        return option


def reason_field(codes: Sequence[ReasonCode]) -> forms.ChoiceField:
    """Return the choice of a reason, each with its digit before its words."""
    mark = '<kbd aria-hidden="true">{}</kbd> {}'
    return forms.ChoiceField(
        label="Main reason",
        choices=[
            (code.value, format_html(mark, key, code.label))
            for key, code in zip(KEYS, codes, strict=False)
        ],
        widget=KeyedRadio,
        error_messages={"required": MISSING["reason_code"]},
    )


class MoveForm(forms.Form):
    """What every step needs: which version the person saw."""

    seen_version = forms.IntegerField(
        min_value=0, max_value=2**31, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        self.review = review
        super().__init__(*args, **kwargs)

    def decision(self) -> Decision:
        """Return the filled-in fields as the service takes them."""
        values = {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "seen_version" and value is not None
        }
        return Decision(**cast(Any, values))

    def told(self) -> list[tuple[str, str]]:
        """Return what was filled in, as sent, with the words of its fields."""
        return [
            (str(field.label), self._words(name, field))
            for name, field in self.fields.items()
            if name != "seen_version" and self.data.get(name)
        ]

    def _words(self, name: str, field: forms.Field) -> str:
        value = self.data[name]
        if isinstance(field, forms.ModelChoiceField):
            chosen = {str(one.pk): one.name for one in cast(Any, field.queryset)}
            return str(chosen.get(value, value))
        if isinstance(field, forms.ChoiceField):
            known = {**dict(Outcome.choices), **dict(ReasonCode.choices)}
            return str(known.get(value, value))
        return "yes" if isinstance(field, forms.BooleanField) else value


class OutcomeForm(MoveForm):
    """An outcome with its reasons."""

    move = MOVES[ReviewState.WAITING, ReviewAction.PROPOSE]

    outcome = forms.ChoiceField(
        label="Outcome",
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": MISSING["outcome"]},
    )
    reason_code = reason_field(REASONS[ReviewAction.PROPOSE])
    reason = forms.CharField(
        label="Why",
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 5}),
        help_text="In sentences that stand up later: which fact, which rule, "
        "which source.",
        error_messages={"required": MISSING["reason"]},
    )
    innocent_explanation = forms.CharField(
        label="The innocent explanation",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
        help_text="How could this be an ordinary prosecution, and why does that not "
        "convince?",
    )
    innocent_explanation.needed = "needed for a flag"  # type: ignore[attr-defined]
    snoozed_until = forms.DateField(
        label="Look again on",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="For “not flagged” and “insufficient information”: it comes back on "
        "that day, or earlier if the notice changes.",
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in missing_fields(self.move, values):
            if name not in self.errors:
                self.add_error(name, MISSING[name])
        return values


class ProposeForm(OutcomeForm):
    """A first reading, open or blind for the second reader."""

    is_blind = forms.BooleanField(
        label="Blind second reading",
        required=False,
        help_text="Nobody but you sees outcome, reasons and your words on findings "
        "until a second person has come to an outcome of their own.",
    )


class AdjudicateForm(OutcomeForm):
    """The side of one of two readers who differ."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readings = readings_of(self.review)
        held = readings.outcomes if readings else ()
        cast(Any, self.fields["outcome"]).choices = [
            one for one in Outcome.choices if one[0] in held
        ]


class ReasonForm(MoveForm):
    """A step that only needs its reason."""

    reason = forms.CharField(
        label="Why",
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": MISSING["reason"]},
    )


class ConfirmForm(MoveForm):
    """A signature, with a remark if the reader likes, or has to."""

    reason = forms.CharField(
        label="Remark",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Write why the flag stands all the same."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if missing_fields(
            MOVES[ReviewState.PROPOSED, ReviewAction.CONFIRM],
            {},
            outcome=self.review.outcome,
            is_contested=self.review.notice.needs_second_analyst,
        ):
            remark = self.fields["reason"]
            remark.required = True
            remark.label = "Why the flag stands all the same"
            remark.help_text = "A strong counter-indicator speaks against it."


class SnoozeForm(MoveForm):
    """Until when it may rest."""

    snoozed_until = forms.DateField(
        label="Look again on",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": MISSING["snoozed_until"]},
    )
    reason = forms.CharField(label="Why", required=False, max_length=1_000)


class ReturnForm(ReasonForm):
    """What is wrong with a proposal."""

    reason_code = reason_field(REASONS[ReviewAction.RETURN])
    field_order = ("seen_version", "reason_code", "reason")


class ReopenForm(ReasonForm):
    """Why a decision is looked at again."""

    reason_code = reason_field(REASONS[ReviewAction.REOPEN])
    field_order = ("seen_version", "reason_code", "reason")


class ColleagueField(forms.ModelChoiceField):
    """A colleague, by name."""

    def label_from_instance(self, obj: User) -> str:
        return obj.name


class AssignForm(MoveForm):
    """Who shall have it."""

    assignee = ColleagueField(
        label="Who gets it",
        queryset=User.objects.none(),
        empty_label="Choose",
        error_messages={
            "required": MISSING["assignee"],
            "invalid_choice": "Choose one of these colleagues.",
        },
    )
    reason = forms.CharField(label="Note", required=False, max_length=1_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["assignee"]).queryset = workers_on(self.review)


FORMS: dict[str, type[MoveForm]] = {
    ReviewAction.TAKE: MoveForm,
    ReviewAction.RELEASE: MoveForm,
    ReviewAction.ASSIGN: AssignForm,
    ReviewAction.URGE: ReasonForm,
    ReviewAction.CALM: MoveForm,
    ReviewAction.WITHDRAW: MoveForm,
    ReviewAction.WAKE: MoveForm,
    ReviewAction.UNDO: MoveForm,
    ReviewAction.PROPOSE: ProposeForm,
    ReviewAction.CONFIRM: ConfirmForm,
    ReviewAction.READ: OutcomeForm,
    ReviewAction.AGREE: ReasonForm,
    ReviewAction.ADJUDICATE: AdjudicateForm,
    ReviewAction.RETURN: ReturnForm,
    ReviewAction.REOPEN: ReopenForm,
    ReviewAction.SNOOZE: SnoozeForm,
}
