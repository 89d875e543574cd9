#!/bin/sh
# What busybox udhcpc calls: takes the address that was given and says what it was told.

[ "$1" = bound ] || exit 0
ip address replace "${ip:?}/${mask:?}" dev "${interface:?}"
[ -z "${router:-}" ] || ip route replace default via "$router"
echo "lease ${ip:?}/${mask:?} router ${router:-none} dns ${dns:-none} domain ${domain:-none}"
