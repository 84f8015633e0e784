"""A scene for attacks: what an outsider must never meet, and words to know it by.

`make_scene(reader)` is the world of `tests.config.world` with more in it. Petra keeps a
walled file about somebody known through it alone, and another about somebody whom all
may see; Rita keeps a restricted file; Cosima, an analyst, keeps a file of the
organisation with her own follow, digest and copy. Each of the hidden people has names
in four scripts, and every free text of the hidden files holds a word of its own:
`Scene.canaries`. A table or a column that is added later gets its word by itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, models, transaction

from accounts.choices import Role
from accounts.models import User
from cases.choices import CaseLevel
from cases.models import CaseFile
from notices.choices import Confidentiality, NameKind, NameSource
from notices.models import Notice, Person, PersonName
from tests.config.world import CANARIES, Things, World, make_things, make_world
from tests.factories import make_notice, make_user

WALLED_NAMES = {
    "Latn": "ZAKRYTOV",
    "Cyrl": "Закрытов",
    "Arab": "زاكريتوف",
    "Hans": "扎克雷托夫",
}
NAMED_NAMES = {
    "Latn": "OGRANICHEV",
    "Cyrl": "Ограничев",
    "Arab": "أوغرانيتشيف",
    "Hans": "奥格拉尼切夫",
}
WALLED, WALLED_TOO, NAMED = "HIDDENBIRD-9", "WALLEDBIRD-3", "NAMEDBIRD-5"
# Names of columns that programs read, or that tell rows apart: no place for a word.
_FOR_PROGRAMS = re.compile(
    r"^(key|code|reference|slug|path|sha256|.*hash|fingerprint|language|script|query"
    r"|period|message_id|audit_head|search_name|name_key|birth_date|.*_on|indicator|version"
    r"|rules_version|field|concern|urgency|.*band|sex|token|state|kind|html)$"
)


@dataclass(frozen=True)
class Scene:
    world: World
    colleague: Things
    restricted: Things
    canaries: tuple[str, ...]

    def found_in(self, text: str) -> list[str]:
        """Return the hidden words that stand in `text`."""
        return [word for word in self.canaries if word in text]

    @property
    def keepers(self) -> tuple[Things, Things]:
        """Those who may see what is hidden from everybody else."""
        return self.world.hidden, self.restricted


def make_scene(reader: User) -> Scene:
    """Return what `reader` could meet; nothing of Petra's or Rita's is theirs."""
    world = make_world(reader)
    rita = make_user("Rita Namer", Role.LAWYER)
    notice = make_notice(
        family_name=NAMED_NAMES["Latn"],
        forename="Oleg",
        charge="namedcharge of a court",
        confidentiality=Confidentiality.RESTRICTED,
    )
    notice.grants.create(user=rita)
    restricted = make_things(
        rita,
        notice,
        code=NAMED,
        level=CaseLevel.RESTRICTED,
        words=("namedsummary", "namednote"),
    )
    walled, too, named = (
        CaseFile.objects.get(code=code) for code in (WALLED, WALLED_TOO, NAMED)
    )
    _give_names(walled.person, WALLED_NAMES)
    _give_names(named.person, NAMED_NAMES)
    salted = [
        word
        for root in (
            *(walled, walled.person, *Notice.objects.filter(person=walled.person)),
            too,
            *(named, named.person, notice),
        )
        for row in _below(root)
        for word in _salt(row)
    ]
    names = (*WALLED_NAMES.values(), *NAMED_NAMES.values())
    words = (*CANARIES, *names, "NAMEDBIRD", "namedcharge", "namednote", *salted)
    return Scene(world, _colleague(), restricted, tuple(dict.fromkeys(words)))


def _colleague() -> Things:
    cosima = make_user("Cosima Colleague", Role.ANALYST)
    return make_things(
        cosima,
        make_notice(family_name="OTHERLY", forename="Ion"),
        code="CURLEW-4",
        level=CaseLevel.ORGANISATION,
        words=("an open summary", "an open note"),
    )


def _give_names(person: Person, names: dict[str, str]) -> None:
    for script, name in names.items():
        PersonName.objects.get_or_create(
            person=person,
            family_name=name,
            script=script,
            kind=NameKind.ORIGINAL,
            source=NameSource.PERSON,
        )


def _below(root: models.Model) -> Iterator[models.Model]:
    """Yield `root` and the rows that hang on it, and on those."""
    seen = {(type(root), root.pk)}
    rows = [root]
    while rows:
        row = rows.pop()
        yield row
        for relation in row._meta.related_objects:
            model = relation.related_model
            if isinstance(model, str) or not relation.one_to_many | relation.one_to_one:
                continue
            found = model._base_manager.filter(**{relation.field.name: row.pk})
            for one in found:
                if (model, one.pk) not in seen and not _is_public(one):
                    seen.add((model, one.pk))
                    rows.append(one)


def _is_public(row: models.Model) -> bool:
    """Tell whether a row is a file or a notice with walls, or none, of its own."""
    return isinstance(row, CaseFile) or (
        isinstance(row, Notice) and row.confidentiality == Confidentiality.PUBLIC
    )


def _salt(row: models.Model) -> Iterator[str]:
    """Put a word of its own into each free text of a row; yield those that took it."""
    for field in row._meta.concrete_fields:
        if not _is_free_text(field):
            continue
        word = f"salt{row._meta.model_name}{field.name.replace('_', '')}{row.pk}z"
        text = f"{getattr(row, field.attname) or ''} {word}".strip()
        rows = type(row)._base_manager.filter(pk=row.pk)
        try:
            with transaction.atomic():
                rows.update(**{field.name: text})
        except DatabaseError:
            continue  # a constraint keeps prose out of this column
        yield word


def _is_free_text(field: Any) -> bool:
    return (
        isinstance(field, models.CharField | models.TextField)
        and not (field.choices or field.unique or field.generated)
        and (field.max_length or 1000) >= 60
        and not _FOR_PROGRAMS.match(field.name)
    )
