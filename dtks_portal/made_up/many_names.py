"""More names than the demo needs, the common ones common: what comparing names is measured with.

Of the variants, `KNOWN_VARIANTS` are those folding knows (identity/name_variants.py); `OTHER_VARIANTS` are written the
same way by clerks and unknown to it, so that a measurement cannot be better than the folding is.
"""

from random import Random
from typing import Final


def _words(text: str) -> list[str]:
    return text.split()


WOMEN: Final = _words(
    "Siti Sri Dewi Nur Rina Ratna Yuni Endang Ayu Fitri Indah Aisyah Fatimah Sulastri Tuti Wulan Yanti Maryam Aminah "
    "Halimah Kartika Mega Rahayu Lestari Nurhayati Nurjanah Khadijah Zubaidah Rohmah Maimunah Suryani Sumiati Rosmini "
    "Novita Eva Lilis Neneng Iis Titin Euis Yulia Kristina Theresia Maria Debora Lina Mei Tan Ngadiyem Paini Juminten "
    "Sukarsih Mulyati Hasanah Salamah Rukmini Atikah Syarifah Umi Anisa Putri Intan Melati Dian Ani Susi Wati Zahra"
)
MEN: Final = _words(
    "Muhammad Ahmad Abdul Agus Budi Joko Slamet Bambang Hendra Dedi Eko Fajar Gunawan Hasan Iwan Jaya Lukman Mulyono "
    "Rahmat Sutrisno Taufik Yusuf Rizki Saiful Syarifuddin Zainuddin Khoirul Dzulkifli Ibrahim Ismail Usman Umar Ali "
    "Suharto Sukarno Sugiono Suyatno Wahyu Asep Ujang Dadang Cecep Maman Encep Johannes Stefanus Paulus Christian "
    "Togar Binsar Poltak Hendrik Kok Liem Arief Aditya Bagus Dwi Tri Catur Wawan Nana Sobari Mahmud Idris Yahya Zaki"
)
LATER: Final = _words(
    "Santoso Wijaya Hidayat Saputra Nugroho Setiawan Kurniawan Permana Susanto Halim Aulia Maharani Anggraini Safitri "
    "Wulandari Handayani Utami Puspitasari Hasanah Jannah Rachman Firmansyah Suryadi Iskandar Ramadhan Maulana "
    "Syahputra Prasetyo Wibowo Siregar Nasution Simanjuntak Sinaga Tanjung Lubis Harahap Effendi Fauzi Fadillah "
    "Kusuma Pratama Purnama Mahendra Yudhoyono Mulyadi Sudrajat Supriyadi Supriatna Rohman Rosyid Mubarok Anwar Basri "
    "Hakim Karim Mansur Munawar Nawawi Sholeh Solihin Sanusi Syukur Tohir Wahid Zakaria Azizah Badriyah Khasanah "
    "Masruroh Mukaromah Nafisah Rofiqoh Sa'adah Ulfah Zulaikha Aminah Fatonah Sutrisno Sumarni Sugiarti Suparman"
)

KNOWN_VARIANTS: Final[dict[str, tuple[str, ...]]] = {
    "Muhammad": ("Muhamad", "Mohammad", "Mochamad", "Moch.", "Moh.", "Muh.", "M."),
    "Ahmad": ("Achmad", "Akhmad"),
    "Abdul": ("Abd.", "Abdoel"),
    "Siti": ("St.", "Sitti"),
    "Nur": ("Noor", "Noer"),
    "Suharto": ("Soeharto",),
    "Sukarno": ("Soekarno",),
    "Yusuf": ("Jusuf", "Joesoef"),
    "Wahyu": ("Wahju",),
    "Taufik": ("Taoefik",),
    "Rachman": ("Rakhman",),
    "Khoirul": ("Choirul",),
}
OTHER_VARIANTS: Final[dict[str, tuple[str, ...]]] = {
    "Muhammad": ("Muchamad", "Mamad", "Mat"),
    "Fatimah": ("Fatma", "Patimah", "Fatimeh"),
    "Aisyah": ("Aisah", "Aishah", "Aysha", "Isah"),
    "Syarifuddin": ("Sarifudin", "Syarifudin", "Saripudin"),
    "Zainuddin": ("Jaenudin", "Zaenudin", "Jenudin"),
    "Dzulkifli": ("Zulkifli", "Julkipli"),
    "Rizki": ("Rizky", "Rizqi", "Risky", "Riski"),
    "Saiful": ("Syaiful", "Saeful", "Saepul"),
    "Khoirul": ("Hoirul", "Khairul"),
    "Taufik": ("Topik", "Taufiq", "Tofik"),
    "Yusuf": ("Yusup", "Usup"),
    "Maimunah": ("Maemunah", "Memunah"),
    "Rohmah": ("Rahmah", "Romah"),
    "Stefanus": ("Stephanus",),
    "Christian": ("Kristian", "Christianus"),
    "Kristina": ("Christina",),
    "Novita": ("Nopita",),
    "Eva": ("Epa", "Efa"),
    "Iis": ("Lis",),
    "Ngadiyem": ("Ngadiem",),
    "Usman": ("Utsman", "Oesman"),
    "Hidayat": ("Hidayah", "Hidajat"),
    "Fauzi": ("Pauji", "Fauzy", "Fawzi"),
    "Yudhoyono": ("Yudoyono", "Judojono"),
    "Arief": ("Arif", "Aripin"),
    "Sholeh": ("Soleh", "Saleh"),
    "Ramadhan": ("Romadon", "Ramdan"),
    "Dewi": ("Dwi", "Dewie"),
    "Rachman": ("Rohman", "Rahman"),
    "Fitri": ("Fitriyah", "Pitri"),
    "Nurhayati": ("Nurhajati", "Nur Hayati"),
}
TITLES: Final = (  # before, behind; folding knows the upper half
    ("H.", ""), ("Hj.", ""), ("Drs.", ""), ("Ir.", ""), ("", ", S.Pd."), ("", ", S.E."), ("", "Alm."),
    ("Raden", ""), ("Rd.", ""), ("Pdt.", ""), ("Ns.", ""), ("", ", S.Tr.Kes"), ("", ", A.Md.Keb"), ("", ", S.Hum"),
)  # fmt: skip


def name_of(chance: Random, sex: str) -> str:
    """One to four words; first words are drawn with the frequency of their rank, as names are."""
    first = _ranked(chance, WOMEN if sex == "P" else MEN)
    draw = chance.random()
    if draw < 0.06:
        return first
    words = [first]
    if draw > 0.7:
        words.append(_ranked(chance, WOMEN if sex == "P" else MEN))
    words.append(_ranked(chance, LATER))
    if draw > 0.95:
        words.append(_ranked(chance, LATER))
    return " ".join(dict.fromkeys(words))


def _ranked(chance: Random, names: list[str]) -> str:
    """The n-th name about 1/n as often as the first, flattened so that the last ones occur too."""
    return names[int(len(names) * chance.random() ** 1.7)]
