//! What messages are worded with: names as a person lists them, the name that was meant, the system's reasons.

use std::path::Path;
use std::{fs, io};

/// The candidate nearest to what was written, if one is near enough to be meant.
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = written.to_lowercase();
    let length = lower.chars().count();
    // A letter in a short word, two in a longer one: `body` is not `code`.
    let near = |distance: usize, length: usize| distance <= length / 3 + usize::from(length != 4) && distance < length.max(2);
    candidates
        .into_iter()
        .filter_map(|c| {
            let small = c.to_lowercase();
            let own = small.chars().count();
            // No fewer letters are between them than one is longer than the other.
            let distance = near(length.abs_diff(own), own).then(|| strsim::damerau_levenshtein(&lower, &small))?;
            near(distance, own).then_some((distance, c))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}

/// Names as a person lists them: `a`, `b` and `c`.
pub(crate) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{}`", n.as_ref())).collect();
    match quoted.split_last() {
        None => "nothing".to_string(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The same of no more than `most` of them; of the others their number.
#[cfg(feature = "web")]
pub(crate) fn listed_in_part<T: AsRef<str>>(names: &[T], most: usize) -> String {
    match names.get(..most) {
        Some(first) if first.len() < names.len() => {
            let quoted: Vec<String> = first.iter().map(|name| format!("`{}`", name.as_ref())).collect();
            format!("{} and {} more", quoted.join(", "), names.len() - most)
        }
        _ => listed(names),
    }
}

/// Why there is no folder at a path that is to have one, in a person's words.
pub(crate) fn no_folder(path: &Path, error: &io::Error) -> String {
    // The nearest thing that is there.
    let there = path.ancestors().find_map(|above| Some((above, fs::symlink_metadata(above).ok()?)));
    match there {
        Some((at, about)) if at == path && about.is_symlink() && fs::metadata(path).is_err() => "it is a link that leads nowhere".to_string(),
        Some((at, _)) if at == path && !at.is_dir() => "there is a file of that name".to_string(),
        Some((at, _)) if !at.is_dir() => format!("`{}` is not a folder", at.display()),
        Some((at, _)) if error.kind() == io::ErrorKind::NotFound => format!("`{}` takes no new folders", at.display()),
        _ => reason(error),
    }
}

/// A system's reason in a person's words, the same on every platform where there is a common one.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_string(),
        io::ErrorKind::PermissionDenied => "permission denied".to_string(),
        io::ErrorKind::AlreadyExists => "there is a file of that name already".to_string(),
        io::ErrorKind::IsADirectory => "a folder of that name is in the way".to_string(),
        io::ErrorKind::NotADirectory => "a part of its path is no folder".to_string(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}
