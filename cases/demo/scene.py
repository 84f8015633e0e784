"""What the steps of the demo hand on to each other."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import User
from cases.demo.feed_files import DemoFeed


@dataclass(slots=True)
class Demo:
    """Now, the dice, what the feed sent and who works here, by first name."""

    at: datetime
    chance: random.Random
    feed: DemoFeed
    people: dict[str, User] = field(default_factory=dict)

    def ago(self, **span: float) -> datetime:
        return self.at - timedelta(**span)
