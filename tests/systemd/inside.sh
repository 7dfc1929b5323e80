#!/bin/sh
# Inside the container: install a site's units, run them, look, audit, stop. REPOSITORY
set -eu
edgekit=$1/.venv/bin/edgekit
python=$1/.venv/bin/python
site=/etc/edgekit/site
# The users have to enter wherever this machine keeps its Python and this repository.
for folder in "$1" "$("$python" -c 'import sys; print(sys.base_prefix)')"; do
    while [ "$folder" != / ]; do
        chmod o+x "$folder" 2>/dev/null || true
        folder=$(dirname "$folder")
    done
done
mkdir -p /etc/edgekit /run/board
# A board with a water meter: the real firmware in its emulator, on a port of its own.
"$python" - "$1" <<'END' &
import pathlib, sys, threading
from edgekit.testing.emulator import EmulatedBoard
with EmulatedBoard.start(pathlib.Path("/run/board"), pathlib.Path(sys.argv[1], "firmware_bridge/build")):
    threading.Event().wait()
END
board=$!
printf 'listener 1883 127.0.0.1\nallow_anonymous true\n' >/run/broker.conf
mosquitto -c /run/broker.conf >/dev/null 2>&1 &
until [ -e /run/board/port ]; do sleep 0.2; kill -0 "$board"; done
port=$(readlink -f /run/board/port)
chgrp dialout "$port" && chmod 660 "$port"
"$edgekit" init "$site" --profile home --source plaza --mqtt 127.0.0.1 --system water --port "$port" >/dev/null
sed -i 's/^window_s = .*/window_s = 60/; s/^# \[web\]/[web]/; s/^# listen = \(\[[^]]*\]\).*/listen = \1/' "$site/site.toml"
"$edgekit" authorise "$site/authorisation.draft.json" --site "$site/site.toml" \
    --key "$site/keys/organisation.key.pem" >/dev/null
"$edgekit" install-service "$site/site.toml" 2>/dev/null
systemd-sysusers 2>/dev/null
# Where Python lies in root's folder the units may see it; a device keeps it elsewhere.
sed -i 's/^ProtectHome=yes$/ProtectHome=read-only/' /etc/systemd/system/edgekit*.service
# The emulated board's port is a pseudo-terminal, which no real board's is.
mkdir -p /etc/systemd/system/edgekit-steward.service.d
printf '[Service]\nDeviceAllow=char-pts rw\n' >/etc/systemd/system/edgekit-steward.service.d/board.conf
systemctl daemon-reload
systemctl start edgekit.service
for _ in $(seq 120); do
    grep -q 'eye verified from outside: seal sealed' "$site/data/node.log" 2>/dev/null && break
    sleep 1
done
for _ in $(seq 150); do
    counted=$("$python" -c 'import urllib.request
print(urllib.request.urlopen("http://127.0.0.1:8710/metrics").read().decode())' | grep 'edgekit_value.*water.volume.* [0-9]' || true)
    [ -z "$counted" ] || break
    sleep 1
done
ps -eo user:16,args | grep -E 'entry import main' | grep -v grep | sed -E 's/ .*main\(\) ([a-z]+) .*/ runs the \1/'
for unit in edgekit edgekit-eye edgekit-reviewer edgekit-clerk edgekit-herald edgekit-page \
    edgekit-steward edgekit-premises; do
    systemd-analyze security --no-pager "$unit" | tail -n 1
done
"$edgekit" audit "$site/site.toml" | tail -n 1
echo "the page: ${counted:?never told of a window}"
timeout 30 mosquitto_sub -C 1 -t 'edgekit/site/status' | sed 's/^/the broker: /'
systemctl stop edgekit.service
tail -n 1 "$site/data/records.jsonl" | "$python" -c '
import base64, json, sys
envelope = json.loads(sys.stdin.read().strip().splitlines()[-1])
said = json.loads(base64.b64decode(envelope["payload"]))
print({key: said[key] for key in ("users", "seal", "seal_clerk", "seal_herald")})
assert said["users"] == "own" and {said["seal"], said["seal_clerk"], said["seal_herald"]} == {"sealed"}
'
"$edgekit" verify "$site/data/records.jsonl" --key "$site/keys/device.pub.pem" | tail -n 1
systemctl is-failed --quiet 'edgekit*' && exit 1
echo PROVED
