/**
 * The computer that Lifeboat stands on: running its programs, reading its processes, entering its network namespaces,
 * and saying what it lacks and how to get it. Everything here works on Linux; what needs root says so.
 */
@NullMarked
package dev.lifeboat.host;

import org.jspecify.annotations.NullMarked;
