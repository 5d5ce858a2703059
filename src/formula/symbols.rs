//! What TeX's symbols are in Unicode.

use ratex_font::{Mode as Table, get_symbol};
use ratex_parser::Mode;

/// What a symbol of the tree shows: `\alpha` is α, `-` is the minus sign.
pub(super) fn shown(text: &str, mode: Mode) -> String {
    let table = |mode| if mode == Mode::Math { Table::Math } else { Table::Text };
    let other = if mode == Mode::Math { Mode::Text } else { Mode::Math };
    let known = get_symbol(text, table(mode)).or_else(|| get_symbol(text, table(other)).filter(|_| text.starts_with('\\')));
    match known.and_then(|symbol| symbol.codepoint) {
        Some(c) => readable(c).to_string(),
        None => text.strip_prefix('\\').filter(|name| !name.is_empty()).unwrap_or(text).to_string(),
    }
}

/// A character of the formula fonts as everybody knows it: some stand there in places for private use.
pub(crate) fn readable(c: char) -> char {
    match c {
        '\u{E006}' => '∤',
        '\u{E007}' => '∦',
        '\u{E008}' => 'ϝ',
        '\u{E009}' => 'ϰ',
        '\u{E00C}' => '≨',
        '\u{E00D}' => '≩',
        '\u{E00E}' | '\u{E00F}' => '≱',
        '\u{E010}' | '\u{E011}' => '≰',
        '\u{E016}' => '⊈',
        '\u{E017}' => '⫋',
        '\u{E018}' => '⊉',
        '\u{E019}' => '⫌',
        '\u{E01A}' => '⊊',
        '\u{E01B}' => '⊋',
        '\u{E020}' => '\u{338}',
        c => c,
    }
}

/// A short piece of TeX as plain text, for what is said outside of formulas: commands that are symbols as these, marks left out.
pub(super) fn plain(tex: &str) -> String {
    let mut out = String::new();
    let mut chars = tex.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let mut name = String::from('\\');
                while let Some(letter) = chars.next_if(char::is_ascii_alphabetic) {
                    name.push(letter);
                }
                if name.len() == 1 {
                    name.extend(chars.next());
                } else {
                    chars.next_if_eq(&' ');
                }
                let symbol = get_symbol(&name, Table::Math).or_else(|| get_symbol(&name, Table::Text)).and_then(|symbol| symbol.codepoint);
                match symbol {
                    Some(c) => out.push(readable(c)),
                    None if name.len() == 2 => out.extend(name.chars().nth(1)),
                    None => {}
                }
            }
            '{' | '}' | '$' => {}
            c => out.push(c),
        }
    }
    out.trim().to_string()
}
