//! A bucket of copies, on anything that speaks S3, or at Google or Azure. Where and by whose leave is told by the usual
//! variables of the environment: `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID` …, `GOOGLE_…`, `AZURE_…`.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::{Arc, Once};
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path as Key;
use object_store::{Attribute, Attributes, BackoffConfig, GetOptions, ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, RetryConfig};
use sha2::{Digest as _, Sha256};
use tokio::runtime::{Builder, Runtime};

use crate::diag::{Code, Diagnostic, reason};
use crate::files::too_large;
use crate::provenance::digest::hex;

use super::manifest::{FileRecord, digest_of};
use super::media::media_type;
use super::shard::Shard;
use super::source::CopySource;
use super::store::{Finished, OutputStore};
use super::work::log_name;

/// Copies that may wait for the network for each that is being made. Sending takes longer than making, so threads that only sent would be
/// idle; each that waits keeps a finished copy in memory. It trades that memory for a line that is never empty.
const WAITING: usize = 4;

/// How long a bucket that does not answer is asked again: before the first copy, and in the middle of a run.
const SHORT: Duration = Duration::from_secs(5);
const LONG: Duration = Duration::from_secs(120);

/// Larger files are sent in parts of so many bytes.
const PART: u64 = 32 << 20;

/// Metadata of an object: SHA-256 of its bytes, and the digest of what it was made from. Azure takes letters only.
const SHA256: &str = "sha256";
const INPUT: &str = "handbookinput";

/// A bucket, and what all names in it begin with.
#[derive(Debug)]
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    prefix: String,
    resume: bool,
    runtime: Runtime,
}

impl Bucket {
    /// Opens a bucket and writes something there, so that a mistake shows before the first book is made.
    ///
    /// # Errors
    /// What is wrong with the address, the network, or the leave to use it.
    pub fn open(address: &str, shard: Shard, resume: bool) -> Result<Bucket, Diagnostic> {
        let trouble = |error: &object_store::Error| unwritable(address, &plain(error));
        let bucket = Bucket::reach(address, resume).map_err(|why| unwritable(address, &why))?;
        // The log, still empty: whoever may write it may write the copies too.
        bucket.send(&log_name(shard), Vec::new(), &[]).map_err(|e| trouble(&e))?;
        Ok(Bucket { store: store(address, LONG).map_err(|e| trouble(&e))?, ..bucket })
    }

