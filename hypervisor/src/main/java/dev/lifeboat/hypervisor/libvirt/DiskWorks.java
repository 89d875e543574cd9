package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.DiskChain;
import dev.lifeboat.hypervisor.DiskChain.DiskWork;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Pulling and committing of one machine's disks: libvirt's block jobs. */
final class DiskWorks {

    // virDomainBlockJobType
    private static final int PULL = 1;
    private static final int ACTIVE_COMMIT = 4;

    private final Domain domain;

    DiskWorks(Domain domain) {
        this.domain = domain;
    }

    DiskChain chain(String disk) throws LibvirtFailure, HypervisorException {
        domain.mustHaveProcess();
        DomainDefinition definition = domain.definition();
        if (definition.disk(disk).isEmpty()) {
            throw new HypervisorException(Kind.FAILED, "the machine has no disk %s".formatted(disk));
        }
        return new DiskChain(
                definition.images(disk),
                domain.blockJob(disk)
                        .map(job -> new DiskWork(
                                kindOf(job.type()), job.done(), job.total(), definition.mirrorIsReady(disk))));
    }

    private static DiskWork.Kind kindOf(int type) {
        return switch (type) {
            case PULL -> DiskWork.Kind.PULL;
            case ACTIVE_COMMIT -> DiskWork.Kind.COMMIT;
            default -> DiskWork.Kind.OTHER;
        };
    }

    boolean beginPull(String disk, long bytesPerSecond) throws LibvirtFailure, HypervisorException {
        DiskChain chain = chain(disk);
        if (isUnderWay(chain, DiskWork.Kind.PULL)) {
            return true;
        }
        mustBeFree(disk, chain);
        if (chain.images().size() > 1) {
            domain.pull(disk, bytesPerSecond);
        }
        return true;
    }

    boolean beginCommit(String disk, Path beneath) throws LibvirtFailure, HypervisorException {
        DiskChain chain = chain(disk);
        if (isUnderWay(chain, DiskWork.Kind.COMMIT) || isOn(chain, beneath)) {
            return true;
        }
        mustBeFree(disk, chain);
        mustLieBeneath(disk, chain.images(), beneath);
        domain.commit(disk);
        return true;
    }

    boolean finishCommit(String disk, Path beneath) throws LibvirtFailure, HypervisorException {
        DiskChain chain = chain(disk);
        if (isOn(chain, beneath)) {
            return true;
        }
        if (!isUnderWay(chain, DiskWork.Kind.COMMIT)) {
            throw new HypervisorException(Kind.WRONG_STATE, "no commit of disk %s is under way".formatted(disk));
        }
        mustLieBeneath(disk, chain.images(), beneath);
        if (!chain.work().orElseThrow().ready()) {
            throw new HypervisorException(Kind.BUSY, "the commit of disk %s has not caught up yet".formatted(disk));
        }
        domain.endBlockJob(disk, true);
        return true;
    }

    boolean stop(String disk) throws LibvirtFailure, HypervisorException {
        DiskChain chain = chain(disk);
        if (isUnderWay(chain, DiskWork.Kind.PULL) || isUnderWay(chain, DiskWork.Kind.COMMIT)) {
            try {
                domain.endBlockJob(disk, false);
            } catch (LibvirtFailure e) {
                // It may have ended by itself meanwhile.
                if (domain.hasBlockJob(disk)) {
                    throw e;
                }
            }
        }
        return true;
    }

    private static boolean isUnderWay(DiskChain chain, DiskWork.Kind kind) {
        return chain.work().filter(work -> work.kind() == kind).isPresent();
    }

    private static boolean isOn(DiskChain chain, Path image) {
        return chain.work().isEmpty() && chain.images().getFirst().equals(image.toString());
    }

    private void mustBeFree(String disk, DiskChain chain) throws LibvirtFailure, HypervisorException {
        if (chain.work().isPresent()) {
            throw new HypervisorException(Kind.BUSY, "other work is under way on disk %s".formatted(disk));
        }
        if (domain.backup().isPresent() || domain.hasJob()) {
            throw new HypervisorException(Kind.BUSY, "a capture, a migration or a save is under way");
        }
    }

    private static void mustLieBeneath(String disk, List<String> images, Path beneath) throws HypervisorException {
        Optional<String> found = images.stream().skip(1).findFirst();
        if (!found.equals(Optional.of(beneath.toString()))) {
            throw new HypervisorException(
                    Kind.FAILED,
                    "beneath disk %s lies %s and not %s".formatted(disk, found.orElse("nothing"), beneath));
        }
    }
}
