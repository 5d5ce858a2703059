//! The language of a book that does not name it, as its letters say, or its small words where these are Latin: only where they leave
//! little doubt.

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
const ENOUGH: usize = 20_000;
/// A letter of these scripts is a syllable or a word: it weighs as much as so many Latin ones.
const OF_A_WORD: usize = 3;

/// What was counted.
#[derive(Default)]
struct Letters {
    latin: usize,
    of: [usize; Script::ALL.len()],
    /// Letters that only some languages of a script have.
    telling: Vec<char>,
    /// All words, and of each Latin language those that are small words in it.
    words: usize,
    small: [usize; SMALL_WORDS.len()],
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
                letters.words_of(line);
            }
        }
        letters
    }

    fn words_of(&mut self, line: &str) {
        for word in line.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
            self.words += 1;
            let word = word.to_lowercase();
            for (count, (_, small)) in self.small.iter_mut().zip(&SMALL_WORDS) {
                *count += usize::from(small.contains(&word.as_str()));
            }
        }
    }

    /// The language whose small words a text in Latin letters is full of, and full of none else's.
    fn latin_language(&self) -> Option<&'static str> {
        let best = (0..SMALL_WORDS.len()).max_by_key(|index| (self.small[*index], std::cmp::Reverse(*index)))?;
        let next = (0..SMALL_WORDS.len()).filter(|index| *index != best).map(|index| self.small[index]).max().unwrap_or(0);
        let many = self.words >= 40 && self.small[best] * 10 >= self.words;
        (many && self.small[best] * 2 >= next * 3).then_some(SMALL_WORDS[best].0)
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

/// Small words that stand in every paragraph of a language and seldom in any other's.
const SMALL_WORDS: [(&str, &[&str]); 15] = [
    ("en", &["the", "of", "and", "to", "is", "that", "with", "for", "are", "this", "you", "it"]),
    ("de", &["der", "die", "und", "das", "ist", "nicht", "ein", "eine", "den", "mit", "von", "auf"]),
    ("fr", &["le", "la", "les", "et", "des", "est", "une", "dans", "pour", "que", "vous", "du"]),
    ("es", &["el", "los", "las", "y", "que", "una", "por", "para", "con", "del", "es", "se"]),
    ("it", &["il", "di", "che", "è", "della", "per", "una", "sono", "con", "del", "gli", "non"]),
    ("pt", &["o", "os", "não", "que", "uma", "para", "com", "da", "do", "em", "é", "você"]),
    ("nl", &["het", "een", "van", "en", "niet", "dat", "zijn", "voor", "met", "ook", "wordt", "je"]),
    ("pl", &["i", "w", "na", "nie", "się", "jest", "że", "do", "jak", "są", "oraz", "przez"]),
    ("sv", &["och", "att", "det", "som", "är", "en", "för", "inte", "med", "av", "till", "den"]),
    ("da", &["og", "at", "det", "som", "er", "en", "ikke", "af", "til", "på", "med", "blev"]),
    ("nb", &["og", "å", "det", "som", "er", "en", "ikke", "av", "til", "på", "med", "ble"]),
    ("fi", &["ja", "on", "ei", "että", "se", "kun", "tai", "ovat", "voi", "myös", "kuin", "joka"]),
    ("tr", &["ve", "bir", "bu", "için", "ile", "olarak", "da", "de", "daha", "gibi", "olan", "çok"]),
    ("cs", &["a", "se", "je", "že", "na", "v", "jako", "pro", "jsou", "nebo", "když", "který"]),
    ("hu", &["a", "az", "és", "hogy", "egy", "nem", "is", "van", "meg", "ez", "vagy", "csak"]),
];

/// The language of texts by their letters and small words. Code in fences does not count.
pub(super) fn language<'t>(mut texts: impl Iterator<Item = &'t str>) -> Option<&'static str> {
    let letters = Letters::count(&mut texts);
    let weight = |script: Script| match script {
        Script::Han | Script::Hangul | Script::Kana => letters.many(script) * OF_A_WORD,
        _ => letters.many(script),
    };
    let most = Script::ALL.into_iter().max_by_key(|script| (weight(*script), std::cmp::Reverse(*script)))?;
    if weight(most) <= letters.latin {
        return letters.latin_language();
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
            // Too few words to tell anything by.
            ("Der Wärter schrieb.", None),
            ("", None),
        ] {
            assert_eq!(language([text].into_iter()), expected, "{text}");
        }
    }

    #[test]
    fn small_words_tell_languages_of_latin_letters_apart() {
        for (text, expected) in [
            (
                "Der Wärter schrieb an jedem Tag eine Zeile, und an den meisten Tagen stand in der Zeile, dass nichts geschehen war. Die Lampe ist nicht \
              alt, und das Öl kommt mit dem Boot von der Insel auf den Felsen, wenn die See es zulässt.",
                Some("de"),
            ),
            (
                "Il guardiano scriveva una riga al giorno, e nella maggior parte dei giorni la riga diceva che non era successo nulla. La lampada è vecchia, \
              gli specchi sono puliti, e il vento che viene dal mare non entra per la porta della torre.",
                Some("it"),
            ),
            (
                "Le gardien écrivait une ligne par jour, et dans la plupart des jours la ligne disait que rien ne se passait. La lampe est vieille, les \
              miroirs sont propres, et le vent du large ne vient pas dans la tour pour une fois que vous voyez.",
                Some("fr"),
            ),
            (
                "The keeper wrote one line a day, and on most days the line said that nothing had happened. The lamp is old and the mirrors are clean; it \
              is for this that he is paid, and with this he lives on the rock to the end of the winter.",
                Some("en"),
            ),
            (
                "fn main let mut x loop match self impl struct enum trait use crate mod pub where async await move ref static const unsafe extern type dyn \
              box as break continue else if for in return true false super while yield try macro union",
                None,
            ),
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
