package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.GuestProgram;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.model.Timekeeper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Programs and files in a guest, by its agent (https://www.qemu.org/docs/master/interop/qemu-ga-ref.html, guest-exec
 * and guest-file-open). Each question is asked by itself, so that others are answered while a program runs.
 */
final class GuestWork {

    /** Programs that set an address take tens of milliseconds; a guest under emulation takes longer for anything. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /** An emulated guest took longer than the limit of an answer for a piece of 1 MiB; this is a small part of that. */
    private static final int PIECE_BYTES = 48 << 10;

    /** An agent that answers does so within milliseconds, however long the limit of the whole is. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private static final int KILLED = 128;

    private final LibvirtCalls calls;
    private final Timekeeper time;
    private final MachineId machine;
    private final Duration deadline;

    GuestWork(LibvirtCalls calls, Timekeeper time, MachineId machine, Duration limit) {
        this.calls = calls;
        this.time = time;
        this.machine = machine;
        this.deadline = time.elapsed().plus(limit);
    }

    GuestProgram.Outcome run(GuestProgram program) throws HypervisorException {
        long process = ask(
                        "guest-exec",
                        Map.of("path", program.path(), "arg", program.arguments(), "capture-output", true))
                .path("pid")
                .asLong(0);
        while (true) {
            JsonNode status = status(program, process);
            if (status.path("exited").asBoolean(false)) {
                return outcome(status);
            }
            try {
                time.pause(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new HypervisorException(Kind.TIMED_OUT, "the wait for the guest was interrupted", e);
            }
            if (left().isNegative()) {
                throw new HypervisorException(Kind.TIMED_OUT, endless(program));
            }
        }
    }

    /** The agent has answered before: when the last question has but milliseconds, it is the time that is up. */
    private JsonNode status(GuestProgram program, long process) throws HypervisorException {
        try {
            return ask("guest-exec-status", Map.of("pid", process));
        } catch (HypervisorException e) {
            if (e.kind() == Kind.GUEST_AGENT_SILENT && !left().isPositive()) {
                throw new HypervisorException(Kind.TIMED_OUT, endless(program), e);
            }
            throw e;
        }
    }

    private static String endless(GuestProgram program) {
        return "%s did not end in time".formatted(program.path());
    }

    private static GuestProgram.Outcome outcome(JsonNode status) {
        int exitCode = status.has("exitcode")
                ? status.path("exitcode").asInt(0)
                : KILLED + status.path("signal").asInt(0);
        return new GuestProgram.Outcome(exitCode, text(status.path("out-data")), text(status.path("err-data")));
    }

    private static String text(JsonNode encoded) {
        byte[] bytes = Base64.getDecoder().decode(encoded.asString(""));
        byte[] kept = Arrays.copyOf(bytes, Math.min(bytes.length, RecoveryHypervisor.MOST_OUTPUT_BYTES));
        return new String(kept, StandardCharsets.UTF_8);
    }

    void write(String path, byte[] content) throws HypervisorException {
        long handle = ask("guest-file-open", Map.of("path", path, "mode", "w")).asLong(0);
        try {
            int done = 0;
            while (done < content.length) {
                byte[] piece = Arrays.copyOfRange(content, done, Math.min(content.length, done + PIECE_BYTES));
                int written = ask(
                                "guest-file-write",
                                Map.of(
                                        "handle",
                                        handle,
                                        "buf-b64",
                                        Base64.getEncoder().encodeToString(piece)))
                        .path("count")
                        .asInt(0);
                if (written < 1) {
                    throw new HypervisorException(Kind.FAILED, "the guest wrote nothing more to %s".formatted(path));
                }
                done += written;
            }
            ask("guest-file-flush", Map.of("handle", handle));
        } catch (HypervisorException e) {
            closeQuietly(handle);
            throw e;
        }
        ask("guest-file-close", Map.of("handle", handle));
    }

    private void closeQuietly(long handle) {
        try {
            ask("guest-file-close", Map.of("handle", handle));
        } catch (HypervisorException e) {
            // What went wrong before is told; a handle that stays open costs the guest a few bytes.
        }
    }

    private JsonNode ask(String command, Map<String, Object> arguments) throws HypervisorException {
        Duration left = left();
        if (left.isNegative() || left.isZero()) {
            throw new HypervisorException(Kind.TIMED_OUT, "the guest took too long before %s".formatted(command));
        }
        Duration limit = left.compareTo(ANSWER_LIMIT) < 0 ? left : ANSWER_LIMIT;
        return calls.withAgent(machine, limit, agent -> agent.ask(command, arguments));
    }

    private Duration left() {
        return deadline.minus(time.elapsed());
    }
}
