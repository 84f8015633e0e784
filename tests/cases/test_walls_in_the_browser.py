"""The pages of walls and of the broken glass in a real browser, wide and narrow."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from cases.choices import AlertKind, CaseLevel, GlassState
from cases.models import CaseAlert, CaseBar, Glass, Lowering
from tests.browser import accessibility_problems, sideways_scroll
from tests.factories import make_case, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "The lead cannot be reached, and a hearing is tomorrow morning. " * 6


@pytest.fixture
def scene():
    """A wall in which everything happens at once; its lead and an administrator."""
    now = timezone.now()
    carla = make_user("Carla Meyer", Role.LAWYER)
    kim = make_user("Kim Okoye", Role.LAWYER)
    olga = make_user("Olga Brandt", Role.ANALYST)
    emil = make_user("Emil Novak", Role.ADMINISTRATOR)
    emma = make_user("Emma Novak", Role.ADMINISTRATOR)
    case = make_case(lead=carla, members=(kim,), level=CaseLevel.WALLED, summary=LONG)
    CaseBar.objects.create(
        case=case, user=olga, reason=LONG[:280], barred_by=carla, barred_at=now
    )
    Lowering.objects.create(
        case=case,
        from_level=CaseLevel.WALLED,
        to_level=CaseLevel.RESTRICTED,
        reason="The conflict is over.",
        asked_by=kim,
        asked_at=now,
    )
    Glass.objects.create(
        code=case.code,
        case=case,
        state=GlassState.OPEN,
        reason=LONG,
        asked_by=emil,
        asked_at=now,
        consented_by=emma,
        consented_at=now,
        ends_at=now + timedelta(hours=4),
    )
    Glass.objects.create(code="HERON-3", reason=LONG, asked_by=emma, asked_at=now)
    for kind in (AlertKind.GLASS_BROKEN, AlertKind.OTHER_FILE):
        CaseAlert.objects.create(case=case, user=carla, kind=kind, by=emil, at=now)
    return case, carla, emil


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_fits_and_reads_well(scene, open_page, width):
    case, carla, emil = scene
    pages = [
        (carla, reverse("today")),
        *(
            (carla, reverse(name, args=[case.code]))
            for name in ("case", "case-people", "case-level", "case-state")
        ),
        (carla, reverse("case-sight", args=[case.code])),
        (emil, reverse("glass")),
        (emil, reverse("who-sees")),
        (emil, reverse("today")),
    ]
    for user, path in pages:
        page = open_page(path, user=user, width=width)
        assert page.locator("h1").count() == 1, path
        assert not accessibility_problems(page), path
        assert sideways_scroll(page) == 0, path
        page.close()
