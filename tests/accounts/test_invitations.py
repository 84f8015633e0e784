"""The link of an invitation: good once, for three days, for nobody else.

Nia is invited by Emil; a stranger has the address of the link, or a guess of one.
"""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User

pytestmark = pytest.mark.django_db
WORDS = {"password1": "four quite ordinary words", "password2": None}
WORDS["password2"] = WORDS["password1"]


@pytest.fixture
def by_emil(emil, as_user):
    client = as_user(emil, factor=True)

    def post(route, user=None, **data):
        args = [user.pk] if user else []
        return client.post(reverse(route, args=args), data, follow=True)

    return post


@pytest.fixture
def nia(by_emil):
    by_emil("user-new", email="nia@example.org", name="Nia Okonedo", role="lawyer")
    return User.objects.get(email="nia@example.org")


def link_of(letter):
    [link] = re.findall(r"https?://[^/\s]+(/\S+)", letter.body)
    return link


def opened(link, **form):
    """Open a link in a new browser and send the form, if there is one."""
    browser = Client()
    page = browser.get(link, follow=True)
    if "password1" not in page.text:
        return page
    return browser.post(page.redirect_chain[-1][0], form or WORDS, follow=True)


def has_password(user):
    user.refresh_from_db()
    return user.has_usable_password()


def test_it_works_once_and_a_replay_changes_nothing(nia):
    link = link_of(mail.outbox[0])
    opened(link)
    assert has_password(nia)
    replay = opened(
        link, password1="another pass phrase", password2="another pass phrase"
    )
    nia.refresh_from_db()
    assert nia.check_password(WORDS["password1"])
    assert "password1" not in replay.text


def test_looking_at_it_uses_nothing_up(nia):
    link = link_of(mail.outbox[0])
    for _ in range(3):
        assert "password1" in Client().get(link, follow=True).text
    opened(link)
    assert has_password(nia)


def test_it_ends_after_three_days(nia, time_machine_of_tokens):
    link = link_of(mail.outbox[0])
    time_machine_of_tokens(timedelta(days=3, seconds=5))
    assert "password1" not in opened(link).text
    assert not has_password(nia)


@pytest.fixture
def time_machine_of_tokens(monkeypatch):
    """Let the maker of links think that it is later."""

    def later(by):
        moment = timezone.now().replace(tzinfo=None) + by
        monkeypatch.setattr("accounts.links.LinkTokens._now", lambda self: moment)

    return later


def test_every_link_that_does_not_work_reads_the_same(nia, by_emil):
    link = link_of(mail.outbox[0])
    opened(link)
    user, key = re.search(r"/key/([0-9a-z]+)-(.+)/$", link).groups()
    pages = {
        opened(one).text.replace(one, "")
        for one in (
            link,
            link.replace(f"{user}-", "zzzz-"),
            link.replace(key, "c0ffee-0123456789abcdef0123456789abcdef"),
        )
    }
    pages = {
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", one) for one in pages
    }
    assert len({re.sub(r"/key/[^\"]+", "", one) for one in pages}) == 1


def test_closing_the_account_withdraws_the_invitation_for_good(nia, by_emil):
    link = link_of(mail.outbox[0])
    by_emil("user-deactivate", nia, **{"reason-reason": "Invited by mistake"})
    assert "password1" not in opened(link).text
    by_emil("user-reactivate", nia)
    assert "password1" not in opened(link).text
    assert not has_password(nia)
    by_emil("user-invite", nia)
    opened(link_of(mail.outbox[-1]))
    assert has_password(nia)


def test_another_address_gets_another_link(nia, by_emil):
    link = link_of(mail.outbox[0])
    by_emil("user-change", nia, email="nia.o@example.org", name="Nia Okonedo")
    assert "password1" not in opened(link).text
    by_emil("user-invite", nia)
    letter = mail.outbox[-1]
    assert letter.to == ["nia.o@example.org"]
    opened(link_of(letter))
    assert has_password(nia)


def test_a_closed_account_is_sent_no_link(nia, by_emil):
    by_emil("user-deactivate", nia)
    sent = len(mail.outbox)
    assert by_emil("user-invite", nia).status_code == 404
    assert len(mail.outbox) == sent
    assert settings.PASSWORD_RESET_TIMEOUT == 3 * 86_400
