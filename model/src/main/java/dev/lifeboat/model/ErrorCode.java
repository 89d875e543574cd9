package dev.lifeboat.model;

/**
 * Every error that a person can meet: the one table. A code is stable for ever: it may be retired but never reused.
 * `docs/errors.md` is generated from here, and a test refuses a code without a remedy.
 *
 * <p>An entry says what usually lies behind the error (cause), what has not been harmed (safe) and what to do now
 * (next). What happened this time, with names, is said by the {@link LifeboatException} that carries the code.
 */
public enum ErrorCode {
    HOST_JDK_MISSING(
            "LB-HOST-001",
            Outcome.FAILED,
            "No JDK 25 or newer was found in JAVA_HOME, under the system's JVM folder, or in SDKMAN.",
            "Nothing was changed.",
            "Install a JDK 25 (`./lifeboat doctor` says how), or point JAVA_HOME at one."),
    HOST_MAVEN_MISSING(
            "LB-HOST-002",
            Outcome.FAILED,
            "The project has to be built, and this computer has no Maven with which to fetch the pinned one.",
            "Nothing was changed.",
            "Install the package maven; any version will do."),
    HOST_MAVEN_NOT_FETCHED(
            "LB-HOST-003",
            Outcome.FAILED,
            "The Maven repository could not be reached, or a proxy or mirror in ~/.m2/settings.xml refused.",
            "Nothing was changed.",
            "Check the connection to the Maven repository, then run the same command again."),
    HOST_MAVEN_ALTERED(
            "LB-HOST-004",
            Outcome.FAILED,
            "The Maven that arrived does not have the checksum that this project is pinned to.",
            "It was deleted; nothing of it was run.",
            "Remove org/apache/maven/apache-maven from ~/.m2/repository and try again; if it happens again, do not"
                    + " trust the mirror it came from."),
    HOST_BUILD_FAILED(
            "LB-HOST-005",
            Outcome.FAILED,
            "The sources are newer than the build and building them failed.",
            "Only the build in this checkout was touched.",
            "Read the first error of the build above, mend it, and run the same command again."),
    HOST_PROGRAM_MISSING(
            "LB-HOST-010",
            Outcome.FAILED,
            "A program that is needed is not installed or not in the PATH.",
            "The step that needed it was not done.",
            "`lifeboat doctor` says which package has it; `lifeboat doctor --fix` installs it."),
    HOST_PROGRAM_FAILED(
            "LB-HOST-011",
            Outcome.FAILED,
            "A program that was called reported a failure.",
            "Disks and data were not touched by the failure; a lab that was being made has been removed again.",
            "Read what the program said; `lifeboat doctor` finds what the host lacks."),
    HOST_PROGRAM_TIMED_OUT(
            "LB-HOST-012",
            Outcome.FAILED,
            "A program that was called did not end in its time: the host is overloaded, or what it waits for is away.",
            "The program was ended.",
            "Look at the load of the host, then run the same command again."),
    HOST_PACKAGES_MISSING(
            "LB-HOST-013",
            Outcome.FAILED,
            "Programs that this command needs are not installed.",
            "Nothing was started.",
            "Run `lifeboat doctor --fix` as root on Debian or Ubuntu, or install the named packages."),
    HOST_NOT_ROOT(
            "LB-HOST-014",
            Outcome.REFUSED,
            "Namespaces, bridges and system virtual machines need root.",
            "Nothing was started.",
            "Run the same command as root, for instance with sudo."),
    HOST_NO_SPACE(
            "LB-HOST-015",
            Outcome.FAILED,
            "The file system has less free space than the work needs.",
            "Nothing was started, or what was begun has been taken back.",
            "Free some space; or name other folders with LIFEBOAT_STATE_DIR and LIFEBOAT_CACHE_DIR."),
    HOST_NOT_DEBIAN(
            "LB-HOST-016",
            Outcome.REFUSED,
            "Packages are installed by name on Debian and Ubuntu only.",
            "Nothing was installed.",
            "Install the programs that `lifeboat doctor` names with the tools of your distribution."),
    HOST_INSTALL_FAILED(
            "LB-HOST-017",
            Outcome.FAILED,
            "The package manager could not install what was missing.",
            "What was installed before the failure stays installed; nothing was removed.",
            "Read what the package manager said, mend it, and run `lifeboat doctor --fix` again."),
    HOST_INCOMPLETE(
            "LB-HOST-018",
            Outcome.FAILED,
            "The host lacks something that Lifeboat needs.",
            "Nothing was changed, but for the packages that --fix said it installed.",
            "Follow the remedies in the table; `lifeboat doctor --fix` installs what can be installed by name."),
    HOST_NAMESPACES_REFUSED(
            "LB-HOST-019",
            Outcome.FAILED,
            "The kernel, or the container this runs in, does not allow new namespaces or bridges.",
            "Nothing was started.",
            "Run on a host, or in a virtual machine, where root may create namespaces."),
    HOST_PORT_TAKEN(
            "LB-HOST-020",
            Outcome.FAILED,
            "Another program listens on the port already.",
            "Nothing was started.",
            "Choose another port, or 0 for any free one."),
    HOST_FOLDER_NOT_REMOVED(
            "LB-HOST-021",
            Outcome.FAILED,
            "A file could not be removed: somebody holds it, or something is mounted there.",
            "What the message does not name is gone; nothing outside of the folder was touched.",
            "Look at who holds the file that the message names, then remove the folder by hand or run the same command"
                    + " again."),
    CLI_WRONG_USAGE(
            "LB-CLI-001",
            Outcome.WRONG_USAGE,
            "The command line has an option, argument or value that the command does not know.",
            "Nothing was done.",
            "Add --help to see what the command takes."),
    CLI_FILE_UNREADABLE(
            "LB-CLI-002",
            Outcome.FAILED,
            "A file that was named does not exist or cannot be read.",
            "Nothing was changed.",
            "Check the name and the permissions of the file."),
    CLI_FILE_UNWRITABLE(
            "LB-CLI-003",
            Outcome.FAILED,
            "A file cannot be written where it was asked for.",
            "A file that stood there before was left as it was.",
            "Check that the folder exists, that it may be written and that the disk has space."),
    CLI_BUG(
            "LB-CLI-004",
            Outcome.FAILED,
            "The program met a situation that its authors had not foreseen.",
            "The command stopped where it was; `lifeboat lab status` and similar show what stands.",
            "Make a support bundle with `lifeboat support-bundle` and report it with the text of the error."),
    LAB_NAME_INVALID(
            "LB-LAB-001",
            Outcome.WRONG_USAGE,
            "A lab's name is part of the paths of its sockets, which must be short: 1 to 12 lower-case letters, digits and hyphens, a letter"
                    + " first.",
            "Nothing was done.",
            "Choose another name."),
    LAB_SITE_UNKNOWN(
            "LB-LAB-002",
            Outcome.NOT_FOUND,
            "The lab has no site of this name.",
            "Nothing was changed.",
            "The sites are: primary, recovery."),
    LAB_NOT_UP(
            "LB-LAB-003",
            Outcome.NOT_FOUND,
            "No lab of this name is up.",
            "Nothing was changed.",
            "`lifeboat lab up` brings it up; `lifeboat lab status --all` lists those that are up."),
    LAB_MACHINE_UNKNOWN(
            "LB-LAB-004",
            Outcome.NOT_FOUND,
            "The lab has no machine of this name.",
            "Nothing was changed.",
            "The machines are: web, db, scribe."),
    LAB_GUEST_NOT_BUILT(
            "LB-LAB-005",
            Outcome.FAILED,
            "A guest image could not be built: mostly the package archive could not be reached, or the disk filled up.",
            "Images that were complete stay in the cache; the half-built one was removed.",
            "Read the log that the message names, then run the same command again."),
    LAB_MACHINE_SILENT(
            "LB-LAB-006",
            Outcome.FAILED,
            "A machine was started but did not answer in its time: the host is overloaded, or the guest did not boot.",
            "The lab stays up as it is, so that it can be looked at.",
            "Look at the machine's console log that the message names; `lifeboat lab down` removes the lab."),
    LAB_SITE_OFF(
            "LB-LAB-007",
            Outcome.REFUSED,
            "The site is powered off.",
            "Nothing was changed; the disks are as they fell.",
            "`lifeboat lab power-on SITE` brings it back."),
    LAB_BUSY(
            "LB-LAB-008",
            Outcome.REFUSED,
            "Another command is changing this lab at this moment.",
            "Nothing was changed by this command.",
            "Wait for the other command to end, then try again."),
    LAB_LEFTOVERS(
            "LB-LAB-009",
            Outcome.PARTLY_DONE,
            "Something of the lab could not be removed.",
            "What the message does not name is gone.",
            "Run `lifeboat lab down` again; if the same thing is named, look at who holds it."),
    LAB_NOT_STARTED(
            "LB-LAB-010",
            Outcome.FAILED,
            "A part of the lab could not be started.",
            "A lab that was being made has been removed again; the disks of one that stood before are as they were.",
            "Read what the part said; `lifeboat doctor` finds what the host lacks."),
    LAB_NOTEBOOK_UNREADABLE(
            "LB-LAB-011",
            Outcome.FAILED,
            "The file in which the customer remembers its confirmed orders is missing, damaged or of another version.",
            "The shop and its disks were only read.",
            "Name the notebook that the customer wrote; a line that was cut by a crash at its end is no damage."),
    LAB_BOOKS_UNREADABLE(
            "LB-LAB-012",
            Outcome.FAILED,
            "The books could not be read from the shop or from the disks.",
            "The shop and its disks were only read: disks are copied before anything is repaired in them.",
            "Check that the shop answers, or that the disks named are those of the point."),
    LAB_BOOKS_WRONG(
            "LB-LAB-013",
            Outcome.FAILED,
            "Confirmed orders are lost, torn or doubled, or the two machines disagree.",
            "The shop and its disks were only read.",
            "The report names the orders."),
    LAB_RECORDS_WRONG(
            "LB-LAB-014",
            Outcome.FAILED,
            "Records that scribe had announced are lost, or records in the middle are torn or out of order.",
            "The disk was only read.",
            "The report names the records."),
    LAB_FOLDER_UNUSABLE(
            "LB-LAB-015",
            Outcome.WRONG_USAGE,
            "The folder for labs has a name that is too long for the sockets in it, or with characters other than"
                    + " letters, digits, dots, hyphens and underscores.",
            "Nothing was done.",
            "Name another folder with LIFEBOAT_STATE_DIR, or leave the variable unset.");

    private final String code;
    private final Outcome outcome;
    private final String cause;
    private final String safe;
    private final String next;

    ErrorCode(String code, Outcome outcome, String cause, String safe, String next) {
        this.code = code;
        this.outcome = outcome;
        this.cause = cause;
        this.safe = safe;
        this.next = next;
    }

    /** The stable code, {@code LB-AREA-NNN}. */
    public String code() {
        return code;
    }

    /** How a command that meets this error ends. */
    public Outcome outcome() {
        return outcome;
    }

    /** What usually lies behind it. */
    public String cause() {
        return cause;
    }

    /** What has not been harmed. */
    public String safe() {
        return safe;
    }

    /** What to do now. */
    public String next() {
        return next;
    }
}
