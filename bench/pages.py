"""How Lighthouse sees the portal on a phone, and what its pages weigh: `python -m bench.pages [URL]`.

Without a URL a demo of its own is started in var/bench and stopped again. Lighthouse comes from package-lock.json
(`npm ci`); its scores go to bench/results.json under names such as pages.landing.performance.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from bench.results import keep

PROJECT: Final = Path(__file__).resolve().parent.parent
VAR: Final = PROJECT / "var" / "bench"
LIGHTHOUSE: Final = PROJECT / "node_modules" / "lighthouse" / "cli" / "index.js"
CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chromium-headless-shell")
FLAGS: Final = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
STARTING: Final = 300.0  # seconds a demo may take until it answers
WANTED: Final = 98
PRIVATE: Final = frozenset({"form"})  # not for search engines, so its SEO is not looked at


def main(arguments: list[str]) -> int:
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium is None or not LIGHTHOUSE.exists() or not shutil.which("node"):
        sys.stderr.write("Lighthouse needs Node (run `npm ci`) and Chromium; the pages were not measured.\n")
        return 1
    if arguments:
        found = measured(arguments[0].rstrip("/"), PROJECT / "var", chromium)
    else:
        with demo() as url:
            found = measured(url, VAR, chromium)
    keep(found)
    return report(found)


@contextmanager
def demo() -> Iterator[str]:
    """The address of a demo that lives as long as the block."""
    VAR.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DTKS_VAR": str(VAR), "PORT": str(port)}
    command = [sys.executable, "-m", "dtks_portal.demo"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment)  # noqa: S603
    try:
        began = time.monotonic()
        while told(VAR).get("url") != (url := f"http://127.0.0.1:{port}/"):
            if process.poll() is not None or time.monotonic() - began > STARTING:
                raise SystemExit("The demo did not start.")
            time.sleep(0.5)
        yield url.rstrip("/")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def told(var: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((var / "demo.json").read_text()))
    except (OSError, ValueError):
        return {}


def measured(url: str, var: Path, chromium: str) -> dict[str, float]:
    """Scores of 0 to 100, kilobytes over the wire, and the layout shift, of each page."""
    form, cookie = form_page(url, var, chromium)
    found: dict[str, float] = {}
    for name, address in {"landing": f"{url}/", "status": f"{url}/cek-status/", "form": form}.items():
        seen = lighthouse(address, chromium, cookie if name in PRIVATE else "")
        for category in CATEGORIES:
            if name not in PRIVATE or category != "seo":
                found[f"pages.{name}.{category}"] = round(seen["categories"][category]["score"] * 100)
        found[f"pages.{name}.kilobytes"] = round(seen["audits"]["total-byte-weight"]["numericValue"] / 1000, 1)
        found[f"pages.{name}.layout-shift"] = round(seen["audits"]["cumulative-layout-shift"]["numericValue"], 4)
        for audit in missed(seen):
            sys.stderr.write(f"  {name}: {audit}\n")
    return found


def lighthouse(address: str, chromium: str, cookie: str) -> dict[str, Any]:
    report_file = PROJECT / "var" / "lighthouse.json"
    command = [
        "node", str(LIGHTHOUSE), address, "--quiet", "--output=json", f"--output-path={report_file}",
        f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}",
    ]  # fmt: skip
    if cookie:
        command.append(f"--extra-headers={json.dumps({'Cookie': cookie})}")
    environment = {**os.environ, "CHROME_PATH": chromium}
    subprocess.run(command, check=True, env=environment, timeout=300)  # noqa: S603
    return dict(json.loads(report_file.read_text()))


def missed(seen: dict[str, Any]) -> list[str]:
    """Audits that cost points."""
    counted = {one["id"] for name in CATEGORIES for one in seen["categories"][name]["auditRefs"] if one["weight"]}
    audits = [seen["audits"][name] for name in sorted(counted)]
    return [f"{one['id']} {one['score']}" for one in audits if one["score"] is not None and one["score"] < 0.9]


def form_page(url: str, var: Path, chromium: str) -> tuple[str, str]:
    """The first page of a citizen's new draft, and the cookie with which it is opened."""
    citizen = next(login for login in told(var)["logins"] if login["role"] in ("citizen", "warga"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        page: Page = browser.new_page()
        page.goto(f"{url}/masuk/")
        page.fill("input[name=login]", citizen["identifier"])
        page.fill("input[name=password]", citizen["password"])
        page.click("main form.form button[type=submit]")
        page.goto(f"{url}/usulan/baru/")
        page.locator("main form button").last.click()
        page.wait_for_url("**/usulan/draf/**")
        draft = page.url.split("/usulan/draf/")[1].split("/")[0]
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
        browser.close()
    return f"{url}/usulan/draf/{draft}/isi/kontak/", cookies


def report(found: dict[str, float]) -> int:
    for name, number in sorted(found.items()):
        sys.stdout.write(f"{name:32} {number:g}\n")
    low = [name for name, number in found.items() if name.rpartition(".")[2] in CATEGORIES and number < WANTED]
    sys.stdout.write(f"below {WANTED}: {', '.join(low)}\n" if low else f"no score below {WANTED}\n")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
