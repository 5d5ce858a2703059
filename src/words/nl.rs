//! Dutch.

use super::{Words, table};

pub(super) fn words() -> Words {
    table! {
        contents: "Inhoud",
        chapter: "Hoofdstuk",
        part: "Deel",
        figure: "Figuur",
        table: "Tabel",
        note: "Opmerking",
        tip: "Tip",
        important: "Belangrijk",
        warning: "Waarschuwing",
        caution: "Let op",
        notes: "Noten",
        index: "Register",
        glossary: "Woordenlijst",
        cover: "Omslag",
        title_page: "Titelpagina",
        imprint: "Colofon",
        colophon: "Verantwoording",
        your_route: "Uw route",
        your_milestones: "Uw mijlpalen",
        road_beyond: "De weg erna",
        prepared_for: "Gemaakt voor {}",
        edition: "Editie",
        copy: "Exemplaar",
        stage: "Trede",
        years: "Jaren",
        you_are_here: "U bent hier",
        your_target: "Uw doel",
        see: "zie",
        see_also: "zie ook",
        continued: "vervolg",
        page: "Pagina",
        untitled: "Zonder titel",
        ladder: "De ladder",
        route_to: "Dit boek brengt u naar de trede {target}.",
        route_from: "Dit boek brengt u van de trede {from} naar de trede {target}.",
        your_paths: "Uw paden",
        mentor_note: "Een bericht van uw mentor",
        organisation: "Organisatie",
        milestones_intro: "Wat u hebt gedaan wanneer een trede af is. Vink aan wat voor u waar is.",
        road_beyond_intro: "De treden na uw doel, in het kort.",
        ; numbers: "een, twee, drie, vier, vijf, zes, zeven, acht, negen, tien, elf, twaalf, dertien, veertien, vijftien, zestien, zeventien, achttien, negentien, twintig, eenentwintig, tweeëntwintig, drieëntwintig, vierentwintig, vijfentwintig, zesentwintig, zevenentwintig, achtentwintig, negenentwintig, dertig"
    }
}
