//! The language of a book that does not name it, as its letters say: only where they leave little doubt.

/// Scripts that one language is known by, each with a letter range; Latin, which tells nothing, is not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Script {
    Arabic,
    Armenian,
    Bengali,
    Burmese,
    Cyrillic,
    Devanagari,
    Ethiopic,
    Georgian,
    Greek,
    Han,
    Hangul,
    Hebrew,
    Kana,
    Khmer,
    Lao,
    Tamil,
    Thai,
}

impl Script {
    const ALL: [Script; 17] = [
        Script::Arabic,
        Script::Armenian,
        Script::Bengali,
        Script::Burmese,
        Script::Cyrillic,
        Script::Devanagari,
        Script::Ethiopic,
        Script::Georgian,
        Script::Greek,
        Script::Han,
        Script::Hangul,
        Script::Hebrew,
        Script::Kana,
        Script::Khmer,
        Script::Lao,
        Script::Tamil,
        Script::Thai,
    ];

    fn of(c: char) -> Option<Script> {
        Some(match c {
            '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
            '\u{400}'..='\u{52F}' => Script::Cyrillic,
            '\u{531}'..='\u{587}' => Script::Armenian,
            '\u{5D0}'..='\u{5EA}' => Script::Hebrew,
            '\u{620}'..='\u{6D3}' => Script::Arabic,
            '\u{904}'..='\u{97F}' => Script::Devanagari,
            '\u{985}'..='\u{9FE}' => Script::Bengali,
            '\u{B82}'..='\u{BFA}' => Script::Tamil,
            '\u{E01}'..='\u{E4E}' => Script::Thai,
            '\u{E81}'..='\u{EDF}' => Script::Lao,
            '\u{1000}'..='\u{109F}' => Script::Burmese,
            '\u{10A0}'..='\u{10FF}' => Script::Georgian,
            '\u{1200}'..='\u{137F}' => Script::Ethiopic,
            '\u{1780}'..='\u{17D3}' => Script::Khmer,
            '\u{3041}'..='\u{30FF}' => Script::Kana,
            '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFD}' => Script::Han,
            '\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}' | '\u{AC00}'..='\u{D7A3}' => Script::Hangul,
            _ => return None,
        })
    }
}

/// So many letters tell enough.
const ENOUGH: usize = 100_000;
/// A letter of these scripts is a syllable or a word: it weighs as much as so many Latin ones.
const OF_A_WORD: usize = 3;

/// What was counted.
#[derive(Default)]
struct Letters {
    latin: usize,
    of: [usize; Script::ALL.len()],
    /// Letters that only some languages of a script have.
    telling: Vec<char>,
}

impl Letters {
    fn count(texts: &mut dyn Iterator<Item = &str>) -> Letters {
        let mut letters = Letters::default();
        let mut left = ENOUGH;
        for text in texts {
            let mut fence = false;
            for line in text.lines() {
                if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
                    fence = !fence;
                    continue;
                }
                if fence {
                    continue;
                }
                for c in line.chars().filter(|c| c.is_alphabetic()) {
                    match Script::of(c) {
                        Some(script) => letters.of[script as usize] += 1,
                        None => letters.latin += 1,
                    }
                    if TELLING.contains(c) {
                        letters.telling.push(c);
                    }
                    left -= 1;
                    if left == 0 {
                        return letters;
                    }
                }
            }
        }
        letters
    }

    fn told(&self, letters: &str) -> usize {
        self.telling.iter().filter(|c| letters.contains(**c)).count()
    }

    fn many(&self, script: Script) -> usize {
        self.of[script as usize]
    }
}

const PERSIAN: &str = "گچپژ";
const URDU: &str = "ٹڈڑےں";
const UKRAINIAN: &str = "іїєґ";
const TRADITIONAL: &str = "這個們說時會來對國發後學";
const SIMPLIFIED: &str = "这个们说时会来对国发后学";
const TELLING: &str = "گچپژٹڈڑےںіїєґ這個們說時會來對國發後學这个们说时会来对国发后学";

