//! Letters: what they say, and what nobody can make them say.

use std::time::{Duration, UNIX_EPOCH};

use crate::language::Direction;

use super::*;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_string(), Some((*value).to_string()).filter(|value| !value.is_empty()))).collect()
}

fn message(text: &str) -> Message {
    Message::read("letter.md", text).expect("a message")
}

fn sender() -> Sender {
    Sender { from: mailbox("The Programme <books@example.org>").expect("a mailbox"), reply_to: None }
}

fn letter(text: &str, name: &str, values: &[(&str, &str)], enclosures: Vec<Enclosure>) -> String {
    let filled = message(text).fill(&fields(values));
    let (sender, to) = (sender(), reader(Some(name), address("ada@example.org").expect("an address")));
    let id = message_id("2026.11", "ada", &sender.from.email);
    let date = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let letter = Letter { sender: &sender, to, message_id: id, date, language: "en", filled: &filled, enclosures };
    String::from_utf8(letter.message().expect("a letter").formatted()).expect("ASCII")
}

/// The headers of a letter, unfolded.
fn headers(letter: &str) -> Vec<(String, String)> {
    let head = letter.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ").replace("\r\n\t", " ");
    head.split("\r\n").map(|line| line.split_once(": ").map(|(name, value)| (name.to_string(), value.to_string())).expect("a header")).collect()
}

#[test]
fn a_letter_as_it_is_sent() {
    let text = "# Your copy of {{ book.title }}\n\nDear {{ reader.first-name | friend }},\n\nhere it is.\n";
    let file = Enclosure { name: "ada-lovelace--cto.pdf".to_string(), media: "application/pdf", bytes: b"%PDF-2.0\n".to_vec() };
    let letter = letter(text, "Ada Lovelace", &[("book.title", "The CTO Handbook"), ("reader.first-name", "Ada")], vec![file]);
    let names: Vec<(String, String)> = headers(&letter);
    let value = |name: &str| names.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str()).unwrap_or_default();
    assert_eq!(value("From"), "\"The Programme\" <books@example.org>");
    assert_eq!(value("To"), "\"Ada Lovelace\" <ada@example.org>");
    assert_eq!(value("Subject"), "Your copy of The CTO Handbook");
    assert_eq!(value("Date"), "Fri, 15 Jan 2027 08:00:00 +0000");
    assert!(value("Message-ID").ends_with("@example.org>"), "{letter}");
    assert!(value("Content-Type").starts_with("multipart/mixed"), "{letter}");
    assert!(letter.contains("Dear Ada,") && letter.contains("filename=\"ada-lovelace--cto.pdf\""), "{letter}");
    // Servers may change the ends of lines that are not encoded.
    assert!(letter.contains("Content-Transfer-Encoding: base64") && !letter.replace("\r\n", "").contains(['\r', '\n']), "{letter}");
}

/// Lines end in one way, whatever machine the letter was written on, and no reference brings in what a letter has not.
#[test]
fn lines_of_a_letter_end_as_mail_has_them() {
    for text in ["# Hello\r\rOne.\r```\rcode\r```\r", "# Hello\r\n\r\nOne.\r\n", "# Hello\n\nOne&#13;two `x` [a](&#13;b) &#0;&#127;&#x85;.\n\n<!-- a\rb -->\n"]
    {
        let letter = letter(text, "Ada Lovelace", &[], Vec::new());
        assert!(letter.contains("One") && !letter.replace("\r\n", "").contains(['\r', '\n']), "{letter}");
    }
}

/// What somebody could write into a roster to get a line of their own among the headers.
const HOSTILE: [&str; 12] = [
    "Ada\r\nBcc: everybody@example.org",
    "Ada\nBcc: everybody@example.org",
    "Ada\rBcc: everybody@example.org",
    "Ada\r\n\r\n<script>",
    "Ada\u{2028}Bcc: everybody@example.org",
    "Ada\u{85}Bcc: everybody@example.org",
    "Ada\u{b}Bcc: x\u{c}y\0z",
    "\" <everybody@example.org>, \"",
    "Ada <everybody@example.org>",
    "=?utf-8?q?=0D=0ABcc:_everybody=40example.org?=",
    "\u{202E}adA\u{1F600} لايف 王小明",
    "Ada\\\" \\\r\n\tBcc: everybody@example.org",
];

