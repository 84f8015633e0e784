"""The pages of exports and the command: ask, watch, take away."""

import json
from datetime import timedelta

import pypdfium2
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from cases.choices import CaseLevel, ExportState
from cases.exports import tasks
from cases.exports.services import render_export
from cases.models import CaseFile, CaseMember, CaseNote, Export
from tests.cases.documents import ARABIC, CYRILLIC
from tests.cases.filled_case import Filled, fill_case
from tests.factories import NOON, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def rung(monkeypatch) -> list[int]:
    """The ids that a worker is rung for."""
    ids: list[int] = []
    monkeypatch.setattr(tasks.render, "delay", ids.append)
    return ids


@pytest.fixture
def filled() -> Filled:
    return fill_case()


def ask(client, filled, profile="ccf", **kw):
    data = {
        "profile": profile,
        "export_format": "pdf",
        "purpose": "Access request",
        "recipient": "The Commission",
        **kw,
    }
    return client.post(reverse("case-exports", args=[filled.case.code]), data)


def ready(client, filled, rung, **kw) -> Export:
    client.force_login(filled.carla)
    ask(client, filled, **kw)
    export = Export.objects.get()
    render_export(export_id=export.pk, at=timezone.now())
    return export


def test_asking_rings_a_worker_and_shows_the_copy_on_its_way(client, filled, rung):
    client.force_login(filled.carla)
    response = ask(client, filled)
    export = Export.objects.get()
    assert response["Location"] == reverse("export", args=[export.key])
    assert rung == [export.pk]
    page = client.get(response["Location"]).text
    assert 'hx-trigger="every 3s"' in page
    assert "Waiting for a worker" in page
    assert "The Commission" in page


