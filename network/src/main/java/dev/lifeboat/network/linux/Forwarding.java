package dev.lifeboat.network.linux;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the host passes packets between its links, {@code net.ipv4.ip_forward}. It is switched on when a realm with a
 * way out needs it, and off again with the last of them, if it was off before and nobody else came to need it
 * meanwhile. That it was off is noted in a file, before it is switched on.
 */
final class Forwarding {

    private static final String SWITCH = "/proc/sys/net/ipv4/ip_forward";
    private static final Pattern TABLE = Pattern.compile("(?m)^table (\\S+) (\\S+) \\{$");
    private static final Pattern FORWARDING_HOOK = Pattern.compile("hook (forward|postrouting) ");

    private final Path note;
    private final HostPrograms programs;

    Forwarding(Path folder, HostPrograms programs) {
        this.note = folder.resolve("ip_forward-was-off");
        this.programs = programs;
    }

    void ensure() throws InterruptedException {
        if (isOn()) {
            return;
        }
        try {
            Files.writeString(note, "0\n");
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.NET_NOT_MADE, "%s cannot be written: %s".formatted(note, e), e);
        }
        set("1");
    }

    /**
     * To be called when no realm with a way out is left.
     *
     * @return what a person should know
     */
    Optional<String> letGo() throws InterruptedException {
        if (!Files.exists(note)) {
            return Optional.empty();
        }
        Optional<String> stays = Optional.empty();
        if (isOn()) {
            if (someoneElseForwards()) {
                stays = Optional.of("net.ipv4.ip_forward was off before and stays on, for another program of this host"
                        + " has rules for packets that are passed on");
            } else {
                set("0");
            }
        }
        try {
            Files.delete(note);
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.NET_LEFTOVERS, "%s cannot be removed: %s".formatted(note, e), e);
        }
        return stays;
    }

    private boolean isOn() throws InterruptedException {
        return programs.program("cat", SWITCH).ask().equals("1");
    }

    private void set(String value) throws InterruptedException {
        Step.run(programs.program("sh", "-c", "echo \"$0\" >" + SWITCH, value));
    }

    /** Such as a container runtime, or another program's networks for machines. */
    private boolean someoneElseForwards() throws InterruptedException {
        String rules =
                programs.program("nft", "list", "ruleset").run().orThrow().output();
        Matcher table = TABLE.matcher(rules);
        while (table.find()) {
            int end = rules.indexOf("\n}", table.end());
            String content = rules.substring(table.end(), end < 0 ? rules.length() : end);
            if (!dev.lifeboat.network.RealmId.isOne(table.group(2))
                    && FORWARDING_HOOK.matcher(content).find()) {
                return true;
            }
        }
        return false;
    }
}
