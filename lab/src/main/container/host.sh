# Makes the inside of a hypervisor host: its files where libvirt looks for them, a bridge for its machines,
# its virtlogd and libvirtd. Run inside the host's container, as often as one likes.
#
# FOLDER          the host's files on the computer around: run, lib, etc, log, cache
# ADDRESS         its address in the site's network
# ROUTER          the site's router
# ACCELERATOR     kvm or tcg: what really runs guests on this computer
# shellcheck shell=sh

set -eu
umask 022

# cover FILE OTHER: who reads FILE reads OTHER from now on, in here only.
cover() {
    # It may be a link into the /run that is hidden in here.
    real=$(readlink -m "$1")
    case $real in /run/*) mkdir -p "$(dirname "$real")" && : >"$real" ;; esac
    mount --bind "$2" "$real"
}

# Most computers have a mount at /run, so a mark says whether it is ours.
if ! [ -e /run/of-this-container ]; then
    # A /run of its own hides the system bus of the computer around: libvirtd must not talk to it.
    mount -t tmpfs -o mode=755 tmpfs /run
    mkdir -p /run/libvirt /run/lock
    # A fresh /sys shows this network namespace, and none of the computer's control groups: libvirt would
    # put its machines there, out of our sight, where groups can be made, and fail where they cannot.
    umount --recursive --lazy /sys
    mount -t sysfs sysfs /sys
    mount --bind "$FOLDER/lib" /var/lib/libvirt
    mount --bind "$FOLDER/etc" /etc/libvirt
    # libvirt makes folders of its own in here, for the logs of emulated TPMs.
    mount -t tmpfs -o mode=755 tmpfs /var/log
    mkdir /var/log/libvirt
    mount --bind "$FOLDER/log" /var/log/libvirt
    mount --bind "$FOLDER/cache" /var/cache/libvirt
    # The authority that signs the certificates of emulated TPMs, which run under a user of their own.
    ! [ -d /var/lib/swtpm-localca ] || mount -t tmpfs -o mode=1777 tmpfs /var/lib/swtpm-localca
    # Sockets and process ids of a host that lost power are stale: with this they are gone.
    rm -rf "${FOLDER:?}/run"
    mkdir "$FOLDER/run"
    mount --bind "$FOLDER/run" /run/libvirt
    # libvirt asks for its own host's name again and again; a name server that is out of reach would make
    # it wait five seconds each time.
    printf '127.0.0.1 localhost\n%s %s\n' "$ADDRESS" "$(hostname)" >"$FOLDER/etc/hosts"
    printf 'nameserver %s\n' "$ROUTER" >"$FOLDER/etc/resolv.conf"
    cover /etc/hosts "$FOLDER/etc/hosts"
    cover /etc/resolv.conf "$FOLDER/etc/resolv.conf"
    # Where KVM is there and does not serve, libvirt's questions to QEMU about it take seconds.
    if [ "$ACCELERATOR" = tcg ] && [ -c /dev/kvm ]; then
        cover /dev/kvm /dev/null
    fi
    : >/run/of-this-container
fi

ip link set lo up
ip link show dev br0 >/dev/null 2>&1 || ip link add br0 type bridge forward_delay 0
ip link set uplink master br0 up
ip addr replace "$ADDRESS/24" dev br0
ip link set br0 up
ip route replace default via "$ROUTER"

# There is no polkit in here to ask who somebody is, so the sockets are for root alone: outside, any user
# of the computer can reach them through the lab's folder.
[ -s /etc/libvirt/libvirtd.conf ] || cat >/etc/libvirt/libvirtd.conf <<CONFIGURATION
auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_ro_perms = "0700"
unix_sock_rw_perms = "0700"
CONFIGURATION

running() { [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }
running /run/libvirt/virtlogd.pid || virtlogd -d --pid-file /run/libvirt/virtlogd.pid
running /run/libvirt/libvirtd.pid || libvirtd -d --pid-file /run/libvirt/libvirtd.pid
