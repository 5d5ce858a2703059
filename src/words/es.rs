//! Spanish.

use super::{Words, table};

pub(super) fn words() -> Words {
    table! {
        contents: "Índice",
        chapter: "Capítulo",
        part: "Parte",
        figure: "Figura",
        table: "Tabla",
        note: "Nota",
        tip: "Consejo",
        important: "Importante",
        warning: "Advertencia",
        caution: "Precaución",
        notes: "Notas",
        index: "Índice alfabético",
        glossary: "Glosario",
        cover: "Cubierta",
        title_page: "Portada",
        imprint: "Créditos",
        colophon: "Colofón",
        your_route: "Su ruta",
        your_milestones: "Sus hitos",
        road_beyond: "El camino que sigue",
        prepared_for: "Preparado para {}",
        edition: "Edición",
        copy: "Ejemplar",
        stage: "Etapa",
        years: "Años",
        you_are_here: "Usted está aquí",
        your_target: "Su meta",
        see: "véase",
        see_also: "véase también",
        continued: "continuación",
        page: "Página",
        untitled: "Sin título",
        ladder: "La escalera",
        route_to: "Este libro le lleva a la etapa {target}.",
        route_from: "Este libro le lleva de la etapa {from} a la etapa {target}.",
        your_paths: "Sus caminos",
        mentor_note: "Una nota de su mentor",
        organisation: "Organización",
        milestones_intro: "Lo que ha hecho cuando una etapa está completa. Marque lo que ya sea cierto.",
        road_beyond_intro: "Las etapas posteriores a su meta, en breve.",
        ; numbers: "uno, dos, tres, cuatro, cinco, seis, siete, ocho, nueve, diez, once, doce, trece, catorce, quince, dieciséis, diecisiete, dieciocho, diecinueve, veinte, veintiuno, veintidós, veintitrés, veinticuatro, veinticinco, veintiséis, veintisiete, veintiocho, veintinueve, treinta"
    }
}
