"""SIMULATOR – made-up people: registers to try the portal against."""

import http.client
import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jobs.outbound import THIS_MACHINE
from matching.simulator import BANNER
from matching.simulator.app import Simulator
from matching.simulator.book import ExtractBook, FileBook
from matching.simulator.faults import FAULTS, Faults, is_fault
from matching.simulator.seal import seal_in
from matching.simulator.serving import server_for


def fault(text: str) -> tuple[str, float]:
    name, _equals, share = text.partition("=")
    try:
        part = float(share)
    except ValueError:
        part = -1.0
    if not is_fault(name, part):
        raise ArgumentTypeError(f"write it as fault=share, such as error=0.1, with a fault of: {', '.join(FAULTS)}")
    return name, part


class Command(BaseCommand):
    help = (
        f"{BANNER}: answer like Dukcapil's web service and like a civil registry by DCI, on this machine. People come "
        "from a population extract (CSV), or from the extract that was loaded last."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, help="a population extract; default: the one that was loaded last")
        parser.add_argument("--port", type=int, default=8090, help="0: any free one")
        parser.add_argument("--keys", type=Path, help="a folder with the keys of the civil registry's signatures")
        parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="each call takes so long")
        parser.add_argument("--quota", type=int, metavar="CALLS", help="then say that the quota is used up")
        parser.add_argument(
            "--fault", action="append", default=[], type=fault, metavar="FAULT=SHARE",
            help=f"what goes wrong with a share of the calls: {', '.join(FAULTS)}",
        )  # fmt: skip
        parser.add_argument(
            "--change", metavar="ADDRESS",
            help="start nothing: from now on, this goes wrong at the simulator that runs there (none given: nothing)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DTKS_DEMO:
            raise CommandError("The simulator answers for made-up people; it runs beside the demo only (DTKS_DEMO).")
        faults = Faults(shares=dict(options["fault"]), quota=options["quota"], latency=options["latency"])
        if options["change"]:
            self.stdout.write(change(options["change"], faults))
            return
        book = FileBook(options["file"]) if options["file"] else ExtractBook()
        seal = seal_in(options["keys"]) if options["keys"] else None
        self._serve(Simulator(book, faults, seal=seal), port=options["port"])

    def _serve(self, simulator: Simulator, *, port: int) -> None:
        server = server_for(simulator, port=port)
        at = f"http://127.0.0.1:{server.server_port}"
        self.stdout.write(f"{BANNER}\n{at}/dukcapil/get_json/DEMO/CALL_VERIFY_BY_ELEMEN\n{at}/registry/sync/search\n")
        self.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            simulator.over.set()
        finally:
            server.server_close()


def change(address: str, faults: Faults) -> str:
    """Tell a simulator of this machine what goes wrong from now on; returns what it says about itself."""
    place = urlsplit(address)
    if place.hostname not in THIS_MACHINE:
        raise CommandError("A simulator runs on this machine: write its address as http://127.0.0.1:PORT/.")
    wanted = {"shares": faults.shares, "quota": faults.quota, "latency": faults.latency}
    line = http.client.HTTPConnection(place.hostname, place.port or 80, timeout=10)
    try:
        line.request("PUT", "/", json.dumps(wanted))
        answer = line.getresponse()
        told = answer.read().decode()
    except (OSError, ValueError, http.client.HTTPException):
        raise CommandError("No simulator answers there.") from None
    finally:
        line.close()
    if answer.headers.get("X-Simulator") != BANNER or answer.status != 200:
        raise CommandError("What answers there is no simulator.")
    return told.strip()
