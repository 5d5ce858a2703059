//! Code blocks: highlighted, on a tint, long lines wrapped with a mark.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::language::is_wide;
use crate::length::Length;
use crate::parse::Block;
use crate::theme::{ColorRole, TextStyle};

use super::builder::{Builder, Context};
use super::frame::{Artifact, Item, Mark};
use super::galley::{Decoration, Flow, Keep, Line};
use super::highlight::{CodeClass, CodeLine};
use super::setter::Piece;
use super::tags::Role;

/// A wrapped line is divided after a space, else after a sign, if there is one among its last so many columns; else after the
/// last one that there is, or between a word and what is none. Words are divided only if a line has room for nothing else.
const LOOK_BACK: usize = 24;
/// Lines of code that stay together at either side of a page's end, in a block that is longer than what stays whole.
const PART: usize = 3;
/// No more lines than this are tied to each other by what they say.
const TIED: usize = 7;
/// Marks the continuation of a wrapped line.
const WRAP_MARK: &str = "→ ";
const MARK_COLUMNS: usize = 2;
/// A line of code is never divided into parts of fewer columns.
const LEAST: usize = 4;

impl Builder<'_> {
    pub(super) fn code(&mut self, block: &Block, language: Option<&str>, text: &str, cx: &Context) {
        let theme = &self.setter.theme;
        let tag = self.tag(cx.parent, Role::Paragraph, Some(block.id));
        let code = self.tag(tag, Role::Code, None);
        let style = theme.styles.code;
        let mark = self.mark(code);
        let inner = cx.indented(theme.spaces.code_x).narrowed(theme.spaces.code_x);
        let mut lines = Vec::new();
        let set = self.setter.highlighted(language, text);
        let set = &set.0;
        let tab = tab(language);
        let mut firsts = Vec::new();
        let mut ties = Vec::new();
        for line in &set[shown(text, set)] {
            firsts.push(lines.len());
            ties.push(Tie::of(line_text(text, line)));
            self.code_line(text, line, tab, &style, mark, &inner, &mut lines);
        }
        tie(&mut lines, &firsts, &ties);
        // A page rather ends with an empty line than begins with one.
        let hollow = |line: &Line, hollow: fn(&str) -> bool| line.frame.items.iter().all(|p| !matches!(&p.item, Item::Text(run) if !hollow(run.text.trim())));
        lines.iter_mut().for_each(|line| line.metrics.empty = hollow(line, str::is_empty));
        // So is one with nothing but the bar at which a compiler lines up what it says.
        let void: Vec<bool> = lines.iter().map(|line| hollow(line, |text| text.trim_matches('|').is_empty())).collect();
        for (index, line) in lines.iter_mut().enumerate() {
            line.metrics.glued |= !void[index] && void.get(index + 1) == Some(&true);
        }
        let tint = Decoration { x: cx.x, width: cx.measure, color: theme.colors.tint, overhang: theme.spaces.code_y };
        let mut cx = Context { top: false, ..inner };
        cx.decorations.push(self.decorations.len() as u32);
        self.decorations.push(tint);
        // A wrapped line counts once.
        let part = PART.min(firsts.len());
        let (head, tail) = (firsts.get(part).copied().unwrap_or(lines.len()), lines.len() - firsts.get(firsts.len() - part).copied().unwrap_or(0));
        let most = usize::from(theme.keeps.code_lines);
        let keep = Keep { together: lines.len() <= most, with_next: false, head: head.clamp(2, most.max(2)) as u16, tail: tail.clamp(2, most.max(2)) as u16 };
        let start = self.flow.len();
        self.push_lines(&cx, block.id, lines, keep);
        // The tint reaches beyond the lines; the space around counts from its edge.
        let space = theme.spaces.block + theme.spaces.code_y;
        self.space(start, space, space);
        // So does that of a block of code right above.
        let is_tint = |index: &u32| self.decorations.get(*index as usize).is_some_and(|d| d.overhang == theme.spaces.code_y && d.color == theme.colors.tint);
        if let Some(Flow::Stack(above)) = start.checked_sub(1).and_then(|above| self.flow.get_mut(above))
            && above.decorations.last().is_some_and(is_tint)
        {
            above.after += theme.spaces.code_y;
        }
    }

    /// Sets one line of code, wrapped where it is longer than the measure.
    #[allow(clippy::too_many_arguments)] // what, how and where
    fn code_line(&self, code: &str, pieces: &CodeLine, tab: usize, style: &TextStyle, mark: Mark, cx: &Context, out: &mut Vec<Line>) {
        let range = range_of(pieces);
        let Some(text) = code.get(range.clone()) else { return };
        let column = self.setter.line(&[Piece::new("0", style, mark)]).width;
        let columns = (cx.measure.raw() / column.raw().max(1)).max(8) as usize;
        let (parts, hang) = self.parts_of(text, columns, tab, column, style, cx.measure);
        let mut column_of_text = 0;
        let count = parts.len();
        for (index, part) in parts.into_iter().enumerate() {
            let part = range.start + part.start..range.start + part.end;
            let mut x = cx.x;
            let mut items = Vec::new();
            if index > 0 {
                let muted = TextStyle { color: ColorRole::Muted, ..*style };
                let sign = self.setter.line(&[Piece::new(WRAP_MARK, &muted, Mark::Artifact(Artifact::Layout))]);
                items.extend(sign.items);
                x += column * (hang + MARK_COLUMNS) as i32;
            }
            let shown = classified(code, pieces, &part, style);
            let texts: Vec<(String, TextStyle)> = shown.into_iter().map(|(text, style)| (with_stops(text, tab, &mut column_of_text), style)).collect();
            let mut set: Vec<Piece<'_>> = texts.iter().map(|(text, style)| Piece::new(text, style, mark)).collect();
            if part.end == range.end && runs_on(code, range.end) {
                set.push(Piece::new(" ", style, mark));
            }
            let line = self.setter.code_line(&set);
            let mut line = self.natural_line(line.items, style, x);
            if index > 0 {
                let sign = self.natural_line(items, style, cx.x + column * hang as i32);
                line.frame.items.splice(0..0, sign.frame.items);
            }
            line.metrics.offset = part.start.min(u32::MAX as usize) as u32;
            // The ends of a wrapped line stay with their neighbours.
            line.metrics.glued = count > 1 && (index == 0 || index + 2 == count);
            out.push(line);
        }
    }

    /// The parts of a line, and the columns by which its continuations are indented. What other faces have to give may be wider than
    /// its columns, as the frames of characters that no font has are: such a line is divided as if it had fewer of them.
    fn parts_of(&self, text: &str, columns: usize, tab: usize, column: Length, style: &TextStyle, measure: Length) -> (Vec<Range<usize>>, usize) {
        let sure = text.bytes().all(|b| b == b'\t' || (b' '..=b'~').contains(&b));
        let mut room = columns;
        loop {
            let hang = hang(text, room, tab);
            let parts = wrap(text, room, hang, tab);
            if sure || room <= LEAST {
                return (parts, hang);
            }
            let mut end = 0;
            let widths = parts.iter().enumerate().map(|(index, part)| {
                let shown = with_stops(&text[part.clone()], tab, &mut end);
                let set = self.setter.code_line(&[Piece::new(&shown, style, Mark::Artifact(Artifact::Layout))]).width;
                if index == 0 { set } else { set + column * (hang + MARK_COLUMNS) as i32 }
            });
            let widest = widths.max().unwrap_or_default();
            if widest <= measure {
                return (parts, hang);
            }
            let fewer = room as i64 * i64::from(measure.raw()) / i64::from(widest.raw().max(1));
            room = (fewer as usize).clamp(LEAST, room - 1);
        }
    }
}

