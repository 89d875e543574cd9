package dev.lifeboat.nbd;

/**
 * The numbers and layouts of the protocol (doc/proto.md of NetworkBlockDevice/nbd; extended headers from its branch
 * extension-ext-header). All numbers on the wire are big-endian and unsigned.
 *
 * <pre>
 * greeting, server   u64 INIT_PASSWD, u64 IHAVEOPT, u16 handshake flags
 * greeting, client   u32 client flags
 * option             u64 IHAVEOPT, u32 option, u32 length, data
 * option reply       u64 OPTION_REPLY, u32 option, u32 reply type, u32 length, data
 *
 * request, compact   u32 REQUEST, u16 flags, u16 command, u64 cookie, u64 offset, u32 length   (28 bytes)
 * request, extended  u32 EXTENDED_REQUEST, u16, u16, u64, u64, u64 length                      (32 bytes)
 * reply, simple      u32 SIMPLE_REPLY, u32 error, u64 cookie, data of a read                   (16 bytes)
 * chunk, structured  u32 STRUCTURED_REPLY, u16 flags, u16 type, u64 cookie, u32 length         (20 bytes)
 * chunk, extended    u32 EXTENDED_REPLY, u16 flags, u16 type, u64 cookie, u64 offset, u64 length (32 bytes)
 *
 * OFFSET_DATA        u64 offset, bytes
 * OFFSET_HOLE        u64 offset, u32 size
 * BLOCK_STATUS       u32 context, then for each extent u32 length, u32 flags
 * BLOCK_STATUS_EXT   u32 context, u32 count, then for each extent u64 length, u64 flags
 * ERROR              u32 error, u16 message length, message
 * ERROR_OFFSET       u32 error, u16 message length, message, u64 offset
 * </pre>
 */
final class Protocol {

    static final long INIT_PASSWD = 0x4e42444d41474943L;
    static final long IHAVEOPT = 0x49484156454F5054L;
    static final long OPTION_REPLY = 0x3e889045565a9L;
    static final int REQUEST = 0x25609513;
    static final int EXTENDED_REQUEST = 0x21e41c71;
    static final int SIMPLE_REPLY = 0x67446698;
    static final int STRUCTURED_REPLY = 0x668e33ef;
    static final int EXTENDED_REPLY = 0x6e8a278c;

    static final int GREETING_BYTES = 18;
    static final int OPTION_BYTES = 16;
    static final int OPTION_REPLY_BYTES = 20;
    static final int REQUEST_BYTES = 28;
    static final int EXTENDED_REQUEST_BYTES = 32;
    static final int SIMPLE_REPLY_BYTES = 16;
    static final int STRUCTURED_REPLY_BYTES = 20;
    static final int EXTENDED_REPLY_BYTES = 32;
    /** What follows the size and the flags in the answer to {@link #OPT_EXPORT_NAME}, unless negotiated away. */
    static final int EXPORT_NAME_ZEROES = 124;

    static final int FLAG_FIXED_NEWSTYLE = 1;
    static final int FLAG_NO_ZEROES = 1 << 1;

    static final int OPT_EXPORT_NAME = 1;
    static final int OPT_ABORT = 2;
    static final int OPT_LIST = 3;
    static final int OPT_STARTTLS = 5;
    static final int OPT_INFO = 6;
    static final int OPT_GO = 7;
    static final int OPT_STRUCTURED_REPLY = 8;
    static final int OPT_LIST_META_CONTEXT = 9;
    static final int OPT_SET_META_CONTEXT = 10;
    static final int OPT_EXTENDED_HEADERS = 11;

    static final int REP_ACK = 1;
    static final int REP_SERVER = 2;
    static final int REP_INFO = 3;
    static final int REP_META_CONTEXT = 4;
    static final int REP_ERROR = 1 << 31;
    static final int REP_ERR_UNSUP = REP_ERROR + 1;
    static final int REP_ERR_POLICY = REP_ERROR + 2;
    static final int REP_ERR_INVALID = REP_ERROR + 3;
    static final int REP_ERR_TLS_REQD = REP_ERROR + 5;
    static final int REP_ERR_UNKNOWN = REP_ERROR + 6;
    static final int REP_ERR_SHUTDOWN = REP_ERROR + 7;
    static final int REP_ERR_TOO_BIG = REP_ERROR + 9;
    static final int REP_ERR_EXT_HEADER_REQD = REP_ERROR + 10;

    static final int INFO_EXPORT = 0;
    static final int INFO_NAME = 1;
    static final int INFO_DESCRIPTION = 2;
    static final int INFO_BLOCK_SIZE = 3;

    static final int CMD_READ = 0;
    static final int CMD_WRITE = 1;
    static final int CMD_DISC = 2;
    static final int CMD_FLUSH = 3;
    static final int CMD_TRIM = 4;
    static final int CMD_CACHE = 5;
    static final int CMD_WRITE_ZEROES = 6;
    static final int CMD_BLOCK_STATUS = 7;

    static final int CMD_FLAG_FUA = 1;
    static final int CMD_FLAG_NO_HOLE = 1 << 1;
    static final int CMD_FLAG_DF = 1 << 2;
    static final int CMD_FLAG_REQ_ONE = 1 << 3;
    static final int CMD_FLAG_FAST_ZERO = 1 << 4;
    static final int CMD_FLAG_PAYLOAD_LEN = 1 << 5;

    static final int REPLY_FLAG_DONE = 1;
    static final int REPLY_NONE = 0;
    static final int REPLY_OFFSET_DATA = 1;
    static final int REPLY_OFFSET_HOLE = 2;
    static final int REPLY_BLOCK_STATUS = 5;
    static final int REPLY_BLOCK_STATUS_EXT = 6;
    static final int REPLY_ERROR_BIT = 1 << 15;
    static final int REPLY_ERROR = REPLY_ERROR_BIT + 1;
    static final int REPLY_ERROR_OFFSET = REPLY_ERROR_BIT + 2;

    /** The one context that the protocol defines itself. */
    static final String BASE_ALLOCATION = "base:allocation";

    /** The longest string of the protocol: names of exports and contexts, descriptions, messages. */
    static final int MAX_STRING_BYTES = 4096;
    /** The payload that every peer must be able to take without calling it an attack. */
    static final int MAX_PAYLOAD_BYTES = 1 << 25;
    /** A server should not tell of more extents in one chunk; a client need not bear more. */
    static final int MAX_EXTENTS = 1 << 20;
    /** The number of the IANA for NBD. */
    static final int DEFAULT_PORT = 10809;

    private Protocol() {}
}
