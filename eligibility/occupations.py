"""Which occupation entries name a permanent employee of the state.

The words are those of the KK (Adminduk code list) and the plain short forms. What is *not* here matters as much:
pensioners (TASPEN/ASABRI), honorary and contract staff, teachers and private employees are no permanent employees of
these employers. The entry is self-reported and often stale, so a hit asks for a person's look and decides nothing.
"""

import re
from typing import Final

EMPLOYER_OF_OCCUPATION: Final = {
    "PEGAWAI NEGERI SIPIL": "PNS",
    "PEGAWAI NEGERI SIPIL PNS": "PNS",
    "PNS": "PNS",
    "ASN": "PNS",
    "APARATUR SIPIL NEGARA": "PNS",
    "TENTARA NASIONAL INDONESIA": "TNI",
    "TENTARA NASIONAL INDONESIA TNI": "TNI",
    "TNI": "TNI",
    "KEPOLISIAN RI": "POLRI",
    "KEPOLISIAN RI POLRI": "POLRI",
    "POLRI": "POLRI",
    "KARYAWAN BUMN": "BUMN",
    "BUMN": "BUMN",
    "KARYAWAN BUMD": "BUMD",
    "BUMD": "BUMD",
    "ANGGOTA LEGISLATIF": "DPR",
    "ANGGOTA DPR": "DPR",
    "ANGGOTA DPR RI": "DPR",
    "ANGGOTA DPRD": "DPRD",
    "ANGGOTA DPRD PROVINSI": "DPRD",
    "ANGGOTA DPRD PROP": "DPRD",
    "ANGGOTA DPRD KABUPATEN KOTA": "DPRD",
    "ANGGOTA DPRD KAB KOTA": "DPRD",
}


def employer_of(occupation: str | None) -> str | None:
    """The employer an occupation entry names ("PNS", "BUMD", …), or None where it names none of them."""
    if not occupation:
        return None
    return EMPLOYER_OF_OCCUPATION.get(" ".join(re.findall(r"[A-Z]+", occupation.upper())))
