"""The page of a digest: what was sent, for its reader, with the rights of today."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from cases.choices import CaseLevel, NoteKind
from cases.models import CaseNote, Digest
from notices.choices import Confidentiality
from notices.models import Notice
from tests.cases.digest_makers import MONDAY, follow_country, send
from tests.factories import NOON, make_case, make_notice

pytestmark = pytest.mark.django_db
SECRET = "NOROUZAZIN"


def test_a_digest_is_there_for_its_reader_only(client, ana, ben, mail_sink):
    make_notice()
    follow_country(ana)
    send()
    key = Digest.objects.get().key
    pages = [reverse("digest", args=[key]), reverse("digest-html", args=[key])]

    client.force_login(ana)
    for address in pages:
        page = client.get(address)
        assert page.status_code == 200
        assert "VALTESKU" in page.content.decode()
    client.force_login(ben)
    for address in [*pages, reverse("digest", args=["nosuchkey"])]:
        assert client.get(address).status_code == 404
    assert client.post(reverse("digest-settle", args=[key])).status_code in (400, 404)


def test_a_digest_page_hides_what_its_reader_may_no_longer_see(client, ana, mail_sink):
    hidden = make_notice(family_name=SECRET)
    make_notice(family_name="OREL")
    follow_country(ana)
    send()
    Notice.objects.filter(pk=hidden.pk).update(
        confidentiality=Confidentiality.RESTRICTED, origin="client"
    )
    key = Digest.objects.get().key
    client.force_login(ana)

    page = client.get(reverse("digest", args=[key])).content.decode()

    assert SECRET not in page
    assert "OREL" in page
    assert "you may no longer see all that it says" in page
    assert client.get(reverse("digest-html", args=[key])).status_code == 404


def test_a_digest_page_names_the_case_files_that_the_mail_did_not(
    client, ana, ben, mail_sink
):
    case = make_case(lead=ben, members=(ana,), level=CaseLevel.RESTRICTED)
    CaseNote.objects.create(
        case=case, kind=NoteKind.NOTE, text="Seen", author=ben, written_at=NOON
    )
    follow_country(ana)
    send(MONDAY + timedelta(minutes=5))
    client.force_login(ana)

    page = client.get(reverse("digest", args=[Digest.objects.get().key]))

    assert case.code in page.content.decode()


def test_a_long_digest_is_read_page_by_page(client, ana, mail_sink):
    for n in range(60):
        make_notice(family_name=f"OREL{n:02}")
    follow_country(ana)
    send()
    client.force_login(ana)
    address = reverse("digest", args=[Digest.objects.get().key])

    first = client.get(address).content.decode()
    following = re.search(r'href="(\?after=\d+)"', first)
    assert following is not None
    second = client.get(address + following[1]).content.decode()

    rows = re.compile(r'<th scope="row"><a[^>]*><span[^>]*>(OREL\d\d)')
    assert len(rows.findall(first)) == 50
    assert set(rows.findall(first)) | set(rows.findall(second)) == {
        f"OREL{n:02}" for n in range(60)
    }
    assert 'rel="next"' not in second
    assert client.get(address, {"after": "9" * 30}).status_code == 200
