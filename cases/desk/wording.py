"""Words of the desk's pages for codes and counts."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from babel import Locale

from cases.choices import WhyHere
from notices.choices import Level
from notices.screening.sheet import Sheet

_COLOURS = {
    "BLA": "black", "BLU": "blue", "BLUL": "light blue", "BRO": "brown",
    "BROD": "dark brown", "BROH": "hazel", "BROL": "light brown", "GRE": "green",
    "GRY": "grey", "OTHC": "two different colours", "OTHD": "dark", "OTHL": "light",
    "BROF": "fair", "GRYG": "greying", "HAIB": "bald", "HAID": "dyed", "RED": "red",
    "REDA": "auburn", "WHI": "white", "YELB": "blond", "YELBD": "blond",
}  # fmt: skip
# ISO 639-2/B, which INTERPOL writes, where it differs from the codes of the CLDR.
_LANGUAGES = {
    "ALB": "sq", "ARM": "hy", "BAQ": "eu", "BUR": "my", "CHI": "zh", "CZE": "cs",
    "DUT": "nl", "FRE": "fr", "GEO": "ka", "GER": "de", "GRE": "el", "ICE": "is",
    "MAC": "mk", "MAO": "mi", "MAY": "ms", "MOL": "ro", "PER": "fa", "RUM": "ro",
    "SLO": "sk", "SLV": "sl", "TIB": "bo", "WEL": "cy",
}  # fmt: skip
_SHORT = {
    "ENG": "en", "RUS": "ru", "SPA": "es", "ARA": "ar", "TUR": "tr", "POR": "pt",
    "UKR": "uk", "BEL": "be", "KAZ": "kk", "AZE": "az", "URD": "ur", "HIN": "hi",
    "THA": "th", "POL": "pl", "ITA": "it", "SWE": "sv", "KIN": "rw", "UZB": "uz",
    "TGK": "tg", "KIR": "ky", "BUL": "bg", "SRP": "sr", "HRV": "hr", "BOS": "bs",
    "PUS": "ps", "KUR": "ku", "HEB": "he", "BEN": "bn", "VIE": "vi", "JPN": "ja",
    "KOR": "ko", "SWA": "sw", "AMH": "am", "SOM": "so", "LIT": "lt", "LAV": "lv",
    "EST": "et", "FIN": "fi", "NOR": "no", "DAN": "da", "HUN": "hu", "UIG": "ug",
}  # fmt: skip
_CLDR = Locale("en").languages


def why_words(row: Mapping[str, Any]) -> str:
    """Return why a notice stands in the inbox: `changed: charge`."""
    label = WhyHere(row["why"]).label
    return f"{label}: {row['why_detail']}" if row["why_detail"] else label


def evidence_counts(sheet: Sheet) -> list[tuple[str, int]]:
    """Return how many findings stand on which level, the firmest first."""
    counted = Counter(one.row.level for one in (*sheet.findings, *sheet.against))
    return [(level.value, counted[level]) for level in reversed(list(Level))]


def colour_name(code: str) -> str:
    """Return an eye or hair colour; an unknown code stays and says so."""
    return _COLOURS.get(code, f"unmapped code {code}")


def language_name(code: str) -> str:
    """Return the language of one of INTERPOL's three-letter codes."""
    short = _LANGUAGES.get(code) or _SHORT.get(code) or code.lower()
    return str(_CLDR.get(short, f"unmapped code {code}"))


def charge_language(code: str | None) -> str:
    """Return the language a charge was read as; empty where it could not be told."""
    return str(_CLDR.get(code or "", ""))


def pretty_json(text: str) -> str:
    """Return JSON with line breaks for reading; other text as it came."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text
