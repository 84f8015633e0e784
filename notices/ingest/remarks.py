"""What a run has to say about single rows, beyond what their parser said."""

from collections.abc import Sequence

from notices.countries import known_countries
from notices.feeds.parsed import ParsedNotice, RowError
from notices.feeds.values import storable
from notices.ingest.differences import FieldChange
from notices.models import FeedRun, RunError


def stored_error(error: RowError, run: FeedRun) -> RunError:
    """Return the unsaved row that keeps `error`."""
    return RunError(
        run=run,
        source=error.source[:300],
        row=error.row,
        field=storable(error.field)[:100],
        reason=storable(error.reason),
        raw=storable(error.raw),
        is_rejection=error.is_rejection and error.row is not None,
    )


def said_twice(parsed: ParsedNotice) -> RowError:
    """Return the remark on a notice that one run states in two ways."""
    return RowError(
        parsed.source,
        parsed.row,
        "entity_id",
        f"Notice {parsed.reference} came before in this run with other content; "
        "both are kept as versions.",
        is_rejection=False,
    )


def maybe_another(parsed: ParsedNotice) -> RowError:
    """Return the remark on a number that may be about somebody else now."""
    return RowError(
        parsed.source,
        parsed.row,
        "entity_id",
        f"Name and date of birth of notice {parsed.reference} both changed: it may be "
        "about another person now. Compare its versions.",
        is_rejection=False,
    )


def looks_like_another(changes: Sequence[FieldChange]) -> bool:
    """Tell whether a notice has another name and another date of birth now."""
    replaced = {change.field for change in changes if change.before and change.after}
    return {"family_name", "birth_date"} <= replaced


def unmapped_countries(parsed: ParsedNotice) -> list[str]:
    """Return the codes of countries without a name, each once."""
    codes = [warrant.issuer for warrant in parsed.warrants or ()]
    nationalities = parsed.carried.get("nationalities")
    codes += nationalities if isinstance(nationalities, tuple) else ()
    birth = parsed.carried.get("birth_country")
    codes += [birth] if isinstance(birth, str) else []
    known_codes = known_countries()
    return list(dict.fromkeys(c for c in codes if c and c not in known_codes))
