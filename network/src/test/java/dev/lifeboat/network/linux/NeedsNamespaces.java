package dev.lifeboat.network.linux;

import dev.lifeboat.host.HostUser;
import dev.lifeboat.host.Program;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test that makes networks in namespaces of its own. Where that cannot be done it is skipped with the reason. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsNamespaces.Condition.class)
@interface NeedsNamespaces {

    /** Root, namespaces, and the programs. */
    final class Condition implements ExecutionCondition {

        private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");
        private static final List<String> PROGRAMS =
                List.of("ip", "ss", "nft", "nsenter", "unshare", "dnsmasq", "busybox");

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (!HostUser.current().isRoot()) {
                return ConditionEvaluationResult.disabled("networks of one's own need root");
            }
            List<String> missing = PROGRAMS.stream()
                    .filter(program -> FOLDERS.stream().noneMatch(folder -> Files.exists(Path.of(folder, program))))
                    .toList();
            if (!missing.isEmpty()) {
                return ConditionEvaluationResult.disabled("this host lacks " + missing);
            }
            try {
                boolean allowed = Program.of("unshare", "--mount", "--pid", "--net", "--fork", "true")
                        .run()
                        .succeeded();
                // A Debian that was made small has a busybox without a DHCP client.
                Stream<String> applets = Program.of("busybox", "--list").ask().lines();
                return !allowed
                        ? ConditionEvaluationResult.disabled("root may not make namespaces here")
                        : applets.anyMatch("udhcpc"::equals)
                                ? ConditionEvaluationResult.enabled("networks can be made here")
                                : ConditionEvaluationResult.disabled("this host's busybox has no udhcpc");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
