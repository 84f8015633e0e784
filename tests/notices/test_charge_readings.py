"""Charge texts that a person read first: how far the classes agree, and their shape."""

from notices.screening.offences import offence_tables
from notices.screening.readings import agreement, read_readings
from notices.screening.tables import current_version

VERSION = current_version()
READINGS = list(read_readings())


def test_the_classes_agree_with_a_careful_reading_in_many_languages():
    fresh = agreement([one for one in READINGS if not one.seen], VERSION)
    assert fresh.n >= 60
    assert fresh.agreed / fresh.n >= 0.85
    assert fresh.unclassified / fresh.n <= 0.1


def test_what_the_tables_were_written_with_they_still_read():
    seen = agreement([one for one in READINGS if one.seen], VERSION)
    assert seen.n >= 600
    assert seen.agreed / seen.n >= 0.95


def test_a_reading_names_only_classes_that_exist_and_no_text_twice():
    known = set(offence_tables(VERSION).classes)
    for one in READINGS:
        assert one.may.union(*one.must) <= known
    texts = [one.text for one in READINGS]
    assert len(texts) == len(set(texts))
