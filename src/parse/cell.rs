//! What the info string of a block of code says beyond its language: a title, and that the block is a cell of a notebook.

use super::dialect::value;

/// A cell as Quarto and R Markdown write it, ```` ```{python} ````, is shown and not run. Its options, in lines that begin with a comment's
/// sign and a bar, belong to whoever runs it.
pub(super) struct Cell {
    /// The code without the options.
    pub(super) text: String,
    /// Its author shows what it makes, and not the code.
    pub(super) hidden: bool,
}

/// Reads a cell, if a block is one.
pub(super) fn cell(info: &str, text: &str) -> Option<Cell> {
    let inner = info.trim().strip_prefix('{')?;
    let inner = inner.strip_suffix('}').unwrap_or(inner);
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let option = |line: &str| ["#| ", "//| ", "--| ", "%%| "].iter().find_map(|sign| line.trim_start().strip_prefix(sign).map(str::to_string));
    let options: Vec<String> = text.lines().map_while(option).collect();
    let kept: Vec<&str> = text.lines().skip(options.len()).collect();
    let said = |key: &str, no: &str| {
        let in_lines = options.iter().any(|line| line.split_once(':').is_some_and(|(name, value)| name.trim() == key && value.trim().eq_ignore_ascii_case(no)));
        in_lines || value(inner, key).is_some_and(|value| value.eq_ignore_ascii_case(no))
    };
    Some(Cell { text: kept.join("\n"), hidden: said("echo", "false") || said("include", "false") })
}

/// The title of a block: `title="…"`, or the name of a file, `filename="…"`, which is code.
pub(super) fn title(info: &str) -> Option<(&str, bool)> {
    if !info.contains("=\"") && !info.contains("='") {
        return None;
    }
    let named = |key: &str| value(info, key).map(str::trim).filter(|title| !title.is_empty());
    named("title").map(|title| (title, false)).or_else(|| named("filename").or_else(|| named("file-name")).map(|name| (name, true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_lose_their_options() {
        let of = |info: &str, text: &str| cell(info, text).map(|cell| (cell.text, cell.hidden));
        assert_eq!(of("{python}", "#| label: fig-a\n#| echo: false\nx = 1"), Some(("x = 1".to_string(), true)));
        assert_eq!(of("{r, echo=FALSE}", "plot(x)"), Some(("plot(x)".to_string(), true)));
        assert_eq!(of("{ojs}", "//| panel: input\na"), Some(("a".to_string(), false)));
        assert_eq!(of("{.python}", "x"), None);
        assert_eq!(of("python", "#| x"), None);
    }

    #[test]
    fn blocks_may_have_titles() {
        assert_eq!(title("py title=\"A. b\" linenums=\"1\""), Some(("A. b", false)));
        assert_eq!(title("{.python filename=\"a.py\"}"), Some(("a.py", true)));
        assert_eq!(title("c++ title=x"), None);
    }
}
