"""A drop-down whose options are written once a process, not once a page.

Two lists of 250 countries took longer to write than all else on the inbox page.
"""

from functools import cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Choices = tuple[tuple[str, str], ...]


@cache
def _options(choices: Choices) -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', choices)


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
