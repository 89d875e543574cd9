package dev.lifeboat.hypervisor.libvirt;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The account that libvirt runs machines under.
 *
 * @param user its number
 * @param group its number
 */
record QemuAccount(int user, int group) {

    private static final Pattern LABEL = Pattern.compile("\\+(\\d+):\\+(\\d+)");

    /** Root, where libvirt does not change accounts. */
    private static final QemuAccount ROOT = new QemuAccount(0, 0);

    /** From libvirt's capabilities (https://libvirt.org/formatcaps.html): the base label of the model {@code dac}. */
    static QemuAccount of(String capabilities) {
        return XmlElement.parse(capabilities).child("host").stream()
                .flatMap(host -> host.children("secmodel").stream())
                .filter(model ->
                        model.child("model").map(XmlElement::text).orElse("").equals("dac"))
                .flatMap(model -> model.children("baselabel").stream())
                .map(label -> LABEL.matcher(label.text()))
                .filter(Matcher::matches)
                .map(match -> new QemuAccount(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2))))
                .findFirst()
                .orElse(ROOT);
    }
}
