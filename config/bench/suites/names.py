"""Finding people by a mistyped name: the whole search against the bare index.

The queries are names of the data with one letter wrong, and whole names of the data
written in Cyrillic, drawn by the seed. The first tell the time and the recall, the
second the recall across scripts.
"""

import random
from collections.abc import Callable, Sequence
from itertools import cycle

from django.db import connection

from accounts.choices import Role
from accounts.models import User
from config.bench.harness import LIMIT, OURS, PEER, TWIN, Job, measure
from config.bench.suites.page import queries, signed_in
from notices.identity.keys import keys_of
from notices.identity.search import CANDIDATES, THRESHOLD, search_people
from notices.models import Person

ASKED = 100
SHOWN = 20
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_BARE = """
SELECT person_id FROM notices_personname WHERE name_key %% %s
ORDER BY name_key <-> %s LIMIT %s
"""
# As passports write it, backwards; what stands for several letters comes first.
_CYRILLIC = (
    ("shch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"),
    ("yu", "ю"), ("ya", "я"), ("a", "а"), ("b", "б"), ("v", "в"), ("g", "г"),
    ("d", "д"), ("e", "е"), ("z", "з"), ("i", "и"), ("y", "й"), ("k", "к"),
    ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("r", "р"),
    ("s", "с"), ("t", "т"), ("u", "у"), ("f", "ф"), ("h", "х"), ("c", "к"),
    ("j", "дж"), ("q", "к"), ("w", "в"), ("x", "кс"),
)  # fmt: skip


def jobs(*, rows: int, seed: int, say: Callable[[str], None]) -> list[Job]:
    draw = random.Random(seed)  # noqa: S311 - the same queries for the same seed
    _, user = signed_in(Role.ANALYST)
    drawn = draw.sample(range(1, rows + 1), min(ASKED, rows))
    meant = {one.pk: one.display_name for one in Person.objects.filter(pk__in=drawn)}
    asked = [(_mistyped(name, draw), name) for name in meant.values()]
    texts = [text for text, _ in asked]
    _set_threshold()
    ours = _each(texts, lambda text: search_people(text=text, user=user, limit=SHOWN))
    timings = measure(
        {
            OURS: ours,
            TWIN: _each(
                texts, lambda text: search_people(text=text, user=user, limit=SHOWN)
            ),
            LIMIT: _each(texts, _bare),
            PEER: _each(texts, lambda text: _by_each_word(text, user)),
        },
        blocks=4,
        calls=len(texts),
    )
    p95 = {name: _p95(timing.calls) for name, timing in timings.items()}
    cyrillic = [(_in_cyrillic(name), name) for name in meant.values()]
    return [
        Job(
            name="people by a mistyped name",
            rows=rows,
            timings=timings,
            names={
                OURS: "visibility, two indexes, re-rank with reasons, 20 shown",
                TWIN: "the same again",
                LIMIT: f"bare trigram index at {THRESHOLD}, {CANDIDATES} nearest",
                PEER: "each word by word similarity on one text per person",
            },
            goals={LIMIT: ("median at most 1.5x the bare index", 1.5)},
            extra={
                "queries": queries(ours),
                "p95_over_bare": round(p95[OURS] / p95[LIMIT], 3),
                "recall": _recall(asked, user),
                "recall_from_cyrillic": _recall(cyrillic, user),
                "recall_bare": _recall_bare(asked),
            },
        )
    ]


def _set_threshold() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.similarity_threshold', %s, false)",
            [str(THRESHOLD)],
        )


def _each(texts: Sequence[str], call: Callable[[str], object]) -> Callable[[], None]:
    """Return a call that asks for the next of `texts` each time."""
    turn = cycle(texts)

    def ask() -> None:
        call(next(turn))

    return ask


def _bare(text: str) -> list[int]:
    key = keys_of(text).sounds
    with connection.cursor() as cursor:
        cursor.execute(_BARE, [key, key, CANDIDATES])
        return [row[0] for row in cursor.fetchall()]


def _by_each_word(text: str, user: User) -> list[Person]:
    found = Person.objects.visible_to(user).named(text, user=user)
    return list(found.order_by("search_name", "pk")[:SHOWN])


def _recall(asked: Sequence[tuple[str, str]], user: User) -> float:
    """Return how often somebody of the name that was meant is among those shown."""
    hits = sum(
        any(
            one.person.display_name == name
            for one in search_people(text=text, user=user, limit=SHOWN)
        )
        for text, name in asked
    )
    return round(hits / len(asked), 3)


def _recall_bare(asked: Sequence[tuple[str, str]]) -> float:
    hits = 0
    for text, name in asked:
        people = Person.objects.filter(pk__in=_bare(text)[:SHOWN])
        hits += name in {one.display_name for one in people}
    return round(hits / len(asked), 3)


def _p95(calls: Sequence[float]) -> float:
    return sorted(calls)[int(0.95 * (len(calls) - 1))]


def _mistyped(name: str, draw: random.Random) -> str:
    place = draw.choice([i for i, letter in enumerate(name) if letter.isalpha()])
    return name[:place] + draw.choice(_LETTERS) + name[place + 1 :]


def _in_cyrillic(name: str) -> str:
    text = name.lower()
    for latin, letter in _CYRILLIC:
        text = text.replace(latin, letter)
    return text
