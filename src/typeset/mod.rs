//! Stage 5, *typeset*: the resolved document to galleys of one measure: shaping, line breaking, blocks.

mod frame;
mod galley;
mod highlight;
mod paragraph;
mod setter;
mod tags;
mod toml_code;

pub use frame::*;
pub use galley::*;
pub use highlight::{CodeClass, CodeLine, highlight};
pub use paragraph::*;
pub use setter::*;
pub use tags::*;
