"""Words that a comparison of names treats in their own way, in lower-case Latin."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# In front of a name, or between names, and in no passport. "Haji" and "mullah" are
# titles that lists write as names.
HONORIFICS = _set(
    """
    mr mrs ms miss mx dr doctor prof professor sir dame lady lord rev hon
    gen general col colonel maj major capt captain lt lieutenant sgt president
    sheikh shaikh sheik shaykh cheikh haji hajji hajj alhaj alhaji hadji
    mullah mulla mawlawi maulavi maulawi molvi mufti ayatollah imam qari ustad
    sayyid sayyed sayed syed herr frau monsieur madame mme senor senora
    gospodin jr sr junior senior esq
    """
)

# They tell little: spelled in many ways, written or left out.
PARTICLES = _set(
    """
    al el ul ur as ad an ar az at ash abdul abu abou umm
    bin ben ibn bint binti binte bn ould walad aal
    de del della di da do dos das du des la le las los y e i von van der den ter
    ten zu zur zum af av na ap mac mc san st saint
    ud uddin oglu ogly kyzy kizi qizi
    """
)

# Half of a name: "Abdul" of Abdul Hamid, "Abu" of a kunya.
HALF_NAMES = _set("abdul abu abou umm")

# After one of these stands the father: who comes before and who after is no accident.
DESCENT = _set("bin ben ibn bint binti binte bn ould")

# Forms of one given name, the first as a key. Only what stands here counts as one name.
_FORMS = """
    alexander aleksandr alexandre alejandro alessandro oleksandr aliaksandr alex sasha
    alexei aleksei aleksey alexey oleksii
    andrew andrei andrey andres andre andreas andrii andrzej andy
    anthony antonio antoine anton tony
    barbara barb
    benjamin ben
    catherine katherine ekaterina kateryna katarina yekaterina kate katya
    charles carlos karl carl karel charlie
    christopher chris christoph
    daniel danny dan
    david dave davyd
    demetrius dmitry dmitri dmitriy dmytro dima
    edward eduard eduardo ed eddie
    elizabeth elisabeth yelizaveta elizaveta liz beth
    eugene yevgeny evgeny evgeni yevhen evgenii
    francis francisco francois franz frank
    george georgy georgi jorge georg heorhii yuri yury yurii
    gregory grigory hryhorii greg
    helen elena olena yelena helena
    henry enrique henri heinrich
    james jaime jacques jim jimmy
    joseph jose josef giuseppe iosif joe
    john juan jean johann johannes ivan jan giovanni ioannis sean jack
    julia yulia iulia yuliya
    lawrence laurent lorenzo larry
    leo lev leonid
    louis luis luigi ludwig lewis
    margaret margarita marguerite maggie peggy
    mary maria marie mariya
    matthew matthias mateo matthieu matt
    michael mikhail miguel michel mykhailo mike misha
    natalia nataliya natalya natasha
    nicholas nikolai nicolas mykola nikolay nick kolya
    paul pavel pablo paolo pavlo
    peter pyotr pedro pierre petro pete
    philip felipe philippe filip phil
    richard ricardo rick dick
    robert roberto rob bob bobby
    samuel sam
    sergei sergey serhii siarhei sergio serge
    stephen steven stefan esteban etienne stepan steve
    theodore fyodor fedor teodoro ted
    thomas tomas tommaso foma tom
    valery valeriy valerii
    vladimir volodymyr uladzimir vova
    william guillermo guillaume wilhelm bill will billy
    yaroslav jaroslav iaroslav
"""
FORMS = {
    form: line.split()[0]
    for line in _FORMS.strip().splitlines()
    for form in line.split()
}

# What kind of body it is: written in full, in short, in front or behind.
LEGAL_FORMS = {
    **dict.fromkeys(
        _set("inc incorporated corp corporation co company cie"), "corporation"
    ),
    **dict.fromkeys(_set("ltd limited llc lc plc pte pty pvt private"), "limited"),
    **dict.fromkeys(_set("ooo srl sarl gmbh spzoo doo bv kft oy"), "limited"),
    **dict.fromkeys(_set("jsc ojsc cjsc pjsc oao zao pao ao ag sa spa as nv"), "joint"),
    **dict.fromkeys(_set("aktiengesellschaft ab se asa kk"), "joint"),
    **dict.fromkeys(_set("lp llp kg"), "partnership"),
}
LEGAL_PHRASES = (
    ("limited liability company", "llc"),
    ("public joint stock company", "pjsc"),
    ("open joint stock company", "ojsc"),
    ("joint stock company", "jsc"),
    ("public limited company", "plc"),
    ("societatea cu raspundere limitata", "srl"),
    ("obshchestvo s ogranichennoi otvetstvennostiu", "ooo"),
    ("obshchestvo s ogranichennoy otvetstvennostyu", "ooo"),
    ("aktsionernoe obshchestvo", "ao"),
    ("gesellschaft mit beschrankter haftung", "gmbh"),
    ("sociedad anonima", "sa"),
    ("societe anonyme", "sa"),
    ("sp z o o", "spzoo"),
)
ORGANISATION_FILLERS = _set("the and of for und et y i")
NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "first": "1st",
    "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60",
    "seventy": "70", "eighty": "80", "ninety": "90",
}  # fmt: skip
