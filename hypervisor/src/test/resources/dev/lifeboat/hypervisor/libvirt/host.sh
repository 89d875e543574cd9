# Makes a hypervisor host of a test's own inside of fresh namespaces, and stays for as long as it is to be there:
# whoever kills this script takes everything inside with it.
#
# FOLDER          the host's files on the computer around: run, lib, etc, log, cache
# shellcheck shell=sh

set -eu
umask 022

mkdir -p "$FOLDER/run" "$FOLDER/lib/images" "$FOLDER/etc" "$FOLDER/log/qemu" "$FOLDER/cache"
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
hostname contract-host
printf '127.0.0.1 localhost contract-host\n' >"$FOLDER/etc/hosts"
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
trap '' HUP INT
# A libvirtd that is killed is started again, as an administrator's host does, when the test says so.
while :; do
    libvirtd -d --pid-file /run/libvirt/libvirtd.pid
    rm -f "$FOLDER/libvirtd-wanted"
    while ! [ -e "$FOLDER/libvirtd-wanted" ]; do
        sleep 0.1
    done
done
