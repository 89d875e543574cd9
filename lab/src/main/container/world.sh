# Makes the inside of the world: the customers' and the arbiter's addresses, the internet's end of each
# site's link, and the customers' resolver. Run inside the world's container, as often as one likes.
#
# ADDRESSES       the world's own addresses
# PEERS           link=address of the internet's end of each site's link
# RESOLVER        where the resolver listens
# RECORD          the shop's name, its address and the seconds a resolver may remember it
# FOLDER          where the resolver's log is kept
# shellcheck shell=sh

set -eu
umask 022

# A file system of its own for run-time files: nothing of the computer around is seen or touched. Most
# computers have a mount at /run, so the mark says whether it is ours.
if ! [ -e /run/of-this-container ]; then
    mount -t tmpfs -o mode=755 tmpfs /run
    : >/run/of-this-container
fi

ip link set lo up
for address in $ADDRESSES; do
    ip addr replace "$address/32" dev lo
done
for peer in $PEERS; do
    link=${peer%%=*}
    if ip link show dev "$link" >/dev/null 2>&1; then
        ip addr replace "${peer#*=}/30" dev "$link"
        ip link set "$link" up
    fi
done

if ! [ -s /run/dnsmasq.pid ] || ! kill -0 "$(cat /run/dnsmasq.pid)" 2>/dev/null; then
    dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --no-poll \
        --listen-address="$RESOLVER" --bind-interfaces \
        --user=root --group=root --pid-file=/run/dnsmasq.pid --log-facility="$FOLDER/dnsmasq.log" \
        --host-record="$RECORD"
fi