fn range_of(pieces: &CodeLine) -> Range<usize> {
    pieces.first().map_or(0, |p| p.1.start)..pieces.last().map_or(0, |p| p.1.end)
}

fn line_text<'c>(code: &'c str, pieces: &CodeLine) -> &'c str {
    code.get(range_of(pieces)).unwrap_or_default()
}

/// What ties a line of code to its neighbours.
#[derive(Clone, Copy)]
struct Tie {
    /// It closes something, or is the bracket of what stands above it: it does not begin a page.
    above: bool,
    /// It opens something, or belongs to what follows it: it does not end a page.
    below: bool,
}

impl Tie {
    fn of(line: &str) -> Tie {
        let line = line.trim();
        let above = line.starts_with([')', ']', '}']) || line.starts_with("</") || matches!(line, "{" | "begin" | "do" | "then");
        Tie { above, below: line.ends_with(['{', '(', '[']) || line.starts_with("#[") || line.starts_with('@') }
    }
}

/// Ties lines to each other by what they say; `firsts` are the first lines of those that were wrapped.
fn tie(lines: &mut [Line], firsts: &[usize], ties: &[Tie]) {
    let mut run = 0;
    for (index, first) in firsts.iter().enumerate().skip(1) {
        let tied = ties[index].above || ties[index - 1].below;
        run = if tied && run < TIED { run + 1 } else { 0 };
        if let Some(above) = first.checked_sub(1).and_then(|above| lines.get_mut(above)) {
            above.metrics.glued |= run > 0;
        }
    }
}

