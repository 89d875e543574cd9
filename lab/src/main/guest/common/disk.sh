# shellcheck shell=sh
# Makes bootable disks out of folders, without mounting anything: file systems
# are filled by mkfs and mtools, boot sectors are written by offset. Each disk
# carries its own GRUB, so that nothing about booting lives outside of it.
# Sourced after recipe.sh.
: "${root:?}" "${work:?}"

mebibyte=1048576

new_uuid() {
    cat /proc/sys/kernel/random/uuid
}

# ext4 FILE OFFSET_MIB SIZE_MIB [OPTION...]: makes a file system inside FILE.
# The two features left out came with e2fsprogs 1.47 and are unknown to
# GRUB 2.06. The inode tables are written now, because a kernel that does it
# later keeps a fresh disk busy for minutes.
ext4() {
    ext4_file=$1 ext4_offset=$2 ext4_size=$3
    shift 3
    mkfs.ext4 -q -F -O '^metadata_csum_seed,^orphan_file' \
        -E "offset=$((ext4_offset * mebibyte)),root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0" \
        -e remount-ro \
        "$@" "$ext4_file" "$((ext4_size * 1024))k"
}

# to_qcow2 RAW QCOW2: stored without the zeros.
to_qcow2() {
    qemu-img convert -f raw -O qcow2 "$1" "$2"
    rm "$1"
}

# write_grub_cfg FOLDER KERNEL INITRD ARGUMENTS
write_grub_cfg() {
    mkdir -p "$1/boot/grub"
    cat >"$1/boot/grub/grub.cfg" <<END
serial --unit=0 --speed=115200
terminal_output serial console
linux $2 $4
initrd $3
boot
END
}

# The arguments common to all kernels. The guests often run without hardware
# virtualisation, where the mitigations cost much and protect nothing.
kernel_arguments="console=tty0 console=ttyS0,115200 quiet mitigations=off net.ifnames=0"

# write_debian_boot UUID: grub.cfg and fstab of a Debian guest. The links
# /vmlinuz and /initrd.img are kept by Debian's kernel packages. No fsck at
# boot: the kernel replays the journal, which is all a crash calls for.
write_debian_boot() {
    write_grub_cfg "$root" /vmlinuz /initrd.img \
        "root=UUID=$1 rw $kernel_arguments systemd.show_status=yes"
    printf 'UUID=%s / ext4 defaults 0 0\n' "$1" >"$root/etc/fstab"
}

# bios_disk FOLDER UUID SIZE_MIB QCOW2: a disk with an MBR, GRUB in the gap
# behind it, and one ext4 partition from 1 MiB to the end.
bios_disk() {
    truncate -s "${3}M" "$work/disk.raw"
    printf 'label: dos\nstart=2048, type=83, bootable\n' |
        sfdisk --quiet "$work/disk.raw"
    ext4 "$work/disk.raw" 1 "$(($3 - 1))" -U "$2" -L root -d "$1"

    # No disk in the prefix: GRUB takes the one that the BIOS booted from.
    grub-mkimage -O i386-pc -o "$work/core.img" -p '(,msdos1)/boot/grub' \
        biosdisk part_msdos ext2 normal linux boot serial terminal
    [ "$(stat -c %s "$work/core.img")" -le $((mebibyte - 512)) ] ||
        fail "GRUB does not fit before the first partition"
    # 440 bytes only: the disk signature and the partition table follow. GRUB's
    # defaults expect core.img right behind, so there are no lists to patch.
    dd if=/usr/lib/grub/i386-pc/boot.img of="$work/disk.raw" \
        bs=440 count=1 conv=notrunc status=none
    dd if="$work/core.img" of="$work/disk.raw" \
        bs=512 seek=1 conv=notrunc status=none
    to_qcow2 "$work/disk.raw" "$4"
}

# uefi_disk FOLDER UUID SIZE_MIB QCOW2: a GPT disk with GRUB on an EFI system
# partition, under the name that firmware starts when it remembers nothing,
# and one ext4 partition.
uefi_disk() {
    esp_mib=34
    root_start=$((1 + esp_mib))
    # The last MiB is left to the second copy of the GPT.
    root_mib=$(($3 - root_start - 1))
    truncate -s "${3}M" "$work/disk.raw"
    sfdisk --quiet "$work/disk.raw" <<END
label: gpt
start=2048, size=${esp_mib}MiB, type=uefi, name=esp
start=${root_start}MiB, size=${root_mib}MiB, type=linux, name=root
END
    ext4 "$work/disk.raw" "$root_start" "$root_mib" -U "$2" -L root -d "$1"

    # shellcheck disable=SC2016 # It is GRUB that expands $root.
    printf 'search.fs_uuid %s root\nset prefix=($root)/boot/grub\n' "$2" \
        >"$work/early.cfg"
    grub-mkimage -O x86_64-efi -o "$work/bootx64.efi" -p /boot/grub \
        -c "$work/early.cfg" \
        part_gpt fat ext2 search_fs_uuid normal linux boot serial terminal
    mkfs.vfat -C -n ESP "$work/esp.raw" "$((esp_mib * 1024))"
    mmd -i "$work/esp.raw" ::/EFI ::/EFI/BOOT
    mcopy -i "$work/esp.raw" "$work/bootx64.efi" ::/EFI/BOOT/BOOTX64.EFI
    dd if="$work/esp.raw" of="$work/disk.raw" \
        bs=1M seek=1 conv=notrunc,sparse status=none
    to_qcow2 "$work/disk.raw" "$4"
}
