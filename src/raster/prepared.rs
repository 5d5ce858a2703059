//! Pictures made ready for one format, each once for however many books show it.

use std::sync::Arc;

use crate::fonts::FontBook;
use crate::memo::{Key, Memo, Remembered};
use crate::resolve::PictureFile;

/// What is made of a picture for a format, made now if it was not before. Labels of drawings are set in the fonts.
///
/// # Errors
/// Those of `make`; they are not remembered.
pub fn prepared<T: Remembered, E>(memo: &Memo, fonts: &FontBook, file: &PictureFile, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
    memo.get_or_try(Key::of(&(fonts.key(), file)), make)
}
