"""Comments on a notice: who reads them, who is told, and what is refused."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry
from cases.alerts.services import unseen
from cases.comments.mentions import mentions_in
from cases.comments.services import CommentRefused, say, withdraw
from cases.comments.tags import MarkRefused, add_tag
from cases.models import Comment, DeskAlert, Draft, Review, Tagging, TranslationWish
from tests.factories import NOON, make_notice

pytestmark = pytest.mark.django_db
PEOPLE = [(1, "Ana Lindqvist"), (2, "Ben Okafor"), (3, "Benedikt Öst"), (4, "Ана Ли")]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("@Ben Okafor, look", (2,)),
        ("ask @ben and @ANA LINDQVIST.", (2, 1)),
        ("@Benedikt öst: yes", (3,)),
        ("@Ана, @Ben", (4, 2)),
        ("(@Ana)", (1,)),
        ("write to ana@example.org", ()),
        ("@Bennie @Zed @", ()),
        ("@@Ben", ()),
        ("", ()),
    ],
)
def test_an_at_names_a_colleague_by_whole_or_first_name(text, people):
    assert mentions_in(text, PEOPLE).people == people


def test_a_first_name_of_two_people_names_neither():
    found = mentions_in("@Ana", [(1, "Ana Lindqvist"), (5, "Ana Novak")])
    assert (found.people, found.unclear) == ((), ("Ana",))
    assert mentions_in("@Ana Novak", [(1, "Ana Li"), (5, "Ana Novak")]).people == (5,)


LETTERS = st.text("@aBnÖж .-\u0301\u202e'", max_size=30)


@given(LETTERS, st.lists(st.tuples(st.integers(0, 9), LETTERS), max_size=4))
def test_any_text_is_read_and_each_mention_stands_where_it_says(text, people):
    for one in mentions_in(text, people).found:
        assert text[one.start] == "@"
        assert one.start < one.end <= len(text)


@pytest.fixture
def notice():
    return make_notice()


@pytest.fixture
def review(notice):
    return Review.objects.get(notice=notice)


def tab(notice) -> str:
    return reverse("comment", args=[notice.key])


def test_who_is_mentioned_finds_a_line_and_a_number(notice, review, ana, ben, as_user):
    answer = as_user(ana).post(tab(notice), {"text": "@Ben please read. @Ana too"})
    assert answer.status_code == 302
    comment = Comment.objects.get()
    assert f"#comment-{comment.key}" in answer["Location"]
    # Nobody is told of what they wrote themselves.
    assert [one.user for one in comment.alerts.all()] == [ben]
    client = as_user(ben)
    count = client.get(reverse("alert-count")).content.decode()
    assert "1" in count
    assert "line you have not seen" in count
    page = unescape(client.get(reverse("work")).content.decode())
    assert "Ana Lindqvist" in page
    assert "mentioned you" in page
    assert f"#comment-{comment.key}" in page
    for _ in range(2):
        client.post(reverse("comments-seen", args=[notice.key]))
    assert unseen(ben) == 0
    assert not client.get(reverse("alert-count")).content.decode().strip()


def test_who_may_not_read_the_notice_is_not_told_of_it(ana, ben, olga, as_user):
    hidden = make_notice(confidentiality="restricted", family_name="ZAKRYTOV")
    for user in (ana, ben):
        hidden.grants.create(user=user)
    review = Review.objects.get(notice=hidden)
    answer = as_user(ana).post(tab(hidden), {"text": "@Olga Brandt, and @Ben: kept?"})
    page = unescape(answer.content.decode())
    assert answer.status_code == 400
    assert "Olga Brandt cannot be told of this notice" in page
    assert "@Olga Brandt, and @Ben: kept?" in page
    assert not Comment.objects.exists()
    assert not DeskAlert.objects.exists()
    # A line that was told is gone with the right to see.
    say(review=review, author=ana, text="@Ben", at=NOON)
    assert unseen(ben) == 1
    hidden.grants.filter(user=ben).delete()
    assert unseen(ben) == 0
    assert "ZAKRYTOV" not in as_user(ben).get(reverse("work")).content.decode()
    for client in (as_user(olga), as_user(ben)):
        assert client.post(tab(hidden), {"text": "Hello"}).status_code == 404


def test_advocacy_readers_see_and_say_nothing(notice, review, ana, dina, as_user):
    say(review=review, author=ana, text="quietremark", at=NOON)
    assert not Comment.objects.visible_to(dina).exists()
    assert as_user(dina).post(tab(notice), {"text": "Hello"}).status_code == 403
    with pytest.raises(CommentRefused, match="Dina Haddad cannot be told"):
        say(review=review, author=ana, text="@Dina Haddad", at=NOON)


def test_a_comment_taken_back_leaves_no_words_anywhere(notice, review, ana, ben):
    comment = say(review=review, author=ana, text="@Ben secretword", at=NOON)
    with pytest.raises(CommentRefused, match="Only who wrote it"):
        withdraw(comment=comment, actor=ben, at=NOON)
    for _ in range(2):
        withdraw(comment=comment, actor=ana, at=NOON)
    comment.refresh_from_db()
    assert (comment.text, comment.withdrawn_at) == ("", NOON)
    assert unseen(ben) == 0
    for entry in AuditEntry.objects.all():
        assert "secretword" not in (entry.words or "")
    acts = AuditEntry.objects.filter(object_type="cases.comment")
    assert acts.count() == 2


def test_a_double_click_says_it_once(review, ana):
    first = say(review=review, author=ana, text="The same.", at=NOON)
    assert say(review=review, author=ana, text=" The same. ", at=NOON) == first
    later = NOON + timedelta(minutes=2)
    assert say(review=review, author=ana, text="The same.", at=later) != first


@pytest.mark.parametrize(
    "text", ["", "   ", "ж" * 100_000], ids=["empty", "blank", "long"]
)
def test_what_cannot_be_said_comes_back_with_the_reason(notice, ana, as_user, text):
    answer = as_user(ana).post(tab(notice), {"text": text})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "There is a problem" in page
    assert text.strip() in page
    assert not Comment.objects.exists()


def test_emoji_and_turned_letters_are_text(notice, review, ana, as_user):
    words = "\u202eturned \U0001f600 <b>מילים</b> שלום"
    as_user(ana).post(tab(notice), {"text": words})
    assert Comment.objects.get().text == words


def test_a_said_comment_ends_its_draft(review, ana):
    Draft.objects.create(
        review=review, author=ana, purpose="comment", fields={"text": "Hel"},
        seen_version=0, saved_at=NOON,
    )  # fmt: skip
    say(review=review, author=ana, text="Hello", at=NOON)
    assert not Draft.objects.exists()


def test_tags_are_one_for_the_house_whatever_their_case(notice, review, ana, as_user):
    add_tag(review=review, actor=ana, name="  Winter   list ", at=NOON)
    other = Review.objects.get(notice=make_notice())
    add_tag(review=other, actor=ana, name="winter LIST", at=NOON)
    assert {one.name for one in Tagging.objects.all()} == {"Winter list"}
    with pytest.raises(MarkRefused, match="already"):
        add_tag(review=review, actor=ana, name="winter list", at=NOON)
    client = as_user(ana)
    address = reverse("review-tag", args=[notice.key])
    client.post(address, {"tag": "Winter list", "take": "1"})
    assert Tagging.objects.filter(review=review).count() == 0
    client.post(address, {"tag": "x" * 41})
    assert Tagging.objects.count() == 1


def test_a_translation_is_asked_for_once_and_taken_off_by_anybody(
    notice, review, ana, olga, carla, as_user
):
    address = reverse("translation-ask", args=[notice.key])
    for _ in range(2):
        as_user(ana).post(address, {"note": "From Turkish"})
    wish = TranslationWish.objects.get()
    page = as_user(olga).get(reverse("work")).content.decode()
    assert "From Turkish" in page
    done = reverse("translation-done", args=[wish.key])
    assert as_user(carla).post(done).status_code == 403
    for _ in range(2):
        assert as_user(olga).post(done).status_code == 302
    wish.refresh_from_db()
    assert wish.ended_by == olga


def test_a_tag_of_a_hidden_notice_is_told_to_nobody_else(ana, olga, as_user):
    hidden = make_notice(confidentiality="restricted")
    hidden.grants.create(user=ana)
    add_tag(review=hidden.review, actor=ana, name="QuietTag", at=NOON)
    other = make_notice()
    address = reverse("notice-tab", args=[other.key, "comments"])
    assert "QuietTag" in as_user(ana).get(address).content.decode()
    assert "QuietTag" not in as_user(olga).get(address).content.decode()
    # Nor by how it is spelled.
    mine = add_tag(review=other.review, actor=olga, name="quiettag", at=NOON)
    assert mine.name == "quiettag"
