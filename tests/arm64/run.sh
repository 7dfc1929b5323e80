#!/bin/sh
# Attack the walls, then run a whole node, on a real arm64 kernel under full-system emulation.
#
#   run.sh [FOLDER]     MODELS=DIR: with the detector of faces in it, which takes half an hour
#
# Needs: apt (Debian 12), dpkg-deb, cpio, qemu-system-aarch64 (package qemu-system-arm), and .venv for
# its pip. Debian's kernel and Python for arm64 and the wheels for aarch64 are fetched into FOLDER,
# nothing is installed. Six minutes.
# Exit 0: every attack was refused, for each of the seven roles; the node ran sealed and its log
# verifies.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
work=${1:-$(mktemp -d)}
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/debs"
: >"$work/status"
for_arm() {
    tool=$1
    shift
    "$tool" -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o "Dir::State=$work/state" \
        -o "Dir::Cache=$work/cache" -o "Dir::State::status=$work/status" "$@"
}
packages="libc6 libgcc-s1 python3.11-minimal libpython3.11-minimal libpython3.11-stdlib
libffi8 zlib1g libexpat1 libstdc++6 libssl3 libsqlite3-0 liblzma5 libbz2-1.0 libuuid1"
cd "$work/debs"
if ! ls linux-image-*.deb libuuid1*.deb >/dev/null 2>&1; then
    for_arm apt-get -qq update
    kernel=$(for_arm apt-cache depends linux-image-arm64 | sed -n 's/^  Depends: //p')
    # shellcheck disable=SC2086 -- a list of names
    for_arm apt-get -qq download $packages "$kernel"
fi
rm -rf "$work/root" "$work/kernel"
mkdir -p "$work/root" "$work/kernel"
for deb in *.deb; do
    case $deb in
    linux-image-*) dpkg-deb -x "$deb" "$work/kernel" ;;
    *) dpkg-deb -x "$deb" "$work/root" ;;
    esac
done

# Boot FIRST_PROCESS CPU_SECONDS: what is in $work/root, with that file as its first process.
boot() {
    cp "$here/$1" "$work/root/$1"
    printf '#!/usr/bin/python3.11 -IB\nimport sys; exec(open("/%s").read())\n' "$1" >"$work/root/init"
    chmod +x "$work/root/init"
    (cd "$work/root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd.gz"
    timeout "$2" qemu-system-aarch64 -machine virt -cpu cortex-a72 -smp 2 -m 3072 -nographic -nic none \
        -kernel "$(ls "$work"/kernel/boot/vmlinuz-*)" -initrd "$work/initrd.gz" \
        -append "console=ttyAMA0 rdinit=/init quiet panic=-1" -no-reboot </dev/null |
        tee "$work/$1.txt"
}

mkdir -p "$work/root/edgekit"
for part in __init__.py py.typed errors.py confine; do
    cp -R "$root/edgekit/$part" "$work/root/edgekit/" 2>/dev/null || true
done
boot init.py 600
rm -r "$work/root/edgekit"

if ! ls "$work"/wheels/numpy-*.whl >/dev/null 2>&1; then
    platforms=
    for glibc in 2014 _2_17 _2_27 _2_28 _2_34; do
        platforms="$platforms --platform manylinux${glibc}_aarch64"
    done
    "$root/.venv/bin/python" -c 'import sys, tomllib
project = tomllib.load(open(sys.argv[1], "rb"))["project"]
print(*project["dependencies"], *project["optional-dependencies"]["web"], sep="\n")' \
        "$root/pyproject.toml" >"$work/needs.txt"
    # shellcheck disable=SC2086 -- a list of options
    "$root/.venv/bin/python" -m pip download --quiet --dest "$work/wheels" $platforms \
        --python-version 3.11 --implementation cp --abi cp311 --abi abi3 --abi none \
        --only-binary=:all: --requirement "$work/needs.txt"
fi
mkdir -p "$work/root/opt/packages" "$work/root/models"
for wheel in "$work"/wheels/*.whl; do
    (cd "$work/root/opt/packages" && python3 -m zipfile -e "$wheel" .)
done
cp -R "$root/edgekit" "$work/root/opt/packages/"
find "$work/root/opt" -name __pycache__ -prune -exec rm -rf {} +
[ -z "${MODELS:-}" ] || cp "$MODELS/yunet_n_dynamic.onnx" "$work/root/models/"
date +%s >"$work/root/etc/now"
boot node.py 2400

python3 - "$work/init.py.txt" "$work/node.py.txt" <<'END'
import json, sys
lines = [open(name, encoding="utf-8", errors="replace").read().splitlines() for name in sys.argv[1:]]
found = [json.loads(line.partition("RESULT ")[2]) for line in lines[0] if "RESULT " in line]
for one in found:
    print(one["role"], one["machine"], one["kernel"], f"Landlock {one['landlock']}:",
          f"{one['attacks'] - len(one['through'])} of {one['attacks']} attacks refused", *one["through"])
nodes = [json.loads(line.partition("NODE ")[2]) for line in lines[1] if line.startswith("NODE ")]
print(*nodes)
ran = bool(nodes) and not nodes[0]["complaints"] and {"clerk", "eye", "herald"} <= set(nodes[0]["sealed"])
sys.exit(not (len(found) == 7 and all(not one["through"] for one in found) and ran))
END
