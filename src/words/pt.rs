//! Portuguese.

use super::{Words, table};

pub(super) fn words() -> Words {
    table! {
        contents: "Sumário",
        chapter: "Capítulo",
        part: "Parte",
        figure: "Figura",
        table: "Tabela",
        note: "Nota",
        tip: "Dica",
        important: "Importante",
        warning: "Aviso",
        caution: "Cuidado",
        notes: "Notas",
        index: "Índice remissivo",
        glossary: "Glossário",
        cover: "Capa",
        title_page: "Folha de rosto",
        imprint: "Ficha técnica",
        colophon: "Colofão",
        your_route: "O seu percurso",
        your_milestones: "Os seus marcos",
        road_beyond: "O caminho adiante",
        prepared_for: "Preparado para {}",
        edition: "Edição",
        copy: "Exemplar",
        stage: "Etapa",
        years: "Anos",
        you_are_here: "Você está aqui",
        your_target: "O seu objetivo",
        see: "ver",
        see_also: "ver também",
        continued: "continuação",
        page: "Página",
        untitled: "Sem título",
        ladder: "A escada",
        route_to: "Este livro leva você à etapa {target}.",
        route_from: "Este livro leva você da etapa {from} à etapa {target}.",
        your_paths: "Os seus caminhos",
        mentor_note: "Uma nota do seu mentor",
        organisation: "Organização",
        milestones_intro: "O que você fez quando uma etapa está completa. Marque o que já é verdade.",
        road_beyond_intro: "As etapas depois do seu objetivo, em resumo.",
        ; numbers: "um, dois, três, quatro, cinco, seis, sete, oito, nove, dez, onze, doze, treze, catorze, quinze, dezesseis, dezessete, dezoito, dezenove, vinte, vinte e um, vinte e dois, vinte e três, vinte e quatro, vinte e cinco, vinte e seis, vinte e sete, vinte e oito, vinte e nove, trinta"
    }
}
