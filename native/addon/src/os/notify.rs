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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{address, send_to};
    use std::io::ErrorKind;
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixDatagram};
    use std::time::{Duration, Instant};

    fn received(socket: &UnixDatagram) -> Vec<u8> {
        let mut buffer = [0; 100];
        let length = socket.recv(&mut buffer).unwrap();
        buffer[..length].to_vec()
    }

    #[test]
    fn a_message_reaches_a_socket_with_an_abstract_name() {
        let name = format!("pearlctl-test-{}", std::process::id());
        let socket =
            UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        assert!(send_to(&address(format!("@{name}").as_ref()).unwrap(), b"READY=1").unwrap());
        assert_eq!(received(&socket), b"READY=1");
    }

    #[test]
    fn a_full_or_missing_socket_is_an_error_at_once() {
        let path = std::env::temp_dir().join(format!("pearlctl-test-{}.sock", std::process::id()));
        let socket = UnixDatagram::bind(&path).unwrap();
        let address = address(path.as_os_str()).unwrap();
        let sent = (0..100_000)
            .take_while(|_| send_to(&address, b"WATCHDOG=1").is_ok())
            .count();
        assert!((1..100_000).contains(&sent), "{sent}");
        assert_eq!(received(&socket), b"WATCHDOG=1");
        drop(socket);
        // A child that another test is just starting has it open until it runs its own program.
        let started = Instant::now();
        while send_to(&address, b"READY=1").map_err(|error| error.kind())
            != Err(ErrorKind::ConnectionRefused)
        {
            assert!(started.elapsed() < Duration::from_secs(60));
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn other_families_are_refused() {
        for name in ["vsock:2:1234", "relative/path"] {
            assert!(address(name.as_ref()).is_err(), "{name}");
        }
    }
}
