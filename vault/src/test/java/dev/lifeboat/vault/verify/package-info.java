@NullMarked
package dev.lifeboat.vault.verify;

import org.jspecify.annotations.NullMarked;
