//! Whether every viewer finds the same objects in a file.
//!
//! A PDF is read by its table of objects, and viewers forgive what is wrong with it, each in its own way. Of a name that stands twice in a
//! dictionary some take the first value and some the last; of an object that the table leads astray some search the file. Our reader is one of
//! them, so a file could show it what was signed, and its owner something else. A file that leaves a choice is none that was made here.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use lopdf::xref::XrefEntry;
use lopdf::{Document, Object};

use super::MOST_OF_ONE;
use super::scan::{end_of_string, is_regular, is_white, meant};

/// Bytes that are looked at in all: more than any file has in dictionaries and tables, if each is looked at once.
const MOST: usize = MOST_OF_ONE;
/// Bytes of a row of the table in plain text.
const ROW: usize = 20;

/// Objects that the table gave up and does not have again, which our reader finds all the same. Nothing if a viewer could find other objects
/// than `doc` has of these bytes, or other values in them.
pub(super) fn given_up(bytes: &[u8], doc: &Document) -> Option<HashSet<u32>> {
    // Places in a file count from here.
    let start = bytes.windows(5).position(|window| window == b"%PDF-")?;
    let mut look = Look { bytes: &bytes[start..], doc, containers: HashMap::new(), left: MOST };
    look.objects()?;
    look.sections()
}

/// A section of the table: of each row the number of the object and whether it is free, and what stands behind the rows.
type Rows<'a> = (Vec<(u32, bool)>, &'a [u8]);

/// A file that is looked through beside what our reader read of it.
struct Look<'a> {
    bytes: &'a [u8],
    doc: &'a Document,
    /// Streams of objects: for each object its number and what stands there.
    containers: HashMap<u32, Vec<(u32, &'a [u8])>>,
    left: usize,
}

impl<'a> Look<'a> {
    /// The table leads to all objects that were read, and to no other; each has each name once.
    fn objects(&mut self) -> Option<()> {
        let mut count = 0;
        for (number, entry) in &self.doc.reference_table.entries {
            match *entry {
                XrefEntry::Normal { offset, generation } => {
                    let object = self.doc.objects.get(&(*number, generation))?;
                    let mut rest = self.bytes.get(offset as usize..)?;
                    let own = (number_of(&mut rest)?, number_of(&mut rest)?) == (*number, generation);
                    let rest = rest.trim_ascii_start().strip_prefix(b"obj").filter(|_| own)?;
                    let behind = self.whole(rest)?;
                    self.ends(object, behind)?;
                }
                XrefEntry::Compressed { container, index } => {
                    self.doc.objects.get(&(*number, 0))?;
                    let (named, text) = *self.container(container)?.get(usize::from(index))?;
                    (named == *number).then(|| self.whole(text))??;
                }
                XrefEntry::Free | XrefEntry::UnusableFree => continue,
            }
            count += 1;
        }
        (count == self.doc.objects.len()).then_some(())
    }

    /// Whether an object ends as viewers expect it: a stream where it says.
    fn ends(&self, object: &Object, rest: &[u8]) -> Option<()> {
        let data = rest.trim_ascii_start().strip_prefix(b"stream");
        // One that does not end where it says is read as a dictionary.
        let Object::Stream(stream) = object else { return data.is_none().then_some(()) };
        // One of objects was unpacked when it was read, and what it holds is looked at one by one.
        if stream.dict.has_type(b"ObjStm") {
            return Some(());
        }
        let length = stream.dict.get(b"Length").and_then(|length| self.doc.dereference(length)).and_then(|(_, length)| length.as_i64()).ok()?;
        let data = data?.strip_prefix(b"\r\n").or(data?.strip_prefix(b"\n"))?;
        data.get(usize::try_from(length).ok()?..)?.trim_ascii_start().starts_with(b"endstream").then_some(())
    }

