//! Paragraphs: shaped text and its settings, one for each number of lines that comes near the best.

use super::galley::LineMetrics;

/// A paragraph, shaped, with its settings.
#[derive(Clone, Debug)]
pub struct Paragraph {
    /// The settings, the best one first.
    pub settings: Vec<Setting>,
}

/// One way to break a paragraph into lines.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Cost against the best setting, which has 0.
    pub cost: i64,
    /// Its lines.
    pub lines: Vec<SetLine>,
}

/// A line as it was chosen, not yet built.
#[derive(Clone, Debug)]
pub struct SetLine {
    /// What pagination has to know.
    pub metrics: LineMetrics,
}