#[test]
fn nobody_gets_a_header_of_their_own() {
    let plain: Vec<String> =
        headers(&letter("# For {{ reader.name }}\n\nx\n", "Ada", &[("reader.name", "Ada")], Vec::new())).into_iter().map(|(name, _)| name).collect();
    for name in HOSTILE.into_iter().chain([&"x".repeat(5_000) as &str, &"王".repeat(2_000)]) {
        let file = Enclosure { name: format!("{name}.pdf"), media: "application/pdf", bytes: vec![0] };
        let letter = letter("# For {{ reader.name }}\n\nDear {{ reader.name }},\n", name, &[("reader.name", name)], vec![file]);
        let found = headers(&letter);
        assert_eq!(found.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(), plain, "{:.100}", name);
        let to = &found.iter().find(|(header, _)| header == "To").expect("a recipient").1;
        assert_eq!(to.matches("<ada@example.org>").count(), 1, "{to}");
        assert!(to.ends_with("<ada@example.org>"), "{to}");
        assert!(letter.is_ascii() && letter.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])), "{:.100}", name);
        // All parts are those that were made: nothing began one of its own.
        assert_eq!(letter.matches("Content-Type: ").count(), 5, "{letter}");
    }
}

#[test]
fn one_address_alone_is_an_address() {
    for good in
        ["ada@example.org", " ada@example.org ", "ada.b+c@sub.example.org", "ada@münchen.example", "o'hara@example.org", "user@[127.0.0.1]", "josé@example.org"]
    {
        assert!(address(good).is_ok(), "{good}");
    }
    assert_eq!(address("ada@München.example").map(|address| address.to_string()), Ok("ada@xn--mnchen-3ya.example".to_string()));
    for bad in [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@b@example.org",
        "ada@example.org,eve@example.org",
        "ada@example.org;eve@example.org",
        "Ada <ada@example.org>",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org\nRCPT TO:<eve@example.org>",
        "ada @example.org",
        "\"ada\r\n\"@example.org",
        "ada@example.org>",
        "ada@exa mple.org",
        "ada\u{2028}@example.org",
        "ada\0@example.org",
        &format!("{}@example.org", "a".repeat(65)),
        &format!("a@{}.org", "b".repeat(300)),
        "mailto:ada@example.org?bcc=eve@example.org",
    ] {
        assert!(address(bad).is_err(), "{bad:?}");
    }
    assert!(mailbox("Ada\r\nBcc: eve@example.org <ada@example.org>").is_ok_and(|mailbox| mailbox.name.as_deref() == Some("Ada Bcc: eve@example.org")));
}

#[test]
fn what_is_filled_in_is_text() {
    let text = "# Hello\n\nDear *{{ reader.name }}*, \\{{ stays, [yours](<https://example.org/?who={{ reader.name }}>), `{{ code }}`.\n";
    let filled = message(text).fill(&fields(&[("reader.name", "<b>*A* & [x](javascript:0)</b>")]));
    let html = filled.html("en");
    let expected = "<p>Dear <em><bdi>&lt;b&gt;*A* &amp; [x](javascript:0)&lt;/b&gt;</bdi></em>, {{ stays, \
                    <a href=\"https://example.org/?who=%3Cb%3E%2AA%2A%20%26%20%5Bx%5D%28javascript%3A0%29%3C%2Fb%3E\">yours</a>, <code>{{ code }}</code>.</p>";
    assert!(html.contains(expected), "{html}");
    let plain = text::text(&filled.body, Direction::LeftToRight);
    assert!(plain.starts_with("Dear <b>*A* & [x](javascript:0)</b>, {{ stays, yours <https://example.org/?who=%3Cb"), "{plain}");
}

