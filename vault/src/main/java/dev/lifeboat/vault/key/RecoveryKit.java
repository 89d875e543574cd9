package dev.lifeboat.vault.key;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The root secret on paper. The lines that count are {@code vault: ID} and {@code 1:} to {@code 4:}; line i has bytes
 * 8(i−1) to 8i−1 of the root secret in 13 characters of Crockford's Base32 (65 bits, the first of them zero), then 2
 * check characters: the first ten bits of {@code SHA-256("lifeboat/0 kit" ‖ u8 i ‖ those eight bytes)}. All other lines
 * are for people. Thread-safe.
 */
public final class RecoveryKit {

    /** A page has 2 KiB; room for notes of its owner. */
    public static final int MAX_CHARACTERS = 64 << 10;

    private static final int LINES = 4;
    private static final int LINE_BYTES = RootSecret.BYTES / LINES;
    private static final int VALUE_CHARACTERS = 13;
    private static final int CHECK_CHARACTERS = 2;
    private static final int LINE_CHARACTERS = VALUE_CHARACTERS + CHECK_CHARACTERS;
    private static final int CHECK_BITS = CHECK_CHARACTERS * CrockfordBase32.BITS;
    private static final int GROUP_CHARACTERS = 5;

    /** Some editors begin a file with it. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** The two bytes of the same mark in UTF-16; which is first tells the order. */
    private static final byte UTF_16_MARK_LESSER = (byte) 0xFE;

    private static final byte UTF_16_MARK_GREATER = (byte) 0xFF;

