//! Numbers for what is served: pictures that the book has read, faces that it is set in. Only what has a number can be asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::fonts::FontBook;
use crate::memo::Key;
use crate::resolve::PictureFile;

/// What was numbered so far. A number is never given twice.
#[derive(Debug, Default)]
pub(super) struct Register {
    pictures: Mutex<Pictures>,
    faces: Mutex<HashMap<Key, u32>>,
}

/// A picture as it is served.
pub(super) type Picture = (&'static str, Vec<u8>);

#[derive(Debug, Default)]
struct Pictures {
    numbers: HashMap<(String, Key), usize>,
    /// They are kept by the proof that shows them; a picture of none is asked for by nobody.
    files: Vec<(Weak<PictureFile>, Weak<FontBook>)>,
}

impl Register {
    /// The number of a picture, whose labels are set in these fonts.
    pub fn picture(&self, file: &Arc<PictureFile>, fonts: &Arc<FontBook>) -> usize {
        let mut pictures = locked(&self.pictures);
        let next = pictures.files.len();
        let number = *pictures.numbers.entry((file.digest.clone(), fonts.key())).or_insert(next);
        let entry = (Arc::downgrade(file), Arc::downgrade(fonts));
        match pictures.files.get_mut(number) {
            Some(known) => *known = entry,
            None => pictures.files.push(entry),
        }
        number
    }

    /// The picture of a number, as a browser can show it.
    pub fn shown(&self, number: usize, memo: &crate::memo::Memo) -> Option<Picture> {
        let (file, fonts) = locked(&self.pictures).files.get(number).cloned()?;
        let (file, fonts) = (file.upgrade()?, fonts.upgrade()?);
        let asset = crate::epub::picture(&file, &fonts, memo)?;
        let (media, bytes) = asset.content();
        Some((media, bytes.to_vec()))
    }

    /// The numbers of a book's faces, by their place in it: a face has the same one in every book.
    pub fn faces(&self, fonts: &FontBook) -> Vec<u32> {
        let mut known = locked(&self.faces);
        let mut numbers = Vec::new();
        for face in fonts.face_keys() {
            let next = known.len() as u32;
            numbers.push(*known.entry(face).or_insert(next));
        }
        numbers
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
