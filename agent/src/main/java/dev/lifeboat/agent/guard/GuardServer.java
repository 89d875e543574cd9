package dev.lifeboat.agent.guard;

import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.replication.Guard.Hold;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The guard's end of the socket: one agent at a time, of which it says whether it is there, silent or gone. */
final class GuardServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GuardServer.class);

    private final ServerSocketChannel listening;
    private final Path socket;
    private final Duty duty;
    private final Hypervisor hypervisor;
    private final Timekeeper time;
    private volatile Duration heard;
    private volatile boolean connected;
    private volatile boolean dismissed;

    private GuardServer(ServerSocketChannel listening, Path socket, Duty duty, Hypervisor hypervisor, Timekeeper time) {
        this.listening = listening;
        this.socket = socket;
        this.duty = duty;
        this.hypervisor = hypervisor;
        this.time = time;
        this.heard = time.elapsed();
    }

    /** Listens; a socket that a killed guard left behind is replaced, for who calls this holds the lock. */
    static GuardServer open(Path socket, Duty duty, Hypervisor hypervisor, Timekeeper time) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        GuardServer server = new GuardServer(listening, socket, duty, hypervisor, time);
        Thread.ofPlatform().name("agent").daemon().start(server::serve);
        return server;
    }

    /** For how long nothing was heard of an agent. */
    Duration silence() {
        return time.elapsed().minus(heard);
    }

    /** Whether an agent is there. It may be silent. */
    boolean isConnected() {
        return connected;
    }

    /** Whether the last agent said that no guard is needed. */
    boolean isDismissed() {
        return dismissed;
    }

    private void serve() {
        while (listening.isOpen()) {
            try (SocketChannel agent = listening.accept()) {
                heard = time.elapsed();
                connected = true;
                dismissed = false;
                converse(agent);
            } catch (IOException e) {
                LOG.debug("The agent's connection broke", e);
            } finally {
                connected = false;
                duty.freeForGone();
            }
        }
    }

    private void converse(SocketChannel agent) throws IOException {
        BufferedReader lines =
                new BufferedReader(Channels.newReader(agent, StandardCharsets.US_ASCII), Protocol.LONGEST_LINE);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            heard = time.elapsed();
            String answer;
            try {
                answer = answer(List.of(line.split(" ", -1)));
            } catch (IOException | RuntimeException e) {
                answer = Protocol.REFUSED + String.valueOf(e.getMessage()).replace('\n', ' ');
            }
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(answer + "\n");
            while (bytes.hasRemaining()) {
                agent.write(bytes);
            }
            if (dismissed) {
                return;
            }
        }
    }

    private String answer(List<String> words) throws IOException {
        return switch (words.getFirst()) {
            case "hello" -> Protocol.HELLO;
            case Protocol.BEAT -> Protocol.BEAT;
            case "arm" -> Protocol.ARMED + arm(words);
            case "disarm" -> duty.disarm(Long.parseLong(words.get(1))) ? Protocol.FIRED : Protocol.DISARMED;
            case "look" -> duty.fired(Long.parseLong(words.get(1))) ? Protocol.FIRED : Protocol.WAITING;
            case Protocol.QUIT -> {
                dismissed = true;
                yield Protocol.BYE;
            }
            default -> throw new IOException("this guard does not know \"%s\"".formatted(words.getFirst()));
        };
    }

    private long arm(List<String> words) throws IOException {
        Hold hold = Hold.valueOf(words.get(1));
        Duration deadline = Duration.ofMillis(Long.parseLong(words.get(2)));
        if (deadline.isNegative() || deadline.compareTo(Protocol.LONGEST_HOLD) > 0) {
            throw new IOException("a deadline of %s".formatted(deadline));
        }
        Set<MachineId> machines = words.subList(3, words.size()).stream()
                .map(word -> new MachineId(UUID.fromString(word)))
                .collect(Collectors.toSet());
        Set<MachineId> running = new HashSet<>(machines);
        running.retainAll(running());
        return duty.arm(hold, machines, running, deadline);
    }

    private Set<MachineId> running() throws IOException {
        CompletableFuture<Set<MachineId>> answer = new CompletableFuture<>();
        Thread.ofPlatform().name("look").daemon().start(() -> {
            try {
                answer.complete(hypervisor.machines().stream()
                        .filter(machine -> machine.state() == PowerState.RUNNING)
                        .map(Machine::id)
                        .collect(Collectors.toSet()));
            } catch (HypervisorException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(Protocol.LOOK_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the hypervisor cannot be asked: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException("the hypervisor does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the guard is ending", e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        Files.deleteIfExists(socket);
    }
}
