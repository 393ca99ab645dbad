"""Password hashing: Argon2id with the parameters that OWASP recommends for 19 MiB (about 25 ms)."""

from django.contrib.auth.hashers import Argon2PasswordHasher

from accounts import proofs


class PortalArgon2Hasher(Argon2PasswordHasher):
    time_cost = proofs.TIME_COST
    memory_cost = proofs.MEMORY_COST
    parallelism = proofs.PARALLELISM
