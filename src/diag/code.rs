//! The kinds of diagnostics, each with a name that does not change: what scripts and `docs/messages.md` go by.

/// Writes the list once: the variants, all of them in order, and their names.
macro_rules! codes {
    ($($(#[doc = $doc:literal])* $code:ident = $name:literal,)*) => {
        /// Which kind of thing a diagnostic says. `docs/messages.md` has an example of each and what to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])* $code,)*
        }

        impl Code {
            /// All kinds, as `docs/messages.md` has them.
            pub const ALL: &[Code] = &[$(Code::$code),*];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self {
                    $(Code::$code => $name,)*
                }
            }

            /// What it says, in a sentence.
            pub fn about(self) -> &'static str {
                match self {
                    $(Code::$code => concat!($($doc),*).trim_ascii(),)*
                }
            }
        }
    };
}

codes! {
    /// The project cannot be read.
    ProjectUnreadable = "project-unreadable",
    /// The file that is named is no book.
    ProjectNotBook = "project-not-book",
    /// There is no book in the folder.
    ProjectEmpty = "project-empty",
    /// A command names no project, in a folder that holds Markdown and no manifest.
    ProjectNotNamed = "project-not-named",
    /// A folder has two manifests.
    ManifestTwice = "manifest-twice",
    /// The book has no chapters, or no text in them.
    BookEmpty = "book-empty",
    /// A part of a folder book is left out: it cannot be looked through, lies too deep, or is a link that leads out of the project.
    FolderPartLeftOut = "folder-part-left-out",
    /// A file that the book names is not there.
    FileMissing = "file-missing",
    /// A file that the book names lies outside the project.
    FileOutside = "file-outside",
    /// The folder that files may be taken from does not hold the project.
    RootFolder = "root-folder",
    /// A reader has an edition that the book does not know.
    EditionUnknown = "edition-unknown",
    /// A revision of the project cannot be read.
    Revision = "revision",
    /// A file of the project cannot be read.
    FileUnreadable = "file-unreadable",
    /// A file, what includes make of it, or the finished book is larger than there is room for.
    FileTooLarge = "file-too-large",
    /// The book has more text or more pieces than any book needs.
    BookTooLarge = "book-too-large",
    /// A file is not text in UTF-8.
    FileNotText = "file-not-text",
    /// A manifest, a front matter, a theme or a roster is not YAML.
    YamlSyntax = "yaml-syntax",
    /// `book.toml` is not TOML.
    TomlSyntax = "toml-syntax",
    /// A key that the program does not know.
    KeyUnknown = "key-unknown",
    /// A key stands twice.
    KeyTwice = "key-twice",
    /// A key that must be there is not.
    KeyMissing = "key-missing",
    /// A value is of another kind than its key takes.
    ValueKind = "value-kind",
    /// A value holds what is no character of any text.
    ValueCharacter = "value-character",
    /// A value is empty.
    ValueEmpty = "value-empty",
    /// A front matter has no end, or no beginning.
    FrontMatterOpen = "front-matter-open",
    /// The front matter of a book that was written for another program holds keys that are not used.
    FrontMatterUnused = "front-matter-unused",
    /// A language is not a tag after BCP 47.
    LanguageTag = "language-tag",
    /// The book does not say which language it is in.
    LanguageNotNamed = "language-not-named",
    /// There are no words of the book's own in its language.
    LanguageWords = "language-words",
    /// The book's identifier is no URI.
    Identifier = "identifier",
    /// The ISBN is wrong.
    Isbn = "isbn",
    /// A date is none.
    Date = "date",
    /// The author's cover cannot be used.
    Cover = "cover",
    /// A page size is not known, or no book could have it.
    PageSize = "page-size",
    /// The foot line does not say where the name goes.
    PreparedFor = "prepared-for",
    /// A word of the book's own leaves no room for what is filled in.
    OwnWord = "own-word",
    /// An id has characters that ids cannot have.
    IdForm = "id-form",
    /// Two entries of the manifest have one id.
    IdTwice = "id-twice",
    /// Two stages, two paths or two guides have one title.
    TitleTwice = "title-twice",
    /// The glossary is no chapter of the book.
    GlossaryChapter = "glossary-chapter",
    /// A chapter is in the book twice.
    ChapterTwice = "chapter-twice",
    /// A file that was to be a chapter is empty.
    ChapterEmpty = "chapter-empty",
    /// A file has several headings of the first level and is one chapter.
    HeadingsSeveral = "headings-several",
    /// A pattern for chapters is none, or no file matches it.
    Pattern = "pattern",
    /// A Markdown file lies among the chapters and is in no list.
    ChapterUnlisted = "chapter-unlisted",
    /// A chapter's path names a folder.
    ChapterFolder = "chapter-folder",
    /// A book names a chapter that is another program's document, or a folder holds a notebook.
    ChapterNotMarkdown = "chapter-not-markdown",
    /// `stages` stands in the front matter of a stage's own chapter.
    StagesUnused = "stages-unused",
    /// A range of stages is none, or names stages that are not there.
    StageRange = "stage-range",
    /// There is no such theme.
    ThemeUnknown = "theme-unknown",
    /// A value of a theme cannot be read.
    ThemeValue = "theme-value",
    /// A theme leaves no room for text.
    ThemeRoom = "theme-room",
    /// Text on a theme's colour cannot be read, or two stages look alike.
    ThemeContrast = "theme-contrast",
    /// An mdBook has no list of chapters.
    SummaryMissing = "summary-missing",
    /// An item of `SUMMARY.md` does not name one chapter.
    SummaryLink = "summary-link",
    /// A cell of code is not run, and its code not shown.
    CellNotRun = "cell-not-run",
    /// A file is no bibliography.
    Bibliography = "bibliography",
    /// A work of a bibliography cannot be read.
    BibliographyWork = "bibliography-work",
    /// There is no such style of citations.
    CitationStyle = "citation-style",
    /// A work is cited that the bibliography does not have.
    CitationUnknown = "citation-unknown",
    /// What mdBook should give to a renderer is not there.
    RenderContext = "render-context",
    /// A setting of the renderer is not known, or is of another kind.
    RenderSetting = "render-setting",
    /// The book is kept in several languages.
    LanguagesSeveral = "languages-several",
    /// A part has no chapters.
    PartEmpty = "part-empty",
    /// A file includes itself, or includes are nested too deep.
    IncludeChain = "include-chain",
    /// An include names lines or an anchor that its file does not have.
    IncludeEmpty = "include-empty",
    /// Style sheets and scripts of a web book are not used.
    WebFilesUnused = "web-files-unused",
    /// A setting of a web book changes its text, and nothing here.
    WebSettingUnused = "web-setting-unused",
    /// Programs that would change an mdBook's chapters are not run.
    PreprocessorNotRun = "preprocessor-not-run",
    /// The marks of a passage do not belong together.
    PassageMark = "passage-mark",
    /// A condition cannot be read.
    Condition = "condition",
    /// A field is not known.
    FieldUnknown = "field-unknown",
    /// A field has no value for this reader, and no text in its place.
    FieldEmpty = "field-empty",
    /// A field is given for which the text never asks.
    FieldUnused = "field-unused",
    /// What was meant as a field is text.
    FieldOpen = "field-open",
    /// `--field` gives one field twice.
    FieldTwice = "field-twice",
    /// The reader's words stand in titles, tables or notes, so that copies cannot share what is set.
    CopyAlone = "copy-alone",
    /// A comment resembles a mark and is none.
    CommentMark = "comment-mark",
    /// The index refers to a term that it does not have.
    IndexSee = "index-see",
    /// A line was meant as a heading, a comment, a link or an entry of the glossary, and is text.
    MarkText = "mark-text",
    /// A heading skips a level.
    HeadingSkip = "heading-skip",
    /// A footnote that is called is not there.
    FootnoteUndefined = "footnote-undefined",
    /// A footnote is never called, and so is not in the book.
    FootnoteUnused = "footnote-unused",
    /// Two footnotes of a chapter have one label.
    FootnoteTwice = "footnote-twice",
    /// A link has no destination.
    LinkEmpty = "link-empty",
    /// A link leads to a file that is no chapter of the book.
    LinkChapter = "link-chapter",
    /// What looks like a wiki's link names no page of the book.
    LinkPage = "link-page",
    /// A link leads to a place that its chapter does not have.
    LinkFragment = "link-fragment",
    /// A link's scheme has no place in a book.
    LinkScheme = "link-scheme",
    /// A link's address is one that no reading system could follow.
    LinkAddress = "link-address",
    /// The text of a link says nothing.
    LinkText = "link-text",
    /// A table has no head row.
    TableHeadless = "table-headless",
    /// Rows between bars are no table.
    TableRule = "table-rule",
    /// A row of a table has more cells than the table has columns.
    TableCells = "table-cells",
    /// A table is too wide for the page as it is written.
    TableWidth = "table-width",
    /// A line sticks out of the text area, since what stands in it cannot be divided.
    LineWidth = "line-width",
    /// A picture names no file.
    PictureWithoutFile = "picture-without-file",
    /// A picture has no alternative text.
    PictureAlternative = "picture-alternative",
    /// A callout is of a kind that no tool knows, near to one that is known.
    CalloutKind = "callout-kind",
    /// The size of a picture cannot be read.
    PictureSize = "picture-size",
    /// A picture is on the web or within the text, and is not read.
    PictureElsewhere = "picture-elsewhere",
    /// A picture is missing, damaged, too large, or of no format that books can hold.
    PictureUnusable = "picture-unusable",
    /// A drawing holds what no book may.
    PicturePartsLeftOut = "picture-parts-left-out",
    /// A formula cannot be read, and is shown as it is written.
    FormulaUnreadable = "formula-unreadable",
    /// A formula is wider than the page: it is divided or set smaller.
    FormulaWide = "formula-wide",
    /// A formula is referred to that is not there, or two have one label.
    FormulaLabel = "formula-label",
    /// A diagram cannot be drawn, and is set as code.
    DiagramUnreadable = "diagram-unreadable",
    /// The labels of a diagram are too small to be read on paper.
    DiagramSmall = "diagram-small",
    /// Formulas are set as they are written, in a book that does not ask for mathematics.
    NotDrawn = "not-drawn",
    /// A raw HTML element is not known.
    ElementUnknown = "element-unknown",
    /// What looks like an element is never closed.
    ElementOpen = "element-open",
    /// A comment or a tag begins and never ends.
    MarkupOpen = "markup-open",
    /// An element has no place in a book.
    ElementLeftOut = "element-left-out",
    /// Text is nested deeper than any page shows.
    NestingDepth = "nesting-depth",
    /// No font has a character.
    CharacterWithoutFont = "character-without-font",
    /// The theme asks for a family that no font has.
    FontMissing = "font-missing",
    /// A file among the project's fonts is no font, or a damaged one.
    FontFile = "font-file",
    /// A font says that it may not be embedded, so neither format uses it.
    FontRestricted = "font-restricted",
    /// A font cannot be cut down for the EPUB, which leaves it out.
    FontNotInEpub = "font-not-in-epub",
    /// A font cannot be embedded in the PDF.
    FontUnusable = "font-unusable",
    /// The cover cannot be drawn.
    CoverNotDrawn = "cover-not-drawn",
    /// There is no such stage.
    StageUnknown = "stage-unknown",
    /// The present stage lies beyond the target.
    StageBeyond = "stage-beyond",
    /// There is no such path or guide.
    PathUnknown = "path-unknown",
    /// A name, an address, a note or a field holds what no page can show.
    ReaderText = "reader-text",
    /// The note's file cannot be used.
    NoteFile = "note-file",
    /// The roster cannot be read.
    RosterUnreadable = "roster-unreadable",
    /// The roster is not text in UTF-8.
    RosterNotText = "roster-not-text",
    /// A line of the roster is longer than any row is.
    RosterLine = "roster-line",
    /// The roster has no readers.
    RosterEmpty = "roster-empty",
    /// The roster is not CSV.
    RosterNotCsv = "roster-not-csv",
    /// A quotation of the roster is left open, or has text after it. Nothing is made: the rows below would become part of one reader's cell.
    RosterQuotation = "roster-quotation",
    /// A row has more or fewer cells than the header.
    RosterCells = "roster-cells",
    /// A column that is used has no heading.
    RosterHeading = "roster-heading",
    /// Two columns or keys mean the same.
    RosterColumnTwice = "roster-column-twice",
    /// The roster lacks a column that the book or the command goes by.
    RosterColumnMissing = "roster-column-missing",
    /// The roster has no column for the name.
    RosterWithoutName = "roster-without-name",
    /// A line is not a JSON object.
    RosterNotJson = "roster-not-json",
    /// A YAML roster is not a list of readers.
    RosterNotList = "roster-not-list",
    /// A value of the roster is neither text nor a list of texts.
    RosterValue = "roster-value",
    /// A cell that says yes or no says something else.
    RosterYesOrNo = "roster-yes-or-no",
    /// A row has no name that can be seen.
    RosterName = "roster-name",
    /// The same reader stands in two rows.
    RosterReaderTwice = "roster-reader-twice",
    /// Nothing in a row says who the reader is for good.
    RosterIdentity = "roster-identity",
    /// The number of a copy is none.
    CopyNumber = "copy-number",
    /// Two rows have the same copy number.
    CopyNumberTwice = "copy-number-twice",
    /// There are more problems than are shown.
    MoreProblems = "more-problems",
    /// A file, a folder, a bucket or standard output cannot be written.
    OutputUnwritable = "output-unwritable",
    /// An address cannot be listened on, or opened in a browser.
    ListenAddress = "listen-address",
    /// Copies are to be sent to an address of a kind that is not known.
    OutputAddress = "output-address",
    /// What an earlier run left cannot be read.
    OutputUnreadable = "output-unreadable",
    /// Another run is writing to the same folder.
    OutputBusy = "output-busy",
    /// The book cannot be told of beside its copies.
    BookUntold = "book-untold",
    /// A folder holds no copies that can be handed out.
    CopiesUnreadable = "copies-unreadable",
    /// A copy that says nothing of itself is to be sealed.
    SealWithoutRecord = "seal-without-record",
    /// A copy that anybody may ask for is to be sealed.
    SealOpen = "seal-open",
    /// The work broke off.
    RunBroken = "run-broken",
    /// Copies are to go into a bucket, and the program was built without what that needs.
    BucketsNotBuilt = "buckets-not-built",
    /// Threads cannot be started.
    Threads = "threads",
    /// The work was called off by the program that had asked for it.
    CalledOff = "called-off",
    /// A file is asked for that was not made.
    FormatNotMade = "format-not-made",
    /// A key cannot be read, or is none.
    KeyFile = "key-file",
    /// A secret key is to have the public key's ending.
    KeyFileName = "key-file-name",
    /// The message of letters cannot be sent as it is.
    LetterMessage = "letter-message",
    /// A letter cannot be addressed.
    LetterAddress = "letter-address",
    /// A letter has not all that goes into it.
    LetterIncomplete = "letter-incomplete",
    /// The server for mail cannot be used.
    MailServer = "mail-server",
    /// The server refused a letter for good.
    LetterRefused = "letter-refused",
    /// Nobody knows whether a letter was taken.
    LetterUnknown = "letter-unknown",
    /// A letter waits to be sent.
    LetterWaiting = "letter-waiting",
    /// What letters were sent cannot be read or written down.
    Ledger = "ledger",
    /// A file cannot be given to everybody.
    PublishPersonal = "publish-personal",
    /// All readers' pages that are there would be taken away.
    PublishStrange = "publish-strange",
    /// The file is neither a PDF nor an EPUB.
    VerifyKind = "verify-kind",
    /// The file cannot be read.
    VerifyUnreadable = "verify-unreadable",
    /// The file does not say whose copy it is.
    VerifyNoStatement = "verify-no-statement",
    /// A mistake of the program itself.
    ProgramFault = "program-fault",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
