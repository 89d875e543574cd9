package dev.lifeboat.simulation;

import dev.lifeboat.lab.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * More machines like scribe on scribe's host: the same guest, each with a name, an identity, a network card and disks
 * of its own. Their site gives them no address; they write their records all the same.
 */
final class ScribeCopies {

    private static final LabHost HOST = LabHost.PRIMARY_1;
    private static final String ORIGINAL = "scribe";

    /** What is scribe's alone in its description, but for its name. */
    private static final String MAC = "52:54:00:1b:0a:0c";

    private final TestLab lab;

    ScribeCopies(TestLab lab) {
        this.lab = lab;
    }

    /**
     * Makes copies of scribe as it is on its disks now, and starts them; scribe itself loses its power for that, and is
     * started too.
     *
     * @return the names of the copies
     */
    List<String> start(int count) throws IOException, InterruptedException {
        virsh("destroy", ORIGINAL);
        String description = virsh("dumpxml", "--inactive", ORIGINAL);
        List<String> names = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            String name = "tiny-%02d".formatted(number);
            for (String disk : List.of("vda", "vdb")) {
                Files.copy(image(ORIGINAL, disk), image(name, disk));
            }
            lab.virsh(HOST, "define", "/dev/stdin")
                    .reading(described(description, name, number))
                    .ask();
            names.add(name);
        }
        virsh("start", ORIGINAL);
        for (String name : names) {
            virsh("start", name);
        }
        return names;
    }

    private static String described(String original, String name, int number) {
        return original.replaceFirst("<uuid>.*</uuid>", "")
                .replace("<name>" + ORIGINAL + "</name>", "<name>" + name + "</name>")
                .replace("/images/" + ORIGINAL + "-", "/images/" + name + "-")
                .replace("/" + ORIGINAL + "-console.log", "/" + name + "-console.log")
                .replace(MAC, "52:54:00:1b:0c:%02x".formatted(number));
    }

    private Path image(String machine, String disk) {
        return lab.file(HOST, "lib/images/%s-%s.qcow2".formatted(machine, disk));
    }

    private String virsh(String... arguments) throws InterruptedException {
        return lab.virsh(HOST, arguments).ask();
    }
}
