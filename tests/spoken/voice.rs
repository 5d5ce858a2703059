//! A small screen reader: goes through the structure tree and says what it finds, one line for each thing that stands alone.

use lopdf::{Dictionary, Object, ObjectId};

use super::file::{File, text};

/// All that the file says, page by page.
pub fn speak(file: &File) -> String {
    let mut voice = Voice { file, out: String::new(), page: None, indent: 0 };
    voice.kids(root(file), None);
    voice.out
}

/// All marked content in reading order, as (page, id).
pub fn pieces(file: &File, found: &mut Vec<(usize, i64)>) {
    fn walk(file: &File, element: &Dictionary, page: Option<ObjectId>, found: &mut Vec<(usize, i64)>) {
        let page = own_page(element).or(page);
        for kid in kids(file, element) {
            match kid {
                Kid::Element(inner) => walk(file, inner, page, found),
                Kid::Content(number, other) => found.push((file.page(other.or(page).expect("a page")), number)),
                Kid::Annotation(_) => {}
            }
        }
    }
    walk(file, root(file), None, found);
}

fn root(file: &File) -> &Dictionary {
    file.dict(file.catalog().get(b"StructTreeRoot").expect("a structure tree"))
}

enum Kid<'a> {
    Element(&'a Dictionary),
    /// The id, and the page where it is not the element's.
    Content(i64, Option<ObjectId>),
    Annotation(&'a Dictionary),
}

fn own_page(element: &Dictionary) -> Option<ObjectId> {
    element.get(b"Pg").and_then(Object::as_reference).ok()
}

fn kids<'a>(file: &'a File, element: &'a Dictionary) -> Vec<Kid<'a>> {
    let Ok(list) = element.get(b"K") else { return Vec::new() };
    let list = list.as_array().map_or_else(|_| std::slice::from_ref(list), Vec::as_slice);
    let kid = |object: &'a Object| {
        if let Ok(number) = object.as_i64() {
            return Kid::Content(number, None);
        }
        let dict = file.dict(object);
        match dict.get(b"Type").and_then(Object::as_name) {
            Ok(b"MCR") => Kid::Content(dict.get(b"MCID").and_then(Object::as_i64).expect("an id"), own_page(dict)),
            Ok(b"OBJR") => Kid::Annotation(file.dict(dict.get(b"Obj").expect("an object"))),
            _ => Kid::Element(dict),
        }
    };
    list.iter().map(kid).collect()
}

fn role(element: &Dictionary) -> String {
    element.get(b"S").and_then(Object::as_name).map(|name| String::from_utf8_lossy(name).into_owned()).unwrap_or_default()
}

fn attribute<'a>(element: &'a Dictionary, name: &str) -> Option<&'a Object> {
    element.get(b"A").and_then(Object::as_dict).ok()?.get(name.as_bytes()).ok()
}

fn number(element: &Dictionary, name: &str) -> usize {
    attribute(element, name).and_then(|value| value.as_i64().ok()).unwrap_or(1) as usize
}

struct Voice<'a> {
    file: &'a File,
    out: String,
    /// The page whose number was said last.
    page: Option<usize>,
    indent: usize,
}

impl<'a> Voice<'a> {
    /// Says the number of the page where an element begins, if it is a new one.
    fn turn_to(&mut self, element: &'a Dictionary, page: Option<ObjectId>) {
        let Some(first) = first_page(self.file, element, page) else { return };
        let first = self.file.page(first);
        if self.page != Some(first) {
            self.page = Some(first);
            self.out.push_str(&format!("\n— page {} —\n\n", self.file.pages[first].label));
        }
    }

    fn line(&mut self, said: &str) {
        let said = said.trim();
        if !said.is_empty() {
            self.out.push_str(&format!("{}{said}\n", "  ".repeat(self.indent)));
        }
    }

    fn within(&mut self, element: &'a Dictionary, page: Option<ObjectId>) {
        self.indent += 1;
        self.kids(element, page);
        self.indent -= 1;
    }

    /// Says what lies in an element: blocks each alone, what stands between them as text.
    fn kids(&mut self, element: &'a Dictionary, page: Option<ObjectId>) {
        let page = own_page(element).or(page);
        let mut loose = String::new();
        for kid in kids(self.file, element) {
            match kid {
                Kid::Element(inner) if !is_inline(&role(inner)) => {
                    self.line(&std::mem::take(&mut loose));
                    self.element(inner, page);
                }
                Kid::Element(inner) => {
                    self.turn_to(inner, page);
                    loose.push_str(&self.inline(inner, page));
                }
                Kid::Content(..) | Kid::Annotation(_) => loose.push_str(&self.own(&kid, page)),
            }
        }
        self.line(&loose);
    }

