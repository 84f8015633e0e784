"""Canonical JSON against RFC 8785 and against itself."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.audit.canonical import MAX_SAFE_INTEGER, NotCanonical, canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
KEYS = st.text(st.characters(max_codepoint=127, exclude_characters="\0"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=20,
)


def test_keys_are_sorted_and_nothing_is_escaped_that_need_not_be():
    value = {"b": [1, True, None], "a": 'Лу́на "x" \\ / \n\x1f\u2028\x7f', "B": {}}
    assert canonical(value) == (
        '{"B":{},"a":"Лу́на \\"x\\" \\\\ / \\n\\u001f\u2028\x7f","b":[1,true,null]}'
    )


@given(VALUES)
def test_it_reads_back_as_the_same_value_and_is_one_text_only(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


@given(st.dictionaries(KEYS, TEXT, min_size=2))
def test_the_order_of_writing_does_not_matter(value):
    turned = dict(reversed(value.items()))
    assert canonical(turned) == canonical(value)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ({"weight": 70.5}, "float"),
        (float("nan"), "float"),
        ({"text": "a\0b"}, "NUL"),
        (["a", "\ud800"], "surrogate"),
        ({"ключ": 1}, "ASCII"),
        ({1: 1}, "ASCII"),
        ({"a\0": 1}, "NUL"),
        (MAX_SAFE_INTEGER + 1, "does not fit"),
        ({"x": {1, 2}}, "set"),
        (b"bytes", "bytes"),
    ],
)
def test_what_has_no_single_text_is_refused_with_its_place(value, part):
    with pytest.raises(NotCanonical, match=part):
        canonical(value)


def test_the_refusal_says_where():
    with pytest.raises(NotCanonical, match=r"\$\.after\[1\]\.x"):
        canonical({"after": ["a", {"x": 1.0}]})
