"""BDT 2015/SIKS: its codes for neutral answers, and back.

Here gas of 5.5 and 12 kg are one, squatting pans with and without a lid are one, and PLN without a meter is a kind of
power. Answers to the assets alternate between 1/2 and 3/4 down the printed page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from registration.codes import Disability, Marital, Sex
from registration.crosswalk.variable import Bits, Variable, answers_of, codes_of
from registration.questionnaire.question import NO, YES

YES_NO: Final = {YES: "1", NO: "2"}
HOUSE: Final = (
    Variable("sta_bangunan", "status_bangunan", {
        "milik_sendiri": "1", "kontrak_sewa": "2", "bebas_sewa": "3", "dinas": "4", "lainnya": "5"}),
    Variable("sta_lahan", "status_lahan", {
        "milik_sendiri": "1", "milik_orang_lain": "2", "tanah_negara": "3", "lainnya": "4"}),
    Variable("lantai", "lantai", {
        "marmer": "1", "keramik": "2", "parket": "3", "ubin": "4", "kayu_baik": "5", "semen": "6", "bambu": "7",
        "kayu_sederhana": "8", "tanah": "9", "lainnya": "10"}),
    Variable("dinding", "dinding", {
        "tembok": "1", "plesteran_anyaman": "2", "kayu": "3", "anyaman_bambu": "4", "batang_kayu": "5", "bambu": "6",
        "lainnya": "7", "gipsum": "7"}),
    Variable("kondisi_dinding", "kondisi_dinding", {"bagus": "1", "jelek": "2"}),
    Variable("atap", "atap", {
        "beton": "1", "genteng_keramik": "2", "genteng_metal": "3", "genteng_tanah_liat": "4", "asbes": "5",
        "seng": "6", "sirap": "7", "bambu": "8", "jerami": "9", "lainnya": "10"}),
    Variable("kondisi_atap", "kondisi_atap", {"bagus": "1", "jelek": "2"}),
    Variable("sumber_airminum", "air_minum", {
        "kemasan_bermerek": "1", "isi_ulang": "2", "leding_meteran": "3", "leding_eceran": "4", "sumur_bor": "5",
        "sumur_terlindung": "6", "sumur_tak_terlindung": "7", "mata_air_terlindung": "8",
        "mata_air_tak_terlindung": "9", "air_permukaan": "10", "air_hujan": "11", "lainnya": "12"}),
    Variable("cara_peroleh_airminum", "cara_air", {"eceran": "1", "langganan": "2", "tidak_membeli": "3"}),
    Variable("sumber_penerangan", "penerangan", {
        "pln_meteran": "1", "pln_tanpa_meteran": "1", "listrik_non_pln": "2", "bukan_listrik": "3"}),
    Variable("daya", "daya", {"450": "1", "900": "2", "1300": "3", "2200": "4", "lebih_2200": "5"}),
    Variable("bb_masak", "bahan_bakar", {
        "listrik": "1", "gas_5_5kg": "2", "gas_12kg": "2", "gas_3kg": "3", "gas_kota": "4", "biogas": "4",
        "minyak_tanah": "5", "briket": "6", "arang": "7", "kayu_bakar": "8", "tidak_memasak": "9"}),
    Variable("fasbab", "fasilitas_bab", {
        "sendiri": "1", "bersama": "2", "umum": "3", "komunal": "3", "tidak_ada": "4", "ada_tidak_digunakan": "4"}),
    Variable("kloset", "kloset", {
        "leher_angsa": "1", "plengsengan_tutup": "2", "plengsengan_tanpa_tutup": "2", "cemplung": "3",
        "tidak_pakai": "4"}),
    Variable("buang_tinja", "tinja", {
        "tangki_septik": "1", "ipal": "2", "lubang_tanah": "3", "perairan": "4", "tanah_terbuka": "5", "lainnya": "6"}),
)  # fmt: skip
WITHOUT_METER: Final = "6"  # a value of "daya"
HOUSE_NUMBERS: Final = {
    "luas_lantai": "luas_lantai", "jumlah_kamar": "jumlah_kamar", "luas_atb": "luas_tanah_lain",
    "jumlah_sapi": "jumlah_sapi", "jumlah_kerbau": "jumlah_kerbau", "jumlah_kuda": "jumlah_kuda",
    "jumlah_babi": "jumlah_babi", "jumlah_kambing": "jumlah_kambing", "nomor_pln": "id_pln",
}  # fmt: skip
# Official name, question, the mark that means yes, code for yes, code for no.
ASSETS: Final = (
    ("ada_tabung_gas", "barang", "tabung_gas", "1", "2"),
    ("ada_lemari_es", "barang", "lemari_es", "3", "4"),
    ("ada_ac", "barang", "ac", "1", "2"),
    ("ada_pemanas", "barang", "pemanas", "3", "4"),
    ("ada_telepon", "barang", "telepon_rumah", "1", "2"),
    ("ada_emas", "barang", "emas", "1", "2"),
    ("ada_laptop", "barang", "laptop", "3", "4"),
    ("ada_sepeda", "kendaraan", "sepeda", "1", "2"),
    ("ada_motor", "kendaraan", "motor", "3", "4"),
    ("ada_perahu", "kendaraan", "perahu", "3", "4"),
    ("ada_motor_tempel", "kendaraan", "motor_tempel", "1", "2"),
    ("ada_perahu_motor", "kendaraan", "perahu_motor", "3", "4"),
    ("ada_kapal", "kendaraan", "kapal", "1", "2"),
    ("sta_kks", "bantuan", "kks", "1", "2"),
    ("sta_kip", "bantuan", "pip", "3", "4"),
    ("sta_pkh", "bantuan", "pkh", "1", "2"),
    ("sta_rastra", "bantuan", "sembako", "3", "4"),
    ("sta_kur", "bantuan", "kur", "1", "2"),
)
STATED: Final = (
    Variable("ada_tv", "tv", {"lain": "3", "datar_30": "3", "tidak_ada": "4"}),
    Variable("ada_mobil", "mobil", YES_NO),
    Variable("aset_tak_bergerak", "tanah_lain", YES_NO),
    Variable("rumah_lain", "rumah_lain", {YES: "3", NO: "4"}),
)
RELATIONS: Final = {
    "kepala": "1", "istri": "2", "suami": "2", "anak": "3", "menantu": "4", "cucu": "5", "orang_tua": "6",
    "mertua": "6", "pembantu": "7", "lainnya": "8", "famili_lain": "8",
}  # fmt: skip
PERSON: Final = (
    Variable("hubungan_keluarga", "hubungan", RELATIONS),
    Variable("hubungan_krt", "hubungan_krt", {
        "kepala": "1", "pasangan": "2", "anak": "3", "menantu": "4", "cucu": "5", "orang_tua": "6", "pembantu": "7",
        "lainnya": "8"}),
    Variable("jenis_kelamin", "jenis_kelamin", {"L": "1", "P": "2"}),
    Variable("status_kawin", "status_kawin", {"belum_kawin": "1", "kawin": "2", "cerai_hidup": "3", "cerai_mati": "4"}),
    Variable("ada_akta_nikah", "akta_nikah", {"tidak": "0", "ada_dapat": "1", "ada_tidak_dapat": "2"}),
    Variable("ada_di_kk", "tercantum_di_kk", YES_NO),
    Bits("ada_kartu_identitas", "kartu_identitas", {"akta_lahir": 1, "kartu_pelajar": 2, "ktp": 4, "sim": 8}),
    Variable("penyakit_kronis", "penyakit", {
        "tidak_ada": "0", "hipertensi": "1", "rematik": "2", "asma": "3", "jantung": "4", "diabetes": "5", "tbc": "6",
        "stroke": "7", "kanker": "8", "leukemia": "8", "lainnya": "9", "ginjal": "9", "hemofilia": "9", "hiv": "9",
        "kolesterol": "9", "sirosis": "9", "talasemia": "9", "alzheimer": "9"}),
    Variable("partisipasi_sekolah", "partisipasi", {"belum": "0", "masih": "1", "tidak_lagi": "2"}),
    Variable("pendidikan_tertinggi", "jenjang", {
        "sd": "1", "sdlb": "1", "paket_a": "2", "mi": "3", "spm_ula": "3", "smp": "4", "smplb": "4", "paket_b": "5",
        "mts": "6", "spm_wustha": "6", "sma": "7", "smk": "7", "smlb": "7", "paket_c": "8", "ma": "9", "mak": "9",
        "spm_ulya": "9", "s1": "10", "diploma": "10", "profesi": "10", "s2": "10", "s3": "10"}),
    Variable("kelas_tertinggi", "kelas", {**{str(n): str(n) for n in range(1, 8)}, "tamat": "8"}),
    Variable("ijazah_tertinggi", "ijazah", {
        "tidak_punya": "0", "sd": "1", "smp": "2", "sma": "3", "diploma": "4", "s1": "5", "s2": "6"}),
    Variable("status_bekerja", "bekerja", YES_NO),
    Variable("lapangan_usaha", "lapangan_usaha", {
        "padi_palawija": "1", "hortikultura": "2", "perkebunan": "3", "perikanan_tangkap": "4",
        "perikanan_budidaya": "5", "peternakan": "6", "kehutanan": "7", "pertambangan": "8", "industri": "9",
        "listrik_gas": "10", "konstruksi": "11", "perdagangan": "12", "akomodasi_makan": "13", "angkutan": "14",
        "infokom": "15", "keuangan": "16", "pendidikan": "17", "kesehatan": "18", "jasa_lain": "19",
        "rumah_tangga": "19", "pemerintahan": "19", "kesenian": "19", "pemulung": "20", "lainnya": "21",
        "air_limbah": "21", "real_estate": "21", "profesional": "21", "penyewaan": "21", "internasional": "21"}),
    Variable("status_pekerjaan", "status_pekerjaan", {
        "berusaha_sendiri": "1", "dibantu_tidak_tetap": "2", "dibantu_tetap": "3", "karyawan_swasta": "4",
        "pegawai_negara": "5", "bebas_pertanian": "6", "bebas_nonpertanian": "7", "keluarga": "8"}),
)  # fmt: skip
# Impairments are one code for each combination, the list knows speech only together with hearing. The first set of a
# code stands for it on the way back.
IMPAIRMENTS: Final[dict[frozenset[str], str]] = {
    frozenset(): "0",
    frozenset({Disability.PHYSICAL}): "1",
    frozenset({Disability.SIGHT}): "2",
    frozenset({Disability.HEARING}): "3",
    frozenset({Disability.HEARING, Disability.SPEECH}): "4",
    frozenset({Disability.SPEECH}): "4",
    frozenset({Disability.SIGHT, Disability.PHYSICAL}): "5",
    frozenset({Disability.SIGHT, Disability.HEARING, Disability.SPEECH}): "6",
    frozenset({Disability.HEARING, Disability.SPEECH, Disability.PHYSICAL}): "7",
    frozenset({Disability.SIGHT, Disability.HEARING, Disability.SPEECH, Disability.PHYSICAL}): "8",
    frozenset({Disability.INTELLECTUAL}): "9",
    frozenset({Disability.MENTAL}): "10",
    frozenset({Disability.PHYSICAL, Disability.MENTAL}): "11",
}
PREGNANCY_AGES: Final = range(10, 50)


def house_codes(answers: Mapping[str, Any]) -> dict[str, str]:
    """Codes of the household's answers (dwelling, details and the six questions together, by question key)."""
    found = codes_of((*HOUSE, *STATED), answers)
    if answers.get("penerangan") == "pln_tanpa_meteran":
        found["daya"] = WITHOUT_METER
    for name, question, mark, yes, no in ASSETS:
        if question in answers:
            found[name] = yes if mark in answers[question] else no
    for name, question in HOUSE_NUMBERS.items():
        if answers.get(question) not in (None, ""):
            found[name] = str(answers[question])
    return found


