package dev.lifeboat.vault.key;

import dev.lifeboat.model.LifeboatException;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * What one guess of a passphrase costs: the parameters of Argon2id, version 0x13 (RFC 9106).
 *
 * @param memoryKiB 8 to 1,048,576, and at least 8 for each lane
 * @param iterations 1 to 64
 * @param parallelism lanes, 1 to 64
 */
public record Argon2Cost(int memoryKiB, int iterations, int parallelism) {

    /** RFC 9106's second recommendation: a guess takes 64 MiB. */
    public static final Argon2Cost STANDARD = new Argon2Cost(65_536, 3, 4);

    static final int MAX_MEMORY_KIB = 1_048_576;
    static final int MAX_ITERATIONS = 64;
    static final int MAX_PARALLELISM = 64;

    private static final int MIN_MEMORY_KIB_PER_LANE = 8;

    /** Requires the bounds. */
    public Argon2Cost {
        if (!isAllowed(memoryKiB, iterations, parallelism)) {
            throw new IllegalArgumentException("Argon2id parameters out of bounds");
        }
    }

    /** Reads the three keys; a hostile object cannot ask for more than the page allows, nor for more than there is. */
    static Argon2Cost read(StrictJson json, Complaint complaint) throws LifeboatException {
        int memory = (int) json.number("memoryKiB", MIN_MEMORY_KIB_PER_LANE, MAX_MEMORY_KIB);
        int iterations = (int) json.number("iterations", 1, MAX_ITERATIONS);
        int parallelism = (int) json.number("parallelism", 1, MAX_PARALLELISM);
        if (!isAllowed(memory, iterations, parallelism)) {
            throw complaint.because("it has less than 8 KiB of memory for each lane");
        }
        return new Argon2Cost(memory, iterations, parallelism);
    }

    private static boolean isAllowed(int memoryKiB, int iterations, int parallelism) {
        return parallelism >= 1
                && parallelism <= MAX_PARALLELISM
                && iterations >= 1
                && iterations <= MAX_ITERATIONS
                && memoryKiB >= MIN_MEMORY_KIB_PER_LANE * parallelism
                && memoryKiB <= MAX_MEMORY_KIB;
    }

    /** The bytes of memory that {@link #derive} takes. */
    long memoryBytes() {
        return memoryKiB * 1024L;
    }

    /** The key that follows from a passphrase. */
    byte[] derive(byte[] passphrase, byte[] salt) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKiB)
                .withIterations(iterations)
                .withParallelism(parallelism)
                .withSalt(salt)
                .build());
        byte[] key = new byte[Sealing.KEY_BYTES];
        generator.generateBytes(passphrase, key);
        return key;
    }
}
