"""A choice among many that is checked and written quickly.

Two lists of 250 countries took longer than all else on the inbox page.
"""

from functools import cache
from typing import Any

import django_filters
from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Choices = tuple[tuple[str, str], ...]


@cache
def _options(choices: Choices) -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', choices)


class QuickChoiceField(django_filters.fields.ChoiceField):
    """A choice of flat pairs, given as a list or as a function that makes one."""

    def __init__(self, *, choices: Any, **options: Any) -> None:
        self.pairs = choices
        super().__init__(choices=choices, **options)

    def valid_value(self, value: Any) -> bool:
        pairs = self.pairs() if callable(self.pairs) else self.pairs
        return any(key == value for key, _ in pairs)


class QuickChoiceFilter(django_filters.ChoiceFilter):
    field_class = QuickChoiceField


class QuickSelect(forms.Select):
    """A select of flat choices; escapes like the one it stands in for."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        options = _options(tuple((str(key), str(text)) for key, text in self.choices))
        if value not in (None, ""):
            chosen = format_html('<option value="{}"', value)
            options = mark_safe(  # noqa: S308 - both parts are escaped
                options.replace(chosen, f"{chosen} selected", 1)
            )
        final = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(final), options)
