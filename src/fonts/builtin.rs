//! The fonts that the binary carries, all under the SIL Open Font License (texts in `fonts/`).

/// Every font file of the default themes.
pub(super) const FILES: &[&[u8]] = &[
    include_bytes!("../../fonts/noto-emoji/NotoEmoji-Regular.ttf"),
    include_bytes!("../../fonts/noto-sans-symbols-2/NotoSansSymbols2-Regular.ttf"),
    include_bytes!("../../fonts/source-code-pro/SourceCodePro-Bold.ttf"),
    include_bytes!("../../fonts/source-code-pro/SourceCodePro-It.ttf"),
    include_bytes!("../../fonts/source-code-pro/SourceCodePro-Regular.ttf"),
    include_bytes!("../../fonts/source-sans-3/SourceSans3-Bold.ttf"),
    include_bytes!("../../fonts/source-sans-3/SourceSans3-It.ttf"),
    include_bytes!("../../fonts/source-sans-3/SourceSans3-Regular.ttf"),
    include_bytes!("../../fonts/source-sans-3/SourceSans3-Semibold.ttf"),
    include_bytes!("../../fonts/source-serif-4/SourceSerif4-Bold.ttf"),
    include_bytes!("../../fonts/source-serif-4/SourceSerif4-BoldIt.ttf"),
    include_bytes!("../../fonts/source-serif-4/SourceSerif4-It.ttf"),
    include_bytes!("../../fonts/source-serif-4/SourceSerif4-Regular.ttf"),
    include_bytes!("../../fonts/source-serif-4/SourceSerif4-Semibold.ttf"),
    include_bytes!("../../fonts/source-serif-4/SourceSerif4-SemiboldIt.ttf"),
    include_bytes!("../../fonts/source-serif-4/SourceSerif4Caption-It.ttf"),
    include_bytes!("../../fonts/source-serif-4/SourceSerif4Caption-Regular.ttf"),
    include_bytes!("../../fonts/source-serif-4/SourceSerif4Display-It.ttf"),
    include_bytes!("../../fonts/source-serif-4/SourceSerif4Display-Regular.ttf"),
    include_bytes!("../../fonts/source-serif-4/SourceSerif4Display-Semibold.ttf"),
];

/// The fonts of formulas: those of KaTeX, whose measures the formulas' layout goes by.
pub(super) const FORMULAS: &[&[u8]] = &[
    include_bytes!("../../fonts/katex/KaTeX_AMS-Regular.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Caligraphic-Bold.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Caligraphic-Regular.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Fraktur-Bold.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Fraktur-Regular.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Main-Bold.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Main-BoldItalic.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Main-Italic.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Main-Regular.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Math-BoldItalic.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Math-Italic.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_SansSerif-Bold.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_SansSerif-Italic.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_SansSerif-Regular.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Script-Regular.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Size1-Regular.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Size2-Regular.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Size3-Regular.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Size4-Regular.ttf"),
    include_bytes!("../../fonts/katex/KaTeX_Typewriter-Regular.ttf"),
];
