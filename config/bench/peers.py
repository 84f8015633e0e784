"""What the app is held against: the framework's own admin list and default API."""

from datetime import datetime

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework import generics, serializers
from rest_framework.pagination import PageNumberPagination

from accounts.models import User
from cases.models import Review
from notices.models import Country, Notice, Person


def _review(notice: Notice) -> Review:
    review: Review = notice.review
    return review


class OpenSite(admin.AdminSite):
    """The admin as anybody gets it, open to whoever is signed in."""

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated


class CountryFilter(admin.SimpleListFilter):
    """Who asks: the inbox narrows by it, so its peer has to."""

    title = "issuing country"
    parameter_name = "country"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        return list(Country.objects.values_list("code", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        code = self.value()
        return queryset.filter(issuers__contains=[code]) if code else queryset


class NoticeAdmin(admin.ModelAdmin):
    """The list that a team without an app of its own would have: what the inbox shows.

    Everything that a page of it reads comes by one query; the number of rows, the
    counts and the markup are the framework's defaults.
    """

    list_display = (
        "reference", "name", "birth_date", "issuers", "charge_summary", "why", "since",
        "state", "assignee", "breach_band", "article_band", "evidence_band", "urgency",
    )  # fmt: skip
    list_filter = ("review__state", CountryFilter, "kind", "listing", "breach_band")
    list_select_related = ("person", "review__assignee")
    search_fields = ("family_name", "forename", "charge_summary")

    def name(self, notice: Notice) -> str:
        return notice.person.display_name if notice.person else ""

    def why(self, notice: Notice) -> str:
        return _review(notice).get_why_display()

    def since(self, notice: Notice) -> datetime:
        return _review(notice).why_at

    def state(self, notice: Notice) -> str:
        return _review(notice).get_state_display()

    def assignee(self, notice: Notice) -> User | None:
        return _review(notice).assignee

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False


site = OpenSite(name="bench-admin")
site.register(Notice, NoticeAdmin)


class ReviewSerializer(serializers.ModelSerializer):
    class Meta:
        model = Review
        fields = ("state", "outcome", "why", "why_detail", "why_at")


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = ("key", "display_name")


class NoticeSerializer(serializers.ModelSerializer):
    person = PersonSerializer(read_only=True)
    review = ReviewSerializer(read_only=True)

    class Meta:
        model = Notice
        fields = (
            "key", "reference", "kind", "listing", "person", "family_name", "forename",
            "birth_date", "sex", "nationalities", "issuers", "charge_summary",
            "first_seen", "last_seen", "last_changed", "absent_since",
            "confidentiality", "origin", "offence_classes", "breach_band",
            "article_band", "evidence_band", "urgency", "review",
        )  # fmt: skip


class Pages(PageNumberPagination):
    page_size = 100


class DefaultNotices(generics.ListAPIView):
    """The defaults of Django REST framework: model serializers, numbered pages.

    The fields are those of the app's own list, read by one query.
    """

    queryset = Notice.objects.select_related("person", "review").order_by("-id")
    serializer_class = NoticeSerializer
    pagination_class = Pages
