//! What a typographer would count on the pages of a reader's book. Set apart from the plates: no copy pays for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::kit::Kit;
use super::plate::prepare;
use super::{Options, Press, texts};
use crate::diag::{Diagnostics, Place};
use crate::load::Manuscript;
use crate::paginate::{self, Audit, Finding, place, plan};
use crate::parse::{Node, walk};
use crate::resolve::Resolved;
use crate::select::Reader;
use crate::typeset::{chapters, typeset};

/// Sets a reader's book and counts on its pages, furniture and what the program makes itself left out. With each finding goes
/// its place in the manuscript.
///
/// # Errors
/// As [`super::build`].
pub fn audit(manuscript: &Arc<Manuscript>, reader: &Reader, options: &Options) -> Result<(Audit, Vec<Place>), Diagnostics> {
    let press = Press::new(manuscript.clone(), options.clone());
    let reader = press.by_id(reader)?;
    let mut said = Diagnostics::new();
    let (resolved, _) = prepare(manuscript, &reader, options, &mut said)?;
    let (kit, _) = Kit::new(press.fonts(), &resolved.book.language, options)
        .for_texts(&[texts::shared(&resolved), texts::around(&resolved), texts::drawn(&resolved)].concat(), options);
    let (kit, _) = kit.for_texts(&texts::own(&resolved), options);
    let setter = &*kit.setter;
    let counted = |sections| {
        let (galley, _) = typeset(&resolved, setter, sections);
        let plans = plan(&galley, &options.theme);
        let body = place(&galley, &plans, &options.theme, setter);
        paginate::audit(&galley, &plans, &body, &options.theme, setter)
    };
    let audits: Vec<Audit> = chapters(&resolved).into_par_iter().map(counted).collect();
    let mut all = Audit::default();
    audits.into_iter().for_each(|audit| all.add(audit));
    let places = places(&resolved, &all);
    Ok((all, places))
}

/// Where in the manuscript the findings are.
fn places(resolved: &Resolved, audit: &Audit) -> Vec<Place> {
    let document = &resolved.document;
    let mut positions = BTreeMap::new();
    for section in document.sections.iter() {
        positions.insert(section.id, section.pos);
        walk(section, &mut |node| {
            if let Node::Block(block) = node {
                positions.insert(block.id, block.pos);
            }
        });
    }
    let place = |finding: &Finding| {
        // What has no place of its own, such as a note or a list's item, is where the block before it is.
        let before = positions.range(..=finding.node).next_back();
        before.map_or_else(|| Place::file(""), |(_, pos)| document.selection.manuscript.sources.place(*pos))
    };
    audit.findings.iter().map(place).collect()
}
