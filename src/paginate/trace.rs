//! Pages as text, line by line, for references that a person can read.

use std::fmt::Write;

use crate::length::Length;
use crate::theme::Theme;
use crate::typeset::{Frame, Item, Placed};

use super::Body;

/// A body's pages: for each how far it is filled and why it ends, then its lines from the top with their baselines in grid lines.
///
/// ```text
/// page 2, 33.0 lines: 1 line short: a heading kept with its text
///    0.8 | the first line of the page
///        . rule 56.0 × 0.5 at 31.5
///    5.0 ↶ turned text, with its distance from the left
/// ```
pub fn trace(body: &Body, theme: &Theme) -> String {
    let mut out = String::new();
    for (index, page) in body.pages.iter().enumerate() {
        let filled = page.filled.to_pt() / theme.leading().to_pt();
        let _ = writeln!(out, "page {}, {filled:.1} lines: {}", index + 1, page.why);
        out.push_str(&trace_frame(&page.frame, theme.leading()));
    }
    out
}

/// One frame: text that stands on one baseline is one line; other items are named. Reading order is kept.
pub fn trace_frame(frame: &Frame, leading: Length) -> String {
    let mut out = String::new();
    let mut line: Option<Line> = None;
    for placed in &frame.items {
        match &placed.item {
            Item::Text(run) => {
                let (at, from) = if run.turned { (placed.at.x, -placed.at.y) } else { (placed.at.y, placed.at.x) };
                let end = from + run.width();
                match &mut line {
                    Some(line) if line.turned == run.turned && line.at == at => line.add(from, end, &run.text),
                    _ => {
                        end_line(&mut out, line.take(), leading);
                        line = Some(Line { at, turned: run.turned, end, text: run.text.to_string() });
                    }
                }
            }
            _ => {
                if let Some(named) = name(placed, leading) {
                    end_line(&mut out, line.take(), leading);
                    let _ = writeln!(out, "       . {named}");
                }
            }
        }
    }
    end_line(&mut out, line, leading);
    out
}

/// Text on one baseline.
struct Line {
    at: Length,
    turned: bool,
    /// Where its last run ends.
    end: Length,
    text: String,
}

impl Line {
    /// Adds a run; room before it is shown as two spaces.
    fn add(&mut self, from: Length, end: Length, text: &str) {
        if (from - self.end).abs() > Length::pt(2) {
            self.text.push_str("  ");
        }
        self.text.push_str(text);
        self.end = end;
    }
}

fn end_line(out: &mut String, line: Option<Line>, leading: Length) {
    if let Some(Line { at, turned, text, .. }) = line {
        // The space at a line's end is there to be read, not to be seen.
        let text = text.trim_end_matches(' ');
        if !text.is_empty() {
            let _ = writeln!(out, "{:6.1} {} {text}", grid(at, leading), if turned { '↶' } else { '|' });
        }
    }
}

fn grid(y: Length, leading: Length) -> f64 {
    y.to_pt() / leading.to_pt()
}

/// What stands on the page and is not text. Links in running text lie over their words and are left out of its lines.
fn name(placed: &Placed, leading: Length) -> Option<String> {
    let y = grid(placed.at.y, leading);
    Some(match &placed.item {
        Item::Text(_) | Item::Link { .. } | Item::Destination(_) | Item::Folio { .. } | Item::Wide => return None,
        Item::Ground { color, whole } => {
            format!("ground in {} {}", color.hex(), if *whole { "over the page".to_string() } else { format!("down to {y:.1}") })
        }
        Item::Rect { size, .. } if size.height < Length::pt(2) || size.width < Length::pt(2) => {
            format!("rule {:.1} × {:.1} at {y:.1}", size.width.to_pt(), size.height.to_pt())
        }
        Item::Rect { size, color } => format!("area {:.1} × {:.1} in {} at {y:.1}", size.width.to_pt(), size.height.to_pt(), color.hex()),
        Item::Path(path) => format!("path of {} segments at {y:.1}", path.segments.len()),
        Item::Picture { file, size, .. } => format!("picture {} {:.1} × {:.1} at {y:.1}", file.path, size.width.to_pt(), size.height.to_pt()),
        Item::CheckBox { label, checked, .. } => format!("box [{}] {label} at {y:.1}", if *checked { "x" } else { " " }),
    })
}
