package dev.lifeboat.bench.tool;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;

/**
 * A tool that takes images into a repository and gives them back. Everything it keeps is in the folder it is given; the
 * object itself keeps nothing.
 *
 * <p>All methods but the descriptive ones throw a {@link LifeboatException} with {@link ErrorCode#HOST_PROGRAM_FAILED}
 * when the tool fails, and {@link InterruptedException} when the thread is asked to stop; the tool has then been
 * killed. For one thread at a time.
 */
public interface Contender extends MeasuredTool {

    /**
     * Makes an empty repository; not measured.
     *
     * @param work an empty folder
     */
    void prepare(Path work) throws InterruptedException;

    /** Takes an image into the repository, whole or, where it has an earlier one of that name, again. */
    ProcessCost seed(Path work, Path image, ProcessMeter meter) throws InterruptedException;

    /**
     * Gives back the image that was taken in last.
     *
     * @param into a file that does not exist
     */
    ProcessCost restore(Path work, Path image, Path into, ProcessMeter meter) throws InterruptedException;

    /** What the repository holds now. */
    StoredSize stored(Path work);
}
