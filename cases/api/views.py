"""Read-only resources: notices, people, countries."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.alarms.services import note_person_read
from accounts.choices import Scope
from cases.api import examples
from cases.api.base import BadQuery, ReadView
from cases.api.described import (
    NAME_FILTER,
    NOTICE_FILTERS,
    listed,
    path_id,
    single,
)
from cases.api.details import (
    country_detail,
    notice_columns,
    notice_detail,
    person_detail,
)
from cases.api.paging import page_of, text_of
from cases.api.rows import (
    COUNTRY_COLUMNS,
    PERSON_COLUMNS,
    Json,
    country_row,
    notice,
    person,
    through_review,
)
from cases.api.shapes import (
    CountryDetail,
    CountryPage,
    NoticeDetail,
    NoticePage,
    PersonDetail,
    PersonPage,
)
from cases.models import Review
from cases.review.filters import ReviewFilter, listing_for
from notices.models import Country, Notice, Person
from notices.reading import record_notice_read

PAGE_NAMES = ("limit", "after")


class Notices(ReadView):
    """Notices that the reader may see, newest first."""

    scope = Scope.NOTICES

    @listed(
        name="notices",
        shape=NoticePage,
        summary="Notices, newest first",
        filters=NOTICE_FILTERS,
        example=examples.NOTICE,
    )
    def get(self, request: Request) -> Response:
        page = page_of(
            self.asked_for(request),
            known=lambda: listing_for(self.reader),
            query=request.query_params,
            key="notice__key",
            columns=through_review(notice_columns(self.reader)),
            order="-notice_id",
        )
        base = base_address(request)
        return page_answer(request, [notice(row, base) for row in page.rows], page.next)

    def asked_for(self, request: Request) -> QuerySet[Review]:
        """Return the rows that the filters select; raises `BadQuery`."""
        if set(request.query_params) <= set(PAGE_NAMES):
            return listing_for(self.reader)
        asked = ReviewFilter(request.query_params, user=self.reader)
        refuse_unknown(asked.unknown_names(besides=PAGE_NAMES))
        if not asked.is_valid():
            raise BadQuery(
                (name, " ".join(str(one) for one in found))
                for name, found in asked.form.errors.items()
            )
        rows: QuerySet[Review] = asked.qs
        return rows


class OneNotice(ReadView):
    """One notice with its warrants, charges and changes."""

    scope = Scope.NOTICES

    @single(
        name="notice",
        shape=NoticeDetail,
        summary="One notice",
        path=path_id("The id of a notice, such as `2026-90412`."),
    )
    def get(self, request: Request, key: str) -> Response:
        found = get_object_or_404(
            Notice.objects.visible_to(self.reader).select_related("feed"), key=key
        )
        record_notice_read(notice=found, reader=self.reader, part="api")
        return Response(
            notice_detail(found, reader=self.reader, base=base_address(request))
        )


class People(ReadView):
    """People whom the visible notices name, newest first."""

    scope = Scope.PEOPLE

    @listed(
        name="people",
        shape=PersonPage,
        summary="People, newest first",
        filters=NAME_FILTER,
        example=examples.PERSON,
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(sorted(set(request.query_params) - {"name", *PAGE_NAMES}))
        known = Person.objects.visible_to(self.reader)
        page = page_of(
            known.named(text_of(request.query_params, "name"), user=self.reader),
            known=lambda: known,
            query=request.query_params,
            key="key",
            columns=PERSON_COLUMNS,
        )
        base = base_address(request)
        return page_answer(request, [person(row, base) for row in page.rows], page.next)


class OnePerson(ReadView):
    """One person with names and notices."""

    scope = Scope.PEOPLE

    @single(
        name="person",
        shape=PersonDetail,
        summary="One person",
        path=path_id("The id of a person."),
    )
    def get(self, request: Request, key: str) -> Response:
        found = get_object_or_404(Person.objects.visible_to(self.reader), key=key)
        note_person_read(self.reader, at=timezone.now())
        return Response(
            person_detail(found, reader=self.reader, base=base_address(request))
        )


class Countries(ReadView):
    """Countries, territories and bodies by their code."""

    scope = Scope.COUNTRIES

    @listed(
        name="countries",
        shape=CountryPage,
        summary="Countries by code",
        example=examples.COUNTRY,
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(sorted(set(request.query_params) - set(PAGE_NAMES)))
        page = page_of(
            Country.objects.all(),
            known=Country.objects.all,
            query=request.query_params,
            key="slug",
            columns=COUNTRY_COLUMNS,
            order="pk",
        )
        base = base_address(request)
        rows = [country_row(row, base) for row in page.rows]
        return page_answer(request, rows, page.next)


class OneCountry(ReadView):
    """One country with its National Central Bureau."""

    scope = Scope.COUNTRIES

    @single(
        name="country",
        shape=CountryDetail,
        summary="One country",
        path=path_id("The id of a country, such as `RU`."),
    )
    def get(self, request: Request, key: str) -> Response:
        found = get_object_or_404(Country.objects.select_related("bureau"), slug=key)
        return Response(country_detail(found, base=base_address(request)))


def base_address(request: Request) -> str:
    """Return the address of the API as the client reached it."""
    return request.build_absolute_uri(reverse("api-notices")).removesuffix("notices/")


def page_answer(request: Request, rows: Sequence[Json], after: str | None) -> Response:
    """Return a page: its rows and the address of the one behind it."""
    link = None
    if after is not None:
        query = request.query_params.copy()
        query["after"] = after
        link = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return Response({"next": link, "results": rows})


def refuse_unknown(names: list[str]) -> None:
    """Raise `BadQuery` naming each parameter that nothing reads."""
    if names:
        raise BadQuery((name, "There is no such filter.") for name in names)
