package dev.lifeboat.hypervisor.libvirt;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;

/**
 * The functions of libvirt's library that we call, each with its shape: the result, a colon, the arguments. {@code P}
 * is a pointer, {@code i} an int, {@code u} an unsigned int, {@code l} an unsigned long long, {@code v} nothing.
 */
enum LibvirtCall {
    INITIALIZE("virInitialize", "i:"),
    SET_ERROR_FUNC("virSetErrorFunc", "v:PP"),
    GET_LAST_ERROR_CODE("virGetLastErrorCode", "i:"),
    GET_LAST_ERROR_MESSAGE("virGetLastErrorMessage", "P:"),
    EVENT_REGISTER_DEFAULT_IMPL("virEventRegisterDefaultImpl", "i:"),
    EVENT_RUN_DEFAULT_IMPL("virEventRunDefaultImpl", "i:"),

    CONNECT_OPEN("virConnectOpen", "P:P"),
    CONNECT_CLOSE("virConnectClose", "i:P"),
    CONNECT_IS_ALIVE("virConnectIsAlive", "i:P"),
    CONNECT_SET_KEEP_ALIVE("virConnectSetKeepAlive", "i:Piu"),
    CONNECT_DOMAIN_EVENT_REGISTER_ANY("virConnectDomainEventRegisterAny", "i:PPiPPP"),
    CONNECT_DOMAIN_EVENT_DEREGISTER_ANY("virConnectDomainEventDeregisterAny", "i:Pi"),
    CONNECT_GET_HOSTNAME("virConnectGetHostname", "P:P"),
    CONNECT_GET_CAPABILITIES("virConnectGetCapabilities", "P:P"),
    CONNECT_GET_DOMAIN_CAPABILITIES("virConnectGetDomainCapabilities", "P:PPPPPu"),
    CONNECT_COMPARE_HYPERVISOR_CPU("virConnectCompareHypervisorCPU", "i:PPPPPPu"),
    NODE_GET_INFO("virNodeGetInfo", "i:PP"),
    CONNECT_LIST_ALL_DOMAINS("virConnectListAllDomains", "i:PPu"),

    DOMAIN_LOOKUP_BY_UUID("virDomainLookupByUUID", "P:PP"),
    DOMAIN_FREE("virDomainFree", "i:P"),
    DOMAIN_GET_UUID("virDomainGetUUID", "i:PP"),
    DOMAIN_GET_NAME("virDomainGetName", "P:P"),
    DOMAIN_GET_STATE("virDomainGetState", "i:PPPu"),
    DOMAIN_GET_XML_DESC("virDomainGetXMLDesc", "P:Pu"),
    DOMAIN_GET_BLOCK_INFO("virDomainGetBlockInfo", "i:PPPu"),
    DOMAIN_GET_BLOCK_JOB_INFO("virDomainGetBlockJobInfo", "i:PPPu"),
    DOMAIN_BLOCK_PULL("virDomainBlockPull", "i:PPlu"),
    DOMAIN_BLOCK_COMMIT("virDomainBlockCommit", "i:PPPPlu"),
    DOMAIN_BLOCK_JOB_ABORT("virDomainBlockJobAbort", "i:PPu"),
    DOMAIN_GET_JOB_INFO("virDomainGetJobInfo", "i:PP"),
    DOMAIN_LIST_GET_STATS("virDomainListGetStats", "i:PuPu"),
    DOMAIN_STATS_RECORD_LIST_FREE("virDomainStatsRecordListFree", "v:P"),
    DOMAIN_INTERFACE_ADDRESSES("virDomainInterfaceAddresses", "i:PPuu"),
    DOMAIN_INTERFACE_FREE("virDomainInterfaceFree", "v:P"),
    DOMAIN_SET_BLOCK_THRESHOLD("virDomainSetBlockThreshold", "i:PPlu"),
    DOMAIN_SUSPEND("virDomainSuspend", "i:P"),
    DOMAIN_RESUME("virDomainResume", "i:P"),
    DOMAIN_DEFINE_XML_FLAGS("virDomainDefineXMLFlags", "P:PPu"),
    DOMAIN_SET_AUTOSTART("virDomainSetAutostart", "i:Pi"),
    DOMAIN_GET_INFO("virDomainGetInfo", "i:PP"),
    DOMAIN_UNDEFINE_FLAGS("virDomainUndefineFlags", "i:Pu"),
    DOMAIN_CREATE_WITH_FLAGS("virDomainCreateWithFlags", "i:Pu"),
    DOMAIN_SHUTDOWN_FLAGS("virDomainShutdownFlags", "i:Pu"),
    DOMAIN_DESTROY_FLAGS("virDomainDestroyFlags", "i:Pu"),
    DOMAIN_SCREENSHOT("virDomainScreenshot", "P:PPuu"),

    DOMAIN_BACKUP_BEGIN("virDomainBackupBegin", "i:PPPu"),
    DOMAIN_BACKUP_GET_XML_DESC("virDomainBackupGetXMLDesc", "P:Pu"),
    DOMAIN_ABORT_JOB("virDomainAbortJob", "i:P"),
    DOMAIN_LIST_ALL_CHECKPOINTS("virDomainListAllCheckpoints", "i:PPu"),
    DOMAIN_CHECKPOINT_LOOKUP_BY_NAME("virDomainCheckpointLookupByName", "P:PPu"),
    DOMAIN_CHECKPOINT_GET_XML_DESC("virDomainCheckpointGetXMLDesc", "P:Pu"),
    DOMAIN_CHECKPOINT_CREATE_XML("virDomainCheckpointCreateXML", "P:PPu"),
    DOMAIN_CHECKPOINT_DELETE("virDomainCheckpointDelete", "i:Pu"),
    DOMAIN_CHECKPOINT_FREE("virDomainCheckpointFree", "i:P"),

    STREAM_NEW("virStreamNew", "P:Pu"),
    STREAM_RECV("virStreamRecv", "i:PPl"),
    STREAM_FINISH("virStreamFinish", "i:P"),
    STREAM_ABORT("virStreamAbort", "i:P"),
    STREAM_FREE("virStreamFree", "i:P"),

    /** In libvirt-qemu.so. */
    DOMAIN_QEMU_MONITOR_COMMAND("virDomainQemuMonitorCommand", "i:PPPu"),
    /** In libvirt-qemu.so. */
    DOMAIN_QEMU_AGENT_COMMAND("virDomainQemuAgentCommand", "P:PPiu");

    private final String symbol;
    private final String shape;

    LibvirtCall(String symbol, String shape) {
        this.symbol = symbol;
        this.shape = shape;
    }

    String symbol() {
        return symbol;
    }

    FunctionDescriptor descriptor() {
        return descriptor(shape);
    }

    /** The C function of this shape; unsigned numbers are as wide as signed ones. */
    static FunctionDescriptor descriptor(String shape) {
        MemoryLayout[] arguments =
                shape.substring(2).chars().mapToObj(LibvirtCall::layout).toArray(MemoryLayout[]::new);
        return shape.charAt(0) == 'v'
                ? FunctionDescriptor.ofVoid(arguments)
                : FunctionDescriptor.of(layout(shape.charAt(0)), arguments);
    }

    private static MemoryLayout layout(int letter) {
        return switch (letter) {
            case 'P' -> ValueLayout.ADDRESS;
            case 'i', 'u' -> ValueLayout.JAVA_INT;
            case 'l' -> ValueLayout.JAVA_LONG;
            default -> throw new IllegalArgumentException("no type is written %c".formatted(letter));
        };
    }
}
