"""Who may do what: the table of the security design, and giving and taking rights.

Emil administers, Eva too; Ana, an analyst, is whom it is about.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.access import MissingCapability
from accounts.administration.rights import GROUPS
from accounts.administration.services import Refused, change_role, set_export_right
from accounts.capabilities import ROLE_CAPABILITIES, Capability
from accounts.choices import Role
from accounts.models import AuditEntry, User
from tests.factories import NOON, PASSWORD, make_token, make_user

pytestmark = pytest.mark.django_db
C = Capability
# `design/security.md`, section 3: reader, analyst, reviewer, counsel, admin, auditor.
TABLE = {
    C.SEE_PUBLIC_NOTICES: "RAVC--",
    C.SEE_FINDINGS: "-AVC--",
    C.IMPORT: "-AV---",
    C.PROPOSE: "-AV---",
    C.SIGN: "--V---",
    C.OPEN_CASE: "-AVC--",
    C.SEE_RESTRICTED_CASES: "RAVC--",
    C.SEE_WALLED_CASES: "-AVC--",
    C.WRITE_CASE: "-AVC--",
    C.SEE_PROTECTED_FACTS: "-A-C--",
    C.SEE_COUNSEL_NOTES: "---C--",
    C.GIVE_ACCESS: "-AVC--",
    C.LOWER_LEVEL: "---C--",
    C.BREAK_GLASS: "----D-",
    C.EXPORT_INTERNAL: "-AVC--",
    C.EXPORT_COUNSEL: "---C--",
    C.EXPORT_PUBLIC: "RAVC--",
    C.FOLLOW: "RAVCD-",
    C.MAKE_TOKENS: "RAVCD-",
    C.SEE_USERS: "----D-",
    C.HOLD: "---C--",
    C.ASK_ERASURE: "---C--",
    C.ERASE: "----D-",
    C.READ_SETTINGS_LOG: "----D-",
    C.READ_LOG: "-----U",
    C.VERIFY_AUDIT: "-AVCDU",
}
LETTERS = {
    "R": Role.ADVOCACY,
    "A": Role.ANALYST,
    "V": Role.REVIEWER,
    "C": Role.LAWYER,
    "D": Role.ADMINISTRATOR,
    "U": Role.AUDITOR,
}


@pytest.fixture
def eva(db):
    return make_user("Eva Horn", Role.ADMINISTRATOR)


@pytest.fixture
def by_emil(emil, as_user):
    client = as_user(emil, factor=True)

    def post(route, user=None, **data):
        args = [user.pk] if user else []
        answer = client.post(reverse(route, args=args), data, follow=True)
        if user:
            user.refresh_from_db()
        return answer

    return post


def entries(action):
    return AuditEntry.objects.filter(action=action)


@pytest.mark.parametrize("capability", TABLE)
def test_the_roles_are_those_of_the_design(capability):
    letters = TABLE[capability].replace("-", "")
    holders = {role for role, held in ROLE_CAPABILITIES.items() if capability in held}
    assert holders == {LETTERS[letter] for letter in letters}


def test_the_page_of_roles_shows_every_right_once(emil, as_user):
    listed = [one for group in GROUPS.values() for one in group]
    assert sorted(one.name for one in listed) == sorted(one.name for one in Capability)
    page = as_user(emil, factor=True).get(reverse("roles")).text
    for capability in Capability:
        assert capability.value[1:].replace("'", "&#39;") in page
    assert "if allowed" in page


def test_a_user_made_by_the_page_cannot_export_until_it_is_allowed(by_emil):
    form = {"email": "nia@example.org", "name": "Nia", "role": "lawyer"}
    by_emil("user-new", **form, may_export="on")
    nia = User.objects.get(email="nia@example.org")
    assert not nia.can(C.EXPORT_COUNSEL)
    page = by_emil("user-export", nia, **{"export-allowed": "yes"})
    assert "Say why" in page.text
    assert not nia.may_export
    data = {"export-allowed": "yes", "export-reason": "Files with the CCF"}
    assert "Nia may export." in by_emil("user-export", nia, **data).text
    assert nia.can(C.EXPORT_COUNSEL)
    assert '"reason":"Files with the CCF"' in entries("user.export_allowed").get().words
    data |= {"export-allowed": "no"}
    by_emil("user-export", nia, **data)
    assert not nia.can(C.EXPORT_COUNSEL)
    assert entries("user.export_withdrawn").count() == 1


def test_a_role_that_exports_nothing_is_not_allowed_to(by_emil):
    fay = make_user("Fay Ndiaye", Role.AUDITOR, may_export=False)
    data = {"export-allowed": "yes", "export-reason": "Because"}
    assert "has no role that exports" in by_emil("user-export", fay, **data).text
    assert not fay.may_export


@pytest.mark.parametrize("role", [one for one in Role if one != Role.ADMINISTRATOR])
def test_nobody_else_gives_rights(role, ana, as_user):
    client = as_user(make_user("Otto Outsider", role), factor=True)
    for route in ("user-export", "user-role", "user-change"):
        answer = client.post(
            reverse(route, args=[ana.pk]),
            {
                "export-allowed": "yes",
                "export-reason": "x",
                "role-role": "administrator",
                "name": "x",
                "email": "x@example.org",
            },
        )
        assert answer.status_code == 403
    ana.refresh_from_db()
    assert (ana.role, ana.name) == (Role.ANALYST, "Ana Lindqvist")


def test_nobody_changes_their_own_role_or_right(emil, eva, by_emil, as_user):
    page = by_emil("user-role", emil, **{"role-role": "lawyer"})
    assert "Nobody changes their own role" in page.text
    data = {"export-allowed": "no", "export-reason": "x"}
    assert "Nobody gives themselves" in by_emil("user-export", emil, **data).text
    assert (emil.role, emil.may_export) == (Role.ADMINISTRATOR, True)
    as_user(eva, factor=True).post(
        reverse("user-role", args=[emil.pk]), {"role-role": "lawyer"}
    )
    emil.refresh_from_db()
    assert (emil.role, emil.may_export) == (Role.LAWYER, False)


def test_extra_fields_are_ignored_on_every_form(ana, by_emil):
    extra = {
        "id": "1",
        "pk": "1",
        "is_active": "",
        "is_superuser": "on",
        "is_staff": "on",
        "may_export": "",
        "password": "x",
        "date_joined": "2000-01-01",
        "left_at": "2000-01-01",
        "sessions_ended_at": "2000-01-01",
        "role": "administrator",
        "name": "Ana L.",
        "email": ana.email,
        "role-role": "analyst",
        "role-email": "x@example.org",
        "export-allowed": "yes",
        "export-reason": "x",
        "export-role": "administrator",
        "reason-reason": "x",
        "reason-role": "administrator",
    }
    for route in ("user-change", "user-role", "user-export", "user-invite"):
        by_emil(route, ana, **extra)
    assert ana.name == "Ana L."
    assert (ana.role, ana.is_active, ana.may_export) == (Role.ANALYST, True, True)
    assert (ana.left_at, ana.date_joined.year) == (None, ana.date_joined.year)
    assert ana.check_password(PASSWORD)
    assert ana.date_joined.year != 2000


def test_nobody_makes_more_of_themselves_in_their_settings(ana, as_user):
    as_user(ana).post(
        reverse("account-settings"),
        {
            "name": "Ana L.",
            "time_zone": "UTC",
            "theme": "dark",
            "role": "administrator",
            "may_export": "on",
            "email": "x@example.org",
            "left_at": "",
        },
    )
    before = ana.email
    ana.refresh_from_db()
    assert ana.name == "Ana L."
    assert (ana.role, ana.email) == (Role.ANALYST, before)


def test_a_new_address_ends_sessions_tells_the_old_one_and_signs_in(ana, by_emil):
    old = ana.email
    browser = Client()
    assert browser.login(email=old, password=PASSWORD)
    data = {"name": ana.name, "email": "Ana.New@Example.org"}
    assert "Saved." in by_emil("user-change", ana, **data).text
    assert ana.email == "ana.new@example.org"
    assert browser.get("/account/settings/").status_code == 302
    [letter] = mail.outbox
    assert letter.to == [old]
    assert "example.org" not in letter.body
    assert not Client().login(email=old, password=PASSWORD)
    assert Client().login(email="ana.new@example.org", password=PASSWORD)
    entry = entries("user.changed").get()
    assert old in entry.words
    assert "Lindqvist" not in entry.words.split('"label"')[0]


def test_an_address_of_somebody_else_is_refused_and_changes_nothing(ana, ben, by_emil):
    data = {"name": "Other", "email": ben.email.upper()}
    page = by_emil("user-change", ana, **data)
    assert page.status_code == 400
    assert "belongs to a user already" in page.text
    assert ana.name == "Ana Lindqvist"


def test_a_new_role_and_signing_out_end_tokens(ana, ben, by_emil):
    mine, his = make_token(ana), make_token(ben)
    by_emil("user-role", ana, **{"role-role": "reviewer"})
    by_emil("user-sign-out", ben)
    for token in (mine, his):
        token.refresh_from_db()
        assert token.revoked_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_who_change_rights_at_once_leave_an_administrator():
    pair = [make_user(name, Role.ADMINISTRATOR) for name in ("Emil One", "Eva Two")]
    ana = make_user("Ana Lindqvist", Role.ANALYST, may_export=False)

    def act(number):
        actor, other = pair[number], pair[1 - number]
        try:
            change_role(user_id=other.pk, actor=actor, role=Role.LAWYER, at=NOON)
            set_export_right(
                user_id=ana.pk, actor=actor, allowed=True, reason="Goes to court"
            )
        except (Refused, MissingCapability) as refusal:
            return type(refusal)
        finally:
            connections.close_all()

    for _ in range(5):
        User.objects.filter(pk__in=[one.pk for one in pair]).update(
            role=Role.ADMINISTRATOR
        )
        User.objects.filter(pk=ana.pk).update(may_export=False)
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(act, range(2)))
        assert User.objects.filter(role=Role.ADMINISTRATOR).count() == 1
        # Whoever lost the role first changed nothing more.
        assert results.count(None) == 1
        ana.refresh_from_db()
        assert ana.may_export
    assert entries("user.export_allowed").count() == 5
