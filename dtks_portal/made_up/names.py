"""Names in the shapes Indonesians have: one word, several, honorific particles, no family name."""

from random import Random

WOMEN = (
    "Siti", "Sri", "Dewi", "Rina", "Ratna", "Wati", "Nur", "Yuni", "Endang", "Lestari", "Ayu", "Fitri", "Indah",
    "Kartika", "Mega", "Puspita", "Rahayu", "Sulastri", "Tuti", "Wulan", "Yanti", "Maryam", "Aminah", "Halimah",
)  # fmt: skip
MEN = (
    "Budi", "Agus", "Joko", "Slamet", "Bambang", "Hendra", "Muhammad", "Ahmad", "Abdul", "Dedi", "Eko", "Fajar",
    "Gunawan", "Hasan", "Iwan", "Jaya", "Kusno", "Lukman", "Mulyono", "Purnomo", "Rahmat", "Sutrisno",
    "Taufik", "Yusuf",
)  # fmt: skip
SECOND = (
    "Santoso", "Wijaya", "Hidayat", "Saputra", "Nugroho", "Setiawan", "Kurniawan", "Permana", "Susanto", "Halim",
    "Aulia", "Maharani", "Anggraini", "Safitri", "Wulandari", "Handayani", "Utami", "Puspitasari", "Hasanah", "Jannah",
    "Rachman", "Firmansyah", "Suryadi", "Iskandar", "Ramadhan", "Maulana", "Syahputra", "Prasetyo", "Wibowo", "Siregar",
)  # fmt: skip
PLACES = ("Jakarta", "Bogor", "Tangerang", "Bekasi", "Tegal", "Cirebon", "Solo", "Padang", "Medan", "Makassar")
STREETS = ("Jl. Kenanga", "Jl. Melati", "Gg. Mangga", "Gg. Haji Saleh", "Jl. Rawa Indah", "Gg. Buntu", "Jl. Pelita")


def made_up_name(chance: Random, sex: str) -> str:
    """A name of one to three words; about one in twelve has a single word, which is valid."""
    first = chance.choice(WOMEN if sex == "P" else MEN)
    draw = chance.random()
    if draw < 0.08:
        return first
    if draw < 0.75:
        return f"{first} {chance.choice(SECOND)}"
    return f"{first} {chance.choice(WOMEN if sex == 'P' else MEN)} {chance.choice(SECOND)}"


def misspelt(chance: Random, name: str) -> str:
    """The same name as another clerk might have written it: one letter off, a variant, or a word missing."""
    variants = (("Muhammad", "Mohamad"), ("Ahmad", "Achmad"), ("Siti", "Sitti"), ("Nur", "Noor"), ("Yusuf", "Yusup"))
    for usual, other in variants:
        if usual in name and chance.random() < 0.7:
            return name.replace(usual, other)
    if " " in name and chance.random() < 0.3:
        return name.rsplit(" ", 1)[0]
    place = chance.randrange(1, len(name))
    if name[place] == " ":
        place -= 1
    return name[:place] + chance.choice("aeiou") + name[place + 1 :]