def house_answers(codes: Mapping[str, str]) -> dict[str, Any]:
    """Neutral answers for codes; of answers that share a code, the one that stands for it. Numbers stay numbers."""
    plain = {name: code for name, code in codes.items() if (name, code) != ("daya", WITHOUT_METER)}
    found = answers_of((*HOUSE, *STATED), plain)
    if codes.get("daya") == WITHOUT_METER:
        found["penerangan"] = "pln_tanpa_meteran"
    for name, question, mark, yes, _no in ASSETS:
        if name in codes:
            found.setdefault(question, [])
            found[question] += [mark] if codes[name] == yes else []
    for name, question in HOUSE_NUMBERS.items():
        if name in codes:
            found[question] = codes[name] if question == "id_pln" else int(codes[name])
    return found


def disability_code(kinds: Iterable[str]) -> str:
    """One code for the impairments of a person. A combination the list lacks gets the lowest code among its parts."""
    chosen = frozenset(kinds)
    return IMPAIRMENTS.get(chosen) or str(min(int(IMPAIRMENTS[frozenset({kind})]) for kind in chosen))


def disability_kinds(code: str) -> frozenset[str]:
    for kinds, its_code in IMPAIRMENTS.items():
        if its_code == code:
            return kinds
    raise LookupError(f"jenis_cacat has no code {code!r}")


