"""Translations of charges by hand: the original stays as it was received."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from notices.models import Charge, Notice, NoticeVersion, Translation
from notices.wrong_field import WrongField

LONGEST = 20_000
LONGEST_NAME = 200
# Languages of the charges that notices come in, most frequent first.
LANGUAGES = (
    "ru", "ar", "es", "fr", "tr", "fa", "zh", "az", "be", "uk", "kk", "uz", "tg",
    "pt", "en", "de", "it", "pl", "nl", "ka", "hy", "ku", "ur", "hi", "th", "sr",
)  # fmt: skip
INTO = ("en", "fr", "es", "ar")


class TranslationError(WrongField):
    """A translation cannot stand as given; `field` names what is wrong."""


def charge_key(text: str) -> str:
    """Return how an address names a charge: by its words, which no version moves."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def charge_text(notice: Notice, key: str) -> str | None:
    """Return the charge of that key, of the notice as it is now or as it once was."""
    now = Charge.objects.filter(warrant__notice=notice).values_list("text", flat=True)
    then = (
        charge["text"]
        for values in NoticeVersion.objects.filter(notice=notice).values_list(
            "values", flat=True
        )
        for warrant in values.get("warrants") or []
        for charge in warrant["charges"]
    )
    for texts in (now, then):
        if (
            found := next((t for t in texts if charge_key(t) == key), None)
        ) is not None:
            return found
    return None


def translations_of(notice: Notice) -> Mapping[str, Sequence[Translation]]:
    """Return what colleagues wrote for each charge text, the latest first.

    The notice must be one that the reader may see.
    """
    found: dict[str, list[Translation]] = defaultdict(list)
    for one in Translation.objects.filter(notice=notice).select_related("added_by"):
        found[one.original].append(one)
    return found


@transaction.atomic
def add_translation(
    *,
    notice: Notice,
    actor: User,
    at: datetime,
    original: str,
    language: str,
    into: str,
    text: str,
    translator: str,
) -> Translation:
    """Keep a translation of the charge `original`; earlier ones stay.

    The same words by the same translator, sent twice, are kept once. Raises
    MissingCapability, and TranslationError naming the field that is not usable.
    """
    require(actor, Capability.PROPOSE)
    # Whoever holds the notice adds alone, so that the last look below is true.
    Notice.objects.select_for_update().get(pk=notice.pk)
    told, by = text.strip(), " ".join(translator.split())
    if not told:
        raise TranslationError("text", "Write the translation.")
    if len(told) > LONGEST:
        raise TranslationError("text", f"At most {LONGEST:,} characters.")
    if not by or len(by) > LONGEST_NAME:
        raise TranslationError("translator", "Write who translated it.")
    if language not in LANGUAGES or into not in INTO:
        raise TranslationError("language", "Choose both languages.")
    if language == into:
        raise TranslationError("into", "Choose another language than the original's.")
    if charge_text(notice, charge_key(original)) is None:
        raise TranslationError("text", "The notice never had this charge.")
    latest = Translation.objects.filter(
        notice=notice, original=original, into=into
    ).first()
    if latest and (latest.text, latest.translator) == (told, by):
        return latest
    made = Translation.objects.create(
        notice=notice,
        original=original,
        language=language,
        into=into,
        text=told,
        translator=by,
        added_by=actor,
        added_at=at,
    )
    record(
        action=Action.TRANSLATION_ADDED,
        actor=actor,
        target=made,
        after={"language": language, "into": into, "translator": by},
    )
    return made
