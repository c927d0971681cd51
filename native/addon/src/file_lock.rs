//! A lock on a file for the life of the process, given back only on request.

use crate::exact::u32_of;
use napi::Error;
use napi::bindgen_prelude::BigInt;
use napi_derive::napi;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};

/// A held lock. The kernel drops it when the process ends, however it ends; collecting the object does not.
#[napi]
pub struct FileLock {
    inode: u64,
    device: u64,
    /// Not closed by the garbage collector: forgetting the object must not give the lock away.
    file: ManuallyDrop<Option<File>>,
    /// Another descriptor of the same open file may stay with this process, which closing ours would not unlock.
    adopted: bool,
}

#[napi]
impl FileLock {
    /// Inode of the locked file, to be compared with that of its path: another one means that the file was replaced.
    #[napi(getter)]
    pub fn inode(&self) -> BigInt {
        self.inode.into()
    }

    /// Device of the locked file.
    #[napi(getter)]
    pub fn device(&self) -> BigInt {
        self.device.into()
    }

    /// The open file, to be handed down to a child that takes the lock over (`adoptFileLock`); null after `release`.
    #[napi(getter)]
    pub fn descriptor(&self) -> Option<i32> {
        self.file.as_ref().map(AsRawFd::as_raw_fd)
    }

    /// Gives the lock back; one that was handed down is then the child's alone. The file stays: removing it would let two processes hold two locks. Doing it twice is harmless.
    #[napi(catch_unwind)]
    pub fn release(&mut self) {
        if let Some(file) = self.file.take()
            && self.adopted
        {
            // Fails for no lock of ours; the end of the process gives it back as well.
            let _ = file.unlock();
        }
    }
}

/// An error whose code is the name of the system's error number.
fn io_error(path: &str, error: &io::Error) -> Error<String> {
    let code = error.raw_os_error().map_or("EIO".to_owned(), errno_name);
    Error::new(code, format!("{path}: {error}"))
}

/// The few that opening and locking a file can give; others by number.
fn errno_name(number: i32) -> String {
    let name = match number {
        libc::EBADF => "EBADF",
        libc::EACCES => "EACCES",
        libc::EPERM => "EPERM",
        libc::ENOENT => "ENOENT",
        libc::ENOTDIR => "ENOTDIR",
        libc::EISDIR => "EISDIR",
        libc::EROFS => "EROFS",
        libc::ENOSPC => "ENOSPC",
        libc::EDQUOT => "EDQUOT",
        libc::ELOOP => "ELOOP",
        libc::EMFILE => "EMFILE",
        libc::ENFILE => "ENFILE",
        libc::ENOLCK => "ENOLCK",
        libc::ENAMETOOLONG => "ENAMETOOLONG",
        _ => return format!("E{number}"),
    };
    name.to_owned()
}

/// Opens (creates, 0600) and locks the file at `path`: null when another open file holds the lock.
/// The descriptor is closed on exec, so no child keeps the lock. Throws with the errno's name as code.
#[napi(catch_unwind)]
pub fn lock_file(path: String) -> std::result::Result<Option<FileLock>, Error<String>> {
    let open = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        // A symbolic link in a shared folder must not lead the lock elsewhere.
        .custom_flags(libc::O_NOFOLLOW)
        .open(&path);
    lock(&path, open, false)
}

/// Takes over the lock that the parent process holds on the open file which it handed down as `descriptor`: null when that is
/// locked by way of another open file. Throws with the errno's name as code.
#[napi(catch_unwind)]
pub fn adopt_file_lock(descriptor: f64) -> std::result::Result<Option<FileLock>, Error<String>> {
    let name = format!("descriptor {descriptor}");
    let number = u32_of(descriptor).and_then(|number| i32::try_from(number).ok());
    let number =
        number.ok_or_else(|| io_error(&name, &io::Error::from_raw_os_error(libc::EBADF)))?;
    // SAFETY: the descriptor is borrowed for this one call, which fails for a number that is none.
    let borrowed = unsafe { BorrowedFd::borrow_raw(number) };
    lock(&name, borrowed.try_clone_to_owned().map(File::from), true)
}

/// Whether another open file holds the lock of the file at `path`. It is asked by a shared lock that is given back at once, so a
/// holder never notices, and one that locks in that moment has to try again. Throws with the errno's name as code.
#[napi(catch_unwind)]
pub fn is_file_locked(path: String) -> std::result::Result<bool, Error<String>> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(&path)
        .map_err(|error| io_error(&path, &error))?;
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(io_error(&path, &error)),
    }
}

/// As `lock_file`, but of a file that is there: it is neither made nor, where this user may only read it, written to.
#[napi(catch_unwind)]
pub fn lock_existing_file(path: String) -> std::result::Result<Option<FileLock>, Error<String>> {
    let open = |write: bool| {
        OpenOptions::new()
            .read(true)
            .write(write)
            // A pipe of that name must not be waited for.
            .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
            .open(&path)
    };
    // NFS gives an exclusive lock only on a file that is open for writing.
    lock(&path, open(true).or_else(|_| open(false)), false)
}

fn lock(
    path: &str,
    open: io::Result<File>,
    adopted: bool,
) -> std::result::Result<Option<FileLock>, Error<String>> {
    let file = open.map_err(|error| io_error(path, &error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(io_error(path, &error)),
    }
    let metadata = file.metadata().map_err(|error| io_error(path, &error))?;
    Ok(Some(FileLock {
        inode: metadata.ino(),
        device: metadata.dev(),
        file: ManuallyDrop::new(Some(file)),
        adopted,
    }))
}
