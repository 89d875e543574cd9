# Makes a hypervisor host of a bench's own inside of fresh namespaces, and stays for as long as its standard input is
# open: with it goes everything inside, however the bench ends.
#
# FOLDER          the host's files on the computer around: run, lib, etc, log, cache
# shellcheck shell=sh

set -eu
umask 022

mkdir -p "$FOLDER/run" "$FOLDER/lib/images" "$FOLDER/etc" "$FOLDER/log/qemu" "$FOLDER/cache"
# What a tool puts there QEMU may use.
mkdir -p "$FOLDER/lib/scratch"
chmod 1777 "$FOLDER/lib/scratch"
exec >"$FOLDER/host.log" 2>&1
# Ctrl-C is for the bench, which then ends this.
trap '' HUP INT TERM
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/libvirt /run/lock
umount --recursive --lazy /sys
mount -t sysfs sysfs /sys
mount --bind "$FOLDER/lib" /var/lib/libvirt
mount --bind "$FOLDER/etc" /etc/libvirt
mount --bind "$FOLDER/log" /var/log/libvirt
mount --bind "$FOLDER/cache" /var/cache/libvirt
mount --bind "$FOLDER/run" /run/libvirt
# Where KVM is there and does not serve, libvirt's questions to QEMU about it take seconds.
if [ -c /dev/kvm ]; then
    mount --bind /dev/null /dev/kvm
fi
ip link set lo up
hostname bench-host
printf '127.0.0.1 localhost bench-host\n' >"$FOLDER/etc/hosts"
# It may be a link into the /run that is hidden in here.
hosts=$(readlink -m /etc/hosts)
case $hosts in /run/*) mkdir -p "$(dirname "$hosts")" && : >"$hosts" ;; esac
mount --bind "$FOLDER/etc/hosts" "$hosts"
cat >/etc/libvirt/libvirtd.conf <<CONFIGURATION
auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_ro_perms = "0700"
unix_sock_rw_perms = "0700"
CONFIGURATION
virtlogd -d --pid-file /run/libvirt/virtlogd.pid
libvirtd -d --pid-file /run/libvirt/libvirtd.pid
cat >/dev/null
