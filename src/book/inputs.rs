//! What a chapter is set from, as a fingerprint: chapters with the same one are set once for all selections.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::Range;

use foldhash::quality::FixedState;

use crate::parse::{Block, BlockKind, Node, NodeId, walk};
use crate::resolve::{LinkTo, Picture, Resolved};

/// Fingerprint of all that [`crate::typeset::typeset`] looks at when it sets these sections, for one setter and one
/// manuscript. Two of 64 bits: nobody gains from a book whose chapters pass for each other, and by chance none do.
pub(super) fn fingerprint(resolved: &Resolved, sections: &Range<usize>) -> u128 {
    let mut both = Both([1, 2].map(|seed| FixedState::with_seed(seed).build_hasher()));
    inputs(resolved, sections, &mut both);
    let [one, other] = both.0.map(|hasher| u128::from(hasher.finish()));
    one << 64 | other
}

/// Two hashers that are told the same.
struct Both<H>([H; 2]);

impl<H: Hasher> Hasher for Both<H> {
    fn write(&mut self, bytes: &[u8]) {
        self.0.iter_mut().for_each(|hasher| hasher.write(bytes));
    }

    fn finish(&self) -> u64 {
        self.0.iter().fold(0, |sum, hasher| sum ^ hasher.finish())
    }
}

fn inputs(resolved: &Resolved, sections: &Range<usize>, hasher: &mut impl Hasher) {
    let document = &resolved.document;
    sections.hash(hasher);
    let (begin, end) = (NodeId { section: sections.start as u32, index: 0 }, NodeId { section: sections.end as u32, index: 0 });
    let here = begin..end;
    for section in document.sections.get(sections.clone()).unwrap_or_default() {
        section.hash(hasher);
        let mut has_map = false;
        walk(section, &mut |node| has_map = has_map || matches!(node, Node::Block(Block { kind: BlockKind::RouteMap, .. })));
        if has_map {
            // Nothing else in a chapter depends on where the reader stands on the ladder.
            let selection = &document.selection;
            (format!("{:?}", selection.ladder), selection.target, selection.from, &resolved.route_description).hash(hasher);
        }
    }
    resolved.sections.get(sections.clone()).unwrap_or_default().hash(hasher);
    all(&resolved.heading_levels, &here, hasher);
    all(&resolved.caption_numbers, &here, hasher);
    all(&resolved.link_texts, &here, hasher);
    all(&resolved.note_refs, &here, hasher);
    all(&resolved.note_numbers, &here, hasher);
    all(&resolved.fields, &here, hasher);
    all(&resolved.labels, &here, hasher);
    for (node, to) in resolved.links.range(here.clone()) {
        let label = if let LinkTo::Node(target) = to { resolved.labels.get(target) } else { None };
        (node, to, label).hash(hasher);
    }
    for (node, Picture { file, alt }) in resolved.images.range(here.clone()) {
        (node, alt).hash(hasher);
        file.as_ref().map(|file| (&file.path, file.kind, file.pixels, &file.digest)).hash(hasher);
    }
    resolved.personal.iter().filter(|field| here.contains(&field.node)).for_each(|field| field.hash(hasher));
}

/// The entries of some nodes.
fn all<T: Hash>(entries: &BTreeMap<NodeId, T>, nodes: &Range<NodeId>, hasher: &mut impl Hasher) {
    entries.range(nodes.clone()).for_each(|entry| entry.hash(hasher));
    // What follows cannot run into these.
    u64::MAX.hash(hasher);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::book::Options;
    use crate::book::plate::prepare;
    use crate::diag::Diagnostics;
    use crate::select::Reader;
    use crate::theme::Theme;
    use crate::typeset::chapters;

    /// The built-in handbook for somebody on the way to the third stage, with another path.
    fn handbook(path: &str) -> Option<Resolved> {
        let mut said = Diagnostics::new();
        let manuscript = Arc::new(crate::load::load_built_in(&mut said)?);
        let theme = Arc::new(Theme::parse("classic", Theme::built_in("classic")?).ok()?);
        let options = Options { theme, pdf: true, epub: true, date: "2026-11-01".to_string(), strict: false, system_fonts: false, sealer: None };
        let reader = Reader { stage: Some("3".to_string()), paths: vec![path.to_string()], ..Reader::default() };
        prepare(&manuscript, &reader, &options, &mut said).ok().map(|(resolved, _)| resolved)
    }

    fn fingerprints(resolved: &Resolved) -> Vec<(String, u128)> {
        let label = |sections: &Range<usize>| resolved.sections.get(sections.start).map(|info| info.label.clone()).unwrap_or_default();
        chapters(resolved).iter().map(|sections| (label(sections), fingerprint(resolved, sections))).collect()
    }

    #[test]
    fn chapters_are_the_same_in_another_selection_unless_something_in_them_differs() {
        let (Some(one), Some(other)) = (handbook("startup-co-founder"), handbook("domain-expert")) else { unreachable!("the handbook is sound") };
        let (one, other) = (fingerprints(&one), fingerprints(&other));
        let is_same = |begin: &str| one.iter().any(|known| known.0.starts_with(begin) && other.contains(known));
        for (begin, same) in [("f02-", true), ("f03-", false), ("c02-", true), ("c03-", true), ("c05-", false), ("b13-", true)] {
            assert_eq!(is_same(begin), same, "{begin}: {one:?}, {other:?}");
        }
    }

    #[test]
    fn whatever_the_setter_looks_at_counts() {
        let Some(resolved) = handbook("domain-expert") else { unreachable!("the handbook is sound") };
        let before = fingerprints(&resolved);
        let changed = |change: &dyn Fn(&mut Resolved)| {
            let mut other = resolved.clone();
            change(&mut other);
            fingerprints(&other).iter().zip(&before).filter(|(one, other)| one.1 != other.1).count()
        };
        type Change<'c> = &'c dyn Fn(&mut Resolved);
        let changes: [(&str, Change<'_>); 8] = [
            ("nothing", &|_| {}),
            ("a level", &|r| Arc::make_mut(&mut r.heading_levels).values_mut().take(1).for_each(|level| *level = 6)),
            ("a number of a caption", &|r| Arc::make_mut(&mut r.caption_numbers).values_mut().take(1).for_each(|number| number.push('x'))),
            ("a number of a chapter", &|r| Arc::make_mut(&mut r.sections).iter_mut().skip(3).take(1).for_each(|info| info.number = Some("99".to_string()))),
            ("a field", &|r| r.fields.values_mut().take(1).for_each(|value| value.text.push('x'))),
            ("a link", &|r| Arc::make_mut(&mut r.links).values_mut().take(1).for_each(|to| *to = LinkTo::Nothing)),
            ("a picture's text", &|r| Arc::make_mut(&mut r.images).values_mut().take(1).for_each(|picture| picture.alt.push('x'))),
            ("the map", &|r| r.route_description.push('x')),
        ];
        for (what, change) in changes {
            assert_eq!(changed(change), usize::from(what != "nothing"), "{what}");
        }
        // The name of a place counts wherever something leads to it.
        let names = |r: &mut Resolved| Arc::make_mut(&mut r.labels).values_mut().for_each(|label| label.push('x'));
        assert!(changed(&names) > 3);
    }
}
