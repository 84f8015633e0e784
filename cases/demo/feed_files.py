"""The files that the demo's feed sends: one list of detail records a run.

Records have the shape of INTERPOL's detail answers, with the quirks of the real ones
(`domain/data-formats.md`, sections 1.5 and 5): nulls, year-only births, zero heights, a
dash for a forename, several warrants, line breaks, an Arabic charge with translation.
"""

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cases.demo.people import DemoPerson, load, people_of_demo
from notices.feeds.codes import EUROPEAN_UNION

Record = dict[str, Any]

CULTURE_LANGUAGES = {
    "russian": "RUS",
    "belarusian": "BEL",
    "turkish": "TUR",
    "persian": "PER",
    "arabic": "ARA",
    "chinese": "CHI",
    "georgian": "GEO",
    "armenian": "ARM",
    "azerbaijani": "AZE",
    "kazakh": "KAZ",
    "spanish": "SPA",
    "portuguese": "POR",
    "rwandan": "KIN",
    "hindi": "HIN",
    "urdu": "URD",
    "thai": "THA",
    "english": "ENG",
    "central_european": "GER",
}


@dataclass(slots=True)
class DemoFeed:
    """What the feed sent over time, and who is who by notice id."""

    runs: list[list[Record]] = field(default_factory=list)
    people: dict[str, DemoPerson] = field(default_factory=dict)
    themes: dict[str, str] = field(default_factory=dict)


