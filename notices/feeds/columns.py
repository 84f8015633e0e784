"""Which column of a table holds which field, by the names that people give columns."""

import re
from collections.abc import Mapping, Sequence

# Our field -> headings, folded to letters and digits.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "reference": (
        "entityid",
        "entity",
        "reference",
        "noticeid",
        "noticenumber",
        "noticeno",
        "notice",
        "interpolid",
        "interpolreference",
        "filenumber",
        "fileno",
        "id",
        "rednotice",
        "rednoticeid",
        "rednoticenumber",
        "authorityid",
    ),
    "family_name": ("name", "familyname", "surname", "lastname", "family"),
    "forename": ("forename", "forenames", "firstname", "givenname", "givennames"),
    "birth": (
        "dateofbirth",
        "birthdate",
        "dob",
        "born",
        "birthday",
        "yearofbirth",
        "birthyear",
    ),
    "sex": ("sexid", "sex", "gender"),
    "nationalities": (
        "nationalities",
        "nationality",
        "citizenship",
        "citizenships",
    ),
    "birth_country": (
        "countryofbirthid",
        "countryofbirth",
        "birthcountry",
        "countryofbirthcode",
    ),
    "birth_place": ("placeofbirth", "birthplace", "cityofbirth"),
    "height_m": ("height", "heightm"),
    "weight_kg": ("weight", "weightkg"),
    "eye_colours": (
        "eyescolorsid",
        "eyecolour",
        "eyecolor",
        "eyecolours",
        "eyecolors",
        "eyes",
    ),
    "hair_colours": (
        "hairsid",
        "haircolour",
        "haircolor",
        "haircolours",
        "haircolors",
        "hair",
    ),
    "languages": ("languagesspokenids", "languages", "languagesspoken", "language"),
    "distinguishing_marks": ("distinguishingmarks", "marks"),
    "warrants": ("arrestwarrants", "warrants"),
    "issuer": (
        "issuingcountryid",
        "issuingcountry",
        "issuer",
        "requestingcountry",
        "wantedby",
        "requestedby",
        "countryofwarrant",
        "requestingstate",
    ),
    "charge": (
        "charge",
        "charges",
        "offence",
        "offences",
        "offense",
        "offenses",
        "crime",
        "crimes",
    ),
    "translation": ("chargetranslation", "translation", "chargesintranslation"),
}
_FIELD_OF = {name: field for field, names in _HEADINGS.items() for name in names}
# The header of OpenSanctions' `targets.simple.csv`, in part.
_SIMPLE = {"id", "schema", "name", "aliases", "birthdate", "sanctions", "dataset"}


def folded(heading: object) -> str:
    """Return the letters and digits of a heading in lower case."""
    return re.sub(r"[\W_]+", "", str(heading)).casefold()


def columns_of(cells: Sequence[object]) -> dict[str, int]:
    """Return field -> column for the headings that are known; the first one wins."""
    found: dict[str, int] = {}
    for number, cell in enumerate(cells):
        name = _FIELD_OF.get(folded(cell))
        if name is not None:
            found.setdefault(name, number)
    # `id` beside a column that says more exactly whose id it is, is a row number.
    better = [n for n, cell in enumerate(cells) if folded(cell) in _EXACT]
    if better:
        found["reference"] = better[0]
    return found


_EXACT = set(_HEADINGS["reference"]) - {"id", "notice", "entity"}


def is_simple_export(cells: Sequence[object]) -> bool:
    """Tell whether this is the header of OpenSanctions' `targets.simple.csv`."""
    return {folded(cell) for cell in cells} >= _SIMPLE


def positions(cells: Sequence[object]) -> dict[str, int]:
    """Return folded heading -> column."""
    return {folded(cell): number for number, cell in enumerate(cells)}
