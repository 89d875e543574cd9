package dev.lifeboat.lab;

import dev.lifeboat.model.Timekeeper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All the containers of one lab, whether they are up or not. */
final class Containers {

    private final LabFolder folder;
    private final Timekeeper time;

    Containers(LabFolder folder, Timekeeper time) {
        this.folder = folder;
        this.time = time;
    }

    Container of(Place place) {
        return new Container(folder, place.toString(), time);
    }

    Container of(LabHost host) {
        return new Container(folder, host.toString(), time);
    }

    /** A site's router and its hosts. */
    List<Container> ofSite(Place site) {
        List<Container> all = new ArrayList<>();
        all.add(of(site));
        site.hosts().forEach(host -> all.add(of(host)));
        return all;
    }

    /** Every container that a lab can have. */
    List<Container> all() {
        return Arrays.stream(Place.values())
                .flatMap(place -> ofSite(place).stream())
                .toList();
    }
}