/// Whether a line that ends here and the next would read as one word. Only then is a space put between them: at the end
/// of copied code it could be one too many.
fn runs_on(code: &str, end: usize) -> bool {
    let of_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    of_word(code[..end].chars().next_back()) && of_word(code[end..].strip_prefix('\n').and_then(|next| next.chars().next()))
}

/// The pieces of a range with the styles of their classes.
fn classified<'c>(code: &'c str, pieces: &CodeLine, part: &Range<usize>, style: &TextStyle) -> Vec<(&'c str, TextStyle)> {
    pieces
        .iter()
        .filter_map(|(class, range)| {
            let cut = range.start.max(part.start)..range.end.min(part.end);
            let text = code.get(cut)?;
            let color = match class {
                CodeClass::Plain => ColorRole::Text,
                CodeClass::Keyword => ColorRole::CodeKeyword,
                CodeClass::Literal => ColorRole::CodeLiteral,
                CodeClass::Comment => ColorRole::CodeComment,
                CodeClass::Name => ColorRole::CodeName,
            };
            let italic = *class == CodeClass::Comment;
            (!text.is_empty()).then_some((text, TextStyle { color, italic, ..*style }))
        })
        .collect()
}

/// The lines that are shown: blank ones at the beginning and the end are not.
fn shown(code: &str, lines: &[CodeLine]) -> Range<usize> {
    let blank = |line: &CodeLine| line.iter().all(|(_, range)| code.get(range.clone()).is_none_or(|text| text.trim().is_empty()));
    let first = lines.iter().position(|line| !blank(line));
    let last = lines.iter().rposition(|line| !blank(line));
    match (first, last) {
        (Some(first), Some(last)) => first..last + 1,
        // A block of nothing still has a line.
        _ => 0..lines.len().min(1),
    }
}

/// Columns by which continuations of a wrapped line are indented: as far as the line itself, within reason.
fn hang(text: &str, columns: usize, tab: usize) -> usize {
    let indent = text.graphemes(true).take_while(|c| c.chars().all(|c| c == ' ' || c == '\t')).fold(0, |column, c| column + columns_of(c, column, tab));
    indent.min(columns / 3)
}

/// Byte ranges of the parts of a line that is longer than so many columns. Continuations have room for the hang and the mark less.
fn wrap(text: &str, columns: usize, hang: usize, tab: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    // Columns of the line before its present part: tab stops count from its beginning.
    let mut before_part = 0;
    let mut start = 0;
    let mut room = columns;
    loop {
        let rest = &text[start..];
        let mut width = 0;
        let mut cut = None;
        let (mut space, mut sign, mut edge, mut joint) = (None, None, None, None);
        let mut clusters = rest.grapheme_indices(true).peekable();
        let mut before = "";
        while let Some((at, cluster)) = clusters.next() {
            let own = columns_of(cluster, before_part + width, tab);
            width += own;
            if width > room && at > 0 {
                let near = |point: &(usize, usize)| point.1 + LOOK_BACK > room;
                // Far from the end of the line, but not so far that hardly anything stands in it.
                let far = |point: &(usize, usize)| point.1 * 3 > room;
                let found = space
                    .filter(near)
                    .or(sign.filter(near))
                    .or(edge.filter(near))
                    .or(space.filter(far))
                    .or(sign.filter(far))
                    .or(edge.filter(far))
                    .or(joint.filter(near));
                cut = Some(found.map_or(at, |(at, _)| at));
                break;
            }
            let joins = |c: &str| c.chars().all(|c| c.is_alphanumeric() || c == '_');
            if joins(cluster) != joins(before) && !rest[..at].trim().is_empty() && !matches!(cluster, ")" | "]" | "}" | "," | ";" | "." | "\"" | "'") {
                edge = Some((at, width - own));
            }
            let point = Some((at + cluster.len(), width));
            if cluster.chars().all(char::is_whitespace) {
                // The line's own indent is no place to divide it.
                space = point.filter(|_| !rest[..at].trim().is_empty());
            } else if matches!(cluster, "," | ";" | "(" | "{" | "[" | "=" | "|" | "/")
                && clusters.peek().is_none_or(|(_, next)| !matches!(*next, ")" | "}" | "]"))
            {
                sign = point;
            } else if cluster == "." && before == ")" {
                // A chain of calls is divided before its links.
                sign = Some((at, width - 1));
            } else if cluster == "_" {
                joint = point;
            }
            before = cluster;
        }
        match cut {
            Some(cut) => {
                parts.push(start..start + cut);
                for cluster in rest[..cut].graphemes(true) {
                    before_part += columns_of(cluster, before_part, tab);
                }
                start += cut;
                room = columns.saturating_sub(hang + MARK_COLUMNS).max(LEAST);
            }
            None => {
                parts.push(start..text.len());
                return parts;
            }
        }
    }
}

