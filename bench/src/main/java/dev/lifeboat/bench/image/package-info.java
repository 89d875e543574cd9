/**
 * The disk image that benches work on: files of named packages, files that are compressed already, random bytes. It is
 * made once, described, and kept.
 */
@NullMarked
package dev.lifeboat.bench.image;

import org.jspecify.annotations.NullMarked;
