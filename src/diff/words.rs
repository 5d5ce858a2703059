//! The words of a changed passage.

use similar::{Algorithm, ChangeTag, TextDiff};

/// Some words of a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// They stayed.
    Same(String),
    /// They came.
    Added(String),
    /// They went.
    Removed(String),
}

impl Piece {
    /// The words, whatever became of them.
    pub(super) fn text(&self) -> &str {
        let (Piece::Same(text) | Piece::Added(text) | Piece::Removed(text)) = self;
        text
    }
}

/// The pieces of a text that became another, word by word. Of words that changed side by side the old ones stand together, and after them
/// the new ones: a blank between them that stayed is nothing to read.
pub(super) fn pieces(old: &str, new: &str) -> Vec<Piece> {
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_words(old, new);
    let mut pieces = Pieces::default();
    for change in diff.iter_all_changes() {
        pieces.take(change.tag(), change.value());
    }
    pieces.end()
}

#[derive(Default)]
struct Pieces {
    out: Vec<Piece>,
    removed: String,
    added: String,
    /// Blanks that stayed, behind words that did not.
    blanks: String,
}

impl Pieces {
    fn take(&mut self, tag: ChangeTag, text: &str) {
        let changing = !self.removed.is_empty() || !self.added.is_empty();
        match tag {
            ChangeTag::Equal if changing && text.trim().is_empty() => self.blanks.push_str(text),
            ChangeTag::Equal => {
                self.close();
                self.same(text);
            }
            ChangeTag::Delete | ChangeTag::Insert => {
                let blanks = std::mem::take(&mut self.blanks);
                for (side, own) in [(&mut self.removed, tag == ChangeTag::Delete), (&mut self.added, tag == ChangeTag::Insert)] {
                    side.push_str(&blanks);
                    side.push_str(if own { text } else { "" });
                }
            }
        }
    }

    fn same(&mut self, text: &str) {
        match self.out.last_mut() {
            Some(Piece::Same(last)) => last.push_str(text),
            _ => self.out.push(Piece::Same(text.to_string())),
        }
    }

    fn close(&mut self) {
        let (removed, added, blanks) = (std::mem::take(&mut self.removed), std::mem::take(&mut self.added), std::mem::take(&mut self.blanks));
        self.out.extend((!removed.is_empty()).then_some(Piece::Removed(removed)));
        self.out.extend((!added.is_empty()).then_some(Piece::Added(added)));
        if !blanks.is_empty() {
            self.same(&blanks);
        }
    }

    fn end(mut self) -> Vec<Piece> {
        self.close();
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_changed_side_by_side_stand_together() {
        let same = |text: &str| Piece::Same(text.to_string());
        let (removed, added) = (Piece::Removed("quick brown".to_string()), Piece::Added("slow red".to_string()));
        assert_eq!(pieces("the quick brown fox", "the slow red fox"), [same("the "), removed, added, same(" fox")]);
        assert_eq!(pieces("a b", "a b"), [same("a b")]);
    }

    #[test]
    fn whatever_changed_both_texts_can_be_read_off() {
        let (old, new) = ("one two  three four five", "two three and five  six");
        let read = |of: fn(&Piece) -> Option<&String>| pieces(old, new).iter().filter_map(of).cloned().collect::<String>();
        let blanks = |text: String| text.split_whitespace().map(str::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(blanks(read(|piece| if let Piece::Same(text) | Piece::Removed(text) = piece { Some(text) } else { None })), blanks(old.into()));
        assert_eq!(blanks(read(|piece| if let Piece::Same(text) | Piece::Added(text) = piece { Some(text) } else { None })), blanks(new.into()));
    }
}
