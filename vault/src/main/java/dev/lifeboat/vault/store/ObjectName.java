package dev.lifeboat.vault.store;

/**
 * The name of an object inside a store: segments of letters, digits, dots, underscores and hyphens, with slashes
 * between them, such as {@code packs/3f/3f9a}. Since no segment is empty or begins with a dot, a name cannot lead out
 * of the store, and names that begin with a dot are left for the store itself.
 *
 * <p>Names are ordered by their characters, as all stores list them.
 *
 * @param text the name; at most {@value #MAX_LENGTH} characters, and {@value #MAX_SEGMENT_LENGTH} in one segment
 */
public record ObjectName(String text) implements Comparable<ObjectName> {

    /** Object stores take 1,024 bytes; half of it leaves room for the prefix under which a vault lies. */
    public static final int MAX_LENGTH = 512;

    /** What file systems take for one file name. */
    public static final int MAX_SEGMENT_LENGTH = 255;

    public ObjectName {
        if (!isValid(text)) {
            throw new IllegalArgumentException("no name of an object: \"" + text + '"');
        }
    }

    /** Same as the constructor; reads better. */
    public static ObjectName of(String text) {
        return new ObjectName(text);
    }

    /** Whether a text from outside can be a name. */
    public static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        int start = 0;
        while (true) {
            int slash = text.indexOf('/', start);
            int end = slash < 0 ? text.length() : slash;
            if (!isSegment(text, start, end)) {
                return false;
            }
            if (slash < 0) {
                return true;
            }
            start = slash + 1;
        }
    }

    /**
     * Whether a text can begin a name, and thus be asked for in a listing. The empty text begins all names; a text that
     * ends in a slash begins the names below it.
     */
    public static boolean isPrefix(String text) {
        return text.isEmpty() || isValid(text) || (text.endsWith("/") && isValid(text.substring(0, text.length() - 1)));
    }

    static String requirePrefix(String text) {
        if (!isPrefix(text)) {
            throw new IllegalArgumentException("no name of an object begins with \"" + text + '"');
        }
        return text;
    }

    /** What is below this name: the name, a slash and a further segment. */
    public ObjectName child(String segment) {
        return new ObjectName(text + '/' + segment);
    }

    /** Whether the text can be one segment of a name. */
    static boolean isSegment(String text) {
        return isSegment(text, 0, text.length());
    }

    private static boolean isSegment(String text, int start, int end) {
        if (start == end || end - start > MAX_SEGMENT_LENGTH || text.charAt(start) == '.') {
            return false;
        }
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || c == '.';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(ObjectName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
