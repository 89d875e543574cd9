@NullMarked
package dev.lifeboat.recovery.task;

import org.jspecify.annotations.NullMarked;
