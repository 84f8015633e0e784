"""Users: added, invited, given another role, closed. Emil administers; Ana does not."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.access import MissingCapability
from accounts.administration.services import Refused, deactivate
from accounts.choices import Role
from accounts.models import AuditEntry, User
from tests.factories import NOON, PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def emil():
    return make_user("Emil Sørby", Role.ADMINISTRATOR)


@pytest.fixture
def ana():
    return make_user("Ana Lindqvist", Role.ANALYST)


@pytest.fixture
def as_emil(emil):
    client = Client()
    client.force_login(emil)
    return client


def signed_in(user):
    client = Client()
    assert client.login(email=user.email, password=PASSWORD)
    return client


def actions():
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def post(client, name, user, **data):
    return client.post(reverse(name, kwargs={"pk": user.pk}), data, follow=True)


def test_an_administrator_sees_every_user_with_role_and_access(as_emil, ana):
    make_user("Ben Osei", Role.REVIEWER, is_active=False)
    User.objects.create_user(email="new@example.org", name="Nia New", role=Role.LAWYER)
    page = as_emil.get("/administration/").content.decode()
    for text in (ana.email, "Ben Osei", "deactivated", "invited, no password yet"):
        assert text in page


@pytest.mark.parametrize("role", [r for r in Role if r != Role.ADMINISTRATOR])
def test_nobody_else_opens_the_administration(role, ana):
    client = signed_in(make_user("Olga Outsider", role))
    for method, address in [
        ("get", "/administration/"),
        ("get", "/administration/users/new/"),
        ("get", f"/administration/users/{ana.pk}/"),
        ("post", f"/administration/users/{ana.pk}/role/"),
        ("post", f"/administration/users/{ana.pk}/deactivate/"),
    ]:
        response = getattr(client, method)(address)
        assert response.status_code == 403
        assert ana.email not in response.content.decode()


def test_a_stranger_is_asked_to_sign_in(client, ana):
    response = client.get(f"/administration/users/{ana.pk}/")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_a_new_user_gets_a_link_that_sets_a_password_and_says_nothing_else(as_emil):
    page = as_emil.post(
        "/administration/users/new/",
        {"email": "Nia@Example.org", "name": "Nia Okonedo", "role": "lawyer"},
        follow=True,
    )
    assert "nia@example.org" in page.content.decode()
    user = User.objects.get(email="nia@example.org")
    assert (user.role, user.has_usable_password()) == ("lawyer", False)
    assert actions()[-2:] == ["user.created", "user.invited"]

    [letter] = mail.outbox
    assert letter.to == ["nia@example.org"]
    text = f"{letter.subject} {letter.body}".lower()
    for word in ("okonedo", "lawyer", "notice", "interpol", "case", "emil"):
        assert word not in text
    [link] = re.findall(r"https?://[^/\s]+(/\S+)", letter.body)

    browser = Client()
    form = browser.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    words = "four quite ordinary words"
    browser.post(address, {"password1": words, "password2": words})
    assert browser.login(email="nia@example.org", password=words)
    assert "account.password_reset" in actions()
    # The link worked once.
    again = Client().get(link, follow=True)
    assert "password1" not in again.content.decode()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"email": "not an address"}, "valid email"),
        ({"email": ""}, "required"),
        ({"role": "superuser"}, "valid choice"),
        ({"name": "Nia\u202eOkonedo"}, "invisible"),
        ({"name": "Nia\r\nBcc: all@example.org"}, "invisible"),
        ({"name": "n" * 121}, "120"),
    ],
)
def test_a_bad_form_names_its_fault_and_makes_nobody(as_emil, change, word):
    data = {"email": "nia@example.org", "name": "Nia", "role": "lawyer"} | change
    response = as_emil.post("/administration/users/new/", data)
    assert response.status_code == 400
    assert word in response.content.decode()
    assert User.objects.count() == 1
    assert not mail.outbox


def test_an_address_is_given_once_in_any_case(as_emil, ana):
    data = {"email": ana.email.upper(), "name": "Another Ana", "role": "lawyer"}
    response = as_emil.post("/administration/users/new/", data)
    assert "has this address already" in response.content.decode()
    assert User.objects.filter(email__iexact=ana.email).count() == 1


def test_a_mail_server_that_is_away_leaves_the_user_and_says_so(as_emil, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    page = as_emil.post(
        "/administration/users/new/",
        {"email": "nia@example.org", "name": "Nia", "role": "lawyer"},
        follow=True,
    )
    assert "Send the invitation again" in page.content.decode()
    assert User.objects.filter(email="nia@example.org").exists()
    assert actions()[-1] == "user.created"


def test_a_new_role_counts_at_once_and_ends_the_old_sessions(as_emil, ana):
    anas = signed_in(ana)
    assert anas.get("/account/settings/").status_code == 200
    page = post(
        as_emil, "user-role", ana, **{"role-role": "lawyer", "role-reason": "Moved"}
    )
    assert "is now lawyer" in page.content.decode()
    ana.refresh_from_db()
    assert ana.role == "lawyer"
    assert anas.get("/account/settings/").status_code == 302
    entry = AuditEntry.objects.get(action="user.role_changed")
    assert '"before":{"role":"analyst"}' in entry.words
    assert '"reason":"Moved"' in entry.words
    assert signed_in(ana).get("/account/settings/").status_code == 200


def test_a_deactivated_user_is_out_at_once_and_old_sessions_stay_dead(as_emil, ana):
    anas = signed_in(ana)
    post(as_emil, "user-deactivate", ana, **{"reason-reason": "Left"})
    assert anas.get("/account/settings/").status_code == 302
    assert not Client().login(email=ana.email, password=PASSWORD)

    post(as_emil, "user-reactivate", ana)
    assert anas.get("/account/settings/").status_code == 302
    assert signed_in(ana).get("/account/settings/").status_code == 200
    assert [a for a in actions() if a.startswith("user.")] == [
        "user.deactivated",
        "user.reactivated",
    ]


def test_a_user_can_be_signed_out_everywhere(as_emil, ana):
    one, other = signed_in(ana), signed_in(ana)
    post(as_emil, "user-sign-out", ana)
    for browser in (one, other):
        assert browser.get("/account/settings/").status_code == 302


@pytest.mark.parametrize(
    ("name", "data"),
    [("user-deactivate", {}), ("user-role", {"role-role": "analyst"})],
)
def test_the_last_active_administrator_cannot_go(as_emil, emil, name, data):
    make_user("Eva Inactive", Role.ADMINISTRATOR, is_active=False)
    page = post(as_emil, name, emil, **data)
    assert "is the last active administrator" in page.content.decode()
    emil.refresh_from_db()
    assert (emil.role, emil.is_active) == (Role.ADMINISTRATOR, True)
    assert not any(action.startswith("user.") for action in actions())


def test_an_administrator_goes_when_another_one_stays(as_emil, emil):
    make_user("Eva Second", Role.ADMINISTRATOR)
    post(as_emil, "user-deactivate", emil)
    emil.refresh_from_db()
    assert not emil.is_active


@pytest.mark.parametrize("name", ["user-role", "user-deactivate", "user-sign-out"])
def test_a_look_changes_nothing(as_emil, ana, name):
    response = as_emil.get(reverse(name, kwargs={"pk": ana.pk}))
    assert response.status_code == 405


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_remove_each_other_at_the_same_moment():
    pair = [make_user(name, Role.ADMINISTRATOR) for name in ("Emil One", "Eva Two")]

    def remove(actor, user):
        try:
            deactivate(user_id=user.pk, actor=actor, at=NOON)
        except (Refused, MissingCapability) as refusal:
            return type(refusal)
        finally:
            connections.close_all()

    for _ in range(5):
        User.objects.update(is_active=True)
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(remove, pair, pair[::-1]))
        assert User.objects.filter(is_active=True).count() == 1
        assert results.count(None) == 1
