//! Stage 5, *typeset*: the resolved document to galleys of one measure: shaping, line breaking, blocks.

mod frame;
mod galley;
mod highlight;
mod hyphenate;
mod linebreak;
mod lines;
mod paragraph;
mod setter;
mod shape;
mod tags;
mod text;
mod toml_code;
mod units;

pub use frame::*;
pub use galley::*;
pub use highlight::{CodeClass, CodeLine, highlight};
pub use paragraph::*;
pub use setter::*;
pub use tags::*;
