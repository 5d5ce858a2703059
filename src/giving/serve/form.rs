//! The form: what the book asks of whoever wants a copy, with what was filled in and what is wrong with it.

use maud::{Markup, html};

use crate::load::Ask;

use super::asked;
use super::service::Service;

/// What somebody filled in, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Filled {
    pub(super) fields: Vec<(String, String)>,
    pub(super) fault: Option<String>,
    /// The fault is the name's.
    pub(super) of_name: bool,
}

impl Filled {
    fn text(&self, key: &str) -> &str {
        self.fields.iter().find(|(own, _)| own == key).map_or("", |(_, value)| value)
    }

    fn has(&self, key: &str, value: &str) -> bool {
        self.fields.iter().any(|(own, filled)| own == key && filled == value)
    }
}

/// The form as a part of a page.
pub(super) fn form_of(service: &Service, filled: &Filled) -> Markup {
    let (pages, book) = (&service.pages, service.book());
    let asks = |ask: Ask| service.ask.contains(&ask);
    let last = book.stages.last().map_or("", |stage| stage.id.as_str());
    let target = if filled.text("stage").is_empty() { last } else { filled.text("stage") };
    html! {
        h2 { (pages.says.your_copy) }
        form method="post" action="./" {
            @if let Some(fault) = &filled.fault { p.fault id="fault" role="alert" { (fault) } }
            @if asks(Ask::Name) {
                div.field {
                    label for="name" { (pages.says.your_name) }
                    input type="text" id="name" name="name" maxlength=(asked::NAME) autocomplete="name" required dir="auto" value=(filled.text("name"))
                        aria-invalid=[filled.of_name.then_some("true")] aria-describedby=[filled.of_name.then_some("fault")];
                }
            }
            @if asks(Ask::Stage) {
                div.field {
                    label for="stage" { (pages.words.your_target) }
                    select id="stage" name="stage" {
                        @for stage in &book.stages { option value=(stage.id) selected[stage.id == target] { (stage.title) } }
                    }
                }
            }
            @if asks(Ask::From) {
                div.field {
                    label for="from" { (pages.says.present_stage) " " span.optional { "(" (pages.says.optional) ")" } }
                    select id="from" name="from" {
                        option value="" { "–" }
                        @for stage in &book.stages { option value=(stage.id) selected[filled.has("from", &stage.id)] { (stage.title) } }
                    }
                }
            }
            @if asks(Ask::Paths) {
                fieldset.field {
                    legend { (pages.words.your_paths) " " span.optional { "(" (pages.says.optional) ")" } }
                    @for path in &book.paths {
                        label.choice { input type="checkbox" name="paths" value=(path.id) checked[filled.has("paths", &path.id)]; span { (path.title) } }
                    }
                }
            }
            @if asks(Ask::Organisation) {
                div.field {
                    label for="organisation" { (pages.words.organisation) " " span.optional { "(" (pages.says.optional) ")" } }
                    input type="text" id="organisation" name="organisation" maxlength=(asked::NAME) autocomplete="organization" dir="auto" value=(filled.text("organisation"));
                }
            }
            div.actions {
                @for ending in service.endings() {
                    div {
                        button.act type="submit" name="format" value=(ending) { (pages.download(ending)) }
                        p.small { (pages.good_for(ending)) }
                    }
                }
            }
        }
    }
}
