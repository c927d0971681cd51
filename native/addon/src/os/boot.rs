//! An id of the running boot, so that a pid and a start time of an earlier one are never taken for now.

use std::io;

/// The kernel's random boot id: a UUID.
#[cfg(target_os = "linux")]
pub fn id() -> io::Result<String> {
    Ok(std::fs::read_to_string("/proc/sys/kernel/random/boot_id")?
        .trim()
        .to_owned())
}

/// The boot session's UUID (sysctl kern.bootsessionuuid).
#[cfg(target_os = "macos")]
pub fn id() -> io::Result<String> {
    super::sysctl::text(c"kern.bootsessionuuid")
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub fn id() -> io::Result<String> {
    Err(io::ErrorKind::Unsupported.into())
}
