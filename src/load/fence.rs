//! Blocks of code, followed line by line.

/// Follows blocks of code through a text, line by line: whether one is open, and with which mark and how many of it.
#[derive(Debug, Default)]
pub(crate) struct Fence(Option<(char, usize)>);

impl Fence {
    /// Goes on by a line. Gives the info string of a block that it opens.
    pub(crate) fn line<'l>(&mut self, line: &'l str) -> Option<&'l str> {
        let bare = line.trim_start_matches([' ', '>', '\t']).trim_end();
        let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = bare.trim_start_matches(mark);
        let (count, info) = (bare.len() - info.len(), info.trim());
        match self.0 {
            Some((opened, least)) if opened == mark && count >= least && info.is_empty() => self.0 = None,
            None if count >= 3 => {
                self.0 = Some((mark, count));
                return Some(info);
            }
            _ => {}
        }
        None
    }

    /// Whether the lines so far end within a block.
    pub(crate) fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Whether a line ends the block that is open.
    pub(crate) fn is_ended_by(&self, line: &str) -> bool {
        let mut after = Fence(self.0);
        after.line(line);
        self.is_open() && !after.is_open()
    }
}
