package dev.lifeboat.bench.command;

import dev.lifeboat.model.ByteCount;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes as people type them: a whole number and M, G or T, for the binary units, such as {@code 4G}. */
final class ByteCountConverter implements ITypeConverter<ByteCount> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,6})([MGT])(iB)?", Pattern.CASE_INSENSITIVE);
    private static final int STEP = 1024;

    @Override
    public ByteCount convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException(
                    "'%s' is not a size: a whole number and M, G or T, such as 4G".formatted(text));
        }
        long number = Long.parseLong(form.group(1));
        return switch (form.group(2).toUpperCase(Locale.ROOT)) {
            case "M" -> ByteCount.ofMebibytes(number);
            case "G" -> ByteCount.ofGibibytes(number);
            default -> ByteCount.ofGibibytes(number * STEP);
        };
    }
}
