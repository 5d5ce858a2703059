//! Whether every viewer finds the same objects in a file.
//!
//! A PDF is read by its table of objects, and viewers forgive what is wrong with it, each in its own way. Of a name that stands twice in a
//! dictionary some take the first value and some the last; of an object that the table leads astray some search the file. Our reader is one of
//! them, so a file could show it what was signed, and its owner something else. A file that leaves a choice is none that was made here.

use std::collections::HashSet;
use std::str::FromStr;

use lopdf::xref::XrefEntry;
use lopdf::{Document, Object, Stream};

use super::MOST_OF_ONE;
use super::scan::{end_of_string, is_regular, is_white, meant};

/// Whether the table of objects leads to what was read, and no dictionary says a thing twice.
pub(super) fn is_read_alike(bytes: &[u8], doc: &Document) -> bool {
    let bytes = from_start(bytes);
    let mut found = 0;
    let leads_there = |(number, entry): (&u32, &XrefEntry)| match *entry {
        XrefEntry::Normal { offset, generation } => {
            found += 1;
            let place = bytes.get(offset as usize..).and_then(|rest| behind_number(rest, *number, generation));
            place.zip(doc.objects.get(&(*number, generation))).is_some_and(|(rest, object)| is_whole(rest, object, doc))
        }
        XrefEntry::Compressed { container, index } => {
            found += 1;
            let container = doc.objects.get(&(container, 0)).and_then(|object| object.as_stream().ok());
            let place = container.and_then(|container| in_container(container, *number, index));
            doc.objects.contains_key(&(*number, 0)) && place.is_some_and(|rest| Seen::of(rest).is_some())
        }
        XrefEntry::Free | XrefEntry::UnusableFree => true,
    };
    // As many objects as the table has: those beside it are met by our reader alone.
    doc.reference_table.entries.iter().all(leads_there)
        && found == doc.objects.len()
        && sections(bytes).all(|section| trailer(section).and_then(Seen::of).is_some())
}

/// The file from where its places count.
fn from_start(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.windows(5).position(|window| window == b"%PDF-").unwrap_or(0)..]
}

/// Whether an object in the file has each name once, and a stream ends where it says.
fn is_whole(rest: &[u8], object: &Object, doc: &Document) -> bool {
    let Some(seen) = Seen::of(rest) else { return false };
    match object {
        // It was unpacked when it was read, and what it holds is looked at one by one.
        Object::Stream(stream) if stream.dict.has_type(b"ObjStm") => true,
        Object::Stream(stream) => {
            let length = stream.dict.get(b"Length").and_then(|length| doc.dereference(length)).and_then(|(_, length)| length.as_i64());
            let data = seen.data.and_then(|data| data.get(usize::try_from(length.ok()?).ok()?..));
            data.is_some_and(|after| after.trim_ascii_start().starts_with(b"endstream"))
        }
        _ => seen.data.is_none(),
    }
}

/// What stands behind the number of an object, if it is this one's.
fn behind_number(rest: &[u8], number: u32, generation: u16) -> Option<&[u8]> {
    let rest = rest.trim_ascii_start().strip_prefix(number.to_string().as_bytes())?;
    let rest = rest.trim_ascii_start().strip_prefix(generation.to_string().as_bytes())?;
    rest.trim_ascii_start().strip_prefix(b"obj")
}

/// An object in a stream of objects, if it stands where the table says and there alone (ISO 32000-1, 7.5.7).
fn in_container(container: &Stream, number: u32, index: u16) -> Option<&[u8]> {
    let first = usize::try_from(container.dict.get(b"First").and_then(Object::as_i64).ok()?).ok()?;
    let head = std::str::from_utf8(container.content.get(..first)?).ok()?;
    let pairs = || head.split_ascii_whitespace().step_by(2).zip(head.split_ascii_whitespace().skip(1).step_by(2));
    let mut own = pairs().enumerate().filter(|(_, (named, _))| named.parse() == Ok(number));
    let (at, (_, offset)) = own.next()?;
    let is_alone = own.next().is_none();
    (at == usize::from(index) && is_alone).then_some(())?;
    container.content.get(first.checked_add(offset.parse().ok()?)?..)
}

/// The sections of the table of objects that the file's ends lead to, oldest first.
fn sections(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    const END: &[u8] = b"startxref";
    let ends = bytes.windows(END.len()).enumerate().filter(|(_, window)| *window == END).map(|(at, _)| at + END.len());
    // A file for the web names no place at the end of its first part: 0, where no table stands.
    ends.filter_map(|at| number(words(&bytes[at..]).next()?).filter(|at| *at > 0)).filter_map(|at: usize| Some(bytes.get(at..)?.trim_ascii_start()))
}

/// What stands behind a section's table: the dictionary that names the catalog.
fn trailer(section: &[u8]) -> Option<&[u8]> {
    let word: &[u8] = if section.starts_with(b"xref") { b"trailer" } else { b"obj" };
    Some(&section[section.windows(word.len()).position(|window| window == word)? + word.len()..])
}

/// Objects that the table gave up and does not have again (ISO 32000-1, 7.5.4 and 7.5.8). Our reader finds them all the same. Nothing if a
/// section cannot be read, or names an object twice.
pub(super) fn given_up(bytes: &[u8], doc: &Document) -> Option<HashSet<u32>> {
    let mut free = HashSet::new();
    for section in sections(from_start(bytes)) {
        let mut named = HashSet::new();
        for (number, is_free) in if section.starts_with(b"xref") { rows(section)? } else { packed_rows(section, doc)? } {
            named.insert(number).then_some(())?;
            if is_free {
                free.insert(number)
            } else {
                free.remove(&number)
            };
        }
    }
    Some(free)
}

