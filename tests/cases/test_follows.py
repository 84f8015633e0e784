"""Following, the page of follows, the rhythm of the digest, and who may follow what."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import AuditEntry
from cases.models import Digest, DigestSetting, Follow
from notices.choices import Confidentiality
from notices.models import Notice, NoticeChange
from tests.cases.digest_makers import follow_country, follow_person, make_change, send
from tests.factories import make_notice, make_user

pytestmark = pytest.mark.django_db


def add(client, query: dict, **words):
    return client.post(reverse("follow-add", query=query), words)


@pytest.fixture
def signed_in(client):
    """Return a function that signs a new reader of some role in."""

    def sign_in(role: str = Role.ANALYST):
        reader = make_user("Ana Lindqvist", role)
        client.force_login(reader)
        return reader

    return sign_in


def test_one_click_follows_a_country_with_a_note_and_an_estimate(client, signed_in):
    reader = signed_in(Role.ADVOCACY)
    notice = make_notice()
    NoticeChange.objects.all().delete()
    for days in range(8):
        make_change(notice, at=timezone.now() - timedelta(days=days))

    form = client.get(reverse("follow-add", query={"country": "RU"})).content.decode()
    assert "Follow <bdi>Russia</bdi>" in form
    assert "About 2 events a week" in form
    assert not Follow.objects.exists()

    answer = add(client, {"country": "RU"}, note="ask Ben first")
    assert answer.status_code == 302
    page = client.get(reverse("follows")).content.decode()
    assert "ask Ben first" in page and "Russia" in page
    follow = Follow.objects.get(reader=reader)
    assert follow.country_id == "RU"
    assert AuditEntry.objects.filter(action="follow.added").count() == 1


def test_following_twice_changes_the_note_and_makes_no_second_follow(client, signed_in):
    signed_in()
    add(client, {"country": "RU"}, note="first")
    add(client, {"country": "RU"}, note="second")

    assert [one.note for one in Follow.objects.all()] == ["second"]
    form = client.get(reverse("follow-add", query={"country": "RU"})).content.decode()
    assert "second" in form


def test_a_filter_is_kept_in_one_spelling_and_without_the_place_in_the_list(
    client, signed_in
):
    signed_in()
    add(client, {"query": "?state=waiting&country=RU&name=&after=5.1"}, title="RU")
    add(client, {"query": "country=RU&state=waiting"}, title="RU, for review")

    follow = Follow.objects.get()
    assert (follow.query, follow.title) == (
        "country=RU&state=waiting",
        "RU, for review",
    )


def test_a_filter_without_a_name_is_described(client, signed_in):
    signed_in()
    add(client, {"query": "country=RU"})

    page = client.get(reverse("follows")).content.decode()
    assert "Issuing country: Russia" in page


@pytest.mark.parametrize("query", ["band=strong", "state=flagged&country=RU"])
def test_an_advocacy_reader_may_not_follow_a_filter_that_reads_findings(
    client, signed_in, query
):
    signed_in(Role.ADVOCACY)

    form = client.get(reverse("follow-add", query={"query": query}))
    assert form.status_code == 422
    assert "who may read findings" in form.content.decode()
    assert add(client, {"query": query}).status_code == 422
    assert not Follow.objects.exists()


def test_an_analyst_may_and_loses_what_it_tells_with_the_role(
    client, signed_in, mail_sink
):
    reader = signed_in()
    make_notice()
    add(client, {"query": "state=waiting"})
    Follow.objects.update(created_at=timezone.now() - timedelta(days=400))
    reader.role = Role.ADVOCACY
    reader.save()
    setting = DigestSetting.objects.get()
    NoticeChange.objects.update(at=setting.since + timedelta(hours=1))

    assert send(setting.since + timedelta(days=8)) == {"due": 1, "empty": 1}


@pytest.mark.parametrize(
    "query", [{"country": "ZZ"}, {"person": "nosuchkey"}, {}, {"person": ""}]
)
def test_what_does_not_exist_cannot_be_followed(client, signed_in, query):
    signed_in()

    assert client.get(reverse("follow-add", query=query)).status_code == 404
    assert add(client, query).status_code == 404


@pytest.mark.parametrize("query", [{"query": "country=Nowhere"}, {"query": "x=1"}])
def test_a_filter_that_says_nothing_we_know_is_refused_in_words(
    client, signed_in, query
):
    signed_in()

    page = client.get(reverse("follow-add", query=query))

    assert page.status_code == 422
    assert "cannot be followed" in page.content.decode()


def test_a_person_one_may_not_see_is_not_there(client, signed_in):
    signed_in(Role.ADVOCACY)
    hidden = make_notice(
        family_name="NOROUZAZIN", confidentiality=Confidentiality.RESTRICTED
    )
    shown = make_notice(family_name="OREL")

    query = {"person": hidden.person.key}
    assert client.get(reverse("follow-add", query=query)).status_code == 404
    query = {"person": shown.person.key}
    assert "OREL" in client.get(reverse("follow-add", query=query)).content.decode()


def test_a_person_who_became_hidden_is_no_longer_named_on_the_page(client, signed_in):
    reader = signed_in(Role.ADVOCACY)
    notice = make_notice(family_name="NOROUZAZIN")
    follow_person(reader, notice.person)
    assert "NOROUZAZIN" in client.get(reverse("follows")).content.decode()
    Notice.objects.update(confidentiality=Confidentiality.RESTRICTED, origin="client")

    page = client.get(reverse("follows")).content.decode()

    assert "NOROUZAZIN" not in page
    assert "A person you may no longer see" in page


def test_a_follow_ends_for_its_reader_only(client, signed_in):
    other = make_user("Ben Okafor", Role.REVIEWER)
    theirs = follow_country(other)
    reader = signed_in()
    mine = follow_country(reader)

    ends = [reverse("follow-end", args=[one.key]) for one in (mine, theirs)]
    assert client.get(ends[0]).status_code == 405
    assert [client.post(one).status_code for one in ends] == [302, 404]
    assert list(Follow.objects.all()) == [theirs]
    assert AuditEntry.objects.filter(action="follow.ended").count() == 1


def test_the_page_shows_nobody_else_s_follows(client, signed_in):
    follow_country(make_user("Ben Okafor", Role.REVIEWER), "IR", note="secret")
    signed_in()

    page = client.get(reverse("follows")).content.decode()

    assert "secret" not in page
    assert "You follow nothing yet" in page
    assert not DigestSetting.objects.filter(reader__name="Ana Lindqvist").exists()


def test_anonymous_people_sign_in_first(client):
    for name in ("follows", "follow-add", "digest-preview", "preview-html"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302
        assert reverse("account_login") in answer["Location"]


def test_the_rhythm_and_hour_are_the_reader_s_choice(client, signed_in):
    reader = signed_in()
    reader.time_zone = "Europe/Berlin"
    reader.save()

    client.post(reverse("digest-rhythm"), {"rhythm": "daily", "hour": "18"})
    setting = DigestSetting.objects.get(reader=reader)
    assert (setting.rhythm, setting.hour) == ("daily", 18)
    page = client.get(reverse("follows")).content.decode()
    assert "Europe/Berlin" in page
    assert re.search(r"Next: <strong><time[^>]*>[^<]*, 18:00 CES?T", page)
    bad = {"rhythm": "hourly", "hour": "25"}
    assert client.post(reverse("digest-rhythm"), bad).status_code == 400


def test_digests_are_turned_off_and_on_again(client, signed_in, mail_sink):
    reader = signed_in()
    make_notice()
    follow_country(reader)

    client.post(reverse("digest-switch"), {"digests": "off"})
    assert "Digests are off" in client.get(reverse("follows")).content.decode()
    assert send() == {}
    client.post(reverse("digest-switch"), {"digests": "on"})
    assert "Next: <strong>" in client.get(reverse("follows")).content.decode()

    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"digest.stopped", "digest.started"} <= actions


def test_an_address_that_was_refused_is_tried_again_when_the_reader_says_so(
    client, signed_in, mail_sink
):
    reader = signed_in()
    make_notice()
    follow_country(reader)
    mail_sink.script("rcpt", "550 5.1.1 no such user")
    send()
    page = client.get(reverse("follows")).content.decode()
    assert "Your mail server refuses our mail" in page

    client.post(reverse("digest-switch"), {"digests": "on"})

    assert DigestSetting.objects.get(reader=reader).refused_at is None


def test_the_preview_is_what_is_sent_and_writes_nothing(client, signed_in, mail_sink):
    reader = signed_in()
    notice = make_notice()
    follow_country(reader, note="ask Ben first", at=timezone.now() - timedelta(days=9))
    NoticeChange.objects.update(at=timezone.now() - timedelta(hours=1))
    make_change(notice, at=timezone.now() - timedelta(hours=2))
    DigestSetting.objects.update(rhythm="daily", hour=0)

    page = client.get(reverse("digest-preview")).content.decode()
    frame = client.get(reverse("preview-html"))
    assert not Digest.objects.exists()
    assert send(timezone.now()) == {"due": 1, "sent": 1}

    (mail,) = mail_sink.arrived
    digest = Digest.objects.get()
    shown = re.search(r'<pre class="mail-text"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert shown is not None
    assert digest.text == (
        shown[1].replace("&#34;", '"').replace("&amp;", "&").replace("&lt;", "<")
    )
    plain_head = frame.content.decode().replace('<base target="_blank">', "")
    assert plain_head == digest.html
    assert mail.message["Subject"] in page
    assert mail.part("plain").split("Stop:")[0] == digest.text.split("Stop:")[0]


def test_the_html_of_a_mail_stands_in_a_frame_that_can_do_nothing(client, signed_in):
    reader = signed_in()
    make_notice()
    NoticeChange.objects.update(at=timezone.now())
    follow_country(reader, at=timezone.now() - timedelta(days=1))

    frame = client.get(reverse("preview-html"))
    page = client.get(reverse("digest-preview"))

    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy and "allow-same-origin" not in policy
    assert "frame-ancestors 'self'" in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "script-src 'self'" in page["Content-Security-Policy"]


def test_the_page_asks_as_little_for_20_follows_as_for_2(
    client, signed_in, django_assert_max_num_queries
):
    reader = signed_in()
    for code in ("RU", "IR", "TR", "CN", "AE", "EG", "TJ", "BY", "KZ", "UZ"):
        follow_country(reader, code)
        follow_person(reader, make_notice(issuer=code).person)

    with django_assert_max_num_queries(12):
        page = client.get(reverse("follows"))

    assert page.content.decode().count("Stop following") == 20
