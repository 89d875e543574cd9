package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;

/** A call of libvirt's library failed: its error number (virErrorNumber in virterror.h) and its words. */
final class LibvirtFailure extends Exception {

    private static final long serialVersionUID = 1L;

    static final int NO_SUPPORT = 3;
    static final int INVALID_ARGUMENT = 8;
    static final int SYSTEM_ERROR = 38;
    static final int RPC = 39;
    static final int NO_DOMAIN = 42;
    static final int OPERATION_INVALID = 55;
    static final int CONFIG_UNSUPPORTED = 67;
    static final int OPERATION_TIMEOUT = 68;
    static final int ARGUMENT_UNSUPPORTED = 74;
    static final int OPERATION_UNSUPPORTED = 84;
    static final int AGENT_UNRESPONSIVE = 86;
    static final int RESOURCE_BUSY = 87;
    static final int AGENT_UNSYNCED = 97;
    static final int INVALID_DOMAIN_CHECKPOINT = 102;
    static final int NO_DOMAIN_CHECKPOINT = 103;
    static final int NO_DOMAIN_BACKUP = 104;
    static final int CHECKPOINT_INCONSISTENT = 109;
    /** Newer than 9.0, which says {@link #AGENT_UNRESPONSIVE} here. */
    static final int AGENT_COMMAND_TIMEOUT = 112;

    private final int code;

    LibvirtFailure(int code, String message) {
        super(message);
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The same in the port's words, as far as the number alone tells. */
    HypervisorException inWordsOfThePort() {
        return new HypervisorException(kind(), String.valueOf(getMessage()), this);
    }

    private Kind kind() {
        return switch (code) {
            case NO_DOMAIN -> Kind.NO_SUCH_MACHINE;
            case OPERATION_INVALID -> Kind.WRONG_STATE;
            // The lock is held by whatever another client has begun: a migration, a backup, a start.
            case OPERATION_TIMEOUT, RESOURCE_BUSY -> Kind.BUSY;
            case INVALID_DOMAIN_CHECKPOINT, NO_DOMAIN_CHECKPOINT, CHECKPOINT_INCONSISTENT -> Kind.TRACKING_LOST;
            case AGENT_UNRESPONSIVE, AGENT_UNSYNCED, AGENT_COMMAND_TIMEOUT -> Kind.GUEST_AGENT_SILENT;
            case NO_SUPPORT, CONFIG_UNSUPPORTED, ARGUMENT_UNSUPPORTED, OPERATION_UNSUPPORTED -> Kind.UNSUPPORTED;
            default -> Kind.FAILED;
        };
    }
}
