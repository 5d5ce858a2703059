//! German.

use super::{Words, table};

pub(super) fn words() -> Words {
    table! {
        contents: "Inhalt",
        chapter: "Kapitel",
        part: "Teil",
        figure: "Abbildung",
        table: "Tabelle",
        note: "Hinweis",
        tip: "Tipp",
        important: "Wichtig",
        warning: "Warnung",
        caution: "Vorsicht",
        notes: "Anmerkungen",
        index: "Register",
        glossary: "Glossar",
        cover: "Umschlag",
        title_page: "Titelseite",
        imprint: "Impressum",
        colophon: "Kolophon",
        your_route: "Ihr Weg",
        your_milestones: "Ihre Meilensteine",
        road_beyond: "Der Weg danach",
        prepared_for: "Erstellt für {}",
        edition: "Ausgabe",
        copy: "Exemplar",
        stage: "Stufe",
        years: "Jahre",
        you_are_here: "Sie sind hier",
        your_target: "Ihr Ziel",
        see: "siehe",
        see_also: "siehe auch",
        continued: "Fortsetzung",
        page: "Seite",
        untitled: "Ohne Titel",
        ladder: "Die Leiter",
        route_to: "Dieses Buch führt Sie zur Stufe {target}.",
        route_from: "Dieses Buch führt Sie von der Stufe {from} zur Stufe {target}.",
        your_paths: "Ihre Pfade",
        mentor_note: "Eine Nachricht Ihrer Mentorin oder Ihres Mentors",
        organisation: "Organisation",
        milestones_intro: "Was Sie getan haben, wenn eine Stufe abgeschlossen ist. Haken Sie ab, was auf Sie zutrifft.",
        road_beyond_intro: "Die Stufen nach Ihrem Ziel, in Kürze.",
        ; numbers: "eins, zwei, drei, vier, fünf, sechs, sieben, acht, neun, zehn, elf, zwölf, dreizehn, vierzehn, fünfzehn, sechzehn, siebzehn, achtzehn, neunzehn, zwanzig, einundzwanzig, zweiundzwanzig, dreiundzwanzig, vierundzwanzig, fünfundzwanzig, sechsundzwanzig, siebenundzwanzig, achtundzwanzig, neunundzwanzig, dreißig"
    }
}
