"""The questions about what a household has, which help it receives, and whether it has enough to live.

A car is not asked here: it is one of the six questions of the law. Amounts of land and animals follow a Ya only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.utils.translation import gettext_lazy as _

from registration.questionnaire.question import NONE_OF_THESE, OTHER, YES, Choices, Kind, Question
from registration.questionnaire.versions import WHOLE_ONLY

GOODS: Final[Choices] = (
    ("tabung_gas", _("Gas bottle of 5.5 kg or more")),
    ("lemari_es", _("Refrigerator")),
    ("ac", _("Air conditioner")),
    ("pemanas", _("Water heater")),
    ("telepon_rumah", _("Telephone at home (landline)")),
    ("ponsel_pintar", _("Smartphone")),
    ("laptop", _("Computer or laptop")),
    ("emas", _("Gold or jewellery of 10 grams or more")),
    (NONE_OF_THESE, _("None of these")),
)
TELEVISION: Final[Choices] = (
    ("datar_30", _("Yes, a flat screen of 30 inches or more")),
    ("lain", _("Yes, a smaller or older one")),
    (NONE_OF_THESE, _("No television")),
)
VEHICLES: Final[Choices] = (
    ("sepeda", _("Bicycle")),
    ("motor", _("Motorcycle")),
    ("perahu", _("Boat without a motor")),
    ("motor_tempel", _("Outboard motor")),
    ("perahu_motor", _("Motor boat")),
    ("kapal", _("Ship")),
    (NONE_OF_THESE, _("None of these")),
)
INTERNET: Final[Choices] = (
    ("langganan", _("Subscribed internet and digital TV")),
    ("wifi", "Wifi"),
    ("ponsel", _("On the mobile phone")),
    (NONE_OF_THESE, _("Nobody uses the internet")),
)
ACCOUNTS: Final[Choices] = (
    ("usaha", _("Yes, for a business")),
    ("pribadi", _("Yes, for oneself")),
    ("keduanya", _("Yes, for both")),
    (NONE_OF_THESE, _("No, nobody")),
)
ANIMALS: Final[Choices] = (
    ("sapi", _("Cows")),
    ("kerbau", _("Water buffaloes")),
    ("kuda", _("Horses")),
    ("babi", _("Pigs")),
    ("kambing", _("Goats or sheep")),
)
# Programmes a family may receive already, by the words people use for them.
RECEIVED: Final[Choices] = (
    ("pkh", "PKH"),
    ("sembako", "BPNT / Sembako"),
    ("kks", "KKS (Kartu Keluarga Sejahtera)"),
    ("pip", "PIP / KIP"),
    ("kjp", "KJP Plus"),
    ("kjmu", "KJMU"),
    ("klj", "KLJ"),
    ("kaj", "KAJ"),
    ("kpdj", "KPDJ"),
    ("blt", "BLT"),
    ("kur", "KUR"),
    ("prakerja", "Kartu Prakerja"),
    OTHER,
    (NONE_OF_THESE, _("None of these")),
)

BELONGINGS: Final = (
    Question("harta", "barang", _("Which of these does the household own?"), GOODS, kind=Kind.MANY),
    Question("harta", "tv", _("Does the household own a television?"), TELEVISION),
    Question("harta", "kendaraan", _("Which vehicles does the household own?"), VEHICLES, kind=Kind.MANY,
             help=_("A motorcycle does not speak against a registration. Cars are asked at the end.")),
    Question("harta", "internet", _("How do people at home use the internet?"), INTERNET),
    Question("harta", "rekening", _("Does anybody at home have a bank account or e-wallet?"), ACCOUNTS),
)  # fmt: skip
LAND: Final = (
    Question("tanah_ternak", "tanah_lain", _("Does the household own other land, beside the one it lives on?"),
             kind=Kind.YES_NO),
    Question("tanah_ternak", "luas_tanah_lain", _("How large is it altogether?"), kind=Kind.NUMBER, unit="m²", low=1,
             high=999_999, after=("tanah_lain", frozenset({YES})), help=_("In square metres. An estimate is enough.")),
    Question("tanah_ternak", "rumah_lain", _("Does the household own another house?"), kind=Kind.YES_NO),
    Question("tanah_ternak", "ternak", _("Does the household keep cows, buffaloes, horses, pigs, goats or sheep?"),
             kind=Kind.YES_NO),
    *(
        Question("tanah_ternak", f"jumlah_{code}", label, kind=Kind.NUMBER, low=0, high=999, required=False,
                 after=("ternak", frozenset({YES})))
        for code, label in ANIMALS
    ),
)  # fmt: skip
AID: Final = (
    Question("bantuan", "bantuan", _("Which help does the household receive, or has it received in the last year?"),
             RECEIVED, kind=Kind.MANY),
    *(
        Question("bantuan", f"bantuan_{code}", label, kind=Kind.MONTH, required=False,
                 after=("bantuan", frozenset({code})),
                 help=_("Month and year it came last, such as 03/2026. You may leave it empty."))
        for code, label in RECEIVED if code != NONE_OF_THESE
    ),
)  # fmt: skip
NEEDS: Final = (
    Question("kebutuhan", "tempat_tetap", _("Does the household have a permanent place to live?"), kind=Kind.YES_NO,
             help=_("A rented room counts. Under a bridge, in a cart or in a shelter does not.")),
    Question("kebutuhan", "khawatir_makan",
             _("In the last year, did anybody at home go without food, or worry about it?"), kind=Kind.YES_NO),
    Question("kebutuhan", "pangan_separuh", _("Is more than half of what you spend spent on food?"), kind=Kind.YES_NO),
    Question("kebutuhan", "beli_pakaian", _("Did the household buy clothes in the last year?"), kind=Kind.YES_NO),
)  # fmt: skip
STAY: Final = (
    Question("domisili", "lama_tinggal", _("How many years has the household lived here?"), kind=Kind.NUMBER, low=0,
             high=120, unit=_("years"), help=_("Write 0 if it is less than one year.")),
)  # fmt: skip
METER: Final = (
    Question("daya", "id_pln", _("PLN customer number"), kind=Kind.DIGITS, low=11, high=12, required=False,
             help=_("11 or 12 digits, on the token receipt or the bill. You may leave it empty.")),
)  # fmt: skip
QUESTIONS: Final[tuple[Question, ...]] = tuple(
    replace(question, editions=WHOLE_ONLY, sealed=True)
    for question in (*STAY, *METER, *BELONGINGS, *LAND, *AID, *NEEDS)
)