    /// A bucket that nothing was asked of yet, and that is not asked for long.
    fn reach(address: &str, resume: bool) -> Result<Bucket, String> {
        provider();
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|e| e.to_string())?;
        let (bucket, prefix) = address.split_once("://").map(|(_, rest)| rest.split_once('/').unwrap_or((rest, ""))).unwrap_or_default();
        if bucket.is_empty() {
            return Err("it names no bucket".to_string());
        }
        let store = store(address, SHORT).map_err(|e| plain(&e))?;
        Ok(Bucket { store, prefix: prefix.to_string(), resume, runtime })
    }

    /// Opens a bucket in which nothing is written that nobody asks for: to read copies from, or to put pages in. Whoever may not look at
    /// what is there finds that out at once.
    ///
    /// # Errors
    /// What is wrong with the address, the network, or the leave to look.
    pub(crate) fn look(address: &str) -> Result<Bucket, String> {
        let bucket = Bucket::reach(address, false)?;
        bucket.names_in("").map_err(|error| error.to_string())?;
        Ok(Bucket { store: store(address, LONG).map_err(|e| plain(&e))?, ..bucket })
    }

    /// Puts a page there, unless it is there already as it should be.
    pub(crate) fn put_page(&self, name: &str, bytes: Vec<u8>, media: &'static str, cache: &'static str) -> io::Result<()> {
        let sha256 = hex(&Sha256::digest(&bytes));
        let mut wanted = attributes(name, &[(SHA256, &sha256)]);
        wanted.insert(Attribute::ContentType, media.into());
        wanted.insert(Attribute::CacheControl, cache.into());
        if let Ok(Some((size, there))) = self.head(name)
            && size == bytes.len() as u64
            && wanted.iter().all(|(attribute, value)| there.get(attribute) == Some(value))
        {
            return Ok(());
        }
        let key = self.key(name).map_err(failed)?;
        let options = PutOptions { attributes: wanted, ..PutOptions::default() };
        self.runtime.block_on(self.store.put_opts(&key, PutPayload::from(bytes), options)).map(|_| ()).map_err(failed)
    }

    /// The names of the folders in a folder, and of the objects in it.
    pub(crate) fn names_in(&self, folder: &str) -> io::Result<(Vec<String>, Vec<String>)> {
        let key = if folder.is_empty() && self.prefix.is_empty() { None } else { Some(self.key(folder).map_err(failed)?) };
        let found = self.runtime.block_on(self.store.list_with_delimiter(key.as_ref())).map_err(failed)?;
        let last = |key: &Key| key.filename().map(str::to_string);
        Ok((found.common_prefixes.iter().filter_map(last).collect(), found.objects.iter().filter_map(|object| last(&object.location)).collect()))
    }

    /// Removes a page.
    pub(crate) fn remove_page(&self, name: &str) -> io::Result<()> {
        let key = self.key(name).map_err(failed)?;
        self.runtime.block_on(self.store.delete(&key)).map_err(failed)
    }

    fn key(&self, name: &str) -> Result<Key, object_store::Error> {
        let path = if self.prefix.is_empty() { name.to_string() } else { format!("{}/{name}", self.prefix) };
        Ok(Key::parse(path)?)
    }

    /// Size and metadata of an object, if there is one.
    fn head(&self, name: &str) -> Result<Option<(u64, Attributes)>, object_store::Error> {
        let options = GetOptions { head: true, ..GetOptions::default() };
        let key = self.key(name)?;
        match self.runtime.block_on(self.store.get_opts(&key, options)) {
            Ok(found) => Ok(Some((found.meta.size, found.attributes))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn send(&self, name: &str, bytes: Vec<u8>, about: &[(&'static str, &str)]) -> Result<(), object_store::Error> {
        let options = PutOptions { attributes: attributes(name, about), ..PutOptions::default() };
        let key = self.key(name)?;
        self.runtime.block_on(self.store.put_opts(&key, PutPayload::from(bytes), options)).map(|_| ())
    }

    /// Sends a file, a large one in parts.
    fn send_file(&self, name: &str, from: &Path, about: &[(&'static str, &str)]) -> io::Result<()> {
        let mut file = File::open(from)?;
        if file.metadata()?.len() <= PART {
            return self.send(name, fs::read(from)?, about).map_err(failed);
        }
        let key = self.key(name).map_err(failed)?;
        self.runtime.block_on(async {
            let options = PutMultipartOptions { attributes: attributes(name, about), ..PutMultipartOptions::default() };
            let mut upload = self.store.put_multipart_opts(&key, options).await.map_err(failed)?;
            loop {
                let mut part = Vec::new();
                if (&mut file).take(PART).read_to_end(&mut part)? == 0 {
                    return upload.complete().await.map(|_| ()).map_err(failed);
                }
                if let Err(error) = upload.put_part(part.into()).await {
                    // What was sent is of no use; if it cannot be taken back the bucket's own rules clear it away.
                    let _ = upload.abort().await;
                    return Err(failed(error));
                }
            }
        })
    }
}

/// What to say of a bucket that cannot be written to.
pub(crate) fn unwritable(address: &str, what: &str) -> Diagnostic {
    Diagnostic::error(Code::OutputUnwritable, format!("`{address}` cannot be written to: {what}")).hint(HINT)
}

/// What to do about a bucket that cannot be used.
pub(crate) const HINT: &str = "the variables AWS_… (or GOOGLE_…, AZURE_…) say where the bucket is and who may use it; see docs/bulk.md";

/// Chooses who does the cryptography of connections, once.
fn provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // If somebody has chosen already, that is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

fn store(address: &str, patience: Duration) -> Result<Arc<dyn ObjectStore>, object_store::Error> {
    let backoff = BackoffConfig { init_backoff: Duration::from_millis(200), max_backoff: Duration::from_secs(15), base: 2.0 };
    let retry = RetryConfig { backoff, max_retries: 10, retry_timeout: patience };
    Ok(match address.split("://").next().unwrap_or_default() {
        "gs" => Arc::new(GoogleCloudStorageBuilder::from_env().with_url(address).with_retry(retry).build()?),
        "az" | "azure" | "abfs" | "abfss" => Arc::new(MicrosoftAzureBuilder::from_env().with_url(address).with_retry(retry).build()?),
        _ => Arc::new(AmazonS3Builder::from_env().with_url(address).with_retry(retry).build()?),
    })
}

/// What went wrong, without the layers around it: what the server says, if it says it in XML as they do.
fn plain(error: &object_store::Error) -> String {
    let whole = error.to_string();
    let between = |tag: &str| Some(whole.split_once(&format!("<{tag}>"))?.1.split_once("</")?.0);
    if let (Some(code), Some(message)) = (between("Code"), between("Message")) {
        return format!("{} ({code})", message.trim_end_matches('.'));
    }
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let inner = inner.to_string();
    let text = if whole.contains(&inner) { whole } else { format!("{whole}: {inner}") };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn failed(error: object_store::Error) -> io::Error {
    io::Error::other(plain(&error))
}

/// What an object says of itself.
fn attributes(name: &str, about: &[(&'static str, &str)]) -> Attributes {
    let mut attributes = Attributes::new();
    attributes.insert(Attribute::ContentType, media_type(name).into());
    for (key, value) in about {
        attributes.insert(Attribute::Metadata((*key).into()), value.to_string().into());
    }
    attributes
}

fn value<'a>(attributes: &'a Attributes, name: &'static str) -> Option<&'a str> {
    attributes.get(&Attribute::Metadata(name.into())).map(|value| value.as_ref())
}

impl OutputStore for Bucket {
    fn put(&self, file: &Finished<'_>) -> io::Result<()> {
        let about = [(SHA256, file.sha256), (INPUT, file.input)];
        if let Ok(Some((size, attributes))) = self.head(file.name)
            && size == file.file.size()
            && about.iter().all(|(key, wanted)| value(&attributes, key) == Some(*wanted))
        {
            // Right already: neither sent nor made a new version of.
            return Ok(());
        }
        self.send(file.name, file.file.bytes(), &about).map_err(failed)
    }

    fn put_file(&self, name: &str, from: &Path) -> io::Result<()> {
        self.send_file(name, from, &[])
    }

    fn put_archive(&self, name: &str, from: &Path, contents: &str) -> io::Result<()> {
        self.send_file(name, from, &[(INPUT, contents)])
    }

    fn has_archive(&self, name: &str, contents: &str, _: &mut dyn Iterator<Item = io::Result<FileRecord>>) -> bool {
        // The object is there as a whole, and its metadata came with it.
        matches!(self.head(name), Ok(Some((_, attributes))) if value(&attributes, INPUT) == Some(contents))
    }

    fn known(&self, name: &str, endings: &[&'static str], input: &str) -> Option<Vec<FileRecord>> {
        if !self.resume {
            return None;
        }
        let known = |ending: &&str| {
            let path = format!("{name}.{ending}");
            let (bytes, attributes) = self.head(&path).ok()??;
            (value(&attributes, INPUT)? == input).then_some(())?;
            Some(FileRecord { bytes, sha256: value(&attributes, SHA256)?.to_string(), path })
        };
        endings.iter().map(known).collect()
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn Read>> {
        CopySource::open(self, name, u64::MAX).map_err(io::Error::other)
    }

    fn waiting(&self) -> usize {
        WAITING
    }
}

/// What is said of a file that is not there, as of one in a folder.
fn missing() -> String {
    reason(&io::ErrorKind::NotFound.into())
}

impl CopySource for Bucket {
    fn names(&self) -> Result<Vec<String>, String> {
        self.names_in("").map(|(_, objects)| objects).map_err(|error| error.to_string())
    }

    fn open(&self, name: &str, most: u64) -> Result<Box<dyn Read>, String> {
        let key = self.key(name).map_err(|error| plain(&error))?;
        let found = self.runtime.block_on(self.store.get(&key)).map_err(|error| match error {
            object_store::Error::NotFound { .. } => missing(),
            other => plain(&other),
        })?;
        if found.meta.size > most {
            return Err(too_large(most));
        }
        let bytes = self.runtime.block_on(found.bytes()).map_err(|error| plain(&error))?;
        Ok(Box::new(Cursor::new(bytes)))
    }

    fn has(&self, file: &FileRecord) -> Result<bool, String> {
        let Some((size, attributes)) = self.head(&file.path).map_err(|error| plain(&error))? else { return Err(missing()) };
        match value(&attributes, SHA256) {
            Some(sha256) => Ok(size == file.bytes && sha256 == file.sha256),
            // Another program put it there, and its bytes alone tell.
            None => Ok(size == file.bytes && digest_of(&mut CopySource::open(self, &file.path, size)?).map_err(|error| error.to_string())? == file.sha256),
        }
    }
}

#[cfg(test)]
mod tests {
    use object_store::memory::InMemory;

    use super::*;

    #[test]
    fn an_archive_is_known_by_what_it_holds() -> Result<(), Box<dyn std::error::Error>> {
        let runtime = Builder::new_multi_thread().worker_threads(1).build()?;
        let bucket = Bucket { store: Arc::new(InMemory::new()), prefix: "edition".to_string(), resume: true, runtime };
        let file = tempfile::NamedTempFile::new()?;
        let has = |contents: &str| bucket.has_archive("group-a.zip", contents, &mut std::iter::empty());
        assert!(!has("of one"));
        // Once in one piece, and once in parts.
        for size in [100, PART + 100] {
            file.as_file().set_len(size)?;
            let contents = format!("of {size}");
            bucket.put_archive("group-a.zip", file.path(), &contents)?;
            assert!(has(&contents) && !has("of another"));
        }
        Ok(())
    }
}
