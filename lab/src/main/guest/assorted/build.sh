#!/bin/sh
# The disks of "assorted": a machine that has something of every kind, and does
# nothing but answer. Its system is a kernel and an initramfs. Leaves disk.qcow2,
# which boots by UEFI; virtio.raw, sata.raw and shared.raw; overlay.qcow2, which
# lies over beneath.qcow2; and cdrom.iso. Each has contents that can be told apart.
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

modules="virtio_pci virtio_blk virtio_net virtio_scsi virtio_rng sd_mod button evdev"

unpack_parent

stage "making assorted's initramfs"
kernel=$(basename "$root"/usr/lib/modules/*)
base=$root
# Inside the base's root, so that the base's own tools can work on it.
root=$base/assorted
for folder in bin dev proc sys run root; do
    mkdir -p "$root/$folder"
done
install -m 755 "$base/usr/bin/busybox" "$root/bin/busybox"
chroot "$root" /bin/busybox --install -s /bin
ln -s bin/busybox "$root/init"
ln -s bin "$root/sbin"
# The kernel opens the console before anything could mount devtmpfs.
mknod -m 600 "$root/dev/console" c 5 1
put 644 inittab /etc/inittab
put 755 start /etc/start
put 755 "$COMMON/use-address" /etc/use-address
put 755 "$COMMON/power-button" /etc/acpi/PWRF/00000080

root=$base
# Each module with those it needs, as modprobe would load them.
# shellcheck disable=SC2086 # The list is meant to be split.
in_root modprobe --set-version "$kernel" --show-depends --all $modules |
    sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u >"$work/modules"
[ -s "$work/modules" ] || fail "none of the modules was found"
while read -r module; do
    install -D -m 644 "$base$module" "$base/assorted$module"
done <"$work/modules"
in_root depmod --basedir /assorted "$kernel"
# shellcheck disable=SC2086 # One module per line.
printf '%s\n' $modules >"$base/assorted/etc/modules"

mkdir -p "$work/system/boot"
cp -L "$base/vmlinuz" "$work/system/boot/vmlinuz"
(cd "$base/assorted" && find . | cpio --quiet -o -H newc -R 0:0) \
    >"$work/system/boot/initrd.img"

# marked FILE MEBIBYTES WORD: a raw disk with the word at its beginning, in its
# middle and at its end, and zeros between.
marked() {
    truncate -s "${2}M" "$1"
    for place in 0 $(($2 * 1024)) $(($2 * 2048 - 1)); do
        printf '%-511s\n' "$3 $place" |
            dd of="$1" bs=512 seek="$place" conv=notrunc status=none
    done
}

stage "making assorted's disks"
uuid=$(new_uuid)
write_grub_cfg "$work/system" /boot/vmlinuz /boot/initrd.img "$kernel_arguments"
uefi_disk "$work/system" "$uuid" 112 "$OUT/disk.qcow2"
marked "$OUT/virtio.raw" 24 virtio
marked "$OUT/sata.raw" 16 sata
marked "$OUT/shared.raw" 8 shared
marked "$OUT/cdrom.iso" 4 cdrom
marked "$work/beneath.raw" 32 beneath
to_qcow2 "$work/beneath.raw" "$OUT/beneath.qcow2"
# By its name alone, so that the two can lie in any folder.
(cd "$OUT" && qemu-img create -q -f qcow2 -b beneath.qcow2 -F qcow2 overlay.qcow2)
qemu-io -c 'write -P 0x6f 1M 64k' "$OUT/overlay.qcow2"
