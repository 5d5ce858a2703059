//! French.

use super::{Words, table};

pub(super) fn words() -> Words {
    table! {
        contents: "Table des matières",
        chapter: "Chapitre",
        part: "Partie",
        figure: "Figure",
        table: "Tableau",
        note: "Remarque",
        tip: "Conseil",
        important: "Important",
        warning: "Avertissement",
        caution: "Attention",
        notes: "Notes",
        index: "Index",
        glossary: "Glossaire",
        cover: "Couverture",
        title_page: "Page de titre",
        imprint: "Mentions légales",
        colophon: "Colophon",
        your_route: "Votre parcours",
        your_milestones: "Vos jalons",
        road_beyond: "La suite du chemin",
        prepared_for: "Préparé pour {}",
        edition: "Édition",
        copy: "Exemplaire",
        stage: "Étape",
        years: "Années",
        you_are_here: "Vous êtes ici",
        your_target: "Votre objectif",
        see: "voir",
        see_also: "voir aussi",
        continued: "suite",
        page: "Page",
        untitled: "Sans titre",
        ladder: "L’échelle",
        route_to: "Ce livre vous mène à l’étape {target}.",
        route_from: "Ce livre vous mène de l’étape {from} à l’étape {target}.",
        your_paths: "Vos voies",
        mentor_note: "Un mot de votre mentor",
        organisation: "Organisation",
        milestones_intro: "Ce que vous avez accompli quand une étape est achevée. Cochez ce qui est vrai pour vous.",
        road_beyond_intro: "Les étapes qui suivent votre objectif, en bref.",
        ; numbers: "un, deux, trois, quatre, cinq, six, sept, huit, neuf, dix, onze, douze, treize, quatorze, quinze, seize, dix-sept, dix-huit, dix-neuf, vingt, vingt-et-un, vingt-deux, vingt-trois, vingt-quatre, vingt-cinq, vingt-six, vingt-sept, vingt-huit, vingt-neuf, trente"
    }
}
