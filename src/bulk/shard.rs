//! The share of a roster that one machine takes.

use std::fmt;
use std::str::FromStr;

/// Share `index` of `count`, both from 1: every `count`-th row. Which rows these are depends on the roster alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which share, from 1.
    pub index: u64,
    /// Of how many.
    pub count: u64,
}

impl Shard {
    /// The whole roster.
    pub const WHOLE: Shard = Shard { index: 1, count: 1 };

    /// Whether a row, numbered from 1, belongs to it.
    pub fn takes(self, row: u64) -> bool {
        row.checked_sub(self.index).is_some_and(|rest| rest % self.count == 0)
    }

    /// How many of so many rows it takes.
    pub fn share_of(self, rows: u64) -> u64 {
        (rows + self.count).saturating_sub(self.index) / self.count
    }

    /// Whether there are other shares.
    pub fn is_whole(self) -> bool {
        self.count == 1
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let wrong = || format!("`{text}` is not a share: write I/N with I from 1 to N, such as 2/8");
        let (index, count) = text.split_once('/').ok_or_else(wrong)?;
        let shard = Shard { index: index.trim().parse().map_err(|_| wrong())?, count: count.trim().parse().map_err(|_| wrong())? };
        if (1..=shard.count).contains(&shard.index) { Ok(shard) } else { Err(wrong()) }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_one_share() {
        for count in 1..9 {
            let shards: Vec<Shard> = (1..=count).filter_map(|i| format!("{i}/{count}").parse().ok()).collect();
            for row in 1..100 {
                assert_eq!(shards.iter().filter(|s| s.takes(row)).count(), 1);
            }
            for shard in &shards {
                assert_eq!((1..100).filter(|row| shard.takes(*row)).count() as u64, shard.share_of(99));
            }
        }
    }

    #[test]
    fn what_is_no_share() {
        for wrong in ["", "1", "0/3", "4/3", "1/0", "a/b", "-1/2", "1/2/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
