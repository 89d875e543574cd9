package dev.lifeboat.vault.key;

/** Who signs objects: a certificate and the private key that it is about. Thread-safe until it is closed. */
public final class Signer implements AutoCloseable {

    private final Certificate certificate;
    private final SigningKey key;

    Signer(Certificate certificate, SigningKey key) {
        if (!certificate.key().equals(key.verifyingKey())) {
            throw new IllegalArgumentException("the certificate is about another key");
        }
        this.certificate = certificate;
        this.key = key;
    }

    /** What goes into every object that is signed. */
    public Certificate certificate() {
        return certificate;
    }

    byte[] sign(byte[] message, int length) {
        return key.sign(message, length);
    }

    byte[] seed() {
        return key.seed();
    }

    @Override
    public void close() {
        key.close();
    }

    @Override
    public String toString() {
        return "Signer[" + certificate + "]";
    }
}