def test_htmx_gets_the_part_alone_and_it_stops_when_done(client, filled, rung):
    export = ready(client, filled, rung)
    address = reverse("export", args=[export.key])
    part = client.get(address, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="progress"')
    assert "hx-trigger" not in part
    export.refresh_from_db()
    assert export.sha256 in part
    assert reverse("export-file", args=[export.key]) in part
    assert "every 3s" not in client.get(address).text


def test_the_download_is_an_attachment_that_can_do_nothing(client, filled, rung):
    export = ready(client, filled, rung)
    response = client.get(reverse("export-file", args=[export.key]))
    assert response.status_code == 200
    content = b"".join(response.streaming_content)
    assert content.startswith(b"%PDF")
    name = f"{filled.case.code}-ccf.pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_colleagues_and_outsiders_get_neither_page_nor_file(client, filled, rung):
    export = ready(client, filled, rung)
    CaseFile.objects.update(level=CaseLevel.RESTRICTED)
    for user in (
        filled.ana,
        filled.ben,
        make_user("Olga Brandt", Role.LAWYER),
        make_user("Emil Novak", Role.ADMINISTRATOR),
    ):
        client.force_login(user)
        for name in ("export", "export-file"):
            assert client.get(reverse(name, args=[export.key])).status_code == 404


def test_who_leaves_the_file_loses_the_copy(client, filled, rung):
    export = ready(client, filled, rung)
    CaseMember.objects.filter(user=filled.carla).update(ended_at=NOON)
    address = reverse("export-file", args=[export.key])
    assert client.get(address).status_code == 403
    CaseFile.objects.update(level=CaseLevel.RESTRICTED)
    assert client.get(address).status_code == 404


def test_who_loses_the_role_loses_the_copy(client, filled, rung):
    export = ready(client, filled, rung)
    type(filled.carla).objects.filter(pk=filled.carla.pk).update(role=Role.ANALYST)
    address = reverse("export-file", args=[export.key])
    assert client.get(address).status_code == 403


def test_an_expired_copy_says_so_and_gives_nothing(client, filled, rung):
    export = ready(client, filled, rung)
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    response = client.get(reverse("export-file", args=[export.key]))
    assert response.status_code == 410
    assert "has expired" in response.text
    assert "%PDF" not in response.text


def test_a_failure_is_told_in_words_with_a_way_on(client, filled, rung):
    client.force_login(filled.carla)
    ask(client, filled)
    Export.objects.update(state=ExportState.FAILED, failure="The reason in words.")
    page = client.get(reverse("export", args=[Export.objects.get().key])).text
    assert "The reason in words." in page
    assert "Ask again" in page
    assert "every 3s" not in page


def test_letters_that_no_font_has_are_told_field_by_field(client, filled, rung):
    CaseNote.objects.create(
        case=filled.case,
        kind="event",
        happened_on="2001",
        text="한국",
        author=filled.ana,
        written_at=NOON,
    )
    export = ready(client, filled, rung)
    page = client.get(reverse("export", args=[export.key])).text
    assert "Chronology entry 1, text: U+D55C HANGUL SYLLABLE HAN" in page
    content = b"".join(
        client.get(reverse("export-file", args=[export.key])).streaming_content
    )
    with pypdfium2.PdfDocument(content) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert "\ufffd\ufffd" in text


def test_the_tab_tells_who_took_what_and_keeps_the_purpose(client, filled, rung):
    ready(client, filled, rung)
    client.force_login(filled.ana)
    page = client.get(reverse("case-exports", args=[filled.case.code])).text
    assert "Carla Meyer" in page
    assert "Access request" not in page
    assert "The Commission" not in page
    assert 'value="ccf"' not in page
    assert 'value="internal"' in page


@pytest.mark.parametrize("field", ["purpose", "recipient", "profile"])
def test_without_purpose_or_reader_there_is_no_copy(client, filled, rung, field):
    client.force_login(filled.carla)
    response = ask(client, filled, **{field: ""})
    assert response.status_code == 422
    assert "There is a problem" in response.text
    assert not Export.objects.exists()
    assert rung == []


def test_a_public_copy_without_consent_keeps_what_was_typed(client, filled, rung):
    client.force_login(filled.carla)
    response = ask(client, filled, "public", purpose="A brief for the press")
    assert response.status_code == 422
    assert "needs the person&#39;s consent" in response.text
    assert "A brief for the press" in response.text


def test_asking_for_more_than_ones_role_is_refused(client, filled, rung):
    client.force_login(filled.ana)
    assert ask(client, filled, "ccf").status_code == 422
    client.force_login(filled.ben)
    assert ask(client, filled, "internal").status_code == 403
    assert not Export.objects.exists()


# --- The command ---------------------------------------------------------------------
def run(capsys, case, out, *more, profile="ccf"):
    call_command("export_case", case, "--profile", profile, "--out", str(out), *more)
    return capsys.readouterr().out


def test_the_command_writes_the_file_and_says_what_it_is(capsys, filled, tmp_path):
    out = tmp_path / "case.pdf"
    told = json.loads(run(capsys, filled.case.code, out, "--format=pdf", "--json"))
    export = Export.objects.get()
    assert told == {
        "path": str(out),
        "sha256": export.sha256,
        "pages": export.pages,
        "redactions": 3,
        "manifest": f"{out}.manifest.json",
    }
    with pypdfium2.PdfDocument(out) as pdf:
        assert len(pdf) == export.pages
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert CYRILLIC in text
    assert ARABIC in text
    manifest = json.loads((tmp_path / "case.pdf.manifest.json").read_text())
    assert manifest["sha256"] == export.sha256
    assert manifest["audit_head"] == export.audit_head


def test_the_command_uses_the_rights_of_somebody_on_the_file(capsys, filled, tmp_path):
    out = tmp_path / "case.json"
    run(capsys, filled.case.code, out, "--format=json")
    assert Export.objects.get().requested_by == filled.carla
    with pytest.raises(CommandError, match="You may not"):
        run(capsys, filled.case.code, out, "--as", filled.ana.email)
    CaseMember.objects.filter(user=filled.carla).update(ended_at=NOON)
    with pytest.raises(CommandError, match="Nobody named on"):
        run(capsys, filled.case.code, out)


@pytest.mark.parametrize("out", ["/proc/out.pdf", "/nowhere/out.pdf", "/"])
def test_a_place_that_cannot_be_written_is_a_sentence(capsys, filled, out):
    with pytest.raises(CommandError, match=r"cannot be written|is no file in a folder"):
        run(capsys, filled.case.code, out)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("NOBODY-1", "--profile=ccf"), "There is no case file NOBODY-1"),
        (("{code}", "--profile=public"), "needs the person's consent"),
        (("{code}", "--profile=ccf", "--format=docx"), "docx is not offered yet"),
        (("{code}", "--profile=ccf", "--format=zip"), "zip is not offered yet"),
        (("{code}", "--profile=ccf", "--as=x@example.org"), "no active colleague"),
    ],
)
def test_the_command_refuses_in_one_sentence(filled, tmp_path, arguments, words):
    out = tmp_path / "out.pdf"
    given = [one.format(code=filled.case.code) for one in arguments]
    with pytest.raises(CommandError, match=words):
        call_command("export_case", *given, f"--out={out}")
    assert not out.exists()
