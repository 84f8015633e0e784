"""The names that people read for the fields of a notice."""

from collections.abc import Mapping
from types import MappingProxyType

FIELD_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "family_name": "family name",
        "forename": "forename",
        "birth_date": "date of birth",
        "birth_date_received": "date of birth as received",
        "sex": "sex",
        "nationalities": "nationality",
        "birth_country": "country of birth",
        "birth_place": "place of birth",
        "height_m": "height",
        "weight_kg": "weight",
        "eye_colours": "eye colour",
        "hair_colours": "hair colour",
        "languages": "languages",
        "distinguishing_marks": "distinguishing marks",
        "warrants": "warrants",
        "issuer": "issuing country",
        "charge": "charge",
        "translation": "translation",
    }
)
