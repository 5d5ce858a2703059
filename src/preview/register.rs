//! Numbers for what is served: pictures that the book has read, faces that it is set in. Only what has a number can be asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    by_digest: HashMap<String, usize>,
    files: Vec<(Arc<PictureFile>, Arc<FontBook>)>,
}

impl Register {
    /// The number of a picture, whose labels are set in these fonts.
    pub fn picture(&self, file: &Arc<PictureFile>, fonts: &Arc<FontBook>) -> usize {
        let mut pictures = locked(&self.pictures);
        if let Some(known) = pictures.by_digest.get(&file.digest) {
            return *known;
        }
        let number = pictures.files.len();
        pictures.by_digest.insert(file.digest.clone(), number);
        pictures.files.push((file.clone(), fonts.clone()));
        number
    }

    /// The picture of a number, as a browser can show it.
    pub fn shown(&self, number: usize, memo: &crate::memo::Memo) -> Option<Picture> {
        let (file, fonts) = locked(&self.pictures).files.get(number).cloned()?;
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
