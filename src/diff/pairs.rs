//! Which of the passages that went became which of those that came.

use std::collections::HashMap;

use super::text::{Kind, Passage};

/// Passages are the same one changed if they share so many of their words, in hundredths.
const ALIKE: usize = 40;
/// Rows of passages with more pairs than this are taken as they stand side by side.
const MOST_PAIRS: usize = 40_000;

/// How much of two rows of passages is the same, in hundredths of the longer one.
pub(super) fn share(old: &[Passage], new: &[Passage]) -> usize {
    let mut counts: HashMap<_, usize> = HashMap::new();
    old.iter().for_each(|passage| *counts.entry(passage.key).or_default() += 1);
    let common = new
        .iter()
        .filter(|passage| {
            counts.get_mut(&passage.key).is_some_and(|count| {
                if *count > 0 {
                    *count -= 1;
                    true
                } else {
                    false
                }
            })
        })
        .count();
    common * 100 / old.len().max(new.len()).max(1)
}

/// How many of the words of two passages are the same, in hundredths.
fn alike(old: &Passage, new: &Passage) -> usize {
    if old.kind != new.kind && !(matches!(old.kind, Kind::Heading(_)) && matches!(new.kind, Kind::Heading(_))) {
        return 0;
    }
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut total = 0;
    for word in old.text.split_whitespace() {
        *counts.entry(word).or_default() += 1;
        total += 1;
    }
    let mut common = 0;
    for word in new.text.split_whitespace() {
        total += 1;
        if let Some(count) = counts.get_mut(word)
            && *count > 0
        {
            *count -= 1;
            common += 2;
        }
    }
    common * 100 / total.max(1)
}

/// A passage that went, came, or both.
type Pair<'a> = (Option<&'a Passage>, Option<&'a Passage>);

/// Lays two rows side by side so that as much as possible is alike, in order.
pub(super) fn pairs<'a>(old: &'a [Passage], new: &'a [Passage]) -> Vec<Pair<'a>> {
    if old.len() * new.len() > MOST_PAIRS {
        let both = old
            .iter()
            .zip(new)
            .flat_map(|(old, new)| if alike(old, new) >= ALIKE { vec![(Some(old), Some(new))] } else { vec![(Some(old), None), (None, Some(new))] });
        let common = old.len().min(new.len());
        return both.chain(old[common..].iter().map(|old| (Some(old), None))).chain(new[common..].iter().map(|new| (None, Some(new)))).collect();
    }
    // best[i][j]: how alike the rows from i and j on can be.
    let width = new.len() + 1;
    let scores: Vec<usize> = old.iter().flat_map(|old| new.iter().map(|new| Some(alike(old, new)).filter(|found| *found >= ALIKE).unwrap_or(0))).collect();
    let mut best = vec![0; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let score = scores[i * new.len() + j];
            let both = if score > 0 { best[(i + 1) * width + j + 1] + score } else { 0 };
            best[i * width + j] = both.max(best[(i + 1) * width + j]).max(best[i * width + j + 1]);
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        let here = best[i * width + j];
        if i < old.len() && j < new.len() && scores[i * new.len() + j] > 0 && here == best[(i + 1) * width + j + 1] + scores[i * new.len() + j] {
            out.push((old.get(i), new.get(j)));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && here == best[(i + 1) * width + j] {
            out.push((old.get(i), None));
            i += 1;
        } else {
            out.push((None, new.get(j)));
            j += 1;
        }
    }
    out
}
