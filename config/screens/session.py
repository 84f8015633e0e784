"""One round of pictures: every person's screens, then the states, then a report."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import sync_playwright

from cases.demo.logins import DEMO_LOGINS
from config.screens.camera import ARGUMENTS, Camera, Taken
from config.screens.states import ANYBODY, STATES
from config.screens.walking import Walk

# What a first visit may fetch, and how far a page may move while it loads.
HEAVIEST_BYTES = 150_000
MOST_SHIFT = 0.02


@dataclass
class Round:
    """What was taken and weighed."""

    taken: list[Taken] = field(default_factory=list)
    # By person and path.
    weights: dict[str, int] = field(default_factory=dict)

    def faults(self) -> list[str]:
        """Return in words what is not as it should be."""
        return [
            *(
                f"{one.who} {one.name}: {_words(one)}"
                for one in self.taken
                if _words(one)
            ),
            *(
                f"{who}: {size:,} bytes on the first visit, at most {HEAVIEST_BYTES:,}"
                for who, size in self.weights.items()
                if size > HEAVIEST_BYTES
            ),
        ]


def take_all(
    *,
    address: str,
    folder: Path,
    axe: Path,
    people: Iterable[str],
    only: str,
    say: Callable[[str], None],
) -> Round:
    """Take every screen and state whose name holds `only`; tell each as it is done."""
    done = Round()
    script = axe.read_text(encoding="utf-8")
    wanted = list(people)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
        )
        for login in DEMO_LOGINS:
            who = login.email.partition("@")[0]
            if who not in wanted:
                continue
            camera = Camera(browser, address, folder, script, who)
            camera.sign_in(login.email, login.password)
            done.weights[who] = camera.weigh("/")
            say(f"{who}: first visit {done.weights[who]:,} bytes over the wire")
            walk = Walk("/", "/design/")
            while found := walk.next():
                name, path = found
                taken, links = camera.take(name, path)
                walk.add(links)
                if only in name and (taken.pictures or taken.trouble):
                    done.taken.append(taken)
                    say(_line(taken))
            for state in STATES:
                if state.who == who and only in state.name:
                    done.taken.append(camera.take_state(state))
                    say(_line(done.taken[-1]))
        visitor = Camera(browser, address, folder, script, ANYBODY)
        for state in STATES:
            if state.who == ANYBODY and only in state.name:
                done.taken.append(visitor.take_state(state))
                say(_line(done.taken[-1]))
        browser.close()
    return done


def _line(taken: Taken) -> str:
    return (
        f"{taken.who or 'anybody':8} {taken.name:32} {taken.pictures} pictures, "
        f"axe {sum(taken.violations.values())}, shift {taken.shift:.3f}"
        + (f"  {words}" if (words := _words(taken)) else "")
    )


def _words(taken: Taken) -> str:
    """Return what is wrong with a screen; empty if nothing is."""
    wrong = [f"{rule} ({count})" for rule, count in taken.violations.items()]
    if taken.shift > MOST_SHIFT:
        wrong.append(f"moves by {taken.shift:.3f} while it loads")
    if taken.sideways > 0:
        wrong.append(f"scrolls sideways by {taken.sideways} px")
    if taken.trouble:
        wrong.append(taken.trouble)
    return ", ".join(wrong)
