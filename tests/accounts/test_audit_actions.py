"""Every act that the log knows has a sentence and happens somewhere."""

import re

from django.conf import settings

from accounts.audit.actions import Action, grouped, sentence_of

ROOMS = ("accounts", "notices", "cases", "config")


def test_every_action_is_recorded_somewhere():
    code = "\n".join(
        path.read_text()
        for room in ROOMS
        for path in (settings.BASE_DIR / room).rglob("*.py")
        if path.name != "actions.py"
    )
    used = set(re.findall(r"Action\.([A-Z_]+)", code))
    assert {action.name for action in Action} - used == set()


def test_no_two_actions_read_the_same():
    sentences = [action.sentence for action in Action]
    assert len(set(sentences)) == len(sentences)
    for action in Action:
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", action.value)
        assert re.fullmatch(r"[a-z].*[^.\s]", action.sentence), action
        assert sentence_of(action.value) == action.sentence


def test_the_list_to_choose_from_has_each_action_once_under_a_title():
    listed = [action for _, _, actions in grouped() for action in actions]
    assert sorted(listed, key=str) == sorted(Action, key=str)
    titles = [title for _, title, _ in grouped()]
    assert len(set(titles)) == len(titles)
    assert all(" " in title or title[0].isupper() for title in titles)
