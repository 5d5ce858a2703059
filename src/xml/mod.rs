//! XML: text as it may stand in it, and documents that may have been made to do harm.

mod read;
mod text;

pub(crate) use read::{DocumentType, Refusal, parse};
pub(crate) use text::{escaped, metadata, printable, push_escaped};
