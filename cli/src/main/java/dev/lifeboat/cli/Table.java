package dev.lifeboat.cli;

import java.util.ArrayList;
import java.util.List;

/** A listing for a person: left-aligned columns under their titles, two spaces between them. */
public final class Table {

    private static final String GAP = "  ";

    private final List<String> titles;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... titles) {
        this.titles = List.of(titles);
    }

    /**
     * Adds a row.
     *
     * @param cells as many as there are titles
     */
    public Table row(String... cells) {
        if (cells.length != titles.size()) {
            throw new IllegalArgumentException(
                    "a row of %d cells under %d titles".formatted(cells.length, titles.size()));
        }
        rows.add(List.of(cells));
        return this;
    }

    /** The table, each line ending in a line feed and in no spaces. */
    public String text() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(titles);
        lines.addAll(rows);
        StringBuilder text = new StringBuilder();
        for (List<String> cells : lines) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < cells.size(); column++) {
                int width = width(lines, column);
                line.append(cells.get(column))
                        .repeat(' ', width - cells.get(column).length())
                        .append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static int width(List<List<String>> lines, int column) {
        return lines.stream()
                .mapToInt(cells -> cells.get(column).length())
                .max()
                .orElse(0);
    }
}
