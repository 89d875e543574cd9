package dev.lifeboat.distribution;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the product may not do, so that {@link ArchitectureTest} can show that its rules find it. */
@SuppressWarnings("JavaUtilDate")
final class BannedCalls {

    private BannedCalls() {}

    /** Each method goes around the injected time in another way. */
    static final class OfTime {

        private OfTime() {}

        static Instant now() {
            return Instant.now();
        }

        static Supplier<Instant> reference() {
            return Instant::now;
        }

        static Supplier<Instant> inALambda() {
            return () -> Instant.now().plusSeconds(1);
        }

        static LongSupplier nanoTimeReference() {
            return System::nanoTime;
        }

        static long millis() {
            return System.currentTimeMillis();
        }

        static Clock systemClock() {
            return Clock.systemUTC();
        }

        static Clock tickingClock() {
            return Clock.tickSeconds(ZoneOffset.UTC);
        }

        static InstantSource systemSource() {
            return InstantSource.system();
        }

        static Date date() {
            return new Date();
        }

        static Supplier<Date> dateReference() {
            return Date::new;
        }

        static void threadSleeps() throws InterruptedException {
            Thread.sleep(1);
        }

        static void unitSleeps() throws InterruptedException {
            TimeUnit.SECONDS.sleep(1);
        }
    }

    /** Each method is random in a way that no seed repeats. */
    static final class OfRandomness {

        private OfRandomness() {}

        static Random random() {
            return new Random();
        }

        static Supplier<Random> randomReference() {
            return Random::new;
        }

        static DoubleSupplier mathReference() {
            return Math::random;
        }

        static Random threadLocal() {
            return ThreadLocalRandom.current();
        }

        static UUID uuid() {
            return UUID.randomUUID();
        }

        static Supplier<UUID> uuidReference() {
            return UUID::randomUUID;
        }

        static Random secure() {
            return new SecureRandom();
        }

        static Random strong() throws NoSuchAlgorithmException {
            return SecureRandom.getInstanceStrong();
        }
    }

    /** What looks like it and is allowed. */
    static final class OfNothing {

        private OfNothing() {}

        static Date given(long millis) {
            return new Date(millis);
        }

        static Random seeded(long seed) {
            return new Random(seed);
        }

        static Clock fixed() {
            return Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        }

        static UUID named(String text) {
            return UUID.fromString(text);
        }
    }
}
