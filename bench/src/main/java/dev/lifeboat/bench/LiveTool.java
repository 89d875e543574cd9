package dev.lifeboat.bench;

import dev.lifeboat.bench.tool.MeasuredTool;
import dev.lifeboat.bench.tool.ProcessCost;
import dev.lifeboat.bench.tool.ProcessMeter;
import dev.lifeboat.bench.tool.StoredSize;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;

/**
 * A tool that takes running machines into a repository. Everything it keeps is in the folder it is given and in the
 * machine's checkpoints.
 *
 * <p>All methods but the descriptive ones throw a {@link LifeboatException} with {@link ErrorCode#HOST_PROGRAM_FAILED}
 * when the tool fails, and {@link InterruptedException} when the thread is asked to stop; the tool has then been
 * killed, or goes with the machines' host. For one thread at a time.
 */
public interface LiveTool extends MeasuredTool {

    /**
     * Makes an empty repository; not measured.
     *
     * @param work an empty folder
     */
    void prepare(Path work) throws InterruptedException;

    /** The first copy of the machine. Nothing of the tool runs afterwards. */
    ProcessCost seed(LiveMachine machine, Path work, ProcessMeter meter) throws InterruptedException;

    /** Takes the first copy, and goes on from there. */
    LiveProtection protect(LiveMachine machine, Path work, ProcessMeter meter) throws InterruptedException;

    /** What the repository holds now. */
    StoredSize stored(Path work);
}
