"""What each kind of copy holds and what it must not hold, read from its very bytes."""

import json
from datetime import timedelta

import pytest

from accounts.access import MissingCapability
from accounts.choices import Role
from cases.choices import CaseLevel, ExportProfile, ExportState
from cases.exports.checking import text_of
from cases.exports.document import fingerprint
from cases.exports.profiles import PROFILES, Part
from cases.exports.services import (
    ExportRefused,
    open_download,
    render_export,
    request_export,
)
from cases.exports.signing import sign_export, what_is_signed
from cases.files.access import NotNamed
from cases.models import CaseFile, CaseNote, Export
from tests.cases.documents import ARABIC, CHINESE, CYRILLIC, PERSIAN, RUSSIAN
from tests.cases.filled_case import (
    CONTACT,
    HIS_ASYLUM,
    PRIVILEGED,
    Filled,
    fill_case,
)
from tests.factories import NOON, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.FILES_DIR = tmp_path


@pytest.fixture
def filled() -> Filled:
    return fill_case(public_consent="By letter, 3 November 2026", summary="Own words")


def ask(case, actor, profile, export_format="pdf", **kw) -> Export:
    return request_export(
        case=case,
        actor=actor,
        at=NOON,
        profile=profile,
        export_format=export_format,
        **{"purpose": "A request", "recipient": "The reader", **kw},
    )


def made(case, actor, profile, export_format="pdf", **kw) -> tuple[Export, str]:
    """The finished copy and everything that can be read out of it."""
    export = ask(case, actor, profile, export_format, **kw)
    if export.state == ExportState.UNSIGNED:
        signer = make_user("Sela Signer", Role.REVIEWER)
        seen = fingerprint(what_is_signed(export, at=NOON))
        sign_export(export=export, actor=signer, at=NOON, seen=seen)
    render_export(export_id=export.pk, at=NOON)
    export.refresh_from_db()
    assert export.state == ExportState.READY, export.failure
    path = open_download(export=export, reader=actor, at=NOON)
    return export, text_of(path.read_bytes(), export_format)


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("profile", ExportProfile.values)
@pytest.mark.parametrize("export_format", ["pdf", "json"])
def test_every_copy_has_the_names_and_charges_in_their_own_script(
    filled, profile, export_format
):
    export, text = made(filled.case, filled.carla, profile, export_format)
    for words in (filled.case.code, CYRILLIC, CHINESE, RUSSIAN, ARABIC, "Russia"):
        assert words in one_line(text)
    assert (export.pages is None) is (export_format == "json")


def test_the_internal_copy_of_a_lawyer_has_everything(filled):
    _, text = made(filled.case, filled.carla, "internal")
    text = one_line(text)
    for words in (
        PRIVILEGED,
        CONTACT,
        HIS_ASYLUM,
        PERSIAN,
        "Reason of I05",
        "Reason of C04",
        "not verified against the primary text",
        "Penalty: not looked up",
        "Ben Okafor, reviewer",
        "Innocent explanation: A fraud of 2019",
        "People with access",
        "March 2023",
        "Own words",
        str(filled.closed),
    ):
        assert words in text


def test_the_internal_copy_of_an_analyst_has_no_note_for_lawyers(filled):
    _, text = made(filled.case, filled.ana, "internal")
    assert "Waits for the warrant copy" in one_line(text)
    assert PRIVILEGED not in one_line(text)


def test_the_copy_for_the_ccf_argues_and_keeps_our_own_work_back(filled):
    export, text = made(filled.case, filled.carla, "ccf")
    text = one_line(text)
    for words in (HIS_ASYLUM, PERSIAN, "Reason of I05", str(filled.closed)):
        assert words in text
    for words in (
        PRIVILEGED,
        CONTACT,
        "Waits for the warrant copy",
        "Reason of C04",
        "Penalty: not looked up",
        "Own words",
        "Ana Lindqvist",
        "Ben Okafor",
        "Carla Meyer",
        "Review decision",
    ):
        assert words not in text
    assert Part.COUNSEL_NOTES.value in text
    assert export.redactions == 3


