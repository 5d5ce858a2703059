//! A chapter of the e-book on a light or a dark ground: its dark style sheet waits for a screen that is dark, and here the person says so.

/// The condition under which the e-book's dark style sheet counts.
const CONDITION: &str = "media=\"(prefers-color-scheme: dark) and (color)\"";

/// The chapter on the ground that was chosen. A reading system paints the ground itself; here a style sheet of ours does.
pub(super) fn on(xhtml: String, dark: bool) -> String {
    let sheet = if dark { "/frame/dark.css" } else { "/frame/light.css" };
    let media = format!("media=\"{}\"", if dark { "all" } else { "not all" });
    let link = format!("<link rel=\"stylesheet\" type=\"text/css\" href=\"{sheet}\"/>\n</head>");
    xhtml.replacen(CONDITION, &media, 1).replacen("</head>", &link, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dark_sheet_counts_where_it_is_chosen() {
        let page = format!("<head><link href=\"dark.css\" {CONDITION}/></head>");
        assert!(on(page.clone(), true).contains("href=\"dark.css\" media=\"all\"") && on(page.clone(), true).contains("/frame/dark.css"));
        assert!(on(page.clone(), false).contains("media=\"not all\"") && on(page, false).contains("/frame/light.css"));
    }
}
