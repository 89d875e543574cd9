#!/bin/sh
# The base of the lab's Debian guests: a small Debian 12 that boots quickly,
# takes its address by DHCP, and shuts down when asked by ACPI or by the QEMU
# guest agent. Leaves rootfs.tar in the output folder.
#
#   sh build.sh OUT_DIR
#
# LIFEBOAT_DEBIAN_MIRROR names another mirror than debootstrap's default.
set -eu

OUT=$1
RECIPE=${RECIPE:-$(realpath "$(dirname "$0")")}
COMMON=${COMMON:-$RECIPE/../common}
# shellcheck source-path=SCRIPTDIR source=../common/recipe.sh
. "$COMMON/recipe.sh"
begin

stage "installing Debian 12"
debootstrap --variant=minbase \
    --include=systemd-sysv,udev,initramfs-tools,lz4,kmod,e2fsprogs,iproute2,busybox-static,qemu-guest-agent \
    bookworm "$root" ${LIFEBOAT_DEBIAN_MIRROR:+"$LIFEBOAT_DEBIAN_MIRROR"}

stage "configuring the base system"
put 644 autologin.conf /etc/systemd/system/serial-getty@ttyS0.service.d/autologin.conf
put 644 udev-trigger.conf /etc/systemd/system/systemd-udev-trigger.service.d/lab.conf
put 644 modules-load.conf /etc/modules-load.d/lab.conf
put 644 modprobe.conf /etc/modprobe.d/lab.conf
put 644 initramfs.conf /etc/initramfs-tools/conf.d/lab.conf
put 644 initramfs-modules /etc/initramfs-tools/modules
set_hostname guest

# busybox does what networkd, resolved, logind and D-Bus would do for these
# guests, and starts in a fraction of their time. Programs ask the DHCP server's
# DNS directly: nothing in between remembers that a machine did not exist yet.
put 755 "$COMMON/use-address" /usr/lib/lab/use-address
put 755 "$COMMON/power-button" /etc/acpi/PWRF/00000080
put 644 dhcp.service /etc/systemd/system/dhcp.service
put 644 power-button.service /etc/systemd/system/power-button.service
in_root dpkg-divert --quiet --local --rename --divert /sbin/shutdown.systemd \
    --add /sbin/shutdown
put 755 shutdown /usr/sbin/shutdown
in_root systemctl --quiet enable dhcp.service power-button.service
ln -sf ../run/resolv.conf "$root/etc/resolv.conf"

# What only slows the boot, or writes to the disk at odd times.
in_root systemctl --quiet mask \
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
    e2scrub_all.timer e2scrub_reap.service fstrim.timer \
    systemd-timesyncd.service systemd-networkd.service systemd-logind.service \
    systemd-pstore.service systemd-binfmt.service systemd-remount-fs.service \
    systemd-update-utmp.service systemd-update-utmp-runlevel.service \
    systemd-journal-flush.service \
    proc-sys-fs-binfmt_misc.automount dev-hugepages.mount dev-mqueue.mount \
    sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
    sys-fs-fuse-connections.mount modprobe@configfs.service \
    modprobe@drm.service modprobe@efi_pstore.service modprobe@fuse.service \
    modprobe@dm_mod.service modprobe@loop.service getty@tty1.service \
    getty-static.service systemd-sysusers.service

stage "installing the kernel"
install_packages linux-image-cloud-amd64
for link in vmlinuz initrd.img; do
    [ -e "$root/$link" ] || fail "the kernel package made no /$link"
done

# An empty file, unlike a missing one, is filled at each machine's first boot
# without taking that for the first boot of a new installation.
: >"$root/etc/machine-id"
rm -f "$root/var/lib/systemd/random-seed"

stage "packing the base system"
unmount_proc
pack_root "$OUT/rootfs.tar"
