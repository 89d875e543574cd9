package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.capture.CaptureProgress;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.capture.RecentBlocks;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.seed.CarryIn;
import dev.lifeboat.vault.seed.CarryInReport;
import dev.lifeboat.vault.seed.SeedFolder;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultPlan;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.MemoryStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.StoreCrash;
import dev.lifeboat.vault.store.StoreException;
import dev.lifeboat.vault.store.StoreOperation;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A first copy that is carried to its vault on a disk. */
class CarryInTest {

    private static final int SIZE = (4 << 20) + 70_000;
    private static final int MOST_CALLS = 200;

    @TempDir
    Path disk;

    private final MemoryStore store = new MemoryStore("vault");
    private final TestVault vault = new TestVault(store, 11);
    private final Credentials writer = vault.credentials("agent", "web", "db");
    private final byte[] content = TestVault.randomBytes(5, SIZE);
    private SeedFolder seed;
    private KeptDisk kept;

    @BeforeEach
    void load() throws Exception {
        seed = SeedFolder.prepare(disk, vault.root.vaultId(), vault.time, vault.random);
        kept = load("web", content);
    }

    /** Takes a disk into the folder, as an agent that never ends its session. */
    private KeptDisk load(String group, byte[] bytes) throws Exception {
        WriterSession session = WriterSession.open(
                Vault.onItsWay(seed.store(), writer.anchor()),
                writer,
                new RecentBlocks(),
                TestVault.PROCESSORS,
                vault.random,
                vault.time);
        try (PointBuilder builder = session.newSeed(group)) {
            builder.machine(group, StrictJson.object());
            long reached = builder.disk(
                    group,
                    "vda",
                    new MemoryDisk(bytes),
                    Optional.empty(),
                    ChangedBlocks.all(bytes.length),
                    (CaptureProgress) (_, _) -> {});
            assertThat(reached).isEqualTo(bytes.length);
            return builder.keep().getFirst();
        }
    }

    private CarryInReport carryIn(BlobStore into, Optional<Vault> keys, boolean opensBlocks) {
        SeedFolder arrived = SeedFolder.open(disk, vault.time, vault.random);
        return new CarryIn(arrived, into, keys, opensBlocks, (_, _) -> {}).run();
    }

    private Map<String, byte[]> objects() {
        Map<String, byte[]> objects = new TreeMap<>();
        store.list("", stat -> objects.put(stat.name().text(), store.get(stat.name())));
        return objects;
    }

