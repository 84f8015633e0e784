"""Others whom colleagues put into one matter with somebody."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

from notices.choices import Confidentiality

_OTHERS = """
    SELECT mine.person_id, other.person_id, min(notice.key)
    FROM notices_matterperson AS mine
    JOIN notices_matterperson AS other
        ON other.matter_id = mine.matter_id AND other.person_id <> mine.person_id
    JOIN notices_notice AS notice
        ON notice.person_id = other.person_id AND notice.confidentiality = %s
    WHERE mine.person_id = ANY(%s)
        AND mine.removed_at IS NULL AND other.removed_at IS NULL
    GROUP BY mine.person_id, other.person_id
    ORDER BY mine.person_id, other.person_id
"""


def co_accused(people: Iterable[int]) -> dict[int, dict[int, str]]:
    """Return, by person, the others in their matters with the key of a notice.

    Only others about whom there is a public notice: who is in a matter and hidden is
    not there. One query.
    """
    found: dict[int, dict[int, str]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [Confidentiality.PUBLIC, list(people)])
        for person, other, key in cursor.fetchall():
            found[person][other] = key
    return found
