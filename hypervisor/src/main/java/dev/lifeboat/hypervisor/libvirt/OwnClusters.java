package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.hypervisor.DiskRange;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which clusters of a disk are in the image that the guest writes to, by {@code qemu-img map}
 * (https://www.qemu.org/docs/master/tools/qemu-img.html).
 *
 * <p>The program reads the image's tables from its file, beside the machine's process, which keeps the newest of them
 * in its memory. When processors are stopped QEMU waits for what is under way and flushes all images
 * ({@code do_vm_stop} in its system/cpus.c), so that the file has all tables of that moment. From then on an entry that
 * was there stays: in version 3 of the format a cluster that is discarded becomes one that reads as zero, and only what
 * was never there is taken from beneath (docs/interop/qcow2.txt, "Cluster mapping"). In version 2 it would be lost.
 * What lies beneath is not opened: it may be a server at the other end of a slow line.
 */
final class OwnClusters {

    /** Less than a call may take; it is seconds for a disk of terabytes. */
    private static final Duration LIMIT = Duration.ofSeconds(50);

    private static final String QCOW2 = "qcow2";

    /** The version of the format that remembers what was discarded, as {@code qemu-img info} calls it. */
    private static final String VERSION_3 = "1.1";

    private final Domain domain;
    private final UnaryOperator<Path> hostPaths;

    OwnClusters(Domain domain, UnaryOperator<Path> hostPaths) {
        this.domain = domain;
        this.hostPaths = hostPaths;
    }

    List<DiskRange> of(String name) throws LibvirtFailure, HypervisorException, InterruptedException {
        domain.mustHaveProcess();
        DomainDefinition definition = domain.definition();
        DomainDisk disk = definition
                .disk(name)
                .orElseThrow(() -> new HypervisorException(Kind.FAILED, "the machine has no disk " + name));
        List<String> images = definition.images(name);
        if (!disk.format().equals(QCOW2)
                || images.size() != 2
                || !images.getFirst().startsWith("/")) {
            throw new HypervisorException(
                    Kind.UNSUPPORTED,
                    "disk %s is %s over %s, and not a file of qcow2 over one image"
                            .formatted(name, disk.format(), images));
        }
        Path image = hostPaths.apply(Path.of(images.getFirst()));
        mustRemember(name, image);
        return map(name, image);
    }

    private static void mustRemember(String disk, Path image) throws HypervisorException, InterruptedException {
        ProgramRun asked = succeed(disk, Program.of("qemu-img", "info", "-U", "--output=json", image.toString()));
        JsonNode data;
        try {
            data = JsonMapper.shared()
                    .readTree(asked.output())
                    .path("format-specific")
                    .path("data");
        } catch (JacksonException e) {
            throw new HypervisorException(Kind.FAILED, "what qemu-img says of disk %s cannot be read".formatted(disk));
        }
        if (!data.path("compat").asString("").equals(VERSION_3)) {
            throw new HypervisorException(
                    Kind.UNSUPPORTED,
                    "disk %s is kept in a version of qcow2 that forgets what is discarded".formatted(disk));
        }
    }

    private static List<DiskRange> map(String disk, Path image) throws HypervisorException, InterruptedException {
        String alone = JsonMapper.shared()
                .createObjectNode()
                .put("driver", QCOW2)
                .putNull("backing")
                .set(
                        "file",
                        JsonMapper.shared()
                                .createObjectNode()
                                .put("driver", "file")
                                .put("filename", image.toString()))
                .toString();
        Extents extents = new Extents();
        ProgramRun _ = succeed(
                disk,
                Program.of("qemu-img", "map", "-U", "--output=json", "json:" + alone)
                        .showing(extents::line));
        return extents.whole(disk);
    }

    private static ProgramRun succeed(String disk, Program program) throws HypervisorException, InterruptedException {
        try {
            ProgramRun run = program.within(LIMIT).run();
            if (run.succeeded()) {
                return run;
            }
            throw new HypervisorException(
                    Kind.FAILED, "the image of disk %s cannot be looked at: %s".formatted(disk, run.complaint()));
        } catch (LifeboatException e) {
            throw new HypervisorException(
                    Kind.FAILED, "the image of disk %s cannot be looked at: %s".formatted(disk, e.getMessage()), e);
        }
    }

    /** The answer, an extent a line: a large one is not kept as text. For one thread at a time. */
    static final class Extents {

        private final List<DiskRange> own = new ArrayList<>();
        private long reached;
        private boolean broken;
        private boolean ended;

        synchronized void line(String line) {
            String text = line.strip();
            if (text.isEmpty()) {
                return;
            }
            ended = text.endsWith("]");
            String extent =
                    text.substring(text.startsWith("[") ? 1 : 0, text.length() - (ended || text.endsWith(",") ? 1 : 0));
            if (!extent.isEmpty()) {
                take(extent);
            }
        }

        private void take(String text) {
            try {
                JsonNode extent = JsonMapper.shared().readTree(text);
                long start = extent.path("start").asLong(-1);
                long length = extent.path("length").asLong(-1);
                JsonNode present = extent.path("present");
                if (start != reached || length < 1 || !present.isBoolean()) {
                    broken = true;
                    return;
                }
                reached = start + length;
                if (present.booleanValue()) {
                    add(start, length);
                }
            } catch (JacksonException e) {
                broken = true;
            }
        }

        private void add(long start, long length) {
            if (!own.isEmpty() && own.getLast().end() == start) {
                own.add(new DiskRange(own.getLast().offset(), own.removeLast().length() + length));
            } else {
                own.add(new DiskRange(start, length));
            }
        }

        /** All of them; an answer with a gap tells nothing. */
        synchronized List<DiskRange> whole(String disk) throws HypervisorException {
            if (broken || !ended) {
                throw new HypervisorException(
                        Kind.FAILED, "what qemu-img says of disk %s cannot be read".formatted(disk));
            }
            return List.copyOf(own);
        }
    }
}
