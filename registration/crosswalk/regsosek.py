"""Regsosek 2022.K: its codes for neutral answers, and back. Variables carry the numbers of the printed form.

Here wood is one whatever its quality, tiles of every kind are one roof, piped water is one, PLN without a meter is a
light of its own, and only a flat television of 30 inches counts. The printed form gives 00 for a household that does
not cook; the list in use gives 12.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from registration.codes import Sex
from registration.crosswalk.bdt import RELATIONS
from registration.crosswalk.variable import Bits, Variable, answers_of, codes_of
from registration.questionnaire.person import ABILITIES, PREGNANCY_AGES
from registration.questionnaire.question import NO, YES

YES_NO: Final = {YES: "1", NO: "2"}
HOUSE: Final = (
    Variable("301a", "status_bangunan", {
        "milik_sendiri": "1", "kontrak_sewa": "2", "bebas_sewa": "3", "dinas": "4", "lainnya": "5"}),
    Variable("301b", "bukti_lahan", {
        "shm_keluarga": "1", "shm_perjanjian": "2", "shm_tanpa_perjanjian": "3", "sertifikat_lain": "4",
        "surat_lain": "5", "tidak_punya": "6"}),
    Variable("303", "lantai", {
        "marmer": "1", "keramik": "2", "parket": "3", "ubin": "4", "kayu_baik": "5", "kayu_sederhana": "5",
        "semen": "6", "bambu": "7", "tanah": "8", "lainnya": "9"}),
    Variable("304", "dinding", {
        "tembok": "1", "plesteran_anyaman": "2", "kayu": "3", "gipsum": "3", "anyaman_bambu": "4", "batang_kayu": "5",
        "bambu": "6", "lainnya": "7"}),
    Variable("305", "atap", {
        "beton": "1", "genteng_tanah_liat": "2", "genteng_keramik": "2", "genteng_metal": "2", "seng": "3",
        "asbes": "4", "sirap": "5", "bambu": "6", "jerami": "7", "lainnya": "8"}),
    Variable("306a", "air_minum", {
        "kemasan_bermerek": "1", "isi_ulang": "2", "leding_meteran": "3", "leding_eceran": "3", "sumur_bor": "4",
        "sumur_terlindung": "5", "sumur_tak_terlindung": "6", "mata_air_terlindung": "7",
        "mata_air_tak_terlindung": "8", "air_permukaan": "9", "air_hujan": "10", "lainnya": "11"}),
    Variable("306b", "jarak_air", {"dekat": "1", "jauh": "2", "tidak_tahu": "3"}),
    Variable("307a", "penerangan", {
        "pln_meteran": "1", "pln_tanpa_meteran": "2", "listrik_non_pln": "3", "bukan_listrik": "4"}),
    Variable("307b1", "daya", {"450": "1", "900": "2", "1300": "3", "2200": "4", "lebih_2200": "5"}),
    Variable("308", "bahan_bakar", {
        "listrik": "1", "gas_5_5kg": "2", "gas_12kg": "3", "gas_3kg": "4", "gas_kota": "5", "biogas": "6",
        "minyak_tanah": "7", "briket": "8", "arang": "9", "kayu_bakar": "10", "lainnya": "11", "tidak_memasak": "12"}),
    Variable("309a", "fasilitas_bab", {
        "sendiri": "1", "bersama": "2", "komunal": "3", "umum": "4", "ada_tidak_digunakan": "5", "tidak_ada": "6"}),
    Variable("309b", "kloset", {
        "leher_angsa": "1", "plengsengan_tutup": "2", "plengsengan_tanpa_tutup": "3", "cemplung": "4"}),
    Variable("310", "tinja", {
        "tangki_septik": "1", "ipal": "2", "perairan": "3", "lubang_tanah": "4", "tanah_terbuka": "5", "lainnya": "6"}),
    Variable("505", "internet", {"tidak_ada": "0", "langganan": "1", "wifi": "2", "ponsel": "3"}),
    Variable("506", "rekening", {"usaha": "1", "pribadi": "2", "keduanya": "3", "tidak_ada": "4"}),
    Variable("tv_layar_datar", "tv", {"datar_30": "1", "tidak_ada": "2", "lain": "2"}),
)  # fmt: skip
HOUSE_NUMBERS: Final = {"302": "luas_lantai", "307b2": "id_pln"}
PERSON: Final = (
    Variable("405", "jenis_kelamin", {"L": "1", "P": "2"}),
    Variable("408", "status_kawin", {"belum_kawin": "1", "kawin": "2", "cerai_hidup": "3", "cerai_mati": "4"}),
    Variable("409", "hubungan", RELATIONS),
    Bits("411", "kartu_identitas", {"akta_lahir": 1, "kia": 2, "ktp": 4}),
    Variable("412", "partisipasi", {"belum": "1", "masih": "2", "tidak_lagi": "3"}),
    Variable("413", "jenjang", {
        "paket_a": "1", "sdlb": "2", "sd": "3", "mi": "4", "spm_ula": "5", "paket_b": "6", "smplb": "7", "smp": "8",
        "mts": "9", "spm_wustha": "10", "paket_c": "11", "smlb": "12", "sma": "13", "ma": "14", "smk": "15",
        "mak": "16", "spm_ulya": "17", "diploma": "18", "s1": "19", "profesi": "20", "s2": "21", "s3": "22"}),
    Variable("414", "kelas", {**{str(n): str(n) for n in range(1, 8)}, "tamat": "8"}),
    Variable("416a", "bekerja", YES_NO),
    Variable("417", "lapangan_usaha", {
        "padi_palawija": "1", "hortikultura": "2", "perkebunan": "3", "perikanan_tangkap": "4",
        "perikanan_budidaya": "4", "peternakan": "5", "kehutanan": "6", "pertambangan": "7", "industri": "8",
        "listrik_gas": "9", "air_limbah": "10", "pemulung": "10", "konstruksi": "11", "perdagangan": "12",
        "angkutan": "13", "akomodasi_makan": "14", "infokom": "15", "keuangan": "16", "real_estate": "17",
        "profesional": "18", "penyewaan": "19", "pemerintahan": "20", "pendidikan": "21", "kesehatan": "22",
        "kesenian": "23", "jasa_lain": "24", "lainnya": "24", "rumah_tangga": "25", "internasional": "26"}),
    Variable("418", "status_pekerjaan", {
        "berusaha_sendiri": "1", "dibantu_tidak_tetap": "2", "dibantu_tetap": "3", "karyawan_swasta": "4",
        "pegawai_negara": "5", "bebas_pertanian": "6", "bebas_nonpertanian": "7", "keluarga": "8"}),
    Variable("419", "npwp", {"ada_dapat": "1", "ada_tidak_dapat": "2", "tidak_ada": "3"}),
    Variable("430", "penyakit", {
        "tidak_ada": "1", "hipertensi": "2", "rematik": "3", "asma": "4", "jantung": "5", "diabetes": "6", "tbc": "7",
        "stroke": "8", "kanker": "9", "ginjal": "10", "hemofilia": "11", "hiv": "12", "kolesterol": "13",
        "sirosis": "14", "talasemia": "15", "leukemia": "16", "alzheimer": "17", "lainnya": "18"}),
    Bits("431a", "jaminan_kesehatan", {"pbi": 1, "mandiri": 2, "pemberi_kerja": 4, "lain": 8}),
    Bits("431f", "jaminan_kerja", {
        "kecelakaan": 1, "kematian": 2, "hari_tua": 4, "pensiun": 8, "pensiun_lain": 16}),
)  # fmt: skip
ABILITY: Final = {"tidak_bisa": "1", "banyak": "2", "sedikit": "3", "tanpa": "4"}
WITHOUT_DIFFICULTY: Final = "tanpa"
ITEMS: Final = dict(zip("abcdefghi", ABILITIES, strict=True))  # 428a … 428i


def house_codes(answers: Mapping[str, Any]) -> dict[str, str]:
    """Codes of the household's answers (dwelling, details and the six questions together, by question key)."""
    numbers = {name: answers.get(question) for name, question in HOUSE_NUMBERS.items()}
    return codes_of(HOUSE, answers) | {name: str(n) for name, n in numbers.items() if n not in (None, "")}


