"""The pictures of screens: which there are, how they are taken, what they find."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.choices import Role
from cases.demo.logins import DEMO_LOGINS
from config.screens.camera import Camera
from config.screens.session import HEAVIEST_BYTES, MOST_SHIFT, Round
from config.screens.states import ANYBODY, STATES, State
from config.screens.walking import Walk, screen_of
from tests.factories import make_user

AXE = (Path(__file__).parents[1] / "vendor" / "axe" / "axe.min.js").read_text()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/", "today"),
        ("/inbox/?state=waiting", "inbox"),
        ("/notices/2026-1/versions/", "notice-tab-versions"),
        ("/notices/2026-2/versions/?from=1", "notice-tab-versions"),
        ("/notices/2026-1/warrants/", "notice-tab-warrants"),
        ("/account/logout/", None),
        ("/api/notices/", None),
        ("/no/page/", None),
    ],
)
def test_an_address_names_its_screen(address, name):
    assert screen_of(address) == name


def test_a_walk_looks_at_each_screen_once():
    walk = Walk("/", "/inbox/")
    walk.add(["/inbox/?view=all", "/notices/2026-1/", "/notices/2026-2/", "/nothing/"])
    seen = []
    while found := walk.next():
        seen.append(found)
    assert seen == [
        ("today", "/"),
        ("inbox", "/inbox/"),
        ("notice", "/notices/2026-1/"),
    ]


def test_every_state_has_a_name_of_its_own_and_somebody_who_looks():
    people = {login.email.partition("@")[0] for login in DEMO_LOGINS}
    assert {state.who for state in STATES} <= {*people, ANYBODY}
    assert len({state.name for state in STATES}) == len(STATES)


def test_without_a_browser_the_command_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="no browser here"):
        call_command("screenshots")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pictures_come_with_what_is_wrong_on_them(chromium, live_server, tmp_path):
    make_user("Ana Lindqvist", Role.ANALYST, email="ana@example.org")
    camera = Camera(chromium, live_server.url, tmp_path, AXE, "ana")
    camera.sign_in("ana@example.org", "an invented pass phrase")
    taken, links = camera.take("today", "/")
    assert taken.is_good, taken
    assert "/inbox/" in links
    assert taken.shift <= MOST_SHIFT
    assert {path.name for path in (tmp_path / "ana").iterdir()} == {
        f"today-{width}-{scheme}.png"
        for width in (1440, 390)
        for scheme in ("light", "dark")
    }
    mirrored = camera.take_state(
        State("turned", "ana", "/account/settings/", (("rtl",),), width=390)
    )
    assert mirrored.is_good, mirrored
    gone = camera.take("gone", "/no/page/")[0]
    assert "404" in gone.trouble
    done = Round([taken, gone], {"ana": HEAVIEST_BYTES + 1})
    assert len(done.faults()) == 2
    shutil.rmtree(tmp_path / "ana")
