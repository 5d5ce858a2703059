//! GitBook's tags, each on a line of its own: `{% hint style="info" %}` … `{% endhint %}`; and the attributes that kramdown and
//! Python-Markdown hang on a line of their own below a block, which say how a web page looks.

use super::header::{called, value};
use super::mark::{Container, Mark, Shape};
use crate::parse::places::are_attributes;

/// What stands for such a line.
pub(super) fn line(bare: &str) -> Option<String> {
    if let Some(inner) = bare.strip_prefix("{{<").and_then(|rest| rest.strip_suffix(">}}")) {
        return (inner.trim() == "pagebreak").then(|| "<!-- pagebreak -->".to_string());
    }
    if let Some(inner) = bare.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        // Braces without a sign before their content are text.
        let inner = inner.strip_prefix(':').or(inner.strip_prefix(' ').filter(|inner| inner.starts_with(['.', '#']))).unwrap_or("").trim();
        if are_attributes(inner) {
            return Some(String::new());
        }
    }
    if let Some(name) = bare.strip_prefix("{% filename %}").and_then(|rest| rest.strip_suffix("{% endfilename %}")) {
        // HonKit's name of the file that the code below is of.
        return Some(format!("<span class=\"filename\">{}</span>", name.trim().replace('<', "&lt;")));
    }
    let inner = bare.strip_prefix("{%")?.strip_suffix("%}")?.trim();
    if inner.contains("%}") {
        return None;
    }
    let (word, attributes) = inner.split_once(' ').unwrap_or((inner, ""));
    let text = |key: &str| value(attributes, key).unwrap_or("");
    let container = match word {
        "hint" => Container { shape: Shape::Callout, ..called(value(attributes, "style").unwrap_or("info"), text("title")) },
        "tab" | "step" | "column" => Container::new(Shape::Plain, word, text("title")),
        "tabs" | "stepper" | "columns" | "content-ref" | "prompt" => Container::new(Shape::Plain, word, ""),
        "code" => Container::new(Shape::Listing, word, text("title")),
        "endhint" | "endtab" | "endtabs" | "endstep" | "endstepper" | "endcolumn" | "endcolumns" | "endcontent-ref" | "endcode" | "endprompt" => {
            return Some(Mark::End.comment());
        }
        "raw" | "endraw" | "endembed" | "endfile" => return Some(String::new()),
        "embed" => return Some(format!("<{}>", text("url"))).filter(|_| !text("url").is_empty()),
        "file" => {
            let source = text("src");
            return (!source.is_empty()).then(|| format!("[{}](<{source}>)", source.rsplit('/').next().unwrap_or(source)));
        }
        _ => return None,
    };
    Some(Mark::Open(container).comment())
}

/// A heading's attributes as kramdown has them (`{: #id }`), and Pandoc's short way of having no number (`{-}`), in Markdown's way.
pub(super) fn heading(bare: &str) -> Option<String> {
    let (text, attributes) = bare.strip_suffix('}')?.rsplit_once('{')?;
    if attributes == "-" {
        return Some(format!("{text}{{.unnumbered}}"));
    }
    let inner = attributes.strip_prefix(':')?.trim();
    are_attributes(inner).then(|| format!("{text}{{{inner}}}"))
}
