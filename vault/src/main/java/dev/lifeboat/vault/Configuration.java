package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.key.Complaint;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.Role;
import dev.lifeboat.vault.key.SignedObject;
import dev.lifeboat.vault.key.Signer;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.store.ObjectMissing;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.Publication;
import dev.lifeboat.vault.store.StoreException;
import java.time.Instant;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * Inventory, policies and plans, kept in the vault: {@code config/NUMBER}, sealed and signed by the operator. Every
 * state is an object of its own, and the highest number is the newest; what others put there does not count.
 */
public final class Configuration {

    private static final String FOLDER = "config/";
    private static final Pattern NAME = Pattern.compile("config/([0-9]{10})");

    /** So many writers at once are none of ours. */
    private static final int MOST_TAKEN = 1000;

    /**
     * One state.
     *
     * @param number from 1
     * @param at when it was put
     * @param content what it says; not to be changed
     */
    public record State(long number, Instant at, ObjectNode content) {}

    private Configuration() {}

    /** The newest state; empty when there is none yet. */
    public static Optional<State> newest(Vault vault) {
        return newest(vault, numbers(vault));
    }

    /**
     * Puts the next state. When several do so at once, each becomes a state with a number of its own.
     *
     * @param operator a signer with the role of the operator
     */
    public static State put(Vault vault, Signer operator, ObjectNode content, Timekeeper time, RandomGenerator random) {
        if (operator.certificate().role() != Role.OPERATOR) {
            throw new IllegalArgumentException(
                    "%s is no operator".formatted(operator.certificate().writer()));
        }
        SignedPuts puts = new SignedPuts(vault, operator, time, random);
        NavigableSet<Long> taken = numbers(vault);
        long number = newest(vault, taken).map(State::number).orElse(0L) + 1;
        for (int tries = 0; tries < MOST_TAKEN; number++) {
            if (taken.contains(number)) {
                continue;
            }
            State state = new State(number, time.instant(), content.deepCopy());
            String name = name(number);
            ObjectNode body =
                    puts.body().put("number", number).put("at", state.at().toEpochMilli());
            body.set("content", state.content());
            if (puts.put(name, puts.sign(ObjectKind.CONFIGURATION, name, body)) != Publication.Result.CONFLICT) {
                return state;
            }
            tries++;
        }
        throw new LifeboatException(
                ErrorCode.VAULT_STORE_CONFLICT, "%d numbers up to %s were taken.".formatted(MOST_TAKEN, name(number)));
    }

    private static Optional<State> newest(Vault vault, NavigableSet<Long> numbers) {
        return numbers.descendingSet().stream()
                .map(number -> read(vault, number))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static NavigableSet<Long> numbers(Vault vault) {
        NavigableSet<Long> numbers = new TreeSet<>();
        try {
            vault.store().list(FOLDER, stat -> {
                Matcher name = NAME.matcher(stat.name().text());
                if (name.matches()) {
                    numbers.add(Long.parseLong(name.group(1)));
                }
            });
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
        return numbers;
    }

    /** Empty when what is there is none of the operator's. */
    private static Optional<State> read(Vault vault, long number) {
        String name = name(number);
        Complaint complaint = Complaint.ofObject(name);
        try {
            byte[] object = vault.store().get(ObjectName.of(name));
            SignedObject.Content content =
                    SignedObject.decode(object, name, Set.of(ObjectKind.CONFIGURATION), vault.anchor());
            StrictJson json = StrictJson.parse(content.json(), SignedObject.MAX_BYTES, complaint);
            if (content.signedBy().role() != Role.OPERATOR
                    || !json.vault().equals(vault.anchor().vault())
                    || json.number("number", 1, Long.MAX_VALUE) != number) {
                return Optional.empty();
            }
            return Optional.of(new State(
                    number,
                    Instant.ofEpochMilli(json.time("at")),
                    json.object("content").content()));
        } catch (ObjectMissing e) {
            return Optional.empty();
        } catch (StoreException e) {
            throw e.toLifeboat();
        } catch (LifeboatException e) {
            if (e.code() == ErrorCode.VAULT_OBJECT_DAMAGED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static String name(long number) {
        return String.format(Locale.ROOT, "%s%010d", FOLDER, number);
    }
}