    fn element(&mut self, element: &'a Dictionary, page: Option<ObjectId>) {
        let page = own_page(element).or(page);
        self.turn_to(element, page);
        let role = role(element);
        match role.as_str() {
            "Document" | "Sect" | "Part" => self.kids(element, page),
            "Div" => {
                self.line("group");
                self.within(element, page);
            }
            "H1" | "H2" | "H3" | "H4" | "H5" | "H6" => {
                let said = self.text(element, page);
                self.line(&format!("heading {}: {said}", &role[1..]));
            }
            "P" => self.kids(element, page),
            "L" => {
                let items = kids(self.file, element).len();
                let numbering =
                    attribute(element, "ListNumbering").and_then(|name| name.as_name().ok()).map(|name| String::from_utf8_lossy(name).to_lowercase());
                self.line(&format!("list of {items}, {}", numbering.unwrap_or_default()));
                self.within(element, page);
                self.line("end of list");
            }
            "LI" => self.labelled(element, page),
            "LBody" | "TOC" | "Index" | "BlockQuote" => {
                match role.as_str() {
                    "TOC" => self.line(&format!("contents, {} entries", kids(self.file, element).len())),
                    "Index" => self.line("index"),
                    "BlockQuote" => self.line("quotation"),
                    _ => {}
                }
                self.within(element, page);
            }
            "TOCI" => self.kids(element, page),
            "Table" => self.table(element, page),
            "Figure" => {
                let alt = element.get(b"Alt").map(text).unwrap_or_default();
                self.line(&format!("picture: {alt}"));
            }
            "Caption" => {
                let said = self.text(element, page);
                self.line(&format!("caption: {said}"));
            }
            "Note" => {
                self.line("note");
                self.indent += 1;
                self.labelled(element, page);
                self.indent -= 1;
            }
            other => {
                self.line(&format!("{other}, which this reader does not know"));
                self.within(element, page);
            }
        }
    }

    /// An item or a note: its label and its text in one line, what else it holds below.
    fn labelled(&mut self, element: &'a Dictionary, page: Option<ObjectId>) {
        let before = self.out.len();
        let has_label = kids(self.file, element).iter().any(|kid| matches!(kid, Kid::Element(inner) if role(inner) == "Lbl"));
        for kid in kids(self.file, element) {
            let Kid::Element(inner) = kid else { continue };
            match role(inner).as_str() {
                "Lbl" => {
                    let said = self.text(inner, page);
                    self.line(&said);
                }
                "LBody" if has_label => self.within(inner, page),
                "LBody" => self.kids(inner, page),
                _ => self.element(inner, page),
            }
        }
        // The label stands before the first line of what it labels.
        let said = self.out.split_off(before);
        if !has_label {
            return self.out.push_str(&said);
        }
        let mut lines = said.lines();
        let label = lines.next().unwrap_or_default();
        let rest: Vec<&str> = lines.collect();
        match rest.split_first() {
            Some((first, rest)) => {
                self.out.push_str(&format!("{label} {}\n", first.trim()));
                rest.iter().for_each(|line| self.out.push_str(&format!("{line}\n")));
            }
            None => self.out.push_str(&format!("{label}\n")),
        }
    }

    /// Each cell with the heads that belong to it, as a reader in browse mode says them.
    fn table(&mut self, element: &'a Dictionary, page: Option<ObjectId>) {
        let mut rows = Vec::new();
        let mut captions = Vec::new();
        rows_of(self.file, element, &mut rows, &mut captions);
        let columns = rows.first().map_or(0, |row| cells(self.file, row).iter().map(|cell| number(cell, "ColSpan")).sum());
        self.line(&format!("table of {} rows and {columns} columns", rows.len()));
        captions.into_iter().for_each(|caption| self.element(caption, page));
        self.indent += 1;
        let mut heads: Vec<String> = vec![String::new(); columns];
        let mut taken: Vec<usize> = vec![0; columns];
        for row in rows {
            self.turn_to(row, page);
            let mut said = Vec::new();
            let mut row_head = String::new();
            let mut column = 0;
            for cell in cells(self.file, row) {
                while taken.get(column).is_some_and(|rows| *rows > 0) {
                    taken[column] -= 1;
                    column += 1;
                }
                let content = self.text(cell, page);
                let span = number(cell, "ColSpan");
                let below = number(cell, "RowSpan") - 1;
                let scope = attribute(cell, "Scope").and_then(|scope| scope.as_name().ok());
                match (role(cell).as_str(), scope) {
                    ("TH", Some(b"Column")) => {
                        heads.iter_mut().skip(column).take(span).for_each(|head| head.clone_from(&content));
                        said.push(format!("column head: {content}"));
                    }
                    ("TH", Some(b"Row")) => {
                        row_head.clone_from(&content);
                        said.push(format!("row head: {content}"));
                    }
                    ("TH", _) => said.push(format!("head without a scope: {content}")),
                    _ => {
                        let named: Vec<&str> =
                            [row_head.as_str(), heads.get(column).map_or("", String::as_str)].into_iter().filter(|head| !head.is_empty()).collect();
                        said.push(format!("{}: {content}", named.join(", ")));
                    }
                }
                taken.iter_mut().skip(column).take(span).for_each(|rows| *rows = below);
                column += span;
            }
            taken.iter_mut().skip(column).for_each(|rows| *rows = rows.saturating_sub(1));
            self.line(&said.join(" | "));
        }
        self.indent -= 1;
        self.line("end of table");
    }

