"""The app's addresses and some that go wrong, for the tests of the error pages."""

from typing import NoReturn

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest
from django.urls import path
from kombu.exceptions import OperationalError as BrokerError

from accounts.access import MissingCapability
from accounts.capabilities import Capability
from config.urls import (
    handler400,
    handler403,
    handler404,
    handler500,
)
from config.urls import urlpatterns as working

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

SECRET = "Host db.internal, row of VALTESKU"


def broken(request: HttpRequest) -> NoReturn:
    raise RuntimeError(SECRET)


def away(request: HttpRequest) -> NoReturn:
    raise OperationalError(SECRET)


def no_broker(request: HttpRequest) -> NoReturn:
    raise BrokerError(SECRET)


def nonsense(request: HttpRequest) -> NoReturn:
    raise SuspiciousOperation(SECRET)


def signing(request: HttpRequest) -> NoReturn:
    raise MissingCapability(Capability.SIGN)


def refused(request: HttpRequest) -> NoReturn:
    raise PermissionDenied("Only the lead of a file gives access to it.")


urlpatterns = [
    *working,
    path("broken/", broken),
    path("away/", away),
    path("no-broker/", no_broker),
    path("nonsense/", nonsense),
    path("signing/", signing),
    path("refused/", refused),
]
