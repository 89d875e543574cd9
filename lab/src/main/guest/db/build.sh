#!/bin/sh
# The image of "db": PostgreSQL 15 with the shop's database on a data disk of
# its own. Leaves disk.qcow2 (UEFI), data.qcow2, and rootfs.tar: the same
# system as a folder to be, in which a checker can run the very same PostgreSQL
# on a data directory taken from a recovered disk.
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

postgres=/usr/lib/postgresql/15/bin
home=/var/lib/postgresql
data=$home/15/main

as_postgres() {
    in_root setpriv --reuid=postgres --regid=postgres --init-groups "$@"
}

# Runs SQL without a server: nothing listens, nothing is left running.
# With -j a statement ends at a semicolon that an empty line follows.
run_sql() {
    as_postgres "$postgres/postgres" --single -j -D "$data" \
        -c exit_on_error=on -c dynamic_shared_memory_type=mmap "$1" >/dev/null
}

unpack_parent
set_hostname db

stage "installing PostgreSQL"
# The cluster is made below, with its configuration in the data directory, so
# that the data disk alone is a complete PostgreSQL.
put 644 createcluster.conf /etc/postgresql-common/createcluster.conf
install_packages postgresql-15
# Debian's wrapper scripts would start the server by way of Perl; our unit runs
# it directly.
mkdir -p "$root/etc/systemd/system-generators"
ln -s /dev/null "$root/etc/systemd/system-generators/postgresql-generator"
put 644 postgresql.service /etc/systemd/system/postgresql.service
in_root systemctl --quiet enable postgresql.service

stage "making the shop's database"
as_postgres "$postgres/initdb" --pgdata="$data" --encoding=UTF8 \
    --locale=C.UTF-8 --data-checksums --auth=peer --no-sync --no-instructions
put 644 postgresql.conf "$data/postgresql.conf"
put 644 pg_hba.conf "$data/pg_hba.conf"
run_sql postgres <"$RECIPE/database.sql"
run_sql shop <"$RECIPE/schema.sql"
[ ! -e "$root$data/postmaster.pid" ] || fail "PostgreSQL did not stop"

stage "making the data disk"
unmount_proc
truncate -s 2G "$work/data.raw"
# The whole disk, without a partition table: the label is how it is found.
ext4 "$work/data.raw" 0 2048 -L shop-data -d "$root$home"
to_qcow2 "$work/data.raw" "$OUT/data.qcow2"
rm -rf "${root:?}${home:?}"/*

stage "making the system disk"
uuid=$(new_uuid)
write_debian_boot "$uuid"
# nofail: without its data disk the machine still boots, to be looked at; only
# PostgreSQL, which requires the mount, does not start.
cat >>"$root/etc/fstab" <<END
LABEL=shop-data $home ext4 nofail,x-systemd.device-timeout=60s 0 0
END
uefi_disk "$root" "$uuid" 4096 "$OUT/disk.qcow2"

stage "packing the system for checkers"
pack_root "$OUT/rootfs.tar"
