//! Italian.

use super::{Words, table};

pub(super) fn words() -> Words {
    table! {
        contents: "Indice",
        chapter: "Capitolo",
        part: "Parte",
        figure: "Figura",
        table: "Tabella",
        note: "Nota",
        tip: "Suggerimento",
        important: "Importante",
        warning: "Avvertenza",
        caution: "Attenzione",
        notes: "Note",
        index: "Indice analitico",
        glossary: "Glossario",
        cover: "Copertina",
        title_page: "Frontespizio",
        imprint: "Crediti",
        colophon: "Colophon",
        your_route: "Il suo percorso",
        your_milestones: "Le sue tappe",
        road_beyond: "La strada che segue",
        prepared_for: "Preparato per {}",
        edition: "Edizione",
        copy: "Copia",
        stage: "Livello",
        years: "Anni",
        you_are_here: "Lei è qui",
        your_target: "Il suo obiettivo",
        see: "vedi",
        see_also: "vedi anche",
        continued: "segue",
        page: "Pagina",
        untitled: "Senza titolo",
        ladder: "La scala",
        route_to: "Questo libro la porta al livello {target}.",
        route_from: "Questo libro la porta dal livello {from} al livello {target}.",
        your_paths: "I suoi percorsi",
        mentor_note: "Una nota del suo mentore",
        organisation: "Organizzazione",
        milestones_intro: "Ciò che ha fatto quando un livello è completo. Spunti ciò che è vero per lei.",
        road_beyond_intro: "I livelli dopo il suo obiettivo, in breve.",
        ; numbers: "uno, due, tre, quattro, cinque, sei, sette, otto, nove, dieci, undici, dodici, tredici, quattordici, quindici, sedici, diciassette, diciotto, diciannove, venti, ventuno, ventidue, ventitré, ventiquattro, venticinque, ventisei, ventisette, ventotto, ventinove, trenta"
    }
}
