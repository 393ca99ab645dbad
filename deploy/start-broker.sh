#!/bin/sh
# The broker keeps its queue on disk and never drops a message for want of memory.
set -eu
exec valkey-server --dir /data --appendonly yes --save '' --maxmemory-policy noeviction \
    --requirepass "$(cat /run/secrets/broker_password)"
