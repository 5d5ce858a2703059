//! The disk works while copies are made.

use std::fs::File;

/// Asks the system to begin with bringing a file to the disk, and waits for no more than a place in the disk's queue. Left to itself it begins half a
/// minute later: the disk would idle as long as copies are made, and whoever then waits for them to be safe would wait for
/// all of them at once.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
pub(super) fn begin_writing(file: &File) {
    use std::os::fd::AsRawFd;
    // SAFETY: the descriptor is open as long as `file` is borrowed, and the call is given no memory. It is a request: that it
    // cannot be met changes nothing about the file.
    unsafe { libc::sync_file_range(file.as_raw_fd(), 0, 0, libc::SYNC_FILE_RANGE_WRITE) };
}

/// Elsewhere the system begins when it likes.
#[cfg(not(target_os = "linux"))]
pub(super) fn begin_writing(_: &File) {}
