package dev.lifeboat.lab.command;

import dev.lifeboat.lab.Lab;
import dev.lifeboat.lab.Place;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lifeboat lab power-off}. */
@Command(
        name = "power-off",
        description = "Lose a site: every process of it is killed at once, its links go, its disks stay as they fell.")
final class PowerOffCommand extends LabOperation {

    @Parameters(paramLabel = "SITE", description = "primary or recovery")
    private String site = "";

    PowerOffCommand(LabContext context) {
        super(context);
    }

    @Override
    String change(Lab lab) throws InterruptedException {
        Place place = Place.site(site);
        lab.powerOff(place);
        return "The %s site of lab '%s' has no power.".formatted(place, lab.name());
    }
}
