#!/bin/sh
# The image of "web": nginx and, behind it, the shop's order service, which
# keeps its ledger on this machine's own disk and the orders on "db". Leaves
# disk.qcow2 (BIOS).
#
#   PARENT=OUT_DIR_OF_BASE sh build.sh OUT_DIR
set -eu

OUT=$1
RECIPE=${RECIPE:-$(realpath "$(dirname "$0")")}
COMMON=${COMMON:-$RECIPE/../common}
# shellcheck source-path=SCRIPTDIR source=../common/recipe.sh
. "$COMMON/recipe.sh"
# shellcheck source-path=SCRIPTDIR source=../common/disk.sh
. "$COMMON/disk.sh"
begin

unpack_parent
set_hostname web

stage "installing nginx and Python"
install_packages nginx python3 python3-psycopg2

stage "installing the shop"
put 644 nginx.conf /etc/nginx/nginx.conf
put 644 index.html /usr/share/shop/index.html
put 755 shop.py /usr/lib/shop/shop.py
put 644 shop.service /etc/systemd/system/shop.service
in_root systemd-sysusers --inline 'u shop - "order service" /var/lib/shop'
in_root systemctl --quiet enable nginx.service shop.service

stage "making the disk"
unmount_proc
uuid=$(new_uuid)
write_debian_boot "$uuid"
bios_disk "$root" "$uuid" 4096 "$OUT/disk.qcow2"
