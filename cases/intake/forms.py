"""The form that takes files in."""

from typing import Any

from django import forms

from notices.choices import FeedKind
from notices.feeds.registry import AUTO
from notices.models import Feed

MOST_FILES = 20
_FORMATS = [(AUTO, "Find out from the file"), *FeedKind.choices]


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several uploaded files; cleans to a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        if not files:
            raise forms.ValidationError(self.error_messages["required"])
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"At most {MOST_FILES} files at a time.")
        return [super(FilesField, self).clean(one, initial) for one in files]


class ImportForm(forms.Form):
    """What to import, and what is known about it."""

    uploads = FilesField(
        label="Files",
        allow_empty_file=True,
        help_text="JSON, JSON lines, CSV or XLSX, up to 2 GB together.",
    )
    source_format = forms.ChoiceField(label="Format", choices=_FORMATS, initial=AUTO)
    feed = forms.ChoiceField(
        label="Whose list",
        required=False,
        help_text="A feed judges absences only against its own earlier lists.",
    )
    is_full = forms.BooleanField(
        label="This is the whole list of the feed",
        required=False,
        help_text=(
            "Then notices that it does not hold count as missing. After two complete "
            "lists without a notice it reads “no longer publicly listed”."
        ),
    )
    is_dry_run = forms.BooleanField(
        label="Dry run first",
        required=False,
        initial=True,
        help_text="Shows what would happen and changes nothing.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        feeds = [(feed.slug, feed.name) for feed in Feed.objects.all()]
        self.fields["feed"].choices = [  # type: ignore[attr-defined]
            ("", "By the kind of file"),
            *feeds,
        ]