def test_the_public_copy_has_only_what_interpol_published(filled):
    _, text = made(filled.case, filled.carla, "public")
    text = one_line(text)
    for words in (
        HIS_ASYLUM,
        PERSIAN,
        "Reason of I05",
        "Carla Meyer",
        "Protection granted",
        "A request",
        str(filled.closed),
    ):
        assert words not in text
    assert str(filled.notice) in text


def test_what_is_left_out_is_named_in_the_copy_in_the_same_words_always(filled):
    _, full = made(filled.case, filled.carla, "ccf")
    CaseNote.objects.all().delete()
    _, empty = made(filled.case, filled.carla, "ccf")
    for part in (Part.COUNSEL_NOTES, Part.NOTES, Part.STAFF):
        assert part.value in one_line(full)
        assert part.value in one_line(empty)


def test_a_public_copy_without_consent_is_refused_in_words(filled):
    CaseFile.objects.update(public_consent="")
    with pytest.raises(ExportRefused, match="needs the person's consent"):
        ask(filled.case, filled.carla, "public")
    assert not Export.objects.exists()


@pytest.mark.parametrize("profile", ["counsel", "ccf"])
def test_an_analyst_takes_no_copy_for_counsel_or_the_ccf(filled, profile):
    with pytest.raises(MissingCapability):
        ask(filled.case, filled.ana, profile)


def test_a_colleague_who_is_not_named_takes_no_copy_at_all(filled):
    with pytest.raises(NotNamed, match="Carla Meyer can add you"):
        ask(filled.case, filled.ben, "internal")


def test_an_administrator_or_outsider_cannot_even_ask(filled):
    CaseFile.objects.update(level=CaseLevel.RESTRICTED)
    for role in (Role.ADMINISTRATOR, Role.LAWYER):
        with pytest.raises(CaseFile.DoesNotExist):
            ask(filled.case, make_user("Olga Brandt", role), "internal")


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("Ana Lindqvist saw him in court", "the name of a colleague"),
        ("Wrote to Ben\nOkafor about it", "the name of a colleague"),
        ("Was seen in Benin, Okaforstraße 3", None),
        (f"As told: {CONTACT.upper()}", "a text of the kind “contact”"),
    ],
)
def test_a_leftover_blocks_the_copy_and_names_the_place_not_the_words(
    filled, typed, what
):
    CaseNote.objects.create(
        case=filled.case,
        kind="event",
        happened_on="2020",
        text=typed,
        author=filled.ana,
        written_at=NOON,
    )
    export = ask(filled.case, filled.carla, "ccf")
    render_export(export_id=export.pk, at=NOON)
    export.refresh_from_db()
    if what is None:
        assert export.state == ExportState.READY
        return
    assert export.state == ExportState.BLOCKED
    assert f"{what} in: chronology entry 1, text" in export.failure
    assert "Lindqvist" not in export.failure
    assert export.path == ""


def test_a_long_note_that_wraps_over_lines_is_still_found(filled):
    secret = "The witness will be at the border on Thursday and asks for counsel. " * 4
    for kind in ("note", "event"):
        CaseNote.objects.create(
            case=filled.case,
            kind=kind,
            text=secret,
            author=filled.ana,
            written_at=NOON,
        )
    export = ask(filled.case, filled.carla, "ccf")
    render_export(export_id=export.pk, at=NOON)
    export.refresh_from_db()
    assert export.state == ExportState.BLOCKED


def test_a_new_part_is_in_no_copy_that_goes_out_until_it_is_listed():
    for key in (ExportProfile.CCF, ExportProfile.PUBLIC):
        profile = PROFILES[key]
        assert len(profile.contains) + len(profile.left_out) == len(Part)
        assert Part.COUNSEL_NOTES.value in profile.left_out


def test_json_is_the_same_document_for_programs(filled):
    export = ask(filled.case, filled.carla, "counsel", "json")
    render_export(export_id=export.pk, at=NOON + timedelta(minutes=1))
    export.refresh_from_db()
    path = open_download(export=export, reader=filled.carla, at=NOON)
    document = json.loads(path.read_bytes())
    assert document["code_name"] == filled.case.code
    assert document["members"] is None
    charges = document["notices"][0]["warrants"][0]["charges"]
    assert charges[1]["original"] == {"lang": "ar", "value": ARABIC}
    assert document["generated_at"] == "2026-11-24T12:01:00+00:00"
