"""Every copy of a case file carries the anchor of the log, so that it can be used."""

import io
import json

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from accounts.audit.check import check_log
from accounts.audit.verify_log import anchors_in
from cases.choices import ExportFormat, ExportProfile
from tests.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("form", [ExportFormat.PDF, ExportFormat.JSON])
def test_the_copy_and_its_manifest_are_anchors(carla, tmp_path, capsys, form):
    carla.may_export = True
    carla.save()
    case = make_case(lead=carla, code="KESTREL-7")
    out = tmp_path / "copy"
    call_command(
        "export_case",
        case.code,
        profile=ExportProfile.INTERNAL,
        export_format=form,
        out=out,
        json=True,
    )
    said = json.loads(capsys.readouterr().out)
    with open(said["manifest"]) as file:  # noqa: PTH123
        (told,) = anchors_in(file.read())
    content = out.read_bytes()
    if form == ExportFormat.PDF:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
        (whole,) = anchors_in(pages[0].split("Copy", 1)[0] + pages[0])[:1]
        assert whole == told
        (short,) = anchors_in(pages[-1])
        assert (short.seq, len(short.hash)) == (told.seq, 16)
        found = [whole, short]
    else:
        found = anchors_in(content.decode())
    assert check_log(anchors=[told, *found]).verdict.ok
