//! What letters are made of: the copies, the book, a message, and what was asked for on the command line. Everything is checked before
//! the first letter is sent.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::SystemTime;

use lettre::Address;

use crate::bulk::about::Book;
use crate::bulk::manifest::{FileRecord, Record, Status};
use crate::bulk::media::media_type;
use crate::diag::{Code, Diagnostic, Diagnostics, listed_in_part};
use crate::names::field_key;
use crate::select::{NOTE, field_values};

use super::catalog::segment;
use super::letter::{self, Enclosure, Fields, Letter, Message, Sender};
use super::post::Parcel;
use super::words::PageWords;

/// What brings the copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attach {
    /// Files with these endings go with the letter.
    Files(Vec<&'static str>),
    /// The letter names addresses, which are these for a reader: of the page, and of files by their endings.
    Links,
}

/// Where a reader finds their copy: addresses by the fields' names.
pub type Addresses = BTreeMap<&'static str, String>;

/// The addresses of a reader's page and of the files on it.
pub fn addresses(page: &str, record: &Record) -> Addresses {
    let of = |name: &'static str, ending: &str| Some((name, format!("{page}{}", segment(&file(record, ending)?.path))));
    [Some(("copy.page", page.to_string())), of("copy.pdf", "pdf"), of("copy.epub", "epub")].into_iter().flatten().collect()
}

/// So many readers of one problem are named; of more only their number is.
const NAMED: usize = 5;

/// All that letters are made of.
#[derive(Debug)]
pub struct Mailing<'m> {
    /// The book.
    pub book: &'m Book,
    /// What the letters say.
    pub message: &'m Message,
    /// Who writes.
    pub sender: &'m Sender,
    /// What brings the copies.
    pub attach: &'m Attach,
    /// The column with the addresses; the e-mail addresses if none is named.
    pub to: Option<&'m str>,
    /// The campaign.
    pub campaign: &'m str,
    /// When the letters were written.
    pub date: SystemTime,
}

/// A copy and where it goes.
#[derive(Clone, Debug)]
pub struct Addressed {
    /// The letter for the post.
    pub parcel: Parcel,
    /// The copy.
    pub record: Record,
    /// Where the reader finds it, with links.
    pub addresses: Addresses,
}

