"""The Jinja2 environment of every page and of the mails in `.txt`."""

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.contrib.messages import get_messages
from django.forms import BoundField
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined, select_autoescape
from markupsafe import Markup

from cases.desk import wording
from config import filters
from config.access import opens
from config.addresses import address
from config.head import writer
from notices.countries import country_name
from notices.word_diff import word_parts


def environment(**options: Any) -> Environment:
    """Return the environment that Django's Jinja2 backend renders with.

    Everything is escaped except in templates that end in `.txt`.
    """
    options |= {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "autoescape": select_autoescape(
            disabled_extensions=("txt",), default=True, default_for_string=True
        ),
    }
    env = Environment(**options)  # noqa: S701 - escaping is chosen above
    env.globals.update(
        static=cache(static),
        url=_url,
        get_messages=get_messages,
        opens=opens,
        described=_described,
        query_string=filters.query_string,
        since=filters.since,
        why_words=wording.why_words,
        evidence_counts=wording.evidence_counts,
        word_parts=word_parts,
    )
    env.globals.update(
        drawn=SimpleNamespace(
            icon=_kept(env, "components/_icons.html", "icon"),
            shape=_kept(env, "components/_icons.html", "shape"),
        ),
        band_badges=_band_badges(env),
        head_of=writer(env),
    )
    env.filters.update(
        ago=filters.ago,
        charge_language=wording.charge_language,
        clock=filters.clock,
        colour_name=wording.colour_name,
        country_name=country_name,
        day=filters.day,
        distinct_names=filters.distinct_names,
        initials=filters.initials,
        language_name=wording.language_name,
        moment=filters.moment,
        number=filters.number,
        partial_date=filters.partial_date,
        plural=filters.plural,
        pretty_json=wording.pretty_json,
        role_name=filters.role_name,
        script_lang=filters.script_lang,
        short_moment=filters.short_moment,
    )
    return env


def _kept(env: Environment, template: str, macro: str) -> Callable[..., Markup]:
    """Return a macro that writes the same few things on every page, each once."""

    @cache
    def written(*args: Any, **options: Any) -> Markup:
        return getattr(env.get_template(template).module, macro)(*args, **options)

    return written


def _band_badges(env: Environment) -> Callable[..., Markup]:
    """Return the badges of the three outputs: few differ, a list writes hundreds."""
    band = _kept(env, "components/_badges.html", "band")

    @cache
    def badges(breach: str | None, article: str | None, evidence: str | None) -> Markup:
        return Markup(" ").join(
            (
                band(breach, "Breach"),
                band(article, "Art. 2/3"),
                band(evidence, "Evidence"),
            )
        )

    return badges


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    if not args and not kwargs and (found := address(name)):
        return found
    return reverse(name, args=args or None, kwargs=kwargs or None)


def _described(bound: BoundField, hint: str | None) -> dict[str, str]:
    """Return the attributes that tie an input to its hint and its error."""
    parts = [f"{bound.auto_id}_hint"] if hint else []
    parts += [f"{bound.auto_id}_error"] if bound.errors else []
    return {"aria-describedby": " ".join(parts)} if parts else {}
