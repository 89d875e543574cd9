package dev.lifeboat.nbd;

import java.io.IOException;

/** Says what is wrong with a request (proto.md, "Command flags", "Request types", "Error values"). Immutable. */
final class RequestCheck {

    /** The payload of a block status request: how far it goes, and one number for each context. */
    private static final int STATUS_PAYLOAD_BYTES = Long.BYTES + Integer.BYTES;

    private final NbdExport export;
    private final long size;
    private final BlockSizes sizes;
    private final Headers headers;
    private final boolean status;
    private final long mostPayload;

    RequestCheck(Negotiated agreed, ServerLimits limits) {
        export = agreed.export();
        size = export.size();
        sizes = agreed.sizes();
        headers = agreed.headers();
        status = !agreed.contexts().isEmpty();
        mostPayload = Math.max(Protocol.MAX_PAYLOAD_BYTES, limits.requestBytes());
    }

    /** A longer payload is not even skipped. */
    long mostPayload() {
        return mostPayload;
    }

    /** Whether bytes follow the head of the request, valid or not. */
    boolean carriesPayload(Request request) {
        return headers == Headers.EXTENDED
                ? request.has(Protocol.CMD_FLAG_PAYLOAD_LEN)
                : request.command() == Protocol.CMD_WRITE;
    }

    /** Whether it is a question for the status of some contexts only. */
    boolean statusWithPayload(Request request) {
        return headers == Headers.EXTENDED
                && request.command() == Protocol.CMD_BLOCK_STATUS
                && request.has(Protocol.CMD_FLAG_PAYLOAD_LEN);
    }

    /** Reads the payload of such a question. The result is without it, and has no length if it was malformed. */
    Request statusOf(Request request, WireInput input) throws IOException {
        int flags = request.flags() & ~Protocol.CMD_FLAG_PAYLOAD_LEN;
        long length = 0;
        if (request.length() == STATUS_PAYLOAD_BYTES) {
            input.need(STATUS_PAYLOAD_BYTES);
            long asked = input.getLong();
            length = input.getInt() == Negotiated.ALLOCATION_ID ? asked : 0;
        } else {
            input.skip(request.length());
        }
        return new Request(flags, request.command(), request.cookie(), request.offset(), length, null, 0);
    }

    /** A number of the protocol, or 0 if the request is valid. */
    int errorOf(Request request) {
        if (!flagsFit(request)) {
            return NbdException.EINVAL;
        }
        boolean writes = switch (request.command()) {
            case Protocol.CMD_WRITE, Protocol.CMD_WRITE_ZEROES, Protocol.CMD_TRIM -> true;
            default -> false;
        };
        if (writes && !export.writable()) {
            return NbdException.EPERM;
        }
        if (request.command() == Protocol.CMD_FLUSH) {
            return request.offset() == 0 && request.length() == 0 ? 0 : NbdException.EINVAL;
        }
        long offset = request.offset();
        long length = request.length();
        if (length == 0) {
            return NbdException.EINVAL;
        }
        if (offset < 0 || length < 0 || offset > size || length > size - offset) {
            return writes && request.command() != Protocol.CMD_TRIM ? NbdException.ENOSPC : NbdException.EINVAL;
        }
        if (!sizes.aligned(offset, length)) {
            return NbdException.EINVAL;
        }
        if (length > sizes.maximumPayload()) {
            if (request.command() == Protocol.CMD_READ) {
                return headers.chunks() ? NbdException.EOVERFLOW : NbdException.EINVAL;
            }
            return request.command() == Protocol.CMD_WRITE ? NbdException.EINVAL : 0;
        }
        return 0;
    }

    private boolean flagsFit(Request request) {
        int allowed = Protocol.CMD_FLAG_FUA;
        switch (request.command()) {
            case Protocol.CMD_READ -> allowed |= headers.chunks() ? Protocol.CMD_FLAG_DF : 0;
            case Protocol.CMD_WRITE -> {
                if (headers == Headers.EXTENDED) {
                    if (!request.has(Protocol.CMD_FLAG_PAYLOAD_LEN)) {
                        return false;
                    }
                    allowed |= Protocol.CMD_FLAG_PAYLOAD_LEN;
                }
            }
            case Protocol.CMD_WRITE_ZEROES -> allowed |= Protocol.CMD_FLAG_NO_HOLE | Protocol.CMD_FLAG_FAST_ZERO;
            case Protocol.CMD_BLOCK_STATUS -> {
                if (!status) {
                    return false;
                }
                allowed |= Protocol.CMD_FLAG_REQ_ONE;
            }
            case Protocol.CMD_FLUSH, Protocol.CMD_TRIM, Protocol.CMD_CACHE -> {}
            default -> {
                return false;
            }
        }
        return (request.flags() & ~allowed) == 0;
    }

    /** The error for people. */
    String words(Request request, int errno) {
        return switch (errno) {
            case NbdException.EPERM -> "the export is read-only";
            case NbdException.ENOSPC -> "the range goes beyond the end of the export";
            case NbdException.EOVERFLOW -> "more than " + sizes.maximumPayload() + " bytes in one request";
            default ->
                "command %d, flags %#x, offset %s, length %s is not valid here"
                        .formatted(
                                request.command(),
                                request.flags(),
                                Long.toUnsignedString(request.offset()),
                                Long.toUnsignedString(request.length()));
        };
    }
}