/// Columns of a grapheme cluster that begins at some column of its line: two for wide scripts and emoji, up to the next stop for a tab.
fn columns_of(cluster: &str, column: usize, tab: usize) -> usize {
    match cluster.chars().next() {
        Some('\t') => tab - column % tab,
        Some(c) if is_wide(c) => 2,
        _ => 1,
    }
}

/// From one tab stop to the next, as editors of the language show it.
fn tab(language: Option<&str>) -> usize {
    match language {
        Some("go" | "make" | "makefile") => 8,
        _ => 4,
    }
}

/// Text with blanks up to the next stop for each tab; `column` is where it begins in its line, and where it ends.
fn with_stops(text: &str, tab: usize, column: &mut usize) -> String {
    let mut out = String::with_capacity(text.len());
    for cluster in text.graphemes(true) {
        let columns = columns_of(cluster, *column, tab);
        *column += columns;
        if cluster == "\t" { out.extend(std::iter::repeat_n(' ', columns)) } else { out.push_str(cluster) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_wrap_after_a_sign_and_lose_nothing() {
        let text = "let answer = compute(first_argument, second_argument, third_argument);";
        let parts = wrap(text, 30, 0, 4);
        assert!(parts.len() > 2);
        let joined: String = parts.iter().map(|r| &text[r.clone()]).collect();
        assert_eq!(joined, text);
        assert!(text[parts[0].clone()].ends_with(' ') || text[parts[0].clone()].ends_with('('), "{:?}", &text[parts[0].clone()]);
    }

    #[test]
    fn a_line_is_divided_at_a_space_before_a_sign_and_a_chain_before_its_links() {
        let first = |text: &'static str, columns| &text[wrap(text, columns, 0, 4)[0].clone()];
        assert_eq!(first("println!(\"worker {id}\", worker.id);", 30), "println!(\"worker {id}\", ");
        assert_eq!(first("TcpListener::bind(\"127.0.0.1:7878\").unwrap();", 40), "TcpListener::bind(\"127.0.0.1:7878\")");
        assert_eq!(first("let n = an_argument_of_some_length_or_other_and_more(other);", 40), "let n = an_argument_of_some_length_or_");
        assert_eq!(first("file:///a/folder/somewhere/an_argument_of_some", 40), "file:///a/folder/somewhere/");
        assert_eq!(first("                    an_argument_of_some_length(other)", 40), "                    an_argument_of_some_");
    }

    #[test]
    fn tabs_go_to_the_next_stop() {
        let shown = |lines: &[&str], tab| lines.iter().map(|line| with_stops(line, tab, &mut 0)).collect::<Vec<_>>();
        assert_eq!(shown(&["name\tvalue", "a\t1", "longer\t22", "\tx"], 4), ["name    value", "a   1", "longer  22", "    x"]);
        assert_eq!(shown(&["a\t1", "\tb\tc"], 8), ["a       1", "        b       c"]);
        assert_eq!(shown(&["漢\t1"], 4), ["漢  1"]);
        // A part of a line counts from the line's beginning.
        let mut column = 0;
        assert_eq!((with_stops("ab", 4, &mut column), with_stops("\tc", 4, &mut column)), ("ab".to_string(), "  c".to_string()));
    }

    #[test]
    fn brackets_stay_with_what_they_belong_to() {
        assert!(Tie::of("    });").above && Tie::of("{").above && Tie::of("</ul>").above);
        assert!(Tie::of("fn main() {").below && Tie::of("#[test]").below);
        assert!(!Tie::of("a + b;").above && !Tie::of("a + b;").below);
    }

    #[test]
    fn a_line_without_joints_is_cut_at_the_measure() {
        let parts = wrap(&"x".repeat(100), 30, 0, 4);
        assert_eq!(parts.iter().map(|r| r.len()).collect::<Vec<_>>(), [30, 28, 28, 14]);
    }
}
