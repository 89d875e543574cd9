package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.capture.ChangedBlocks;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file with a line {@code OFFSET LENGTH}, in bytes, for each range that may have changed. Empty lines are allowed.
 */
final class ChangedRangesFile {

    private static final Pattern LINE = Pattern.compile("\\s*([0-9]{1,18})\\s+([0-9]{1,18})\\s*");

    private ChangedRangesFile() {}

    /**
     * Reads it.
     *
     * @param diskBytes the size of the disk that it is about
     * @throws LifeboatException with {@link ErrorCode#VAULT_CHANGED_RANGES_INVALID}
     */
    static ChangedBlocks read(Path file, long diskBytes) {
        ChangedBlocks changed = new ChangedBlocks();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    add(changed, file, number, line, diskBytes);
                }
            }
        } catch (CharacterCodingException e) {
            throw new LifeboatException(
                    ErrorCode.VAULT_CHANGED_RANGES_INVALID, "%s is not a text of UTF-8.".formatted(file), e);
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.CLI_FILE_UNREADABLE, "%s cannot be read: %s".formatted(file, e), e);
        }
        return changed;
    }

    private static void add(ChangedBlocks changed, Path file, int number, String line, long diskBytes) {
        Matcher range = LINE.matcher(line);
        if (!range.matches()) {
            throw invalid(file, number, "is not two numbers");
        }
        long offset = Long.parseLong(range.group(1));
        long length = Long.parseLong(range.group(2));
        if (offset > diskBytes || length > diskBytes - offset) {
            throw invalid(file, number, "reaches beyond the disk's %d bytes".formatted(diskBytes));
        }
        changed.add(offset, length);
    }

    private static LifeboatException invalid(Path file, int number, String how) {
        return new LifeboatException(
                ErrorCode.VAULT_CHANGED_RANGES_INVALID, "%s: line %d %s.".formatted(file, number, how));
    }
}
