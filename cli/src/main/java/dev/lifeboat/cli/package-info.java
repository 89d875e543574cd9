/**
 * What an operator types, and what every command needs: one way to run a command and turn its end into an exit code,
 * one way to print a listing as table, JSON or YAML. The commands that need no other part of Lifeboat stand here too:
 * doctor, version, support-bundle, completion.
 */
@NullMarked
package dev.lifeboat.cli;

import org.jspecify.annotations.NullMarked;