    private List<Path> packs() throws Exception {
        try (Stream<Path> files = Files.walk(disk.resolve("packs"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** The point that goes on from what was carried. */
    private Point published() throws Exception {
        try (WriterSession session = vault.session(writer);
                PointBuilder builder = session.newPoint("web")) {
            builder.machine("web", StrictJson.object());
            long _ = builder.disk(
                    "web", "vda", new MemoryDisk(content), Optional.of(kept), new ChangedBlocks(), (_, _) -> {});
            return TestVault.published(builder.publish());
        }
    }

    @Test
    void whatIsLoadedIsNoPointAndTouchesNoVault() throws Exception {
        assertThat(objects().keySet()).containsExactly("vault.json");
        assertThat(disk.resolve("vault.json")).doesNotExist();
        assertThat(disk.resolve("points")).doesNotExist();
        assertThat(disk.resolve("owners")).doesNotExist();
        WriterSession session = WriterSession.open(
                Vault.onItsWay(seed.store(), writer.anchor()),
                writer,
                new RecentBlocks(),
                TestVault.PROCESSORS,
                vault.random,
                vault.time);
        try (PointBuilder builder = session.newSeed("web")) {
            assertThatIllegalStateException().isThrownBy(builder::publish);
        }
    }

    @Test
    void itIsTheBaseOfTheFirstPointAndNothingIsStoredTwice() throws Exception {
        CarryInReport report = carryIn(store, Optional.of(vault.opened()), true);

        assertThat(report.refused()).isEmpty();
        assertThat(report.carriedPacks()).isEqualTo(packs().size());
        assertThat(vault.slots("web")).isEmpty();
        Point point = published();
        assertThat(vault.content(point)).isEqualTo(content);
        assertThat(point.manifest().statistics().newBlocks()).isZero();
    }

    @Test
    void whatOpensNothingCanCarryInToo() throws Exception {
        CarryInReport report = carryIn(store, Optional.empty(), false);

        assertThat(report.refused()).isEmpty();
        assertThat(vault.content(published())).isEqualTo(content);
    }

    @Test
    void doneAgainItChangesNothing() {
        CarryInReport _ = carryIn(store, Optional.empty(), false);
        Map<String, byte[]> before = objects();

        CarryInReport again = carryIn(store, Optional.empty(), false);

        assertThat(again.carriedPacks()).isZero();
        assertThat(again.refused()).isEmpty();
        assertThat(objects()).containsExactlyEntriesOf(before);
    }

    @Test
    void itMayDieAtEachCallAndIsDoneAgain() throws Exception {
        for (Fault fault : new Fault[] {Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.ANSWER_LOST, Fault.FULL}) {
            boolean met = true;
            int call = 1;
            for (; met && call < MOST_CALLS; call++) {
                objects().keySet().stream()
                        .filter(name -> !name.equals("vault.json"))
                        .forEach(name ->
                                assertThat(store.delete(ObjectName.of(name))).isTrue());
                List<String> put = new ArrayList<>();
                boolean[] seen = new boolean[1];
                int at = call;
                int[] calls = new int[1];
                FaultPlan plan = (operation, name) -> {
                    if (operation == StoreOperation.PUT) {
                        put.add(name);
                    }
                    seen[0] |= ++calls[0] == at;
                    return calls[0] == at ? fault : Fault.NONE;
                };
                try {
                    CarryInReport _ = carryIn(
                            new FaultyStore(store, plan, Duration.ZERO, vault.time, vault.random),
                            Optional.empty(),
                            false);
                } catch (StoreCrash | StoreException | LifeboatException broken) {
                    // Whatever was put until now is whole, and no pack is there before its session.
                    assertThat(put.stream().limit(1)).allMatch(name -> name.startsWith("writers/"));
                }
                met = seen[0];
                CarryInReport report = carryIn(store, Optional.of(vault.opened()), true);
                assertThat(report.refused()).isEmpty();
                assertThat(report.packs()).isEqualTo(packs().size());
                objects().forEach((name, bytes) -> {
                    if (!name.equals("vault.json")) {
                        assertThat(seed.store().get(ObjectName.of(name))).isEqualTo(bytes);
                    }
                });
            }
            assertThat(call).as("calls until the end with %s", fault).isBetween(4, MOST_CALLS - 1);
        }
    }

    @Test
    void theLastOfThePacksIsThereWhenAllAre() throws Exception {
        List<String> put = new ArrayList<>();
        KeptDisk _ = load("db", TestVault.randomBytes(6, SIZE));
        FaultPlan watching = (operation, name) -> {
            if (operation == StoreOperation.PUT) {
                put.add(name);
            }
            return Fault.NONE;
        };
        CarryInReport _ = carryIn(
                new FaultyStore(store, watching, Duration.ZERO, vault.time, vault.random), Optional.empty(), false);

        assertThat(put).hasSizeGreaterThan(3);
        List<String> packs =
                put.stream().filter(name -> name.startsWith("packs/")).toList();
        assertThat(packs).isSorted();
        assertThat(put.subList(put.size() - packs.size(), put.size())).isEqualTo(packs);
    }

    @Test
    void whatIsDamagedIsNamedAndTheOthersAreTaken() throws Exception {
        KeptDisk _ = load("db", TestVault.randomBytes(6, SIZE));
        Path pack = packs().getFirst();
        byte[] bytes = Files.readAllBytes(pack);
        bytes[5000] ^= 1;
        Files.write(pack, bytes);

        CarryInReport report = carryIn(store, Optional.empty(), false);

        assertThat(report.refusedCount()).isEqualTo(1);
        assertThat(report.refused().getFirst().object())
                .isEqualTo(disk.relativize(pack).toString());
        assertThat(report.refused().getFirst().problem()).contains("checksum");
        assertThat(report.carriedPacks()).isEqualTo(packs().size() - 1);
        assertThat(store.head(ObjectName.of(report.refused().getFirst().object())))
                .isEmpty();
    }

    @Test
    void whatTheVaultHasOtherwiseIsLeftAlone() throws Exception {
        String name = disk.relativize(packs().getFirst()).toString();
        var _ = store.putIfAbsent(ObjectName.of(name), ByteBuffer.wrap(new byte[100]));

        CarryInReport report = carryIn(store, Optional.empty(), false);

        assertThat(report.refused())
                .singleElement()
                .satisfies(refused -> assertThat(refused.object()).isEqualTo(name));
        assertThat(store.get(ObjectName.of(name))).isEqualTo(new byte[100]);
    }

    @Test
    void aSessionThatNobodySignedIsNotTakenNorAreItsPacks() throws Exception {
        Path session;
        try (Stream<Path> files = Files.walk(disk.resolve("writers"))) {
            session = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(session);
        bytes[bytes.length - 1] ^= 1;
        Files.write(session, bytes);

        CarryInReport report = carryIn(store, Optional.of(vault.opened()), false);

        assertThat(report.refusedCount()).isEqualTo(1 + packs().size());
        assertThat(objects().keySet()).containsExactly("vault.json");
    }

    @Test
    void anotherVaultsFolderIsRefused() {
        MemoryStore other = new MemoryStore("other");
        TestVault _ = new TestVault(other, 12);

        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> carryIn(other, Optional.empty(), false))
                .has(TestVault.code(ErrorCode.VAULT_FOREIGN));
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() ->
                        SeedFolder.prepare(disk, VaultDescription.read(other).vault(), vault.time, vault.random))
                .has(TestVault.code(ErrorCode.VAULT_FOREIGN));
    }

    @Test
    void aFolderThatIsNotThereIsNotMade() {
        Path missing = disk.resolve("usb/seed");

        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> SeedFolder.prepare(missing, vault.root.vaultId(), vault.time, vault.random))
                .has(TestVault.code(ErrorCode.VAULT_SEED_UNUSABLE))
                .withMessageContaining("mounted");
        assertThat(missing).doesNotExist();
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(
                        () -> SeedFolder.open(Files.createDirectory(disk.resolve("empty")), vault.time, vault.random))
                .has(TestVault.code(ErrorCode.VAULT_SEED_UNUSABLE));
    }
}
