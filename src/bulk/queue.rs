//! The order in which copies are made: those that share a plate one after the other, plates side by side.
//!
//! A press keeps few plates. Readers come in any order, and without this a run over more shapes than it keeps would make
//! plates all the time. Nor should a thread wait for a plate that another makes: while one does, the others make copies of
//! plates that are there. Lines of the manifest still stand in the roster's order.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::check::Job;

/// Plates that are made side by side at most. One plate keeps all threads of its pool busy, so that more at a time are no quicker; a few
/// bridge the moments in which one has little to share out. It trades memory, a book for each, for that.
const MOST_AT_ONCE: usize = 4;

/// Jobs that wait for a thread.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    /// How many groups are open at a time.
    most_open: usize,
}

#[derive(Debug, Default)]
struct State {
    /// In the order in which they were met.
    groups: Vec<Group>,
    /// Nothing will be added.
    closed: bool,
}

/// Jobs that share a plate.
#[derive(Debug)]
struct Group {
    shape: u128,
    jobs: VecDeque<(u64, Job)>,
    /// Jobs that are being done.
    at_work: usize,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nobody has met the plate.
    New,
    /// The first copy is being made: whoever took another job would wait for its plate.
    Begun,
    /// The plate is there, or was not needed so far.
    Open,
}

/// A job that a thread has taken.
#[derive(Debug)]
pub(super) struct Task {
    /// Its number in the roster's order.
    pub number: u64,
    /// The job.
    pub job: Job,
    /// Which jobs share its plate.
    pub shape: u128,
}

impl Queue {
    /// An empty queue for so many threads.
    pub fn new(threads: usize) -> Queue {
        // One group more than there are threads to make plates: its copies are there to be made meanwhile.
        let most_open = if threads <= 1 { 1 } else { threads.min(MOST_AT_ONCE) + 1 };
        Queue { state: Mutex::default(), changed: Condvar::new(), most_open }
    }

    /// Adds a job.
    pub fn add(&self, number: u64, job: Job, shape: u128) {
        let mut state = self.state();
        match state.groups.iter_mut().find(|group| group.shape == shape) {
            Some(group) => group.jobs.push_back((number, job)),
            None => state.groups.push(Group { shape, jobs: VecDeque::from([(number, job)]), at_work: 0, phase: Phase::New }),
        }
        drop(state);
        self.changed.notify_one();
    }

    /// Nothing more will be added; what is there will be done.
    pub fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    /// Nobody gets another job.
    pub fn stop(&self) {
        *self.state() = State { groups: Vec::new(), closed: true };
        self.changed.notify_all();
    }

    /// The job that is best done now; waits for it if need be. Nothing when all have been taken.
    pub fn take(&self) -> Option<Task> {
        let mut state = self.state();
        loop {
            if let Some(task) = state.take(self.most_open) {
                return Some(task);
            }
            if state.closed && state.groups.iter().all(|group| group.jobs.is_empty()) {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The plate of this shape is there.
    pub fn open(&self, shape: u128) {
        if let Some(group) = self.state().groups.iter_mut().find(|group| group.shape == shape) {
            group.phase = Phase::Open;
        }
        self.changed.notify_all();
    }

    /// A job of this shape is done.
    pub fn done(&self, shape: u128) {
        let mut state = self.state();
        if let Some(at) = state.groups.iter().position(|group| group.shape == shape) {
            let Some(group) = state.groups.get_mut(at) else { return };
            group.at_work = group.at_work.saturating_sub(1);
            group.phase = Phase::Open;
            if group.at_work == 0 && group.jobs.is_empty() {
                state.groups.remove(at);
            }
        }
        drop(state);
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self, most_open: usize) -> Option<Task> {
        let is_open = |group: &&Group| group.phase == Phase::Begun || (group.phase == Phase::Open && !group.jobs.is_empty());
        let room = self.groups.iter().filter(is_open).count() < most_open;
        let next = |(_, group): &(usize, &mut Group)| match group.phase {
            Phase::New => room,
            Phase::Begun => false,
            Phase::Open => !group.jobs.is_empty(),
        };
        // A new plate first, then copies of the plate that the fewest are busy with: these may need a form that is not there yet.
        let order = |(at, group): &(usize, &mut Group)| (group.phase != Phase::New, group.at_work, *at);
        let (_, group) = self.groups.iter_mut().enumerate().filter(next).min_by_key(order)?;
        let (number, job) = group.jobs.pop_front()?;
        group.at_work += 1;
        if group.phase == Phase::New {
            group.phase = Phase::Begun;
        }
        Some(Task { number, job, shape: group.shape })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(names: &str, threads: usize) -> Queue {
        let queue = Queue::new(threads);
        for (number, name) in (0..).zip(names.split(' ')) {
            let job = Job { entry: Default::default(), name: name.to_string(), stage: None, from: None, paths: Vec::new() };
            queue.add(number, job, u128::from(name.as_bytes()[0]));
        }
        queue.close();
        queue
    }

    /// Takes jobs, whose first letters are their shapes, and does them: `+` takes one, a letter does one of its shape.
    fn played(queue: &Queue, script: &str) -> String {
        let play = |step: char| match step {
            '+' => queue.state().take(queue.most_open).map_or("-".to_string(), |task| format!("{}{}", task.job.name, task.number)),
            shape => {
                queue.done(u128::from(shape as u32));
                format!("/{shape}")
            }
        };
        script.chars().map(play).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn one_thread_makes_the_copies_of_one_plate_after_the_other() {
        assert_eq!(played(&queue("a b a c b a", 1), "+a+a+a+b+b+c+"), "a0 /a a2 /a a5 /a b1 /b b4 /b c3 /c -");
    }

    #[test]
    fn nobody_waits_for_a_plate_while_there_are_copies_to_make() {
        // Two begin with two plates; who is done first begins with a third, for more would be too many.
        assert_eq!(played(&queue("a a b b c c d", 2), "++a+b+"), "a0 b2 /a c4 /b a1");
        // While the last plate is made, there are still copies of another.
        assert_eq!(played(&queue("a a b b c c d", 2), "++a+b+a+c+b+"), "a0 b2 /a c4 /b a1 /a d6 /c b3 /b c5");
        // Only when there is nothing else does a thread wait.
        assert_eq!(played(&queue("a a a", 2), "++a++"), "a0 - /a a1 a2");
    }

    #[test]
    fn threads_get_everything_once() {
        let queue = queue("a b c d e f g a b c d e f g a b c a a a b", 8);
        let mut taken: Vec<u64> = std::thread::scope(|scope| {
            let worker = || {
                let mut numbers = Vec::new();
                while let Some(task) = queue.take() {
                    numbers.push(task.number);
                    queue.done(task.shape);
                }
                numbers
            };
            let threads: Vec<_> = (0..3).map(|_| scope.spawn(worker)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
        });
        taken.sort_unstable();
        assert_eq!(taken, (0..21).collect::<Vec<u64>>());
        assert!(queue.state().groups.is_empty());
    }

    #[test]
    fn whoever_waits_is_told_when_the_run_stops() {
        let queue = Queue::new(2);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| queue.take().is_none());
            queue.stop();
            assert!(waiting.join().unwrap_or_default());
        });
    }
}
