"""A public copy takes consent and the signature of a second person, a reviewer."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.access import MissingCapability
from accounts.choices import Role
from accounts.models import AuditEntry
from cases.choices import CaseLevel, ExportState
from cases.exports import tasks
from cases.exports.document import fingerprint
from cases.exports.services import ExportRefused, render_export, request_export
from cases.exports.signing import (
    OwnSignature,
    refuse_export,
    sign_export,
    what_is_signed,
)
from cases.models import CaseFile, CaseMember, Export
from tests.cases.documents import ARABIC
from tests.cases.filled_case import Filled, fill_case
from tests.cases.races import at_once
from tests.factories import NOON, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rung(monkeypatch) -> list[int]:
    """The ids that a worker is rung for."""
    ids: list[int] = []
    monkeypatch.setattr(tasks.render, "delay", ids.append)
    return ids


@pytest.fixture
def filled() -> Filled:
    return fill_case(public_consent="By letter, 3 November 2026")


@pytest.fixture
def rea() -> object:
    """A reviewer who sees every file of the organisation."""
    return make_user("Rea Okoye", Role.REVIEWER)


def ask(client, filled) -> Export:
    client.post(
        reverse("case-exports", args=[filled.case.code]),
        {
            "profile": "public",
            "export_format": "json",
            "purpose": "A brief for the press",
            "recipient": "The paper",
        },
    )
    return Export.objects.get()


def asked(filled, actor=None) -> Export:
    return request_export(
        case=filled.case,
        actor=actor or filled.carla,
        at=NOON,
        profile="public",
        export_format="json",
        purpose="A brief",
        recipient="The paper",
    )


def page_of(export, name="export-signature"):
    return reverse(name, args=[export.key])


def seen_of(export) -> str:
    return fingerprint(what_is_signed(export, at=NOON))


def sign(export, actor, at=NOON) -> Export:
    return sign_export(export=export, actor=actor, at=at, seen=seen_of(export))


def state_of(export) -> str:
    export.refresh_from_db()
    return export.state


def test_nothing_is_made_until_a_reviewer_signs_and_then_it_can_be_taken(
    filled, rea, rung, as_user
):
    carla, signer = as_user(filled.carla), as_user(rea)
    export = ask(carla, filled)
    assert export.state == ExportState.UNSIGNED
    assert rung == []
    render_export(export_id=export.pk, at=timezone.now())
    assert state_of(export) == ExportState.UNSIGNED
    assert carla.get(page_of(export, "export-file")).status_code == 410
    waits = carla.get(page_of(export, "export")).text
    assert "A reviewer has to sign" in waits
    assert "Rea Okoye" in waits

    assert page_of(export) in signer.get(reverse("today")).text
    page = signer.get(page_of(export)).text
    assert "By letter, 3 November 2026" in page
    assert "A brief for the press" in page
    assert ARABIC in page
    hidden = re.search(r'name="seen" value="(\w{64})"', page)
    assert hidden is not None
    data = {"answer": "sign", "seen": hidden[1]}
    signed = signer.post(page_of(export), data, follow=True)
    assert "Signed by Rea Okoye" in signed.text
    assert rung == [export.pk]
    render_export(export_id=export.pk, at=timezone.now())
    assert state_of(export) == ExportState.READY
    assert carla.get(page_of(export, "export-file")).status_code == 200
    entry = AuditEntry.objects.get(action="export.signed")
    assert entry.actor_id_text == str(rea.pk)
    assert entry.file_pk == filled.case.pk


def test_the_asker_cannot_sign_even_as_a_reviewer(filled, rea, as_user):
    CaseMember.objects.create(
        case=filled.case,
        user=rea,
        reason="Reads",
        added_by=filled.carla,
        added_at=NOON,
    )
    client = as_user(rea)
    export = ask(client, filled)
    assert page_of(export) not in client.get(reverse("today")).text
    assert "Another reviewer" in client.get(page_of(export)).text
    for answer in ("sign", "refuse"):
        data = {"answer": answer, "reason": "Mine"}
        assert client.post(page_of(export), data).status_code == 403
    assert state_of(export) == ExportState.UNSIGNED
    with pytest.raises(OwnSignature):
        sign(export, rea)


def test_only_reviewers_sign_and_of_a_closed_file_only_those_named(
    filled, rea, as_user, olga, emil
):
    export = asked(filled)
    for user in (filled.ana, olga, emil):
        assert as_user(user).get(page_of(export)).status_code == 403
        with pytest.raises(MissingCapability):
            sign(export, user)
    CaseFile.objects.update(level=CaseLevel.RESTRICTED)
    client = as_user(rea)
    assert client.get(page_of(export)).status_code == 404
    assert client.post(page_of(export), {"answer": "sign"}).status_code == 404
    assert page_of(export) not in client.get(reverse("today")).text
    with pytest.raises(CaseFile.DoesNotExist):
        sign(export, rea)
    nobody = as_user(filled.carla).get(page_of(export, "export")).text
    assert "Rea Okoye" not in nobody
    assert state_of(export) == ExportState.UNSIGNED


def test_signing_takes_a_fresh_proof_and_reading_a_closed_file_is_recorded(
    filled, rea, as_user
):
    export = asked(filled)
    CaseFile.objects.update(level=CaseLevel.RESTRICTED)
    CaseMember.objects.create(
        case=filled.case,
        user=rea,
        reason="Reads",
        added_by=filled.carla,
        added_at=NOON,
    )
    answer = as_user(rea, stale=True).post(page_of(export), {"answer": "sign"})
    assert answer["Location"] == reverse("account_reauthenticate")
    assert state_of(export) == ExportState.UNSIGNED
    as_user(rea).get(page_of(export))
    read = AuditEntry.objects.filter(action="case.read", actor_id_text=str(rea.pk))
    assert read.count() == 1


def test_a_refusal_says_why_to_the_asker_and_stands(filled, rea, as_user):
    export = asked(filled)
    client = as_user(rea)
    empty = client.post(page_of(export), {"answer": "refuse", "reason": ""})
    assert empty.status_code == 422
    data = {"answer": "refuse", "reason": "The letter names another person."}
    client.post(page_of(export), data)
    assert state_of(export) == ExportState.REFUSED
    shown = as_user(filled.carla).get(page_of(export, "export")).text
    assert "The letter names another person." in shown
    with pytest.raises(ExportRefused, match="answered already"):
        sign(export, rea)
    render_export(export_id=export.pk, at=timezone.now())
    assert state_of(export) == ExportState.REFUSED


def test_consent_that_changes_closes_what_was_asked_signed_and_made(
    filled, rea, as_user
):
    waiting, made = asked(filled), asked(filled)
    sign(made, rea)
    render_export(export_id=made.pk, at=timezone.now())
    assert state_of(made) == ExportState.READY
    CaseFile.objects.update(public_consent="")
    with pytest.raises(ExportRefused, match="consent"):
        sign(waiting, rea)
    assert "can no longer be signed" in as_user(rea).get(page_of(waiting)).text
    answer = as_user(filled.carla).get(page_of(made, "export-file"))
    assert answer.status_code == 410
    assert "consent recorded on the file has changed" in answer.text


def test_consent_that_goes_between_signature_and_making_stops_the_making(filled, rea):
    export = asked(filled)
    sign(export, rea)
    CaseFile.objects.update(public_consent="Another letter")
    render_export(export_id=export.pk, at=timezone.now())
    assert state_of(export) == ExportState.FAILED
    assert "consent" in export.failure


def add_a_charge(filled) -> None:
    warrant = filled.notice.warrants.first()
    warrant.charges.create(position=9, text="Another charge, written meanwhile")


def test_what_changed_before_the_signature_has_to_be_looked_at_again(filled, rea):
    export = asked(filled)
    seen = seen_of(export)
    add_a_charge(filled)
    with pytest.raises(ExportRefused, match="Look at it again"):
        sign_export(export=export, actor=rea, at=NOON, seen=seen)
    assert state_of(export) == ExportState.UNSIGNED
    sign(export, rea)
    assert state_of(export) == ExportState.QUEUED


def test_what_changes_after_the_signature_is_never_made_under_it(filled, rea):
    export = asked(filled)
    sign(export, rea)
    add_a_charge(filled)
    render_export(export_id=export.pk, at=timezone.now())
    assert state_of(export) == ExportState.FAILED
    assert "changed since this copy was signed" in export.failure


@pytest.mark.django_db(transaction=True)
def test_of_a_signature_and_a_refusal_at_once_one_counts(filled, rea):
    export = asked(filled)
    other, seen = make_user("Ben Other", Role.REVIEWER), seen_of(export)
    done = at_once(
        lambda: sign_export(export=export, actor=rea, at=NOON, seen=seen),
        lambda: refuse_export(export=export, actor=other, reason="No", at=NOON),
        refusals=(ExportRefused,),
    )
    assert sum(isinstance(one, ExportRefused) for one in done) == 1
    told = AuditEntry.objects.filter(action__in=["export.signed", "export.refused"])
    assert told.count() == 1
