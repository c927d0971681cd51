//! Values of macOS' `sysctlbyname`.

use std::ffi::{CStr, c_int, c_void};
use std::io;

/// Reads up to `buffer.len()` bytes of a value; the bytes written.
fn read(name: &CStr, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = buffer.len();
    // SAFETY: the name ends in NUL, the buffer is writable for `length` bytes, and nothing is set.
    let status = unsafe {
        libc::sysctlbyname(
            name.as_ptr(),
            buffer.as_mut_ptr().cast::<c_void>(),
            &mut length,
            std::ptr::null_mut(),
            0,
        )
    };
    if status == 0 {
        Ok(length)
    } else {
        Err(io::Error::last_os_error())
    }
}

/// A string value.
pub fn text(name: &CStr) -> io::Result<String> {
    let mut buffer = [0; 128];
    let length = read(name, &mut buffer)?;
    let bytes = buffer[..length]
        .split(|&byte| byte == 0)
        .next()
        .unwrap_or_default();
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

/// An integer value.
pub fn integer(name: &CStr) -> io::Result<c_int> {
    let mut buffer = [0; size_of::<c_int>()];
    match read(name, &mut buffer)? {
        length if length == buffer.len() => Ok(c_int::from_ne_bytes(buffer)),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}