    /// The objects of a stream of objects, if each is there once (ISO 32000-1, 7.5.7).
    fn container(&mut self, id: u32) -> Option<&[(u32, &'a [u8])]> {
        if !self.containers.contains_key(&id) {
            let stream = self.doc.objects.get(&(id, 0))?.as_stream().ok()?;
            let first = stream.dict.get(b"First").and_then(Object::as_i64).ok()?;
            let (mut head, all) = stream.content.split_at_checked(usize::try_from(first).ok()?)?;
            let (mut places, mut met) = (Vec::new(), HashSet::new());
            while !head.trim_ascii_start().is_empty() {
                let (number, place): (u32, usize) = (number_of(&mut head)?, number_of(&mut head)?);
                met.insert(number).then_some(())?;
                places.push((number, place));
            }
            // One ends before the next begins, so that none is looked at as a part of another.
            let ends = places.iter().skip(1).map(|(_, place)| *place).chain([all.len()]);
            let objects = places.iter().zip(ends).map(|((number, place), end)| Some((*number, all.get(*place..end)?)));
            self.containers.insert(id, objects.collect::<Option<_>>()?);
        }
        self.containers.get(&id).map(Vec::as_slice)
    }

    /// The sections of the table, oldest first: each names an object once, and the catalog once. Gives what was given up in the end
    /// (ISO 32000-1, 7.5.4 and 7.5.8).
    fn sections(&mut self) -> Option<HashSet<u32>> {
        const END: &[u8] = b"startxref";
        let (mut free, mut met) = (HashSet::new(), HashSet::new());
        let ends = self.bytes.windows(END.len()).enumerate().filter(|(_, window)| *window == END);
        for (at, _) in ends {
            let place = number_of(&mut &self.bytes[at + END.len()..]).and_then(|place: usize| Some(self.bytes.get(place..)?.trim_ascii_start()));
            // A file for the web has no place at the end of its first part but 0, where it begins.
            let Some(section) = place.filter(|section| !section.starts_with(b"%PDF-") && met.insert(section.len())) else { continue };
            let (rows, trailer) = if let Some(rows) = section.strip_prefix(b"xref") { self.rows(rows)? } else { self.packed_rows(section)? };
            self.whole(trailer)?;
            let mut named = HashSet::new();
            for (number, is_free) in rows {
                named.insert(number).then_some(())?;
                let _ = if is_free { free.insert(number) } else { free.remove(&number) };
            }
        }
        Some(free)
    }

    /// A section in plain text.
    fn rows(&mut self, mut rest: &'a [u8]) -> Option<Rows<'a>> {
        let mut rows = Vec::new();
        loop {
            rest = rest.trim_ascii_start();
            if let Some(trailer) = rest.strip_prefix(b"trailer") {
                return Some((rows, trailer));
            }
            let (first, count): (u32, u32) = (number_of(&mut rest)?, number_of(&mut rest)?);
            for at in 0..count {
                let _: (u64, u64) = (number_of(&mut rest)?, number_of(&mut rest)?);
                let (kind, after) = rest.trim_ascii_start().split_first().filter(|(kind, _)| b"fn".contains(kind))?;
                rows.push((first.checked_add(at)?, *kind == b'f'));
                rest = after;
                self.spend(ROW)?;
            }
        }
    }

    /// A section that is a stream.
    fn packed_rows(&mut self, mut rest: &'a [u8]) -> Option<Rows<'a>> {
        let id = (number_of(&mut rest)?, number_of(&mut rest)?);
        let stream = self.doc.objects.get(&id)?.as_stream().ok()?;
        let numbers = |key| -> Option<Vec<usize>> {
            let list = stream.dict.get(key).and_then(Object::as_array).ok()?;
            list.iter().map(|number| usize::try_from(number.as_i64().ok()?).ok()).collect()
        };
        let [kind, second, third] = numbers(b"W")?[..] else { return None };
        let size = usize::try_from(stream.dict.get(b"Size").and_then(Object::as_i64).ok()?).ok()?;
        let content = stream.get_plain_content_with_limit(self.left).ok()?;
        self.spend(content.len())?;
        let mut entries = content.chunks_exact(kind.checked_add(second)?.checked_add(third).filter(|width| *width > 0)?);
        let mut rows = Vec::new();
        for part in numbers(b"Index").unwrap_or(vec![0, size]).chunks(2) {
            let [first, count] = *part else { return None };
            for at in 0..count {
                let entry = entries.next()?;
                // One without a kind is in use.
                let is_free = kind > 0 && entry[..kind].iter().all(|byte| *byte == 0);
                rows.push((u32::try_from(first.checked_add(at)?).ok()?, is_free));
                self.spend(ROW)?;
            }
        }
        Some((rows, rest.trim_ascii_start().strip_prefix(b"obj")?))
    }

    /// Looks at an object to its end, and gives what comes behind it; nothing if a dictionary in it has a name twice.
    fn whole<'r>(&mut self, mut rest: &'r [u8]) -> Option<&'r [u8]> {
        /// A dictionary with its names so far, and whether a value is still to come for the last; or a list.
        enum Open {
            Dictionary(HashSet<Vec<u8>>, bool),
            List,
        }
        let mut open = Vec::new();
        loop {
            let begins = behind_blanks(rest);
            let (token, length) = Token::of(begins)?;
            let behind = &begins[length..];
            self.spend(rest.len() - behind.len())?;
            rest = behind;
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
                None => return Some(rest),
            }
        }
    }

    fn spend(&mut self, bytes: usize) -> Option<()> {
        self.left = self.left.checked_sub(bytes)?;
        Some(())
    }
}

/// The number that comes next; what is left stands behind it.
fn number_of<T: FromStr>(rest: &mut &[u8]) -> Option<T> {
    let word = rest.trim_ascii_start();
    let (digits, after) = word.split_at(word.iter().take_while(|byte| byte.is_ascii_digit()).count());
    *rest = after;
    std::str::from_utf8(digits).ok()?.parse().ok()
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
        rest.first()?;
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
