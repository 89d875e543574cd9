# shellcheck shell=sh
# What every recipe of a guest image begins with: how it reports, where it
# works, how it runs commands inside the guest's root folder, and how it tidies
# up. A recipe sources this file with OUT set to its output folder.
#
# A recipe's stdout carries one line per stage, for a person to watch. All that
# the tools print goes to stderr, so that it cannot be taken for progress.

exec 3>&1 1>&2
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
umask 022

work=$OUT/work
root=$work/root
current_stage="preparing"

stage() {
    current_stage=$1
    printf '%s\n' "$1" >&3
}

fail() {
    current_stage="$current_stage: $1"
    exit 1
}

leave() {
    status=$?
    trap - EXIT
    unmount_proc
    # Never follow a mount that is still there: it would be the host's.
    rm -rf --one-file-system "$work"
    if [ "$status" -ne 0 ]; then
        printf 'failed while %s (exit status %d)\n' "$current_stage" "$status" >&2
    fi
    exit "$status"
}

unmount_proc() {
    if mountpoint -q "$root/proc"; then
        umount "$root/proc"
    fi
}

begin() {
    [ "$(id -u)" -eq 0 ] || fail "this needs root"
    mkdir -p "$OUT"
    rm -rf --one-file-system "$work"
    mkdir "$work"
    trap leave EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# Unpacks the base recipe's root folder, to be built upon.
unpack_parent() {
    stage "unpacking the base system"
    [ -f "${PARENT:?the output folder of the base recipe}/rootfs.tar" ] ||
        fail "no rootfs.tar in $PARENT"
    mkdir "$root"
    tar --extract --file "$PARENT/rootfs.tar" --directory "$root" \
        --numeric-owner --xattrs --xattrs-include='*'
}

pack_root() {
    tar --create --file "$1" --directory "$root" \
        --numeric-owner --xattrs --xattrs-include='*' --sort=name .
}

# Runs a command inside the guest's root folder.
in_root() {
    mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
    chroot "$root" /usr/bin/env -i \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
        LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

# put MODE FILE TARGET: a file of the recipe, or one given by its full path, into
# the guest. The mode is not copied: a checkout or an archive may have lost it.
put() {
    case $2 in
    /*) put_file=$2 ;;
    *) put_file=$RECIPE/$2 ;;
    esac
    install -D -o root -g root -m "$1" "$put_file" "$root$3"
}

# Installs packages into the guest without starting anything on this host.
install_packages() {
    # The guest's own resolv.conf points to a daemon that does not run here.
    mv "$root/etc/resolv.conf" "$work/resolv.conf.guest"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"

    in_root apt-get --quiet --quiet update
    in_root apt-get --quiet --quiet --yes --no-install-recommends install "$@"
    in_root apt-get clean

    rm "$root/usr/sbin/policy-rc.d" "$root/etc/resolv.conf"
    mv "$work/resolv.conf.guest" "$root/etc/resolv.conf"
    drop_ballast
}

# Nobody reads manuals in these guests, and each image is copied often.
drop_ballast() {
    find "$root/var/lib/apt/lists" "$root/var/cache/apt" "$root/var/log" \
        -type f -delete
    rm -rf "$root/usr/share/doc" "$root/usr/share/man" \
        "$root/usr/share/info" "$root/usr/share/locale" "$root/usr/share/lintian"
}

set_hostname() {
    printf '%s\n' "$1" >"$root/etc/hostname"
    printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$1" >"$root/etc/hosts"
}
