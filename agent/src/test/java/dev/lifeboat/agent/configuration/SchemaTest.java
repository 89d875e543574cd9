package dev.lifeboat.agent.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The schema that editors use and the code that reads say the same. */
class SchemaTest {

    private static final Map<String, SectionKeys> SECTIONS = Map.of(
            "", SectionKeys.AGENT,
            "/properties/vault", SectionKeys.VAULT,
            "/properties/spool", SectionKeys.SPOOL,
            "/properties/groups/items", SectionKeys.GROUP,
            "/properties/recovery", SectionKeys.RECOVERY,
            "/properties/bandwidth/items", SectionKeys.BANDWIDTH,
            "/properties/seed_read_limit/items", SectionKeys.BANDWIDTH);

    private static String schema() throws IOException {
        try (InputStream content =
                Objects.requireNonNull(ConfigurationFile.class.getResourceAsStream("agent.schema.json"))) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static boolean schemaAllows(String yaml) throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema(), InputFormat.JSON);
        return schema.validate(yaml, InputFormat.YAML).isEmpty();
    }

    private static boolean codeAllows(String yaml) {
        try {
            ConfigurationFile.parse(Path.of("agent.yaml"), yaml);
            return true;
        } catch (LifeboatException e) {
            return false;
        }
    }

    @Test
    void theyKnowTheSameKeysAndRequireTheSameOnes() throws IOException {
        JsonNode schema = JsonMapper.shared().readTree(schema());
        SECTIONS.forEach((path, keys) -> {
            JsonNode section = schema.at(path);
            assertThat(section.path("properties").propertyNames())
                    .as(path)
                    .containsExactlyInAnyOrderElementsOf(keys.all());
            List<String> required = new ArrayList<>();
            section.path("required").forEach(key -> required.add(key.asString()));
            assertThat(required).as(path).containsExactlyInAnyOrderElementsOf(keys.required());
            assertThat(section.path("additionalProperties").asBoolean(true))
                    .as(path)
                    .isFalse();
        });
    }

    @Test
    void bothAllowWhatIsRight() throws IOException {
        assertThat(schemaAllows(Texts.LEAST)).isTrue();
        assertThat(schemaAllows(Texts.ALL)).isTrue();
        assertThat(schemaAllows(Texts.RECOVERY_ONLY)).isTrue();
        assertThat(codeAllows(Texts.RECOVERY_ONLY)).isTrue();
        assertThat(codeAllows(Texts.LEAST)).isTrue();
        assertThat(codeAllows(Texts.ALL)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host: alpha>host: al pha",
                "host: alpha>hots: alpha",
                "period: 30s>period: fast",
                "period: 30s>perod: 30s",
                "size: 256MiB>size: 256M",
                "application_consistent_every: never>application_consistent_every: seldom",
                "seed_folder: none>seed_folder: usb",
                "seed_folder: /mnt/usb/seed>seed_folder: nowhere",
                "web/vdb>vdb",
                "machines: [scribe]>machines: []",
                "machines: [scribe]>machines: scribe",
                "credentials: /etc/lifeboat/credentials>credentials: mine",
                "url: file:///srv/vault>url: /srv/vault",
                "to: 18:00>to: 25:00",
                "metrics_port: 9109>metrics_port: 0",
                "metrics_port: 9109>metrics_port: 65536",
                "log_level: debug>log_level: loud",
                "enabled: true>enabled: maybe",
                "folder: /srv/recovery>folder: recovery",
                "folder: /srv/recovery>place: /srv/recovery",
                "per_second: 20MiB>from: 10:00"
            })
    void bothRefuseWhatIsWrong(String change) throws IOException {
        String[] parts = change.split(">", -1);
        String text = Texts.ALL.replace(parts[0], parts[1]);
        assertThat(text).isNotEqualTo(Texts.ALL);
        assertThat(schemaAllows(text)).isFalse();
        assertThat(codeAllows(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host: beta",
                "{host: beta, recovery: {enabled: false}}",
                "{host: beta, recovery: {}, vault: {url: 'file:///v', credentials: /c}}",
                "{host: beta, recovery: {}, groups: [{name: shop, machines: [web]}]}"
            })
    void bothRefuseWhoHasNothingToDo(String text) throws IOException {
        assertThat(schemaAllows(text)).isFalse();
        assertThat(codeAllows(text)).isFalse();
    }
}
