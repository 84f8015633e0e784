"""The codes that feeds send for countries, territories and bodies, with their names.

ISO 3166-1 alpha-2, plus INTERPOL's own: `914`, `916`, `922` for courts, `UNK` for
Kosovo under the UNMIK mandate and one comma list for the European Union
(`domain/data-formats.md`, 1.6). Names come from the Unicode CLDR through Babel.
"""

from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.core import get_global

from notices.choices import CountryKind
from notices.feeds.codes import EUROPEAN_UNION

# CLDR's short forms where a court or the CCF would expect the usual name.
_NAMES = {
    "914": "International Criminal Court",
    "916": "Special Tribunal for Lebanon",
    "922": "International Residual Mechanism for Criminal Tribunals",
    "UNK": "Kosovo (under UNMIK mandate)",
    EUROPEAN_UNION: "European Union",
    "BA": "Bosnia and Herzegovina",
    "CD": "Democratic Republic of the Congo",
    "CG": "Congo",
    "CI": "Côte d’Ivoire",
    "CZ": "Czechia",
    "HK": "Hong Kong",
    "MM": "Myanmar",
    "MO": "Macao",
    "PS": "Palestine",
    "TR": "Türkiye",
    "TW": "Taiwan",
}
_BODIES = {"914", "916", "922"}
_TERRITORIES = frozenset(
    {
        "AI", "AS", "AW", "AX", "BL", "BM", "BQ", "BV", "CC", "CK", "CW", "CX",
        "EH", "FK", "FO", "GF", "GG", "GI", "GL", "GP", "GS", "GU", "HK", "HM",
        "IM", "IO", "JE", "KY", "MF", "MO", "MP", "MQ", "MS", "NC", "NF", "NU",
        "PF", "PM", "PN", "PR", "RE", "SH", "SJ", "SX", "TC", "TF", "TK", "UM",
        "VG", "VI", "WF", "YT", "UNK",
    }
)  # fmt: skip
# CLDR codes that are not countries: outlying areas, pseudo-accents, regions.
_NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN"} | {
    "XA",
    "XB",
    "XK",
    "ZZ",
    "AN",
}
_WITHDRAWN_ALPHA3 = {"ANT", "BUR", "FXX", "ROM", "TMP", "ZAR"}


@dataclass(frozen=True, slots=True)
class CountryEntry:
    code: str
    name: str
    alpha3: str | None
    kind: CountryKind
    slug: str


@cache
def known_countries() -> dict[str, CountryEntry]:
    """Return every code that has a name, keyed by code."""
    territories = {str(code): name for code, name in Locale("en").territories.items()}
    alpha3 = {two: three for three, two in _alpha3_pairs()}
    codes = [
        code
        for code in territories
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    ]
    entries = {}
    for code in [*codes, *(c for c in _NAMES if len(c) != 2)]:
        entries[code] = CountryEntry(
            code=code,
            name=_NAMES.get(code) or territories[code],
            alpha3=alpha3.get(code),
            kind=_kind(code),
            slug="EU" if code == EUROPEAN_UNION else code,
        )
    return entries


def country_name(code: str | None) -> str:
    """Return the name for people; a code without one reads `unmapped code X`."""
    if not code:
        return "not stated"
    entry = known_countries().get(code)
    return entry.name if entry else f"unmapped code {code}"


def _kind(code: str) -> CountryKind:
    if code in _BODIES:
        return CountryKind.BODY
    if code == EUROPEAN_UNION:
        return CountryKind.GROUP
    return CountryKind.TERRITORY if code in _TERRITORIES else CountryKind.STATE


def _alpha3_pairs() -> list[tuple[str, str]]:
    """CLDR lists alpha-3 codes as aliases of the alpha-2 ones, withdrawn ones too."""
    aliases = get_global("territory_aliases")
    return [
        (alias, targets[0])
        for alias, targets in aliases.items()
        if len(alias) == 3
        and alias.isalpha()
        and len(targets) == 1
        and alias not in _WITHDRAWN_ALPHA3
    ]
