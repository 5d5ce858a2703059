//! Polish.

use super::{Words, table};

pub(super) fn words() -> Words {
    table! {
        contents: "Spis treści",
        chapter: "Rozdział",
        part: "Część",
        figure: "Rysunek",
        table: "Tabela",
        note: "Uwaga",
        tip: "Wskazówka",
        important: "Ważne",
        warning: "Ostrzeżenie",
        caution: "Ostrożnie",
        notes: "Przypisy",
        index: "Indeks",
        glossary: "Słowniczek",
        cover: "Okładka",
        title_page: "Strona tytułowa",
        imprint: "Metryka książki",
        colophon: "Kolofon",
        your_route: "Twoja droga",
        your_milestones: "Twoje kamienie milowe",
        road_beyond: "Dalsza droga",
        prepared_for: "Przygotowano dla: {}",
        edition: "Wydanie",
        copy: "Egzemplarz",
        stage: "Etap",
        years: "Lata",
        you_are_here: "Jesteś tutaj",
        your_target: "Twój cel",
        see: "zob.",
        see_also: "zob. też",
        continued: "ciąg dalszy",
        page: "Strona",
        untitled: "Bez tytułu",
        ladder: "Drabina",
        route_to: "Ta książka prowadzi do etapu {target}.",
        route_from: "Ta książka prowadzi od etapu {from} do etapu {target}.",
        your_paths: "Twoje ścieżki",
        mentor_note: "Słowo od mentora",
        organisation: "Organizacja",
        milestones_intro: "Co masz za sobą, gdy etap jest zakończony. Zaznacz to, co już jest prawdą.",
        road_beyond_intro: "Etapy po Twoim celu, w skrócie.",
        ; numbers: "jeden, dwa, trzy, cztery, pięć, sześć, siedem, osiem, dziewięć, dziesięć, jedenaście, dwanaście, trzynaście, czternaście, piętnaście, szesnaście, siedemnaście, osiemnaście, dziewiętnaście, dwadzieścia, dwadzieścia jeden, dwadzieścia dwa, dwadzieścia trzy, dwadzieścia cztery, dwadzieścia pięć, dwadzieścia sześć, dwadzieścia siedem, dwadzieścia osiem, dwadzieścia dziewięć, trzydzieści"
    }
}
