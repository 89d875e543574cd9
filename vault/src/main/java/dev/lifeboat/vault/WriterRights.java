package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Certificate;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.SignedObject;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of the groups that a writer may write: certificates lie with the writers, and the vault sees one when
 * its writer opens a session.
 */
public final class WriterRights {

    /** An agent opens a session when it starts; who has opened more shows by these what it may. */
    private static final int MOST_SESSIONS = 1000;

    private final Set<String> groups;
    private final boolean all;

    private WriterRights(Set<String> groups, boolean all) {
        this.groups = groups;
        this.all = all;
    }

    /**
     * Looks at the sessions that a writer has opened.
     *
     * @return empty when it has opened none
     * @throws LifeboatException when the store does not answer
     */
    public static Optional<WriterRights> of(Vault vault, String writer) {
        Name.require("writer", writer);
        Set<String> groups = new LinkedHashSet<>();
        int seen = 0;
        for (String object : opened(vault, writer)) {
            Optional<Certificate> certificate = certificate(vault, writer, object);
            if (certificate.isPresent()) {
                seen++;
                groups.addAll(certificate.get().groups());
            }
            if (seen == MOST_SESSIONS || groups.contains(Certificate.ALL_GROUPS)) {
                break;
            }
        }
        return seen == 0
                ? Optional.empty()
                : Optional.of(new WriterRights(groups, groups.contains(Certificate.ALL_GROUPS)));
    }

    private static List<String> opened(Vault vault, String writer) {
        List<String> names = new ArrayList<>();
        try {
            vault.store().list(SessionRegister.folder(writer), stat -> {
                if (SessionRegister.isOpened(stat.name().text())) {
                    names.add(stat.name().text());
                }
            });
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
        return names;
    }

    /** Empty of an object that cannot be believed, such as one that another put there. */
    private static Optional<Certificate> certificate(Vault vault, String writer, String object) {
        try {
            byte[] bytes = vault.store().get(ObjectName.of(object));
            Certificate signer = SignedObject.decode(bytes, object, Set.of(ObjectKind.SESSION_OPENED), vault.anchor())
                    .signedBy();
            return Optional.of(signer).filter(one -> one.writer().equals(writer));
        } catch (StoreException e) {
            throw e.toLifeboat();
        } catch (LifeboatException e) {
            if (e.code() == ErrorCode.VAULT_OBJECT_DAMAGED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Refuses a group that none of the certificates covers.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_GROUP_NOT_GRANTED}
     */
    public void requireCovers(String writer, String group) {
        if (!all && !groups.contains(group)) {
            throw new LifeboatException(
                    ErrorCode.VAULT_GROUP_NOT_GRANTED,
                    "The credentials of %s cover %s, and not the group %s."
                            .formatted(writer, String.join(", ", groups), group));
        }
    }
}
