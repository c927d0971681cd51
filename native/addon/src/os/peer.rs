//! The process at the other end of a Unix socket, as the kernel saw it when the connection was made.

use std::io;

/// The peer's effective user id (unix(7), SO_PEERCRED).
#[cfg(target_os = "linux")]
pub fn uid(descriptor: libc::c_int) -> io::Result<u32> {
    credentials(descriptor).map(|found| found.uid)
}

/// The peer's pid as this pid namespace numbers it (pid_namespaces(7)); 0 where it cannot be seen from here.
#[cfg(target_os = "linux")]
fn pid(descriptor: libc::c_int) -> io::Result<u32> {
    credentials(descriptor).map(|found| u32::try_from(found.pid).unwrap_or(0))
}

#[cfg(target_os = "linux")]
fn credentials(descriptor: libc::c_int) -> io::Result<libc::ucred> {
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
        0 => Ok(credentials),
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

/// The peer's pid (LOCAL_PEERPID of unix(4)).
#[cfg(target_os = "macos")]
fn pid(descriptor: libc::c_int) -> io::Result<u32> {
    let mut pid: libc::pid_t = 0;
    let mut length = size_of::<libc::pid_t>() as libc::socklen_t;
    // SAFETY: `pid` and `length` live over the call, and `length` is the size of `pid`.
    let result = unsafe {
        libc::getsockopt(
            descriptor,
            libc::SOL_LOCAL,
            libc::LOCAL_PEERPID,
            (&raw mut pid).cast(),
            &raw mut length,
        )
    };
    match result {
        0 => Ok(u32::try_from(pid).unwrap_or(0)),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The process that listens on the Unix socket at `path`, as it was when it began to listen; 0 where its number cannot be
/// seen from here. Does not wait: a listener whose queue is full is an error.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub fn listener(path: &str) -> io::Result<u32> {
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, connect, socket};
    use std::os::fd::AsRawFd;

    let asking = socket(AddressFamily::UNIX, SocketType::STREAM, None)?;
    rustix::io::fcntl_setfd(&asking, rustix::io::FdFlags::CLOEXEC)?;
    rustix::io::ioctl_fionbio(&asking, true)?;
    connect(&asking, &SocketAddrUnix::new(path)?)?;
    pid(asking.as_raw_fd())
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub fn listener(_path: &str) -> io::Result<u32> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub fn uid(_descriptor: libc::c_int) -> io::Result<u32> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, any(target_os = "linux", target_os = "macos")))]
mod tests {
    use super::{listener, uid};
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
    fn a_listener_is_named_and_nothing_else_is() {
        let path = std::env::temp_dir().join(format!("pearlctl-listener-{}", std::process::id()));
        let path = path.to_str().unwrap();
        let listening = std::os::unix::net::UnixListener::bind(path).unwrap();
        assert_eq!(listener(path).unwrap(), std::process::id());
        drop(listening);
        // A child that another test starts holds it too, until it has become its program.
        let closed = std::time::Instant::now();
        while listener(path).is_ok() && closed.elapsed().as_secs() < 60 {
            std::thread::yield_now();
        }
        assert!(listener(path).is_err());
        std::fs::remove_file(path).unwrap();
        assert!(listener(path).is_err());
        assert!(listener("").is_err() && listener(&"x".repeat(500)).is_err());
    }

    #[test]
    fn what_is_no_unix_socket_is_an_error() {
        let file = std::fs::File::open("/dev/null").unwrap();
        assert!(uid(file.as_raw_fd()).is_err());
        assert!(uid(-1).is_err());
    }
}
