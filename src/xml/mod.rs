//! XML: text as it may stand in it, a writer, and documents that may have been made to do harm.

mod markup;
mod read;
mod text;

pub(crate) use markup::{Attribute, Markup, Template};
pub(crate) use read::{DocumentType, Refusal, parse};
pub(crate) use text::{escaped, metadata, printable, push_escaped};
