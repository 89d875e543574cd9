package dev.lifeboat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.HostRequirements;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A host is laid out below a temporary folder. Every secret on it contains {@code CANARY}. */
class SupportBundleCommandTest {

    private static final String NAME = "lifeboat-support-20261120T030405Z.tar.gz";

    @TempDir
    private Path host;

    private HostFolders folders;
    private Path working;
    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @BeforeEach
    void layOut() throws IOException {
        folders = new HostFolders(
                host.resolve("etc/lifeboat"),
                host.resolve("home/.config/lifeboat"),
                host.resolve("var/log/lifeboat"),
                host.resolve("var/lib/lifeboat"),
                host.resolve("home/.cache/lifeboat"));
        working = Files.createDirectories(host.resolve("work"));
    }

    @Test
    void noSecretGetsOutAndTheirNeighboursDo() throws IOException {
        plant();

        assertThat(run()).as(errors.toString()).isZero();

        Map<String, byte[]> bundle = unpack(working.resolve(NAME));
        bundle.forEach((name, content) -> {
            assertThat(new String(content, StandardCharsets.ISO_8859_1))
                    .as(name)
                    .doesNotContain("CANARY");
            assertThat(new String(content, StandardCharsets.UTF_16LE)).as(name).doesNotContain("CANARY");
        });
        assertThat(text(bundle, "etc/lifeboat/agent.yaml"))
                .contains("site: primary", "name: kvm1", "interval: 30s", "größer")
                .contains("url: s3://backups/lifeboat");
        assertThat(text(bundle, "home/.config/lifeboat/cli.json")).contains("\"server\": \"https://dr.example\"");
        assertThat(text(bundle, "var/log/lifeboat/agent.log")).contains("cycle 1 done", "cycle 2 done", "cycle 3 done");
        assertThat(text(bundle, "var/lib/lifeboat/lab/lab1/web/console.log")).contains("Linux version", "login:");
        assertThat(bundle).containsKeys(root("versions.txt"), root("doctor.txt"), root("MANIFEST"));
    }

    @Test
    void theManifestSaysWhatWasDoneToEachFile() throws IOException {
        plant();
        run();

        List<String> manifest = new String(unpack(working.resolve(NAME)).get(root("MANIFEST")), StandardCharsets.UTF_8)
                .lines()
                .toList();

        assertThat(manifest).anyMatch(line -> line.matches(".*etc/lifeboat/agent\\.yaml +\\d+ +\\d+ +no +6"));
        assertThat(manifest).anyMatch(line -> line.matches("- .*shop\\.kit +\\d+ +0 +no +0 +its name says.*"));
        assertThat(manifest).anyMatch(line -> line.matches("- .*agent\\.credentials +.*its name says.*"));
        assertThat(manifest).anyMatch(line -> line.matches("- .*old\\.log\\.gz .* not a text"));
        assertThat(manifest).anyMatch(line -> line.matches("- .*/elsewhere .* a symbolic link"));
        assertThat(manifest).noneMatch(line -> line.contains("disk.qcow2"));
    }

    @Test
    void aLongLogIsCutToItsEnd() throws IOException {
        String line = "2026-11-20 INFO nothing to see in this line of a log\n";
        write(
                folders.logs().resolve("server.log"),
                "password: |\n" + "  CANARY\n".repeat(300_000) + line.repeat(40_000) + "the last line\n");

        run();

        Map<String, byte[]> bundle = unpack(working.resolve(NAME));
        String log = text(bundle, "var/log/lifeboat/server.log");
        assertThat(log).hasSizeLessThanOrEqualTo(SupportBundle.LOG_TAIL).endsWith("the last line\n");
        assertThat(log).startsWith("2026-11-20 INFO");
        assertThat(text(bundle, root("MANIFEST").replace(root(""), "")))
                .containsPattern("server\\.log +\\d+ +\\d+ +yes");
    }

    @Test
    void aKeyThatTheCutRunsThroughIsRemoved() throws IOException {
        String key = "-----BEGIN PRIVATE KEY-----\n" + "CANARYCANARYCANARYCANARY\n".repeat(1000)
                + "-----END PRIVATE KEY-----\n";
        String rest = "x".repeat(99) + "\n";
        write(folders.logs().resolve("server.log"), key + rest.repeat((SupportBundle.LOG_TAIL - 12_000) / 100));

        run();

        assertThat(text(unpack(working.resolve(NAME)), "var/log/lifeboat/server.log"))
                .doesNotContain("CANARY")
                .contains("xxx");
    }

    @Test
    void anExistingFileIsLeftAlone() throws IOException {
        Path file = write(working.resolve("mine.tar.gz"), "mine");

        assertThat(run("--file", "mine.tar.gz")).isEqualTo(1);

        assertThat(errors.toString()).contains("LB-CLI-003", "exists already");
        assertThat(file).hasContent("mine");
        assertThat(names(working)).containsExactly("mine.tar.gz");
    }

