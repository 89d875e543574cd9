package dev.lifeboat.agent.configuration;

/** Configurations as people write them. */
final class Texts {

    /** The least that can be written. */
    static final String LEAST = """
            host: alpha
            vault:
              url: file:///srv/vault
              credentials: /etc/lifeboat/credentials
            groups:
              - name: shop
                machines: [web, db]
            """;

    /** Every key. */
    static final String ALL = """
            # All there is.
            host: alpha
            hypervisor: qemu+unix:///system
            vault:
              url: file:///srv/vault
              credentials: /etc/lifeboat/credentials
            state: /srv/agent
            socket: /srv/agent/agent.sock
            spool:
              folder: /srv/spool
              size: 256MiB
            scratch: 512MiB
            groups:
              - name: shop
                machines:
                  - web
                  - db
                period: 30s
                application_consistent_every: 2h
                excluded_disks: [web/vdb]
              - name: scribe
                machines: [scribe]
                period: 5s
                application_consistent_every: never
                seed_folder: none
            seed_folder: /mnt/usb/seed
            bandwidth:
              - per_second: 4MiB
                from: "08:00"
                to: 18:00
              - per_second: 20MiB
            seed_read_limit:
              - per_second: 50MiB
                from: "07:00"
                to: "19:00"
            metrics_port: 9109
            log_level: debug
            recovery:
              enabled: true
              folder: /srv/recovery
            """;

    /** A host of the recovery site, with the least that can be written. */
    static final String RECOVERY_ONLY = """
            host: beta
            recovery: {}
            """;

    private Texts() {}
}
