# Makes the inside of a site: its switch, its router and the services of its network. Run inside the
# site's container, as often as one likes: it only adds what is not there.
#
# SITE            the site's name
# LAN             the router's address in the site's network, without its prefix length
# LAN_RANGE       first and last address for machines that have no reservation, with a comma between
# RESERVATIONS    name,mac,address of each known machine, separated by spaces
# PUBLIC, PEER    the site's address in the internet, and its provider's
# WAN, WAN_PEER   the two ends of the link between the sites
# WAN_STATE       up, or down when it was cut
# REMOTE          the other site's network
# PUBLISHED       address of the machine that answers on port 80 of the public address; may be empty
# PORTS           the links of the hosts, each a port of the switch
# FOLDER          where the leases are kept, so that a power cut does not forget them
# shellcheck shell=sh

set -eu
umask 022

link_exists() { ip link show dev "$1" >/dev/null 2>&1; }

# A file system of its own for run-time files: nothing of the computer around is seen or touched. Most
# computers have a mount at /run, so the mark says whether it is ours.
if ! [ -e /run/of-this-container ]; then
    mount -t tmpfs -o mode=755 tmpfs /run
    : >/run/of-this-container
fi

ip link set lo up
link_exists lan || ip link add lan type bridge forward_delay 0
ip addr replace "$LAN/24" dev lan
ip link set lan up

for port in $PORTS; do
    if link_exists "$port"; then
        ip link set "$port" master lan up
    fi
done

if link_exists internet; then
    ip addr replace "$PUBLIC/30" dev internet
    ip link set internet up
    ip route replace default via "$PEER"
fi
if link_exists wan; then
    ip addr replace "$WAN/30" dev wan
    ip link set wan "$WAN_STATE"
    # A link that is down has no routes.
    [ "$WAN_STATE" = down ] || ip route replace "$REMOTE" via "$WAN_PEER"
fi

echo 1 >/proc/sys/net/ipv4/ip_forward
nft -f - <<RULES
table ip router
delete table ip router
table ip router {
    chain publish {
        type nat hook prerouting priority dstnat
        ${PUBLISHED:+iifname "internet" tcp dport 80 dnat to $PUBLISHED}
    }
    chain leave {
        type nat hook postrouting priority srcnat
        oifname "internet" masquerade
    }
}
RULES

if ! [ -s /run/dnsmasq.pid ] || ! kill -0 "$(cat /run/dnsmasq.pid)" 2>/dev/null; then
    set --
    for reservation in $RESERVATIONS; do
        name=${reservation%%,*}
        address=${reservation##*,}
        set -- "$@" "--dhcp-host=${reservation#*,},$name" "--host-record=$name,$name.$SITE.lab,$address"
    done
    dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --no-poll \
        --interface=lan --except-interface=lo --bind-interfaces \
        --user=root --group=root --pid-file=/run/dnsmasq.pid --log-facility="$FOLDER/dnsmasq.log" \
        --domain="$SITE.lab" --local="/$SITE.lab/" --local=// --expand-hosts \
        --dhcp-authoritative --dhcp-range="$LAN_RANGE,255.255.255.0,12h" \
        --dhcp-leasefile="$FOLDER/dnsmasq.leases" "$@"
fi
