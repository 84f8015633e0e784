"""Who sees a given case file, and why: for the command and for administrators."""

from django.utils import timezone

from cases.files.sight import Sight, sights_of
from cases.models import CaseFile


def who_sees(*, code: str) -> list[Sight] | None:
    """Return an answer for every active user, those who see it first.

    None if there is no such file: whoever runs commands has the database anyway.
    """
    case = CaseFile.objects.filter(code=code).first()
    if case is None:
        return None
    return sights_of(case, at=timezone.now(), with_words=True)
