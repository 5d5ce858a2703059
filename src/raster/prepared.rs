//! Pictures made ready for one format, each once for however many books show it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::resolve::PictureFile;

/// What was made of pictures, by the digests of their files. All of it is for the same fonts, which drawings' labels are set in.
#[derive(Debug)]
pub struct Prepared<T>(Mutex<BTreeMap<String, Arc<T>>>);

impl<T> Default for Prepared<T> {
    fn default() -> Prepared<T> {
        Prepared(Mutex::default())
    }
}

impl<T> Prepared<T> {
    /// What is made of a picture, made now if it was not before.
    ///
    /// # Errors
    /// Those of `make`; they are not remembered.
    pub fn get<E>(&self, file: &PictureFile, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&file.digest).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        // Not under the lock: others make other pictures meanwhile. Of two who make the same one the first is kept.
        let made = Arc::new(make()?);
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(file.digest.clone()).or_insert(made).clone())
    }
}
