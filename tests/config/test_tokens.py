"""The colours, computed by the WCAG formula; the templates, read for inline code."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
# Mails are read elsewhere: they carry their few styles with them.
TEMPLATES = [
    path
    for path in sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
    if path.parent.name != "mail"
]
SPRITE = (Path(settings.BASE_DIR) / "static" / "icons.svg").read_text()

_PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\);")
_TOKENS = {
    name: pair for name, *pair in _PAIR.findall((CSS / "tokens.css").read_text())
}
_RING = "#FFD400"

GROUNDS = ("bg", "surface", "selected")
TINTS = ("danger-ground", "warn-ground", "ok-ground", "info-ground")
WORDS = ("text", "muted", "accent", "danger", "warn", "ok")
SCHEMES = (0, 1)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_gives_the_known_values():
    assert round(contrast("#000000", "#FFFFFF"), 1) == 21.0
    assert round(contrast("#767676", "#FFFFFF"), 2) == 4.54


@pytest.mark.parametrize(
    ("word", "ground", "scheme"), list(product(WORDS, GROUNDS, SCHEMES))
)
def test_words_stand_out_from_every_ground(word, ground, scheme):
    assert contrast(_TOKENS[word][scheme], _TOKENS[ground][scheme]) >= 6


@pytest.mark.parametrize(("ground", "scheme"), list(product(TINTS, SCHEMES)))
def test_banners_are_readable(ground, scheme):
    own = ground.removesuffix("-ground").replace("info", "accent")
    for word in ("text", "muted", own):
        assert contrast(_TOKENS[word][scheme], _TOKENS[ground][scheme]) >= 4.5


@pytest.mark.parametrize(("ground", "scheme"), list(product(GROUNDS, SCHEMES)))
def test_borders_and_the_focus_ring_can_be_seen(ground, scheme):
    behind = _TOKENS[ground][scheme]
    assert contrast(_TOKENS["line"][scheme], behind) >= 3
    assert max(contrast(c, behind) for c in (_RING, _TOKENS["text"][scheme])) >= 3
    assert contrast(_RING, _TOKENS["text"][0]) >= 3


# What says something without being a word, on what it stands on.
SHAPES = (
    *(("accent", ground) for ground in (*GROUNDS, "info-ground")),
    *((tone, f"{tone}-ground") for tone in ("danger", "warn", "ok")),
    *((tone, ground) for tone in ("danger", "warn", "ok") for ground in GROUNDS),
    *(("muted", ground) for ground in (*GROUNDS, *TINTS, "inserted", "removed")),
    ("text", "warn-ground"),
    ("line", "selected"),
)


@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_marks_and_edges_of_controls_can_be_seen(shape, ground):
    for scheme in SCHEMES:
        assert contrast(_TOKENS[shape][scheme], _TOKENS[ground][scheme]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_toasts_and_marked_rows_are_readable(scheme):
    tokens = {name: pair[scheme] for name, pair in _TOKENS.items()}
    # A toast is the page turned round; a row that differs has a ground of its own.
    assert contrast(tokens["bg"], tokens["text"]) >= 7
    assert contrast(tokens["text"], tokens["warn-ground"]) >= 7
    assert contrast(tokens["warn"], tokens["warn-ground"]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_differences_and_buttons_are_readable(scheme):
    for ground in ("inserted", "removed"):
        assert contrast(_TOKENS["text"][scheme], _TOKENS[ground][scheme]) >= 7
        assert contrast(_TOKENS["muted"][scheme], _TOKENS[ground][scheme]) >= 4.5
    assert contrast(_TOKENS["bg"][scheme], _TOKENS["accent"][scheme]) >= 4.5


def test_no_colour_is_written_outside_the_tokens():
    for sheet in CSS.glob("*.css"):
        if sheet.name != "tokens.css":
            assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;, )])", sheet.read_text())


_INLINE = {
    "a style block": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "an event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
    "a script without a file": re.compile(r"<script(?![^>]*\ssrc=)", re.I),
    "a javascript address": re.compile(r"javascript:", re.I),
    "htmx code in an attribute": re.compile(r"hx-(on|vals=.js:)", re.I),
    "another site": re.compile(r"(?:src|href)=[\"']https?://", re.I),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: p.name)
def test_no_template_holds_inline_code(template):
    text = template.read_text()
    found = [what for what, pattern in _INLINE.items() if pattern.search(text)]
    assert not found, f"{template} holds {', '.join(found)}"


def test_every_icon_that_a_template_names_is_in_the_sprite():
    named = re.compile(r"(?:\bicon\(|\bshape\(|icon_name=)\"([a-z0-9-]+)\"")
    known = set(re.findall(r"<symbol id=\"([\w-]+)\"", SPRITE))
    for template in TEMPLATES:
        missing = set(named.findall(template.read_text())) - known
        missing = {name for name in missing if not name.endswith("-")}
        assert not missing, f"{template} names {missing}"
