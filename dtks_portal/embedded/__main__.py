import sys

from dtks_portal.embedded.supervisor import main

sys.exit(main(sys.argv[1:]))
