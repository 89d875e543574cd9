#!/bin/sh
# The image of "scribe": a kernel and an initramfs that is the whole system. It
# writes one numbered record after the other to a raw disk and tells by HTTP
# which one is safe. Leaves disk.qcow2 and the empty data.qcow2.
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

# Where virtual machines have their disks and cards, and the power button.
modules="virtio_pci virtio_blk virtio_net virtio_scsi virtio_rng ata_piix
    virtio_console vmw_pvscsi sd_mod button evdev"

unpack_parent

stage "compiling scribe's writer"
install_packages gcc libc6-dev
put 644 writer.c /tmp/writer.c
in_root gcc -O2 -static -s -Wall -Wextra -Werror -o /tmp/writer /tmp/writer.c

stage "making scribe's initramfs"
kernel=$(basename "$root"/usr/lib/modules/*)
base=$root
# Inside the base's root, so that the base's own tools can work on it.
root=$base/scribe
for folder in bin boot dev proc sys run root; do
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
put 755 write-records /bin/write-records
install -m 755 "$base/tmp/writer" "$root/bin/writer"
put 755 ask /bin/ask
put 755 take-address /bin/take-address
put 755 guest-agent /bin/guest-agent
put 755 freeze-hook /etc/freeze-hook
put 755 cgi-bin/do /etc/cgi-bin/do
put 755 cgi-bin/agent /etc/cgi-bin/agent
put 755 "$COMMON/use-address" /etc/use-address
put 755 "$COMMON/power-button" /etc/acpi/PWRF/00000080

root=$base
# The agent with the libraries it is linked to, where it looks for them.
install -m 755 "$base/usr/sbin/qemu-ga" "$base/scribe/bin/qemu-ga"
in_root ldd /usr/sbin/qemu-ga | sed -n 's/.* \(\/[^ ]*\) (0x.*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (0x.*/\1/p' |
    sort -u >"$work/libraries"
[ -s "$work/libraries" ] || fail "none of the guest agent's libraries was found"
while read -r library; do
    install -D -m 755 "$base$library" "$base/scribe$library"
done <"$work/libraries"

# Each module with those it needs, as modprobe would load them.
# shellcheck disable=SC2086 # The list is meant to be split.
in_root modprobe --set-version "$kernel" --show-depends --all $modules |
    sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u >"$work/modules"
[ -s "$work/modules" ] || fail "none of the modules was found"
while read -r module; do
    install -D -m 644 "$base$module" "$base/scribe$module"
done <"$work/modules"
in_root depmod --basedir /scribe "$kernel"
# shellcheck disable=SC2086 # One module per line.
printf '%s\n' $modules >"$base/scribe/etc/modules"

mkdir -p "$work/system/boot"
cp -L "$base/vmlinuz" "$work/system/boot/vmlinuz"
# Uncompressed: unpacking would take longer than reading a few more megabytes.
(cd "$base/scribe" && find . | cpio --quiet -o -H newc -R 0:0) \
    >"$work/system/boot/initrd.img"

stage "making scribe's disks"
write_grub_cfg "$work/system" /boot/vmlinuz /boot/initrd.img "$kernel_arguments"
bios_disk "$work/system" "$(new_uuid)" 64 "$OUT/disk.qcow2"
qemu-img create -q -f qcow2 "$OUT/data.qcow2" 1G
