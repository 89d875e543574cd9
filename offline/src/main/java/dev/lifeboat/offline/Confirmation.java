package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * A person's yes to what cannot be taken back.
 *
 * @param terminal where the person is
 * @param errors where the question goes
 * @param refusal the failure when it is not given
 */
record Confirmation(Terminal terminal, PrintWriter errors, ErrorCode refusal) {

    private static final String YES = "yes";

    /**
     * Asks, and goes on only after a yes.
     *
     * @param question to which typing yes is the answer that goes on
     * @param refused what is said of why it did not go on: the answer was another, or nobody is there
     */
    void require(String question, UnaryOperator<String> refused) throws IOException {
        BufferedReader keyboard = terminal.keyboard().orElse(null);
        if (keyboard == null) {
            throw new LifeboatException(refusal, refused.apply("nobody is here to be asked"));
        }
        errors.print(question);
        errors.flush();
        String answer = keyboard.readLine();
        if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).equals(YES)) {
            throw new LifeboatException(refusal, refused.apply("the answer was not yes"));
        }
    }
}
