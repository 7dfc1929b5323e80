#!/bin/sh
# Run the service units under systemd itself, as the first process of a container: run.sh [FOLDER]
#
# Needs: root, systemd-nspawn (Debian: systemd-container), overlayfs, setpriv. The machine's own
# files are seen through an overlay and stay as they are. Also mosquitto, and `make firmware`. Three minutes.
# Exit 0: the node ran as users of its own, sealed; its audit held; it stopped in order.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
work=${1:-$(mktemp -d)}
[ $# -gt 0 ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work/up" "$work/under" "$work/root" "$work/out"
if [ "${2:-}" != inside ]; then
    unshare --mount sh "$0" "$work" inside
    exit
fi
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/up,workdir=$work/under" "$work/root"
mount --bind "$root" "$work/root$root"
install -m 755 "$here/inside.sh" "$work/root/edgekit-inside.sh"
cat >"$work/root/etc/systemd/system/edgekit-proof.service" <<END
[Unit]
After=basic.target
[Service]
Type=oneshot
ExecStart=/edgekit-inside.sh $root
StandardOutput=file:/out/said.txt
StandardError=inherit
ExecStopPost=/bin/systemctl --no-block --force poweroff
END
# Its own filter is off: it would refuse Landlock, which the machine underneath may have.
SYSTEMD_SECCOMP=0 timeout 500 systemd-nspawn --quiet --register=no --keep-unit --private-network \
    -D "$work/root" --bind="$work/out:/out" -b systemd.unit=edgekit-proof.service </dev/null >"$work/boot.txt" 2>&1 || true
cat "$work/out/said.txt"
grep -q '^PROVED$' "$work/out/said.txt"
