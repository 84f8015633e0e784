"""Countries, territories and bodies that ask, and their bureaus."""

from django.db import models

from notices.choices import CountryKind


class Country(models.Model):
    """A code that a feed may send: ISO 3166-1 alpha-2 or INTERPOL's own."""

    code = models.CharField(max_length=128, primary_key=True)
    name = models.CharField(max_length=200)
    alpha3 = models.CharField(max_length=3, null=True)
    kind = models.CharField(
        max_length=10, choices=CountryKind.choices, default=CountryKind.STATE
    )
    slug = models.SlugField(max_length=40, unique=True)

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "countries"

    def __str__(self) -> str:
        return self.name


class NationalBureau(models.Model):
    """A National Central Bureau, which sends a country's requests."""

    country = models.OneToOneField(
        Country, on_delete=models.PROTECT, related_name="bureau"
    )
    city = models.CharField(max_length=120, null=True)
    ministry = models.CharField(max_length=200, null=True)
    source = models.CharField(max_length=300, null=True)

    def __str__(self) -> str:
        return f"NCB {self.city or self.country_id}"
