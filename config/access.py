"""Every route and who may use it: the one table of decided answers.

Views guard themselves; this table says what they must answer, `access_matrix` prints it
and a test holds each route against it for each role. A route without a row fails the
test run.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.capabilities import Capability, roles_with
from accounts.choices import Role
from accounts.models import User

ANONYMOUS = "anonymous"
EVERYBODY = (ANONYMOUS, *Role.values)

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")


@dataclass(frozen=True, slots=True)
class Rule:
    """Who passes the guard of a route.

    `of` names the kind of object in the address: then a role gets only those that
    `visible_to` shows, or that the token in the address opens. `demo`: not there
    elsewhere.
    """

    methods: tuple[str, ...]
    roles: tuple[str, ...]
    of: str = ""
    demo: bool = False

    def answer(self, role: str) -> str:
        """`allow`, `deny`, or `own`: only what is theirs to see."""
        if role not in self.roles or (self.demo and not settings.DEMO):
            return "deny"
        return "own" if self.of else "allow"


def anyone(methods: tuple[str, ...], of: str = "", *, demo: bool = False) -> Rule:
    return Rule(methods, EVERYBODY, of, demo)


def insiders(methods: tuple[str, ...], of: str = "") -> Rule:
    return Rule(methods, tuple(Role.values), of)


def named(methods: tuple[str, ...], of: str) -> Rule:
    """Of case files: for roles that can be named on one, and then what they see."""
    return holders(methods, Capability.SEE_RESTRICTED_CASES, of=of)


def holders(methods: tuple[str, ...], *any_of: Capability, of: str = "") -> Rule:
    roles = {role for one in any_of for role in roles_with(one)}
    return Rule(methods, tuple(role for role in Role.values if role in roles), of)


_C = Capability

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        # The door.
        "healthz": anyone(GET),
        "readyz": anyone(GET),
        "account_login": anyone(BOTH),
        "account_logout": anyone(BOTH),
        "account_inactive": anyone(GET),
        "account_signup": anyone(BOTH),
        "account_reset_password": anyone(BOTH),
        "account_reset_password_done": anyone(GET),
        "account_reset_password_from_key": anyone(BOTH, of="token"),
        "account_reset_password_from_key_done": anyone(GET),
        "mfa_authenticate": anyone(BOTH),
        "mfa_login_webauthn": anyone(BOTH),
        "account_reauthenticate": insiders(BOTH),
        "factors": insiders(GET),
        "factor-app": insiders(BOTH),
        "factor-passkey-add": insiders(BOTH),
        "factor-remove": insiders(POST, of="factor"),
        "recovery-codes": insiders(POST),
        "devices": insiders(GET),
        "devices-end": insiders(POST),
        "device-end": insiders(POST, of="device"),
        "account_change_password": insiders(BOTH),
        "account_set_password": insiders(BOTH),
        "account-settings": insiders(BOTH),
        "account-theme": anyone(POST),
        "token-list": holders(GET, _C.MAKE_TOKENS),
        "token-new": holders(BOTH, _C.MAKE_TOKENS),
        "token-revoke": holders(POST, _C.MAKE_TOKENS, of="api-token"),
        "design": insiders(GET),
        # Administration and the log.
        "administration": holders(GET, _C.SEE_USERS, _C.SEE_HEALTH),
        "user-new": holders(BOTH, _C.SEE_USERS),
        "user": holders(GET, _C.SEE_USERS),
        "roles": holders(GET, _C.SEE_USERS),
        "user-change": holders(BOTH, _C.SEE_USERS),
        "user-export": holders(POST, _C.SEE_USERS),
        "user-role": holders(POST, _C.SEE_USERS),
        "user-administrator": holders(POST, _C.SEE_USERS),
        "user-deactivate": holders(POST, _C.SEE_USERS),
        "user-reactivate": holders(POST, _C.SEE_USERS),
        "user-sign-out": holders(POST, _C.SEE_USERS),
        "user-invite": holders(POST, _C.SEE_USERS),
        "lost-factor": holders(BOTH, _C.SEE_USERS),
        "lost-factor-confirm": holders(POST, _C.SEE_USERS),
        "alarms": holders(BOTH, _C.SEE_USERS, _C.READ_LOG),
        "audit-log": insiders(GET),
        "audit-verify": holders(POST, _C.VERIFY_AUDIT),
        "audit-csv": holders(POST, _C.VERIFY_AUDIT),
        "audit-whole": holders(POST, _C.READ_LOG),
        "audit-verifier": holders(GET, _C.VERIFY_AUDIT),
        # Notices, people, countries.
        "today": insiders(GET),
        "inbox": holders(GET, _C.PROPOSE, _C.SIGN),
        "inbox-counts": holders(GET, _C.PROPOSE, _C.SIGN),
        "inbox-reading": holders(POST, _C.PROPOSE, _C.SIGN),
        "inbox-notice": holders(GET, _C.PROPOSE, _C.SIGN, of="notice"),
        "inbox-act": holders(POST, _C.PROPOSE, _C.SIGN, of="notice"),
        # Filters kept under a name: one's own, and those that colleagues share.
        "views": holders(GET, _C.PROPOSE, _C.SIGN),
        "view-add": holders(POST, _C.PROPOSE, _C.SIGN),
        "view-change": holders(POST, _C.PROPOSE, _C.SIGN, of="view"),
        "view-delete": holders(POST, _C.PROPOSE, _C.SIGN, of="view"),
        "notice-list": holders(GET, _C.SEE_PUBLIC_NOTICES),
        "notice-new": holders(BOTH, _C.RECORD_FACTS),
        "notice": holders(GET, _C.SEE_PUBLIC_NOTICES, of="notice"),
        "notice-tab": holders(GET, _C.SEE_PUBLIC_NOTICES, of="notice"),
        "notice-record": holders(GET, _C.SEE_FINDINGS, of="notice"),
        "decision": holders(GET, _C.PROPOSE, _C.SIGN, of="notice"),
        "review-move": holders(BOTH, _C.PROPOSE, _C.SIGN, of="notice"),
        "draft-save": holders(POST, _C.SEE_FINDINGS, of="notice"),
        "draft-discard": holders(POST, _C.SEE_FINDINGS, of="notice"),
        "comment": holders(POST, _C.SEE_FINDINGS, of="notice"),
        "comments-seen": holders(POST, _C.SEE_FINDINGS, of="notice"),
        "comment-withdraw": holders(POST, _C.SEE_FINDINGS, of="notice"),
        "review-tag": holders(POST, _C.PROPOSE, of="notice"),
        "translation-ask": holders(POST, _C.PROPOSE, of="notice"),
        "translation-done": holders(POST, _C.PROPOSE, of="translation"),
        "work": holders(GET, _C.SEE_FINDINGS),
        "alert-count": holders(GET, _C.SEE_FINDINGS),
        "desk-alerts-seen": holders(POST, _C.SEE_FINDINGS),
        # Many notices at once: whoever chose them.
        "bulk-new": holders(POST, _C.PROPOSE),
        "bulk": holders(BOTH, _C.PROPOSE, of="bulk"),
        "bulk-start": holders(POST, _C.PROPOSE, of="bulk"),
        "bulk-undo": holders(POST, _C.PROPOSE, of="bulk"),
        "people": holders(GET, _C.SEE_PUBLIC_NOTICES),
        "person": holders(GET, _C.SEE_PUBLIC_NOTICES, of="person"),
        "countries": holders(GET, _C.SEE_PUBLIC_NOTICES),
        "country": holders(GET, _C.SEE_PUBLIC_NOTICES),
        "search": holders(GET, _C.SEE_PUBLIC_NOTICES),
        "identity-list": holders(GET, _C.SEE_FINDINGS),
        "identity": holders(GET, _C.SEE_FINDINGS, of="person"),
        "identity-answer": holders(POST, _C.RECORD_FACTS, of="person"),
        "identity-beside": holders(POST, _C.RECORD_FACTS, of="person"),
        "identity-merge": holders(BOTH, _C.RECORD_FACTS, of="person"),
        "identity-unmerge": holders(POST, _C.RECORD_FACTS, of="person"),
        "matters": holders(GET, _C.SEE_FINDINGS),
        "matter": holders(GET, _C.SEE_FINDINGS, of="matter"),
        "matter-new": holders(BOTH, _C.RECORD_FACTS, of="person"),
        "matter-add": holders(POST, _C.RECORD_FACTS, of="matter"),
        "matter-leave": holders(POST, _C.RECORD_FACTS, of="matter"),
        "palette": insiders(GET),
        "person-fact-add": holders(BOTH, _C.RECORD_FACTS, of="person"),
        "person-fact-withdraw": holders(POST, _C.RECORD_FACTS, of="person"),
        "method": holders(GET, _C.SEE_FINDINGS),
        "rule": holders(GET, _C.SEE_FINDINGS),
        "quality": holders(GET, _C.SEE_FINDINGS),
        "translation-add": holders(BOTH, _C.PROPOSE, of="notice"),
        "finding-judge": holders(POST, _C.RECORD_FACTS, of="notice"),
        "finding-add": holders(BOTH, _C.RECORD_FACTS, of="notice"),
        "finding-word-withdraw": holders(POST, _C.RECORD_FACTS, of="notice"),
        # Events and the record of states; screening everything again.
        "events": holders(GET, _C.SEE_PUBLIC_NOTICES),
        "event": holders(GET, _C.SEE_PUBLIC_NOTICES),
        "events-csv": holders(GET, _C.SEE_PUBLIC_NOTICES),
        "event-add": holders(BOTH, _C.RECORD_FACTS),
        "event-change": holders(BOTH, _C.RECORD_FACTS),
        "event-withdraw": holders(POST, _C.RECORD_FACTS),
        "events-import": holders(BOTH, _C.RECORD_FACTS),
        "screening-runs": holders(GET, _C.SEE_RUNS),
        "screening-run": holders(GET, _C.SEE_RUNS),
        "screening-start": holders(POST, _C.SCREEN_ALL),
        "screening-stop": holders(POST, _C.SCREEN_ALL),
        "screening-resume": holders(POST, _C.SCREEN_ALL),
        "rules-propose": holders(POST, _C.SWITCH_RULES),
        "rules-confirm": holders(POST, _C.SWITCH_RULES),
        "rules-drop": holders(POST, _C.SWITCH_RULES),
        # Feeds and imports.
        "feeds": holders(GET, _C.SEE_RUNS),
        "import-new": holders(BOTH, _C.IMPORT),
        "run": holders(GET, _C.SEE_RUNS, of="run"),
        "run-rows": holders(GET, _C.IMPORT, of="run"),
        "run-undo": holders(POST, _C.IMPORT, of="run"),
        "run-import": holders(POST, _C.IMPORT, of="run"),
        # Case files: whoever is named, if the role can be; files of the organisation
        # for those who may open one.
        "case-list": insiders(GET),
        "case-new": holders(BOTH, _C.OPEN_CASE, of="notice"),
        "case": named(GET, of="case"),
        "case-text": named(BOTH, of="case"),
        "case-level": named(BOTH, of="case"),
        "case-lower": named(POST, of="case"),
        "case-lower-answer": named(POST, of="case"),
        "case-state": named(BOTH, of="case"),
        "case-chronology": named(BOTH, of="case"),
        "case-entry": named(BOTH, of="case"),
        "case-notices": named(BOTH, of="case"),
        "case-people": named(BOTH, of="case"),
        "case-end-access": named(POST, of="case"),
        "case-sight": named(GET, of="keeper"),
        "case-bar": named(POST, of="case"),
        "case-end-bar": named(POST, of="case"),
        "case-glass-end": named(POST, of="case"),
        "alert-seen": named(POST, of="alert"),
        # Administrators and walls: names and reasons, or a broken glass, which opens
        # the pages of one file to one of them until it ends.
        "who-sees": holders(BOTH, _C.SEE_WHO_SEES),
        "glass": holders(BOTH, _C.BREAK_GLASS),
        "glass-answer": holders(POST, _C.BREAK_GLASS),
        "glass-end": holders(POST, _C.BREAK_GLASS),
        # How long things are kept, what is held, what is erased.
        "keeping": holders(GET, _C.SET_RETENTION, _C.ERASE),
        "keeping-rule": holders(BOTH, _C.SET_RETENTION),
        "keeping-seen": holders(POST, _C.SET_RETENTION),
        "keeping-mail": holders(POST, _C.SEE_HEALTH),
        "erasure-confirm": holders(POST, _C.ERASE),
        "erasure-stop": holders(POST, _C.ERASE),
        "gone": insiders(GET),
        "case-keeping": named(GET, of="case"),
        "case-hold": named(POST, of="case"),
        "case-lift": named(POST, of="case"),
        "case-erase": named(POST, of="case"),
        "case-erase-stop": named(POST, of="case"),
        "case-expiry-seen": named(POST, of="case"),
        "case-exports": named(BOTH, of="case"),
        "export": named(GET, of="export"),
        "export-signature": holders(BOTH, _C.SIGN, of="export-signature"),
        "export-file": holders(
            GET,
            _C.EXPORT_INTERNAL,
            _C.EXPORT_COUNSEL,
            _C.EXPORT_PUBLIC,
            of="export",
        ),
        # Follows and digests: one's own.
        "follows": holders(GET, _C.FOLLOW),
        "follow-add": holders(BOTH, _C.FOLLOW, of="person"),
        "follow-end": holders(POST, _C.FOLLOW, of="follow"),
        "digest-rhythm": holders(POST, _C.FOLLOW),
        "digest-switch": holders(POST, _C.FOLLOW),
        "digest-preview": holders(GET, _C.FOLLOW),
        "preview-html": holders(GET, _C.FOLLOW),
        "digest": insiders(GET, of="digest"),
        "digest-html": insiders(GET, of="digest"),
        "digest-settle": insiders(POST, of="digest"),
        "unsubscribe": anyone(BOTH, of="token"),
        "mail-list": anyone(GET, demo=True),
        "mail": anyone(GET, demo=True),
        "mail-html": anyone(GET, demo=True),
        # The API.
        "api-notices": holders(GET, _C.SEE_PUBLIC_NOTICES),
        "api-notice": holders(GET, _C.SEE_PUBLIC_NOTICES, of="notice"),
        "api-people": holders(GET, _C.SEE_PUBLIC_NOTICES),
        "api-person": holders(GET, _C.SEE_PUBLIC_NOTICES, of="person"),
        "api-countries": holders(GET, _C.SEE_PUBLIC_NOTICES),
        "api-country": holders(GET, _C.SEE_PUBLIC_NOTICES),
        "api-schema": insiders(GET),
        "api-docs": insiders(GET),
        "api-nothing": holders(GET, _C.SEE_PUBLIC_NOTICES, of="nothing"),
    }
)


def opens(user: User | AnonymousUser, name: str) -> bool:
    """Tell whether a link to the route `name` leads `user` to a page: no dead links."""
    rule = RULES.get(name)
    role = user.role if isinstance(user, User) else ANONYMOUS
    return rule is not None and rule.answer(role) != "deny"


@dataclass(frozen=True, slots=True)
class Route:
    """A route of the URLconf: its name, and its address as the URLconf writes it."""

    name: str
    address: str
    pattern: URLPattern


def routes() -> Iterator[Route]:
    """Yield every route; one without a name gets its address for one."""
    yield from _walk(get_resolver(), "/")


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        address = prefix + _readable(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, address)
        elif isinstance(pattern, URLPattern):
            yield Route(pattern.name or address, address, pattern)


def _readable(pattern: str) -> str:
    """Return a regular expression as a path: `^(?P<key>.+)/$` becomes `<key>/`."""
    return re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", pattern.strip("^$"))
