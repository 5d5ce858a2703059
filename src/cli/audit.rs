//! What was counted on the pages, for a person and for a script.

use crate::diag::Place;
use crate::paginate::{Audit, Fault, Finding};

use super::console::grouped;

/// Kinds of finding, each with its name for a person and for a script.
const FAULTS: [(Fault, &str, &str); 16] = [
    (Fault::Widow, "widows", "widows"),
    (Fault::Orphan, "orphans", "orphans"),
    (Fault::Stranded, "stranded headings", "stranded"),
    (Fault::Lead, "lines parted from what they introduce", "leads"),
    (Fault::Overfull, "overfull lines", "overfull"),
    (Fault::Loose, "lines looser than 0.6 em", "loose"),
    (Fault::LooseByCode, "such lines beside code that cannot be divided", "loose_by_code"),
    (Fault::PageHyphen, "hyphens at a page's end", "page_hyphens"),
    (Fault::Short, "pages that end early", "short_pages"),
    (Fault::ShortEnd, "chapters that end on a page of fewer than four lines", "short_ends"),
    (Fault::Unlevel, "spreads that do not end level", "unlevel"),
    (Fault::Thin, "pages of text less than a third full", "thin_pages"),
    (Fault::PartedList, "short lists parted", "parted_lists"),
    (Fault::HeadingSpace, "headings off their space", "heading_spaces"),
    (Fault::Stub, "one or two lines at a page's head before a heading", "stubs"),
    (Fault::Cut, "paragraphs and lists cut by a picture or a card", "cuts"),
];

/// A summary and a line for each finding.
pub(super) fn lines(audit: &Audit, places: &[Place]) -> Vec<String> {
    let share = 100.0 * audit.hyphens as f64 / audit.justified.max(1) as f64;
    let mut lines = vec![format!(
        "pages    {} with {} lines of text; {share:.1} % of full lines end in a hyphen, at most {} in a row",
        grouped(audit.pages),
        grouped(audit.lines),
        audit.ladder
    )];
    lines.push(format!("pages    {} words above themselves, {} lines that end in one letter, {} spaces widened", audit.stacks, audit.letters, audit.stretched));
    let count = |(fault, name, _): &(Fault, &str, &str)| format!("{} {name}", audit.count(*fault));
    lines.push(format!("pages    {}", FAULTS.iter().map(count).collect::<Vec<_>>().join(", ")));
    lines.extend(audit.findings.iter().zip(places).map(|(finding, place)| format!("page     {}:{}: {}", place.file, place.line, said(finding))));
    lines
}

fn said(finding: &Finding) -> String {
    let Finding { fault, amount, text, .. } = finding;
    match fault {
        Fault::Widow => "a widow".to_string(),
        Fault::Orphan => "an orphan".to_string(),
        Fault::Stranded => "a heading parted from its text".to_string(),
        Fault::Lead => "what this introduces stands on the next page".to_string(),
        Fault::Loose => format!("spaces of {:.2} em: {text}", *amount as f64 / 1000.0),
        Fault::LooseByCode => format!("spaces of {:.2} em beside code: {text}", *amount as f64 / 1000.0),
        Fault::Overfull => format!("a line sticks out by {:.2} em: {text}", *amount as f64 / 1000.0),
        Fault::Thin => format!("a page of {amount} lines"),
        Fault::PartedList => format!("a list of {amount} lines is parted"),
        Fault::HeadingSpace => format!("a heading has {amount} pt more above it than others"),
        Fault::Stub => format!("{amount} lines at the head of a page before a heading"),
        Fault::Cut => "this stands between two parts of a paragraph or a list".to_string(),
        Fault::PageHyphen => "a page ends in a hyphen".to_string(),
        Fault::Short => format!("a page is {text}"),
        Fault::ShortEnd => format!("the chapter's last page has {amount} lines"),
        Fault::Unlevel => format!("facing pages differ by {amount} lines: {text}"),
    }
}

/// The counts as a script reads them.
pub(super) fn json(audit: &Audit) -> serde_json::Value {
    let mut map = serde_json::Map::new();
    let counts = [
        ("pages", audit.pages),
        ("lines", audit.lines),
        ("justified", audit.justified),
        ("hyphens", audit.hyphens),
        ("ladder", audit.ladder),
        ("stacks", audit.stacks),
        ("letters", audit.letters),
        ("stretched", audit.stretched),
    ];
    for (name, value) in counts {
        map.insert(name.to_string(), value.into());
    }
    for (fault, _, name) in FAULTS {
        map.insert(name.to_string(), audit.count(fault).into());
    }
    map.into()
}