def feed_of_demo(*, seed: int, share: float = 1.0) -> DemoFeed:
    """Return four complete lists: the first, one with changes, and two later ones.

    A notice that the second and third list lack is no longer publicly listed; some of
    those come back in the fourth.
    """
    chance = random.Random(seed)  # noqa: S311 - invented data, not secrets
    feed = DemoFeed()
    records = []
    for number, person in enumerate(people_of_demo(seed=seed, share=share)):
        theme = _theme(chance, person.country)
        record = _record(chance, person, theme, number)
        feed.people[record["entity_id"]] = person
        feed.themes[record["entity_id"]] = theme
        records.append(record)
    for quirk, record in zip(
        _QUIRKS, records[5 :: max(1, len(records) // 20)], strict=False
    ):
        quirk(record)
    chance.shuffle(records)

    late = max(2, len(records) // 20)
    first, new_second, new_last = (
        records[2 * late :],
        records[:late],
        records[late : 2 * late],
    )
    gone = first[-max(3, len(first) // 40) :]
    stayed = first[: -len(gone)]
    feed.runs.append(copy.deepcopy(first))
    for record in stayed[: max(4, len(stayed) // 30)]:
        _change(chance, record)
    feed.runs.append(copy.deepcopy(new_second + stayed))
    feed.runs.append(copy.deepcopy(new_second + stayed))
    feed.runs.append(copy.deepcopy(new_last + new_second + stayed + gone[:2]))
    return feed


def table_with_mistakes() -> str:
    """Return a CSV as a colleague might send it: two good rows and seven bad ones."""
    return "\n".join(
        [
            "entity_id,name,forename,date_of_birth,nationalities,issuing_country_id,charge",
            "2025/90011,NARDASHOV,ELSHAD,1981-04-09,AZ,AZ,Hooliganism at a rally",
            "2025/90012,AKKUMGALIYEV,DAULET,1975,KZ,KZ,Fraud",
            "90013,RIOSERENO,EVARISTO,1970-01-02,VE,VE,Conspiracy",
            "2025-X9014,CAMPOVIENTO,FROILAN,1970-01-02,VE,VE,Conspiracy",
            "2025/90015,DEMIRFENER,SELCUK,03/04/1979,TR,TR,Membership",
            "2025/90016,GULVARDAR,DEFNE,1988-02-31,TR,TR,Membership",
            ",AYAZKOPRU,TEOMAN,1966-06-06,TR,TR,Membership",
            "2025/99999999999999999999,TASGOLGE,KAYRA,1990-09-09,TR,TR,Membership",
            "2025/90019,INCIRYELI,NURCIHAN,sometime in 1990,TR,TR,Membership",
            "",
        ]
    )


def _theme(chance: random.Random, country: str) -> str:
    charges = load("charges.json")
    themes = [
        theme
        for theme in ("political", "business", "ordinary")
        if any(country in charge["in"].split() for charge in charges[theme])
    ]
    weights = {"political": 3, "business": 2, "ordinary": 5}
    return chance.choices(themes, [weights[theme] for theme in themes])[0]


def _record(
    chance: random.Random, person: DemoPerson, theme: str, number: int
) -> Record:
    culture = load("names.json")["countries"][person.country][0]
    year, serial = chance.randint(2012, 2026), 20000 + number * 37 % 70000
    address = f"https://feed.example/red/{year}-{serial}"
    return {
        "entity_id": f"{year}/{serial}",
        "name": person.family_name,
        "forename": person.forename,
        "date_of_birth": person.birth_date,
        "sex_id": person.sex,
        "nationalities": [person.country],
        "country_of_birth_id": person.country,
        "place_of_birth": None,
        "height": chance.choice([0, 0, 1.62, 1.7, 1.74, 1.81]),
        "weight": chance.choice([0, 0, 58, 70, 82.5]),
        "eyes_colors_id": chance.choice([None, ["BRO"], ["BLU"], ["GRE"]]),
        "hairs_id": chance.choice([None, ["BLA"], ["BRO"], ["GRY", "BLA"]]),
        "languages_spoken_ids": [CULTURE_LANGUAGES[culture]],
        "distinguishing_marks": None,
        "arrest_warrants": [_warrant(chance, person.country, theme)],
        "_embedded": {"links": []},
        "_links": {"self": {"href": address}},
    }


def _warrant(chance: random.Random, country: str, theme: str) -> Record:
    charge = chance.choice(
        [c for c in load("charges.json")[theme] if country in c["in"].split()]
    )
    return {
        "issuing_country_id": country,
        "charge": charge["text"],
        "charge_translation": charge.get("translation"),
    }


def _change(chance: random.Random, record: Record) -> None:
    """What states do to a notice: sharpen a charge, add a warrant, fill a gap."""
    kind = chance.randrange(3)
    if kind == 0 and record["arrest_warrants"]:
        record["arrest_warrants"][0]["charge"] += "; fraud on a large scale"
    elif kind == 1:
        record["place_of_birth"] = "A village in the hills"
        record["height"] = 1.77
    else:
        record["arrest_warrants"] = [
            *(record["arrest_warrants"] or []),
            {
                "issuing_country_id": record["nationalities"][0]
                if record["nationalities"]
                else None,
                "charge": "Laundering of money through companies abroad",
                "charge_translation": None,
            },
        ]


def _two_warrants(record: Record) -> None:
    record["arrest_warrants"] = [
        *record["arrest_warrants"],
        {
            "issuing_country_id": "PL",
            "charge": "Kradzież z włamaniem w dniu 7 lutego 2020 r.",
            "charge_translation": "Burglary on 7 February 2020",
        },
    ]


def _set(**values: Any) -> Callable[[Record], None]:
    def quirk(record: Record) -> None:
        record.update(values)

    return quirk


_QUIRKS: tuple[Callable[[Record], None], ...] = (
    _set(forename="-"),
    _set(forename=None),
    _set(name=None, forename=None),
    _set(date_of_birth=None),
    _set(date_of_birth="1968"),
    _set(nationalities=None),
    _set(nationalities=["RU", "AM", "GE"]),
    _set(nationalities=["UNK"]),
    _set(nationalities=[EUROPEAN_UNION]),
    _two_warrants,
    _set(arrest_warrants=[]),
    _set(sex_id="U", country_of_birth_id=None, languages_spoken_ids=None),
    _set(distinguishing_marks="Scar on the left forearm; takes heart medicine"),
    _set(place_of_birth="Kızılgölet köyü"),
    _set(
        arrest_warrants=[
            {
                "issuing_country_id": "914",
                "charge": "War crimes: directing attacks against hospitals in 2019",
                "charge_translation": None,
            }
        ]
    ),
    _set(
        arrest_warrants=[
            {
                "issuing_country_id": "RU",
                "charge": "1) " + "episode of fraud; " * 55,
                "charge_translation": None,
            }
        ]
    ),
)
