//! What a typographer would count on the pages of a reader's book. Set apart from the plates: no copy pays for it.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::diagrams::draw_diagrams;
use super::plate::prepare;
use super::press::Press;
use super::texts;
use crate::diag::{Diagnostics, Place};
use crate::paginate::{self, Audit, Fault, Finding, place, plan};
use crate::parse::{Node, walk};
use crate::resolve::{Matter, Resolved};
use crate::select::Reader;
use crate::typeset::{chapters, typeset};

/// Sets a reader's book and counts on its pages, furniture and what the program makes itself left out. With each finding goes
/// its place in the manuscript.
///
/// # Errors
/// As [`Press::copy`].
pub(super) fn audit(press: &Press, reader: &Reader) -> Result<(Audit, Vec<Place>), Diagnostics> {
    let (project, session) = (press.project(), press.session().apart());
    let system = project.options().system_fonts;
    let (resolved, _) = prepare(project, &session, reader, &mut Diagnostics::new())?;
    let setter = session.setter(project.theme(), project.fonts(), &resolved.book);
    let (setter, _) = session.setter_for(&setter, &texts::all(&resolved, project.theme()), system);
    let (setter, _) = session.setter_for(&setter, &texts::personal(&resolved), system);
    let resolved = draw_diagrams(resolved, &setter, session.texts(), &mut Diagnostics::new());
    let counted = |sections: std::ops::Range<usize>| {
        let (galley, _) = typeset(&resolved.chapter(&sections), &setter);
        let plans = plan(&galley, project.theme());
        let body = place(&galley, &plans, project.theme(), &setter);
        let mut audit = paginate::audit(&galley, &plans, &body, project.theme(), &setter);
        // Only running text is asked to fill its pages.
        if resolved.sections.get(sections.start).is_some_and(|info| info.matter != Matter::Main) {
            audit.findings.retain(|finding| finding.fault != Fault::Thin);
        }
        audit
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
