"""Registers that are asked over the network (matching/sources/), from the environment. Without an address, none is."""

from typing import Any

from dtks_portal.settings.environment import Environment

# Our name → the beginning of its settings, and what each needs besides URL and BUDGET.
REGISTERS = {
    "web_service": ("DTKS_DUKCAPIL", ("USER", "PASSWORD", "IP")),
    "dci": (
        "DTKS_CRVS",
        ("TOKEN", "SENDER", "RECEIVER", "ID_TYPE", "SIGNING_KEY", "SIGNING_KEY_ID", "PUBLIC_KEY"),
    ),
}


def registers(given: Environment) -> dict[str, dict[str, Any]]:
    """{kind: address, daily budget and credentials} of the registers that have an address."""
    found: dict[str, dict[str, Any]] = {}
    for kind, (beginning, names) in REGISTERS.items():
        if url := given.optional(f"{beginning}_URL"):
            about: dict[str, Any] = {name.lower(): given.optional(f"{beginning}_{name}") for name in names}
            found[kind] = {name: value for name, value in about.items() if value} | {
                "url": url,
                "budget": given.whole_number(f"{beginning}_BUDGET", 0),
            }
    return found


THIS_MACHINE = ("localhost", "127.", "::1", "[::1]", "0.0.0.0")  # as an address begins  # noqa: S104


def outside_hosts(given: Environment) -> list[str]:
    """The hosts of registers in production. This machine is none: here only the simulator answers."""
    hosts = register_hosts(given)
    if any(host.lower().startswith(THIS_MACHINE) for host in hosts):
        raise SystemExit(
            "DTKS_REGISTER_HOSTS names this machine, where only the simulator of made-up people answers: name the "
            "register's own host."
        )
    return hosts


def register_hosts(given: Environment) -> list[str]:
    return [host.strip() for host in given.optional("DTKS_REGISTER_HOSTS").split(",") if host.strip()]
