package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.MachineId;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * libvirt's events (https://libvirt.org/html/libvirt-libvirt-domain.html, virDomainEventID) in the port's words. They
 * come on the thread of libvirt's event loop, which must never wait: they are queued there and told to listeners by a
 * thread of this class.
 */
final class LibvirtEvents implements AutoCloseable {

    /** A storm of events that nobody hears in time is told as one {@link HypervisorEvent.Reconnected}. */
    private static final int MOST_WAITING = 1024;

    private static final int LIFECYCLE = 0;
    private static final int IO_ERROR_REASON = 6;
    private static final int DEVICE_REMOVED = 15;
    private static final int DEVICE_ADDED = 19;
    private static final int BLOCK_THRESHOLD = 24;

    /** C functions live as long as the process: libvirt may call one that was just unregistered. */
    private static final class Callbacks {
        private static final MemorySegment LIFECYCLE = callback("lifecycle", "i:PPiiP");
        private static final MemorySegment IO_ERROR = callback("ioError", "v:PPPPiPP");
        private static final MemorySegment DEVICE = callback("device", "v:PPPP");
        private static final MemorySegment THRESHOLD = callback("threshold", "v:PPPPllP");
        private static final MemorySegment FREED = callback("freed", "v:P");

        private static MemorySegment callback(String method, String shape) {
            return LibvirtLibrary.upcall(LibvirtEvents.class, method, LibvirtCall.descriptor(shape));
        }
    }

    /** A listening, which is itself alone: the same listener may watch twice. */
    private static final class Subscription {
        private final Consumer<HypervisorEvent> listener;

        private Subscription(Consumer<HypervisorEvent> listener) {
            this.listener = listener;
        }
    }

    /** Which of them a callback speaks to: its number is what libvirt hands back. */
    private static final Map<Long, LibvirtEvents> ALL = new ConcurrentHashMap<>();

    private static final AtomicLong NEXT_NUMBER = new AtomicLong(1);

    private final LibvirtLibrary library;
    private final long number = NEXT_NUMBER.getAndIncrement();
    private final BlockingQueue<HypervisorEvent> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final List<Integer> registrations = new ArrayList<>();
    private final AtomicBoolean overflown = new AtomicBoolean();
    private final List<Subscription> listeners = new CopyOnWriteArrayList<>();
    private final UnaryOperator<HypervisorEvent> naming;
    private final Thread telling;

    /**
     * Begins with nobody listening.
     *
     * @param naming puts names that are the port's in the place of libvirt's; called by the thread that tells
     */
    LibvirtEvents(LibvirtLibrary library, UnaryOperator<HypervisorEvent> naming) {
        this.library = library;
        this.naming = naming;
        ALL.put(number, this);
        telling = Thread.ofPlatform().daemon().name("hypervisor-events").start(this::tellAll);
    }

