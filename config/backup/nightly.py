"""The backup of each night, and how long the old ones stay."""

import logging
import re
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from cases.keeping.sealing import NoKey
from config.backup.making import Made, NotMade, make_backup
from config.backup.programs import NoProgram

log = logging.getLogger(__name__)
KEPT = timedelta(days=35)
FIRST_HOUR = 1
_NAME = re.compile(r"tracker-(\d{4}-\d{2}-\d{2})\.age")


def back_up_tonight(*, at: datetime) -> Made | None:
    """Make the backup of this day if `BACKUP_DIR` is set and it is not there yet.

    Asked every hour from one o'clock on, so that a night without a worker is made good.
    Old ones go only after a new one is there. None if there was nothing to do, or it
    failed: then the log says why, and the health page how old the last one is.
    """
    now = timezone.localtime(at)
    if not settings.BACKUP_DIR or now.hour < FIRST_HOUR:
        return None
    folder = Path(settings.BACKUP_DIR)
    out = folder / f"tracker-{now.date().isoformat()}.age"
    if out.exists():
        return None
    try:
        made = make_backup(out=out, at=at)
    except (NotMade, NoKey, NoProgram) as error:
        log.error("No backup was made: %s", error)
        return None
    for old in _older_than(folder, now.date() - KEPT):
        old.unlink(missing_ok=True)
    return made


def _older_than(folder: Path, day: date) -> list[Path]:
    found = []
    for path in folder.iterdir():
        match = _NAME.fullmatch(path.name)
        if match and date.fromisoformat(match[1]) < day:
            found.append(path)
    return found