def house_answers(codes: Mapping[str, str]) -> dict[str, Any]:
    """Neutral answers for codes; of answers that share a code, the one that stands for it."""
    found = answers_of(HOUSE, codes)
    for name, question in HOUSE_NUMBERS.items():
        if name in codes:
            found[question] = codes[name] if question == "id_pln" else int(codes[name])
    return found


def person_codes(answers: Mapping[str, Any], *, age: int) -> dict[str, str]:
    """Codes of one person's answers. Abilities nobody had reason to ask about are without difficulty."""
    found = codes_of(PERSON, answers)
    if "disabilitas" in answers:
        found |= {f"428{item}": ABILITY[answers.get(name) or WITHOUT_DIFFICULTY] for item, name in ITEMS.items()}
    if answers.get("jenis_kelamin") == Sex.FEMALE and age in PREGNANCY_AGES and "hamil" in answers:
        found["410"] = YES_NO[answers["hamil"]]
    if answers.get("jam_kerja") is not None:
        found["416b"] = str(answers["jam_kerja"])
    return found


def person_answers(codes: Mapping[str, str]) -> dict[str, Any]:
    """Neutral answers for a person's codes. The list says how well somebody does things, not which impairment it is."""
    found = answers_of(PERSON, codes)
    words = {code: word for word, code in ABILITY.items()}
    found |= {name: words[codes[f"428{item}"]] for item, name in ITEMS.items() if f"428{item}" in codes}
    if "410" in codes:
        found["hamil"] = {"1": YES, "2": NO}[codes["410"]]
    if "416b" in codes:
        found["jam_kerja"] = int(codes["416b"])
    return found
