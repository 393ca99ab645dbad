"""The whole portal on one machine with one command: services, web, worker, scheduler, made-up families, logins."""