impl Mailing<'_> {
    /// Addresses all copies. `find` says where a reader finds their copy, if letters name addresses.
    ///
    /// # Errors
    /// All that keeps letters from being sent, before any is.
    pub fn address(&self, records: Vec<Record>, find: &dyn Fn(&Record) -> Option<Addresses>) -> Result<Vec<Addressed>, Diagnostics> {
        let mut problems = Problems::default();
        let mut out = Vec::with_capacity(records.len());
        let mut seen: HashMap<String, String> = HashMap::new();
        for record in records.into_iter().filter(|record| !record.revoked) {
            if record.status != Status::Made {
                problems.note("there is no copy of theirs", "`handbook bulk --resume` makes what is missing", &record);
                continue;
            }
            let to = match self.recipient(&record) {
                Ok(to) => to,
                Err((why, hint)) => {
                    problems.note(why, hint, &record);
                    continue;
                }
            };
            let reader = record.identity().map_or_else(|| to.to_string(), str::to_string).trim().to_lowercase();
            if let Some(other) = seen.insert(reader.clone(), record.name.clone()) {
                problems.note(format!("`{other}` is known by the same `{reader}`"), "a column `id` in the roster tells them apart", &record);
                continue;
            }
            if let Attach::Files(endings) = self.attach
                && let Some(ending) = endings.iter().find(|ending| file(&record, ending).is_none())
            {
                problems.note(format!("there is no {} of theirs", ending.to_uppercase()), "`--attach` names what goes with the letters", &record);
                continue;
            }
            let addresses = match (self.attach, find(&record)) {
                (Attach::Files(_), _) => Addresses::new(),
                (Attach::Links, Some(addresses)) => addresses,
                (Attach::Links, None) => {
                    problems.note("they have neither `id` nor e-mail address, so no page of their own", "add a column `id` to the roster", &record);
                    continue;
                }
            };
            let message_id = letter::message_id(self.campaign, &reader, &self.sender.from.email);
            out.push(Addressed { parcel: Parcel { reader, name: record.name.clone(), to, message_id }, record, addresses });
        }
        let known: BTreeSet<String> = out.iter().flat_map(|addressed| self.fields(&addressed.record, &addressed.addresses).into_keys()).collect();
        let mut found = if out.is_empty() { Diagnostics::new() } else { self.message.check(&known) };
        if found.is_empty() {
            for addressed in &out {
                for field in self.message.missing(&self.fields(&addressed.record, &addressed.addresses)) {
                    let hint = format!("write `{{{{ {field} | friend }}}}`, with a word for when there is none");
                    problems.note(format!("`{field}` has no value"), hint, &addressed.record);
                }
            }
        }
        found.extend(problems.told());
        if out.is_empty() && found.is_empty() {
            found.push(Diagnostic::error(Code::LetterIncomplete, "there is no copy to send").hint("`handbook bulk` makes copies"));
        }
        if found.is_empty() { Ok(out) } else { Err(found) }
    }

    /// Where a copy is to go.
    fn recipient(&self, record: &Record) -> Result<Address, (String, &'static str)> {
        let mend = "mend it in the roster, make the copies with `handbook bulk --resume`, and send again";
        let cell = match self.to.map(field_key).filter(|column| !matches!(column.as_str(), "email" | "e-mail")) {
            Some(column) => record.fields.get(&column).map(String::as_str),
            None => record.email.as_deref(),
        };
        match (cell.filter(|cell| !cell.trim().is_empty()), self.to) {
            (Some(cell), _) => letter::address(cell).map_err(|why| (format!("what stands for the address cannot be written to: {why}"), mend)),
            (None, Some(column)) => Err((format!("the column `{column}` has no address"), mend)),
            (None, None) => Err(("there is no e-mail address".to_string(), "`--to COLUMN` names another column with addresses")),
        }
    }

    /// The values of all fields for a reader.
    pub fn fields(&self, record: &Record, addresses: &Addresses) -> Fields {
        let stage = |id: &Option<String>| self.book.stage(id.as_deref()?);
        let mut all = field_values(&self.book.info(), &record.reader(), stage(&record.stage).as_ref(), stage(&record.from).as_ref());
        // The mentor's note is for the book, and stands in no manifest.
        all.remove(NOTE);
        all.extend(addresses.iter().map(|(name, address)| ((*name).to_string(), Some(address.clone()))));
        all
    }

    /// The files that go with letters to these.
    pub fn files<'a>(&self, addressed: &'a [Addressed]) -> impl Iterator<Item = &'a FileRecord> + use<'a, '_> {
        let endings: &[&str] = if let Attach::Files(endings) = self.attach { endings } else { &[] };
        addressed.iter().flat_map(move |addressed| endings.iter().filter_map(|ending| file(&addressed.record, ending)))
    }

    /// A reader's letter. `read` gives a file of the copies as it should be.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub fn letter(&self, addressed: &Addressed, read: &dyn Fn(&FileRecord) -> Result<Vec<u8>, String>) -> Result<lettre::Message, String> {
        let Addressed { parcel, record, addresses } = addressed;
        let mut filled = self.message.fill(&self.fields(record, addresses));
        if !self.message.fields().iter().any(|field| letter::ADDRESSES.contains(&field.as_str())) {
            filled.show(addresses.get("copy.page").map(String::as_str));
        }
        let mut enclosures = Vec::new();
        if let Attach::Files(endings) = self.attach {
            for ending in endings {
                let file = file(record, ending).ok_or_else(|| format!("there is no {} of it", ending.to_uppercase()))?;
                let name = file.path.rsplit('/').next().unwrap_or(&file.path).to_string();
                enclosures.push(Enclosure { name, media: media_type(ending), bytes: read(file)? });
            }
        }
        let letter = Letter {
            sender: self.sender,
            to: letter::reader(record.reader.as_deref(), parcel.to.clone()),
            message_id: parcel.message_id.clone(),
            date: self.date,
            language: &self.book.language,
            filled: &filled,
            enclosures,
        };
        letter.message()
    }
}

