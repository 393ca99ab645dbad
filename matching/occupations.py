"""Which answers of a family agree with an occupation as the population register writes it.

The words are those of the KK (Adminduk code list). What is not listed here is not compared: nobody can say what it
should be called in the form. A difference is a result of its field and never changes the verdict: the entry on the KK
is self-reported and often stale.
"""

from typing import Final

from registration.codes import Occupation as O

# Words of the KK → answers that mean the same. A trader may call the trade one's own business, and the other way round.
AGREEING: Final[dict[str, tuple[O, ...]]] = {
    "BELUM/TIDAK BEKERJA": (O.NONE,),
    "MENGURUS RUMAH TANGGA": (O.HOMEMAKER,),
    "PELAJAR/MAHASISWA": (O.STUDENT,),
    "PENSIUNAN": (O.PENSIONER,),
    "BURUH HARIAN LEPAS": (O.DAY_LABOURER,),
    "BURUH": (O.DAY_LABOURER,),
    "BURUH TANI/PERKEBUNAN": (O.DAY_LABOURER, O.FARMER),
    "BURUH NELAYAN/PERIKANAN": (O.DAY_LABOURER, O.FISHER),
    "KARYAWAN SWASTA": (O.PRIVATE_EMPLOYEE,),
    "KARYAWAN HONORER": (O.CONTRACT_EMPLOYEE,),
    "PERDAGANGAN": (O.TRADER, O.SELF_EMPLOYED),
    "PEDAGANG": (O.TRADER, O.SELF_EMPLOYED),
    "WIRASWASTA": (O.SELF_EMPLOYED, O.TRADER),
    "TRANSPORTASI": (O.DRIVER,),
    "SOPIR": (O.DRIVER,),
    "PEMBANTU RUMAH TANGGA": (O.DOMESTIC_WORKER,),
    "NELAYAN/PERIKANAN": (O.FISHER,),
    "NELAYAN": (O.FISHER,),
    "PETANI/PEKEBUN": (O.FARMER,),
    "PETANI": (O.FARMER,),
    "PEGAWAI NEGERI SIPIL (PNS)": (O.CIVIL_SERVANT,),
    "PEGAWAI NEGERI SIPIL": (O.CIVIL_SERVANT,),
    "PNS": (O.CIVIL_SERVANT,),
    "ASN": (O.CIVIL_SERVANT,),
    "TENTARA NASIONAL INDONESIA (TNI)": (O.SOLDIER,),
    "TENTARA NASIONAL INDONESIA": (O.SOLDIER,),
    "TNI": (O.SOLDIER,),
    "KEPOLISIAN RI (POLRI)": (O.POLICE,),
    "KEPOLISIAN RI": (O.POLICE,),
    "POLRI": (O.POLICE,),
    "KARYAWAN BUMN": (O.BUMN_EMPLOYEE,),
    "KARYAWAN BUMD": (O.BUMD_EMPLOYEE,),
    "ANGGOTA DPR RI": (O.LEGISLATOR,),
    "ANGGOTA DPD": (O.LEGISLATOR,),
    "ANGGOTA DPRD PROP.": (O.LEGISLATOR,),
    "ANGGOTA DPRD PROVINSI": (O.LEGISLATOR,),
    "ANGGOTA DPRD KAB./KOTA": (O.LEGISLATOR,),
    "ANGGOTA DPRD KABUPATEN/KOTA": (O.LEGISLATOR,),
}
VAGUE: Final = O.OTHER  # an answer that contradicts nothing
SIGNS: Final = " /.,()-'"  # what is left out of the words before they are compared
_WITHOUT_SIGNS: Final = {_tidy.translate(str.maketrans("", "", SIGNS)): _codes for _tidy, _codes in AGREEING.items()}

# For a statement: the words without signs, and each spelling with an answer that means the same ("words=answer"), as
# the register has it or without signs.
WORDS: Final = list(_WITHOUT_SIGNS)
AGREEING_SPELLINGS: Final = [f"{words}={code}" for words, codes in AGREEING.items() for code in codes]
AGREEING_WORDS: Final = [f"{words}={code}" for words, codes in _WITHOUT_SIGNS.items() for code in codes]
