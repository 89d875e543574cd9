package dev.lifeboat.host;

import java.util.HexFormat;

/**
 * The smallest guest that tells whether an accelerator is of use: one boot sector that switches to 64 bits with paging,
 * counts down from a hundred million, and reports through QEMU's isa-debug-exit device at port 0xf4.
 *
 * <p>The counting is the point. There are hosts on which {@code /dev/kvm} opens and guests start, but every instruction
 * of theirs is emulated in the kernel, at a few million a second: a boot sector that reports at once succeeds there,
 * and a real kernel never gets through its boot. A processor, and QEMU's translator too, counts down in well under a
 * second; such a host needs a minute.
 *
 * <p>The sector is loaded at 0x7c00 by the BIOS and is laid out so:
 *
 * <pre>
 *   000  code, 16 bit: page tables at 0x1000 map the first 2 MiB onto themselves; PAE, EFER.LME, GDT, PG | PE
 *   061  code, 64 bit: count down, push and pop the answer through the stack, write it to port 0xf4, halt
 *   088  GDT: null, 64-bit code, data
 *   0a0  GDT's limit and address
 *   1fe  the boot signature 55 aa
 * </pre>
 */
final class ProbeSector {

    static final int SIZE = 512;

    /** isa-debug-exit ends QEMU with twice the written value and one. */
    static final int SUCCESS = (0x2a << 1) | 1;

    private static final int GDT = 0x88;

    private static final String CODE = "fafc" // cli; cld
            + "6631c0" + "8ed8" + "8ec0" + "8ed0" // xor eax, eax; mov ds, ax; mov es, ax; mov ss, ax
            + "bc007c" // mov sp, 0x7c00
            + "bf0010" + "b90018" + "f3ab" // mov di, 0x1000; mov cx, 0x1800; rep stosw
            + "c70600100320" // mov word [0x1000], 0x2003: the directory of directories, present and writable
            + "c70600200330" // mov word [0x2000], 0x3003
            + "c70600308300" // mov word [0x3000], 0x0083: one large page
            + "66b800100000" + "0f22d8" // mov eax, 0x1000; mov cr3, eax
            + "66b820000000" + "0f22e0" // mov eax, 0x20; mov cr4, eax: PAE
            + "66b9800000c0" + "0f32" + "0d0001" + "0f30" // mov ecx, EFER; rdmsr; or ax, LME; wrmsr
            + "660f0116a07c" // lgdt [0x7ca0]
            + "0f20c0" + "660d01000080" + "0f22c0" // mov eax, cr0; or eax, PG | PE; mov cr0, eax
            + "66ea617c00000800" // jmp 0x08:0x7c61
            + "b810000000" + "8ed8" + "8ed0" // mov eax, 0x10; mov ds, eax; mov ss, eax
            + "bc007c0000" // mov esp, 0x7c00
            + "b900e1f505" // mov ecx, 100000000
            + "ffc9" + "75fc" // dec ecx; jnz back to the dec
            + "6a2a" + "58" // push 0x2a; pop rax
            + "66baf400" + "ee" // mov dx, 0xf4; out dx, al
            + "f4" + "ebfd"; // hlt; jmp back to the hlt

    private static final String TABLES = "0000000000000000" // null
            + "00000000009a2000" // code, 64 bit
            + "0000000000920000" // data
            + "1700" + "887c0000"; // limit 23, at 0x7c88

    private ProbeSector() {}

    static byte[] bytes() {
        byte[] sector = new byte[SIZE];
        byte[] code = HexFormat.of().parseHex(CODE);
        byte[] tables = HexFormat.of().parseHex(TABLES);
        System.arraycopy(code, 0, sector, 0, code.length);
        System.arraycopy(tables, 0, sector, GDT, tables.length);
        sector[SIZE - 2] = 0x55;
        sector[SIZE - 1] = (byte) 0xaa;
        return sector;
    }
}
