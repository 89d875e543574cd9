package dev.lifeboat.lab.command;

import dev.lifeboat.lab.Lab;
import dev.lifeboat.lab.Place;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lifeboat lab power-on}. */
@Command(
        name = "power-on",
        description = "Bring a site back: its hosts boot and start their machines from the disks as they are.")
final class PowerOnCommand extends LabOperation {

    @Parameters(paramLabel = "SITE", description = "primary or recovery")
    private String site = "";

    PowerOnCommand(LabContext context) {
        super(context);
    }

    @Override
    String change(Lab lab) throws InterruptedException {
        Place place = Place.site(site);
        lab.powerOn(place);
        return "The %s site of lab '%s' has power.".formatted(place, lab.name());
    }
}