def pregnancy_code(answers: Mapping[str, Any], *, age: int) -> str | None:
    """Asked of women of 10 to 49 years who are or were married; None for everybody else."""
    of_age = answers.get("jenis_kelamin") == Sex.FEMALE and age in PREGNANCY_AGES
    if not of_age or answers.get("status_kawin") == Marital.SINGLE or "hamil" not in answers:
        return None
    return YES_NO[answers["hamil"]]


def person_codes(answers: Mapping[str, Any], *, age: int) -> dict[str, str]:
    """Codes of one person's answers, by question key."""
    found = codes_of(PERSON, answers)
    if "disabilitas" in answers:
        found["jenis_cacat"] = disability_code(answers["disabilitas"])
    pregnant = pregnancy_code(answers, age=age)
    if pregnant:
        found["status_hamil"] = pregnant
    if answers.get("jam_kerja") is not None:
        found["jumlah_jam_kerja"] = str(answers["jam_kerja"])
    return found


def person_answers(codes: Mapping[str, str]) -> dict[str, Any]:
    """Neutral answers for a person's codes."""
    found = answers_of(PERSON, codes)
    if "jenis_cacat" in codes:
        found["disabilitas"] = sorted(disability_kinds(codes["jenis_cacat"]))
    if "status_hamil" in codes:
        found["hamil"] = {"1": YES, "2": NO}[codes["status_hamil"]]
    if "jumlah_jam_kerja" in codes:
        found["jam_kerja"] = int(codes["jumlah_jam_kerja"])
    return found
