"""One invented notice in the shape of INTERPOL's detail record, for the check."""

import json

REFERENCE = "2026/98761"
KEY = "2026-98761"
COUNTRY = "BY"
FAMILY_NAME = "BERAZIUK"
# The word of the charge by which the screening knows a rally.
QUOTE = "митинге"


def feed_file() -> bytes:
    """Return a feed file of one notice; the person and the charge are invented."""
    record = {
        "entity_id": REFERENCE,
        "name": FAMILY_NAME,
        "forename": "SVIATLANA",
        "date_of_birth": "1987/05/21",
        "sex_id": "F",
        "nationalities": [COUNTRY],
        "country_of_birth_id": COUNTRY,
        "place_of_birth": "Invented Town",
        "height": 0,
        "weight": 0,
        "eyes_colors_id": None,
        "hairs_id": None,
        "languages_spoken_ids": ["BEL", "RUS"],
        "distinguishing_marks": None,
        "arrest_warrants": [
            {
                "issuing_country_id": COUNTRY,
                "charge": (
                    f"Участие в несанкционированном {QUOTE} и распространение "
                    "экстремистских материалов в интернете"
                ),
                "charge_translation": (
                    "Participation in an unauthorised rally and dissemination of "
                    "extremist materials on the internet"
                ),
            }
        ],
        "_embedded": {"links": []},
        "_links": {"self": {"href": f"https://feed.example/red/{KEY}"}},
    }
    return json.dumps([record], ensure_ascii=False).encode()
