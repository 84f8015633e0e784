"""A million invented notices, made inside PostgreSQL and the same for the same seed.

Selectivities are choices, not facts about real notices: 30 % of the reviews wait, 7 %
of the charges speak of fraud, issuers are as uneven as the public list.
"""

import hashlib
from typing import Any

from django.db import connection

from cases.demo.people import load
from notices.identity.keys import keys_of

_SKEWED_ISSUERS = (
    ["RU"] * 44 + ["SV"] * 16 + ["AR"] * 9 + ["IN"] * 4 + ["PK", "US", "GT", "TR"] * 3
    + ["BR", "BA", "CN", "AZ", "TJ", "BY", "KZ", "EG"]
    + ["AE", "IR", "CO", "RW", "VE", "PL", "SE"]
)  # fmt: skip

_TABLES = (
    "notices_person",
    "notices_personname",
    "notices_notice",
    "cases_review",
)


def fill(*, rows: int, seed: int) -> str:
    """Fill an empty database with `rows` notices; return a hash of the data.

    Names, charges and states depend on `rows` and `seed` alone.
    """
    names = load("names.json")["cultures"].values()
    family = [pair[0] for table in names for pair in table["family"]]
    given = [
        pair[0] for table in names for key in ("male", "female") for pair in table[key]
    ]
    charges = [
        charge["text"]
        for theme in ("political", "business", "ordinary")
        for charge in load("charges.json")[theme]
    ]
    values: dict[str, Any] = {
        "rows": rows,
        "seed": seed,
        "family": family,
        "given": given,
        "family_keys": [keys_of(name).sounds for name in family],
        "given_keys": [keys_of(name).sounds for name in given],
        "family_frames": [" ".join(keys_of(name).frames) for name in family],
        "given_frames": [" ".join(keys_of(name).frames) for name in given],
        "charges": charges,
        "issuers": _SKEWED_ISSUERS,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        indexes = _drop_indexes(cursor)
        for statement in (_PEOPLE, _NAMES, _NOTICES, _REVIEWS):
            cursor.execute(statement, values)
        for definition in indexes:
            cursor.execute(definition)
        for table in _TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute(_HASH)
        return hashlib.sha256(str(cursor.fetchone()).encode()).hexdigest()[:16]


def _drop_indexes(cursor) -> list[str]:  # type: ignore[no-untyped-def]
    """Drop the plain indexes, which are quicker to build after the rows are in."""
    cursor.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
        FROM pg_index
        WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique AND NOT indisprimary
        """,
        [list(_TABLES)],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]


# h(k): a number from the row and the seed, different for each k.
_DRAW = "abs(hashint8extended(i * 64 + {k}, %(seed)s) %% 1000003)"


def _draw(k: int) -> str:
    return _DRAW.format(k=k)


def _pick(array: str, k: int) -> str:
    return f"(%({array})s)[1 + {_draw(k)} %% cardinality(%({array})s)]"


_PEOPLE = f"""
INSERT INTO notices_person
  (id, key, display_name, search_name, birth_date, sex, created_at)
SELECT i, 'p' || i, name, lower(name), (1950 + {_draw(3)} %% 55)::text, 'M', now()
FROM (
  SELECT i, {_pick("family", 1)} || ' ' || {_pick("given", 2)} AS name
  FROM generate_series(1, %(rows)s) AS i
) AS made
"""  # noqa: S608 - no outside text

_NAMES = f"""
INSERT INTO notices_personname
  (person_id, kind, source, family_name, forename, script, name_key, frames)
SELECT i, 'main', 'feed', family, given, 'Latn',
  least(family_key, given_key) || ' ' || greatest(family_key, given_key),
  string_to_array(family_frames || ' ' || given_frames, ' ')
FROM (
  SELECT i, {_pick("family", 1)} AS family, {_pick("given", 2)} AS given,
    {_pick("family_keys", 1)} AS family_key, {_pick("given_keys", 2)} AS given_key,
    {_pick("family_frames", 1)} AS family_frames,
    {_pick("given_frames", 2)} AS given_frames
  FROM generate_series(1, %(rows)s) AS i
) AS made
"""  # noqa: S608 - no outside text

_NOTICES = f"""
INSERT INTO notices_notice
  (id, key, kind, origin, confidentiality, reference, person_id, family_name,
   forename, birth_date, sex, nationalities, detail, version_number, listing,
   first_seen, last_seen, last_changed, issuers, offence_classes, charge_summary,
   search,
   breach_band, article_band, evidence_band, concern, urgency,
   needs_second_analyst)
SELECT i, '2020-' || i, 'red', 'public_list', 'public', '2020/' || i, i,
  split_part(p.display_name, ' ', 1), split_part(p.display_name, ' ', 2),
  p.birth_date, 'M', ARRAY[issuer], 4, 1, 'listed',
  seen, seen, seen, ARRAY[issuer], ARRAY[class], left(charge, 300),
  to_tsvector('simple', charge || ' ' || word),
  band[1 + {_draw(11)} %% 4], band[1 + {_draw(12)} %% 4], band[1 + {_draw(13)} %% 4],
  ({_draw(14)} / 1000003.0), '', false
FROM (
  SELECT i, {_pick("issuers", 4)} AS issuer, {_pick("charges", 5)} AS charge,
    CASE WHEN {_draw(6)} %% 100 < 7 THEN 'fraud' ELSE 'other' END AS word,
    (ARRAY['fraud', 'homicide', 'drugs', 'membership', 'speech_press', 'extremism'])
      [1 + {_draw(7)} %% 6] AS class,
    ARRAY['none', 'some', 'strong', 'insufficient'] AS band,
    timestamptz '2026-01-01' - ({_draw(8)} * interval '1 minute') AS seen
  FROM generate_series(1, %(rows)s) AS i
) AS made JOIN notices_person AS p ON p.id = i
"""  # noqa: S608 - no outside text

_REVIEWS = f"""
INSERT INTO cases_review
  (id, notice_id, state, why, why_detail, why_at, rank, is_urgent, version, outcome,
   reason_code)
SELECT i, i,
  CASE WHEN {_draw(20)} %% 100 < 30 THEN 'waiting' ELSE 'taken' END,
  CASE WHEN {_draw(21)} %% 10 < 8 THEN 'new' ELSE 'changed' END, '',
  timestamptz '2026-01-01' - ({_draw(8)} * interval '1 minute'),
  ({_draw(14)} / 1000)::int, false, 0, '', ''
FROM generate_series(1, %(rows)s) AS i
"""  # noqa: S608 - no outside text

_HASH = """
SELECT count(*), sum(hashtextextended(n.key || n.charge_summary || n.concern::text, 0)),
       sum(r.rank), sum(hashtextextended(p.search_name, 0))
FROM notices_notice n JOIN cases_review r ON r.notice_id = n.id
JOIN notices_person p ON p.id = n.person_id
"""
