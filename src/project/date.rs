//! The date of a book: the caller's, else the manifest's, else a fixed one. Never the clock's, so that the same sources give
//! the same bytes.

use std::ffi::OsStr;

use crate::diag::{Code, Diagnostic};
use crate::load::is_date;

/// The date of a book that names none: the first one that a ZIP archive can express.
pub(super) const FIXED: &str = crate::resolve::UNDATED;
/// The last second of the year 9999.
const LAST: i64 = 253_402_300_799;

/// A date that somebody names: `--date` before `SOURCE_DATE_EPOCH`.
///
/// # Errors
/// When it is not a date.
pub fn named(date: Option<&str>, epoch: Option<&OsStr>) -> Result<Option<String>, Diagnostic> {
    match (date, epoch) {
        (Some(date), _) if is_date(date) => Ok(Some(date.to_string())),
        (Some(date), _) => Err(Diagnostic::error(Code::Date, format!("`{date}` is not a date")).hint("write it as year-month-day: `--date 2026-11-01`")),
        (None, Some(epoch)) => from_epoch(epoch).map(Some),
        (None, None) => Ok(None),
    }
}

/// The day, in UTC, of a number of seconds since 1970, which is what reproducible-builds.org defines the variable to be.
///
/// # Errors
/// When it is no such number.
fn from_epoch(epoch: &OsStr) -> Result<String, Diagnostic> {
    let text = epoch.to_string_lossy();
    let digits = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<i64>().ok().filter(|seconds| digits && *seconds <= LAST) {
        Some(seconds) => {
            let (year, month, day) = civil(seconds / 86_400);
            Ok(format!("{year:04}-{month:02}-{day:02}"))
        }
        None => Err(Diagnostic::error(Code::Date, format!("SOURCE_DATE_EPOCH is `{text}`, which is not a number of seconds"))
            .hint("it counts seconds since 1970-01-01 in digits; unset it, or name a date with `--date`")),
    }
}

/// Year, month and day of a count of days since 1970-01-01, by Howard Hinnant's `civil_from_days`:
/// years begin in March and are counted in eras of 400.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_days() {
        for (seconds, date) in
            [("0", "1970-01-01"), ("951782399", "2000-02-28"), ("951782400", "2000-02-29"), ("1793491200", "2026-11-01"), ("253402300799", "9999-12-31")]
        {
            assert_eq!(from_epoch(OsStr::new(seconds)).as_deref(), Ok(date));
        }
        for bad in ["", "-1", "+5", "1e9", "12 ", "253402300800", "99999999999999999999", "now"] {
            assert!(from_epoch(OsStr::new(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_nearest_source_wins() {
        let epoch = Some(OsStr::new("0"));
        assert_eq!(named(Some("2026-11-01"), epoch), Ok(Some("2026-11-01".to_string())));
        assert_eq!(named(None, epoch), Ok(Some("1970-01-01".to_string())));
        assert!(named(Some("today"), None).is_err());
    }
}
