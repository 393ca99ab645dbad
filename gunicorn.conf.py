"""How the web server runs, here and in production. gunicorn reads this file from the folder it is started in."""

import os
from pathlib import Path

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
# The application is loaded once, before the workers: a missing setting ends the start instead of every worker.
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
# The control socket lets any process of this user shut workers down.
control_socket_disable = True
# Addresses of requests belong to people: errors are logged by the application, requests are not.
accesslog = None
loglevel = os.environ.get("WEB_LOG_LEVEL", "warning")
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
if Path("/dev/shm").is_dir():  # noqa: S108  heartbeats stay off the disk
    worker_tmp_dir = "/dev/shm"  # noqa: S108
