"""A case document about an invented person, with every section filled."""

from datetime import UTC, datetime
from typing import Any

from cases.exports.document import (
    Assessment,
    CaseDocument,
    Charge,
    Decision,
    Event,
    Finding,
    Member,
    Name,
    Note,
    Notice,
    Person,
    Row,
    Source,
    Step,
    Text,
    Warrant,
)

CYRILLIC = "Вальтеску Мирон"
PERSIAN = "انتشار سه مطلب در کانال تلگرام"
ARABIC = "نشر أخبار كاذبة عبر الإنترنت تمس أمن الدولة"
CHINESE = "瓦尔泰斯库·米龙"
GEORGIAN = "მირონ ვალტესკუ"
RUSSIAN = "Публичное распространение заведомо ложных сведений"


def make_finding(**kw: Any) -> Finding:
    return Finding(
        **{
            "code": "I05",
            "title": "Speech charge",
            "reason": "The charge names the publishing of words and nothing else.",
            "articles": ("Constitution Art. 3", "RPD Art. 83(1)(a)(i)"),
            "verified": False,
            "strength": 3,
            "strength_in_words": "may decide",
            "level": "alleged",
            "level_in_words": "alleged",
            "quote": Text(RUSSIAN, "ru"),
            "quoted_from": "the charge as received",
            **kw,
        }
    )


def make_notice_part(charge: str = RUSSIAN, lang: str = "ru") -> Notice:
    return Notice(
        title="Red notice 2026/90412",
        number="2026/90412",
        kind="Red notice",
        status="Publicly listed, last seen 22 Nov 2026",
        rows=(Row("Asked for by", Text("Russia")),),
        warrants=(
            Warrant(
                title="Warrant 1: issued by Russia",
                rows=(),
                charges=(
                    Charge(
                        Text(charge, lang), "Russian", Text("In English"), "by hand"
                    ),
                    Charge(Text(ARABIC, "ar"), "Arabic", None, ""),
                ),
            ),
        ),
    )


def make_document(**kw: Any) -> CaseDocument:
    return CaseDocument(
        **{
            "code_name": "KESTREL-7",
            "level": "Named people only",
            "mark": "Only the people named on this file may read this copy.",
            "profile": "Internal copy",
            "recipient": Text("The reading group"),
            "purpose": Text("Preparing the access request"),
            "requested_by": "Carla Mendes, lawyer",
            "generated_at": datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
            "generated": "24 Nov 2026, 08:30 UTC",
            "copy": "7f3k-91c2",
            "audit_seq": 1234,
            "audit_head": "3f9ac1d2" * 8,
            "demo": True,
            "person": Person(
                latin="VALTESKU Miron",
                names=(
                    Name(Text(CYRILLIC, "ru"), "Cyrillic", "original script"),
                    Name(Text(CHINESE, "zh"), "Chinese", "alias"),
                    Name(Text(GEORGIAN, "ka"), "Georgian", "alias"),
                ),
                rows=(Row("Born", Text("1979")),),
            ),
            "summary": ("Flagged as likely political; two people signed.",),
            "own_summary": Text("Three posts, one charge."),
            "left_out": ("Counsel's notes",),
            "notices": (make_notice_part(),),
            "assessments": (
                Assessment(
                    notice="Red notice 2026/90412",
                    made="Rules v1, screened 21 Nov 2026",
                    outputs=(Row("Rule breach", Text("some")),),
                    findings_for=(
                        make_finding(),
                        make_finding(code="I01", title="Refugee", level="authority"),
                    ),
                    findings_against=(
                        make_finding(code="C04", level="documented", quote=None),
                    ),
                    unknown=("Penalty: not looked up",),
                ),
            ),
            "decisions": (
                Decision(
                    notice="Red notice 2026/90412",
                    outcome="Likely politically motivated",
                    steps=(
                        Step(
                            "Proposed",
                            "Ana Lindqvist, analyst",
                            "20 Nov 2026",
                            "The charge is political",
                            Text("The charge is about three posts."),
                        ),
                        Step("Confirmed", "Ben Okoye", "21 Nov 2026", "", Text("")),
                    ),
                ),
            ),
            "chronology": (
                Event("March 2023", "event", Text("Protection granted."), Text("")),
                Event("4 May 2024", "event", Text(PERSIAN, "fa"), Text("a channel")),
            ),
            "notes": (
                Note("Carla Mendes", "21 Nov 2026", Text("Calls on Mondays."), True),
            ),
            "members": (
                Member("Carla Mendes", "lead", Text("opened it"), "21 Nov 2026", ""),
            ),
            "sources": (Source("Version 1", "21 Nov 2026", "ab" * 32),),
            **kw,
        }
    )
