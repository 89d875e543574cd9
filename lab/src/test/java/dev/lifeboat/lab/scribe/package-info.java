@NullMarked
package dev.lifeboat.lab.scribe;

import org.jspecify.annotations.NullMarked;
