//! Fonts: those of the theme, which the binary carries, those of the project, and as a last resort the system's.

mod book;
mod builtin;
mod door;
mod system;
mod wanted;

pub use book::{Face, FaceId, FontBook, FontData};
pub use door::Refused;
pub use system::{SystemFont, font_files, system_fonts};
pub use wanted::warnings;

/// Characters that need no glyph of their own: joiners, direction marks, variation selectors, soft hyphens.
pub fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFFC}' | '\u{E0100}'..='\u{E01EF}')
}
