//! What any input may cost: how much is read, how deep, and how much is made of it. Limits that belong to one format alone, such as a
//! roster's line, stand beside the code that checks them; `docs/limits.md` has them all.
//!
//! Each limit says what it bounds, why, and how its value was found. It is checked before the work is done, ends in a message that
//! names the input and what to do, and has a test at the limit and one over it.
//! Whatever has no limit here takes time and memory in proportion to its size.

/// Bytes of a text of the project: a chapter, a manifest, an included file. A book of a hundred thousand pages is a mistake; the
/// longest book that was tried, 1,300 pages, has 3 MB.
pub const TEXT: usize = 64 << 20;

/// Bytes of all chapters that one reader gets: some 15,000 pages. The works of Shakespeare have 5.5 MB.
pub const BOOK: usize = 32 << 20;

/// Nodes of a book's tree: its blocks, items, cells, notes, links. A megabyte of one-letter items has 500,000 and takes 2 GB until it
/// stands on pages, one of small tables a million; a book of 1,100 pages has 31,000.
pub const NODES: u64 = 2_000_000;

/// Bytes of any file of the project, pictures for the most part, so that a wrong path does not fill the memory.
pub const FILE: u64 = 256 << 20;

/// Sides of a page in millimetres: from a pocket diary to a poster that a printer takes.
pub const SIDES: std::ops::RangeInclusive<f64> = 80.0..=600.0;

/// Bytes of a small text that the command line names: a note, a theme, a key. The built-in themes have 12 KB; a note of a megabyte
/// would be a book of its own.
pub const SMALL_TEXT: u64 = 1 << 20;

/// Bytes of a font file. The largest that are in use, collections of Chinese, Japanese and Korean faces in all weights, have 120 MB.
pub const FONT: u64 = 128 << 20;

/// Bytes of all fonts of a project together: they stay in memory while the book is made.
pub const FONTS: u64 = 512 << 20;

/// Bytes of a copy that `verify` looks at, and of one that a zip of copies holds. PDF and EPUB are read as a whole, since what they
/// refer to may stand anywhere; a book with a thousand photographs has 300 MB. A zip of copies is read one copy at a time and may
/// be of any size.
pub const COPY: u64 = 1 << 30;

/// Levels of elements within each other in XML that is read: drawings, and the metadata that `verify` reads. The parsers behind
/// call themselves for each level and use 9 KB of stack for it at most, of the 2 MB that a thread has.
pub const XML_DEPTH: usize = 200;

/// Nodes of an XML document. Each takes some 100 bytes: 200 MB at most.
pub const XML_NODES: u32 = 2_000_000;

/// Steps, of about a microsecond each, that a drawing may take when all its masks, patterns, clip paths, markers, copies and texts are
/// carried out. A map of 40,000 paths takes 500,000; at the limit a drawing is read and drawn in two seconds and 512 MiB.
pub const DRAWING_STEPS: u64 = 1_000_000;

/// Bytes that one file of an archive unpacks to, and all of them together, when `verify` reads it. They are digested as they come.
pub const UNPACKED: u64 = 1 << 30;

/// Bytes of a formula. The longest that anybody prints take a page, which is 4 KB of TeX; reading one of this size takes some
/// milliseconds, and what it makes of itself by definitions has limits of its own, in the library that reads it.
pub const FORMULA: usize = 32 << 10;

/// Bytes of a diagram's source. The largest that fit a page have 5 KB; how much work its layout may be has limits of its own, in the library
/// that draws it.
pub const DIAGRAM: usize = 64 << 10;

/// Bytes of an address that a link leads to: what the most lenient browsers and servers take. It stands in the file once for each line that
/// the link covers.
pub const ADDRESS: usize = 8 << 10;

/// Characters of a list's bullet: it stands in the indent of its item.
pub const BULLET: usize = 3;

/// Letters of a word that is hyphenated. The longest word that anybody ever printed has some two hundred; what is longer is data, and
/// is divided anywhere.
pub const LETTERS_OF_A_WORD: usize = 600;

/// Branches of a passage for some readers: `check` lays the book out once for each of the passage that has the most.
pub const BRANCHES: usize = 20;

/// Folders within each other in a folder that is made a book of. No book has chapters of as many levels; a link that leads back to
/// where it comes from would have no end.
pub const FOLDERS: usize = 32;
