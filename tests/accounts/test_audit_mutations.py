"""A thousand ways to tamper with the log: the app and the file alone find each."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from accounts.audit import verify_log
from accounts.audit.verify_log import Head, entry_hash, verify, written
from tests.accounts.log_writing import dice, read_log, write_file, write_log

MANY = 1000


def edit(rows, head, throw):
    at = throw.randrange(len(rows))
    row = rows[at]
    fields = ["facts", "words", "entry", "hash", "at", "seq"]
    field = throw.choice([name for name in fields if getattr(row, name) is not None])
    value = getattr(row, field)
    if field == "seq":
        changed = value + throw.choice([-1, 1, 5, 1000])
    elif field == "at":
        step = timedelta(microseconds=throw.choice([-1, 1, 3_600_000_000]))
        changed = written(datetime.fromisoformat(value) + step)
    else:
        place = throw.randrange(len(value))
        other = throw.choice([c for c in 'abcdef0123456789 "{}' if c != value[place]])
        changed = value[:place] + other + value[place + 1 :]
    rows[at] = replace(row, **{field: changed})
    return rows, head


def edit_and_hash_again(rows, head, throw):
    """The forger also repairs the hashes of the one entry."""
    at = throw.randrange(len(rows) - 1)
    entry = json.loads(rows[at].entry)
    entry["facts"] = "0" * 64
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"))
    rows[at] = replace(rows[at], entry=text, hash=entry_hash(text))
    return rows, head


def lose_words(rows, head, throw):
    """Words are gone, and no entry says that they were erased."""
    at = throw.choice([at for at, row in enumerate(rows) if row.words is not None])
    rows[at] = replace(rows[at], words=None)
    return rows, head


def delete(rows, head, throw):
    start = throw.randrange(len(rows))
    del rows[start : start + throw.choice([1, 1, 2, 5])]
    return rows, head


def swap(rows, head, throw):
    one, other = throw.sample(range(len(rows)), 2)
    first, second = rows[one], rows[other]
    if throw.random() < 0.5:  # the rows change places, or only their contents do
        rows[one], rows[other] = second, first
    else:
        rows[one] = replace(second, seq=first.seq)
        rows[other] = replace(first, seq=second.seq)
    return rows, head


def cut_tail(rows, head, throw):
    return rows[: -throw.randrange(1, len(rows) + 1)], head


def edit_head(rows, head, throw):
    changed = throw.choice("0123456789abcdef".replace(head.hash[0], ""))
    heads = [
        Head(head.seq, changed + head.hash[1:]),
        Head(head.seq - throw.randrange(1, head.seq), head.hash),
        Head(head.seq + throw.randrange(1, 99), head.hash),
    ]
    return rows, throw.choice(heads)


def duplicate(rows, head, throw):
    at = throw.randrange(len(rows))
    rows.insert(throw.choice([at + 1, len(rows)]), rows[at])
    return rows, head


def insert(rows, head, throw):
    """A new entry that claims a number, well hashed in itself."""
    at = throw.randrange(len(rows))
    entry = json.loads(rows[at].entry) | {"words": "1" * 64}
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"))
    rows.insert(at, replace(rows[at], entry=text, hash=entry_hash(text)))
    return rows, head


MUTATIONS = [
    edit, edit_and_hash_again, lose_words, delete, swap, cut_tail, edit_head,
    duplicate, insert,
]  # fmt: skip


def rewrite_from(rows, start):
    """Rewrite every hash from `start` on, as somebody with all rights would."""
    prev = rows[start - 1].hash if start else "0" * 64
    for at in range(start, len(rows)):
        entry = json.loads(rows[at].entry) | {"prev": prev, "seq": at + 1}
        text = json.dumps(entry, sort_keys=True, separators=(",", ":"))
        prev = entry_hash(text)
        rows[at] = replace(rows[at], seq=at + 1, entry=text, hash=prev)
    return rows, Head(len(rows), prev)


@pytest.fixture
def log(db):
    write_log(40)
    rows, head = read_log()
    assert [row.seq for row in rows if row.words is None] == [2, 5]
    return rows, head


def test_both_verifiers_find_each_of_a_thousand_mutations(log, tmp_path, capsys):
    rows, head = log
    untouched = write_file(tmp_path / "log.jsonl", rows, head)
    assert verify(rows, head).ok
    assert verify_log.main([str(untouched)]) == 0
    throw = dice(13)
    for number in range(MANY):
        mutate = MUTATIONS[number % len(MUTATIONS)]
        changed, changed_head = mutate(list(rows), head, throw)
        assert (changed, changed_head) != (rows, head)
        verdict = verify(changed, changed_head)
        assert not verdict.ok, f"{mutate.__name__}, number {number}"
        path = write_file(tmp_path / "changed.jsonl", changed, changed_head)
        capsys.readouterr()
        assert verify_log.main([str(path), "--json"]) == 1, mutate.__name__
        said = json.loads(capsys.readouterr().out)
        assert said["problems"] == [vars(one) for one in verdict.problems]


def test_whoever_rewrites_everything_is_found_by_anchors_only(log):
    rows, head = log
    throw = dice(7)
    for _ in range(40):
        start = throw.randrange(1, len(rows) - 1)
        forged = list(rows)
        del forged[start]
        forged, forged_head = rewrite_from(forged, start)
        before, after = rows[start - 1], rows[throw.randrange(start, len(rows))]
        assert verify(forged, forged_head, [Head(before.seq, before.hash)]).entries
        spotless = [
            one
            for one in verify(forged, forged_head).problems
            if "its words are missing" not in one.reason
        ]
        assert spotless == []
        verdict = verify(forged, forged_head, [Head(after.seq, after.hash)])
        assert any("anchor" in one.reason for one in verdict.problems)


def test_a_tail_cut_with_the_head_moved_back_is_found_by_anchors_only(log):
    rows, head = log
    cut = rows[:20]
    cut_head = Head(20, cut[-1].hash)
    assert [one.entry for one in verify(cut, cut_head).problems] == [2, 5]
    verdict = verify(cut, cut_head, [head])
    assert "an anchor names entry 40" in verdict.problems[-1].reason
    assert verify(rows, head, [cut_head, head, Head(0, "0" * 64)]).ok
    assert verify(rows, head, [Head(20, cut_head.hash[:16])]).anchors == 1
    assert not verify(rows, head, [Head(0, "1" * 64)]).ok


def test_an_erasure_excuses_only_what_it_names_and_what_came_before_it(log):
    rows, head = log
    one_more = [replace(rows[2], words=None), *rows[3:]]
    verdict = verify([*rows[:2], *one_more], head)
    assert [problem.entry for problem in verdict.problems] == [3]
    assert verify(rows, head).erased == 2
    # The erasure itself is known by its hash only: then nothing excuses them.
    withheld = [
        replace(row, facts=None, words=None) if "erased" in (row.facts or "") else row
        for row in rows
    ]
    assert [problem.entry for problem in verify(withheld, head).problems] == [2, 5]


def test_entries_by_their_hash_only_are_checked_and_counted(log, tmp_path):
    rows, head = log
    closed = [replace(row, facts=None, words=None) for row in rows]
    verdict = verify(closed, head)
    assert (verdict.ok, verdict.withheld) == (True, 40)
    assert not verify(closed[:7] + closed[8:], head).ok


def test_an_empty_log_holds_only_with_a_head_that_says_so():
    assert verify([], Head(0, "0" * 64)).ok
    assert not verify([], Head(3, "a" * 64)).ok
    assert not verify([], None).ok


def test_the_reason_names_the_entry_and_what_is_wrong(db):
    write_log(8)
    rows, head = read_log()
    verdict = verify([*rows[:3], *rows[5:7]], head)
    reasons = [(problem.entry, problem.reason) for problem in verdict.problems]
    assert (6, "entries 4 to 5 before it are missing") in reasons
    assert (None, "the end is missing: the last entry is 7, the head says 8") in reasons


def test_the_file_runs_alone_without_the_app_and_without_packages(log, tmp_path):
    rows, head = log
    alone = tmp_path / "verify_log.py"
    alone.write_bytes(Path(verify_log.__file__).read_bytes())
    path = write_file(tmp_path / "log.jsonl", rows, head)
    mail = tmp_path / "mail.txt"
    mail.write_text(f"> audit entry 9 of {rows[8].at},\n> hash {rows[8].hash}\n")
    command = [sys.executable, "-I", "-S", str(alone), str(path), "--anchors"]

    def run(anchors):
        return subprocess.run(
            [*command, str(anchors)],
            cwd=tmp_path,
            env={},
            capture_output=True,
            text=True,
            check=False,
        )

    good = run(mail)
    assert (good.returncode, good.stderr) == (0, "")
    assert "The log holds." in good.stdout
    assert "words of 2 erased), checked against 1 anchors" in good.stdout
    mail.write_text(f"audit entry 8 of {rows[8].at}, hash {rows[8].hash}\n")
    bad = run(mail)
    assert bad.returncode == 1
    assert "entry 8: an anchor has another hash" in bad.stdout
