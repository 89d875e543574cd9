package dev.lifeboat.simulation;

import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.host.HostUser;
import dev.lifeboat.host.Need;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.Shortage;
import dev.lifeboat.host.SystemTimekeeper;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test that brings up a lab. Where that cannot be done the test is skipped, and the report says why. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsLab.Condition.class)
@interface NeedsLab {

    /** Root, and every program that the lab needs. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (!HostUser.current().isRoot()) {
                return ConditionEvaluationResult.disabled("a lab needs root");
            }
            HostFolders folders = HostFolders.of(System.getenv(), Path.of(System.getProperty("user.home")));
            Shortage shortage =
                    HostRequirements.ofThisHost(new SystemTimekeeper(), folders).missing(Need.LAB);
            if (!shortage.isEmpty()) {
                return ConditionEvaluationResult.disabled("this host lacks " + shortage.things());
            }
            return namespacesCanBeMade()
                    ? ConditionEvaluationResult.enabled("this host can run a lab")
                    : ConditionEvaluationResult.disabled("root may not make namespaces here");
        }

        private static boolean namespacesCanBeMade() {
            try {
                return Program.of("unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--fork", "true")
                        .run()
                        .succeeded();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
