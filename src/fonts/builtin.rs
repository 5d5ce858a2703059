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
