package dev.lifeboat.lab.shop;

import dev.lifeboat.host.Folders;
import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.host.HostUser;
import dev.lifeboat.host.Need;
import dev.lifeboat.host.PrivateFolder;
import dev.lifeboat.host.Shortage;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.GuestImages;
import dev.lifeboat.model.Timekeeper;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * The root folder of db's system, unpacked from the cache of guest images, which builds it when it has none. The tests
 * that use it need what a lab needs; where that is not to be had they are skipped, with the reason.
 */
final class DbImage implements AutoCloseable {

    private final PrivateFolder folder;

    private DbImage(PrivateFolder folder) {
        this.folder = folder;
    }

    static DbImage unpack() throws InterruptedException {
        Timekeeper time = new SystemTimekeeper();
        HostFolders folders = HostFolders.of(System.getenv(), Path.of(System.getProperty("user.home")));
        Assumptions.assumeTrue(HostUser.current().isRoot(), "reading a guest's disks needs root");
        Shortage shortage = HostRequirements.ofThisHost(time, folders).missing(Need.LAB);
        Assumptions.assumeTrue(shortage.isEmpty(), () -> "this host lacks " + shortage.things());
        DbImage image = new DbImage(PrivateFolder.in(Path.of("/var/tmp")));
        new GuestImages(folders.guestImages(), time, System.out::println).unpackRoot("db", image.folder.path());
        return image;
    }

    Path root() {
        return folder.path();
    }

    @Override
    public void close() {
        Folders.delete(folder.path());
    }
}