/// The rows of a section in plain text: number of an object, and whether it is free.
fn rows(section: &[u8]) -> Option<Vec<(u32, bool)>> {
    let (mut rows, mut words) = (Vec::new(), words(section).skip(1));
    loop {
        let word = words.next()?;
        if word.starts_with(b"trailer") {
            return Some(rows);
        }
        let (first, count): (u32, u32) = (number(word)?, number(words.next()?)?);
        for at in 0..count {
            let is_free = match (words.next()?, words.next()?, words.next()?) {
                (_, _, b"f") => true,
                (_, _, b"n") => false,
                _ => return None,
            };
            rows.push((first.checked_add(at)?, is_free));
        }
    }
}

/// The same of a section that is a stream.
fn packed_rows(section: &[u8], doc: &Document) -> Option<Vec<(u32, bool)>> {
    let mut words = words(section);
    let stream = doc.objects.get(&(number(words.next()?)?, number(words.next()?)?))?.as_stream().ok()?;
    let numbers =
        |key| stream.dict.get(key).and_then(Object::as_array).ok()?.iter().map(|n| usize::try_from(n.as_i64().ok()?).ok()).collect::<Option<Vec<_>>>();
    let [kind, second, third] = numbers(b"W")?[..] else { return None };
    let size = stream.dict.get(b"Size").and_then(Object::as_i64).ok().and_then(|size| usize::try_from(size).ok())?;
    let content = stream.get_plain_content_with_limit(MOST_OF_ONE).ok()?;
    let mut entries = content.chunks_exact(kind.checked_add(second)?.checked_add(third).filter(|width| *width > 0)?);
    let mut rows = Vec::new();
    for part in numbers(b"Index").unwrap_or(vec![0, size]).chunks(2) {
        let [first, count] = *part else { return None };
        for at in 0..count {
            // A row without a kind is of one in use.
            let entry = entries.next()?;
            let is_free = kind > 0 && entry[..kind].iter().all(|byte| *byte == 0);
            rows.push((u32::try_from(first.checked_add(at)?).ok()?, is_free));
        }
    }
    Some(rows)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

fn number<T: FromStr>(word: &[u8]) -> Option<T> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// What stands in a file for one object.
struct Seen<'a> {
    /// What follows the word `stream`, if it comes next.
    data: Option<&'a [u8]>,
}

/// What an object is made of. Numbers, words and strings are one: our reader knows which of them may be a value.
enum Token<'a> {
    Name(&'a [u8]),
    List,
    EndOfList,
    Dictionary,
    EndOfDictionary,
    Value,
}

impl Token<'_> {
    /// The token at the beginning, and its length.
    fn of(rest: &[u8]) -> Option<(Token<'_>, usize)> {
        let regular = |from: usize| from + rest[from..].iter().take_while(|byte| is_regular(**byte)).count();
        Some(match rest {
            [b'/', ..] => (Token::Name(&rest[1..regular(1)]), regular(1)),
            [b'<', b'<', ..] => (Token::Dictionary, 2),
            [b'>', b'>', ..] => (Token::EndOfDictionary, 2),
            [b'[', ..] => (Token::List, 1),
            [b']', ..] => (Token::EndOfList, 1),
            [b'(', ..] => (Token::Value, end_of_string(rest, 1)),
            [b'<', ..] => (Token::Value, 1 + rest.iter().position(|byte| *byte == b'>')?),
            _ => (Token::Value, regular(0).max(1)),
        })
    }
}

/// What comes after white space and comments.
fn behind_blanks(mut rest: &[u8]) -> &[u8] {
    loop {
        match rest.split_first() {
            Some((byte, after)) if is_white(*byte) => rest = after,
            Some((b'%', after)) => rest = after.iter().position(|byte| matches!(byte, b'\r' | b'\n')).map_or(&[], |end| &after[end..]),
            _ => return rest,
        }
    }
}

impl Seen<'_> {
    /// Looks at an object to its end; nothing if a dictionary in it has a name twice.
    fn of(mut rest: &[u8]) -> Option<Seen<'_>> {
        /// A dictionary with its names so far, and whether a value is still to come for the last; or a list.
        enum Open {
            Dictionary(HashSet<Vec<u8>>, bool),
            List,
        }
        let mut open = Vec::new();
        loop {
            rest = behind_blanks(rest);
            let (token, length) = Token::of(rest)?;
            rest = &rest[length..];
            match (token, open.last_mut()) {
                (Token::Name(name), Some(Open::Dictionary(names, waits @ false))) => {
                    *waits = true;
                    names.insert(meant(name)).then_some(())?;
                    continue;
                }
                (Token::Dictionary, _) => {
                    open.push(Open::Dictionary(HashSet::new(), false));
                    continue;
                }
                (Token::List, _) => {
                    open.push(Open::List);
                    continue;
                }
                (Token::EndOfDictionary, Some(Open::Dictionary(..))) | (Token::EndOfList, Some(Open::List)) => drop(open.pop()),
                (Token::EndOfDictionary | Token::EndOfList, _) => return None,
                // The other two parts of a reference stand where a name is due, and are no name.
                (Token::Name(_) | Token::Value, _) => {}
            }
            match open.last_mut() {
                Some(Open::Dictionary(_, waits)) => *waits = false,
                Some(Open::List) => {}
                None => break,
            }
        }
        let data = rest.trim_ascii_start().strip_prefix(b"stream");
        Some(Seen { data: data.and_then(|data| data.strip_prefix(b"\r\n").or(data.strip_prefix(b"\n"))) })
    }
}
