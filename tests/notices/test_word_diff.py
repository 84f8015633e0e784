"""The words that differ: parts make up both texts, and only what differs is marked."""

from hypothesis import given
from hypothesis import strategies as st

from notices.word_diff import MOST_WORDS, word_parts

TEXTS = st.text(alphabet=st.sampled_from("ab кщ سم  .,;-\n\u202e\u0301😀"), max_size=60)


@given(TEXTS, TEXTS)
def test_the_parts_make_up_both_texts_and_what_is_unmarked_is_common(before, after):
    left, right = word_parts(before, after)
    assert "".join(text for text, _ in left) == before
    assert "".join(text for text, _ in right) == after
    if any(differs for _, differs in (*left, *right)):
        kept = [
            "".join(t for t, differs in side if not differs) for side in (left, right)
        ]
        assert kept[0] == kept[1]


def test_only_the_changed_words_are_marked():
    left, right = word_parts("Fraud of 3,000 roubles", "Fraud of 4,000 roubles in Perm")
    assert [text for text, differs in left if differs] == ["3"]
    assert [text for text, differs in right if differs] == ["4", " in Perm"]


def test_texts_with_little_in_common_are_not_torn_to_pieces():
    left, right = word_parts("Incitement", "Мошенничество в особо крупном размере")
    assert left == [("Incitement", False)]
    assert right == [("Мошенничество в особо крупном размере", False)]
    long = "a " * MOST_WORDS
    assert word_parts(long, long + "b") == ([(long, False)], [(long + "b", False)])
