//! What the book says of its accessibility: computed from what it holds, never asserted.

use crate::resolve::Resolved;

use crate::xml::Markup;

/// What the book was found to have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Traits {
    /// Pictures that carry meaning, the cover not counted.
    pub(super) pictures: bool,
    /// Page breaks and their list.
    pub(super) pages: bool,
    /// An index.
    pub(super) index: bool,
    /// Every picture has an alternative text of its author's.
    pub(super) described: bool,
    /// Formulas as MathML.
    pub(super) mathml: bool,
    /// Formulas as drawings.
    pub(super) drawn_formulas: bool,
}

/// schema.org's accessibility metadata and the claim of conformance.
pub(super) fn metadata(xml: &mut Markup, resolved: &Resolved, traits: Traits) {
    for (property, value) in properties(traits) {
        meta(xml, property, value);
    }
    xml.element("meta", &[("property", "schema:accessibilitySummary"), ("xml:lang", "en")], &summary(traits));
    xml.line();
    // A book with a picture that nobody described does not meet WCAG's criterion 1.1.1 and does not say that it does.
    if traits.described {
        xml.element("meta", &[("property", "dcterms:conformsTo"), ("id", "conformance")], "EPUB Accessibility 1.1 - WCAG 2.2 Level AA");
        xml.line();
        let certifier = resolved.document.selection.manuscript.book.publisher.as_ref().or(resolved.book.authors.first());
        let certifier = certifier.map_or("handbook", String::as_str);
        xml.element("meta", &[("property", "a11y:certifiedBy"), ("refines", "#conformance")], certifier);
        xml.line();
    }
}

fn meta(xml: &mut Markup, property: &str, value: &str) {
    xml.element("meta", &[("property", property)], value);
    xml.line();
}

/// Properties with their values, in order.
fn properties(traits: Traits) -> Vec<(&'static str, &'static str)> {
    let mut out = vec![("schema:accessMode", "textual")];
    if traits.pictures || traits.drawn_formulas {
        out.push(("schema:accessMode", "visual"));
    }
    if traits.described {
        out.push(("schema:accessModeSufficient", "textual"));
    }
    if traits.pictures || traits.drawn_formulas {
        out.push(("schema:accessModeSufficient", "textual,visual"));
    }
    let features = [
        ("displayTransformability", true),
        ("readingOrder", true),
        ("structuralNavigation", true),
        ("tableOfContents", true),
        ("index", traits.index),
        ("pageBreakMarkers", traits.pages),
        ("pageNavigation", traits.pages),
        ("alternativeText", traits.pictures && traits.described),
        ("MathML", traits.mathml),
        ("describedMath", traits.mathml || traits.drawn_formulas),
        ("latex", traits.mathml || traits.drawn_formulas),
    ];
    out.extend(features.into_iter().filter(|(_, has)| *has).map(|(feature, _)| ("schema:accessibilityFeature", feature)));
    out.push(("schema:accessibilityHazard", "none"));
    out
}

/// The same in sentences.
fn summary(traits: Traits) -> String {
    let mut sentences =
        vec!["All text can be resized, recoloured and read aloud in its natural order.", "Headings, lists, tables and notes are marked as such."];
    sentences.push(match traits.index {
        true => "A table of contents and an index lead to every part of the book.",
        false => "A table of contents leads to every part of the book.",
    });
    if traits.pages {
        sentences.push("Page numbers are those of the PDF edition.");
    }
    sentences.push(match (traits.pictures, traits.described) {
        (false, _) => "Apart from its cover the book has no pictures.",
        (true, true) => "Every picture that carries meaning has an alternative text.",
        (true, false) => "Some pictures have no alternative text of their author's; their captions or file names stand in for it.",
    });
    if traits.mathml {
        sentences.push("Formulas are MathML, each with its TeX as alternative text.");
    } else if traits.drawn_formulas {
        sentences.push("Formulas are drawings, each with its TeX as alternative text.");
    }
    sentences.push("Nothing flashes, moves or sounds.");
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_with_an_undescribed_picture_claims_less() {
        let all = Traits { pictures: true, pages: true, index: true, described: true, ..Traits::default() };
        let less = Traits { described: false, ..all };
        assert!(properties(all).contains(&("schema:accessibilityFeature", "alternativeText")));
        assert!(!properties(less).contains(&("schema:accessibilityFeature", "alternativeText")));
        assert!(!properties(less).contains(&("schema:accessModeSufficient", "textual")));
        assert!(summary(less).contains("Some pictures have no alternative text"));
    }
}
