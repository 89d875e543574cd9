/** What an agent tells the service manager that started it, if one did. */
@NullMarked
package dev.lifeboat.agent.systemd;

import org.jspecify.annotations.NullMarked;
