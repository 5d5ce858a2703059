//! Counts for Prometheus. What is counted is how often and how long, never who: routes have names, and no address stands in them.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the time that a copy took, in milliseconds.
const BOUNDS: [u64; 9] = [5, 10, 25, 50, 100, 250, 500, 1000, 5000];

/// Statuses that are counted by themselves; any other is counted by its hundred.
const STATUSES: [u16; 15] = [200, 206, 304, 308, 400, 401, 404, 405, 410, 413, 416, 421, 422, 429, 503];

/// Counts since the start.
#[derive(Debug, Default)]
pub struct Metrics {
    statuses: [AtomicU64; STATUSES.len()],
    others: AtomicU64,
    copies: [AtomicU64; 2],
    failed: AtomicU64,
    bytes: AtomicU64,
    buckets: [AtomicU64; BOUNDS.len()],
    micros: AtomicU64,
    /// Connections that are open.
    pub connections: AtomicU64,
    /// Rosters that were read anew.
    pub rosters: AtomicU64,
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

impl Metrics {
    /// A request was answered.
    pub fn answered(&self, status: u16) {
        let known = STATUSES.iter().zip(&self.statuses).find(|(known, _)| **known == status);
        add(known.map_or(&self.others, |(_, counter)| counter), 1);
    }

    /// A copy was made, in this format, of so many bytes.
    pub fn made(&self, ending: &str, bytes: u64, took: Duration) {
        if let Some(counter) = self.copies.get(usize::from(ending != "pdf")) {
            add(counter, 1);
        }
        add(&self.bytes, bytes);
        add(&self.micros, took.as_micros() as u64);
        for (bound, counter) in BOUNDS.iter().zip(&self.buckets) {
            if took <= Duration::from_millis(*bound) {
                add(counter, 1);
            }
        }
    }

    /// A copy could not be made.
    pub fn failed(&self) {
        add(&self.failed, 1);
    }

    /// All counts in the text format of Prometheus. `plates` are those that the press has made, `waiting` the copies that are being made
    /// or wait for it.
    pub fn text(&self, plates: usize, waiting: usize) -> String {
        let mut out = String::new();
        let mut say = |line: String| {
            // Writing to a string does not fail.
            let _ = writeln!(out, "{line}");
        };
        say("# HELP handbook_requests_total Requests by status.\n# TYPE handbook_requests_total counter".to_string());
        for (status, counter) in STATUSES.iter().zip(&self.statuses) {
            say(format!("handbook_requests_total{{status=\"{status}\"}} {}", get(counter)));
        }
        say(format!("handbook_requests_total{{status=\"other\"}} {}", get(&self.others)));
        say("# HELP handbook_copies_total Copies made.\n# TYPE handbook_copies_total counter".to_string());
        let made: u64 = self.copies.iter().map(get).sum();
        for (format, counter) in ["pdf", "epub"].iter().zip(&self.copies) {
            say(format!("handbook_copies_total{{format=\"{format}\"}} {}", get(counter)));
        }
        let counters = [
            ("handbook_copies_failed_total", "Copies that could not be made.", get(&self.failed)),
            ("handbook_copy_bytes_total", "Bytes of copies made.", get(&self.bytes)),
            ("handbook_rosters_total", "Rosters read, the first among them.", get(&self.rosters)),
        ];
        for (name, help, count) in counters {
            say(format!("# HELP {name} {help}\n# TYPE {name} counter\n{name} {count}"));
        }
        let gauges = [
            ("handbook_plates", "Plates made since the start: selections that were asked for.", plates as u64),
            ("handbook_copies_waiting", "Copies that are being made or wait to be.", waiting as u64),
            ("handbook_connections", "Connections that are open.", get(&self.connections)),
        ];
        for (name, help, count) in gauges {
            say(format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {count}"));
        }
        say("# HELP handbook_copy_seconds Time that a copy took.\n# TYPE handbook_copy_seconds histogram".to_string());
        for (bound, counter) in BOUNDS.iter().zip(&self.buckets) {
            say(format!("handbook_copy_seconds_bucket{{le=\"{}\"}} {}", *bound as f64 / 1000.0, get(counter)));
        }
        say(format!("handbook_copy_seconds_bucket{{le=\"+Inf\"}} {made}"));
        say(format!("handbook_copy_seconds_sum {:.6}\nhandbook_copy_seconds_count {made}", get(&self.micros) as f64 / 1e6));
        out
    }
}
