//! The mathematical alphabets of Unicode (block 1D400): what a letter is in bold, script, Fraktur and the like. MathML asks for them
//! since it gave up styles of its own.

/// A mathematical alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// Upright, whatever the letter would be otherwise.
    Upright,
    Italic,
    Bold,
    BoldItalic,
    Script,
    Fraktur,
    DoubleStruck,
    SansSerif,
    SansSerifItalic,
    Monospace,
}

impl Alphabet {
    /// The alphabet of a font command of TeX, its name without the backslash.
    pub fn of(font: &str) -> Option<Alphabet> {
        Some(match font.trim_start_matches('\\') {
            "mathrm" | "rm" | "mathup" | "textrm" => Alphabet::Upright,
            "mathit" | "it" => Alphabet::Italic,
            "mathbf" | "bf" | "bold" => Alphabet::Bold,
            "boldsymbol" | "bm" => Alphabet::BoldItalic,
            "mathcal" | "cal" | "mathscr" => Alphabet::Script,
            "mathfrak" | "frak" => Alphabet::Fraktur,
            "mathbb" | "Bbb" => Alphabet::DoubleStruck,
            "mathsf" | "sf" => Alphabet::SansSerif,
            "mathsfit" => Alphabet::SansSerifItalic,
            "mathtt" | "tt" => Alphabet::Monospace,
            _ => return None,
        })
    }

    /// A character in the alphabet, or as it is where the alphabet has none.
    pub fn letter(self, c: char) -> char {
        self.latin(c).or_else(|| self.greek(c)).or_else(|| self.digit(c)).unwrap_or(c)
    }

    fn latin(self, c: char) -> Option<char> {
        // Letters that had places before the block was made (Unicode, table "Mathematical Alphanumeric Symbols", reserved places).
        let earlier = match (self, c) {
            (Alphabet::Italic, 'h') => 'ℎ',
            (Alphabet::Script, 'B') => 'ℬ',
            (Alphabet::Script, 'E') => 'ℰ',
            (Alphabet::Script, 'F') => 'ℱ',
            (Alphabet::Script, 'H') => 'ℋ',
            (Alphabet::Script, 'I') => 'ℐ',
            (Alphabet::Script, 'L') => 'ℒ',
            (Alphabet::Script, 'M') => 'ℳ',
            (Alphabet::Script, 'R') => 'ℛ',
            (Alphabet::Script, 'e') => 'ℯ',
            (Alphabet::Script, 'g') => 'ℊ',
            (Alphabet::Script, 'o') => 'ℴ',
            (Alphabet::Fraktur, 'C') => 'ℭ',
            (Alphabet::Fraktur, 'H') => 'ℌ',
            (Alphabet::Fraktur, 'I') => 'ℑ',
            (Alphabet::Fraktur, 'R') => 'ℜ',
            (Alphabet::Fraktur, 'Z') => 'ℨ',
            (Alphabet::DoubleStruck, 'C') => 'ℂ',
            (Alphabet::DoubleStruck, 'H') => 'ℍ',
            (Alphabet::DoubleStruck, 'N') => 'ℕ',
            (Alphabet::DoubleStruck, 'P') => 'ℙ',
            (Alphabet::DoubleStruck, 'Q') => 'ℚ',
            (Alphabet::DoubleStruck, 'R') => 'ℝ',
            (Alphabet::DoubleStruck, 'Z') => 'ℤ',
            _ => '\0',
        };
        if earlier != '\0' {
            return Some(earlier);
        }
        let first = match self {
            Alphabet::Upright => return None,
            Alphabet::Bold => 0x1D400,
            Alphabet::Italic => 0x1D434,
            Alphabet::BoldItalic => 0x1D468,
            Alphabet::Script => 0x1D49C,
            Alphabet::Fraktur => 0x1D504,
            Alphabet::DoubleStruck => 0x1D538,
            Alphabet::SansSerif => 0x1D5A0,
            Alphabet::SansSerifItalic => 0x1D608,
            Alphabet::Monospace => 0x1D670,
        };
        let place = match c {
            'A'..='Z' => u32::from(c) - u32::from('A'),
            'a'..='z' => u32::from(c) - u32::from('a') + 26,
            _ => return None,
        };
        char::from_u32(first + place)
    }

    fn greek(self, c: char) -> Option<char> {
        let first = match self {
            Alphabet::Bold => 0x1D6A8,
            Alphabet::Italic => 0x1D6E2,
            Alphabet::BoldItalic => 0x1D71C,
            _ => return None,
        };
        let place = match c {
            'Α'..='Ρ' | 'Σ'..='Ω' => u32::from(c) - u32::from('Α'),
            '∇' => 25,
            'α'..='ω' => u32::from(c) - u32::from('α') + 26,
            '∂' => 51,
            'ϵ' => 52,
            'ϑ' => 53,
            'ϰ' => 54,
            'ϕ' => 55,
            'ϱ' => 56,
            'ϖ' => 57,
            _ => return None,
        };
        char::from_u32(first + place)
    }

    fn digit(self, c: char) -> Option<char> {
        let first = match self {
            Alphabet::Bold | Alphabet::BoldItalic => 0x1D7CE,
            Alphabet::DoubleStruck => 0x1D7D8,
            Alphabet::SansSerif | Alphabet::SansSerifItalic => 0x1D7E2,
            Alphabet::Monospace => 0x1D7F6,
            _ => return None,
        };
        char::from_u32(first + c.to_digit(10)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_their_places() {
        let told = |alphabet: Alphabet, text: &str| text.chars().map(|c| alphabet.letter(c)).collect::<String>();
        assert_eq!(told(Alphabet::Bold, "Az0Ω+"), "𝐀𝐳𝟎𝛀+");
        assert_eq!(told(Alphabet::Script, "ABe"), "𝒜ℬℯ");
        assert_eq!(told(Alphabet::DoubleStruck, "AR1"), "𝔸ℝ𝟙");
        assert_eq!(told(Alphabet::Fraktur, "gZ"), "𝔤ℨ");
        assert_eq!(told(Alphabet::Upright, "ab"), "ab");
        assert_eq!(told(Alphabet::BoldItalic, "xαϵ∂"), "𝒙𝜶𝝐𝝏");
        assert_eq!(told(Alphabet::Monospace, "a9"), "𝚊𝟿");
    }
}
