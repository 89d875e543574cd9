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
            "The machines are: web, db, scribe, assorted."),
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
            "Name another folder with LIFEBOAT_STATE_DIR, or leave the variable unset."),
    VAULT_NOT_FOUND(
            "LB-VAULT-001",
            Outcome.NOT_FOUND,
            "There is no vault at this place: the address is wrong, or the store is not mounted.",
            "Nothing was written.",
            "Check the address; `lifeboat vault init` makes a new vault."),
    VAULT_EXISTS(
            "LB-VAULT-002",
            Outcome.REFUSED,
            "There is a vault at this place already, or files that are none of a vault's.",
            "What is there was not touched.",
            "Name an empty or a new place."),
    VAULT_URL_INVALID(
            "LB-VAULT-003",
            Outcome.WRONG_USAGE,
            "The address of a vault is a URL such as `file:///srv/vault`; the kind of store must be one that"
                    + " this version knows.",
            "Nothing was done.",
            "Write the address as the message says."),
    VAULT_FORMAT_UNKNOWN(
            "LB-VAULT-004",
            Outcome.REFUSED,
            "The vault was written by a newer version, in a format that this one does not know.",
            "Nothing was written.",
            "Use the version that wrote the vault, or a newer one."),
    VAULT_FOREIGN(
            "LB-VAULT-005",
            Outcome.REFUSED,
            "Credentials or key belong to another vault, or somebody put another vault in this one's place.",
            "Nothing was written.",
            "Name the vault that belongs to the credentials. If the address has not changed, treat the store"
                    + " as tampered with."),
    VAULT_PASSPHRASE_WRONG(
            "LB-VAULT-006",
            Outcome.FAILED,
            "No key of the vault opens with this passphrase.",
            "Nothing was changed; there is no limit on tries.",
            "Check the passphrase file for a trailing space or another keyboard layout; the recovery kit"
                    + " opens the vault without a passphrase."),
    VAULT_KIT_UNREADABLE(
            "LB-VAULT-007",
            Outcome.FAILED,
            "A line of the recovery kit does not match its checksum: mostly a typing mistake.",
            "Nothing was changed.",
            "Compare the line that the message names with the paper, character by character."),
    VAULT_KIT_WRONG(
            "LB-VAULT-008",
            Outcome.FAILED,
            "The recovery kit is whole but belongs to another vault.",
            "Nothing was changed.",
            "Find the kit that carries the vault's id; `lifeboat vault show` prints it."),
    VAULT_CREDENTIALS_UNREADABLE(
            "LB-VAULT-009",
            Outcome.FAILED,
            "The credentials file is missing, damaged, or none of Lifeboat's.",
            "Nothing was written.",
            "Make new credentials with `lifeboat vault credentials`."),
    VAULT_GROUP_NOT_GRANTED(
            "LB-VAULT-010",
            Outcome.REFUSED,
            "The credentials do not cover this group.",
            "Nothing was written.",
            "Make credentials for the group with `lifeboat vault credentials --group`."),
    VAULT_POINT_UNKNOWN(
            "LB-VAULT-011",
            Outcome.NOT_FOUND,
            "The vault has no recovery point of this name, or none of this group.",
            "Nothing was changed.",
            "`lifeboat vault points` lists the points."),
    VAULT_DISK_UNKNOWN(
            "LB-VAULT-012",
            Outcome.NOT_FOUND,
            "The recovery point has no disk of this name.",
            "Nothing was changed.",
            "`lifeboat vault show POINT` lists its disks."),
    VAULT_OBJECT_DAMAGED(
            "LB-VAULT-013",
            Outcome.FAILED,
            "An object of the vault is not what its writer put there: rotten storage, or somebody changed it.",
            "Nothing was written. Other points may be whole.",
            "`lifeboat vault verify --read-data` says which points are affected; choose one that is not."),
    VAULT_OBJECT_MISSING(
            "LB-VAULT-014",
            Outcome.FAILED,
            "An object of the vault that others refer to is gone.",
            "Nothing was written. Other points may be whole.",
            "`lifeboat vault verify` says which points are affected; choose one that is not, or bring the"
                    + " object back from a copy."),
    VAULT_STORE_FULL(
            "LB-VAULT-015",
            Outcome.FAILED,
            "The store has no space left.",
            "All points that were published before are whole; this one was not published.",
            "Free some space, then run the same command again: what was stored already is not stored twice."),
    VAULT_STORE_READ_ONLY(
            "LB-VAULT-016",
            Outcome.FAILED,
            "The store does not let this user write.",
            "Nothing was written.",
            "Check owner and mode of the folder, and how it is mounted."),
    VAULT_STORE_FAILED(
            "LB-VAULT-017",
            Outcome.FAILED,
            "The store did not answer, or answered with a failure, and went on doing so when asked again.",
            "All points that were published before are whole.",
            "Check the store and the way to it, then run the same command again."),
    VAULT_STORE_CONFLICT(
            "LB-VAULT-018",
            Outcome.FAILED,
            "The store holds another object under a name that only this writer may use.",
            "Nothing was overwritten.",
            "Two computers may be using the same credentials: give each its own."),
    VAULT_GROUP_OWNED_ELSEWHERE(
            "LB-VAULT-019",
            Outcome.REFUSED,
            "The group was moved to another owner; this writer may not add points any more.",
            "All points that were published before are whole; this one was not published.",
            "See who owns the group with `lifeboat vault points`; points of the group are made there now."),
    VAULT_IMAGE_UNREADABLE(
            "LB-VAULT-020",
            Outcome.FAILED,
            "The disk image is missing, cannot be read, or is in a format other than raw and qcow2.",
            "Nothing was published.",
            "Check the name, the permissions and, with `qemu-img info`, the format."),
    VAULT_IMAGE_CHANGED(
            "LB-VAULT-021",
            Outcome.FAILED,
            "The disk image changed while it was read: a machine still writes to it.",
            "Nothing was published.",
            "Stop the machine, or import a snapshot of its disk."),
    VAULT_READ_BACK_FAILED(
            "LB-VAULT-022",
            Outcome.FAILED,
            "A block, opened again before it was stored, was not what had been read: bad memory or a bad"
                    + " processor.",
            "Nothing was published, and what is in the vault is whole.",
            "Test the memory of this computer before you trust it with anything."),
    VAULT_DAMAGED(
            "LB-VAULT-023",
            Outcome.FAILED,
            "Objects of the vault are damaged or missing.",
            "Nothing was deleted or changed. Points that the report does not name are whole.",
            "Choose a point that is not affected; bring damaged objects back from a copy of the vault."),
    VAULT_ROLLED_BACK(
            "LB-VAULT-024",
            Outcome.FAILED,
            "The vault lacks a point that is known to have been published: somebody put an older state of it"
                    + " back.",
            "Nothing was written.",
            "Find out who restored the store; the points in it are genuine, but the newest are gone."),
    VAULT_KIT_NOT_CONFIRMED(
            "LB-VAULT-025",
            Outcome.NEEDS_A_PERSON,
            "Without the recovery kit a forgotten passphrase loses everything, so a vault is used only once"
                    + " somebody says the kit is safe.",
            "The vault was not made; the kit that was written opens nothing.",
            "Print the kit or copy it to another place, then run the command again and confirm, or add --yes."),
    VAULT_NAME_INVALID(
            "LB-VAULT-026",
            Outcome.WRONG_USAGE,
            "Names of groups, machines, disks and writers have 1 to 64 letters, digits, dots, hyphens and"
                    + " underscores, a letter or digit first.",
            "Nothing was done.",
            "Choose another name."),
    VAULT_KEY_REQUIRED(
            "LB-VAULT-027",
            Outcome.WRONG_USAGE,
            "The blocks of a vault open only with its private key, and none was given.",
            "Nothing was done.",
            "Add --passphrase-file FILE or --kit FILE."),
    VAULT_TARGET_UNUSABLE(
            "LB-VAULT-028",
            Outcome.FAILED,
            "The file or device to write to does not fit: it exists, is too small, or belongs to another" + " export.",
            "What stood there was not touched.",
            "Name another file; or remove the one that is there if it is not needed."),
    VAULT_LAST_KEY(
            "LB-VAULT-029",
            Outcome.REFUSED,
            "This is the only sealed copy of the private key.",
            "Nothing was removed.",
            "Add another key first."),
    VAULT_CHANGED_RANGES_INVALID(
            "LB-VAULT-030",
            Outcome.WRONG_USAGE,
            "The file of changed ranges does not have lines of two numbers, offset and length in bytes,"
                    + " inside of the disk.",
            "Nothing was published.",
            "Write one range a line, such as `1048576 65536`."),
    VAULT_KEY_UNKNOWN(
            "LB-VAULT-031",
            Outcome.NOT_FOUND,
            "The vault has no key of this name.",
            "Nothing was changed.",
            "`lifeboat vault keys list` lists the keys."),
    VAULT_KEY_EXISTS(
            "LB-VAULT-032",
            Outcome.REFUSED,
            "The vault has a key of this name already, and no key is ever overwritten.",
            "Nothing was changed; the key opens with its passphrase as before.",
            "Choose another name, or give the key another passphrase with `lifeboat vault keys change`."),
    VAULT_SEED_UNUSABLE(
            "LB-VAULT-040",
            Outcome.FAILED,
            "The folder for a first copy that is carried is not there, was not made by an agent, or is on a disk that"
                    + " cannot be written or whose file system has no hard links.",
            "Nothing was written to the vault.",
            "Mount the disk, and name the folder on it that has seed.json; a new disk wants ext4 or XFS."),
    VAULT_SEED_REFUSED(
            "LB-VAULT-041",
            Outcome.PARTLY_DONE,
            "Objects of the carried folder are damaged, or the vault has others of the same names.",
            "They were not taken, and nothing in the vault was changed; all others are there.",
            "Read the disk on another computer and run the command again; if they stay damaged, remove seed_folder from"
                    + " the agent's configuration: it reads the disks again and sends only what is missing."),
    VAULT_TRANSFER_UNCONFIRMED(
            "LB-VAULT-042",
            Outcome.NEEDS_A_PERSON,
            "Who has a group until now adds no point of it any more once it is given to another, and that was not"
                    + " confirmed.",
            "Nothing was changed.",
            "Make sure that the machines do not run at the old place, then run the command again and confirm, or add"
                    + " --yes."),
    VAULT_WRITER_UNKNOWN(
            "LB-VAULT-043",
            Outcome.NOT_FOUND,
            "No writer of this name has ever opened the vault: a group given to it would be in nobody's hands if the"
                    + " name is misspelt.",
            "Nothing was changed.",
            "Check the name. An agent with the group in its configuration opens the vault within a minute; or add"
                    + " --unseen when its credentials were made and it has not run yet."),
    AGENT_CONFIGURATION_INVALID(
            "LB-AGENT-001",
            Outcome.WRONG_USAGE,
            "The agent's configuration has a key or a value that is not allowed, or lacks one that is needed.",
            "Nothing was started; an agent that runs goes on with what it was started with.",
            "Mend the lines that the message names, then try `lifeboat agent check-config FILE`; docs/agent.md has"
                    + " every key."),
    AGENT_ALREADY_RUNNING(
            "LB-AGENT-002",
            Outcome.REFUSED,
            "Another process works with the same state folder already.",
            "Nothing was started; the one that runs goes on.",
            "Ask it with `lifeboat agent status`; or stop it first; or give this one a state folder of its own."),
    AGENT_NOT_RUNNING(
            "LB-AGENT-003",
            Outcome.FAILED,
            "No agent answers at the socket: it does not run, or has another socket in its configuration.",
            "Nothing was changed. Points that were made are in the vault.",
            "Start the agent, or look at its log if it should be running; name another socket with --socket."),
    AGENT_SOCKET_DENIED(
            "LB-AGENT-004",
            Outcome.REFUSED,
            "Only root may speak to the agent.",
            "Nothing was changed.",
            "Run the same command as root, for instance with sudo."),
    AGENT_GUARD_UNAVAILABLE(
            "LB-AGENT-005",
            Outcome.FAILED,
            "The guard, without which no guest is held, could not be started or does not answer.",
            "No guest is held. Points that were made are in the vault.",
            "Look at what the guard wrote beside the agent's log; memory and the state folder are the usual causes."),
    AGENT_MACHINE_UNKNOWN(
            "LB-AGENT-006",
            Outcome.NOT_FOUND,
            "No machine of this name is protected by this agent, or the hypervisor has none.",
            "Nothing was changed.",
            "`lifeboat agent status` lists the machines that are protected; compare the name with the hypervisor's."),
    AGENT_GROUP_ACROSS_HOSTS(
            "LB-AGENT-007",
            Outcome.REFUSED,
            "Some machines of a group are on this host and some are not; they can only be captured together where"
                    + " they share a host.",
            "Nothing was started.",
            "Move the machines to one host, or make a group for each host. A misspelt name looks the same."),
    AGENT_HYPERVISOR_UNREACHABLE(
            "LB-AGENT-008",
            Outcome.FAILED,
            "The hypervisor does not answer at the address in the configuration.",
            "Machines run on.",
            "Check that it runs and that the address is right; an agent that runs connects again by itself."),
    AGENT_FOLDER_UNUSABLE(
            "LB-AGENT-009",
            Outcome.FAILED,
            "A folder that the agent needs cannot be made, or cannot be written.",
            "Nothing was started.",
            "Check who owns the folder, that its file system is mounted and that it has space."),
    AGENT_ENDPOINT_UNUSABLE(
            "LB-AGENT-010",
            Outcome.FAILED,
            "The socket or port on which the agent answers cannot be opened: its name is too long, or another"
                    + " program has it.",
            "Nothing was started.",
            "Name another socket or port in the configuration."),
    AGENT_ANSWER_UNREADABLE(
            "LB-AGENT-011",
            Outcome.FAILED,
            "What answers at the socket is not an agent of this version.",
            "Nothing is known to be changed.",
            "Use the command of the version that the agent runs, or start the agent again with this one."),
    AGENT_REQUEST_UNREADABLE(
            "LB-AGENT-012",
            Outcome.WRONG_USAGE,
            "What an agent was asked for is too long, came in parts, or says what this version does not know.",
            "Nothing was changed, and no key was kept.",
            "Use the command of the version that the agent runs, or start the agent again with this one."),
    AGENT_RECOVERY_NOT_ALLOWED(
            "LB-AGENT-013",
            Outcome.REFUSED,
            "This agent does not recover machines: its configuration has no section `recovery`, or switches it off.",
            "Nothing was changed.",
            "Add `recovery: {}` to its configuration and start it again; or use `lifeboat rescue`, which needs no agent."),
    AGENT_TASKS_FULL(
            "LB-AGENT-014",
            Outcome.REFUSED,
            "The agent works on as many recoveries as it takes at once.",
            "Nothing was changed; what it works on goes on.",
            "`lifeboat agent status` shows what it does. Run the same command when one of them has ended."),
    AGENT_TASK_UNKNOWN(
            "LB-AGENT-015",
            Outcome.FAILED,
            "The agent knows of no task for this recovery: it was started again since the task was given.",
            "What was done stays, and machines that run go on. The key that the task had is gone with it.",
            "Run the same command again: it goes on where the task was."),
    AGENT_TASK_STOPPED(
            "LB-AGENT-016",
            Outcome.FAILED,
            "A task was broken off: the agent was stopped, the recovery was told to end, or the time was over.",
            "What was done stays, and machines that run go on.",
            "If the recovery is still wanted, run the same command again: it goes on where the task was."),
    NBD_PEER_FAILED(
            "LB-NBD-001",
            Outcome.FAILED,
            "The other side of an NBD connection broke the protocol, answered with an error, or went away.",
            "What was being written is unfinished and not published.",
            "Look at the other side's own messages, then run the same command again."),
    NBD_SOCKET_UNUSABLE(
            "LB-NBD-002",
            Outcome.FAILED,
            "The socket could not be opened: its name is too long or taken, its folder is missing, or the"
                    + " port is in use.",
            "Nothing was served.",
            "Name another socket or port."),
    RECOVERY_ORDER_UNREADABLE(
            "LB-RECOVERY-001",
            Outcome.FAILED,
            "What an export was told to serve came damaged, in parts, or from another version.",
            "Nothing is served, and no key was kept.",
            "Start the machine's recovery again; if two versions of Lifeboat are installed, start the agent again first."),
    RECOVERY_MACHINE_NOT_IN_POINT(
            "LB-RECOVERY-002",
            Outcome.NOT_FOUND,
            "The point has no machine of this name: it was not in the group then, or the name is misspelt.",
            "Nothing was started.",
            "`lifeboat vault show POINT` lists the machines of a point."),
    RECOVERY_EXPORT_RUNNING(
            "LB-RECOVERY-003",
            Outcome.REFUSED,
            "An export serves at this socket already.",
            "Nothing was started; the one that runs goes on.",
            "End the machine's recovery first, or choose another folder for this one."),
    RECOVERY_EXPORT_NOT_STARTED(
            "LB-RECOVERY-004",
            Outcome.FAILED,
            "The process that serves a machine's disks ended before it was ready, or was not ready in time.",
            "Nothing is served; the vault is as it was.",
            "The message has its last words. Mend what they name, then start the recovery again."),
    RECOVERY_EXPORT_SILENT(
            "LB-RECOVERY-005",
            Outcome.FAILED,
            "The process that serves a machine's disks does not run, or does not answer.",
            "The guest waits or is paused; what it has written is in its overlay.",
            "Start the export again with the point's key; the guest then goes on."),
    RECOVERY_PROCESS_LEFT(
            "LB-RECOVERY-006",
            Outcome.FAILED,
            "A process of a recovery was told to end and then killed, and is still there.",
            "What the message does not name was ended.",
            "The kernel waits for a disk or a server for it: look there, then end the recovery again."),
    RECOVERY_RELAY_NOT_STARTED(
            "LB-RECOVERY-007",
            Outcome.FAILED,
            "nbdkit, which stands between a guest and the export of its disks, did not start.",
            "No guest was started.",
            "The message has its last words; `lifeboat doctor --fix` installs nbdkit."),
    RECOVERY_OVERLAY_FAILED(
            "LB-RECOVERY-008",
            Outcome.FAILED,
            "The image that takes a recovered machine's writes could not be made.",
            "An image that was there is as it was.",
            "Look at the space and the owner of the folder that the message names."),
    RECOVERY_OVERLAY_FOREIGN(
            "LB-RECOVERY-009",
            Outcome.REFUSED,
            "An image is there already, and it is not the overlay of this disk at this point.",
            "The image was left as it is.",
            "If nobody needs it, move it away; then start the recovery again."),
    RECOVERY_KEY_NEEDED(
            "LB-RECOVERY-020",
            Outcome.NEEDS_A_PERSON,
            "A machine's disks have to be served from the vault again, and the vault's key is not at hand: keys are kept"
                    + " in memory alone, and a restart of the host ends them.",
            "What the machine wrote is in its overlay. Nothing was started.",
            "Run the command that started the recovery once more, with --passphrase-file or --kit."),
    RECOVERY_REFUSED(
            "LB-RECOVERY-021",
            Outcome.REFUSED,
            "Something stands against starting these machines on this host; the message has all of it.",
            "Nothing was started and nothing was changed.",
            "Change what the message names - another network, address or name, more memory or space, another point -"
                    + " and start again."),
    RECOVERY_NAME_TAKEN(
            "LB-RECOVERY-022",
            Outcome.REFUSED,
            "There is a recovery of this name on this host already, and it is another one.",
            "The one that is there goes on.",
            "`lifeboat rescue status` shows it. Choose another --name, or end it first."),
    RECOVERY_BUSY(
            "LB-RECOVERY-023",
            Outcome.REFUSED,
            "Another process works on this recovery at this moment.",
            "Nothing was changed by this one.",
            "Wait for the other to end; `lifeboat rescue status` shows how far it is."),
    RECOVERY_NOT_READY(
            "LB-RECOVERY-024",
            Outcome.FAILED,
            "A machine was started and did not show, in the time it had, the sign by which it is taken for ready. Or an"
                    + " address was set in its guest that it cannot have here, and could not be changed.",
            "The machine goes on as it is, and no port was opened. Machines after it were not started.",
            "Look at its screen and at `lifeboat rescue status`. The same command waits once more and goes on with the"
                    + " rest; --ready and --ready-within say what is waited for."),
    RECOVERY_FOLDER_UNUSABLE(
            "LB-RECOVERY-025",
            Outcome.FAILED,
            "A folder in which recoveries have their files cannot be made, read or locked.",
            "Machines that run go on.",
            "Check owner, mode and free space of the folder that the message names."),
    RECOVERY_HYPERVISOR_FAILED(
            "LB-RECOVERY-026",
            Outcome.FAILED,
            "The hypervisor of this host did not do what was asked of it.",
            "What was done stays; machines that run go on.",
            "Mend what the message names and run the same command again: it goes on where it was."),
    RECOVERY_END_UNCONFIRMED(
            "LB-RECOVERY-027",
            Outcome.REFUSED,
            "Ending a recovery deletes what its machines wrote since they were started, and that was not confirmed.",
            "Nothing was changed.",
            "If nobody needs what they wrote, run the same command with --yes."),
    RECOVERY_INCOMPLETE(
            "LB-RECOVERY-028",
            Outcome.PARTLY_DONE,
            "Something of a recovery is still there after it was ended; the message names each.",
            "What was removed stays removed. The vault was not touched.",
            "Run the same command again; it tries what is left once more."),
    RECOVERY_UNKNOWN(
            "LB-RECOVERY-029",
            Outcome.NOT_FOUND,
            "There is no recovery of this name on this host: it has ended already, it is on another host or in another"
                    + " folder, or the name is misspelt.",
            "Nothing was changed.",
            "`lifeboat rescue status` lists the recoveries of this host; --folder says where they have their files."),
    RECOVERY_JOURNAL_LOST(
            "LB-RECOVERY-030",
            Outcome.REFUSED,
            "There is something of a recovery of this name on this host, and its journal is gone or cannot be read: what"
                    + " was ordered, and which of its machines have run, is not known.",
            "Nothing was changed. Machines that run go on, and what they wrote is in their overlays.",
            "`lifeboat rescue status` shows what there is. If somebody needs what its machines wrote, save that first;"
                    + " then end it, and start again."),
    RECOVERY_FOLLOW_FOREIGN(
            "LB-RECOVERY-040",
            Outcome.REFUSED,
            "In the place of the overlay that follows points there is something else, or the overlay of another disk.",
            "What is there was left as it is, and so was the old disk.",
            "If nobody needs it, move it away and run the same command again; or name another folder."),
    RECOVERY_FOLLOW_WRITTEN(
            "LB-RECOVERY-041",
            Outcome.NEEDS_A_PERSON,
            "A machine, or somebody, may have written to the overlay after it had been brought to a point. To bring it to"
                    + " another would lose that.",
            "The overlay and the old disk were left as they are.",
            "To keep what was written, commit the overlay. If nobody needs it, remove the overlay and its journal: then"
                    + " the disk is followed from the beginning."),
    RECOVERY_FOLLOW_UNFINISHED(
            "LB-RECOVERY-042",
            Outcome.REFUSED,
            "The overlay has not come to a point: nothing was followed yet, it was broken off, or its journal is damaged.",
            "The overlay and the old disk were left as they are.",
            "Bring the disk to a point first; that goes on where it was broken off."),
    RECOVERY_FOLLOW_FAILED(
            "LB-RECOVERY-043",
            Outcome.FAILED,
            "QEMU's tools could not read or write an image of a disk that comes home; often a machine is using it.",
            "Nothing is lost: until a commit is done the overlay has everything, and before it is begun the old disk is"
                    + " not written to.",
            "Mend what the message names - stop the machine, look at owner and space - and run the same command again."),
    RECOVERY_FOLLOW_BUSY(
            "LB-RECOVERY-044",
            Outcome.REFUSED,
            "Another process works on this disk at this moment.",
            "Nothing was changed by this one.",
            "Wait for the other to end, then run the same command again if it is still needed."),
    RECOVERY_COMMIT_UNDER_WAY(
            "LB-RECOVERY-045",
            Outcome.NEEDS_A_PERSON,
            "The overlay is being committed, and that was not finished; or it was begun with the machine running, and only"
                    + " the hypervisor knows on which image the machine is.",
            "The overlay was left as it is.",
            "Finish the commit in the way in which it was begun: with the machine off, or running."),
    RECOVERY_COMMIT_NOT_LIVE(
            "LB-RECOVERY-046",
            Outcome.REFUSED,
            "This disk cannot be committed while its machine runs: it became smaller, or there is no old disk beneath.",
            "The machine goes on with its overlay.",
            "Commit it with the machine off; until then it may run on the overlay."),
    RECOVERY_HOME_DISK_CHANGED(
            "LB-RECOVERY-047",
            Outcome.NEEDS_A_PERSON,
            "The old disk was removed, replaced or written to while its overlay followed: together they are no point any"
                    + " more.",
            "Neither the old disk nor the overlay was written to.",
            "Bring the disk to its point again, which compares everything; then commit."),
    RECOVERY_HOME_REFUSED(
            "LB-RECOVERY-060",
            Outcome.REFUSED,
            "As things are, the machines cannot be brought home to this host: one is not off, is not known here, or has a"
                    + " disk that is no raw or qcow2 file. The message names each reason.",
            "Nothing was changed: machines and their disks are as they were.",
            "Mend what the message names, then run the same command again."),
    RECOVERY_HOME_FINISHING(
            "LB-RECOVERY-061",
            Outcome.REFUSED,
            "Machines of this group are being brought home: their disks were handed to them and follow no more points.",
            "Nothing was changed by this command.",
            "Finish it with `lifeboat agent bring-home` and the point that the message names; it goes on where it was."),
    RECOVERY_HOME_NOT_NEWEST(
            "LB-RECOVERY-062",
            Outcome.REFUSED,
            "Machines are brought home to the newest point of their group, and this one is older: what the other site has"
                    + " published since would be lost.",
            "Nothing was changed. The disks at home may follow any point.",
            "Stop the machines at the other site, wait for their last point, and name the group without a point."),
    RECOVERY_HOME_OTHER_POINT(
            "LB-RECOVERY-063",
            Outcome.REFUSED,
            "Machines of this group are being brought home to another point: disks were handed to them already.",
            "Nothing was changed by this command.",
            "Finish with the point that the message names. What the other site has published since then is in the vault;"
                    + " find out first why it went on."),
    RECOVERY_SALVAGE_NOT_POSSIBLE(
            "LB-RECOVERY-064",
            Outcome.REFUSED,
            "Before its disks follow, what is on them and in no point is published beside the group; this agent has no"
                    + " credentials for that, or they do not cover the name that the message says.",
            "Nothing was changed: machines and their disks are as they were.",
            "Make credentials with `lifeboat vault credentials` - those for a group cover that name too -, name them in"
                    + " the agent's configuration, and start the agent again. If nobody needs what is on the disks alone,"
                    + " run the same command with --no-salvage."),
    RECOVERY_HOME_UNCONFIRMED(
            "LB-RECOVERY-065",
            Outcome.REFUSED,
            "Bringing machines home starts them here, and it was not confirmed that they have stopped at the other site.",
            "Nothing was changed.",
            "Stop them there, wait for their last point, then run the same command with --yes."),
    RECOVERY_HOME_NOT_RUNNING(
            "LB-RECOVERY-066",
            Outcome.FAILED,
            "A machine that was brought home was started and was not seen running in its time.",
            "Its overlay has everything that it wrote, and the old disk lies beneath it as it was.",
            "Look at its screen and at the hypervisor's log; the same command goes on where it was."),
    REPL_MACHINE_UNKNOWN(
            "LB-REPL-001",
            Outcome.NOT_FOUND,
            "The hypervisor of this host has no machine of this name, and never had one that was protected.",
            "What was protected before goes on being protected.",
            "List the machines with `virsh list --all` and correct the name; a group's machines share one host."),
    REPL_MACHINE_TWICE(
            "LB-REPL-002",
            Outcome.WRONG_USAGE,
            "A machine or a group is named twice. A machine belongs to one group, which is recovered as a whole.",
            "What was protected before goes on being protected.",
            "Name the machine in one group only."),
    REPL_SPOOL_FULL(
            "LB-REPL-003",
            Outcome.FAILED,
            "The store takes packs more slowly than the machine's disks are read, and what waits fills the spool.",
            "The capture was broken off so that the machine does not feel it; published points are whole.",
            "Give the spool more space, or look at the store and the way to it."),
    REPL_SPOOL_UNUSABLE(
            "LB-REPL-004",
            Outcome.FAILED,
            "The folder in which packs wait for the store cannot be read or written, or its file system is full.",
            "The machines run on, and published points are whole.",
            "Check owner, mode and free space of the folder."),
    REPL_STATE_UNUSABLE(
            "LB-REPL-005",
            Outcome.FAILED,
            "A file in which replication remembers where it is cannot be read or written.",
            "The machines run on, and published points are whole; what such a file says can be found out anew.",
            "Check owner, mode and free space of the folder."),
    REPL_NOT_PROTECTED(
            "LB-REPL-006",
            Outcome.NOT_FOUND,
            "No machine of this name is protected on this host.",
            "Nothing was changed.",
            "Look for the name with `lifeboat agent status`."),
    REPL_NOT_RELEASED(
            "LB-REPL-007",
            Outcome.PARTLY_DONE,
            "The hypervisor did not drop all checkpoints of the machine: it is off, or does not answer.",
            "Nothing is captured of the machine any more, and published points are whole.",
            "Start the machine if it is off, and release it again."),
    NET_UNREADABLE(
            "LB-NET-001",
            Outcome.WRONG_USAGE,
            "An address, a subnet, a port or a name of a network is not written as such a thing is.",
            "Nothing was changed.",
            "Correct it where it stands; the message shows an example."),
    NET_CLASH(
            "LB-NET-002",
            Outcome.REFUSED,
            "Networks, addresses or ports that are wanted do not go together, or this host has them already.",
            "Nothing was changed. A test in a bubble can have any addresses and is never in the way.",
            "Change the definition or the mapping; or remove what is in the way, if nobody needs it any more:"
                    + " docs/networks.md shows how to look."),
    NET_NOT_FOUND(
            "LB-NET-003",
            Outcome.NOT_FOUND,
            "This host has no networks of this name for recovered machines, or they were lost, as after a restart.",
            "Nothing was changed.",
            "Make them first; making what is there in part completes it."),
    NET_NOT_MADE(
            "LB-NET-004",
            Outcome.FAILED,
            "The host refused a step of making networks, or did not show afterwards what was made.",
            "Nothing leads out of or into the networks that was not to. What is there can be completed or removed.",
            "Read what the program said, look for what the host lacks with `lifeboat doctor`, and do the same again."),
    NET_LEFTOVERS(
            "LB-NET-005",
            Outcome.PARTLY_DONE,
            "Something of the networks is still there after the removal; often a program still runs in them.",
            "What was removed stays removed, and production has not been touched.",
            "Do the same again. If it stays, docs/networks.md shows how to clear it by hand.");

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
