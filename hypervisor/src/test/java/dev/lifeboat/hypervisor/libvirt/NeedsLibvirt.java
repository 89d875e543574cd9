package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.host.HostUser;
import dev.lifeboat.host.Program;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test that starts a libvirtd. Where that cannot be done the test is skipped, and the report says why. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsLibvirt.Condition.class)
@interface NeedsLibvirt {

    /** Root, namespaces, and the programs. */
    final class Condition implements ExecutionCondition {

        private static final List<Path> PROGRAMS = List.of(
                Path.of("/usr/sbin/libvirtd"),
                Path.of("/usr/sbin/virtlogd"),
                Path.of("/usr/bin/virsh"),
                Path.of("/usr/bin/qemu-img"),
                Path.of("/usr/bin/qemu-system-x86_64"));

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (!HostUser.current().isRoot()) {
                return ConditionEvaluationResult.disabled("a libvirtd of one's own needs root");
            }
            List<Path> missing =
                    PROGRAMS.stream().filter(program -> !Files.exists(program)).toList();
            if (!missing.isEmpty()) {
                return ConditionEvaluationResult.disabled("this host lacks " + missing);
            }
            try {
                return Program.of("unshare", "--mount", "--pid", "--net", "--fork", "true")
                                .run()
                                .succeeded()
                        ? ConditionEvaluationResult.enabled("a libvirtd can be started here")
                        : ConditionEvaluationResult.disabled("root may not make namespaces here");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