    Hypervisor.Watch watch(Consumer<HypervisorEvent> listener) {
        Subscription own = new Subscription(listener);
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    /** Nothing comes from this connection any more. */
    void ignore(MemorySegment connection) {
        for (int registration : registrations) {
            library.release(LibvirtCall.CONNECT_DOMAIN_EVENT_DEREGISTER_ANY, connection, registration);
        }
        registrations.clear();
    }

    /** Asks the connection for every event we know. Called by the thread that connects, as {@link #ignore} is. */
    void listenTo(MemorySegment connection) throws LibvirtFailure {
        register(connection, LIFECYCLE, Callbacks.LIFECYCLE);
        register(connection, IO_ERROR_REASON, Callbacks.IO_ERROR);
        register(connection, DEVICE_REMOVED, Callbacks.DEVICE);
        register(connection, DEVICE_ADDED, Callbacks.DEVICE);
        register(connection, BLOCK_THRESHOLD, Callbacks.THRESHOLD);
    }

    private void register(MemorySegment connection, int event, MemorySegment callback) throws LibvirtFailure {
        MemorySegment self = MemorySegment.ofAddress(number);
        registrations.add(library.number(
                LibvirtCall.CONNECT_DOMAIN_EVENT_REGISTER_ANY,
                connection,
                MemorySegment.NULL,
                event,
                callback,
                self,
                Callbacks.FREED));
    }

    void tell(HypervisorEvent event) {
        if (!waiting.offer(event)) {
            overflown.set(true);
        }
    }

    private void tellAll() {
        try {
            while (true) {
                tellEach(naming.apply(waiting.take()));
                if (overflown.compareAndSet(true, false)) {
                    tellEach(new HypervisorEvent.Reconnected());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellEach(HypervisorEvent event) {
        for (Subscription subscription : listeners) {
            try {
                subscription.listener.accept(event);
            } catch (RuntimeException e) {
                // One listener's fault must not make the others deaf; the thread's handler reports it.
                Thread.UncaughtExceptionHandler handler = telling.getUncaughtExceptionHandler();
                if (handler != null) {
                    handler.uncaughtException(telling, e);
                }
            }
        }
    }

    @Override
    public void close() {
        ALL.remove(number);
        telling.interrupt();
    }

    // From here on: called by libvirt.

    @SuppressWarnings("unused") // by its name
    private static int lifecycle(
            MemorySegment connection, MemorySegment domain, int event, int detail, MemorySegment self) {
        receive(self, domain, machine -> Lifecycle.of(machine, event, detail));
        return 0;
    }

    @SuppressWarnings("unused") // by its name
    private static void ioError(
            MemorySegment connection,
            MemorySegment domain,
            MemorySegment path,
            MemorySegment alias,
            int action,
            MemorySegment reason,
            MemorySegment self) {
        String device = LibvirtLibrary.textAt(alias);
        receive(self, domain, machine -> Optional.of(new HypervisorEvent.DiskError(machine, device)));
    }

    @SuppressWarnings("unused") // by its name
    private static void device(
            MemorySegment connection, MemorySegment domain, MemorySegment alias, MemorySegment self) {
        receive(self, domain, machine -> Optional.of(new HypervisorEvent.Changed(machine)));
    }

    @SuppressWarnings("unused") // by its name
    private static void threshold(
            MemorySegment connection,
            MemorySegment domain,
            MemorySegment disk,
            MemorySegment path,
            long threshold,
            long excess,
            MemorySegment self) {
        String image = LibvirtLibrary.textAt(disk);
        int index = image.indexOf('[');
        // libvirt names an image of a disk's chain `vda[5]`; a threshold on the disk itself is somebody else's.
        if (index > 0) {
            receive(
                    self,
                    domain,
                    machine -> Optional.of(new HypervisorEvent.ScratchFull(machine, image.substring(0, index))));
        }
    }

    @SuppressWarnings("unused") // by its name
    private static void freed(MemorySegment self) {}

    /** Never throws: an exception in a callback ends the process. */
    private static void receive(
            MemorySegment self, MemorySegment domain, Function<MachineId, Optional<HypervisorEvent>> translation) {
        LibvirtEvents events = ALL.get(self.address());
        if (events == null) {
            return;
        }
        try {
            translation.apply(events.machineOf(domain)).ifPresent(events::tell);
        } catch (LibvirtFailure | RuntimeException e) {
            events.overflown.set(true);
        }
    }

    private MachineId machineOf(MemorySegment domain) throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(16);
            library.number(LibvirtCall.DOMAIN_GET_UUID, domain, bytes);
            return machineId(bytes);
        }
    }

    /** libvirt keeps a UUID as 16 bytes in the order of its text. */
    static MachineId machineId(MemorySegment bytes) {
        ValueLayout.OfLong bigEndian = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
        return new MachineId(new UUID(bytes.get(bigEndian, 0), bytes.get(bigEndian, Long.BYTES)));
    }
}
