# Runs in a guest: gives a card another address than the one that was set there, in the files of the
# guest that have it, and at once. Prints the files that have the new one, a line for each.
#
#   set-address.sh MAC OLD OLD_PREFIX NEW NEW_PREFIX GATEWAY [ROOT]
#
# 3: no interface with this hardware address has the old address. ROOT is where the guest's files are.
# shellcheck shell=sh
set -eu

mac=$1 old=$2 old_prefix=$3 new=$4 new_prefix=$5 gateway=$6 root=${7:-}
PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

link=
for one in "$root"/sys/class/net/*; do
    name=${one##*/}
    # A bridge or a VLAN of the guest has its card's hardware address: the one with the address is it.
    if [ "$(cat "$one/address" 2>/dev/null)" = "$mac" ] &&
        ip -4 addr show dev "$name" | grep -qF " $old/$old_prefix "; then
        link=$name
    fi
done
if [ -z "$link" ]; then
    echo "no interface $mac with the address $old/$old_prefix" >&2
    exit 3
fi
router=$(ip -4 route show | sed -n "s/^default via \([0-9.]*\) dev $link\( .*\)*\$/\1/p" | head -n 1)

# A sed script that replaces an address, and no longer one of which it is a part. Lines have a blank
# at both ends meanwhile.
replace() { printf 's#\\([^0-9.]\\)%s\\([^0-9.]\\)#\\1%s\\2#g;' "$(printf %s "$1" | sed 's/\./\\./g')" "$2"; }
script="s/^/ /;s/\$/ /;$(replace "$old/$old_prefix" "$new/$new_prefix")"
# A mask in a line of its own would stay the old one.
[ "$old_prefix" != "$new_prefix" ] || script="$script$(replace "$old" "$new")"
[ -z "$router" ] || script="$script$(replace "$router" "$gateway")"
script="$script s/^ //;s/ \$//"

rewrite() {
    after=$(sed -e "$script" "$1")
    if [ "$after" != "$(cat "$1")" ]; then
        # With its owner and its mode, and whole or not at all.
        cp -p "$1" "$1.lifeboat"
        printf '%s\n' "$after" >"$1.lifeboat"
        sync
        mv "$1.lifeboat" "$1"
    fi
}

for file in "$root"/etc/network/interfaces "$root"/etc/network/interfaces.d/* "$root"/etc/netplan/*.yaml \
    "$root"/etc/systemd/network/*.network "$root"/etc/NetworkManager/system-connections/*.nmconnection \
    "$root"/etc/sysconfig/network-scripts/ifcfg-* "$root"/etc/sysconfig/network/ifcfg-*; do
    [ -f "$file" ] || continue
    rewrite "$file"
    if sed 's/^/ /;s/$/ /' "$file" | grep -q "[^0-9.]$(printf %s "$new" | sed 's/\./\\./g')[^0-9.]"; then
        echo "${file#"$root"}"
    fi
done
# One that somebody writes anew all the time is a link to elsewhere.
if [ -f "$root/etc/resolv.conf" ] && ! [ -L "$root/etc/resolv.conf" ]; then
    rewrite "$root/etc/resolv.conf"
fi

ip addr replace "$new/$new_prefix" dev "$link"
ip addr del "$old/$old_prefix" dev "$link"
[ -z "$router" ] || ip route replace default via "$gateway" dev "$link"
