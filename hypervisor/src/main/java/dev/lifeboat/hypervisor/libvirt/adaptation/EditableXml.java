package dev.lifeboat.hypervisor.libvirt.adaptation;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * An element of a description that is to be changed. What nobody changes stays as it was read, whatever it is. Document
 * types, and with them entities, are refused. For use by one thread.
 */
final class EditableXml {

    private final Element element;

    private EditableXml(Element element) {
        this.element = element;
    }

    /**
     * The root of a description.
     *
     * @throws HypervisorException with {@link Kind#UNSUPPORTED} when it is no XML, or XML with a document type
     */
    static EditableXml parse(String xml) throws HypervisorException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setXIncludeAware(false);
            DocumentBuilder builder = factory.newDocumentBuilder();
            // Without a handler of our own, faults would be written to standard error.
            builder.setErrorHandler(null);
            return new EditableXml(
                    builder.parse(new InputSource(new StringReader(xml))).getDocumentElement());
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new HypervisorException(
                    Kind.UNSUPPORTED, "The machine's definition cannot be read: %s".formatted(e.getMessage()), e);
        }
    }

    String name() {
        return element.getTagName();
    }

    List<EditableXml> children() {
        List<EditableXml> found = new ArrayList<>();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child) {
                found.add(new EditableXml(child));
            }
        }
        return List.copyOf(found);
    }

    List<EditableXml> children(String name) {
        return children().stream().filter(child -> child.name().equals(name)).toList();
    }

    /** The first element that is reached by these names, one below the other. */
    Optional<EditableXml> child(String... names) {
        Optional<EditableXml> found = Optional.of(this);
        for (String name : names) {
            found = found.flatMap(one -> one.children(name).stream().findFirst());
        }
        return found;
    }

    boolean has(String... names) {
        return child(names).isPresent();
    }

    /** The child of this name, which is added at the end when there is none. */
    EditableXml need(String name) {
        return child(name).orElseGet(() -> add(name));
    }

    EditableXml add(String name) {
        Element added = element.getOwnerDocument().createElement(name);
        element.appendChild(added);
        return new EditableXml(added);
    }

    /** A new first child. */
    EditableXml addFirst(String name) {
        Element added = element.getOwnerDocument().createElement(name);
        element.insertBefore(added, element.getFirstChild());
        return new EditableXml(added);
    }

    /** Adds the children of another description, as they are there. */
    void addChildrenOf(EditableXml other) {
        for (EditableXml child : other.children()) {
            element.appendChild(element.getOwnerDocument().importNode(child.element, true));
        }
    }

    /** The value of an attribute; empty text when there is none. */
    String get(String attribute) {
        return element.getAttribute(attribute);
    }

    /** The value of an attribute of the first child of this name; empty text when either is missing. */
    String get(String child, String attribute) {
        return child(child).map(found -> found.get(attribute)).orElse("");
    }

    EditableXml set(String attribute, String value) {
        element.setAttribute(attribute, value);
        return this;
    }

    /** Says whether there was such an attribute. */
    boolean unset(String attribute) {
        boolean had = element.hasAttribute(attribute);
        element.removeAttribute(attribute);
        return had;
    }

    /** Removes all attributes but these. */
    void keepAttributes(Set<String> kept) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            all.add(element.getAttributes().item(i).getNodeName());
        }
        all.stream().filter(name -> !kept.contains(name)).forEach(element::removeAttribute);
    }

    String text() {
        return element.getTextContent().strip();
    }

    /** The text of a child; empty when there is none. */
    String text(String child) {
        return child(child).map(EditableXml::text).orElse("");
    }

    /** Replaces all content by text. */
    EditableXml setText(String text) {
        element.setTextContent(text);
        return this;
    }

    void remove() {
        element.getParentNode().removeChild(element);
    }

    /** Removes the children with these names and says whether there was any. */
    boolean drop(String... names) {
        boolean any = false;
        for (String name : names) {
            for (EditableXml child : children(name)) {
                child.remove();
                any = true;
            }
        }
        return any;
    }

    /** The element with all that is in it, as text. */
    String write() {
        try {
            TransformerFactory factory = TransformerFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Transformer transformer = factory.newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            StringWriter text = new StringWriter();
            transformer.transform(new DOMSource(element), new StreamResult(text));
            return text.toString();
        } catch (TransformerException e) {
            throw new IllegalStateException("what was read cannot be written", e);
        }
    }
}
