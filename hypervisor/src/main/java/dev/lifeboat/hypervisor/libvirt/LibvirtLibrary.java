package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * libvirt's C library, called through the foreign-function interface of the JDK. Nothing else in Lifeboat calls native
 * code of libvirt.
 *
 * <p>libvirt keeps the error of a call per thread, so it is fetched here, on the thread that made the call. Texts that
 * libvirt gives away are copied and freed here. Loaded once per process, as libvirt's event loop is one per process.
 * Safe for use by several threads.
 */
@SuppressWarnings("restricted") // native calls are what it is for
final class LibvirtLibrary {

    /** The number has never changed; while it stays, the functions keep their shapes. */
    private static final List<String> FILES = List.of("libvirt.so.0", "libvirt-qemu.so.0");

    /** No answer of libvirt, a machine's description least of all, is longer. */
    private static final long LONGEST_TEXT = 16 << 20;

    private static final Linker LINKER = Linker.nativeLinker();

    private final Map<LibvirtCall, MethodHandle> calls = new EnumMap<>(LibvirtCall.class);
    private final MethodHandle free;

    private LibvirtLibrary(SymbolLookup lookup) {
        for (LibvirtCall call : LibvirtCall.values()) {
            calls.put(call, LINKER.downcallHandle(lookup.findOrThrow(call.symbol()), call.descriptor()));
        }
        this.free = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("free"), LibvirtCall.descriptor("v:P"));
    }

    /** Holds the library, or what was wrong with it, for the life of the process. */
    private static final class Loaded {

        static final Object LIBRARY_OR_FAILURE = load();

        private static Object load() {
            try {
                SymbolLookup lookup = FILES.stream()
                        .map(file -> SymbolLookup.libraryLookup(file, Arena.global()))
                        .reduce(SymbolLookup::or)
                        .orElseThrow();
                LibvirtLibrary library = new LibvirtLibrary(lookup);
                library.initialize();
                return library;
            } catch (IllegalArgumentException | java.util.NoSuchElementException | LibvirtFailure e) {
                return new HypervisorException(
                        Kind.UNREACHABLE,
                        "libvirt's library cannot be used (package libvirt0, version 9.0 or newer): " + e.getMessage(),
                        e);
            }
        }
    }

    /**
     * The library.
     *
     * @throws HypervisorException with {@link Kind#UNREACHABLE} when it is not installed or too old
     */
    static LibvirtLibrary load() throws HypervisorException {
        if (Loaded.LIBRARY_OR_FAILURE instanceof LibvirtLibrary library) {
            return library;
        }
        HypervisorException failure = (HypervisorException) Loaded.LIBRARY_OR_FAILURE;
        throw new HypervisorException(failure.kind(), String.valueOf(failure.getMessage()), failure);
    }

    /** Quiet errors, and one thread for ever that runs the event loop, without which there is no keepalive. */
    private void initialize() throws LibvirtFailure {
        number(LibvirtCall.INITIALIZE);
        MemorySegment silence = upcall(LibvirtLibrary.class, "ignore", LibvirtCall.descriptor("v:PP"));
        invoke(LibvirtCall.SET_ERROR_FUNC, MemorySegment.NULL, silence);
        number(LibvirtCall.EVENT_REGISTER_DEFAULT_IMPL);
        Thread.ofPlatform().daemon().name("libvirt-events").start(() -> {
            while (true) {
                invoke(LibvirtCall.EVENT_RUN_DEFAULT_IMPL);
            }
        });
    }

    /** libvirt would write errors to standard error; they are all fetched. */
    @SuppressWarnings("unused") // by its name
    private static void ignore(MemorySegment userData, MemorySegment error) {}

    /** A C function that calls a static method of the same shape, for the life of the process. */
    static MemorySegment upcall(Class<?> owner, String method, FunctionDescriptor shape) {
        try {
            MethodType type = shape.toMethodType();
            MethodHandle target =
                    MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).findStatic(owner, method, type);
            return LINKER.upcallStub(target, shape, Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no method " + method, e);
        }
    }

    /** Calls a function that answers with a number, negative on failure. */
    int number(LibvirtCall call, Object... arguments) throws LibvirtFailure {
        int result = (int) invoke(call, arguments);
        if (result < 0) {
            throw failure(call);
        }
        return result;
    }

    /** Calls a function that answers with a pointer, null on failure. */
    MemorySegment pointer(LibvirtCall call, Object... arguments) throws LibvirtFailure {
        MemorySegment result = (MemorySegment) invoke(call, arguments);
        if (result.equals(MemorySegment.NULL)) {
            throw failure(call);
        }
        return result;
    }

    /** Calls a function that answers with a text, which is ours to free. */
    String text(LibvirtCall call, Object... arguments) throws LibvirtFailure {
        return taken(pointer(call, arguments));
    }

    /** Calls a function whose failure does not matter any more, such as one that frees. */
    void release(LibvirtCall call, Object... arguments) {
        invoke(call, arguments);
    }

    /** Calls a function that fills a list, given by a pointer to it, and gives the pointers in the list. */
    List<MemorySegment> list(LibvirtCall call, MemorySegment owner, int flags) throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(ValueLayout.ADDRESS);
            int count = number(call, owner, place, flags);
            return pointersAt(place, count);
        }
    }

    /** The pointers of a list that libvirt has made for us; the list itself is freed. */
    List<MemorySegment> pointersAt(MemorySegment place, int count) {
        MemorySegment array = place.get(ValueLayout.ADDRESS, 0);
        if (array.equals(MemorySegment.NULL)) {
            return List.of();
        }
        List<MemorySegment> pointers = new ArrayList<>();
        MemorySegment sized = array.reinterpret(count * ValueLayout.ADDRESS.byteSize());
        for (int i = 0; i < count; i++) {
            pointers.add(sized.getAtIndex(ValueLayout.ADDRESS, i));
        }
        free(array);
        return List.copyOf(pointers);
    }

    /** A text that libvirt has given away: copied and freed. */
    String taken(MemorySegment text) {
        try {
            return textAt(text);
        } finally {
            free(text);
        }
    }

    /** A text that stays libvirt's. */
    static String textAt(MemorySegment text) {
        return text.equals(MemorySegment.NULL)
                ? ""
                : text.reinterpret(LONGEST_TEXT).getString(0);
    }

    void free(MemorySegment memory) {
        try {
            free.invokeExact(memory);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private LibvirtFailure failure(LibvirtCall call) {
        int code = (int) invoke(LibvirtCall.GET_LAST_ERROR_CODE);
        String message = textAt((MemorySegment) invoke(LibvirtCall.GET_LAST_ERROR_MESSAGE));
        return new LibvirtFailure(code, "%s: %s".formatted(call.symbol(), message));
    }

    private Object invoke(LibvirtCall call, Object... arguments) {
        MethodHandle handle = calls.get(call);
        if (handle == null) {
            throw new AssertionError(call);
        }
        try {
            Object result = handle.invokeWithArguments(arguments);
            return result == null ? 0 : result;
        } catch (Throwable e) {
            // A downcall itself throws nothing but for arguments of the wrong shape.
            throw new AssertionError(call.symbol(), e);
        }
    }
}