    /// All text in an element.
    fn text(&mut self, element: &'a Dictionary, page: Option<ObjectId>) -> String {
        let page = own_page(element).or(page);
        let mut said = String::new();
        for kid in kids(self.file, element) {
            match kid {
                Kid::Element(inner) if is_inline(&role(inner)) => said.push_str(&self.inline(inner, page)),
                Kid::Element(inner) => {
                    said.push_str(&self.text(inner, page));
                    said.push(' ');
                }
                _ => said.push_str(&self.own(&kid, page)),
            }
        }
        said.trim().to_string()
    }

    fn inline(&mut self, element: &'a Dictionary, page: Option<ObjectId>) -> String {
        let page = own_page(element).or(page);
        let said: String = kids(self.file, element)
            .iter()
            .map(|kid| match kid {
                Kid::Element(inner) if role(inner) == "Figure" => format!("[picture: {}]", inner.get(b"Alt").map(text).unwrap_or_default()),
                Kid::Element(inner) => self.inline(inner, page),
                kid => self.own(kid, page),
            })
            .collect();
        let said = match role(element).as_str() {
            "Link" => format!("[link: {said}]"),
            "Reference" => format!("[reference: {said}]"),
            "Code" => format!("[code: {said}]"),
            "Em" => format!("[stressed: {said}]"),
            "Strong" => format!("[strong: {said}]"),
            "Lbl" => format!("{said} "),
            _ => said,
        };
        match element.get(b"Lang").map(text) {
            Ok(language) => format!("[in {language}: {said}]"),
            Err(_) => said,
        }
    }

    /// A piece of content, or what an annotation adds to it.
    fn own(&self, kid: &Kid<'_>, page: Option<ObjectId>) -> String {
        match kid {
            Kid::Content(number, other) => {
                let page = self.file.page(other.or(page).expect("a page"));
                // A soft hyphen is not heard.
                self.file.pages[page].texts.get(number).expect("content that is there").replace('\u{AD}', "")
            }
            Kid::Annotation(annotation) => self.annotation(annotation),
            Kid::Element(_) => String::new(),
        }
    }

    fn annotation(&self, annotation: &Dictionary) -> String {
        if let Ok(name) = annotation.get(b"TU") {
            let ticked = annotation.get(b"AS").and_then(Object::as_name).is_ok_and(|state| state != b"Off");
            return format!("[box, {}: {}] ", if ticked { "ticked" } else { "not ticked" }, text(name));
        }
        let contents = annotation.get(b"Contents").map(text).unwrap_or_default();
        match annotation.get(b"Dest") {
            Ok(name) => {
                let place = self.file.places.get(name.as_str().expect("a name")).expect("a place that is there");
                format!(" → page {place}, “{contents}”")
            }
            Err(_) => {
                let action = annotation.get(b"A").map(|action| self.file.dict(action)).expect("a link that leads somewhere");
                format!(" → {}, “{contents}”", text(action.get(b"URI").expect("an address")))
            }
        }
    }
}

fn is_inline(role: &str) -> bool {
    matches!(role, "Span" | "Em" | "Strong" | "Code" | "Link" | "Reference" | "Lbl" | "Form")
}

fn rows_of<'a>(file: &'a File, element: &'a Dictionary, rows: &mut Vec<&'a Dictionary>, captions: &mut Vec<&'a Dictionary>) {
    for kid in kids(file, element) {
        let Kid::Element(inner) = kid else { continue };
        match role(inner).as_str() {
            "TR" => rows.push(inner),
            "Caption" => captions.push(inner),
            _ => rows_of(file, inner, rows, captions),
        }
    }
}

fn cells<'a>(file: &'a File, row: &'a Dictionary) -> Vec<&'a Dictionary> {
    kids(file, row).into_iter().filter_map(|kid| if let Kid::Element(cell) = kid { Some(cell) } else { None }).collect()
}

/// The page of the first content in an element.
fn first_page(file: &File, element: &Dictionary, page: Option<ObjectId>) -> Option<ObjectId> {
    let page = own_page(element).or(page);
    kids(file, element).into_iter().find_map(|kid| match kid {
        Kid::Element(inner) => first_page(file, inner, page),
        Kid::Content(_, other) => other.or(page),
        Kid::Annotation(_) => None,
    })
}
