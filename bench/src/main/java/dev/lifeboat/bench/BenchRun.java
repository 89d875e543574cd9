package dev.lifeboat.bench;

import dev.lifeboat.bench.image.BenchImage;
import dev.lifeboat.bench.tool.MeasuredTool;
import dev.lifeboat.bench.tool.PageCache;
import dev.lifeboat.bench.tool.ProcessMeter;
import dev.lifeboat.host.Folders;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What all benches share: where they work, how often, and to whom they say what they do.
 *
 * @param folder an empty folder on the file system that is measured
 * @param rounds how often each tool is measured
 * @param cache dropped before each piece of work
 * @param progress is told in plain lines what happens
 */
public record BenchRun(Path folder, int rounds, PageCache cache, Consumer<String> progress) {

    /** A repository of random bytes is as large as they are; and packs that are being written are there as well. */
    private static final int SPACE_PERCENT = 120;

    ProcessMeter meter() {
        return new ProcessMeter(folder);
    }

    /** Makes a folder in the folder. */
    public Path newFolder(String name) {
        try {
            return Files.createDirectory(folder.resolve(name));
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be made in %s: %s".formatted(name, folder, e), e);
        }
    }

    /**
     * Refuses to begin what would fill the file system.
     *
     * @param copies how many copies of the image will stand there at once
     * @throws LifeboatException with {@link ErrorCode#HOST_NO_SPACE}
     */
    void requireSpace(BenchImage image, int copies) {
        long wanted = image.description().allocatedBytes() / 100 * SPACE_PERCENT * copies;
        Folders.requireSpace(folder, new ByteCount(wanted), "for the bench");
    }

    void say(int round, String tool) {
        progress.accept("Round %d of %d: %s".formatted(round, rounds, tool));
    }

    /** Whether all began alike, for a person. */
    String cacheNote() {
        return cache.wasDropped()
                ? "The page cache was dropped before each piece of work; the order was rotated."
                : "The page cache could NOT be dropped, which takes root: what was read before was read faster.";
    }

    BenchResult result(
            String bench,
            List<Row> rows,
            Map<String, Map<String, Double>> ratios,
            List<Verdict> gates,
            @Nullable BenchImage image,
            List<? extends MeasuredTool> tools,
            List<Measurement> measurements,
            List<String> notes)
            throws InterruptedException {
        SequencedMap<String, String> versions = new LinkedHashMap<>();
        SequencedMap<String, List<String>> flags = new LinkedHashMap<>();
        for (MeasuredTool tool : tools) {
            versions.put(tool.name(), tool.version());
            flags.put(tool.name(), tool.flags());
        }
        versions.put("java", Runtime.version().toString());
        versions.put("kernel", System.getProperty("os.version"));
        List<String> allNotes = new ArrayList<>(notes);
        allNotes.add(cacheNote());
        return new BenchResult(
                bench,
                rows,
                ratios,
                gates,
                rounds,
                image == null ? null : image.description(),
                versions,
                flags,
                measurements,
                allNotes);
    }
}
