import sys

from dtks_portal.demo.run import main

sys.exit(main())
