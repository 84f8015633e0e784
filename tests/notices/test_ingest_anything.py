"""Whatever comes in, nothing breaks and every row is accounted for."""

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.choices import RunState
from notices.feeds.parsed import RefusedFileError
from tests.notices.feed_rows import as_lines, detail, entity, page
from tests.notices.ingest_run import Importer
from tests.notices.test_feeds_broken import json_like

pytestmark = pytest.mark.django_db
SHAPES = {
    "lines": lambda rows: as_lines(rows),
    "array": lambda rows: json.dumps(rows, ensure_ascii=False),
    "pretty": lambda rows: json.dumps(rows, indent=1),
    "page": lambda rows: json.dumps(page(rows, total=len(rows))),
}
ROWS = [
    *(detail(f"2024/{number}", name="Вальтеску ÑANDÚ") for number in range(1, 6)),
    entity("2024/7"),
    detail("2024/1", name="OTHER"),
]


def accounted(run):
    assert run.state in (RunState.COMPLETE, RunState.INCOMPLETE)
    assert run.read == run.created + run.changed + run.unchanged + run.rejected
    assert run.errors.filter(is_rejection=True).count() == run.rejected
    return run


@pytest.mark.parametrize("shape", SHAPES)
def test_damaged_files_are_taken_in_as_far_as_they_are_sound(tmp_path, shape):
    importer = Importer(tmp_path)
    chance = random.Random(shape)  # noqa: S311 - damage, not secrets
    data = SHAPES[shape](ROWS).encode()
    for _ in range(60):
        damaged = bytearray(data)
        for _ in range(chance.randrange(1, 6)):
            place = chance.randrange(len(damaged))
            how = chance.random()
            if how < 0.5:
                damaged[place] = chance.randrange(256)
            elif how < 0.8:
                del damaged[place : place + chance.randrange(1, 40)]
            else:
                damaged[place:place] = chance.choice([b'"', b"{", b"]", b"\x00", b"\n"])
        try:
            accounted(importer.run(bytes(damaged), full=True))
        except RefusedFileError as refused:
            assert str(refused).endswith(".")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(sorted(detail())), json_like, max_size=6),
        max_size=4,
    )
)
def test_any_value_in_any_field_is_stored_or_named(tmp_path, rows):
    rows = [
        {"entity_id": f"2024/{number}", **row} for number, row in enumerate(rows)
    ] + [detail()]

    run = accounted(Importer(tmp_path).run(as_lines(rows)))

    assert run.read == len(rows)
