package dev.lifeboat.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Several connections to one export, which take requests in turn. There is more than one only if the server says that a
 * flush on one covers the writes on all. Once one connection fails, its share of the requests fails as well: they are
 * to be closed and made anew together.
 */
public final class NbdConnections implements NbdDisk {

    private final List<NbdClient> clients;
    private final AtomicInteger turn = new AtomicInteger();

    private NbdConnections(List<NbdClient> clients) {
        this.clients = List.copyOf(clients);
    }

    static NbdConnections open(NbdClient.Builder builder, int most) throws IOException {
        if (most < 1) {
            throw new IllegalArgumentException("At least one connection is needed: " + most);
        }
        List<NbdClient> clients = new ArrayList<>();
        boolean done = false;
        try {
            clients.add(builder.connect());
            while (clients.size() < most && clients.getFirst().multipleConnections()) {
                NbdClient further = builder.connect();
                clients.add(further);
                if (further.size() != clients.getFirst().size()) {
                    throw NbdException.broken("the export has another size on each connection");
                }
            }
            done = true;
            return new NbdConnections(clients);
        } finally {
            if (!done) {
                clients.forEach(NbdClient::close);
            }
        }
    }

    /** How many there are. */
    public int count() {
        return clients.size();
    }

    /** Whether requests on all connections still have a chance. */
    public boolean isOpen() {
        return clients.stream().allMatch(NbdClient::isOpen);
    }

    @Override
    public long size() {
        return first().size();
    }

    @Override
    public boolean writable() {
        return first().writable();
    }

    @Override
    public boolean multipleConnections() {
        return first().multipleConnections();
    }

    @Override
    public BlockSizes blockSizes() {
        return first().blockSizes();
    }

    @Override
    public List<String> contexts() {
        return first().contexts();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        next().read(offset, into);
    }

    @Override
    public CompletableFuture<Void> readAsync(long offset, ByteBuffer into) throws IOException {
        return next().readAsync(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from, boolean fua) throws IOException {
        next().write(offset, from, fua);
    }

    @Override
    public CompletableFuture<Void> writeAsync(long offset, ByteBuffer from, boolean fua) throws IOException {
        return next().writeAsync(offset, from, fua);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean punchHole, boolean fua) throws IOException {
        next().writeZeroes(offset, length, punchHole, fua);
    }

    @Override
    public void trim(long offset, long length, boolean fua) throws IOException {
        next().trim(offset, length, fua);
    }

    @Override
    public void flush() throws IOException {
        next().flush();
    }

    @Override
    public void cache(long offset, long length) throws IOException {
        next().cache(offset, length);
    }

    @Override
    public Map<String, List<Extent>> blockStatus(long offset, long length) throws IOException {
        return next().blockStatus(offset, length);
    }

    @Override
    public void close() {
        clients.forEach(NbdClient::close);
    }

    private NbdClient first() {
        return clients.getFirst();
    }

    private NbdClient next() {
        return clients.get(Math.floorMod(turn.getAndIncrement(), clients.size()));
    }
}