    @Test
    void aFolderThatDoesNotExistIsSaidSo() throws IOException {
        assertThat(run("--file", "none/x.tar.gz")).isEqualTo(1);

        assertThat(errors.toString()).contains("LB-CLI-003");
        assertThat(names(working)).isEmpty();
    }

    @Test
    void aBundleThatIsNotCompletedLeavesNothing() throws IOException {
        try (SupportBundle bundle = new SupportBundle(working.resolve(NAME), new SteppedTime())) {
            bundle.addText("half", "made");
            assertThat(names(working)).singleElement().asString().endsWith(".part");
        }
        assertThat(names(working)).isEmpty();
    }

    @Test
    void onlyItsOwnerCanReadIt() throws IOException {
        run();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(working.resolve(NAME))))
                .isEqualTo("rw-------");
    }

    @Test
    void theBundleDoesNotPackItself() throws IOException {
        Path logs = Files.createDirectories(folders.logs());

        assertThat(run("--file", logs.resolve("b.tar.gz").toString())).isZero();

        assertThat(unpack(logs.resolve("b.tar.gz"))).containsOnlyKeys("b/versions.txt", "b/doctor.txt", "b/MANIFEST");
    }

    private void plant() throws IOException {
        write(folders.configuration().resolve("agent.yaml"), """
                site: primary
                name: kvm1
                url: s3://backups/lifeboat
                interval: 30s
                # größer
                store:
                  access_key: AKIAIOSFODNN7CANARY1
                  secret-access-key: "CANARY/with \\"quotes\\""
                join_token: CANARY
                key: |
                  -----BEGIN PRIVATE KEY-----
                  CANARY
                  -----END PRIVATE KEY-----
                passphrase: |
                  CANARY one

                  CANARY two
                server: https://agent:CANARY@dr.example:8443/
                """);
        write(folders.configuration().resolve("shop.kit"), "CANARY");
        write(folders.configuration().resolve("agent.credentials"), "CANARY");
        write(folders.configuration().resolve("tls/server.key"), "CANARY");
        write(
                folders.userConfiguration().resolve("cli.json"),
                "{\"server\": \"https://dr.example\", \"token\": \"CANARY\", \"headers\": {\"Authorization\": \"Basic CANARY\"}}");
        write(folders.logs().resolve("agent.log"), """
                INFO cycle 1 done
                DEBUG PUT https://store.example/x?X-Amz-Credential=CANARY&X-Amz-Signature=CANARY&x=1
                DEBUG > Authorization: AWS4-HMAC-SHA256 Credential=CANARY/eu, Signature=CANARY
                INFO cycle 2 done
                DEBUG <graphics type='vnc' passwd='CANARY' port='5900'/>
                ERROR login failed: Login[user=bob, password=CANARY, host=kvm1]
                INFO cycle 3 done
                """);
        try (OutputStream gzip =
                new GZIPOutputStream(Files.newOutputStream(folders.logs().resolve("old.log.gz")))) {
            gzip.write("password=CANARY line of a log\n".repeat(5000).getBytes(StandardCharsets.UTF_8));
            for (int at = 0; at < 20_000; at++) {
                gzip.write((at * at) >> 3);
            }
        }
        Files.createSymbolicLink(
                folders.logs().resolve("elsewhere"), write(host.resolve("secret-elsewhere"), "CANARY"));
        Path lab = folders.labs().resolve("lab1/web");
        write(lab.resolve("console.log"), "\u001b[0mLinux version 6.1\r\nroot password=CANARY\r\nweb login: \r\n");
        write(lab.resolve("disk.qcow2"), "CANARY");
        // A log that a program wrote in UTF-16, as some do.
        Files.write(lab.resolve("wide.log"), "password=CANARY\nx\n".getBytes(StandardCharsets.UTF_16LE));
    }

    private int run(String... arguments) {
        SupportBundleCommand command =
                new SupportBundleCommand(new HostRequirements(List.of()), folders, working, new SteppedTime());
        return CommandRunner.run(new CommandLine(command), new PrintWriter(output), new PrintWriter(errors), arguments);
    }

    private String text(Map<String, byte[]> bundle, String path) {
        String name = path.equals("MANIFEST") ? root(path) : root("files" + host.resolve(path));
        assertThat(bundle).containsKey(name);
        return new String(bundle.get(name), StandardCharsets.UTF_8);
    }

    private static String root(String name) {
        return NAME.replace(".tar.gz", "/") + name;
    }

    private static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static Map<String, byte[]> unpack(Path file) throws IOException {
        Map<String, byte[]> content = new TreeMap<>();
        try (InputStream stream = Files.newInputStream(file);
                TarArchiveInputStream tar = new TarArchiveInputStream(new GzipCompressorInputStream(stream))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                tar.transferTo(bytes);
                content.put(entry.getName(), bytes.toByteArray());
            }
        }
        return content;
    }
}