/// The language of texts by their letters; nothing where most of them are Latin. Code in fences does not count.
pub(super) fn language<'t>(mut texts: impl Iterator<Item = &'t str>) -> Option<&'static str> {
    let letters = Letters::count(&mut texts);
    let weight = |script: Script| match script {
        Script::Han | Script::Hangul | Script::Kana => letters.many(script) * OF_A_WORD,
        _ => letters.many(script),
    };
    let most = Script::ALL.into_iter().max_by_key(|script| (weight(*script), std::cmp::Reverse(*script)))?;
    if weight(most) <= letters.latin {
        return None;
    }
    // A letter in a hundred is no loan word.
    let tells = |telling: &str| letters.told(telling) * 100 > letters.many(most);
    Some(match most {
        Script::Arabic if tells(URDU) => "ur",
        Script::Arabic if tells(PERSIAN) => "fa",
        Script::Arabic => "ar",
        Script::Armenian => "hy",
        Script::Bengali => "bn",
        Script::Burmese => "my",
        Script::Cyrillic if tells(UKRAINIAN) => "uk",
        Script::Cyrillic => "ru",
        Script::Devanagari => "hi",
        Script::Ethiopic => "am",
        Script::Georgian => "ka",
        Script::Greek => "el",
        Script::Han | Script::Kana if letters.many(Script::Kana) * 10 > letters.many(Script::Han) => "ja",
        Script::Han | Script::Kana if letters.told(TRADITIONAL) > letters.told(SIMPLIFIED) => "zh-Hant",
        Script::Han | Script::Kana => "zh-Hans",
        Script::Hangul => "ko",
        Script::Hebrew => "he",
        Script::Khmer => "km",
        Script::Lao => "lo",
        Script::Tamil => "ta",
        Script::Thai => "th",
    })
}

/// The language that a folder is called by, where a book is kept in several.
pub(super) fn of_folder(name: &str) -> Option<&'static str> {
    const TAGS: [&str; 37] = [
        "ar", "bg", "ca", "cs", "da", "de", "el", "es", "et", "fa", "fi", "fr", "he", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "nb", "nl", "no", "pl",
        "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "tr", "uk", "vi", "zh", "zh-CN",
    ];
    let bare = name.replace('_', "-");
    TAGS.into_iter().find(|tag| tag.eq_ignore_ascii_case(&bare))
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn letters_tell_the_language_where_they_leave_little_doubt() {
        for (text, expected) in [
            ("שומר המגדלור כתב שורה אחת ביום, ב־Rust.", Some("he")),
            ("كان حارس المنارة يكتب سطرًا كل يوم", Some("ar")),
            ("نگهبان فانوس دریایی هر روز یک خط می‌نوشت و چیزی نمی‌گفت", Some("fa")),
            ("灯塔的看守每天写一行字，这是他们的工作。", Some("zh-Hans")),
            ("燈塔的看守每天寫一行字，這是他們的工作。", Some("zh-Hant")),
            ("灯台守は毎日一行を書いた。", Some("ja")),
            ("등대지기는 날마다 한 줄을 썼다.", Some("ko")),
            ("Смотритель маяка писал по строке в день.", Some("ru")),
            ("Доглядач маяка писав щодня один рядок і більше нічого.", Some("uk")),
            ("Ο φαροφύλακας έγραφε μια γραμμή τη μέρα.", Some("el")),
            ("The keeper wrote one line a day; שלום was not in it.", None),
            ("Der Wärter schrieb.", None),
            ("", None),
        ] {
            assert_eq!(language([text].into_iter()), expected, "{text}");
        }
    }

    #[test]
    fn code_does_not_count() {
        let code = "let answer = compute(first, second);\n".repeat(20);
        assert_eq!(language([format!("مثال بسيط\n\n```rust\n{code}```\n").as_str()].into_iter()), Some("ar"));
    }
}
