//! Stage 5, *typeset*: the resolved document to galleys of one measure: shaping, line breaking, blocks.

mod frame;
mod galley;
mod paragraph;
mod setter;
mod tags;

pub use frame::*;
pub use galley::*;
pub use paragraph::*;
pub use setter::*;
pub use tags::*;
