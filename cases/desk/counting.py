"""Counts that stay cheap however many rows there are."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

CAP = 10_000


def capped_counts(queries: list[QuerySet[Any]]) -> list[int]:
    """Count each of `queries` up to the cap and one more, all in one statement."""
    parts: list[str] = []
    values: list[Any] = []
    for rows in queries:
        if rows.query.is_empty():
            parts.append("0")
            continue
        sql, params = rows.order_by().values("pk")[: CAP + 1].query.sql_with_params()
        # The text is the query's own; what people typed is in `params`.
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 - above
        values += params
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)  # noqa: S608 - above
        return list(cursor.fetchone())


def capped_shares(rows: QuerySet[Any], column: str) -> dict[str, int]:
    """Count `rows` by a column, up to the cap and one more in all."""
    if rows.query.is_empty():
        return {}
    capped = rows.order_by().values_list(column)[: CAP + 1].query
    sql, params = capped.sql_with_params()
    # The names are the code's own; what people typed is in `params`.
    statement = f"SELECT {column}, count(*) FROM ({sql}) AS counted GROUP BY 1"  # noqa: S608 - above
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return dict(cursor.fetchall())


def shown(number: int) -> str:
    """Return a capped count for people: `10,000+` beyond the cap."""
    return f"{CAP:,}+" if number > CAP else f"{number:,}"
