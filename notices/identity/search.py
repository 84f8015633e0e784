"""Finds people by a name in any script, and says what matched."""

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramDistance
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from notices.identity.cluster import leads
from notices.identity.compare import Comparison, Tie, compare_names
from notices.identity.keys import NameKeys, keys_of
from notices.identity.words import Name, taken_apart
from notices.models import Person, PersonName

# From this likeness of trigrams on a name is looked at; `bench --suite names`.
THRESHOLD = 0.5
# Fewer stand in too many names.
ENOUGH_CONSONANTS = 3
# Looked at closely, the likest first.
CANDIDATES = 100
# So much of what was asked for has to be in a name.
COVERED = 0.6
# A year that agrees, or one that conflicts, moves a person so far up or down.
YEAR = 0.2
_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody whose name is like what was asked for."""

    person: Person
    name: str
    rank: float
    reasons: tuple[str, ...]

    @property
    def why(self) -> str:
        """What matched, as one line, such as “Щукин ~ Shchukin, year agrees”."""
        return ", ".join(self.reasons)


def search_people(*, text: str, user: User, limit: int = 20) -> list[Found]:
    """Return the people whom `user` may see with a name like `text`, the likest first.

    The text is words of a name in any script, and perhaps a year of birth. People whom
    merges take as one come once. Three or four queries.
    """
    year = _YEAR.search(text)
    words = _YEAR.sub(" ", text)
    asked, keys = taken_apart(words), keys_of(words)
    if not keys.sounds:
        return []
    with transaction.atomic():
        _set_threshold()
        names = _fetched(_like(keys), keys, user)
        if not names:
            names = _fetched(_like_each_word(keys), keys, user)
    best: dict[int, Found] = {}
    # Many people bear the same name: it is compared once.
    compared = {
        text: compare_names(asked, taken_apart(text)) for text in set(map(str, names))
    }
    for name in names:
        found = _judged(asked, name, compared[str(name)], year[0] if year else "")
        known = best.get(name.person_id)
        if found and (known is None or found.rank > known.rank):
            best[name.person_id] = found
    ranked = sorted(best.values(), key=lambda one: (-one.rank, one.person.pk))
    return _once(ranked[: limit * 2], user)[:limit]


def others_named(
    text: str, *, user: User, besides: Container[int], limit: int
) -> list[Found]:
    """Return people as `search_people` does, without those in `besides`, by id."""
    found = search_people(text=text, user=user, limit=limit)
    return [one for one in found if one.person.pk not in besides]


def _set_threshold() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.similarity_threshold', %s, true)",
            [str(THRESHOLD)],
        )


def _like(keys: NameKeys) -> Q:
    """Alike in their letters, or with the same consonants.

    By the latter are found names whose script writes no vowels, and those with more
    words than were asked for.
    """
    if " " in keys.sounds:
        alike = Q(name_key__trigram_similar=keys.sounds)
    else:
        alike = Q(name_key__trigram_word_similar=keys.sounds)
    if len("".join(keys.frames)) >= ENOUGH_CONSONANTS:
        alike |= Q(frames__contains=list(keys.frames))
    return alike


def _like_each_word(keys: NameKeys) -> Q:
    """A word mistyped in a long name: dearer, so only where nothing else is found."""
    condition = Q()
    for word in keys.sounds.split():
        condition &= Q(name_key__trigram_word_similar=word)
    return condition


def _fetched(alike: Q, keys: NameKeys, user: User) -> list[PersonName]:
    visible = Person.objects.visible_to(user).filter(pk=OuterRef("person_id"))
    return list(
        PersonName.objects.visible_to(user)
        .filter(alike, Exists(visible))
        .annotate(far=TrigramDistance("name_key", keys.sounds))
        .order_by("far", "pk")
        .select_related("person")[:CANDIDATES]
    )


def _judged(
    asked: Name, name: PersonName, compared: Comparison, year: str
) -> Found | None:
    """Return how well `name` answers what was asked, or None where it does not."""
    wanted = sum(not word.is_particle for word in asked.words) or 1
    met = sum(
        pair.likeness * (len(pair.left.split()) if pair.tie is Tie.JOINED else 1)
        for pair in compared.pairs
    )
    covered = min(met / wanted, 1.0)
    if covered < COVERED:
        return None
    rank = covered + compared.score / 10
    reasons = list(_matched(compared))
    if year and name.person.birth_date:
        agrees = name.person.birth_date.startswith(year)
        rank += YEAR if agrees else -YEAR
        reasons.append("year agrees" if agrees else "another year of birth")
    return Found(name.person, str(name), rank, tuple(reasons))


def _matched(compared: Comparison) -> Iterable[str]:
    for pair in compared.pairs:
        if pair.tie is Tie.EQUAL:
            yield pair.left.title()
        else:
            yield f"{pair.left.title()} ~ {pair.right.title()}"


def _once(found: list[Found], user: User) -> list[Found]:
    """Keep the likest name of people who are taken as one, under whose page leads."""
    under = leads([one.person for one in found], user)
    once: dict[int, Found] = {}
    for one in found:
        lead = under[one.person.pk]
        once.setdefault(lead.pk, Found(lead, one.name, one.rank, one.reasons))
    return list(once.values())
