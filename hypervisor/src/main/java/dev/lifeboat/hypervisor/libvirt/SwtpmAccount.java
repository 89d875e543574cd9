package dev.lifeboat.hypervisor.libvirt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The account that libvirt runs emulated TPMs under: what its configuration says, else the account {@code tss} where
 * there is one, else root (qemu.conf, {@code swtpm_user}).
 */
final class SwtpmAccount {

    private static final Path CONFIGURATION = Path.of("/etc/libvirt/qemu.conf");
    private static final Path USERS = Path.of("/etc/passwd");
    private static final Path GROUPS = Path.of("/etc/group");
    private static final String USUAL = "tss";

    private SwtpmAccount() {}

    static QemuAccount of(UnaryOperator<Path> hostPaths) throws IOException {
        return new QemuAccount(
                number(hostPaths, "swtpm_user", USERS, USUAL), number(hostPaths, "swtpm_group", GROUPS, USUAL));
    }

    private static int number(UnaryOperator<Path> hostPaths, String setting, Path accounts, String otherwise)
            throws IOException {
        String wanted = configured(hostPaths.apply(CONFIGURATION), setting).orElse(otherwise);
        if (wanted.matches("\\+?\\d{1,9}")) {
            return Integer.parseInt(wanted);
        }
        try (Stream<String> lines = Files.lines(hostPaths.apply(accounts))) {
            return lines.map(line -> line.split(":", -1))
                    .filter(fields -> fields.length > 2 && fields[0].equals(wanted))
                    .map(fields -> Integer.parseInt(fields[2]))
                    .findFirst()
                    .orElse(0);
        }
    }

    private static Optional<String> configured(Path configuration, String setting) throws IOException {
        if (!Files.exists(configuration)) {
            return Optional.empty();
        }
        Pattern line = Pattern.compile("\\s*%s\\s*=\\s*\"?([^\"\\s]+)\"?\\s*".formatted(setting));
        try (Stream<String> lines = Files.lines(configuration)) {
            return lines.map(line::matcher)
                    .filter(Matcher::matches)
                    .map(match -> match.group(1))
                    .findFirst();
        }
    }
}
