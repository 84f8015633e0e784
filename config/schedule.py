"""When the background work rings by itself."""

from typing import Any

from celery.schedules import crontab

BEAT: dict[str, dict[str, Any]] = {
    "forget-ended-sessions": {
        "task": "accounts.signing_in.tasks.forget_ended_sessions",
        "schedule": crontab(minute=17),
    },
    "sign-of-life": {"task": "config.tasks.give_sign", "schedule": 30.0},
    "send-digests": {
        "task": "cases.digests.tasks.send_digests",
        "schedule": crontab(minute="*/5"),
    },
    "ring-digests": {"task": "cases.digests.tasks.ring_waiting", "schedule": 30.0},
    "wake-reviews": {
        "task": "cases.review.tasks.wake_reviews",
        "schedule": crontab(minute="*/10"),
    },
    "order-inbox": {"task": "cases.review.tasks.order_inbox", "schedule": 60.0},
    "ring-again": {"task": "cases.intake.tasks.ring_waiting", "schedule": 30.0},
    "screening-again": {
        "task": "notices.screening.tasks.ring_waiting",
        "schedule": 30.0,
    },
    "suggest-people": {"task": "notices.identity.tasks.suggest", "schedule": 60.0},
    "keep": {"task": "cases.keeping.tasks.keep", "schedule": crontab(minute=41)},
    "back-up": {"task": "config.tasks.back_up", "schedule": crontab(minute=17)},
    "render-waiting-exports": {
        "task": "cases.exports.tasks.ring_waiting",
        "schedule": 30.0,
    },
    "tell-auditors": {
        "task": "accounts.tasks.tell_auditors",
        "schedule": crontab(minute="*/10"),
    },
    "watch-reading": {
        "task": "accounts.alarms.tasks.watch_reading",
        "schedule": crontab(minute="*/5"),
    },
    "note-anchor": {
        "task": "accounts.tasks.note_anchor",
        "schedule": crontab(minute=0),
    },
    "ring-bulk": {"task": "cases.bulk.tasks.ring_waiting", "schedule": 30.0},
}
