"""Pages by key: each row once, forwards and backwards, whatever comes in meanwhile."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.models import Review
from cases.review.paging import (
    BY_CHANGE,
    BY_RANK,
    BadCursor,
    above,
    below,
    page_of,
)
from notices.models import Notice
from tests.factories import NOON, make_notice, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranked():
    """Return a function that gives as many reviews as ranks, with those ranks."""
    person = make_person()
    reviews = [Review.objects.get(notice=make_notice(person=person)) for _ in range(23)]

    def rank(ranks: list[int]) -> list[int]:
        for review, value in zip(reviews, ranks, strict=False):
            Review.objects.filter(pk=review.pk).update(rank=value)
        Review.objects.exclude(pk__in=[r.pk for r in reviews[: len(ranks)]]).update(
            rank=0
        )
        return list(
            Review.objects.order_by("-rank", "-pk").values_list("pk", flat=True)
        )

    return rank


def walk(rows, direction: str, start: str, *, order=BY_RANK, size=4) -> list[list[int]]:
    """Return the keys of the pages from `start` on in a direction."""
    pages, link = [], start
    while link is not None:
        page = page_of(
            rows, columns=(), data=QueryDict(link[1:]), order=order, size=size
        )
        pages.append([row["pk"] for row in page.rows])
        link = getattr(page, direction)
        assert len(pages) < 50
    return pages


def test_every_row_stands_on_one_page_also_among_equals(ranked):
    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(ranks=st.lists(st.integers(0, 3), max_size=23))
    def pages(ranks) -> None:
        expected = ranked(ranks)
        rows = Review.objects.all()
        forwards = walk(rows, "older", "?")
        assert [pk for page in forwards for pk in page] == expected
        last = page_of(rows, columns=(), data=QueryDict(), size=4)
        while last.older:
            last = page_of(rows, columns=(), data=QueryDict(last.older[1:]), size=4)
        backwards = walk(rows, "newer", last.newer or "?")
        seen = [pk for page in reversed(backwards) for pk in page]
        assert seen == expected[: len(seen)]
        assert set(seen) | {row["pk"] for row in last.rows} == set(expected)

    pages()


def test_a_row_that_comes_in_shifts_nothing(ranked):
    ranked([3] * 10)
    first = page_of(Review.objects.all(), columns=(), data=QueryDict(), size=4)
    Review.objects.filter(notice=make_notice()).update(rank=9)
    second = page_of(
        Review.objects.all(), columns=(), data=QueryDict(first.older[1:]), size=4
    )
    assert not {row["pk"] for row in first.rows} & {row["pk"] for row in second.rows}
    back = page_of(
        Review.objects.all(), columns=(), data=QueryDict(second.newer[1:]), size=4
    )
    assert back.rows == first.rows
    assert back.newer is not None


def test_other_parameters_are_kept_and_one_place_only(ranked):
    ranked([2] * 9)
    data = QueryDict("country=RU&state=a&state=b&before=9-9")
    page = page_of(Review.objects.all(), columns=(), data=data, size=4)
    assert page.older is None or "before" not in page.older
    data = QueryDict("country=RU&state=a&state=b")
    page = page_of(Review.objects.all(), columns=(), data=data, size=4)
    assert page.older.startswith("?country=RU&state=a&state=b&after=2-")
    assert page.is_first
    assert page.newer is None


def test_the_list_of_notices_pages_by_when_they_changed():
    person = make_person()
    for day in (1, 1, 1, 2, 2, 3, 3):
        make_notice(person=person, last_changed=NOON + timedelta(days=day))
    rows = Notice.objects.all()
    expected = list(rows.order_by("-last_changed", "-pk").values_list("pk", flat=True))
    pages = walk(rows, "older", "?", order=BY_CHANGE, size=2)
    assert [pk for page in pages for pk in page] == expected


def test_the_nearest_above_and_below_a_row(ranked):
    order = ranked([5, 5, 5, 1])
    rows = Review.objects.all()
    middle = Review.objects.get(pk=order[1])
    place = (middle.rank, middle.pk)
    assert above(rows, place).first().pk == order[0]
    assert below(rows, place).first().pk == order[2]


@pytest.mark.parametrize(
    "text",
    ["7", "7-", "-7", "a-b", "7-7-7", "٣-٣", "1e3-1", "9" * 30 + "-1", f"{2**31}-1"],
)
@pytest.mark.parametrize("name", ["after", "before"])
def test_a_place_that_cannot_be_is_refused(text, name):
    data = QueryDict(f"{name}={text}")
    with pytest.raises(BadCursor):
        page_of(Review.objects.all(), columns=(), data=data)


def test_a_place_that_cannot_be_is_no_error_of_the_server(ana, dina, as_user):
    for path, reader in (("/inbox/", ana), ("/notices/", dina)):
        for place in ("x", "9" * 18 + "-9", f"{2**57}-1", "1-" + "9" * 19):
            answer = as_user(reader).get(f"{path}?after={place}")
            assert answer.status_code in (200, 400), (path, place)
