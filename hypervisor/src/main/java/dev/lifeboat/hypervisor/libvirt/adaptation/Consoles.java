package dev.lifeboat.hypervisor.libvirt.adaptation;

import java.util.List;
import java.util.Set;

/** Screens, serial lines, channels and sound: whatever ends at a file, a port or a program of the host. */
final class Consoles {

    /** Ends that are made anew wherever the machine is. */
    private static final Set<String> LINES = Set.of("pty", "null", "vc");

    /** Addresses that mean the same on every host. */
    private static final Set<String> ANYWHERE = Set.of("127.0.0.1", "::1", "localhost", "0.0.0.0", "::");

    private static final String HERE = "127.0.0.1";

    private Consoles() {}

    static void adapt(Adapting adapting, DomainOffer offer) {
        boolean spice = offer.offers("graphics", "type", "spice");
        lines(adapting);
        channels(adapting, spice);
        screens(adapting, offer, spice);
        sound(adapting, spice);
    }

    private static void lines(Adapting adapting) {
        for (String kind : List.of("serial", "console", "parallel")) {
            for (EditableXml line : adapting.devices(kind)) {
                line.drop("log");
                if (!LINES.contains(line.get("type"))) {
                    adapting.tell(
                            "The guest's %s line ended at its host (%s); here it is a console.",
                            kind, line.get("type"));
                    line.drop("source", "protocol");
                    line.set("type", "pty");
                } else {
                    line.drop("source");
                }
                line.unset("tty");
            }
        }
    }

    private static void channels(Adapting adapting, boolean spice) {
        for (EditableXml channel : adapting.devices("channel")) {
            channel.drop("log");
            String type = channel.get("type");
            String name = channel.get("target", "name");
            if ((type.startsWith("spice") && !spice) || type.equals("dbus")) {
                channel.remove();
                adapting.tell("The channel %s of a %s screen is not there.", name, type);
            } else if (!type.startsWith("spice") && !type.equals("pty")) {
                // libvirt makes a socket of its own for it, which is how it reaches the guest's agent.
                channel.drop("source", "protocol");
                channel.set("type", "unix");
                channel.add("source").set("mode", "bind");
                if (!type.equals("unix")) {
                    adapting.tell("The channel %s ended at its host (%s); here it is a socket.", name, type);
                }
            }
        }
        for (String kind : List.of("redirdev", "smartcard")) {
            for (EditableXml device : adapting.devices(kind)) {
                boolean works = device.get("type").equals("spicevmc")
                        || device.get("mode").equals("passthrough");
                if (!works || !spice || device.get("type").equals("tcp")) {
                    device.remove();
                    adapting.tell("A %s of the guest ended at its host and is not there.", kind);
                }
            }
        }
    }

    private static void screens(Adapting adapting, DomainOffer offer, boolean spice) {
        for (EditableXml screen : adapting.devices("graphics")) {
            String type = screen.get("type");
            boolean local =
                    Set.of("sdl", "desktop", "egl-headless", "dbus", "rdp").contains(type);
            if (local || (!type.equals("vnc") && !(type.equals("spice") && spice))) {
                replace(adapting, screen, type, local);
            } else {
                listen(adapting, screen);
            }
        }
        for (EditableXml video : adapting.devices("video")) {
            String model = video.get("model", "type");
            if (!model.isEmpty() && !offer.offers("video", "modelType", model)) {
                video.drop("driver");
                EditableXml element = video.need("model");
                element.drop("acceleration", "resolution");
                element.keepAttributes(Set.of("heads", "primary"));
                element.set("type", "vga");
                adapting.tell("The video card '%s' is not known here; it is 'vga' instead.", model);
            }
            video.child("driver").ifPresent(driver -> {
                if (driver.get("name").equals("vhostuser")) {
                    driver.remove();
                }
            });
            video.child("model", "acceleration").ifPresent(acceleration -> {
                acceleration.remove();
                adapting.tell("The video card has no acceleration by a graphics card of the host.");
            });
        }
    }

    private static void replace(Adapting adapting, EditableXml screen, String type, boolean local) {
        boolean another = adapting.devices("graphics").stream()
                .anyMatch(one -> one.get("type").equals("vnc"));
        if (local || another) {
            screen.remove();
            adapting.tell("The screen of the kind '%s' is not there.", type);
            return;
        }
        screen.drop(
                "listen",
                "image",
                "streaming",
                "clipboard",
                "mouse",
                "filetransfer",
                "gl",
                "channel",
                "zlib",
                "jpeg",
                "playback");
        screen.keepAttributes(Set.of("passwd", "keymap"));
        screen.set("type", "vnc").set("port", "-1").set("autoport", "yes").set("listen", HERE);
        adapting.tell("The screen '%s' is not known here; it is 'vnc' on %s instead.", type, HERE);
    }

    private static void listen(Adapting adapting, EditableXml screen) {
        screen.drop("gl");
        if (screen.get("autoport").equals("no") || screen.unset("websocket") || screen.unset("socket")) {
            adapting.tell("The port of the screen is chosen by this host; it was a fixed one.");
        }
        screen.unset("socket");
        screen.unset("tlsPort");
        screen.set("port", "-1").set("autoport", "yes");
        String before = screen.get("listen");
        if (before.isEmpty()) {
            before = screen.get("listen", "address");
        }
        if (screen.has("listen") && screen.get("listen", "type").equals("network")) {
            before = "network " + screen.get("listen", "network");
        }
        boolean fits = before.isEmpty() || ANYWHERE.contains(before);
        screen.drop("listen");
        screen.set("listen", fits && !before.isEmpty() ? before : HERE);
        if (!fits) {
            adapting.tell("The screen is reached at %s of this host; it was at %s.", HERE, before);
        }
    }

    private static void sound(Adapting adapting, boolean spice) {
        for (EditableXml audio : adapting.devices("audio")) {
            String type = audio.get("type");
            if (!type.equals("none") && !(type.equals("spice") && spice)) {
                for (EditableXml child : audio.children()) {
                    child.remove();
                }
                audio.keepAttributes(Set.of("id"));
                audio.set("type", "none");
                adapting.tell("The guest's sound went to its host (%s); here it goes nowhere.", type);
            }
        }
    }
}