/// The message of who names none, in the book's language: the title, for whom, which edition, and what the files are good for or where
/// the page is. `bulk` takes no reader without a name; dots are for a manifest that somebody wrote.
pub fn default_message(book: &Book, attach: &Attach) -> String {
    let (words, says) = (book.words(), PageWords::in_language(&book.language));
    let (before, after) = words.around_name();
    let mut paragraphs = vec!["# {{ book.title }}".to_string(), format!("{}{{{{ reader.name | … }}}}{}", as_text(before), as_text(after))];
    if book.edition.is_some() {
        paragraphs.push(format!("{} {{{{ book.edition }}}}", as_text(&words.edition)));
    }
    match attach {
        Attach::Links => paragraphs.extend([format!("{}\\\n{{{{ copy.page }}}}", as_text(says.your_copy)), as_text(says.yours_alone)]),
        Attach::Files(endings) => {
            let item = |ending: &&str| format!("- {} – {}", ending.to_uppercase(), as_text(says.good_for(ending)));
            paragraphs.extend([as_text(says.your_copy), endings.iter().map(item).collect::<Vec<_>>().join("\n")]);
        }
    }
    paragraphs.join("\n\n") + "\n"
}

/// Words as they stand in Markdown for themselves: an author may say them with any sign.
fn as_text(words: &str) -> String {
    let sign = |c: char| c.is_ascii_punctuation() && !matches!(c, '{' | '}');
    let escaped: String = words.chars().flat_map(|c| sign(c).then_some('\\').into_iter().chain([c])).collect();
    escaped.replace("{{", "\\{{")
}

fn file<'r>(record: &'r Record, ending: &str) -> Option<&'r FileRecord> {
    record.files.iter().find(|file| file.path.rsplit_once('.').is_some_and(|(_, end)| end == ending))
}

/// What is wrong, what to do, and whom it concerns: said once for all of them.
#[derive(Default)]
struct Problems {
    whom: BTreeMap<(String, String), Vec<String>>,
}

impl Problems {
    fn note(&mut self, what: impl Into<String>, hint: impl Into<String>, record: &Record) {
        self.whom.entry((what.into(), hint.into())).or_default().push(record.name.clone());
    }

    fn told(self) -> Diagnostics {
        let told = |((what, hint), whom): ((String, String), Vec<String>)| {
            let names = listed_in_part(&whom, NAMED);
            Diagnostic::error(Code::LetterIncomplete, format!("no letter to {names}: {what}")).hint(hint)
        };
        self.whom.into_iter().map(told).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::select::Reader;

    #[test]
    fn who_names_no_message_says_the_books_own_words_as_text() {
        let words = [("prepared_for", "*For* {}, {{ x }} & <b> `y`"), ("edition", "_Run_")].map(|(key, text)| (key.to_string(), text.to_string()));
        let book = Book { title: "A *title*".to_string(), language: "en".to_string(), edition: Some("7".to_string()), words: words.into(), ..Book::default() };
        let said = |attach: &Attach| {
            let message = Message::read("letter", &default_message(&book, attach)).expect("a message");
            let reader = Reader { name: Some("Ada".to_string()), ..Reader::default() };
            let mut fields = field_values(&book.info(), &reader, None, None);
            fields.insert("copy.page".to_string(), Some("https://x.example/r/1/".to_string()));
            assert_eq!(message.missing(&fields), BTreeSet::new());
            let filled = message.fill(&fields);
            (filled.subject.clone(), letter::plain(&filled, &book.language))
        };
        let (subject, text) = said(&Attach::Files(vec!["pdf", "epub"]));
        let files = "Your copy\n\n- PDF – for print and any screen\n- EPUB – for reading apps and phones\n";
        let book_says = "*For* Ada, {{ x }} & <b> `y`\n\n_Run_ 7\n\n";
        assert_eq!((subject.as_str(), text), ("A *title*", format!("{book_says}{files}")));
        let link = "Your copy\nhttps://x.example/r/1/\n\nThis address is yours alone. Please do not pass it on.\n";
        assert_eq!(said(&Attach::Links).1, format!("{book_says}{link}"));
    }
}