    private static final Pattern SECRET_LINE = Pattern.compile("\\s*([1-4])\\s*:(.*)");
    private static final Pattern VAULT_LINE = Pattern.compile("\\s*vault\\s*:(.*)", Pattern.CASE_INSENSITIVE);
    private static final DateTimeFormatter DAY_AND_TIME = DateTimeFormatter.ofPattern(
                    "d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private RecoveryKit() {}

    /**
     * The kit of a vault, ready to be printed: at most 80 characters a line, as long as the address is no longer.
     *
     * @param vaultUrl where the vault is
     * @param created when the kit is made
     */
    public static String text(RootSecret root, String vaultUrl, Instant created) {
        byte[] secret = root.copy();
        try {
            return """
                    LIFEBOAT RECOVERY KIT
                    ===============================================================================

                    With this page and a copy of the vault, anybody can read every machine in it.
                    Without it, and with the passphrase forgotten, nobody ever can.

                    The vault is at      %s
                    This kit was made    %s

                    vault: %s

                        1: %s
                        2: %s
                        3: %s
                        4: %s

                    WHERE TO KEEP IT
                    Print it. Keep one copy in a safe and one in another building. Do not keep it
                    on a machine that the vault protects: it would be lost together with it. Who
                    finds it and reaches the vault reads everything; treat it as the master key.

                    HOW TO USE IT
                    Type the line "vault" and the lines 1 to 4 into a file, say kit.txt. Capital or
                    small letters, spaces and hyphens do not matter; O is zero, I and L are one.
                    The last two characters of a line check it: a mistake is found, and its line is
                    named. Then, on any computer with Lifeboat and the vault:

                        lifeboat vault points --vault URL --kit kit.txt
                        lifeboat vault show   --vault URL --kit kit.txt POINT
                        lifeboat vault export --vault URL --kit kit.txt POINT --disk DISK FILE

                    URL is where the vault is, as above, or where its copy is now. The first command
                    lists the points, the second the disks of one, the third writes a disk's image
                    to a file. No passphrase is needed. Delete kit.txt afterwards.
                    """.formatted(
                            vaultUrl.replaceAll("\\p{Cntrl}", "?"),
                            DAY_AND_TIME.format(created),
                            root.vaultId(),
                            line(secret, 1),
                            line(secret, 2),
                            line(secret, 3),
                            line(secret, 4));
        } finally {
            Erasure.erase(secret);
        }
    }

    /**
     * Reads a kit's file. The lines that count are ASCII, so that notes in any encoding do no harm; UTF-16 is known by
     * its mark.
     *
     * @throws LifeboatException {@link ErrorCode#CLI_FILE_UNREADABLE}; {@link ErrorCode#VAULT_KIT_UNREADABLE}, which
     *     names the line
     */
    public static RootSecret read(Path file) {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_CHARACTERS + 1);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE, "The recovery kit %s cannot be read.".formatted(file), e);
        }
        boolean utf16 = content.length >= 2
                && Math.min(content[0], content[1]) == UTF_16_MARK_LESSER
                && Math.max(content[0], content[1]) == UTF_16_MARK_GREATER;
        try {
            return parse(new String(content, utf16 ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8));
        } finally {
            Erasure.erase(content);
        }
    }

    /**
     * Reads a kit, typed or scanned. The vault line may be missing; if it is there, it has to fit the others.
     *
     * @throws LifeboatException {@link ErrorCode#VAULT_KIT_UNREADABLE}, which names the line
     */
    public static RootSecret parse(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw unreadable("it has more than %,d characters: it is some other file".formatted(MAX_CHARACTERS));
        }
        Map<Integer, byte[]> parts = new TreeMap<>();
        Optional<VaultId> vault = Optional.empty();
        for (String line : text.replace(BYTE_ORDER_MARK, "").lines().toList()) {
            Matcher secret = SECRET_LINE.matcher(line);
            Matcher id = VAULT_LINE.matcher(line);
            if (secret.matches()) {
                int number = secret.group(1).charAt(0) - '0';
                if (parts.put(number, part(number, characters(secret.group(2)))) != null) {
                    throw unreadable("it has line %d twice".formatted(number));
                }
            } else if (id.matches()) {
                if (vault.isPresent()) {
                    throw unreadable("it has the line \"vault\" twice");
                }
                vault = Optional.of(vaultId(characters(id.group(1))));
            }
        }
        RootSecret root = new RootSecret(joined(parts));
        VaultId proven = root.vaultId();
        if (!vault.orElse(proven).equals(proven)) {
            root.close();
            throw unreadable("its line \"vault\" does not fit the lines 1 to 4. Either one of them has a mistake that"
                    + " its check characters do not show, or they come from two kits");
        }
        return root;
    }

    /**
     * Refuses the root secret of another vault.
     *
     * @param found the vault that is to be opened
     * @throws LifeboatException {@link ErrorCode#VAULT_KIT_WRONG}
     */
    public static void requireVault(RootSecret root, VaultId found) {
        VaultId kits = root.vaultId();
        if (!kits.equals(found)) {
            throw new LifeboatException(
                    ErrorCode.VAULT_KIT_WRONG,
                    "The recovery kit is of the vault %s; this is the vault %s.".formatted(kits, found));
        }
    }

    private static byte[] joined(Map<Integer, byte[]> parts) {
        byte[] secret = new byte[RootSecret.BYTES];
        for (int number = 1; number <= LINES; number++) {
            byte[] part = parts.get(number);
            if (part == null) {
                throw unreadable("it has no line %d".formatted(number));
            }
            System.arraycopy(part, 0, secret, (number - 1) * LINE_BYTES, LINE_BYTES);
            Erasure.erase(part);
        }
        return secret;
    }

    private static String line(byte[] secret, int number) {
        byte[] part = Arrays.copyOfRange(secret, (number - 1) * LINE_BYTES, number * LINE_BYTES);
        long value = ByteBuffer.wrap(part).getLong();
        StringBuilder line = new StringBuilder();
        for (int i = VALUE_CHARACTERS - 1; i >= 0; i--) {
            line.append(CrockfordBase32.character((int) (value >>> (i * CrockfordBase32.BITS))));
        }
        int check = check(number, part);
        line.append(CrockfordBase32.character(check >>> CrockfordBase32.BITS));
        line.append(CrockfordBase32.character(check));
        for (int at = LINE_CHARACTERS - GROUP_CHARACTERS; at > 0; at -= GROUP_CHARACTERS) {
            line.insert(at, '-');
        }
        return line.toString();
    }

    private static byte[] part(int number, String characters) {
        if (characters.length() != LINE_CHARACTERS) {
            throw unreadable("line %d has %d characters and should have %d"
                    .formatted(number, characters.length(), LINE_CHARACTERS));
        }
        long value = 0;
        int check = 0;
        for (int i = 0; i < LINE_CHARACTERS; i++) {
            int digit = CrockfordBase32.value(characters.charAt(i));
            if (digit < 0) {
                throw unreadable("line %d has a character at place %d that never occurs".formatted(number, i + 1));
            }
            if (i == 0 && digit >= 1 << (CrockfordBase32.BITS - 1)) {
                throw unreadable("line %d cannot begin with its first character".formatted(number));
            }
            if (i < VALUE_CHARACTERS) {
                value = value << CrockfordBase32.BITS | digit;
            } else {
                check = check << CrockfordBase32.BITS | digit;
            }
        }
        byte[] part = ByteBuffer.allocate(LINE_BYTES).putLong(value).array();
        if (check != check(number, part)) {
            throw unreadable("line %d does not fit its two check characters".formatted(number));
        }
        return part;
    }

    private static int check(int number, byte[] part) {
        byte[] hash = Concatenation.sha256(Concatenation.ascii("lifeboat/0 kit"), new byte[] {(byte) number}, part);
        return Short.toUnsignedInt(ByteBuffer.wrap(hash).getShort()) >>> (Short.SIZE - CHECK_BITS);
    }

    private static VaultId vaultId(String characters) {
        return VaultId.parse(characters.toLowerCase(Locale.ROOT))
                .orElseThrow(() -> unreadable("its line \"vault\" is not 32 hexadecimal digits"));
    }

    /** Without spaces and hyphens, of which scanners and word processors know many kinds. */
    private static String characters(String typed) {
        StringBuilder kept = new StringBuilder(typed.length());
        typed.chars()
                .filter(c -> !Character.isWhitespace(c)
                        && !Character.isSpaceChar(c)
                        && Character.getType(c) != Character.DASH_PUNCTUATION)
                .forEach(c -> kept.append((char) c));
        return kept.toString();
    }

    private static LifeboatException unreadable(String wrong) {
        return new LifeboatException(
                ErrorCode.VAULT_KIT_UNREADABLE, "The recovery kit cannot be read: %s.".formatted(wrong));
    }
}
