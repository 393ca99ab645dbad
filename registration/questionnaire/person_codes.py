"""Codes of answers about people, each list keeping every distinction of BDT 2015/SIKS and of Regsosek 2022.K."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from registration.questionnaire.question import NONE_OF_THESE, OTHER, Choices

DOCUMENTS: Final[Choices] = (
    ("akta_lahir", _("Birth certificate (akta kelahiran)")),
    ("kia", _("Child identity card (KIA)")),
    ("kartu_pelajar", _("Pupil's card")),
    ("ktp", "KTP"),
    ("sim", _("Driving licence (SIM)")),
    (NONE_OF_THESE, _("None of these")),
)
DEED: Final[Choices] = (
    ("ada_dapat", _("Yes, and I can show it")),
    ("ada_tidak_dapat", _("Yes, but I cannot show it")),
    ("tidak", _("No")),
)
RELATION_TO_HOUSEHOLD: Final[Choices] = (
    ("kepala", _("Head of the household")),
    ("pasangan", _("Wife or husband")),
    ("anak", _("Child")),
    ("menantu", _("Son- or daughter-in-law")),
    ("cucu", _("Grandchild")),
    ("orang_tua", _("Parent or parent-in-law")),
    ("pembantu", _("Domestic helper")),
    OTHER,
)
PARTICIPATION: Final[Choices] = (
    ("belum", _("Has never gone to school, or not yet")),
    ("masih", _("Goes to school or university now")),
    ("tidak_lagi", _("Does not go to school any more")),
)
SCHOOLS: Final[Choices] = (
    ("sd", "SD"),
    ("mi", "MI"),
    ("sdlb", "SDLB"),
    ("paket_a", "Paket A"),
    ("spm_ula", _("SPM or PDF Ula (pesantren)")),
    ("smp", "SMP"),
    ("mts", "MTs"),
    ("smplb", "SMPLB"),
    ("paket_b", "Paket B"),
    ("spm_wustha", _("SPM or PDF Wustha (pesantren)")),
    ("sma", "SMA"),
    ("smk", "SMK"),
    ("ma", "MA"),
    ("mak", "MAK"),
    ("smlb", "SMALB"),
    ("paket_c", "Paket C"),
    ("spm_ulya", _("SPM or PDF Ulya (pesantren)")),
    ("diploma", _("D1, D2 or D3")),
    ("s1", _("D4 or S1")),
    ("profesi", _("Professional education")),
    ("s2", "S2"),
    ("s3", "S3"),
)
# The coarse level of `registration.codes.SchoolLevel`, which programmes ask for.
LEVEL_OF_SCHOOL: Final[dict[str, str]] = {
    "sd": "sd", "mi": "sd", "sdlb": "sd", "paket_a": "sd", "spm_ula": "sd",
    "smp": "smp", "mts": "smp", "smplb": "smp", "paket_b": "smp", "spm_wustha": "smp",
    "sma": "sma", "ma": "sma", "smlb": "sma", "paket_c": "sma", "spm_ulya": "sma",
    "smk": "smk", "mak": "smk",
    "diploma": "diploma", "s1": "s1", "profesi": "s1", "s2": "s2", "s3": "s2",
}  # fmt: skip
CLASSES: Final[Choices] = (
    *((str(number), str(number)) for number in range(1, 8)),
    ("tamat", _("Finished (tamat)")),
)
DIPLOMAS: Final[Choices] = (
    ("tidak_punya", _("No diploma")),
    ("sd", _("SD or equal")),
    ("smp", _("SMP or equal")),
    ("sma", _("SMA, SMK or equal")),
    ("diploma", _("D1, D2 or D3")),
    ("s1", _("D4 or S1")),
    ("s2", _("S2 or S3")),
)
INDUSTRIES: Final[Choices] = (
    ("perdagangan", _("Trade, shop, market, vehicle repair")),
    ("akomodasi_makan", _("Food stall, restaurant, hotel")),
    ("angkutan", _("Transport: ojek, driver, courier, warehouse")),
    ("konstruksi", _("Building work")),
    ("industri", _("Factory, workshop, making things")),
    ("rumah_tangga", _("Working in other people's households")),
    ("jasa_lain", _("Other services: barber, laundry, massage, repairs")),
    ("pemulung", _("Collecting waste (pemulung)")),
    ("air_limbah", _("Water supply, waste water, recycling")),
    ("pendidikan", _("Schools and courses")),
    ("kesehatan", _("Health and social work")),
    ("pemerintahan", _("Government, defence, social insurance")),
    ("keuangan", _("Banks and insurance")),
    ("infokom", _("Information and communication")),
    ("real_estate", _("Renting out and selling buildings")),
    ("profesional", _("Professional, scientific and technical work")),
    ("penyewaan", _("Hiring out, cleaning service, security, travel")),
    ("kesenian", _("Arts, entertainment, recreation")),
    ("listrik_gas", _("Electricity and gas")),
    ("padi_palawija", _("Rice and field crops")),
    ("hortikultura", _("Vegetables, fruit and flowers")),
    ("perkebunan", _("Plantation")),
    ("perikanan_tangkap", _("Catching fish")),
    ("perikanan_budidaya", _("Fish farming")),
    ("peternakan", _("Keeping animals")),
    ("kehutanan", _("Forestry and other farming")),
    ("pertambangan", _("Mining and quarrying")),
    ("internasional", _("International bodies")),
    OTHER,
)
EMPLOYMENT: Final[Choices] = (
    ("berusaha_sendiri", _("Own work or business, alone")),
    ("dibantu_tidak_tetap", _("Own business, helped by unpaid or occasional workers")),
    ("dibantu_tetap", _("Own business with paid workers")),
    ("karyawan_swasta", _("Worker or employee of a private employer")),
    ("pegawai_negara", _("PNS, TNI, Polri, BUMN, BUMD or state official")),
    ("bebas_pertanian", _("Casual worker in farming")),
    ("bebas_nonpertanian", _("Casual worker outside farming")),
    ("keluarga", _("Helps in the family without pay")),
)
INCOME: Final[Choices] = (
    ("tidak_ada", _("None")),
    ("di_bawah_1jt", _("Below Rp1 million a month")),
    ("1jt_sampai_umk", _("From Rp1 million up to below the minimum wage (UMP)")),
    ("umk", _("About the minimum wage (UMP)")),
    ("umk_sampai_10jt", _("Above the minimum wage, up to Rp10 million")),
    ("di_atas_10jt", _("Above Rp10 million a month")),
)
WORK_INSURANCE: Final[Choices] = (
    ("kecelakaan", _("BPJS for accidents at work (JKK)")),
    ("kematian", _("BPJS for death (JKM)")),
    ("hari_tua", _("BPJS for old age (JHT)")),
    ("pensiun", _("BPJS pension (JP)")),
    ("pensiun_lain", _("Another pension (Taspen, private)")),
    (NONE_OF_THESE, _("None of these")),
)
HEALTH_INSURANCE: Final[Choices] = (
    ("pbi", _("JKN/KIS paid by the government (PBI)")),
    ("mandiri", _("JKN paid by ourselves (mandiri)")),
    ("pemberi_kerja", _("JKN paid by the employer")),
    ("lain", _("Another health insurance")),
    (NONE_OF_THESE, _("None of these")),
)
TAX_NUMBER: Final[Choices] = (
    ("ada_dapat", _("Yes, and it can be shown")),
    ("ada_tidak_dapat", _("Yes, but it cannot be shown")),
    ("tidak_ada", _("No")),
)
ILLNESSES: Final[Choices] = (
    ("tidak_ada", _("None")),
    ("hipertensi", _("High blood pressure")),
    ("rematik", _("Rheumatism")),
    ("asma", _("Asthma")),
    ("jantung", _("Heart disease")),
    ("diabetes", _("Diabetes (kencing manis)")),
    ("tbc", _("Tuberculosis (TBC)")),
    ("stroke", "Stroke"),
    ("kanker", _("Cancer or malignant tumour")),
    ("ginjal", _("Kidney failure")),
    ("hemofilia", _("Haemophilia")),
    ("hiv", "HIV/AIDS"),
    ("kolesterol", _("Cholesterol")),
    ("sirosis", _("Cirrhosis of the liver")),
    ("talasemia", _("Thalassaemia")),
    ("leukemia", _("Leukaemia")),
    ("alzheimer", _("Alzheimer's disease")),
    ("lainnya", _("Another long illness")),
)
IMPAIRMENTS: Final[Choices] = (
    ("fisik", _("Physical (movement)")),
    ("netra", _("Sight")),
    ("rungu", _("Hearing")),
    ("wicara", _("Speech")),
    ("intelektual", _("Intellectual")),
    ("mental", _("Mental health")),
    (NONE_OF_THESE, _("No disability")),
)
ABILITY: Final[Choices] = (
    ("tidak_bisa", _("Cannot do it at all")),
    ("banyak", _("With much difficulty, needs help")),
    ("sedikit", _("With a little difficulty, without help")),
    ("tanpa", _("Without difficulty")),
)
