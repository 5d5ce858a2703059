//! Diagrams in Mermaid's language: blocks of code that become pictures.

use std::sync::Arc;

use super::builder::Builder;
use super::document::*;
use crate::diagram;
use crate::load::Pos;

impl Builder<'_> {
    /// A block of code that is a diagram, as a figure with the title of its info string. What Quarto writes at its head, `%%| fig-cap: …`,
    /// names and describes it.
    pub(super) fn diagram(&mut self, pos: Pos, source: &str, title: Option<&str>) {
        let option = |key: &str| {
            let line = |line: &str| Some(line.trim().strip_prefix("%%|")?.trim().strip_prefix(key)?.strip_prefix(':')?.trim().trim_matches('"').to_string());
            source.lines().find_map(line).filter(|value| !value.is_empty())
        };
        let alt = option("fig-alt").or_else(|| diagram::description(source));
        let caption = option("fig-cap").or_else(|| title.map(str::to_string)).map(|caption| self.sub_inlines(&caption, pos));
        let anchor = self.take_anchor().or_else(|| option("label"));
        let image = Image { source: "diagram".to_string(), alt, width: None, height: None, diagram: Some(Arc::from(source)) };
        let picture = Inline { id: NodeId::default(), pos, kind: InlineKind::Image(image) };
        let line = Block { id: NodeId::default(), pos, anchor: None, language: None, direction: None, kind: BlockKind::Paragraph(vec![picture]) };
        let kind = BlockKind::Figure { blocks: vec![line], caption };
        self.add_block(Block { id: NodeId::default(), pos, anchor, language: None, direction: None, kind });
    }
}
