//! The process at the other end of a Unix socket, as the kernel saw it when the connection was made.

use std::io;

/// The peer's effective user id (unix(7), SO_PEERCRED).
#[cfg(target_os = "linux")]
pub fn uid(descriptor: libc::c_int) -> io::Result<u32> {
    let mut credentials = libc::ucred {
        pid: 0,
        uid: 0,
        gid: 0,
    };
    let mut length = size_of::<libc::ucred>() as libc::socklen_t;
    // SAFETY: `credentials` and `length` live over the call, and `length` is the size of `credentials`; a descriptor that is
    // none, or no socket, is an error of the call.
    let result = unsafe {
        libc::getsockopt(
            descriptor,
            libc::SOL_SOCKET,
            libc::SO_PEERCRED,
            (&raw mut credentials).cast(),
            &raw mut length,
        )
    };
    match result {
        0 => Ok(credentials.uid),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The peer's effective user id (getpeereid(3)).
#[cfg(target_os = "macos")]
pub fn uid(descriptor: libc::c_int) -> io::Result<u32> {
    let (mut user, mut group) = (0, 0);
    // SAFETY: both outputs live over the call; a descriptor that is none, or no Unix socket, is an error of the call.
    match unsafe { libc::getpeereid(descriptor, &raw mut user, &raw mut group) } {
        0 => Ok(user),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub fn uid(_descriptor: libc::c_int) -> io::Result<u32> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, any(target_os = "linux", target_os = "macos")))]
mod tests {
    use super::uid;
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    #[test]
    fn both_ends_of_a_pair_are_this_user() {
        let (one, other) = UnixStream::pair().unwrap();
        let mine = rustix::process::geteuid().as_raw();
        assert_eq!(uid(one.as_raw_fd()).unwrap(), mine);
        assert_eq!(uid(other.as_raw_fd()).unwrap(), mine);
    }

    #[test]
    fn what_is_no_unix_socket_is_an_error() {
        let file = std::fs::File::open("/dev/null").unwrap();
        assert!(uid(file.as_raw_fd()).is_err());
        assert!(uid(-1).is_err());
    }
}
