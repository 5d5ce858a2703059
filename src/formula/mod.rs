//! Formulas: TeX, read once for both formats, drawn for pages and written as MathML for e-books.
//!
//! One parser, RaTeX, decides whether a formula can be read ([`read`]), and what it makes of it is the source of both: pages are drawn
//! from its layout ([`Drawing`]), e-books from its tree ([`mathml`]). Labels, references and definitions are ours ([`source`]), since
//! they speak of the book and not of one formula.

mod alphabets;
mod drawing;
mod mathml;
mod read;
mod source;
mod symbols;

pub(crate) use drawing::{Break, Display, Drawing, Fallback, Ink, Shape, Stroke};
pub(crate) use mathml::mathml;
pub(crate) use read::{Reading, read};
pub(crate) use source::{definitions, environment, is_referring, labels, numbered, reference, references};
pub(crate) use symbols::readable;
