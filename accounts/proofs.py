"""Proofs: what lets an account sign in with one of its identifiers.

A proof is Argon2id over the password, salted with the keyed index of the identifier. As the salt follows from what is
typed, a sign-in costs one hash whether nobody, one account or a hundred accounts use that NIK, phone or e-mail: its
time tells nothing, and nobody is crowded out by others who type the same number first. Two accounts share a proof only
if they share both the identifier and the password. The index key is outside the database, so no proof can be tabulated
ahead. Cost: 19 MiB, two passes (OWASP's first choice for Argon2id; about 25 ms).
"""

from argon2.low_level import Type, hash_secret_raw

TIME_COST = 2  # passes
MEMORY_COST = 19_456  # KiB
PARALLELISM = 1
PROOF_BYTES = 32
LONGEST_PASSWORD = 256  # characters; a longer one is refused by the forms


def prove(password: str, index: bytes) -> bytes:
    """The proof (32 bytes) that belongs to a password and the keyed index (16 bytes) of an identifier."""
    return hash_secret_raw(
        secret=password.encode("utf-8", "surrogatepass"),
        salt=index,
        time_cost=TIME_COST,
        memory_cost=MEMORY_COST,
        parallelism=PARALLELISM,
        hash_len=PROOF_BYTES,
        type=Type.ID,
    )
