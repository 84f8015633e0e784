"""What the app is held against: the framework's own admin list and default API."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from rest_framework import generics, serializers
from rest_framework.pagination import PageNumberPagination

from notices.models import Notice


class OpenSite(admin.AdminSite):
    """The admin as anybody gets it, open to whoever is signed in."""

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated


class NoticeAdmin(admin.ModelAdmin):
    """The list that a team without an app of its own would have."""

    list_display = ("reference", "family_name", "forename", "birth_date", "listing")
    list_filter = ("review__state", "kind", "listing", "breach_band")
    search_fields = ("family_name", "forename", "charge_summary")

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


class NoticeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Notice
        exclude = ("search",)


class Pages(PageNumberPagination):
    page_size = 100


class DefaultNotices(generics.ListAPIView):
    """The defaults of Django REST framework: model serializer, numbered pages."""

    queryset = Notice.objects.order_by("-last_changed", "-id")
    serializer_class = NoticeSerializer
    pagination_class = Pages
