"""The one query object of the inbox; list, counts, API and follows all ask it.

The rows are reviews, since each notice has one. Filters that tell something about
findings or reviews exist only for those who may read them; for others such a name is as
unknown as any other.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import cache
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.dateparse import parse_date
from django_filters.constants import EMPTY_VALUES

from accounts.capabilities import Capability, roles_with
from accounts.models import User
from cases.choices import ReviewState, WhyHere
from cases.models import Review
from cases.review.widgets import QuickChoiceFilter, QuickSelect
from notices.choices import Band, Listing, NoticeKind
from notices.countries import country_name, known_countries
from notices.models import Notice, Person
from notices.querysets import named, notices_open_to
from notices.screening.offences import offence_tables
from notices.screening.tables import current_version

# Filters that only readers of findings have.
OF_FINDINGS = ("offence", "band", "state", "assigned", "why")
ANY_BAND = ("breach_band", "article_band", "evidence_band")
FEW = 1_000
ASSIGNED = [("me", "to me"), ("nobody", "to nobody")]


@cache
def _countries() -> list[tuple[str, str]]:
    return sorted(
        ((entry.slug, entry.name) for entry in known_countries().values()),
        key=lambda pair: pair[1],
    )


@cache
def _offences() -> list[tuple[str, str]]:
    classes = offence_tables(current_version()).classes
    return sorted(
        ((one.key, one.name) for one in classes.values()), key=lambda pair: pair[1]
    )


def _assignable() -> list[tuple[str, str]]:
    """Return who may have a review, also who left: old filters keep their sense."""
    roles = roles_with(Capability.PROPOSE)
    people = User.objects.filter(role__in=roles).order_by("name", "pk")
    names = people.values_list("pk", "name")
    return [*ASSIGNED, *((str(pk), f"to {name}") for pk, name in names)]


def _code(slug: str) -> str:
    return next(
        (entry.code for entry in known_countries().values() if entry.slug == slug), slug
    )


class ReviewFilter(django_filters.FilterSet):
    """Narrows reviews by what the query string says; `user` is who asks."""

    country = QuickChoiceFilter(
        widget=QuickSelect,
        label="Issuing country",
        choices=_countries,
        method="by_country",
    )
    nationality = QuickChoiceFilter(
        widget=QuickSelect,
        label="Nationality",
        choices=_countries,
        method="by_nationality",
    )
    offence = QuickChoiceFilter(
        widget=QuickSelect, label="Charge class", choices=_offences, method="by_offence"
    )
    band = QuickChoiceFilter(
        widget=QuickSelect,
        label="Any output reads",
        choices=Band.choices,
        method="by_band",
    )
    state = django_filters.MultipleChoiceFilter(
        label="State",
        choices=ReviewState.choices,
        distinct=False,
        widget=forms.CheckboxSelectMultiple,
    )
    assigned = QuickChoiceFilter(
        widget=QuickSelect,
        label="Assigned",
        choices=ASSIGNED,
        method="by_assigned",
    )
    why = QuickChoiceFilter(
        widget=QuickSelect, label="Why it is here", choices=WhyHere.choices
    )
    kind = QuickChoiceFilter(
        widget=QuickSelect,
        label="Kind",
        field_name="notice__kind",
        choices=NoticeKind.choices,
    )
    listing = QuickChoiceFilter(
        widget=QuickSelect,
        label="Listing",
        field_name="notice__listing",
        choices=Listing.choices,
    )
    since = django_filters.DateFilter(
        label="Changed since",
        method="by_day",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    text = django_filters.CharFilter(
        label="Words in the charges", method="by_text", max_length=200
    )
    name = django_filters.CharFilter(label="Name", method="by_name", max_length=200)

    class Meta:
        model = Review
        fields: tuple[str, ...] = ()

    def __init__(
        self,
        data: QueryDict,
        *,
        user: User | AnonymousUser,
        rows: QuerySet[Any] | None = None,
    ) -> None:
        self.user = user
        super().__init__(data=data, queryset=listing_for(user, rows))
        if not (isinstance(user, User) and user.can(Capability.SEE_FINDINGS)):
            for name in OF_FINDINGS:
                self.filters.pop(name, None)
        elif "assigned" in self.filters:
            # Looked up when the field is shown or its value read, and not before.
            self.filters["assigned"].extra["choices"] = cache(_assignable)

    def unknown_names(self, *, besides: tuple[str, ...] = ()) -> list[str]:
        """Return the parameters that are no filter of this reader."""
        return sorted(set(self.data) - set(self.filters) - set(besides))

    def by_country(self, rows: QuerySet[Review], _: str, value: str) -> Any:
        return rows.filter(notice__issuers__contains=[_code(value)])

    def by_nationality(self, rows: QuerySet[Review], _: str, value: str) -> Any:
        return rows.filter(notice__nationalities__contains=[_code(value)])

    def by_offence(self, rows: QuerySet[Review], _: str, value: str) -> Any:
        return rows.filter(notice__offence_classes__contains=[value])

    def by_band(self, rows: QuerySet[Review], _: str, value: str) -> Any:
        condition = Q()
        for column in ANY_BAND:
            condition |= Q(**{f"notice__{column}": value})
        return rows.filter(condition)

    def by_assigned(self, rows: QuerySet[Review], _: str, value: str) -> Any:
        if value == "nobody":
            return rows.filter(assignee=None)
        return rows.filter(assignee=self.user.pk if value == "me" else int(value))

    def by_day(self, rows: QuerySet[Review], _: str, value: date) -> Any:
        # A moment, unlike a day, can be looked up in the index.
        start = timezone.make_aware(datetime.combine(value, time.min))
        return rows.filter(notice__last_changed__gte=start)

    def by_text(self, rows: QuerySet[Review], _: str, value: str) -> Any:
        query = SearchQuery(value, config="simple", search_type="websearch")
        found = Notice.objects.filter(search=query)
        keys = few(found)
        if keys is None:
            return rows.filter(notice__search=query)
        return rows.filter(notice__in=keys)

    def by_name(self, rows: QuerySet[Review], _: str, value: str) -> Any:
        keys = few(named(Person.objects.all(), value, user=self.user))
        if keys is None:
            return named(rows, value, user=self.user, prefix="notice__person__")
        return rows.filter(notice__person__in=keys)


def few(found: QuerySet[Any]) -> list[int] | None:
    """Return the keys of what was found, or None where it is a lot.

    The planner takes every word for a common one. Then it walks the whole order of a
    list to fill one page, and reads a million rows for a word that is nowhere. Few keys
    are looked up first; of a common word the walk meets enough at once.
    """
    keys = list(found.order_by().values_list("pk", flat=True)[: FEW + 1])
    return keys if len(keys) <= FEW else None


def listing_for(
    user: User | AnonymousUser, rows: QuerySet[Any] | None = None
) -> QuerySet[Any]:
    """Return the reviews whose notices `user` may see, for lists of *notices*.

    What a row shows of the review itself is for readers of findings alone. `rows`: all
    reviews, with the columns and the order of a list, if it brings its own.
    """
    rows = Review.objects.all() if rows is None else rows
    condition = notices_open_to(user, "notice__")
    return rows.none() if condition is None else rows.filter(condition)


def reviews_matching(query: str, user: User | AnonymousUser) -> QuerySet[Review]:
    """Return the reviews that the query string `query` selects for `user`.

    A follow that has become unreadable selects nothing rather than everything.
    """
    asked = ReviewFilter(QueryDict(query), user=user)
    if not asked.is_valid() or asked.unknown_names():
        return Review.objects.none()
    return asked.qs


def canonical(query: str) -> str:
    """Return `query` sorted and without empty values, so that it can be compared."""
    data = QueryDict(query)
    pairs = sorted(
        (name, value)
        for name in data
        for value in data.getlist(name)
        if value not in EMPTY_VALUES
    )
    clean = QueryDict(mutable=True)
    for name, value in pairs:
        clean.appendlist(name, value)
    return clean.urlencode()


def describe(query: str) -> str:
    """Return the filter as words: `Issuing country: Türkiye, State: For review`."""
    words = []
    for name, value in QueryDict(query).lists():
        declared = ReviewFilter.base_filters.get(name)
        if declared is not None and any(value):
            shown = ", ".join(words_of(name, one) for one in value if one)
            words.append(f"{declared.label}: {shown}")
    return ", ".join(words) or "All notices"


_CHOICES: dict[str, Callable[[], list[tuple[str, str]]]] = {
    "offence": _offences,
    "band": lambda: list(Band.choices),
    "state": lambda: list(ReviewState.choices),
    "why": lambda: list(WhyHere.choices),
    "kind": lambda: list(NoticeKind.choices),
    "listing": lambda: list(Listing.choices),
    "assigned": _assignable,
}


def _day(text: str) -> date | None:
    """Return the day that `text` names as the field of a filter reads it."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def words_of(name: str, value: str) -> str:
    """Return one value of a filter as people read it."""
    if name in ("country", "nationality"):
        return country_name(_code(value))
    if name == "since" and (day := _day(value)):
        return date_format(day, "j M Y")
    if name in _CHOICES:
        return dict(_CHOICES[name]()).get(value, value)
    return f"“{value}”" if name in ("text", "name") else value
