"""A new installation gets its first administrator from the terminal, and only once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.choices import Role
from accounts.models import AuditEntry, User


def add(email: str = "Emil@NGO.example", name: str = "Emil Novak") -> str:
    out = StringIO()
    call_command("add_administrator", email, name=name, stdout=out)
    return out.getvalue().strip()


def test_they_set_a_password_by_the_printed_address_and_sign_in(
    db, client: Client
) -> None:
    address = add()
    user = User.objects.get()
    assert (user.email, user.role) == ("emil@ngo.example", Role.ADMINISTRATOR)
    assert not user.has_usable_password()
    assert "user.created" in AuditEntry.objects.get().facts
    page = client.get(address.removeprefix("http://127.0.0.1:8000"), follow=True)
    words = "seven lanterns by the sea"
    client.post(
        page.request["PATH_INFO"], {"password1": words, "password2": words}, follow=True
    )
    assert User.objects.get().check_password(words)


def test_the_address_can_be_printed_again_until_it_was_used(db) -> None:
    add()
    assert "/account/" in add()
    assert User.objects.count() == 1


def test_the_first_two_come_from_the_terminal_and_a_third_is_refused(db) -> None:
    add()
    add("greta@ngo.example", "Greta Berg")
    with pytest.raises(CommandError, match="There are administrators already"):
        add("mallory@ngo.example")
    assert User.objects.count() == 2


@pytest.mark.parametrize("email", ["not an address", ""])
def test_a_broken_address_is_refused_in_words(db, email: str) -> None:
    with pytest.raises(CommandError, match="valid email|cannot be blank"):
        add(email)
    assert not User.objects.exists()


def test_somebody_who_is_no_administrator_does_not_become_one(db) -> None:
    User.objects.create_user("emil@ngo.example", name="Emil", role=Role.ANALYST)
    with pytest.raises(CommandError, match="belongs to a user already"):
        add()
    assert User.objects.get().role == Role.ANALYST
