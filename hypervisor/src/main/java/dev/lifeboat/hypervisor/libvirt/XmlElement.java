package dev.lifeboat.hypervisor.libvirt;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** An element of one of libvirt's descriptions, for reading. */
final class XmlElement {

    private final Element element;

    private XmlElement(Element element) {
        this.element = element;
    }

    /**
     * The root of a description.
     *
     * @throws IllegalArgumentException when it is no XML; libvirt's always is
     */
    static XmlElement parse(String xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            // Without a handler of our own, faults would be written to standard error.
            builder.setErrorHandler(null);
            return new XmlElement(
                    builder.parse(new InputSource(new StringReader(xml))).getDocumentElement());
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new IllegalArgumentException("not a description of libvirt's: " + e.getMessage(), e);
        }
    }

    String name() {
        return element.getTagName();
    }

    List<XmlElement> children(String name) {
        List<XmlElement> found = new ArrayList<>();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child
                    && (name.equals("*") || child.getTagName().equals(name))) {
                found.add(new XmlElement(child));
            }
        }
        return List.copyOf(found);
    }

    /** The first element that is reached by these names, one below the other. */
    Optional<XmlElement> child(String... names) {
        Optional<XmlElement> found = Optional.of(this);
        for (String name : names) {
            found = found.flatMap(element -> element.children(name).stream().findFirst());
        }
        return found;
    }

    boolean has(String... names) {
        return child(names).isPresent();
    }

    /** Empty when it has no such attribute. */
    Optional<String> attribute(String name) {
        return element.hasAttribute(name) ? Optional.of(element.getAttribute(name)) : Optional.empty();
    }

    String attribute(String name, String otherwise) {
        return attribute(name).orElse(otherwise);
    }

    String text() {
        return element.getTextContent().strip();
    }

    /** Text that is to stand in XML, in content or in an attribute. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&apos;")
                .replace("\"", "&quot;");
    }
}
