"""Who the demo is about: invented people with names in their own script.

Pure: the same seed gives the same people.
"""

import json
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One invented person as a feed and as a colleague would write the name."""

    country: str
    family_name: str
    forename: str
    family_name_original: str
    forename_original: str
    script: str
    sex: str
    birth_date: str


@cache
def load(name: str) -> dict[str, Any]:
    """Return the contents of one of the demo's data files."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def people_of_demo(*, seed: int, share: float = 1.0) -> list[DemoPerson]:
    """Return the people of the demo, country by country; `share` thins them out."""
    chance = random.Random(seed)  # noqa: S311 - invented data, not secrets
    names = load("names.json")
    people = []
    for country, (culture, count) in names["countries"].items():
        table = names["cultures"][culture]
        pairs = [
            (family, forename, sex)
            for family in table["family"]
            for sex, key in (("M", "male"), ("F", "female"))
            for forename in table[key]
        ]
        chance.shuffle(pairs)
        # Homonyms are wanted: where the pairs run out, names come round again.
        for number in range(max(1, round(count * share))):
            family, forename, sex = pairs[number % len(pairs)]
            people.append(
                DemoPerson(
                    country=country,
                    family_name=family[0],
                    forename=forename[0],
                    family_name_original=family[1],
                    forename_original=forename[1],
                    script=table["script"],
                    sex=sex,
                    birth_date=_birth_date(chance),
                )
            )
    return people


def _birth_date(chance: random.Random) -> str:
    year = chance.randint(1952, 2001)
    kind = chance.random()
    if kind < 0.05:
        return str(year)
    if kind < 0.08:
        return f"{year}/{chance.randint(1, 12):02d}"
    return f"{year}/{chance.randint(1, 12):02d}/{chance.randint(1, 28):02d}"
