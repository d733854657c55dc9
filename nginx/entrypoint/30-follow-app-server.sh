#!/bin/sh
# nginx asks for the app servers' addresses when it starts, but a restarted container may have another one, and
# `--scale` adds some. So they are looked up every two seconds, and nginx reloads when they changed; requests
# under way are finished by the old processes. Nothing found, as while all restart, changes nothing.
set -eu

addresses() { getent ahostsv4 "${APP_SERVER%:*}" | cut -d ' ' -f 1 | sort -u | tr '\n' ' '; }

follow() {
    while sleep 2; do
        now=$(addresses)
        if [ -n "$now" ] && [ "$now" != "$known" ]; then
            echo "$0: the app servers are now at $now"
            nginx -c "$RUN_DIR/nginx.conf" -s reload && known=$now
        fi
    done
}

known=$(addresses)
follow &
