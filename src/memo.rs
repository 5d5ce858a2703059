//! The memo: what was made before, by a digest of what it was made from.
//!
//! A step that costs something asks the memo first. Its key is the digest of *one* type that holds all that the step may read
//! ([`Key::of`]), so that nothing can be read and forgotten in the key. What takes the most room is not known beforehand, so the
//! limit is one of bytes and not of pieces: when it is passed, what was used longest ago goes first. An evicted piece lives on
//! with whoever holds it, and is made again when it is asked for.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use foldhash::quality::FixedState;

/// Digest of what something is made from: 128 bits, so that no two inputs that anybody will ever have get the same one by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u128);

impl Key {
    /// The digest of an input. Good within one process; it must never reach a file.
    pub fn of(input: &(impl Hash + ?Sized)) -> Key {
        let mut both = Both([1, 2].map(|seed| FixedState::with_seed(seed).build_hasher()));
        input.hash(&mut both);
        let [one, other] = both.0.map(|hasher| u128::from(hasher.finish()));
        Key(one << 64 | other)
    }
}

impl From<Key> for u128 {
    fn from(key: Key) -> u128 {
        key.0
    }
}

/// Two hashers of 64 bits that are told the same.
struct Both<H>([H; 2]);

impl<H: Hasher> Hasher for Both<H> {
    fn write(&mut self, bytes: &[u8]) {
        self.0.iter_mut().for_each(|hasher| hasher.write(bytes));
    }

    fn finish(&self) -> u64 {
        self.0.iter().fold(0, |sum, hasher| sum ^ hasher.finish())
    }
}

/// What a memo can keep.
pub trait Remembered: Any + Send + Sync {
    /// Bytes that it takes, roughly: without what it shares with others for good, such as fonts.
    fn weight(&self) -> usize;
}

/// What was made before. Shared by all threads.
#[derive(Debug)]
pub struct Memo {
    limit: usize,
    table: Mutex<Table>,
}

#[derive(Default, Debug)]
struct Table {
    entries: HashMap<(TypeId, Key), Entry>,
    /// Keys by the time of their last use: the first one goes first.
    order: BTreeMap<u64, (TypeId, Key)>,
    clock: u64,
    /// When the last rounds began, the newest last.
    rounds: VecDeque<u64>,
    weight: usize,
    made: HashMap<TypeId, usize>,
}

#[derive(Debug)]
struct Entry {
    value: Arc<dyn Any + Send + Sync>,
    weight: usize,
    used: u64,
}

impl Memo {
    /// An empty one that keeps up to `limit` bytes.
    pub fn new(limit: usize) -> Memo {
        Memo { limit, table: Mutex::default() }
    }

    /// What was made from this input, made now if it was not before.
    ///
    /// It is not made under a lock, and nobody waits: of two who make the same at once, the first to be ready is kept. So it may be
    /// asked for on the threads of a pool, where a thread that waits could be the one that is waited for.
    pub fn get_or_make<T: Remembered>(&self, key: Key, make: impl FnOnce() -> T) -> Arc<T> {
        let Ok(made) = self.get_or_try::<T, std::convert::Infallible>(key, || Ok(make()));
        made
    }

    /// The same for what can fail.
    ///
    /// # Errors
    /// Those of `make`; they are not remembered.
    pub fn get_or_try<T: Remembered, E>(&self, key: Key, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        if let Some(known) = self.table().take(key) {
            return Ok(known);
        }
        let made = Arc::new(make()?);
        let mut table = self.table();
        *table.made.entry(TypeId::of::<T>()).or_default() += 1;
        if let Some(known) = table.take(key) {
            return Ok(known);
        }
        table.put(key, made.clone(), made.weight());
        table.evict(self.limit);
        Ok(made)
    }

    /// What was made from this input; who asks for it while it is being made waits. Not for the threads of a pool that `make` needs.
    pub fn once<T: Remembered>(&self, key: Key, make: impl FnOnce() -> T) -> Arc<T> {
        let cell = self.get_or_make(key, Cell::<T>::default);
        let made = cell.0.get_or_init(|| {
            let made = Arc::new(make());
            *self.table().made.entry(TypeId::of::<T>()).or_default() += 1;
            made
        });
        let made = made.clone();
        let mut table = self.table();
        table.weigh::<Cell<T>>(key);
        table.evict(self.limit);
        made
    }

    /// Forgets what [`Memo::once`] made from this input.
    pub fn forget<T: Remembered>(&self, key: Key) {
        self.table().remove((TypeId::of::<Cell<T>>(), key));
    }

    /// How many pieces of a kind were made so far, those that were evicted among them.
    pub fn made<T: Remembered>(&self) -> usize {
        self.table().made.get(&TypeId::of::<T>()).copied().unwrap_or_default()
    }

