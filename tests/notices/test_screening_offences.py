"""Offence classes of charge texts: languages, spellings, traps, no class at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.screening.offences import classify
from notices.screening.phrases import PhraseBook, PhraseError, compile_phrase
from notices.screening.tables import current_version
from notices.screening.text import words_of

VERSION = current_version()


def classes(text: str) -> set[str]:
    return set(classify(text, VERSION).classes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Public calls for mass disorder in a newspaper", {"speech_press", "assembly"}),
        ("Defamation of the head of state", {"insult_of_officials"}),
        ("Participation in an extremist community", {"membership", "extremism"}),
        (
            "participation in the activity of a terrorist organization",
            {"membership", "terrorism_label"},
        ),
        ("Terrorist act: bombing of a station", {"terrorism_act"}),
        ("Espionage for a foreign power", {"state_security"}),
        ("High treason", {"treason"}),
        ("Attempt to overthrow the constitutional order", {"coup"}),
        ("Blasphemy", {"religion"}),
        ("Desertion from the army", {"military_service"}),
        ("Issuing a cheque without funds", {"private_debt"}),
        ("Parental child abduction", {"family_custody"}),
        ("Illegal crossing of the state border", {"administrative"}),
        ("Adultery", {"behaviour"}),
        ("Murder (2 counts)", {"homicide"}),
        ("Kidnapping and torture", {"violence"}),
        ("Rape of a minor", {"sexual"}),
        ("Trafficking in human beings", {"trafficking"}),
        ("Conspiracy to distribute cocaine", {"drugs"}),
        ("Participation in a criminal organisation", {"organised_crime"}),
        ("Genocide and crimes against humanity", {"war_crimes"}),
        ("Illegal possession of firearms", {"weapons"}),
        ("Armed robbery", {"property"}),
        ("Forgery of documents", {"forgery"}),
        ("Escape from custody", {"justice"}),
        ("Hooliganism", {"public_order"}),
        ("Unauthorised access to computer systems", {"cyber"}),
        ("Fraud on a large scale", {"fraud"}),
        ("Embezzlement of public funds", {"embezzlement"}),
        ("Bribery and abuse of office", {"corruption"}),
        ("Laundering of the proceeds of crime", {"money_laundering"}),
        ("Tax evasion", {"tax"}),
        ("HOMICIDIO AGRAVADO EN GRADO DE TENTATIVA", {"homicide"}),
        ("asociación ilícita y estafa", {"organised_crime", "fraud"}),
        ("viol sur mineur de 15 ans", {"sexual"}),
        ("-\tmeurtre\r\n-\tvol\r\n-\tescroquerie", {"homicide", "property", "fraud"}),
        ("tráfico de entorpecentes; estelionato", {"drugs", "fraud"}),
        ("Мошенничество в особо крупном размере", {"fraud"}),
        ("участие в незаконном вооруженном формировании", {"membership"}),
        ("إصدار شيك بدون رصيد", {"private_debt"}),
        ("قتل عمد", {"homicide"}),
        ("silahlı terör örgütüne üye olma", {"membership", "terrorism_label"}),
        ("NİTELİKLİ DOLANDIRICILIK", {"fraud"}),
        ("schwerer Raub", {"property"}),
        ("颠覆国家政权罪", {"coup"}),
        ("诈骗罪", {"fraud"}),
        ("bancarotta fraudolenta", {"business"}),
        ("умисне вбивство", {"homicide"}),
        ("کلاهبرداری و جعل اسناد", {"fraud", "forgery"}),
        ("udział w zorganizowanej grupie przestępczej", {"organised_crime"}),
        ("deelname aan een criminele organisatie", {"organised_crime"}),
        ("사기, 횡령", {"fraud", "embezzlement"}),
        ("殺人及び死体遺棄", {"homicide", "justice"}),
        ("تمويل الإرهاب وغسل الأموال", {"terrorism_label", "money_laundering"}),
        ("fraude fiscale", {"tax"}),
        ("omicidio stradale", {"homicide", "traffic"}),
        ("1vol aggravé, 2.escroquerie", {"property", "fraud"}),
        ("favoreggiamento dell'immigrazione clandestina", {"trafficking"}),
        ("M U R D E R and R O B B E R Y", {"homicide", "property"}),
        ("membership in a criminal organization", {"organised_crime"}),
        ("failure to report a terrorist act", {"justice"}),
    ],
)
def test_a_charge_gets_its_classes(text, expected):
    assert classes(text) == expected


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("conspiracy to commit a felony", "property"),
        ("a volunteer who helped to check the books", "private_debt"),
        ("culpable homicide not amounting to murder", "justice"),
        ("child abduction", "violence"),
        ("aircraft piracy", "property"),
        ("terrorist activity", "terrorism_act"),
        ("vol", "property"),
        ("unlawful taking of protected animals", "assembly"),
        ("injurias contra el presidente", "violence"),
        ("prevaricación", "fraud"),
        ("medicamentos adulterados", "behaviour"),
        ("abus de confiance", "violence"),
    ],
)
def test_a_trap_does_not_catch(text, absent):
    assert absent not in classes(text)


def test_a_negated_word_does_not_count():
    text = "culpable homicide not amounting to murder"
    assert [hit.quote for hit in classify(text, VERSION).hits] == ["homicide"]


@pytest.mark.parametrize("text", ["", "-", "24[1]", "211, 311 penal code", "ok", "٣٤"])
def test_no_class_is_an_answer(text):
    assert classes(text) == set()


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("muder", "muder"),
        ("homicio agravado", "homicio"),
        ("mеmbеrship оf a terrorist group", "mеmbеrship оf a terrorist group"),
        ("<b>murder</b>", "murder"),
        ("M U R D E R", "M U R D E R"),
    ],
)
def test_slips_lookalikes_and_markup_are_read_and_quoted_as_written(text, quote):
    assert quote in {hit.quote for hit in classify(text, VERSION).hits}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("participation in the activity of a group", "en"),
        ("homicidio agravado por el uso de arma", "es"),
        ("détention non autorisée de stupéfiants", "fr"),
        ("tráfico de drogas e associação criminosa", "pt"),
        ("убийство двух лиц", "ru"),
        ("умисне вбивство, вчинене групою осіб", "uk"),
        ("الانضمام إلى جماعة", "ar"),
        ("kasten öldürme suçu", "tr"),
        ("gefährliche Körperverletzung", "de"),
        ("故意杀人", "zh"),
        ("42", None),
    ],
)
def test_the_language_is_told(text, language):
    assert classify(text, VERSION).language == language


@given(st.text(max_size=400))
def test_any_text_is_answered_with_words_that_stand_in_it(text):
    for hit in classify(text, VERSION).hits:
        assert text[hit.start : hit.end] == hit.quote
        assert hit.quote


@given(st.lists(st.sampled_from(["murder", "fraud", "theft", "rape"]), min_size=1))
def test_the_order_of_charges_does_not_matter(names):
    text, reverse = "; ".join(names), "; ".join(reversed(names))
    assert classes(text) == classes(reverse)


def test_a_very_long_charge_is_answered():
    assert "homicide" in classes("murder; " * 12_500)


@pytest.mark.parametrize("phrase", ["", "... murder", "murder ...", "ab*", "m*rder"])
def test_a_phrase_that_cannot_be_read_is_refused(phrase):
    with pytest.raises(PhraseError):
        compile_phrase(phrase, "x")


def test_a_gap_stays_inside_its_clause():
    book = PhraseBook.of([("member ... group", "x")])

    def holds(text: str) -> bool:
        return bool(book.matches(text, words_of(text)))

    assert holds("member of an armed group")
    assert not holds("member; armed group")
    assert not holds("member one two three four five six group")