#[test]
fn addresses_become_links() {
    let values = fields(&[("copy.page", "https://example.org/r/abc/")]);
    let filled = message("# Hello\n\nIt is at {{ copy.page }}, or [here](<{{ copy.page }}>).\n").fill(&values);
    let link = "<a href=\"https://example.org/r/abc/\">";
    let html = filled.html("ar");
    assert!(
        html.contains(&format!("It is at {link}<bdi dir=\"ltr\">https://example.org/r/abc/</bdi></a>, or {link}here</a>."))
            && html.contains("<html lang=\"ar\" dir=\"rtl\">"),
        "{html}"
    );
    assert_eq!(text::text(&filled.body, Direction::LeftToRight), "It is at https://example.org/r/abc/, or here <https://example.org/r/abc/>.\n");
    let mut filled = message("# Hello\n\nThere.\n").fill(&values);
    filled.show(Some("https://example.org/r/abc/"));
    assert_eq!(text::text(&filled.body, Direction::LeftToRight), "There.\n\nhttps://example.org/r/abc/\n");
}

#[test]
fn plain_text_is_what_a_person_would_type() {
    let text =
        "# Hello\n\nOne\ntwo  \nthree.\n\n## Next\n\n- a\n- b\n  - c\n\n1. d\n\n   e\n2. f\n\n> quoted\n>\n> twice\n\n```\ncode\n  more\n```\n\n---\n\nEnd.\n";
    let expected = "One two\nthree.\n\nNext\n\n- a\n- b\n  - c\n\n1. d\n\n   e\n\n2. f\n\n> quoted\n>\n> twice\n\n    code\n      more\n\n---\n\nEnd.\n";
    assert_eq!(text::text(&message(text).fill(&Fields::new()).body, Direction::LeftToRight), expected);
    let arabic = message("# x\n\nDear {{ reader.name }}!\n").fill(&fields(&[("reader.name", "ليلى")]));
    assert_eq!(text::text(&arabic.body, Direction::LeftToRight), "Dear \u{2068}ليلى\u{2069}!\n");
    assert_eq!(text::text(&arabic.body, Direction::RightToLeft), "Dear ليلى!\n");
}

#[test]
fn mistakes_of_the_message_have_a_place() {
    let of = |text: &str| Message::read("letter.md", text).expect_err("a mistake").to_string();
    assert!(of("No heading.\n").contains("the letter has no subject"));
    assert!(of("# A\n\n<b>x</b>\n").contains("letter.md:3:1"));
    assert!(of("# A\n\n![x](y.png)\n").contains("a letter has no pictures"));
    assert!(Message::read("letter.md", "# A\n\n<!-- for us -->\n\nx\n").is_ok());
    assert!(Message::read("letter.md", "# A\n\n<!--\nfor us\nalone\n-->\n\nx <!-- too --> y\n").is_ok());
    assert_eq!(of("# A\n\n<div>\nx\n</div>\n").matches("takes no HTML").count(), 1, "said once of a block");
    let known = fields(&[("reader.name", "Ada"), ("field.team", "")]).into_keys().collect();
    let said = message("# {{ reader.nam }}\n\nx {{ field.team }}, {{ field.tea | none }}, {{ copy.page }}\n").check(&known).to_string();
    assert!(said.contains("letter.md:1:6") && said.contains("did you mean `reader.name`?") && said.contains("--attach link"), "{said}");
    assert_eq!(said.matches("there is no field").count(), 2, "{said}");
    let message = message("# A\n\n{{ field.team }} {{ reader.name }} {{ reader.group | all }}\n");
    assert_eq!(message.missing(&fields(&[("reader.name", "Ada"), ("field.team", "")])), ["field.team".to_string()].into());
    assert_eq!(message.fill(&fields(&[("reader.name", "Ada")])).body.len(), 13);
}
