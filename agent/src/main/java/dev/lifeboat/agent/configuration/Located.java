package dev.lifeboat.agent.configuration;

import java.util.List;
import java.util.Map;

/** A piece of a YAML file, with the line on which it begins. */
sealed interface Located {

    /** From 1. */
    int line();

    /** What it is, for people. */
    String kind();

    /** A word, number or text, as it is written. */
    record Scalar(int line, String text) implements Located {
        @Override
        public String kind() {
            return "a single value";
        }
    }

    /** A list. */
    record Items(int line, List<Located> items) implements Located {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** Keys and what they have, in their order. */
    record Entries(int line, Map<String, Located> entries) implements Located {
        @Override
        public String kind() {
            return "a section with keys";
        }
    }
}
