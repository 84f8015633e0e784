"""Facts as written in the languages of the feeds: what they suggest, and what not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.notices.screening_cases import found, screened, told

# Language by language: refuge; a refusal with its ground; a lapsed warrant; a relative
# under pressure; a witness who took it back; victims; a state of its own with its case.
TOLD = {
    "fr": {
        "I01": "Elle a obtenu le statut de réfugiée en Norvège.",
        "I03": "La cour a refusé l'extradition en raison de la persécution politique.",
        "I08": "Le mandat a été annulé et les faits sont prescrits.",
        "I25": "Son frère a été arrêté et son père menacé.",
        "I23": "Le témoin est revenu sur ses aveux obtenus sous la torture.",
        "C05": "Les familles des victimes ont porté plainte.",
        "C06": "La justice suisse a ouvert une enquête sur les mêmes virements.",
    },
    "es": {
        "I01": "Noruega le concedió asilo político.",
        "I03": "La corte denegó la extradición por persecución política.",
        "I08": "La orden fue revocada y el delito había prescrito.",
        "I25": "Su hermano fue detenido y su madre interrogada.",
        "I23": "El testigo se retractó de su declaración.",
        "C05": "Los familiares de las víctimas pidieron justicia.",
        "C06": "La fiscalía suiza abrió una causa por las mismas transferencias.",
    },
    "ru": {
        "I01": "В Норвегии он получил статус беженца.",
        "I03": "Суд отказал в экстрадиции из-за политического преследования.",
        "I08": "Срок давности истёк, ордер был отозван.",
        "I25": "Его брат арестован, а родителей допрашивали.",
        "I23": "Свидетель отказался от показаний, данных под пытками.",
        "C05": "Потерпевшими признаны сотни вкладчиков.",
        "C06": "Прокуратура Швейцарии возбудила дело о тех же переводах.",
    },
    "ar": {
        "I01": "حصل على صفة لاجئ في النرويج.",
        "I03": "رفضت المحكمة تسليمه لأن الطلب سياسي.",
        "I08": "سقطت مذكرة التوقيف ومضت المدة وسقوط الدعوى ثابت.",
        "I25": "اعتقل شقيقه واستدعيت والدته للضغط عليه.",
        "I23": "تراجع الشاهد عن أقواله التي أدلى بها تحت التعذيب.",
        "C05": "طالبت أسر الضحايا بمحاكمته.",
        "C06": "السلطات السويسرية فتحت ملفا في التحويلات نفسها.",
    },
    "tr": {
        "I01": "Kendisine Norveç'te mülteci statüsü verildi.",
        "I03": "Mahkeme siyasi nedenlerle iade talebini reddetti.",
        "I08": "Yakalama kararı kaldırıldı ve suç zamanaşımına uğradı.",
        "I25": "Kardeşi tutuklandı ve annesi gözaltına alındı.",
        "I23": "Tanık işkence altında verdiği ifadesini geri aldı.",
        "C05": "Mağdurların aileleri şikâyetçi oldu.",
        "C06": "İsviçre savcılığı aynı ödemeler için soruşturma açtı.",
    },
    "de": {
        "I01": "Er wurde in Norwegen als Flüchtling anerkannt.",
        "I03": "Das Gericht lehnte die Auslieferung wegen politischer Verfolgung ab.",
        "I08": "Der Haftbefehl wurde aufgehoben und die Tat ist verjährt.",
        "I25": "Sein Bruder wurde verhaftet und seine Mutter verhört.",
        "I23": "Der Zeuge widerrief sein unter Folter erzwungenes Geständnis.",
        "C05": "Die Angehörigen der Opfer fordern einen Prozess.",
        "C06": "Die Schweizer Staatsanwaltschaft hat ein eigenes Verfahren eröffnet.",
    },
    "pt": {
        "I01": "A Noruega reconheceu-lhe o estatuto de refugiado.",
        "I03": "O tribunal recusou a extradição por perseguição política.",
        "I08": "O mandado foi revogado e o crime prescreveu.",
        "I25": "O irmão foi detido e a mãe interrogada.",
        "I23": "A testemunha foi torturada e mentiu, sob tortura.",
        "C05": "As famílias das vítimas apresentaram queixa.",
        "C06": "A polícia suíça abriu um inquérito às mesmas transferências.",
    },
    "zh": {
        "I01": "他在挪威获得难民身份。",
        "I03": "法院以政治迫害为由拒绝引渡。",
        "I08": "该案追诉时效已过。",
        "I25": "其父母被带走问话。",
        "I23": "证人称遭刑讯逼供后翻供。",
        "C05": "数百名受害人报案。",
        "C06": "瑞士警方独立立案调查。",
    },
}
SENTENCES = [
    (sign, text) for told_so in TOLD.values() for sign, text in told_so.items()
]


@pytest.mark.parametrize(("indicator", "text"), SENTENCES)
def test_a_sentence_suggests_its_indicator_and_is_quoted(indicator, text):
    outcome = screened(told(text))
    mine = [
        one
        for one in (*outcome.findings, *outcome.counter)
        if one.indicator == indicator
    ]
    assert mine
    assert {one.quote for one in mine} == {text}
    assert all(one.suggestion and one.field == "facts" for one in mine)


@pytest.mark.parametrize(
    "text",
    [
        "Selon ses avocats, il est victime de persécution politique.",
        "Su defensa dice que lo persiguen por sus opiniones.",
        "Он утверждает, что дело политическое и свидетеля пытали.",
        "يقول محاميه إن القضية سياسية.",
        "Nach eigenen Angaben wurde er gefoltert.",
        "Ele alega perseguição política.",
        "他声称受到政治迫害。",
    ],
)
def test_what_the_own_side_claims_suggests_nothing_in_any_language(text):
    assert not {one for one in found(told(text)) if one.startswith("I")}


def test_a_word_of_one_language_is_not_read_in_another():
    # “video” shows a deed in the Spanish table only where the text is Spanish.
    assert "C04" not in found(
        told("She began to post videos about the wealth of others.")
    )


@given(st.lists(st.sampled_from([text for _, text in SENTENCES]), max_size=8))
def test_sentences_of_many_languages_in_one_text_are_answered(sentences):
    text = " ".join(sentences)
    outcome = screened(told(text))
    for one in (*outcome.findings, *outcome.counter):
        assert one.quote in text or one.field == "charges"


@pytest.mark.parametrize(
    "nonsense",
    [
        "qwer zxcv uiop", "ыфвапр олджэ", "ضصثقف غعهخح", "ฟหกด่าสว", "🙂🙃🫠",
        "<script>x()</script>", "\u202edesrever\u202c", "٣٤ 17 ٥", "。。。；",
    ],
)  # fmt: skip
def test_nonsense_is_insufficient_in_any_writing(nonsense):
    outcome = screened(told(nonsense, charge=nonsense))
    assert outcome.band == "insufficient"
    assert outcome.unknown


@pytest.mark.parametrize(
    "text",
    [
        "mеmbеrship оf а tеrrоrist grоup " * 1_600,
        "Norway granted her asylum and his brother was jailed. " * 900,
        "他在挪威获得难民身份。" * 9_000,
        "<b>murder</b>&nbsp;" * 5_000,
    ],
)
def test_a_very_long_text_is_answered_with_words_that_stand_in_it(text):
    outcome = screened(told(text, charge=text))
    assert outcome.findings or outcome.offence_classes
    assert all(one.quote in text for one in (*outcome.findings, *outcome.counter))
