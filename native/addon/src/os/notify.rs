//! Messages to systemd: one datagram to the socket named by NOTIFY_SOCKET (sd_notify(3)).

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Sends `state`: false when no manager listens. Does not block.
pub fn send(state: &[u8]) -> io::Result<bool> {
    match std::env::var_os("NOTIFY_SOCKET") {
        Some(name) if !name.is_empty() => send_to(&address(&name)?, state),
        _ => Ok(false),
    }
}

fn send_to(address: &SocketAddr, state: &[u8]) -> io::Result<bool> {
    let socket = UnixDatagram::unbound()?;
    // A manager that is slow to read must not hold up the event loop.
    socket.set_nonblocking(true)?;
    Ok(socket.send_to_addr(state, address)? == state.len())
}

/// An absolute path, or `@` and an abstract name. Other families (vsock) are for managers of virtual machines.
fn address(name: &OsStr) -> io::Result<SocketAddr> {
    match name.as_bytes() {
        #[cfg(target_os = "linux")]
        [b'@', name @ ..] => {
            use std::os::linux::net::SocketAddrExt;
            SocketAddr::from_abstract_name(name)
        }
        [b'/', ..] => SocketAddr::from_pathname(name),
        _ => Err(io::ErrorKind::Unsupported.into()),
    }
}
