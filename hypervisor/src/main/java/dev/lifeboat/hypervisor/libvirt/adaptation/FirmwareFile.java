package dev.lifeboat.hypervisor.libvirt.adaptation;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * UEFI firmware that is installed on a host, as QEMU's firmware descriptors tell (docs/interop/firmware.json of QEMU).
 *
 * @param code the file of the firmware itself
 * @param variables the file that a new machine's variables are copied from
 * @param targets what machines it is for, as {@code ARCHITECTURE MACHINE}, the machine with wildcards
 * @param features what it can and needs
 */
record FirmwareFile(String code, String variables, Set<String> targets, Set<String> features) {

    /** An administrator's own first; of two files with one name that one alone counts. */
    private static final List<Path> FOLDERS =
            List.of(Path.of("/etc/qemu/firmware"), Path.of("/usr/share/qemu/firmware"));

    /** Firmware for encrypted machines starts no others. */
    private static final Set<String> SPECIAL = Set.of("amd-sev-snp", "intel-tdx");

    static List<FirmwareFile> all(HostOffer host) {
        Map<String, String> descriptors = new TreeMap<>(Comparator.naturalOrder());
        for (Path folder : FOLDERS) {
            host.files(folder, ".json").forEach(file -> descriptors.putIfAbsent(file.name(), file.content()));
        }
        return descriptors.values().stream()
                .map(FirmwareFile::parse)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Empty when it is no UEFI firmware in flash with variables, or cannot be read. */
    private static Optional<FirmwareFile> parse(String descriptor) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(descriptor);
        } catch (JacksonException e) {
            return Optional.empty();
        }
        JsonNode mapping = root.path("mapping");
        String code = mapping.path("executable").path("filename").asString("");
        String variables = mapping.path("nvram-template").path("filename").asString("");
        if (!mapping.path("device").asString("").equals("flash")
                || !texts(root.path("interface-types")).contains("uefi")
                || !mapping.path("executable").path("format").asString("").equals("raw")
                || code.isEmpty()
                || variables.isEmpty()) {
            return Optional.empty();
        }
        Set<String> targets = root.path("targets")
                .valueStream()
                .flatMap(target -> texts(target.path("machines")).stream()
                        .map(machine -> target.path("architecture").asString("") + " " + machine))
                .collect(Collectors.toUnmodifiableSet());
        return Optional.of(new FirmwareFile(code, variables, targets, texts(root.path("features"))));
    }

    private static Set<String> texts(JsonNode array) {
        return array.valueStream().map(value -> value.asString("")).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether a machine of this kind can start with it.
     *
     * @param variablesBytes the size of the variables that the machine brings, if it does
     */
    boolean fits(String architecture, String machine, boolean secure, Optional<Long> variablesBytes, HostOffer host) {
        Optional<Long> size = host.sizeOf(Path.of(variables));
        return host.exists(Path.of(code))
                && size.isPresent()
                && (variablesBytes.isEmpty() || size.equals(variablesBytes))
                && features.contains("secure-boot") == secure
                && SPECIAL.stream().noneMatch(features::contains)
                && targets.stream().anyMatch(target -> matches(target, architecture + " " + machine));
    }

    private static boolean matches(String pattern, String text) {
        String expression = Pattern.compile("\\*")
                .splitAsStream(pattern + "\0")
                .map(piece -> Pattern.quote(piece.replace("\0", "")))
                .collect(Collectors.joining(".*"));
        return text.matches(expression);
    }
}
