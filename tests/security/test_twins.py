"""Two worlds, one with a walled file and one without: an outsider reads the same bytes.

The outsider follows every link and sends every form of the site, then asks for lists,
counts, searches and the API by themselves.
"""

from difflib import unified_diff

import pytest
import time_machine

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.choices import Role
from cases.choices import CaseLevel, ExportProfile, FollowKind
from notices.choices import Confidentiality, FactKind, Level
from notices.models import PersonName
from tests.factories import (
    NOON,
    make_case,
    make_feed,
    make_flagged,
    make_notice,
    make_user,
)
from tests.security.asking import Visitor
from tests.security.crawl import crawl
from tests.security.scene import WALLED_NAMES

# Pages that draw a new secret each time they are read.
DRAWN = {"/account/second-factors/app/", "/account/second-factors/passkey/"}
pytestmark = pytest.mark.django_db
ASKED = (
    "/api/notices/",
    "/api/people/",
    "/api/countries/",
    "/api/countries/RU/",
    "/api/people/?name=ZAKRYTOV",
    "/api/notices/?name=Закрытов",
    "/api/notices/?text=quietcharge",
    "/search/?q=ZAKRYTOV",
    "/search/?q=زاكريتوف",
    "/search/?q=扎克雷托夫",
    "/search/?q=HIDDENBIRD-9",
    "/people/?name=Закрытов",
    "/notices/?text=quietcharge",
    "/inbox/counts/",
    "/inbox/?text=quietcharge",
    "/cases/?q=HIDDENBIRD",
    "/cases/HIDDENBIRD-9/",
    "/cases/WALLEDBIRD-3/",
    "/countries/RU/",
    "/administration/audit/?object=HIDDENBIRD-9",
)


@pytest.mark.parametrize(
    "role",
    [Role.ANALYST, Role.REVIEWER, Role.LAWYER, Role.ADVOCACY, Role.ADMINISTRATOR],
)
def test_an_outsiders_whole_site_is_the_same_with_and_without_the_walled_file(role):
    reader, petra = make_user("Olga Brandt", role), make_user("Petra", Role.LAWYER)
    keeper = make_user("Kofi Warden", Role.LAWYER)
    analyst, signer = make_user("Ana"), make_user("Ben Signer", Role.REVIEWER)
    public = make_notice()
    make_flagged(public, by=analyst, signed_by=signer)
    make_case(lead=analyst, notice=public, code="CURLEW-4", members=(petra,))
    make_feed()
    # The hour in which all of it is read, so that ages in words stay the same.
    visitor = Visitor(reader)
    with time_machine.travel(NOON, tick=False):
        without = _read(visitor)
        _build_wall(petra, keeper, public, analyst, signer)
        with_wall = _read(visitor)
        own = crawl(Visitor(petra), start="/cases/", most=20)
    assert len(without) > 40
    assert set(without) == set(with_wall)
    differing = [
        line
        for address in sorted(set(without) - DRAWN)
        for line in unified_diff(
            without[address].splitlines(),
            with_wall[address].splitlines(),
            f"{address} without",
            f"{address} with",
            n=0,
            lineterm="",
        )
    ]
    assert not differing, "\n".join(differing)
    # Petra meets the file on the same way, so that its absence means something.
    assert "/cases/HIDDENBIRD-9/" in own
    assert "ZAKRYTOV" in own["/cases/"]


def _read(visitor):
    pages = crawl(visitor)
    return pages | {
        address: crawl(visitor, start=address, most=1)[address] for address in ASKED
    }


def _build_wall(petra, keeper, public, analyst, signer):
    """A walled file about somebody known through it alone, another about VALTESKU."""
    notice = make_notice(
        family_name="ZAKRYTOV",
        forename="Petr",
        charge="quietcharge of a court",
        confidentiality=Confidentiality.RESTRICTED,
    )
    notice.grants.create(user=petra)
    make_flagged(notice, by=analyst, signed_by=signer)
    case = make_case(
        lead=petra,
        notice=notice,
        code="HIDDENBIRD-9",
        level=CaseLevel.WALLED,
        members=(keeper,),
        summary="quietsummary",
    )
    case.notes.create(kind="note", text="quietnote", author=petra, written_at=NOON)
    case.exports.create(
        requested_by=petra,
        requested_at=NOON,
        profile=ExportProfile.INTERNAL,
        purpose="quietpurpose",
        recipient="Counsel",
    )
    notice.person.facts.create(
        kind=FactKind.PROFESSION,
        value="journalist",
        detail="quietfact",
        level=Level.DOCUMENTED,
        source="The paper",
        recorded_by=petra,
        recorded_at=NOON,
    )
    petra.follows.create(kind=FollowKind.PERSON, person=notice.person, created_at=NOON)
    record(action=Action.CASE_OPENED, actor=petra, target=case, reason="quietreason")
    for script, name in WALLED_NAMES.items():
        PersonName.objects.create(person=notice.person, family_name=name, script=script)
    make_case(
        lead=petra,
        notice=public,
        code="WALLEDBIRD-3",
        level=CaseLevel.WALLED,
        members=(keeper,),
    )
