"""Exit code 0 if the address answers 200 within five seconds: the health check of a container without curl."""

import sys
import urllib.request


def main(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
            return 0 if answer.status == 200 else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
