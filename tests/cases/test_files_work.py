"""Working in a case file: chronology, notices, text."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from cases.models import CaseMember, CaseNote
from notices.choices import Confidentiality
from notices.keys import key_of
from tests.factories import NOON, make_case, make_notice

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(carla, ana):
    return make_case(lead=carla, members=(ana,))


def post(client, name, case, data, *more, **kw):
    return client.post(reverse(name, args=[case.code, *more]), data, **kw)


# --- Chronology ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("2019", "2019", "2019"),
        ("2019-3", "2019-03", "March 2019"),
        ("2019-03-05", "2019-03-05", "5 Mar 2019"),
        ("", None, "date not known"),
    ],
)
def test_an_entry_keeps_as_much_of_its_date_as_is_known(
    client, ana, case, typed, kept, shown
):
    client.force_login(ana)
    data = {"kind": "event", "text": "Arrested", "happened_on": typed, "source": "A"}
    assert post(client, "case-chronology", case, data).status_code == 302
    assert CaseNote.objects.get().happened_on == kept
    text = client.get(reverse("case-chronology", args=[case.code])).text
    assert shown in text
    assert "Arrested" in text


@pytest.mark.parametrize("bad", ["2019-13", "31/12/2019", "yesterday", "2019-02-30"])
def test_a_faulty_entry_comes_back_with_all_that_was_typed(client, ana, case, bad):
    client.force_login(ana)
    data = {"kind": "event", "text": "اعتقال", "happened_on": bad, "source": "paper"}
    for headers in ({}, HTMX):
        response = post(client, "case-chronology", case, data, headers=headers)
        assert response.status_code == (200 if headers else 422)
        for words in (
            "اعتقال",
            'value="paper"',
            f'value="{bad}"',
            "There is a problem",
        ):
            assert words in response.text
    assert not CaseNote.objects.exists()


def test_htmx_gets_the_same_part_that_the_page_holds(client, ana, case):
    client.force_login(ana)
    data = {"kind": "event", "text": "First", "happened_on": "", "source": ""}
    part = post(client, "case-chronology", case, data, headers=HTMX).text
    assert part.lstrip().startswith('<div id="chronology"')
    assert "First" in part
    page = client.get(reverse("case-chronology", args=[case.code])).text
    assert '<div id="chronology"' in page
    assert "<html" in page
    assert "<html" not in part


def test_entries_stand_by_date_and_those_without_one_last(client, ana, case):
    for when, text in (
        (None, "Undated entry"),
        ("2021-05", "Later entry"),
        ("2019", "Early entry"),
    ):
        CaseNote.objects.create(
            case=case, kind="event", happened_on=when, text=text, author=ana,
            written_at=NOON,
        )  # fmt: skip
    client.force_login(ana)
    text = client.get(reverse("case-chronology", args=[case.code])).text
    assert text.index("Early") < text.index("Later entry") < text.index("Undated")
    only = client.get(reverse("case-chronology", args=[case.code]) + "?kind=note").text
    assert "Early" not in only


def test_only_people_on_the_file_write_and_it_says_who_can_add_them(client, olga, case):
    client.force_login(olga)
    page = client.get(reverse("case-chronology", args=[case.code])).text
    assert "Carla Meyer can add you" in page
    response = post(client, "case-chronology", case, {"kind": "note", "text": "x"})
    assert response.status_code == 403
    assert "Carla Meyer can add you" in response.text
    assert not CaseNote.objects.exists()


def test_an_analyst_cannot_write_for_lawyers_only(client, ana, carla, case):
    data = {"kind": "note", "text": "x", "is_counsel_only": "on"}
    client.force_login(ana)
    post(client, "case-chronology", case, data)
    assert not CaseNote.objects.get().is_counsel_only
    client.force_login(carla)
    post(client, "case-chronology", case, {**data, "text": "privileged words"})
    assert CaseNote.objects.get(text="privileged words").is_counsel_only
    words = " ".join(AuditEntry.objects.values_list("words", flat=True))
    assert "privileged words" not in words


def test_a_correction_is_kept_in_the_history_with_both_texts(client, ana, case):
    client.force_login(ana)
    post(client, "case-chronology", case, {"kind": "event", "text": "In Mai"})
    note = CaseNote.objects.get()
    data = {"kind": "event", "text": "In May", "happened_on": "2024-05", "source": ""}
    assert post(client, "case-entry", case, data, key_of(note)).status_code == 302
    note.refresh_from_db()
    assert (note.text, note.happened_on) == ("In May", "2024-05")
    overview = client.get(reverse("case", args=[case.code])).text
    assert "In <del>Mai</del>" in overview
    assert "corrected a note" in overview


def test_a_colleague_corrects_no_entry_of_another_but_the_lead_does(
    client, ana, carla, olga, case
):
    CaseMember.objects.create(
        case=case, user=olga, reason="Helps", added_by=carla, added_at=NOON
    )
    note = CaseNote.objects.create(
        case=case, kind="event", text="Hers", author=ana, written_at=NOON
    )
    data = {"kind": "event", "text": "Changed", "happened_on": "", "source": ""}
    client.force_login(olga)
    assert post(client, "case-entry", case, data, key_of(note)).status_code == 403
    client.force_login(carla)
    assert post(client, "case-entry", case, data, key_of(note)).status_code == 302


def test_an_entry_of_another_file_is_not_found_through_this_one(client, ana, case):
    other = make_case(lead=ana)
    note = CaseNote.objects.create(
        case=other, kind="event", text="Elsewhere", author=ana, written_at=NOON
    )
    client.force_login(ana)
    address = reverse("case-entry", args=[case.code, key_of(note)])
    assert client.get(address).status_code == 404


# --- Notices and text ----------------------------------------------------------------
def test_a_notice_is_linked_by_its_number_once_and_with_a_reason(client, ana, case):
    notice = make_notice()
    client.force_login(ana)
    data = {"number": notice.reference, "reason": "Same person, second warrant"}
    assert post(client, "case-notices", case, data).status_code == 302
    assert case.links.filter(notice=notice).count() == 1
    assert "already linked" in post(client, "case-notices", case, data).text
    page = client.get(reverse("case-notices", args=[case.code])).text
    assert notice.reference in page
    assert "Same person, second warrant" in page


def test_a_notice_one_may_not_see_and_an_unknown_one_get_the_same_answer(
    client, ana, case
):
    hidden = make_notice(confidentiality=Confidentiality.RESTRICTED)
    client.force_login(ana)
    answers = {
        post(client, "case-notices", case, {"number": key, "reason": "x"})
        .text.split("There is no notice")[1][:40]
        .replace(key, "KEY")
        for key in (hidden.key, "bbbbbbbbbbbb")
    }
    assert len(answers) == 1


def test_a_restricted_notice_shows_only_to_those_whom_the_file_names(
    client, ana, olga, case
):
    """Olga reads files of the organisation and is named on none."""
    hidden = make_notice(confidentiality=Confidentiality.RESTRICTED)
    case.links.create(notice=hidden, linked_by=ana, linked_at=NOON)
    address = reverse("case", args=[case.code])
    client.force_login(ana)
    assert hidden.key in client.get(address).text
    client.force_login(olga)
    assert client.get(address).status_code == 200
    for name in ("case", "case-notices"):
        assert hidden.key not in client.get(reverse(name, args=[case.code])).text


def test_a_stale_summary_writes_nothing_and_shows_both_texts(client, ana, carla, case):
    client.force_login(ana)
    form = {"summary": "Mine", "public_consent": "", "seen_version": "0"}
    client.force_login(carla)
    theirs = {"summary": "Theirs", "public_consent": "", "seen_version": "0"}
    assert post(client, "case-text", case, theirs).status_code == 302
    client.force_login(ana)
    response = post(client, "case-text", case, form)
    assert response.status_code == 409
    assert "Mine" in response.text
    assert "Theirs" in response.text
    case.refresh_from_db()
    assert case.summary == "Theirs"
    assert 'name="seen_version" value="1"' in response.text
    assert (
        post(client, "case-text", case, {**form, "seen_version": "1"}).status_code
        == 302
    )
    case.refresh_from_db()
    assert case.summary == "Mine"


def test_no_page_changes_anything_when_it_is_only_read(client, carla, case):
    client.force_login(carla)
    before = AuditEntry.objects.count()
    for name in ("case-text", "case-level", "case-people", "case-chronology"):
        assert client.get(reverse(name, args=[case.code])).status_code == 200
    member = CaseMember.objects.filter(case=case).first()
    address = reverse("case-end-access", args=[case.code, key_of(member)])
    assert client.get(address).status_code == 405
    assert AuditEntry.objects.count() == before
