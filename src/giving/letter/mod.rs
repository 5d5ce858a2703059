//! A letter to a reader: a [`Message`] filled in, as text and as HTML, with the files of a copy or the address where they are.
//!
//! Headers, addresses, encodings and parts are `lettre`'s affair. What comes from a roster is made harmless before it gets there: an
//! address that is not one address is refused, and a name is one line.

mod html;
mod message;
mod text;

#[cfg(test)]
mod tests;

use std::time::SystemTime;

use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Attachment, Body, Mailbox, MultiPart, SinglePart};
use sha2::{Digest as _, Sha256};

pub use message::{ADDRESSES, Fields, Filled, Message, one_line};

use crate::language::Direction;
use crate::provenance::digest::hex;

/// A file that goes with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosure {
    /// Its name, in any script.
    pub name: String,
    /// Its media type.
    pub media: &'static str,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// Who writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Sender {
    /// In whose name.
    pub from: Mailbox,
    /// Where answers go, if somewhere else.
    pub reply_to: Option<Mailbox>,
}

/// All that a letter is made of.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    /// Who writes.
    pub sender: &'a Sender,
    /// To whom.
    pub to: Mailbox,
    /// `<…@…>`.
    pub message_id: String,
    /// When it was written.
    pub date: SystemTime,
    /// BCP 47 tag of what it says.
    pub language: &'a str,
    /// What it says.
    pub filled: &'a Filled,
    /// What goes with it.
    pub enclosures: Vec<Enclosure>,
}

impl Letter<'_> {
    /// The letter as it is sent.
    ///
    /// # Errors
    /// What `lettre` finds wrong with it.
    pub fn message(self) -> Result<lettre::Message, String> {
        let boundary = |part: &str| format!("handbook-{part}-{}", hex(&Sha256::digest(self.message_id.as_bytes())).get(..24).unwrap_or_default());
        let subject = header(&self.filled.subject);
        let mut builder = lettre::Message::builder().from(self.sender.from.clone()).to(self.to).date(self.date).subject(subject.as_str());
        builder = builder.message_id(Some(self.message_id.clone()));
        if let Some(reply_to) = &self.sender.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        let plain = SinglePart::plain(carried(&plain(self.filled, self.language)));
        let html = SinglePart::html(carried(&self.filled.html(self.language)));
        let words = MultiPart::alternative().boundary(boundary("words")).singlepart(plain).singlepart(html);
        let all = if self.enclosures.is_empty() {
            words
        } else {
            let mut all = MultiPart::mixed().boundary(boundary("all")).multipart(words);
            for Enclosure { name, media, bytes } in self.enclosures {
                let media = ContentType::parse(media).map_err(|error| error.to_string())?;
                // Always base64: what happens to be plain text would be sent as it is, and servers change the ends of its lines.
                let body = Body::new_with_encoding(bytes, ContentTransferEncoding::Base64).map_err(|_| "a file cannot be written as base64".to_string())?;
                all = all.singlepart(Attachment::new(one_line(&name)).body(body, media));
            }
            all
        };
        builder.multipart(all).map_err(|error| error.to_string())
    }
}

/// What a letter says below its subject, as plain text in a language.
pub(super) fn plain(filled: &Filled, language: &str) -> String {
    text::text(&filled.body, Direction::of_language(language))
}

/// What names a letter to somebody in a campaign: always the same, so that a letter which is sent again is known for the same one.
pub fn message_id(campaign: &str, reader: &str, sender: &Address) -> String {
    let mut digest = Sha256::new();
    for part in ["handbook letter", campaign, reader] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    let id = hex(&digest.finalize());
    format!("<{}@{}>", id.get(..32).unwrap_or(&id), ascii_domain(sender.domain()))
}

/// An address as it stands in a cell: one, alone, and nothing that could end a header.
///
/// # Errors
/// Why it is none.
pub fn address(written: &str) -> Result<Address, String> {
    let written = written.trim();
    if written.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}' | '<' | '>' | ',' | ';' | '"')) {
        return Err("it is not one address alone, such as ada@example.org".to_string());
    }
    let (user, domain) = written.rsplit_once('@').ok_or_else(|| "there is no `@` in it".to_string())?;
    // RFC 5321, 4.5.3.1.
    if user.len() > 64 || domain.len() > 255 {
        return Err("it is longer than an address can be".to_string());
    }
    // A domain in another script has a spelling that every server knows.
    Address::new(user, ascii_domain(domain)).map_err(|_| "it is no address".to_string())
}

/// A mailbox of the command line: `ada@example.org` or `Ada Lovelace <ada@example.org>`.
///
/// # Errors
/// Why it is none.
pub fn mailbox(written: &str) -> Result<Mailbox, String> {
    match written.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, at)) => {
            let name = one_line(name.trim().trim_matches('"'));
            Ok(Mailbox::new(Some(name).filter(|name| !name.is_empty()), address(at)?))
        }
        None => Ok(Mailbox::new(None, address(written)?)),
    }
}

/// A reader's mailbox. What stands in a name cannot end its header, and is quoted or encoded as it needs.
pub fn reader(name: Option<&str>, address: Address) -> Mailbox {
    Mailbox::new(name.map(header).filter(|name| !name.is_empty()), address)
}

/// A text as a header takes it: one line, of which no word is longer than a header's line may be (RFC 5322, 2.1.1).
fn header(text: &str) -> String {
    const LONGEST: usize = 200;
    let line = one_line(text);
    if line.chars().count() <= LONGEST { line } else { line.chars().take(LONGEST - 1).chain(['…']).collect() }
}

/// A text as a letter's body takes it: of what is not to be seen, only lines' ends and tabs (RFC 5322, 2.3). Markdown has names for the
/// others too: `&#13;`.
fn carried(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn ascii_domain(domain: &str) -> String {
    idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_string())
}
