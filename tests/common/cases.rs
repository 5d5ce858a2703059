//! Small projects and command lines, each in one text file.

use std::path::Path;

use super::root;

/// A case of the example suite: what is typed and what lies in the folder.
#[derive(Debug, Default)]
pub struct Case {
    /// Arguments after the program's name.
    pub args: Vec<String>,
    /// Value of `SOURCE_DATE_EPOCH`.
    pub epoch: Option<String>,
    /// Files with their bytes, in order.
    pub files: Vec<(String, Vec<u8>)>,
    /// Symbolic links and what they point to.
    pub links: Vec<(String, String)>,
}

/// Reads a case. The first lines are what is typed (`$ build . --stage 9`, with `"…"` for an argument with spaces, in
/// which `\n` is a line end); then come sections:
///
/// - `--- file: NAME` and its text, `--- bytes: NAME` and its text with `\xNN` for bytes,
/// - `--- link: NAME -> TARGET`, `--- epoch: VALUE`, and
/// - `--- with: NAME`, which takes all sections of `tests/broken/with/NAME.txt`; later files replace earlier ones.
pub fn read_case(text: &str) -> Case {
    let mut case = Case::default();
    let mut sections = text.split("\n--- ");
    let typed = sections.next().unwrap_or("").lines().find_map(|line| line.strip_prefix("$ ")).unwrap_or("");
    case.args = words(typed);
    for section in sections {
        let (head, body) = section.split_once('\n').unwrap_or((section, ""));
        let body = if body.is_empty() || body.ends_with('\n') { body.to_string() } else { format!("{body}\n") };
        match head.split_once(": ").unwrap_or((head, "")) {
            ("file", name) => put(&mut case, name, body.into_bytes()),
            ("bytes", name) => put(&mut case, name, bytes(&body)),
            ("link", link) => case.links.extend(link.split_once(" -> ").map(|(name, target)| (name.to_string(), target.to_string()))),
            ("epoch", value) => case.epoch = Some(value.to_string()),
            ("with", name) => {
                let path = root().join("tests/broken/with").join(format!("{name}.txt"));
                let other = read_case(&std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())));
                other.files.into_iter().for_each(|(name, bytes)| put(&mut case, &name, bytes));
            }
            (kind, _) => panic!("a section of the kind `{kind}` is not known"),
        }
    }
    case
}

fn put(case: &mut Case, name: &str, bytes: Vec<u8>) {
    case.files.retain(|(other, _)| other != name);
    case.files.push((name.to_string(), bytes));
}

/// Words as a shell divides them, as far as the cases need it.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words.into_iter().map(|word| word.replace("\\n", "\n")).collect()
}

/// Text with `\xNN` for bytes.
fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x") {
        out.extend(before.as_bytes());
        out.extend(after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()));
        rest = after.get(2..).unwrap_or("");
    }
    out.extend(rest.as_bytes());
    out
}

/// Puts a case's files into a folder.
pub fn lay_out(case: &Case, folder: &Path) {
    for (name, bytes) in &case.files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
        std::fs::write(&path, bytes).expect("a file");
    }
    for (name, target) in &case.links {
        #[cfg(unix)]
        std::os::unix::fs::symlink(target, folder.join(name)).expect("a link");
        #[cfg(not(unix))]
        let _ = (name, target);
    }
}

/// All `.txt` files of a folder, sorted by name: (name without extension, text).
pub fn all(folder: &str) -> Vec<(String, String)> {
    let folder = root().join(folder);
    let mut cases: Vec<(String, String)> = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok()?.strip_suffix(".txt").map(|name| (name.to_string(), entry.path())))
        .map(|(name, path)| (name, std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))))
        .collect();
    cases.sort();
    cases
}
