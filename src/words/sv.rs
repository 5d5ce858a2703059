//! Swedish.

use super::{Words, table};

pub(super) fn words() -> Words {
    table! {
        contents: "Innehåll",
        chapter: "Kapitel",
        part: "Del",
        figure: "Figur",
        table: "Tabell",
        note: "Obs",
        tip: "Tips",
        important: "Viktigt",
        warning: "Varning",
        caution: "Försiktigt",
        notes: "Noter",
        index: "Register",
        glossary: "Ordlista",
        cover: "Omslag",
        title_page: "Titelsida",
        imprint: "Tryckuppgifter",
        colophon: "Kolofon",
        your_route: "Din väg",
        your_milestones: "Dina milstolpar",
        road_beyond: "Vägen vidare",
        prepared_for: "Gjord för {}",
        edition: "Utgåva",
        copy: "Exemplar",
        stage: "Steg",
        years: "År",
        you_are_here: "Du är här",
        your_target: "Ditt mål",
        see: "se",
        see_also: "se även",
        continued: "fortsättning",
        page: "Sida",
        untitled: "Utan titel",
        ladder: "Stegen",
        route_to: "Den här boken tar dig till steget {target}.",
        route_from: "Den här boken tar dig från steget {from} till steget {target}.",
        your_paths: "Dina vägar",
        mentor_note: "Några ord från din mentor",
        organisation: "Organisation",
        milestones_intro: "Vad du har gjort när ett steg är klart. Kryssa i det som stämmer för dig.",
        road_beyond_intro: "Stegen efter ditt mål, i korthet.",
        ; numbers: "ett, två, tre, fyra, fem, sex, sju, åtta, nio, tio, elva, tolv, tretton, fjorton, femton, sexton, sjutton, arton, nitton, tjugo, tjugoett, tjugotvå, tjugotre, tjugofyra, tjugofem, tjugosex, tjugosju, tjugoåtta, tjugonio, trettio"
    }
}
