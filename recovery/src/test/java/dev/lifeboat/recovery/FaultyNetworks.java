package dev.lifeboat.recovery;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.network.Clash;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.Networks;
import dev.lifeboat.network.Openings;
import dev.lifeboat.network.Realm;
import dev.lifeboat.network.RealmId;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.network.Removal;
import java.util.List;

/** Networks of which a call fails on purpose. */
record FaultyNetworks(Networks networks, PlannedFault fault) implements Networks {

    @Override
    public List<Clash> check(Realm realm, Openings openings) throws InterruptedException {
        return fault.at("check", ErrorCode.NET_NOT_MADE, () -> networks.check(realm, openings));
    }

    @Override
    public RealmState make(Realm realm) throws InterruptedException {
        return fault.at("make", ErrorCode.NET_NOT_MADE, () -> networks.make(realm));
    }

    @Override
    public RealmState open(Label realm, Openings openings) throws InterruptedException {
        return fault.at("open", ErrorCode.NET_NOT_MADE, () -> networks.open(realm, openings));
    }

    @Override
    public void close(Label realm) throws InterruptedException {
        boolean _ = fault.at("close", ErrorCode.NET_NOT_MADE, () -> {
            networks.close(realm);
            return true;
        });
    }

    @Override
    public Removal remove(RealmId realm) throws InterruptedException {
        return fault.at("remove networks", ErrorCode.NET_NOT_MADE, () -> networks.remove(realm));
    }

    @Override
    public List<RealmState> observe() throws InterruptedException {
        return fault.at("observe networks", ErrorCode.NET_NOT_MADE, networks::observe);
    }
}