    /// All pieces of a kind that are there.
    pub fn all_once<T: Remembered>(&self) -> Vec<Arc<T>> {
        let table = self.table();
        let cells = table.order.values().filter_map(|key| table.entries.get(key)?.value.clone().downcast::<Cell<T>>().ok());
        cells.filter_map(|cell| cell.0.get().cloned()).collect()
    }

    /// A round ends: what was not used in it and in the rounds before it, `keep` in all, is forgotten. For whoever makes the same thing
    /// again and again, a little changed each time, so that what it takes does not grow up to the limit.
    pub fn end_round(&self, keep: usize) {
        let mut table = self.table();
        let now = table.clock;
        table.rounds.push_back(now);
        if table.rounds.len() <= keep {
            return;
        }
        let Some(begin) = table.rounds.pop_front() else { return };
        while let Some((_, key)) = table.order.first_key_value().filter(|(used, _)| **used <= begin) {
            let key = *key;
            table.remove(key);
        }
    }

    /// Bytes that it may hold.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Bytes that it holds, as far as its pieces know.
    pub fn weight(&self) -> usize {
        self.table().weight
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// A known piece, which is thereby the one that was used last.
    fn take<T: Remembered>(&mut self, key: Key) -> Option<Arc<T>> {
        let key = (TypeId::of::<T>(), key);
        self.clock += 1;
        let entry = self.entries.get_mut(&key)?;
        self.order.remove(&entry.used);
        entry.used = self.clock;
        self.order.insert(self.clock, key);
        entry.value.clone().downcast().ok()
    }

    fn put<T: Remembered>(&mut self, key: Key, value: Arc<T>, weight: usize) {
        let key = (TypeId::of::<T>(), key);
        self.clock += 1;
        self.order.insert(self.clock, key);
        self.weight += weight;
        self.entries.insert(key, Entry { value, weight, used: self.clock });
    }

    /// Weighs a piece again that has grown.
    fn weigh<T: Remembered>(&mut self, key: Key) {
        let Some(entry) = self.entries.get_mut(&(TypeId::of::<T>(), key)) else { return };
        let weight = entry.value.downcast_ref::<T>().map_or(0, Remembered::weight);
        self.weight = self.weight - entry.weight + weight;
        entry.weight = weight;
    }

    fn remove(&mut self, key: (TypeId, Key)) {
        if let Some(entry) = self.entries.remove(&key) {
            self.order.remove(&entry.used);
            self.weight -= entry.weight;
        }
    }

    /// Lets go of what was used longest ago until the limit holds. What was used last stays, however large it is.
    fn evict(&mut self, limit: usize) {
        while self.weight > limit && self.entries.len() > 1 {
            let Some((_, key)) = self.order.pop_first() else { return };
            self.remove(key);
        }
    }
}

/// A piece that is there or being made.
struct Cell<T>(OnceLock<Arc<T>>);

impl<T> Default for Cell<T> {
    fn default() -> Cell<T> {
        Cell(OnceLock::new())
    }
}

impl<T: Remembered> Remembered for Cell<T> {
    fn weight(&self) -> usize {
        self.0.get().map_or(0, |value| value.weight())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Piece(usize);

    impl Remembered for Piece {
        fn weight(&self) -> usize {
            self.0
        }
    }

    #[test]
    fn what_was_made_is_not_made_again() {
        let memo = Memo::new(100);
        for _ in 0..3 {
            assert_eq!(*memo.get_or_make(Key::of("a"), || Piece(10)), Piece(10));
            assert_eq!(*memo.once(Key::of("a"), || Piece(20)), Piece(20));
        }
        assert_eq!((memo.made::<Piece>(), memo.weight()), (2, 30));
        assert_eq!(memo.all_once::<Piece>(), [Arc::new(Piece(20))]);
    }

    #[test]
    fn what_was_used_longest_ago_goes_first_and_the_last_stays() {
        let memo = Memo::new(100);
        let make = |name: &str, weight| memo.get_or_make(Key::of(name), || Piece(weight));
        make("a", 40);
        make("b", 40);
        make("a", 0);
        make("c", 40);
        assert_eq!(memo.weight(), 80);
        assert_eq!(*make("a", 1), Piece(40));
        assert_eq!(*make("b", 1), Piece(1), "`b` had gone");
        make("large", 1000);
        assert_eq!(memo.weight(), 1000);
    }

    #[test]
    fn failures_are_not_remembered() {
        let memo = Memo::new(100);
        assert_eq!(memo.get_or_try::<Piece, _>(Key::of("a"), || Err("no")), Err("no"));
        assert_eq!(memo.get_or_try::<Piece, &str>(Key::of("a"), || Ok(Piece(1))), Ok(Arc::new(Piece(1))));
    }
}
