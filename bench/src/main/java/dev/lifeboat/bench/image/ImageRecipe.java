package dev.lifeboat.bench.image;

import dev.lifeboat.model.ByteCount;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What a bench image is made of. Two computers that follow the same recipe get the same mixture, but for the versions
 * of packages, which the image's description tells.
 *
 * @param packages in the order in which they are taken, until there are enough files
 * @param files the least number of bytes in files of packages
 * @param compressedPercent how much is added in files that are compressed already, in percent of {@code files}
 * @param randomPercent how much is added in random bytes, in percent of {@code files}
 * @param seed the seed of the random bytes
 */
public record ImageRecipe(List<String> packages, ByteCount files, int compressedPercent, int randomPercent, long seed) {

    /** What the gates are stated for. */
    public static final ByteCount USUAL_FILES = ByteCount.ofGibibytes(4);

    /** The least that shows anything. */
    public static final ByteCount LEAST_FILES = ByteCount.ofMebibytes(16);

    /** Counts up when the way of building changes, so that images of the old way are not taken for the new. */
    private static final int VERSION = 1;

    private static final int USUAL_PERCENT = 20;
    private static final long USUAL_SEED = 20_261_121L;

    /**
     * A server's and a workplace's mixture: programs, libraries, sources, documentation, fonts, pictures. The small
     * ones come first, so that a small image takes a small download. Names are those of Debian 12.
     */
    private static final List<String> PACKAGES = List.of(
            "vim-runtime",
            "python3-numpy",
            "libreoffice-calc",
            "cpp-12",
            "g++-12",
            "libreoffice-writer",
            "r-base-core",
            "qemu-system-arm",
            "fonts-noto-core",
            "libnode108",
            "libicu-dev",
            "llvm-14",
            "mariadb-server",
            "postgresql-15",
            "libreoffice-common",
            "python3-scipy",
            "texlive-publishers",
            "gcc-12",
            "python3.11-doc",
            "emacs-common",
            "texlive-pictures",
            "texlive-latex-extra",
            "gimp-data",
            "blender",
            "fonts-noto-cjk",
            "gnat-12",
            "inkscape",
            "libllvm14",
            "libreoffice-core",
            "golang-1.19-src",
            "libboost1.74-dev",
            "libstd-rust-dev",
            "openjdk-17-jre-headless",
            "erlang-doc",
            "libclang-14-dev",
            "llvm-14-dev",
            "openjdk-17-doc",
            "chromium",
            "firefox-esr",
            "fonts-noto-extra",
            "golang-1.19-go",
            "libwine",
            "ghc");

    public ImageRecipe {
        packages = List.copyOf(packages);
    }

    /** The usual mixture with at least so many bytes in files of packages. */
    public static ImageRecipe ofFiles(ByteCount files) {
        return new ImageRecipe(PACKAGES, files, USUAL_PERCENT, USUAL_PERCENT, USUAL_SEED);
    }

    /** Eight hexadecimal digits that differ where recipes differ. */
    public String key() {
        String text = "%d %s %d %d %d %d"
                .formatted(VERSION, String.join(" ", packages), files.bytes(), compressedPercent, randomPercent, seed);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, Integer.BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    ByteCount compressed() {
        return percent(compressedPercent);
    }

    ByteCount random() {
        return percent(randomPercent);
    }

    private ByteCount percent(int percent) {
        return new ByteCount(files.bytes() / 100 * percent);
    }
}
