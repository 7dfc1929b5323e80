#!/bin/sh
# Attack the walls on a real arm64 kernel under full-system emulation: run.sh [FOLDER]
#
# Needs: apt (Debian 12), dpkg-deb, cpio, qemu-system-aarch64 (package qemu-system-arm). Debian's
# kernel and Python for arm64 are fetched into FOLDER, nothing is installed. A minute or two.
# Exit 0: every attack was refused, for each of the seven roles.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=${1:-$(mktemp -d)}
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/debs" "$work/root"
: >"$work/status"
arm_apt() {
    apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 \
        -o "Dir::State=$work/state" -o "Dir::Cache=$work/cache" \
        -o "Dir::State::status=$work/status" "$@"
}
packages="libc6 libgcc-s1 python3.11-minimal libpython3.11-minimal libpython3.11-stdlib"
packages="$packages libffi8 zlib1g libexpat1"
cd "$work/debs"
if ! ls linux-image-*.deb >/dev/null 2>&1; then
    arm_apt update
    kernel=$(apt-cache -o APT::Architecture=arm64 -o APT::Architectures=arm64 \
        -o "Dir::State=$work/state" -o "Dir::Cache=$work/cache" \
        -o "Dir::State::status=$work/status" depends linux-image-arm64 |
        sed -n 's/^  Depends: //p')
    # shellcheck disable=SC2086 -- a list of names
    arm_apt download $packages "$kernel"
fi
rm -rf "$work/root" "$work/kernel"
mkdir -p "$work/root" "$work/kernel"
for deb in *.deb; do
    case $deb in
    linux-image-*) dpkg-deb -x "$deb" "$work/kernel" ;;
    *) dpkg-deb -x "$deb" "$work/root" ;;
    esac
done
mkdir -p "$work/root/edgekit"
for part in __init__.py py.typed errors.py confine; do
    cp -R "$here/../../edgekit/$part" "$work/root/edgekit/" 2>/dev/null || true
done
cp "$here/init.py" "$work/root/init.py"
printf '#!/usr/bin/python3.11 -IB\nimport sys; exec(open("/init.py").read())\n' >"$work/root/init"
chmod +x "$work/root/init"
(cd "$work/root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd.gz"
timeout 600 qemu-system-aarch64 -machine virt -cpu cortex-a72 -smp 2 -m 1024 -nographic -nic none \
    -kernel "$(ls "$work"/kernel/boot/vmlinuz-*)" -initrd "$work/initrd.gz" \
    -append "console=ttyAMA0 rdinit=/init quiet panic=-1" -no-reboot </dev/null | tee "$work/console.txt"
python3 - "$work/console.txt" <<'END'
import json, sys
lines = open(sys.argv[1], encoding="utf-8", errors="replace").read().splitlines()
found = [json.loads(line.partition("RESULT ")[2]) for line in lines if "RESULT " in line]
for one in found:
    print(one["role"], one["machine"], one["kernel"], f"Landlock {one['landlock']}:",
          f"{one['attacks'] - len(one['through'])} of {one['attacks']} attacks refused", *one["through"])
sys.exit(not (len(found) == 7 and all(not one["through"] for one in found)))
END
