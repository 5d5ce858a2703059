//! English.

use super::{Words, table};

pub(super) fn words() -> Words {
    table! {
        contents: "Contents",
        chapter: "Chapter",
        part: "Part",
        figure: "Figure",
        table: "Table",
        note: "Note",
        tip: "Tip",
        important: "Important",
        warning: "Warning",
        caution: "Caution",
        notes: "Notes",
        index: "Index",
        glossary: "Glossary",
        cover: "Cover",
        title_page: "Title page",
        imprint: "Imprint",
        colophon: "Colophon",
        your_route: "Your route",
        your_milestones: "Your milestones",
        road_beyond: "The road beyond",
        prepared_for: "Prepared for {}",
        edition: "Edition",
        copy: "Copy",
        stage: "Stage",
        years: "Years",
        you_are_here: "You are here",
        your_target: "Your target",
        see: "see",
        see_also: "see also",
        continued: "continued",
        page: "Page",
        untitled: "Untitled",
        ladder: "The ladder",
        route_to: "This book takes you to {target}.",
        route_from: "This book takes you from {from} to {target}.",
        your_paths: "Your paths",
        mentor_note: "A note from your mentor",
        organisation: "Organisation",
        milestones_intro: "What you have done when each stage is complete. Tick a box when it is true of you.",
        road_beyond_intro: "The stages after your target, in brief.",
        ; numbers: "one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen, fifteen, sixteen, seventeen, eighteen, nineteen, twenty, twenty-one, twenty-two, twenty-three, twenty-four, twenty-five, twenty-six, twenty-seven, twenty-eight, twenty-nine, thirty"
    }
}
