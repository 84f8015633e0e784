"""Exports are off until an administrator allows them to the person: at every door.

Nell is a new lawyer, named on the file; Emil administers.
"""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from accounts.administration.services import change_role, set_export_right
from accounts.choices import Role
from accounts.models import AuditEntry
from cases.exports.services import render_export
from cases.models import CaseMember, Export
from tests.cases.filled_case import fill_case
from tests.factories import NOON, make_token, make_user

pytestmark = pytest.mark.django_db
SECRET = "rnt_invented-for-nell"


@pytest.fixture
def filled():
    return fill_case()


@pytest.fixture
def nell(filled):
    nell = make_user("Nell Abara", Role.LAWYER, may_export=False)
    CaseMember.objects.create(
        case=filled.case,
        user=nell,
        reason="Takes over",
        added_by=filled.carla,
        added_at=NOON,
    )
    return nell


@pytest.fixture
def allow(emil):
    def change(user, *, allowed=True):
        set_export_right(
            user_id=user.pk, actor=emil, allowed=allowed, reason="Goes to the hearing"
        )

    return change


def ask(client, case, profile="counsel"):
    return client.post(
        reverse("case-exports", args=[case.code]),
        {
            "profile": profile,
            "export_format": "json",
            "purpose": "Access request",
            "recipient": "Counsel abroad",
        },
    )


def test_a_new_lawyer_is_offered_no_copy_and_gets_none(filled, nell, as_user):
    client = as_user(nell, factor=True)
    page = client.get(reverse("case-exports", args=[filled.case.code]))
    assert page.status_code == 200
    assert 'name="profile"' not in page.text
    assert "administrator" in page.text
    for profile in ("internal", "counsel", "ccf", "public"):
        assert ask(client, filled.case, profile).status_code in (403, 422)
    assert not Export.objects.exists()


def test_allowed_she_takes_a_copy_and_withdrawn_not_even_the_one_she_asked_for(
    filled, nell, allow, as_user
):
    allow(nell)
    client = as_user(nell, factor=True)
    assert ask(client, filled.case).status_code == 302
    export = Export.objects.get()
    render_export(export_id=export.pk, at=timezone.now())
    address = reverse("export-file", args=[export.key])
    assert client.get(address).status_code == 200

    allow(nell, allowed=False)
    refused = client.get(address)
    assert refused.status_code == 403
    assert "once an administrator has allowed exports" in refused.text
    assert AuditEntry.objects.filter(action="export.downloaded").count() == 1
    allow(nell)
    assert client.get(address).status_code == 200


def test_a_copy_that_waits_is_not_made_once_the_right_is_withdrawn(
    filled, nell, allow, as_user
):
    allow(nell)
    ask(as_user(nell, factor=True), filled.case)
    export = Export.objects.get()
    allow(nell, allowed=False)
    render_export(export_id=export.pk, at=timezone.now())
    export.refresh_from_db()
    assert export.state == "failed"
    assert "may no longer take it" in export.failure


def test_another_role_has_to_be_allowed_anew(filled, emil, allow):
    ana = make_user("Ana Lindqvist", Role.ANALYST)
    change_role(user_id=ana.pk, actor=emil, role=Role.LAWYER, at=NOON)
    ana.refresh_from_db()
    assert ana.role == Role.LAWYER
    assert not ana.may_export


def test_the_command_takes_the_rights_of_a_person_who_may(filled, nell, tmp_path):
    def export(*more):
        out = tmp_path / "copy.json"
        call_command(
            "export_case",
            filled.case.code,
            "--profile=counsel",
            "--format=json",
            f"--out={out}",
            *more,
        )
        return out

    with pytest.raises(CommandError, match="You may not export"):
        export("--as", nell.email)
    # Without a name somebody is chosen who may; Carla may.
    assert export().exists()
    assert Export.objects.get().requested_by == filled.carla
    filled.carla.may_export = False
    filled.carla.save()
    with pytest.raises(CommandError, match="let an administrator allow"):
        export()


def test_a_token_opens_no_export(filled, nell, allow, client):
    allow(nell)
    make_token(nell, secret=SECRET)
    address = reverse("case-exports", args=[filled.case.code])
    answer = client.get(address, headers={"Authorization": f"Bearer {SECRET}"})
    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]
