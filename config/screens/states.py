"""States of screens that no link leads to: opened, empty, wrong, mirrored, printed.

A state is data: who looks, where, and what is done before the picture is taken.
"""

from dataclasses import dataclass

# What can be done, each with what it takes:
#   open SELECTOR      unfold a <details>, or click what opens something
#   press KEY          press a key
#   fill SELECTOR WORD write in a field
#   submit SELECTOR    send a form as it stands
#   rtl                turn the interface round
#   print, contrast    as paper and forced colours show it
Step = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """`path` may name a link on a page: `/notices/ > .row-link` follows the first."""

    name: str
    who: str
    path: str
    steps: tuple[Step, ...] = ()
    width: int = 0
    javascript: bool = True


FIRST = "/notices/ > .row-link"
ANYBODY = ""

STATES = (
    # The door.
    State("sign-in", ANYBODY, "/account/login/"),
    State(
        "sign-in-refused",
        ANYBODY,
        "/account/login/",
        (
            ("fill", "input[name=login]", "nobody@demo.example"),
            ("fill", "input[name=password]", "not the pass phrase"),
            ("submit", "main form"),
        ),
    ),
    State("password-reset", ANYBODY, "/account/password/reset/"),
    State("nothing-here", "ana", "/no/page/"),
    State("not-allowed", "dina", "/inbox/"),
    # Opened.
    State("keys", "ana", "/inbox/", (("press", "?"),)),
    State("palette", "ana", "/inbox/", (("press", "Control+k"),)),
    State("account-menu", "ana", "/", (("open", ".account-menu"),)),
    State("phone-menu", "ana", "/", (("open", ".site-menu-narrow"),), width=390),
    State("inbox-filters", "ana", "/inbox/?filters=open"),
    State("notice-unfolded", "ana", FIRST, (("open", "main details"),)),
    # Empty and wrong.
    State("inbox-no-match", "ana", "/inbox/?name=qqqq"),
    State("inbox-strange-filter", "ana", "/inbox/?country=XX&nonsense=1"),
    State("search-found", "ana", "/search/?q=mar"),
    State("search-nothing", "ana", "/search/?q=qqqq"),
    State("notices-no-match", "dina", "/notices/?name=qqqq"),
    State(
        "account-refused",
        "ana",
        "/account/settings/",
        (("fill", "input[name=name]", ""), ("submit", "main form")),
    ),
    # Mirrored, printed, without colours, at double size, without scripts.
    State("inbox-rtl", "ana", "/inbox/", (("rtl",),)),
    State("notice-rtl", "ana", FIRST, (("rtl",),)),
    State("today-rtl", "ana", "/", (("rtl",),)),
    State("design-rtl", "ana", "/design/", (("rtl",),)),
    State("notice-printed", "ana", FIRST, (("print",),), width=1440),
    State("case-printed", "carla", "/cases/ > main a", (("print",),), width=1440),
    State("inbox-forced-colours", "ana", "/inbox/", (("contrast",),), width=1440),
    State("design-forced-colours", "ana", "/design/", (("contrast",),), width=1440),
    State("inbox-double-size", "ana", "/inbox/", width=720),
    State("notice-double-size", "ana", FIRST, width=720),
    State("today-without-scripts", "ana", "/", javascript=False),
    State("inbox-without-scripts", "ana", "/inbox/", javascript=False),
    State("notice-without-scripts", "ana", FIRST, javascript=False),
)
