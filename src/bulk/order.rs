//! The order in which copies are made: those that share a plate one after the other, as far as the window reaches.
//!
//! A press keeps few plates. Readers come in any order, and without this a run over more shapes than it keeps would make
//! plates all the time. Lines of the manifest still stand in the roster's order.

use std::collections::{HashMap, VecDeque};

use super::check::Job;

/// So many plates are in the making, or in use, side by side at most.
const MOST_AT_ONCE: usize = 4;

/// Jobs, numbered in the roster's order, in the order in which they are best made.
pub(super) struct ByPlate<J, S> {
    jobs: J,
    /// What says which jobs share a plate.
    shape: S,
    /// So many jobs are put in order at a time.
    window: usize,
    /// So many shapes take turns: each is begun by another thread, so that plates are made side by side.
    at_once: usize,
    ready: VecDeque<(u64, Job)>,
    next: u64,
}

impl<J: Iterator<Item = Job>, S: Fn(&Job) -> u128> ByPlate<J, S> {
    /// Of some jobs, for so many threads.
    pub fn new(jobs: J, shape: S, window: usize, threads: usize) -> ByPlate<J, S> {
        ByPlate { jobs, shape, window: window.max(1), at_once: threads.clamp(1, MOST_AT_ONCE), ready: VecDeque::new(), next: 0 }
    }

    fn refill(&mut self) {
        let mut groups: Vec<VecDeque<(u64, Job)>> = Vec::new();
        let mut known: HashMap<u128, usize> = HashMap::new();
        for job in self.jobs.by_ref().take(self.window) {
            let group = *known.entry((self.shape)(&job)).or_insert(groups.len());
            if group == groups.len() {
                groups.push(VecDeque::new());
            }
            groups[group].push_back((self.next, job));
            self.next += 1;
        }
        for turns in groups.chunks_mut(self.at_once) {
            while turns.iter().any(|group| !group.is_empty()) {
                self.ready.extend(turns.iter_mut().filter_map(VecDeque::pop_front));
            }
        }
    }
}

impl<J: Iterator<Item = Job>, S: Fn(&Job) -> u128> Iterator for ByPlate<J, S> {
    type Item = (u64, Job);

    fn next(&mut self) -> Option<(u64, Job)> {
        if self.ready.is_empty() {
            self.refill();
        }
        self.ready.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of jobs, whose first letters are their shapes, in the order in which they are made.
    fn order(names: &str, window: usize, threads: usize) -> String {
        let jobs = names.split(' ').map(|name| Job { entry: Default::default(), name: name.to_string(), stage: None });
        let made = ByPlate::new(jobs, |job: &Job| u128::from(job.name.as_bytes()[0]), window, threads);
        made.map(|(number, job)| format!("{}{number}", job.name)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn copies_of_one_plate_follow_each_other() {
        assert_eq!(order("a b a c b a", 6, 1), "a0 a2 a5 b1 b4 c3");
        assert_eq!(order("a b a c b a", 6, 2), "a0 b1 a2 b4 a5 c3");
        assert_eq!(order("a b a c b a", 3, 1), "a0 a2 b1 c3 b4 a5");
        assert_eq!(order("a", 3, 9), "a0");
    }
}
