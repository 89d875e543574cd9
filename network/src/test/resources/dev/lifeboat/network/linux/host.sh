# Makes a host of a test's own inside of fresh namespaces, and stays for as long as it is to be there: whoever kills
# this script takes everything inside with it.
#
# READY           a file that is made when the host can be used
# shellcheck shell=sh

set -eu
mount -t tmpfs -o mode=755 tmpfs /run
ip link set lo up
: >"$READY"
trap '' HUP INT
# It is the init in here: what daemons leave behind is reaped by waiting.
while :; do
    sleep 86400 &
    wait
done
